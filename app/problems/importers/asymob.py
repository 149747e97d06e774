"""ASyMOB: symbolic mathematics in families of perturbed variants (arXiv 2505.23851), versions 1 to 3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import sympy
from sympy.core.function import AppliedUndef

from app.maths import ParseError, parse, render
from app.problems.audit import answers
from app.problems.audit.errors import Unreadable
from app.problems.importers.base import Draft, named, slug
from app.problems.importers.errors import RowRefused
from app.problems.importers.kinds import LONGEST_STATEMENT, kind_of
from app.problems.importers.rows import Row
from app.problems.problem import ORIGINAL

SYMBOLS = "ABFGHJ"
"""What perturbations put in, as positive parameters; an F with an index is a hypergeometric function."""
DIFFICULTIES = {"Easy": 1.0, "Hard": 2.0}

_VARIATION = re.compile(
    r"(?P<kind>Original|Symbolic|Numeric|Equivalence)(?:-(?P<scope>One|All))?"
    r"(?:-(?P<difficulty>Easy|Hard)|-(?P<size>\d+))?(?P<repeated>-S)?(?:-\d+)?"
)
_MATHEMATICS = re.compile(r"\$\$?(.+?)\$\$?|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.S)
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_FUNCTION = re.compile(r"\A\s*Eq\(\s*([A-Za-z])\(\w+\)\s*,")
_CONSTANTS = ((re.compile(r"\bE\b"), "exp(1)"), (re.compile(r"\bI\b"), "sqrt(-1)"))
"""Constants of SymPy that are mere letters elsewhere."""
_TITLE = 80
_TOPICS = (
    ("limits", re.compile(r"\\lim(?![A-Za-z])|\blimit\b", re.I)),
    (
        "differential-equations",
        re.compile(r"[a-z]\s*(?:\([a-z]\))?\s*'|differential equation|\bODE\b|frac\{d\^?\{?\d?\}? ?[a-z]"),
    ),
    ("integrals", re.compile(r"\\i*int(?![A-Za-z])|∫")),
    ("hypergeometrics", re.compile(r"hypergeometric|_\{?\d\}?\s*F\s*_", re.I)),
    ("series", re.compile(r"\\sum(?![A-Za-z])|\bseries\b|∑", re.I)),
)
"""The topics of version 1, which has no column for them, told by the statement; the first that fits."""


class Asymob:
    """ASyMOB: a family is a `Source`, its variants are told by `Variation`."""

    name = "asymob"
    describe = (
        "ASyMOB v1 to v3: `Index`, `Challenge`, `Answer in Sympy`, `Answer in Latex`, `Variation`, `Source`"
    )
    licence = "CC BY-SA 4.0"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        challenge, source = row.text("Challenge"), row.text("Source")
        written, latex = row.optional("Answer in Sympy"), row.optional("Answer in Latex")
        if not written and not latex:
            raise RowRefused("it is empty", row.column("Answer in Sympy") or "Answer in Sympy")
        gold, is_read = gold_of(written or latex)
        variation = row.text("Variation")
        perturbation, strength = self._perturbation(variation, row)
        used = symbols_in(challenge)
        category = row.optional("Category")
        yield Draft(
            problem=named(source.splitlines()[0], source),
            statement=challenge,
            gold=gold,
            answer_kind=kind_of(challenge, gold),
            topic=slug(category) if category else topic_of(challenge),
            label=slug(variation),
            key=row.optional("Index") or row.place,
            numbered=perturbation != ORIGINAL,
            perturbation=perturbation,
            strength=float(len(used)) if perturbation == "symbolic" else strength,
            parameters={symbol: symbol for symbol in used},
            assumptions=tuple(f"{symbol} > 0" for symbol in used),
            change={} if perturbation == ORIGINAL else _change(variation),
            title=" ".join(source.split())[:_TITLE],
            source=source,
            said={
                "index": row.optional("Index"),
                "answer in sympy": written,
                "answer in latex": latex,
                "category": category,
            },
            unread_gold=not is_read,
        )

    def _perturbation(self, variation: str, row: Row) -> tuple[str, float]:
        """Our perturbation of a variation's name, and its strength: digits, or the difficulty."""
        found = _VARIATION.fullmatch(variation)
        if found is None:
            detail = f"found {variation[:40]!r}; known are Original, Symbolic-…, Numeric-…, Equivalence-…"
            raise RowRefused("it is no variation of ASyMOB", row.column("Variation") or "", detail)
        if found["kind"] == "Original":
            return ORIGINAL, 0.0
        strength = DIFFICULTIES.get(found["difficulty"], float(found["size"] or 0))
        return found["kind"].lower(), strength


def _change(variation: str) -> dict[str, str]:
    subset = {"subset": "variance"} if variation.endswith("-S") else {}
    return {"variation": variation, **subset}


def symbols_in(challenge: str) -> tuple[str, ...]:
    """The perturbations' symbols that stand in the formulas of a statement."""
    shown = challenge[:LONGEST_STATEMENT]
    formulas = " ".join("".join(filter(None, found.groups())) for found in _MATHEMATICS.finditer(shown))
    letters = re.sub(r"F\s*_|_\{?\w\}?\s*F\b", " ", _COMMAND.sub(" ", formulas or shown))
    alone = letters if formulas else " ".join(re.findall(r"(?<![A-Za-z])[A-Z](?![A-Za-z])", letters))
    return tuple(symbol for symbol in SYMBOLS if symbol in alone)


def topic_of(challenge: str) -> str:
    """The topic that a statement belongs to by its notation."""
    shown = " ".join(challenge.split())[:LONGEST_STATEMENT]
    return next((topic for topic, pattern in _TOPICS if pattern.search(shown)), "algebra")


@lru_cache(maxsize=4096)
def gold_of(written: str) -> tuple[str, bool]:
    """A stored answer as LaTeX that our parser reads; as it is written, and False, where it does not.

    Most rows share their answer with others. `Eq(y(x), …)` is an answer for y, so its right side is taken.
    """
    function = _FUNCTION.match(written)
    text = written
    for name, meaning in _CONSTANTS if "\\" not in written else ():
        text = name.sub(meaning, text)
    try:
        value = answers.read(text, functions=(function[1],) if function else ())
        if isinstance(value, sympy.Eq) and isinstance(value.lhs, AppliedUndef):
            value = value.rhs
        latex = render(value)
        parse(latex)
    except (ParseError, Unreadable):
        return written, False
    return latex, True
