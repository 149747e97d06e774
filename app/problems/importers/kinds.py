"""The answer kind of an imported row, which has no typed task: told by its statement and its answer."""

from __future__ import annotations

import re
from functools import lru_cache

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from app.maths import ParseError, parse
from app.problems.problem import AnswerKind

LONGEST_STATEMENT = 6_000
LONGEST_ANSWER = 2_000
"""Characters of a statement, and of an answer, beyond which nothing is told by its looks."""

# Spaces are single here, and repetitions bounded: a hostile text must not keep a pattern busy.
_BARE_INTEGRAL = re.compile(r"\\int(?![A-Za-z])(?! ?(?:\\(?:no)?limits ?)?[_^])|∫(?! ?[_^₀-₉])")
_ANTIDERIVATIVE = re.compile(r"\bantiderivatives?\b|\bindefinite integrals?\b|\bprimitives? of\b", re.I)
_DERIVATIVE = re.compile(
    r"\b[a-zA-Z] ?(?:\([a-z]\) ?)?(?:'|\^ ?\{? ?\\prime)"
    r"|frac ?\{ ?(?:\\mathrm ?\{?)?d[^{}]{0,20}(?:\{[^{}]{0,9}\})?\}?[^{}]{0,20}\} ?\{ ?(?:\\mathrm ?\{?)?d"
    r"|\\d{1,2}ot ?\{|\bdifferential equations?\b|\binitial[ -]value problem\b"
)
_SOLVE = re.compile(r"\b(?:solv|solution)", re.I)
_EXPAND = re.compile(
    r"\b(?:Taylor|Maclaurin|Laurent)\b|\b(?:power|asymptotic) series\b|\bseries expansion\b"
    r"|\bexpand\b[^.]{0,200}\bseries\b",
    re.I,
)
_CHOICE = re.compile(r"(?:\\(?:text|mathrm|textbf|mathbf) ?\{)? ?\(? ?[A-J] ?\)? ?\}?\.?")
_FIRST_OPTION, _SECOND_OPTION = (re.compile(rf"(?:^|[ ({{])\(?{letter} ?[).:}}]") for letter in "AB")
_MATRIX = re.compile(r"\\begin ?\{[pbvBV]?(?:matrix|array)\}")
_UNION = re.compile(r"\\cup|∪|(?:infty|∞) ?(?:\\right ?)?[)\]]|[(\[] ?-? ?(?:\\infty|∞)")
_HALF_OPEN = re.compile(r"(?:[a-z] ?\\in ?)?(?:\\left ?)?[\[(][^()\[\]]*(?:\\right ?)?[\])]")
_COMMAS = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_NAME = re.compile(r"\\?[A-Za-z](?:_\{?\w+\}?)?(?:\([A-Za-z, ]*\))? ?=(?!=)")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'.-]+(?: [A-Za-z'.-]+)*!?|\\(?:text|mbox|textbf) ?\{[A-Za-z][^{}$\\]*\}")
_NUMBER = re.compile(
    r"[-+−]? ?(?:\\?\$|£|€)? ?(?:\d[\d,{}]*)?\.?\d+ ?"
    r"(?:\\?%|\^ ?\{?\\circ\}?|°|\\text ?\{[^{}]*\}|(?<= )[a-z]{2,}[a-z. ]{0,20})?"
)


def kind_of(statement: str, gold: str) -> AnswerKind:
    """The kind: by what the statement asks where that decides it, otherwise by how the answer looks."""
    question = " ".join(statement.split())[:LONGEST_STATEMENT]
    shown = " ".join(gold.strip().strip("$").split())
    asked = asked_kind(question)
    if asked is None or _NUMBER.fullmatch(shown[:LONGEST_ANSWER]):
        return kind_of_answer(shown, has_options=_has_options(question))
    return asked


def _has_options(question: str) -> bool:
    first = _FIRST_OPTION.search(question)
    return first is not None and _SECOND_OPTION.search(question, first.end() - 1) is not None


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
    if len(gold) > LONGEST_ANSWER:
        return "expression"
    if has_options and _CHOICE.fullmatch(gold):
        return "choice"
    if _NUMBER.fullmatch(gold):
        return "number"
    if _MATRIX.search(gold):
        return "matrix"
    if _is_interval(gold):
        return "interval"
    if _WORDS.fullmatch(gold):
        return "text"
    try:
        return _kind_of_type(parse(_NAME.sub("", gold, count=1)), gold)
    except ParseError:
        return (
            "solution_set" if _COMMAS.search(gold) and not gold.startswith(("(", "\\left(")) else "expression"
        )


def _is_interval(gold: str) -> bool:
    """Whether an answer is a union or reaches to infinity, or has square brackets, as no point does."""
    if "," in gold and _UNION.search(gold):
        return True
    return _HALF_OPEN.fullmatch(gold) is not None and gold.count(",") == 1 and ("[" in gold or "]" in gold)


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
