"""ASyMOB's rows, written anew here in its fields: families, symbols, variations and answers are recovered."""

from __future__ import annotations

import csv
import io
import json

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.maths import parse
from app.problems.importers.asymob import gold_of, symbols_in, topic_of
from app.problems.problem import ProblemSet
from tests.problems.importers.rows_of import imported

SOURCE = "Exercise 3\nhttps://example.org/integrals"
FIELDS = ("Challenge", "Answer in Sympy", "Answer in Latex", "Variation")
FAMILY = [
    (r"Compute $\int x e^{x} \, dx$.", "x*exp(x) - exp(x)", r"x e^{x} - e^{x}", "Original"),
    (r"Compute $\int A x e^{B x} \, dx$.", "A*(x/B - 1/B**2)*exp(B*x)", "", "Symbolic"),
    (r"Compute $\int A x e^{x} \, dx$.", "A*(x - 1)*exp(x)", "", "Symbolic-1"),
    (r"Compute $\int 7 x e^{x} \, dx$.", "7*(x - 1)*exp(x)", "", "Numeric-One-1"),
    (r"Compute $\int x e^{4 x} \, dx$.", "4**(-1)*(x - 4**(-1))*exp(x*4)", "", "Numeric-One-1"),
    (r"Compute $\int 38 x e^{51 x} \, dx$.", "38*(x/51 - 1/51**2)*exp(51*x)", "", "Numeric-All-2"),
    (r"Compute $\int 12 x e^{13 x} \, dx$.", "12*(x/13 - 1/13**2)*exp(13*x)", "", "Numeric-All-2-S"),
    (r"Compute $\int 12 x e^{13 x} \, dx$.", "12*(x/13 - 1/13**2)*exp(13*x)", "", "Numeric-All-2-S"),
    (r"Compute $\int (\sin^2(-Ax) + \cos^2(Ax)) x e^x \, dx$.", "(x - 1)*exp(x)", "", "Equivalence-One-Easy"),
    (r"Compute $\int (\sin^2(-Bx) + \cos^2(Bx)) x e^x \, dx$.", "(x - 1)*exp(x)", "", "Equivalence-All-Hard"),
]  # fmt: skip
ROWS = [
    {"Index": number, **dict(zip(FIELDS, row, strict=True)), "Source": SOURCE}
    for number, row in enumerate(FAMILY)
]


@pytest.fixture(scope="module")
def problem_set() -> ProblemSet:
    return imported("asymob", json.dumps(ROWS, indent=4).encode(), file="asymob.json")[0]


def test_csv_gives_the_same_variants_as_json(problem_set: ProblemSet) -> None:
    target = io.StringIO()
    writer = csv.DictWriter(target, ROWS[0])
    writer.writeheader()
    writer.writerows(ROWS)
    from_csv, _ = imported("asymob", target.getvalue().encode(), file="asymob.csv")
    assert [variant.model_dump(exclude={"origin"}) for variant in from_csv.variants] == [
        variant.model_dump(exclude={"origin"}) for variant in problem_set.variants
    ]


def test_one_source_is_one_family(problem_set: ProblemSet) -> None:
    ((family, about),) = problem_set.problems.items()
    assert family.startswith("exercise-3-")
    assert about["source"] == SOURCE
    labels = [variant.id.removeprefix(family + "/") for variant in problem_set.variants]
    assert labels == [
        "original", "symbolic", "symbolic-1", "numeric-one-1", "numeric-one-1.2", "numeric-all-2",
        "numeric-all-2-s", "numeric-all-2-s.2", "equivalence-one-easy", "equivalence-all-hard",
    ]  # fmt: skip


def test_variations_become_perturbations_with_their_strength(problem_set: ProblemSet) -> None:
    found = [(variant.perturbation, variant.strength) for variant in problem_set.variants]
    assert found == [
        ("original", 0), ("symbolic", 2), ("symbolic", 1), ("numeric", 1), ("numeric", 1), ("numeric", 2),
        ("numeric", 2), ("numeric", 2), ("equivalence", 1), ("equivalence", 2),
    ]  # fmt: skip
    assert problem_set.variants[6].change == {"variation": "Numeric-All-2-S", "subset": "variance"}


NAMES = ["Original", "Symbolic", *(f"Symbolic-{number}" for number in range(1, 6))]
NAMES += [f"Numeric-{scope}-{size}" for scope in ("One", "All") for size in range(11)]
NAMES += ["Numeric-All-2-S", "Numeric-All-3-S"]
NAMES += [f"Equivalence-{scope}-{difficulty}" for scope in ("One", "All") for difficulty in ("Easy", "Hard")]


def test_every_name_of_a_variation_is_known() -> None:
    rows = [{**ROWS[1], "Index": number, "Variation": name} for number, name in enumerate(NAMES)]
    made, report = imported("asymob", rows)
    assert report.refused == 0
    names = [variant.change.get("variation", "Original") for variant in made.variants]
    assert names == NAMES


def test_symbols_are_positive_parameters(problem_set: ProblemSet) -> None:
    symbolic = problem_set.variants[1]
    assert symbolic.parameters == {"A": "A", "B": "B"}
    assert symbolic.assumptions == ("A > 0", "B > 0")
    assert problem_set.variants[5].parameters == {}


def test_answers_are_kept_as_written_and_read(problem_set: ProblemSet) -> None:
    variant = problem_set.variants[4]
    assert variant.origin["answer in sympy"] == "4**(-1)*(x - 4**(-1))*exp(x*4)"
    assert parse(variant.gold) == parse(r"\frac{1}{4}\left(x - \frac{1}{4}\right)e^{4x}")
    assert {variant.answer_kind for variant in problem_set.variants} == {"antiderivative"}
    assert {variant.topic for variant in problem_set.variants} == {"integrals"}


def test_a_category_is_the_topic() -> None:
    rows = [
        {**ROWS[0], "Category": "Hypergeometrics", "Variation": variation, "Index": variation}
        for variation in ("Numeric-All-0", "Original")
    ]
    made, _ = imported("asymob", rows)
    assert {variant.topic for variant in made.variants} == {"hypergeometrics"}


def test_an_answer_that_cannot_be_read_is_kept_and_counted() -> None:
    rows = [ROWS[0], {**ROWS[1], "Answer in Sympy": "A*(x/B"}]
    made, report = imported("asymob", rows)
    assert made.variants[1].gold == "A*(x/B"
    assert report.unread_golds == [made.variants[1].id]
    assert report.refused == 0


def test_rows_without_an_answer_with_an_unknown_variation_or_an_index_twice_are_refused() -> None:
    rows = [
        ROWS[0],
        {**ROWS[1], "Answer in Sympy": ""},
        {**ROWS[2], "Variation": "Sideways-3"},
        {**ROWS[3], "Index": 0},
    ]
    _, report = imported("asymob", rows)
    assert list(report.reasons) == [
        "column 'Answer in Sympy': it is empty",
        "column 'Variation': it is no variation of ASyMOB",
        "another row has the same id",
    ]


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("Eq(y(x), C1*exp(-3*x))", r"C_1 e^{-3x}"),
        ("Rational(1, 2)*sqrt(pi)", r"\frac{\sqrt{\pi}}{2}"),
        ("-log(2)/3 + oo", r"\infty"),
        (r"\frac{x^{2}}{2}", r"\frac{x^2}{2}"),
        ("hyper([1, 2], [3], x)", r"{}_2F_1(1, 2; 3; x)"),
        ("1 + x + x**2/2 + O(x**3)", r"1 + x + \frac{x^2}{2} + O(x^3)"),
    ],
)
def test_answers_in_sympy_are_read_as_latex(written: str, latex: str) -> None:
    gold, is_read = gold_of(written)
    assert is_read
    assert parse(gold) == parse(latex)


@pytest.mark.parametrize(
    ("challenge", "symbols"),
    [
        (r"A function: compute $\int_0^{B} \frac{A}{F x}\,dx$.", "ABF"),
        (r"Simplify ${}_{2}F_{1}(A, 1; 2; x)$ and ${}_2F_1(1,1;2;x)$.", "A"),
        (r"Solve $y' = \text{A} \sin(G x + H)$ where $J$ is given.", "GHJ"),
        (r"Compute \[ \int B \, dx \]", "B"),
        (r"Compute \int B x \, dx", "B"),
        ("A plain question.", "A"),
    ],
)
def test_symbols_are_those_of_the_formulas(challenge: str, symbols: str) -> None:
    assert "".join(symbols_in(challenge)) == symbols


@pytest.mark.parametrize(
    ("challenge", "topic"),
    [
        (r"Find $\lim_{x \to 0} \int_0^x t\,dt$.", "limits"),
        (r"Solve $y'(x) = y(x)$.", "differential-equations"),
        (r"Compute $\int x\,dx$.", "integrals"),
        (r"Express ${}_2F_1(1,1;2;x)$.", "hypergeometrics"),
        (r"Compute $\sum_{n=0}^\infty x^n$.", "series"),
        ("Simplify $x + x$.", "algebra"),
    ],
)
def test_a_topic_is_told_by_the_statement_where_no_column_has_it(challenge: str, topic: str) -> None:
    assert topic_of(challenge) == topic


X, A, B = sympy.symbols("x A B")
NUMBERS = st.integers(-40, 40).map(sympy.Integer) | st.fractions(-9, 9, max_denominator=7).map(
    lambda value: sympy.Rational(value.numerator, value.denominator)
)
FUNCTIONS = st.sampled_from(
    [
        sympy.sin, sympy.cos, sympy.tan, sympy.exp, sympy.log, sympy.sqrt, sympy.atan, sympy.sinh,
        sympy.asinh,
        sympy.erf, sympy.gamma, sympy.Abs, sympy.sec, sympy.Si, sympy.Ei, lambda u: sympy.besselj(1, u),
    ]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    NUMBERS | st.sampled_from([X, A, B, sympy.pi, sympy.E, sympy.I]),
    lambda inner: (
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1])
        | st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1])
        | st.tuples(inner, inner).map(lambda pair: pair[0] / (pair[1] + X))
        | st.tuples(inner, st.integers(-3, 3)).map(lambda pair: (pair[0] + A) ** pair[1])
        | st.tuples(FUNCTIONS, inner).map(lambda pair: pair[0](pair[1] * X))
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS)
def test_whatever_sympy_prints_is_read_as_what_it_was(expression: sympy.Expr) -> None:
    assume(not expression.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo))
    gold, is_read = gold_of(str(expression))
    assert is_read
    assert sympy.simplify(parse(gold) - expression) == 0
