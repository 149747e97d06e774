"""Maxima's syntax, its Lisp results, and its process: what goes in, what comes out, what it may not do."""

from __future__ import annotations

import os
import shutil

import pytest
import sympy
from sympy.abc import n, x, y

from app.backends.computer_algebra.maxima_lisp import read_result
from app.backends.computer_algebra.maxima_process import Transcript, run_maxima
from app.backends.computer_algebra.maxima_scripts import script_for
from app.backends.computer_algebra.maxima_syntax import FUNCTIONS, MaximaWriter, facts
from app.backends.computer_algebra.reading import Unreadable
from app.backends.computer_algebra.writing import Names, Untranslatable
from app.maths import Assumptions
from app.problems import tasks

needs_maxima = pytest.mark.skipif(shutil.which("maxima") is None, reason="Maxima is not installed here")


def run(script: str, seconds: float = 10.0, patience: float = 3.0) -> Transcript:
    return run_maxima(script, seconds, patience, 1024)


WRITTEN = [
    (x + y, "(v0 + v1)"),
    (sympy.Rational(-3, 4), "((-3)/4)"),
    (sympy.exp(sympy.I), "exp(%i)"),
    (sympy.besselj(n, x), "bessel_j(v0, v1)"),
    (sympy.polygamma(1, x), "psi[(1)](v0)"),
    (sympy.hyper((1, n), (2,), x), "hypergeometric([(1), v0], [(2)], v1)"),
    (sympy.Sum(x**n, (n, 0, sympy.oo)), "sum(((v1)^(v0)), v0, (0), inf)"),
    (sympy.Limit(x, x, 0, "-"), "limit(v0, v0, (0), minus)"),
    (sympy.Piecewise((x, x > 0), (-x, True)), "(if (v0 > (0)) then v0 else ((-1) * v0))"),
]


@pytest.mark.parametrize(("expression", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_expressions_are_written(expression: sympy.Basic, text: str) -> None:
    """SymPy expressions become Maxima's, under neutral names."""
    symbols = expression.atoms(sympy.Symbol) & {n, x, y}
    assert MaximaWriter(Names(symbols)).write(expression) == text


def test_a_name_cannot_become_a_command() -> None:
    """Whatever a symbol is called, only a neutral name reaches Maxima."""
    evil = sympy.Symbol('system("touch /tmp/owned")')
    task = tasks.Evaluation(expression=evil + sympy.Symbol("kill(all)"))
    assert "touch" not in script_for(task, Assumptions.of(())).text
    assert "kill" not in script_for(task, Assumptions.of(())).text.replace("freeof", "")


@pytest.mark.parametrize(
    "expression", [sympy.zeta(x, y), sympy.mathieus(1, 2, x), sympy.Interval(0, x)], ids=str
)
def test_what_maxima_has_no_word_for_is_said(expression: sympy.Basic) -> None:
    """A function without a translation is refused instead of being sent under a wrong name."""
    with pytest.raises(Untranslatable):
        MaximaWriter(Names([x, y])).write(expression)


def test_the_unknown_function_elsewhere_is_not_taken_for_itself() -> None:
    """Where `y(x)` is written `y`, `y` at another place is refused rather than confused with it."""
    writer = MaximaWriter(Names([x], x), applied=False)
    assert writer.write(sympy.Function("y")(x)) == "v1"
    with pytest.raises(Untranslatable):
        writer.write(sympy.Function("y")(x + 1))


@pytest.mark.parametrize(
    ("relation", "statements"),
    [
        ("x > 0", ["assume((v0 > (0)))"]),
        ("0 < x < 1", ["assume(((0) < v0))", "assume((v0 < (1)))"]),
        (r"x \ne 1", ["assume(notequal(v0, (1)))"]),
        (r"x \in \mathbb{Z}", ["declare(v0, integer)"]),
    ],
)
def test_assumptions_are_stated(relation: str, statements: list[str]) -> None:
    """Relations become facts of Maxima's data base."""
    known = Assumptions.of([relation])
    assert sorted(facts(known.relations, MaximaWriter(Names([x])))) == sorted(statements)


READ = [
    ("((MPLUS SIMP) $V0 ((RAT SIMP) -1 2))", x - sympy.Rational(1, 2)),
    ("((MEXPT SIMP) $%E ((MTIMES SIMP) -1 $V0))", sympy.exp(-x)),
    ("((MQAPPLY SIMP) (($PSI SIMP ARRAY) 1) $V0)", sympy.polygamma(1, x)),
    ("(($HYPERGEOMETRIC SIMP) ((MLIST) 1 $V1) ((MLIST) 2) $V0)", sympy.hyper((1, y), (2,), x)),
    ("((%GAMMA_INCOMPLETE SIMP) ((RAT) 1 2) $V0)", sympy.uppergamma(sympy.Rational(1, 2), x)),
    ("((MEQUAL SIMP) $V1 ((MTIMES) $%K1 $V0))", sympy.Eq(y, sympy.Symbol("C_1") * x)),
    ("((MTIMES SIMP) $%C 2)", 2 * sympy.Symbol("C_1")),
    ("((MPLUS SIMP) $INF)", sympy.oo),
    ("((MLIST))", sympy.Tuple()),
]


@pytest.mark.parametrize(("form", "expression"), READ, ids=[form for form, _ in READ])
def test_results_are_read(form: str, expression: sympy.Basic) -> None:
    """Maxima's Lisp forms become SymPy expressions."""
    assert read_result(form, {"v0": x, "v1": y}) == expression


@pytest.mark.parametrize(
    "form",
    [
        "((%INTEGRATE SIMP) $V0 $V0)",
        "((MPLUS 1",
        "$UNKNOWN",
        "((MYSTERY) 1)",
        "(" * 5000 + ")" * 5000,
        "1" * 5000,
    ],
    ids=["unevaluated", "cut off", "unknown name", "unknown operator", "deep", "long integer"],
)
def test_results_without_meaning_are_refused(form: str) -> None:
    """What is not in the tables, cut off or enormous is refused, never guessed at."""
    with pytest.raises(Unreadable):
        read_result(form, {"v0": x})


@needs_maxima
def test_every_translated_function_means_the_same() -> None:
    """At one point, each function of the table has the same value in Maxima as in SymPy."""
    arguments = {1: ["7/10"], 2: ["3/10", "7/10"], 3: ["2", "1/2", "7/10"], 4: ["2", "1/2", "1/3", "7/10"]}
    order_first = {"legendre_p", "hermite", "laguerre", "chebyshev_t", "chebyshev_u"}
    skipped = {"hstep", "delta", "max", "min", "bern", "fib", "double_factorial", "assoc_legendre_p"}
    script, expected = "", {}
    for function, name in FUNCTIONS.items():
        if name in skipped:
            continue
        count = max(function.nargs) if isinstance(function.nargs, sympy.FiniteSet) else 1
        values = ["2", "7/10"] if name in order_first else arguments[int(count)]
        if name == "gen_laguerre":
            values = ["2", "1/2", "7/10"]
        if name in {"acosh", "asec", "acsc", "acoth"}:
            values = ["7/3"]
        try:
            value = complex(sympy.N(function(*map(sympy.Rational, values))))
        except TypeError:
            continue
        expected[name] = value
        script += f'errcatch(plumbline_emit("{name}", rectform(float({name}({", ".join(values)})))))$\n'
    results = dict(run(script, 60.0).results)
    read = {}
    for name, form in results.items():
        try:
            read[name] = complex(read_result(form, {}))
        except (Unreadable, TypeError):
            continue
    assert len(read) >= 55, sorted(set(expected) - set(read))
    different = {
        name: (read[name], expected[name]) for name in read if abs(read[name] - expected[name]) > 1e-9
    }
    assert not different


@needs_maxima
def test_a_question_is_reported_and_the_run_goes_on() -> None:
    """A question that Maxima asks is caught, noted, and the next line runs."""
    transcript = run('errcatch(integrate(v0^v1, v0))$\nplumbline_emit("next", 1)$\n')
    assert transcript.questions == ("Is v1 equal to -1?",)
    assert transcript.results == (("next", "1"),)


@needs_maxima
def test_an_endless_loop_ends_with_what_was_printed() -> None:
    """Processor time runs out; what was printed before counts."""
    transcript = run('plumbline_emit("first", v0)$\nfor i: 1 step 0 thru 2 do false$\n', seconds=2.0)
    assert transcript.timed_out
    assert transcript.results == (("first", "$V0"),)


@needs_maxima
def test_a_sleeping_process_is_killed_by_the_clock() -> None:
    """A process that waits without working is killed with its group."""
    assert run("?sleep(60)$\n", seconds=0.3, patience=1.0).timed_out


@needs_maxima
def test_too_much_memory_ends_the_process_alone() -> None:
    """A result beyond the memory limit ends Maxima without a result."""
    transcript = run('plumbline_emit("huge", length(make_array(any, 10^9)))$\n')
    assert transcript.results == ()
    assert not transcript.timed_out


@needs_maxima
def test_the_environment_and_start_up_files_stay_outside(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither secrets of the environment nor a user's start-up file reach Maxima."""
    home = str(tmp_path)
    os.makedirs(f"{home}/.maxima")
    with open(f"{home}/.maxima/maxima-init.mac", "w", encoding="ascii") as init:
        init.write("v9: 99$\n")
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    transcript = run('plumbline_emit("v9", v9)$\nsystem("echo @@result key [$OPENAI_API_KEY]")$\n')
    assert transcript.results == (("v9", "$V9"), ("key", "[]"))
