"""The front page of grading: one case in, one verdict out.

When an answer cannot be read: it is *ungradable* only if it looks like mathematics in a notation that we may
lack (brackets balance, it has a mathematical sign, and no run of ordinary words). Nothing, prose, garbage
and formulas cut off in the middle are *incorrect*: no reader could take them for the answer.
A gold that cannot be read is always ungradable, since that is the problem's fault.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from app.grading import extraction, inference, programs
from app.grading.answer_kinds import RULES, choice, equation, function
from app.grading.answer_kinds import text as text_kind
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.answer_kinds.vocabulary import with_products
from app.grading.errors import AnswerRefused, AnswerUnreadable, GoldUnreadable, Undecidable
from app.grading.extraction import Extraction
from app.grading.markup import collapsed, plain_spelling, undelimited
from app.grading.verdict import Case, Outcome, Step, Verdict
from app.maths import Assumptions, MathsError
from app.problems.problem import AnswerKind

ANSWER_CHARACTERS = 20_000
"""A longer final answer is not read: the parser's own limit."""

RULINGS_KEPT = 4096

GIVING_UP = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What SymPy raises on expressions that its algorithms do not expect; a verdict is due for these as well."""
_WORDS = re.compile(r"(?:\\text\s*\{)?[A-Za-z][A-Za-z0-9 ,;&'.-]*\}?")
_HEDGE = re.compile(r"(?<![\\A-Za-z])(?:maybe|perhaps|possibly|probably|either|not sure)(?![A-Za-z])", re.I)
_LISTS = ("solution_set", "tuple")
_PLURAL_KINDS = ("solution_set", "interval", "text", "choice")


def judge(case: Case) -> Verdict:
    """Extract the answer, read the gold, choose the kind, apply its rule, and say what came of it."""
    found = extraction.find(case.answer)
    trace = [Step(stage="extraction", note=found.note)]
    refusal = unusable(found)
    if refusal is not None:
        return _verdict(Outcome.INCORRECT, "extraction", refusal, found, trace)
    gold = case.gold if programs.is_program(case.gold) else collapsed(undelimited(case.gold))
    found = (
        replace(found, text=collapsed(found.text), rivals=tuple(map(collapsed, found.rivals)))
        if not programs.is_program(found.text)
        else found
    )
    kind = case.kind or inference.kind_of(gold, case.task)
    if kind == "text" and text_kind.normal(gold) not in ("yes", "no") and not text_kind.is_known(found.text):
        found = _in_words(case.answer, gold, found)
    if kind == "choice" and not choice.letters(found.text):
        found = _choice(case.answer, found)
    option = choice.without_letter(gold) if kind != "text" else None
    if option is not None and not choice.letters(found.text):
        kind, gold = inference.kind_of(option), option
    if kind in ("number", "expression") and equation.rearranges(gold, found.text):
        kind = "equation"
    trace.append(Step(stage="kind", note=kind if case.kind else f"{kind}, inferred from the gold answer"))
    if _HEDGE.search(found.text) and kind not in _PLURAL_KINDS:
        return _verdict(Outcome.INCORRECT, "hedged", "The answer names several possibilities.", found, trace)
    if kind in _LISTS and found.rivals:
        parts = ", ".join([*found.rivals[::-1], found.text])
        found = replace(
            found, text=parts, rivals=(), note=f"{len(found.rivals) + 1} boxes, each a part of the answer"
        )
    try:
        assumptions, ignored = usable_assumptions(case.assumptions)
        trace += [Step(stage="assumptions", note=f"not a relation, so not used: {text}") for text in ignored]
        for text in (*found.rivals, found.text):
            if plain_spelling(text) == plain_spelling(gold):
                ruling = Ruling(True, "structural", "The answer is written as the gold answer is.")
                continue
            ruling = _rule(kind, Question(*with_products(gold, text), case.task, assumptions))
            if not ruling.correct:
                break
    except GoldUnreadable as error:
        return _verdict(Outcome.UNGRADABLE, "gold", _sentence(error), found, trace)
    except AnswerUnreadable as error:
        outcome = Outcome.UNGRADABLE if error.notation else Outcome.INCORRECT
        return _verdict(outcome, "unreadable", _sentence(error), found, trace)
    except AnswerRefused as error:
        return _verdict(Outcome.INCORRECT, error.method, _sentence(error), found, trace)
    except Undecidable as error:
        return _verdict(Outcome.UNGRADABLE, "undecided", _sentence(error), found, trace)
    except MathsError as error:
        return _verdict(Outcome.UNGRADABLE, "assumptions", _sentence(error), found, trace)
    except GIVING_UP as error:
        reason = f"Computer algebra gave up on the answer with {type(error).__name__}: {_sentence(error)}"
        return _verdict(Outcome.UNGRADABLE, "error", reason, found, trace)
    return _ruled(ruling, text, found, trace)


@lru_cache(maxsize=RULINGS_KEPT)
def _rule(kind: AnswerKind, question: Question) -> Ruling:
    """The ruling of the kind's rule; lists of words are compared as such, whatever their kind.

    Kept for some while: a model asked several times, and different models, often end with the same answer.
    """
    if kind == "function" or (kind == "expression" and programs.is_program(question.answer)):
        return function.rule(question)
    if text_kind.is_worded(question.gold):
        return text_kind.lists(question, ordered=False)
    try:
        return RULES[kind](question)
    except GoldUnreadable:
        if _WORDS.fullmatch(question.gold) is None:
            raise
        return text_kind.lists(question, ordered=kind != "solution_set")


def _in_words(completion: str, gold: str, found: Extraction) -> Extraction:
    """The last sentence, where it says in words what kind of answer there is (`the limit does not exist`)."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+|\n", completion.strip()) if part.strip()]
    said = text_kind.stated(sentences[-1]) if sentences else set()
    alike = bool(said) and said == text_kind.stated(gold)
    if not alike and not (sentences and text_kind.ends_in(sentences[-1], gold)):
        return found
    return replace(found, text=gold, note="what the last sentence says in words")


def _choice(completion: str, found: Extraction) -> Extraction:
    """The letter that a completion picks in words, when its formulas name none."""
    picked = choice.picked(completion)
    if picked is None:
        return found
    start, end = picked
    return replace(found, text=completion[start:end], span=picked, note="the option that the text picks")


@lru_cache(maxsize=RULINGS_KEPT)
def usable_assumptions(texts: tuple[str, ...]) -> tuple[Assumptions, tuple[str, ...]]:
    """What the problem says of its symbols, and what of it is prose (`H_n is a harmonic number`)."""
    used, ignored = [], []
    for text in texts:
        try:
            Assumptions.of([text])
        except MathsError:
            ignored.append(text)
        else:
            used.append(text)
    return Assumptions.of(used), tuple(ignored)


def _ruled(ruling: Ruling, text: str, found: Extraction, trace: list[Step]) -> Verdict:
    reason = ruling.reason
    if not ruling.correct and text != found.text:
        reason = "The completion gives several final answers that differ, and at least one is wrong."
    return _verdict(ruling.outcome, ruling.method, reason, found, [*trace, *ruling.steps])


def unusable(found: Extraction) -> str | None:
    """Why an extraction cannot be an answer at all, if so."""
    if found.where == "cut off":
        return "The completion ends in the middle of its boxed answer."
    if not found.text.strip():
        return "The completion gives no final answer."
    if len(found.text) > ANSWER_CHARACTERS:
        return f"The final answer is longer than {ANSWER_CHARACTERS} characters."
    return None


def _verdict(outcome: Outcome, method: str, reason: str, found: Extraction, trace: list[Step]) -> Verdict:
    extracted = found.text[:ANSWER_CHARACTERS] if found.text.strip() else None
    return Verdict(outcome=outcome, method=method, reason=reason, extracted=extracted, trace=tuple(trace))


def _sentence(error: Exception) -> str:
    text = str(error).split("\n")[0].strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
