"""The answer kind that a gold answer has when nobody says it."""

from __future__ import annotations

import re

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from app.grading.answer_kinds import choice, interval, number, parameters, parametric, reading, series, text
from app.grading.answer_kinds import tuple as ordered
from app.grading.answer_kinds.antiderivative import VARIABLES
from app.grading.answer_kinds.base import is_scalar
from app.grading.answer_kinds.tuple import SEPARATOR, UNIT_VECTORS
from app.grading.errors import GradingError
from app.problems.problem import AnswerKind
from app.problems.tasks import DifferentialEquation, Equation, IndefiniteIntegral, Series, Task

KIND_OF_TASK: dict[type, AnswerKind] = {
    IndefiniteIntegral: "antiderivative",
    DifferentialEquation: "ode_solution",
    Equation: "solution_set",
    Series: "series",
}

KIND_OF_TYPE: tuple[tuple[type, AnswerKind], ...] = (
    (sympy.MatrixBase, "matrix"),
    (sympy.FiniteSet, "solution_set"),
    (sympy.Set, "interval"),
    (sympy.Tuple, "tuple"),
    (sympy.Eq, "equation"),
    (Boolean, "interval"),
)

_CONSTANT = re.compile(r"\+\s*(?:C|c|K|\\(?:text|mathrm)\s*\{\s*(?:C|const(?:ant)?\.?)\s*\})\s*\Z")
_INTEGRAL_LABEL = re.compile(r"\s*(?:\\int|∫|[FIG]\s*(?:\(|\Z)|\\mathcal|f\s*\()")
_FREE_CONSTANTS = re.compile(r"(?<![A-Za-z\\])[CcKk]_\{?\d")
_FREE_CONSTANT = re.compile(r"C|[CcKk]_\d+")
_LOGICAL = re.compile(
    r"\\(?:neg|lnot|leftrightarrow)(?![a-z])|¬|[A-Zp-s]\s*\\(?:land|lor|wedge|vee|to|rightarrow)(?![a-z])\s*\(?\s*[A-Zp-s](?![a-z=<>])"
)
_LETTER = re.compile(r"(?:\\(?:text|mathrm|textbf)\s*\{)?\s*\(?\s*[A-H]\s*\)?\s*\}?")
_WORDS = re.compile(r"(?:\\text\s*\{[^{}]*\}|[A-Za-z]{2,}(?:[\s-]+[A-Za-z]+)*[.!]?)")
_FORMULA_SIGN = re.compile(r"[\\^_=+*/{}]")
_LONG_WORD = re.compile(r"[A-Za-z]{6,}")
_ALTERNATIVES = re.compile(r"\\text\s*\{\s*or\s*\}|(?<![A-Za-z\\])or(?![A-Za-z])|\\pm|±")


def kind_of(gold: str, task: Task | None = None) -> AnswerKind:
    """The kind that fits the gold answer; `text` when nothing else does."""
    if task is not None and type(task) in KIND_OF_TASK:
        return KIND_OF_TASK[type(task)]
    shown = reading.tidy(gold)
    if number.is_written_out(shown):
        return "number"
    written = _kind_as_written(shown)
    return written or _kind_as_read(shown)


def _kind_as_written(shown: str) -> AnswerKind | None:
    """The kind that the notation itself tells."""
    if text.means_none(shown):
        return "solution_set"
    if text.is_known(shown) and "infty" not in shown and shown not in ("∞", "oo"):
        return "text"
    if _LETTER.fullmatch(shown) and choice.letters(shown):
        return "choice"
    if parameters.take(shown).kind in ("integer", "natural") or "\\pmod" in shown or "(mod" in shown:
        return "solution_set"
    if parametric.is_span(shown):
        return "tuple"
    if _CONSTANT.search(shown) and not _gives_a_curve(shown):
        return "antiderivative"
    if series.is_open_ended(shown):
        return "series"
    if interval.is_interval(shown) and not _is_vector(shown):
        return "interval"
    return "solution_set" if _ALTERNATIVES.search(shown) and not _LOGICAL.search(shown) else None


def _kind_as_read(shown: str) -> AnswerKind:
    """The kind that the gold's type tells."""
    shown = parameters.take(shown).text
    parts = (
        [part for part in reading.split(shown, SEPARATOR) if part] if not _LOGICAL.search(shown) else [shown]
    )
    if len(parts) > 1 and reading.without_conditions(shown) == shown and all(map(_is_value, parts)):
        names = {reading.split(part, reading.EQUALS)[0] for part in parts if "=" in part}
        if all(re.fullmatch(r"\\lambda_\{?\w\}?", name) for name in names):
            return "solution_set"  # eigenvalues have no order
        if len(names) > 1 and _FREE_CONSTANTS.search(shown):
            return "ode_solution"
        return "tuple" if len(names) > 1 else "solution_set"
    try:
        if reading.is_name(reading.split(shown, re.compile("="))[0]) and "=" in shown:
            return _kind_of_named(shown)
        if ordered.is_labelled(shown):
            return "tuple"
        expr = reading.read(shown, "gold")
        if _LONG_WORD.fullmatch(shown) and len(expr.free_symbols) > 2:
            return "text"  # a word, which the grammar takes for a product of letters
    except GradingError:
        plain = _WORDS.fullmatch(shown) is not None or _FORMULA_SIGN.search(shown) is None
        return "text" if plain else "expression"
    return _kind_of_type(expr)


def _kind_of_named(shown: str) -> AnswerKind:
    """The kind of `x = 3`, `f(x) = x^2`, `y = 2x + 1`: that of the value, as the name is only a label."""
    return _kind_of_type(reading.value(shown, "gold").expr)


def _kind_of_type(expr: sympy.Basic) -> AnswerKind:
    if any(_FREE_CONSTANT.fullmatch(symbol.name) for symbol in expr.free_symbols) and _is_curve(expr):
        return "ode_solution"
    if is_scalar(expr) and expr.free_symbols & set(UNIT_VECTORS):
        return "tuple"
    if is_scalar(expr):
        return "expression" if expr.free_symbols else "number"
    if isinstance(expr, (sympy.And, sympy.Or, sympy.Not, sympy.Implies, sympy.Equivalent)) and not expr.atoms(
        Relational, sympy.Contains
    ):
        return "expression"
    return next((name for kind, name in KIND_OF_TYPE if isinstance(expr, kind)), "expression")


def _gives_a_curve(shown: str) -> bool:
    """Whether `… + C` stands on the right of an equation between variables, not of an integral's name."""
    sides = reading.split(shown, reading.EQUALS)
    return len(sides) > 1 and _INTEGRAL_LABEL.match(sides[0]) is None


def _is_curve(expr: sympy.Basic) -> bool:
    """Whether free constants stand beside other symbols, in a formula, a vector of them, or an equation."""
    kinds = (sympy.Expr, sympy.Eq, sympy.Tuple, sympy.MatrixBase)
    names = {symbol.name for symbol in expr.free_symbols}
    return isinstance(expr, kinds) and bool(names & {*VARIABLES, "y"})


def _is_vector(shown: str) -> bool:
    """Whether a text is a vector whose parameters run over the real numbers."""
    declared = parameters.take(shown)
    if declared.kind != "real":
        return False
    try:
        return isinstance(reading.value(declared.text, "gold").expr, (sympy.Tuple, sympy.MatrixBase))
    except GradingError:
        return False


def _is_value(part: str) -> bool:
    try:
        reading.value(part, "gold")
    except GradingError:
        return False
    return True
