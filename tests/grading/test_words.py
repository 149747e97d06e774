"""Answers in words and letters: synonyms, lists, dates and permutations, and the options that are picked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading import grade
from app.grading.answer_kinds import choice, text
from app.grading.answer_kinds.base import Question

FORMS = [(form, canonical) for canonical, forms in text.SYNONYMS.items() for form in forms]


@pytest.mark.parametrize(("form", "canonical"), FORMS)
def test_every_form_means_its_canonical_text(form: str, canonical: str) -> None:
    """In any case, wrapping and punctuation, and with fillers before it."""
    wrapped = [form, form.upper(), f"**{form}**", f"{form}.", f" ${form}$ "]
    wrapped += [f"\\text{{{form}}}", f"$\\mathrm{{{form}}}$"] if "{" not in form else []
    assert {text.normal(written) for written in wrapped} == {canonical}


def test_no_form_means_two_things() -> None:
    """Each form stands in one row."""
    assert len({form for form, _ in FORMS}) == len(FORMS)


NORMAL = [
    ("The limit does not exist.", "dne"),
    ("It doesn't exist", "dne"),
    ("So the series diverges", "diverges"),
    ("There are no real solutions.", "none"),
    (r"\varnothing", "none"),
    (r"-\infty", "-infinity"),
    (r"+\infty", "infinity"),
    ("an ellipse", "ellipse"),
    ("The shape is an ellipse", "ellipse"),
    ("Ellipses", "ellipse"),
    ("x = ellipse", "ellipse"),
    ("only Bob", "bob"),
    ("can't be determined", "undetermined"),
    ("diverges, since the terms do not tend to 0", "diverges"),
    ("converges by the ratio test", "converges"),
    ("right-angled triangle", "right angled triangle"),
    ("March 3, 2020", "3 mar 2020"),
    ("3rd of March 2020", "3 mar 2020"),
    ("March 3rd", "3 mar"),
]


@pytest.mark.parametrize(("written", "canonical"), NORMAL)
def test_what_does_not_change_the_meaning_is_taken_away(written: str, canonical: str) -> None:
    """Articles, fillers, reasons, plurals, hyphens, and the order of a date."""
    assert text.normal(written) == canonical


TEXTS = [
    ("yes", "Yes, because 2 is prime.", True),
    ("yes", "yes", True),
    ("yes", "no", False),
    ("yes", "yes or no", False),
    ("yes", "Yes and no", False),
    ("no", "No, it does not.", True),
    ("True", "false", False),
    ("does not exist", "exists", False),
    ("diverges", "does not converge", True),
    ("diverges", "does not diverge", False),
    ("converges absolutely", "converges conditionally", False),
    ("converges absolutely", "absolutely convergent", True),
    ("infinitely many", "no solution", False),
    ("Tuesday", "tuesday", True),
    ("Tuesday", "Wednesday", False),
    ("Bob and Alice", "Bob, Alice", True),
    ("Bob", "Alice", False),
    ("July 4", "the 4th of July", True),
    ("July 4", "July 5", False),
    ("(1 2 3)(4 5)", "(4 5)(2 3 1)", True),
    ("(1 2 3)(4 5)", "(1 3 2)(4 5)", False),
    ("(1 2 3)", "(1,2,3)(4)", True),
    ("3:30", "3:30 PM", True),
    ("12 apples", "12", True),
]


@pytest.mark.parametrize(("gold", "answer", "right"), TEXTS)
def test_texts_are_compared_by_their_meaning(gold: str, answer: str, right: bool) -> None:
    """Reasons after a yes or no do not matter, a denial does; dates and permutations in any order."""
    verdict = text.rule(Question(gold, answer))
    assert verdict.correct == right, verdict.reason


LISTS = [
    ("Alice, Bob", "Bob and Alice", False, True),
    ("Alice, Bob", "Bob and Alice", True, False),
    ("Alice, Bob", r"\text{Alice and Bob}", True, True),
    ("Alice, Bob", "Alice", False, False),
    ("I and III", "III, I", False, True),
    ("I and III", "I and II", False, False),
    ("I and III only", "I, III", False, True),
]


@pytest.mark.parametrize(("gold", "answer", "ordered", "right"), LISTS)
def test_lists_of_words_are_compared_with_or_without_their_order(
    gold: str, answer: str, ordered: bool, right: bool
) -> None:
    """Commas and `and` separate."""
    assert text.lists(Question(gold, answer), ordered=ordered).correct == right


SAID = [
    ("Hence the limit does not exist.", {"dne"}),
    ("Thus the series **diverges**.", {"diverges"}),
    ("The series is not divergent.", set()),
    ("It diverges to infinity.", {"infinity"}),
    ("So there are no solutions, since $x = 1$.", {"none"}),
    ("We find $x = 2$.", set()),
]


@pytest.mark.parametrize(("sentence", "said"), SAID)
def test_what_a_sentence_says_in_known_words(sentence: str, said: set[str]) -> None:
    """Formulas, reasons and denials say nothing."""
    assert text.stated(sentence) == said


ENDS = [
    ("January 1 is therefore a Tuesday.", "Tuesday", True),
    ("The curve is an ellipse", "ellipse", True),
    ("The curve is not an ellipse", "ellipse", False),
    ("We met on Tuesday.", "Tuesday", False),
    ("It is Tuesday or Wednesday", "Tuesday", False),
]


@pytest.mark.parametrize(("sentence", "gold", "expected"), ENDS)
def test_a_sentence_may_end_in_the_answer(sentence: str, gold: str, expected: bool) -> None:
    """Only where something is said to be it."""
    assert text.ends_in(sentence, gold) == expected


NOTHING = ["no solution", "No real roots.", r"\emptyset", r"\varnothing", r"\{\}", r"\left\{ \right\}", "∅"]


@pytest.mark.parametrize("written", NOTHING)
def test_nothing_is_written_in_many_ways(written: str) -> None:
    """The empty set in words and in signs."""
    assert text.means_none(written)


@pytest.mark.parametrize("written", ["0", "{0}", "", "some solutions", "none or one", "x"])
def test_something_is_not_nothing(written: str) -> None:
    """Zero is a solution."""
    assert not text.means_none(written)


LETTERS = [
    ("B", "B"),
    ("b", "B"),
    ("(B)", "B"),
    ("B.", "B"),
    ("B)", "B"),
    ("$B$", "B"),
    ("**B**", "B"),
    (r"\text{B}", "B"),
    (r"\textbf{(B)}\ 12", "B"),
    (r"\mathrm{(B)}", "B"),
    ("option B", "B"),
    ("Answer: B", "B"),
    ("The correct choice is B", "B"),
    ("B) 3/4", "B"),
    ("B: the second", "B"),
    (r"(B) \frac{3}{4}", "B"),
    ("A and C", "AC"),
    ("A, C", "AC"),
    ("AC", "AC"),
    ("(A), (C)", "AC"),
    ("A & C", "AC"),
    ("12", ""),
    (r"\frac{3}{4}", ""),
    ("", ""),
    ("none of these", ""),
]


@pytest.mark.parametrize(("answer", "picked"), LETTERS)
def test_letters_are_those_that_an_answer_picks(answer: str, picked: str) -> None:
    """With brackets, words, or the option's text around them."""
    assert choice.letters(answer) == frozenset(picked)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sets(st.sampled_from("ABCDEF"), min_size=1), st.sets(st.sampled_from("ABCDEF"), min_size=1))
def test_choices_are_right_when_exactly_the_same_letters_are_picked(gold: set[str], answer: set[str]) -> None:
    """In any order and notation."""
    picked = choice.rule(Question(", ".join(sorted(gold)), " and ".join(sorted(answer, reverse=True))))
    together = choice.rule(Question("".join(sorted(gold)), ", ".join(f"({letter})" for letter in answer)))
    assert picked.correct == together.correct == (gold == answer)


PICKED = [
    ("B. Because it is so.", "B"),
    ("(C) is right", "C"),
    ("After some work, option D fits.", "D"),
    ("I choose (B).", "B"),
    ("So it is **C**", "C"),
    ("The correct statements are A and C.", "A and C"),
    ("Option A fails. The answer is B.", "B"),
    ("A triangle has three sides.", None),
    ("It is 12.", None),
]


@pytest.mark.parametrize(("completion", "letter"), PICKED)
def test_an_option_is_picked_in_words(completion: str, letter: str | None) -> None:
    """At the start, in bold, or after a word that says so; the last one counts."""
    found = choice.picked(completion)
    assert (completion[slice(*found)].rstrip(" .") if found else None) == letter


OPTIONS = [
    (r"(E) \frac{7}{16}", "E", True),
    (r"(E) \frac{7}{16}", r"\frac{7}{16}", True),
    (r"(E) \frac{7}{16}", r"0.4375", True),
    (r"(E) \frac{7}{16}", r"\frac{7}{8}", False),
    (r"(E) \frac{7}{16}", "D", False),
    (r"(E) \frac{7}{16}", r"(E) \frac{7}{16}", True),
    ("B", "(A) or (B)", False),
    ("B", "ABCD", False),
]


@pytest.mark.parametrize(("gold", "answer", "right"), OPTIONS)
def test_an_option_may_be_given_by_its_text(gold: str, answer: str, right: bool) -> None:
    """The letter, or what stands behind it, but not every letter."""
    verdict = grade(gold, answer, "choice")
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)
