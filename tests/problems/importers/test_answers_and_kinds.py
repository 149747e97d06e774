"""Final answers are found in the texts that hold them, and their kind is told by question and answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems.importers.answers import after_hashes, boxed, without_label
from app.problems.importers.asymob import symbols_in, topic_of
from app.problems.importers.kinds import kind_of


@pytest.mark.parametrize(
    ("solution", "answer"),
    [
        (r"So $x = \boxed{\frac{1}{2}}$.", r"\frac{1}{2}"),
        (r"\boxed{1}, and then \boxed{ \{1, 2\} }", r"\{1, 2\}"),
        (r"$\boxed 7$", "7"),
        (r"\fbox{3}", "3"),
        (r"\boxed{\text{a } b}", r"\text{a } b"),
        (r"\boxed{\frac{1}{2}", None),
        (r"\boxed{}", None),
        (r"\boxedtext{3}", None),
        ("no box", None),
    ],
)
def test_the_last_box_is_the_answer(solution: str, answer: str | None) -> None:
    assert boxed(solution) == answer


BALANCED = st.recursive(
    st.text("ab1+ ", max_size=4),
    lambda inner: st.lists(inner, max_size=3).map("".join).map(lambda text: f"{{{text}}}"),
    max_leaves=6,
)


@given(BALANCED, st.text("ab $.", max_size=5))
def test_whatever_balances_comes_out_of_its_box(inside: str, after: str) -> None:
    assert boxed(f"\\boxed{{{inside}}}{after}") == (inside.strip() or None)


def test_a_result_stands_after_hashes_and_calculations_are_left_out() -> None:
    assert after_hashes("3*12=<<3*12=36>>36 pens\n#### 1,036") == ("3*12=36 pens", "1036")
    assert after_hashes("#### (1,2)") == ("", "(1,2)")
    assert after_hashes("no result") is None
    assert after_hashes("nothing after ####  ") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The final answer: $0.5$", "0.5"),
        ("Final answer is: $$x^2$$", "x^2"),
        ("$a$ or $b$", "$a$ or $b$"),
        ("Answer: 3", "3"),
        ("$", "$"),
    ],
)
def test_labels_and_dollars_are_taken_off(text: str, answer: str) -> None:
    assert without_label(text) == answer


@pytest.mark.parametrize(
    ("statement", "gold", "kind"),
    [
        ("Find it.", "72", "number"),
        ("Find it.", r"\frac{3}{4}", "number"),
        ("Find it.", "1,000", "number"),
        ("Find it.", r"60^\circ", "number"),
        ("Find it.", r"\$32", "number"),
        ("Find it.", r"12\text{ inches}", "number"),
        ("Find it.", r"11\sqrt{2}", "number"),
        ("Find it.", "x^2+1", "expression"),
        ("Find it.", "(1, 2)", "tuple"),
        ("Find it.", r"\left(3, \frac{\pi}{2}\right)", "tuple"),
        ("Find it.", "1, 2", "solution_set"),
        ("Find it.", r"\{1, 2\}", "solution_set"),
        ("Find it.", "(1, 2]", "interval"),
        ("Find it.", r"(-\infty, 3) \cup (4, 5)", "interval"),
        ("Find it.", "x > 3", "interval"),
        ("Find it.", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "matrix"),
        ("Find it.", "y = 2x + 3", "expression"),
        ("Find it.", "x^2 + y^2 = 1", "equation"),
        ("Find it.", "Tuesday", "text"),
        ("Find it.", r"\text{Evelyn}", "text"),
        ("Which one? (A) 1 (B) 2", "B", "choice"),
        ("Which one? A. 1 B. 2", r"\text{(B)}", "choice"),
        ("Name the vertex.", "B", "expression"),
        (r"Compute $\int x \, dx$.", r"\frac{x^2}{2}", "antiderivative"),
        (r"Compute $\int\limits_0^1 x \, dx$.", r"\frac{1}{2}", "number"),
        (r"Compute $\int_{0}^{A} x \, dx$.", r"\frac{A^2}{2}", "expression"),
        ("Find an antiderivative of $x$.", "x^2/2", "antiderivative"),
        ("Solve $y' = y$.", "C e^x", "ode_solution"),
        (r"Solve the equation $\frac{dy}{dx} = y$, $y(0)=1$.", "e^x", "ode_solution"),
        ("Solve $y' = y$, $y(0)=1$ and give $y(1)$ as a number.", "2", "number"),
        ("Give the Taylor series of $e^x$ up to order 2.", "1 + x + x^2/2", "series"),
    ],
)
def test_the_kind_is_told_by_question_and_answer(statement: str, gold: str, kind: str) -> None:
    assert kind_of(statement, gold) == kind


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_is_too_odd_for_a_kind(statement: str, gold: str) -> None:
    assert kind_of(statement, gold)


HOSTILE = [
    "(" + "," * 99_000,
    " A)" * 33_000,
    "expand " * 14_000,
    "1" * 99_000 + "!",
    "\\[" * 49_000,
    "$x" * 49_000,
    "\\frac{d" + " " * 90_000,
    "a" * 90_000 + "!!",
    "((((" * 20_000,
    "\\boxed{" * 12_000,
    "<<" * 49_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_keeps_a_pattern_busy(text: str) -> None:
    assert kind_of(text, text)
    assert topic_of(text)
    assert isinstance(symbols_in(text), tuple)
    assert boxed(text) is None
    assert after_hashes(text + "#### 1") is not None
    assert without_label(text)
