"""Prompt templates: what is put to a model is the template with the statement in it, and nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.extraction import find
from app.problems.errors import TemplateError
from app.problems.prompts import (
    EXACT,
    LONGEST_TEMPLATE,
    TEMPLATES,
    PromptTemplate,
    find_template,
    read_template,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
BRACES = st.lists(
    st.sampled_from(["{statement}", "{conditions}", "{", "}", "{0}", "x", "\\frac{a}{b}", "%s"])
)
INSTRUCTION = (
    "Solve the following problem. Work it out by hand, without running code. "
    "Give exact values, not decimal approximations. "
    "End with one final answer, written as a single LaTeX expression inside \\boxed{}."
)


@given(TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
def test_exact_is_byte_for_byte_what_was_always_asked(statement: str, assumptions: tuple[str, ...]) -> None:
    """The instruction, the statement, and what is assumed without being said, as three paragraphs."""
    unsaid = [relation for relation in assumptions if relation not in statement]
    said = ", ".join(f"${relation}$" for relation in unsaid)
    parts = [INSTRUCTION, statement.strip(), *([f"Assume that {said}."] if unsaid else [])]
    assert EXACT.render(statement, assumptions) == "\n\n".join(parts)


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("exact", "3fad22b69f3192466ce2582196c2b8ecaf8440530235d808433f545e19e9616f"),
        ("plain", "0592dceda5db45af753a458b583fe4e7bca51c1885f23e7a0819404f4989079b"),
        ("steps", "098070ae7f45f2a560cd9eb6e5cf573b61252ec213e460f4a351dd1815bcd0ee"),
        ("tools", "a70ec0528e9beccee1bf79a1397cb0a54bbe135a451c164adba2dc42fa0ad7b0"),
        ("programming", "815bd56c13f8f3fb12a67e73e8263d2904b0c4661c426391b4cd612b80564f5b"),
    ],
)
def test_a_built_in_text_never_changes_under_its_version(name: str, sha256: str) -> None:
    """Whoever changes a text raises its version, and writes the new hash here."""
    template = find_template(name)
    assert (template.version, template.sha256) == ("1", sha256)


def test_every_template_that_is_built_in_stands_here() -> None:
    """The table above leaves none out."""
    assert list(TEMPLATES) == ["exact", "plain", "steps", "tools", "programming"]


@given(BRACES.map("".join))
def test_nothing_in_a_statement_is_replaced(statement: str) -> None:
    """A statement that itself holds placeholders or braces is put as it is."""
    template = PromptTemplate("own", "1", "Q: {statement} ({conditions}) done")
    assert template.render(statement, ("a>0",)) == f"Q: {statement.strip()} (Assume that $a>0$.) done"


@pytest.mark.parametrize(
    ("text", "with_conditions", "without"),
    [
        ("{statement}\n\n{conditions}", "S\n\nAssume that $a>0$.", "S"),
        ("{conditions}\n\n{statement}\n", "Assume that $a>0$.\n\nS", "S"),
        ("A\n\n{conditions}\n\nB {statement}", "A\n\nAssume that $a>0$.\n\nB S", "A\n\nB S"),
        ("Read: {statement}\n\nAnswer:", "Read: S\n\nAssume that $a>0$.\n\nAnswer:", "Read: S\n\nAnswer:"),
        ("{statement}\n\nAgain: {statement}", "S\n\nAssume that $a>0$.\n\nAgain: S", "S\n\nAgain: S"),
        ("{statement} in \\boxed{answer}, ${}^n$, x_{n}", None, "S in \\boxed{answer}, ${}^n$, x_{n}"),
    ],
)
def test_where_conditions_stand(text: str, with_conditions: str | None, without: str) -> None:
    """In their own place, else after the statement; where there are none, no empty paragraph is left."""
    template = PromptTemplate("own", "1", text)
    assert template.render("S") == without
    assert template.render("Let $a>0$. S", ("a>0",)) == without.replace("S", "Let $a>0$. S")
    if with_conditions is not None:
        assert template.render("S", ("a>0",)) == with_conditions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Solve it.", "{statement}"),
        ("{statment} {statement}", "{statment}"),
        ("{statement} {answer}", "{answer}"),
        ("{{statement}}", "{{statement}}"),
        ("{statement} {conditions} {conditions}", "only once"),
        ("{statement}\x00", "control character"),
        ("{statement}\ud800", "control character"),
        ("{statement}" + "x" * LONGEST_TEMPLATE, "20,000"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(text: str, told: str) -> None:
    """No statement, a placeholder that does not exist, what cannot be stored, and what is too long."""
    with pytest.raises(TemplateError) as refusal:
        read_template(text, "mine")
    assert told in str(refusal.value)


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 101, "é"])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    """Names are short and plain."""
    with pytest.raises(TemplateError):
        read_template("{statement}", name)


def test_an_own_template_is_known_by_the_hash_of_its_file() -> None:
    """Its hash is that of its bytes, whatever it is called, and its version the beginning of that."""
    text = "Löse: {statement}\n"
    mine, yours = read_template(text, "mine"), read_template(text, "yours")
    assert mine.sha256 == yours.sha256 == sha256(text.encode()).hexdigest()
    assert mine.sha256.startswith(mine.version)


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    """The error lists them and says how to give one's own."""
    with pytest.raises(TemplateError, match="exact, plain, steps, tools, programming"):
        find_template("exakt")


def test_a_program_given_as_asked_is_found() -> None:
    """An answer in the form that `programming` asks for is what the grader takes as the answer."""
    program = "def f(n):\n    return n * n"
    assert find(f"I think it is:\n\n```python\n{program}\n```").text.strip() == program
