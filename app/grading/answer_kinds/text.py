"""Short texts: compared after taking away what does not change their meaning."""

from __future__ import annotations

import re

from app.grading.answer_kinds import number, units
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.errors import GoldUnreadable

SYNONYMS: dict[str, tuple[str, ...]] = {
    "yes": ("yes", "y", "true", "correct", "it does", "yes it is", "yes it does"),
    "no": ("no", "n", "false", "incorrect", "it does not", "no it is not", "no it does not", "not true"),
    "dne": (
        "dne", "does not exist", "do not exist", "undefined", "not defined", "limit does not exist",
        "no limit", "nonexistent", "is undefined", "is not defined",
    ),
    "infinity": (
        "infinity", "infty", "∞", "+∞", "+infty", "+infinity", "positive infinity", "diverges to infinity",
        "oo", "diverges to +infinity", "+oo", "diverges to positive infinity", "diverges to +∞",
        "diverges to ∞",
    ),
    "-infinity": (
        "-infinity", "-infty", "-∞", "negative infinity", "minus infinity", "-oo", "diverges to -infinity",
        "diverges to -∞", "diverges to negative infinity",
    ),
    "diverges": ("diverges", "divergent", "diverge", "does not converge"),
    "converges": ("converges", "convergent", "converge", "does not diverge"),
    "converges absolutely": ("converges absolutely", "absolutely convergent", "absolute convergence"),
    "converges conditionally": (
        "converges conditionally", "conditionally convergent", "conditional convergence",
    ),
    "none": (
        "none", "no solution", "no solutions", "no real solution", "no real solutions", "empty set",
        "emptyset", "varnothing", "∅", "{}", "there is no solution", "there are no solutions",
        "no such number", "nosolution", "has no solution", "no root", "no roots", "no real roots",
        "system has no solution", "equation has no solution", "inconsistent", "no such numbers exist",
        "not solvable", "does not have solution", "no values", "no value",
    ),
    "infinitely many": (
        "infinitely many", "infinitely many solutions", "infinite number of solutions", "infinite solutions",
        "infinite", "infinitely many solution", "has infinitely many solutions",
    ),
    "undetermined": (
        "cannot be determined", "can not be determined", "not enough information", "insufficient information",
        "indeterminate", "undetermined", "cannot be determined from given information",
        "cannot be determined from information given", "not determinable", "not determined",
    ),
    "neither": ("neither", "neither even nor odd", "neither odd nor even"),
    "even": ("even", "even function"),
    "odd": ("odd", "odd function"),
}  # fmt: skip
"""What is said in many ways: the canonical text and its forms after `normal`."""

_CANONICAL = {form: canonical for canonical, forms in SYNONYMS.items() for form in forms}
_WRAPPING = re.compile(
    r"\\(?:text|mathrm|textbf|mathbf|textit|mbox|textrm|emph|operatorname|mathsf|texttt)\s*\{([^{}]*)\}"
)
_FILLERS = re.compile(
    r"\A(?:(?:so|thus|hence|therefore|it|they|this|that|there|answer|limit|function|series|integral|result|number|value|correct|shape|which|will|be|is|are|was|a|an|the)\s+)+(?=\S)"
)
_REASON = re.compile(
    r"\s*(?:[,;(:]\s*)?\b(?:because|since|as|due to|for example|e\.g\.)\b.*\Z|\s+by the\b.*\Z", re.S | re.I
)
_YES_NO = re.compile(
    r"\A\W*(yes|no|true|false)\b(?!\s+(?:solutions?|real|roots?|such|limits?|values?))", re.I
)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})(?:\s+(?P<year>\d{{4}}))?"
    ),
    re.compile(rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?P<year>\d{{4}}))?"),
)
_BOTH = re.compile(
    r"\b(?:yes|true)\b\W+(?:(?:and|or)\W+)?(?:no|false)\b|\b(?:no|false)\b\W+(?:(?:and|or)\W+)?(?:yes|true)\b"
)
_WORDED = re.compile(
    rf".*\b{_MONTH}\b\s.*\d|(?:[IV]{{1,4}})(?:\s*(?:,|\band\b|\bor\b)\s*[IV]{{1,4}})+(?:\s+only)?", re.I
)
_LIST = re.compile(r"[,;&]|(?<![a-z])(?:and|or)(?![a-z])")
_FORMS = re.compile(
    r"(?<!not )(?<!n't )(?<!never )(?<![\w-])(?:"
    + "|".join(re.escape(form) for form in sorted(_CANONICAL, key=len, reverse=True) if len(form) > 2)
    + r")(?![\w-])"
)
_CYCLES = re.compile(r"(?:\(\s*\d+(?:[\s,]+\d+)*\s*\)\s*)+")


def rule(question: Question) -> Ruling:
    """Compares two texts by their normal forms."""
    if number.is_written_out(question.gold) and number.is_written_out(question.answer):
        return number.rule(question)
    gold, answer = normal(question.gold), normal(question.answer)
    if not gold:
        raise GoldUnreadable("the gold answer is empty")
    said = _YES_NO.match(_unwrapped(question.answer))
    same = gold == answer or (
        gold in ("yes", "no")
        and said is not None
        and _CANONICAL[said[1].casefold()] == gold
        and not _BOTH.search(_unwrapped(question.answer))
    )
    same = same or (_cycles(gold) == _cycles(answer) != frozenset())
    if same:
        return Ruling(True, "text", "The answer is the gold text.")
    return Ruling(False, "text", "The answer is another text than the gold.")


def lists(question: Question, *, ordered: bool) -> Ruling:
    """Compares two lists of words."""
    gold, answer = ([normal(part) for part in _LIST.split(_unwrapped(text).casefold()) if part.strip()]
                    for text in (question.gold, question.answer))  # fmt: skip
    same = gold == answer if ordered else sorted(gold) == sorted(answer)
    said = "has" if same else "does not have"
    return Ruling(
        same or normal(question.gold) == normal(question.answer),
        "text",
        f"The answer {said} the words of the gold.",
    )


def is_worded(text: str) -> bool:
    """Whether a text is a date or a list of Roman numerals, which would be read as products of letters."""
    return _WORDED.fullmatch(_unwrapped(text)) is not None


def stated(sentence: str) -> set[str]:
    """What a sentence says in words that SYNONYMS lists."""
    shown = re.sub(r"\$[^$]*\$|\\\(.*?\\\)", " ", _REASON.sub("", sentence))
    plain = re.sub(r"\b(?:the|a|an)\s+", "", " ".join(re.sub(r"[*.!?,;:]+", " ", shown.casefold()).split()))
    return {_CANONICAL[form] for form in _FORMS.findall(plain)}


def ends_in(sentence: str, gold: str) -> bool:
    """Whether a sentence ends by saying that something is the gold text: `… is therefore a Tuesday.`"""
    said = re.escape(_unwrapped(gold).strip(". "))
    lead = r"\b(?:is|are|be|was|equals|therefore|thus|hence)(?:\W+(?:therefore|thus|hence|a|an|the))*\W+"
    return re.search(lead + said + r"\W*\Z", _unwrapped(sentence)) is not None


def normal(text: str) -> str:
    """The canonical form: lower case, no commands, articles, fillers or punctuation, synonyms made one."""
    shown = " ".join(re.sub(r"[.!?,;:\"'`“”]+", " ", _REASON.sub("", _unwrapped(text))).split())
    shown = re.sub(r"[-_](?=[a-z])(?<=[a-z][-_])", " ", shown)
    shown = re.sub(r"\s+only\Z|\A(?:only|just)\s+", "", shown)
    without_article = re.sub(r"\b(?:the|a|an)\s+(?=[a-z])", "", shown)
    bare = _FILLERS.sub("", without_article)
    for form in (shown, without_article, bare):
        if form in _CANONICAL:
            return _CANONICAL[form]
    return _dated(re.sub(r"\s+and\s+", " ", bare))


def _unwrapped(text: str) -> str:
    shown = _WRAPPING.sub(r" \1 ", text)
    shown = re.sub(r"\\(?:left|right|displaystyle|quad|qquad|[,;:! ])", " ", shown)
    shown = shown.replace("\\", "").replace("$", " ").replace("*", " ").casefold()
    shown = re.sub(r"\A\s*[a-z]\s*=\s*", "", shown)
    shown = re.sub(r"\b(?:doesn'?t|don'?t)\b", "does not", shown)
    return re.sub(r"\bcan'?t\b|\bcan not\b", "cannot", shown).strip()


def _dated(text: str) -> str:
    """A date as day, month and year, whatever their order."""
    for pattern in _DATES:
        found = pattern.fullmatch(text)
        if found is not None:
            return f"{int(found['day'])} {found['month'][:3]} {found['year'] or ''}".strip()
    return " ".join(units.singular(word) for word in text.split()) if text.isascii() else text


def _cycles(text: str) -> frozenset[tuple[str, ...]]:
    """The cycles of a permutation, each from its least element; empty when the text is none."""
    if _CYCLES.fullmatch(text) is None:
        return frozenset()
    found = [re.findall(r"\d+", part) for part in text.split(")")]
    turned = [
        cycle[cycle.index(min(cycle, key=int)) :] + cycle[: cycle.index(min(cycle, key=int))]
        for cycle in found
        if cycle
    ]
    return frozenset(tuple(cycle) for cycle in turned if len(cycle) > 1)


def is_known(text: str) -> bool:
    """Whether a text is one of the words that SYNONYMS lists."""
    return normal(text) in SYNONYMS


def means_none(text: str) -> bool:
    """Whether a text says that there is no solution."""
    return normal(re.sub(r"\s*\\(?:left|right)?\s*\\?\{\s*\\?(?:right)?\s*\\?\}\s*", "{}", text)) == "none"
