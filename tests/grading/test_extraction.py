"""Where the final answer of a completion is found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading.extraction import LOOK_BACK, find
from app.grading.markup import undelimited

FOUND = [
    # completion, text, where
    (r"\boxed{12}", "12", "box"),
    (r"a \boxed{\frac{1}{\sqrt{2}}} b", r"\frac{1}{\sqrt{2}}", "box"),
    (r"\boxed {12}", "12", "box"),
    (r"\boxed{\left\{1, 2\right\}}", r"\left\{1, 2\right\}", "box"),
    (r"\boxed{\boxed{7}}", "7", "box"),
    (r"\fbox{$x$}", "x", "box"),
    (r"x = \boxed{1}, y = \boxed{2}", "x = 1, y = 2", "box"),
    (r"\boxed{1} and later \boxed{1}", "1", "box"),
    (r"So \boxed{3}. Check: \boxed{", "3", "box"),
    (r"so \boxed{12", "12", "cut off"),
    (r"\boxed{}", "", "nothing"),
    ("The final answer is: $x^2$", "x^2", "statement"),
    ("The final answer is $\\frac{1}{2}$.", r"\frac{1}{2}", "statement"),
    ("**Final Answer:** 42", "42", "statement"),
    ("**Answer**\n\n$42$", "42", "statement"),
    ("Answer: $x = 1$ or $x = 2$", "x = 1  or  x = 2", "statement"),
    ("#### 42", "42", "statement"),
    ("The answer is 3.14.", "3.14", "statement"),
    ("The answer is 3. The proof is long.", "3", "statement"),
    ("Some $a$. Therefore, we get $b$.", "b", "conclusion"),
    ("Some $a$, then $b$ remains.", "b", "formula"),
    ("It is\n$$\n\\pi\n$$", r"\pi", "formula"),
    ("First \\(a\\) then \\[b\\]", "b", "formula"),
    ("The root is $\\sqrt{2}$, where $2$ is prime.", r"\sqrt{2}", "formula"),
    ("2 + 2 = 4.", "2 + 2 = 4", "text"),
    ("x^2", "x^2", "text"),
    ("the value is 4", "4", "text"),
    ("```\nx^2\n```", "x^2", "text"),
    ("<think>\\boxed{1}</think>\\boxed{2}", "2", "box"),
    ("\\boxed{1}</think>\\boxed{2}", "2", "box"),
    ("<think>\\boxed{1}", "", "nothing"),
    ("", "", "nothing"),
    (" \n ", "", "nothing"),
]


@pytest.mark.parametrize(("completion", "text", "where"), FOUND)
def test_finds_the_answer(completion: str, text: str, where: str) -> None:
    """The text and the place where it was found are as a reader would say."""
    found = find(completion)
    assert (found.text.strip().strip("$"), found.where) == (text, where)
    assert found.note


RIVALS = [
    (r"It is \boxed{1}. Or \boxed{2}.", ("1",)),
    (r"It is \boxed{1}. No, wait: it is \boxed{2}.", ()),
    (r"It is \boxed{1}. Hence the total is \boxed{2}.", ()),
    (r"It is \boxed{1}." + " More work." * 30 + r" It is \boxed{2}.", ()),
    (r"It is \boxed{1}. Again \boxed{1}.", ()),
    (r"One gets \boxed{1}, perhaps \boxed{2}, or so I read \boxed{3}.", ("2", "1")),
]


@pytest.mark.parametrize(("completion", "rivals"), RIVALS)
def test_answers_that_are_not_taken_back_are_rivals(completion: str, rivals: tuple[str, ...]) -> None:
    """The last box wins alone only if it corrects or concludes what went before."""
    assert find(completion).rivals == rivals


def test_the_span_is_the_place_in_the_completion() -> None:
    """Whoever shows the completion can mark the answer, also behind thinking and in a long text."""
    for completion in (r"<think>\boxed{1}</think> it is \boxed{2}.", "x" * LOOK_BACK + r" \boxed{2}."):
        start, end = find(completion).span
        assert completion[start:end] == r"\boxed{2}"


@pytest.mark.parametrize("text", ["$x$", "$$x$$", r"\(x\)", r"\[ x \]", r"$\boxed{x}$", "**x**", "`x`", "x."])
def test_undelimited_takes_away_what_surrounds_a_formula(text: str) -> None:
    """A gold may be written with or without delimiters."""
    assert undelimited(text) == "x"


HOSTILE = [
    "$",
    "\\[",
    "\\(",
    "$$",
    "\\boxed{",
    "{",
    "}",
    "*",
    "answer:",
    "therefore ",
    "= ",
    "( ",
    "<think>",
    "`",
    "or ",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_megabyte_of_delimiters_is_read(part: str) -> None:
    """Only the end of a text is looked at, in few walks: quadratic work here would take minutes."""
    text = part * (1_000_000 // len(part))
    assert find(text).span[1] <= len(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="$\\{}[]()boxed =.,\n*#123xthinkanswer:", max_size=120))
def test_never_fails_and_stays_within_the_text(text: str) -> None:
    """Whatever the text, there is an extraction whose span lies in it."""
    found = find(text)
    assert 0 <= found.span[0] <= found.span[1] <= len(text)
