"""The answer kind of an imported row, which has no typed task: told by its statement and its answer."""

from __future__ import annotations

import re
from functools import lru_cache

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from app.maths import ParseError, parse
from app.problems.problem import AnswerKind

_BARE_INTEGRAL = re.compile(r"\\int(?![A-Za-z])(?!\s*(?:\\(?:no)?limits\s*)?[_^])|∫(?!\s*[_^₀-₉])")
_ANTIDERIVATIVE = re.compile(r"\bantiderivatives?\b|\bindefinite integrals?\b|\bprimitives?\s+of\b", re.I)
_DERIVATIVE = re.compile(
    r"\b[a-zA-Z]\s*(?:\([a-z]\))?\s*(?:'|\^\s*\{?\s*\\prime)|\\d?frac\s*\{\s*(?:\\mathrm\s*\{?)?d[^{}]*\}?\s*[a-zA-Z]?\s*(?:\([a-z]\))?\s*\}\s*\{"
    r"\s*(?:\\mathrm\s*\{?)?d|\\d{1,2}ot\s*\{|\bdifferential equations?\b|\binitial[ -]value problem\b"
)
_SOLVE = re.compile(r"\b(?:solv|solution)", re.I)
_EXPAND = re.compile(
    r"\b(?:Taylor|Maclaurin|Laurent)\b|\b(?:power|asymptotic)\s+series\b|\bseries\s+expansion\b|\bexpand\b[^.]*\bseries\b",
    re.I,
)
_CHOICE = re.compile(r"(?:\\(?:text|mathrm|textbf|mathbf)\s*\{)?\s*\(?\s*[A-J]\s*\)?\s*\}?\.?")
_OPTIONS = re.compile(r"(?:^|[\s({])\(?A\s*[).:}].*(?:^|[\s({])\(?B\s*[).:}]", re.S)
_MATRIX = re.compile(r"\\begin\s*\{[pbvBV]?(?:matrix|array)\}")
_INTERVAL = re.compile(r"\A\s*(?:[a-z]\s*\\in\s*)?[\[(].*,.*[\])]\s*\Z|\\cup|∪|\\infty\s*\)", re.S)
_HALF_OPEN = re.compile(r"\A\s*(?:\\left)?[\[(][^()\[\]]*,[^()\[\]]*(?:\\right)?[\])]\s*\Z", re.S)
_COMMAS = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_NAME = re.compile(r"\A\s*\\?[A-Za-z](?:_\{?\w+\}?)?(?:\([A-Za-z, ]*\))?\s*=(?!=)")
_WORDS = re.compile(
    r"[A-Za-z][A-Za-z'.-]+(?:\s+[A-Za-z'.-]+)*[.!]?|\\(?:text|mbox|textbf)\s*\{[A-Za-z][^{}$\\]*\}"
)
_NUMBER = re.compile(
    r"[-+−]?\s*(?:\\?\$|£|€)?\s*(?:\d[\d,{}]*)?\.?\d+\s*"
    r"(?:\\?%|\^\s*\{?\\circ\}?|°|\\text\s*\{[^{}]*\}|\s+[a-z]{2,}[a-z. ]{0,20})?"
)


def kind_of(statement: str, gold: str) -> AnswerKind:
    """The kind: by what the statement asks where that decides it, otherwise by how the answer looks."""
    asked = asked_kind(statement)
    shown = gold.strip().strip("$").strip()
    if asked is None or _NUMBER.fullmatch(shown):
        return kind_of_answer(shown, has_options=_OPTIONS.search(statement) is not None)
    return asked


def asked_kind(statement: str) -> AnswerKind | None:
    """The kind that the statement itself asks for, in calculus; None where the answer must tell."""
    if _EXPAND.search(statement):
        return "series"
    if _DERIVATIVE.search(statement) and _SOLVE.search(statement):
        return "ode_solution"
    if _ANTIDERIVATIVE.search(statement) or _BARE_INTEGRAL.search(statement):
        return "antiderivative"
    return None


@lru_cache(maxsize=4096)
def kind_of_answer(gold: str, has_options: bool = False) -> AnswerKind:
    """The kind that an answer has by its looks; `text` for words."""
    if has_options and _CHOICE.fullmatch(gold):
        return "choice"
    if _NUMBER.fullmatch(gold):
        return "number"
    if _MATRIX.search(gold):
        return "matrix"
    if _INTERVAL.search(gold) and (
        _mixed(gold) or "\\cup" in gold or "∪" in gold or "infty" in gold or "∞" in gold
    ):
        return "interval"
    if _WORDS.fullmatch(gold):
        return "text"
    try:
        return _kind_of_type(parse(_NAME.sub("", gold, count=1)), gold)
    except ParseError:
        return (
            "solution_set" if _COMMAS.search(gold) and not gold.startswith(("(", "\\left(")) else "expression"
        )


def _mixed(gold: str) -> bool:
    """Whether exactly one bracket of a pair is square, or both are: no point is written so."""
    return _HALF_OPEN.match(gold) is not None and ("[" in gold or "]" in gold)


def _kind_of_type(value: sympy.Basic, gold: str) -> AnswerKind:
    if isinstance(value, sympy.MatrixBase):
        return "matrix"
    if isinstance(value, sympy.FiniteSet):
        return "solution_set"
    if isinstance(value, sympy.Set):
        return "interval"
    if isinstance(value, sympy.Tuple):
        return "tuple" if gold.lstrip().startswith(("(", "\\left", "\\langle")) else "solution_set"
    if isinstance(value, sympy.Eq):
        return "equation"
    if isinstance(value, (Relational, Boolean)) and not isinstance(value, sympy.Symbol):
        return "interval"
    if value.has(sympy.Order):
        return "series"
    return "expression" if value.free_symbols else "number"
