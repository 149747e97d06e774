"""Short texts: compared after taking away what does not change their meaning."""

from __future__ import annotations

import re

from app.grading.answer_kinds import number
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.errors import GoldUnreadable

SYNONYMS: dict[str, tuple[str, ...]] = {
    "yes": ("yes", "y", "true", "correct", "it is true", "it does", "yes it is", "yes it does"),
    "no": ("no", "n", "false", "incorrect", "it is false", "it does not", "no it is not", "no it does not"),
    "dne": (
        "dne", "does not exist", "do not exist", "undefined", "not defined", "limit does not exist",
        "the limit does not exist", "it does not exist", "no limit", "nonexistent",
    ),
    "infinity": (
        "infinity", "infty", "∞", "+∞", "+infty", "+infinity", "positive infinity", "diverges to infinity",
        "oo", "diverges to +infinity",
    ),
    "-infinity": ("-infinity", "-infty", "-∞", "negative infinity", "minus infinity", "-oo"),
    "diverges": ("diverges", "divergent", "diverge", "it diverges", "series diverges", "integral diverges"),
    "converges": ("converges", "convergent", "converge", "it converges", "series converges"),
    "none": (
        "none", "no solution", "no solutions", "no real solution", "no real solutions", "empty set",
        "emptyset", "varnothing", "∅", "{}", "there is no solution", "there are no solutions",
        "no such number", "nosolution", "has no solution", "no root", "no roots", "no real roots",
    ),
}  # fmt: skip
"""What is said in many ways: the canonical text and its forms after `normal`."""

_CANONICAL = {form: canonical for canonical, forms in SYNONYMS.items() for form in forms}
_WRAPPING = re.compile(r"\\(?:text|mathrm|textbf|mathbf|textit|mbox|textrm|emph|operatorname)\s*\{([^{}]*)\}")


def rule(question: Question) -> Ruling:
    """Compares two texts by their normal forms."""
    if number.is_written_out(question.gold) and number.is_written_out(question.answer):
        return number.rule(question)
    gold, answer = normal(question.gold), normal(question.answer)
    if not gold:
        raise GoldUnreadable("the gold answer is empty")
    if gold == answer:
        return Ruling(True, "text", "The answer is the gold text.")
    return Ruling(False, "text", "The answer is another text than the gold.")


def normal(text: str) -> str:
    """The canonical form: lower case, no commands, articles or punctuation, synonyms made one."""
    shown = _WRAPPING.sub(r" \1 ", text)
    shown = re.sub(r"\\(?:left|right|displaystyle|quad|qquad|[,;:! ])", " ", shown)
    shown = shown.replace("\\", "").replace("$", " ").replace("*", " ").casefold()
    shown = re.sub(r"\A\s*[a-z]\s*=\s*", "", shown)
    shown = re.sub(r"\b(?:doesn'?t|don'?t)\b", "does not", shown)
    shown = re.sub(r"[.!?,;:\"'`“”]+", " ", shown)
    shown = re.sub(r"[-_](?=[a-z])(?<=[a-z][-_])", " ", shown)
    shown = " ".join(shown.split())
    without_article = re.sub(r"\b(?:the|a|an)\s+(?=[a-z])", "", shown)
    return _CANONICAL.get(shown) or _CANONICAL.get(without_article, without_article)


def is_known(text: str) -> bool:
    """Whether a text is one of the words that SYNONYMS lists."""
    return normal(text) in SYNONYMS


def means_none(text: str) -> bool:
    """Whether a text says that there is no solution."""
    return normal(re.sub(r"\s*\\(?:left|right)?\s*\\?\{\s*\\?(?:right)?\s*\\?\}\s*", "{}", text)) == "none"
