"""Intervals and their unions, as brackets or as inequalities: the same pieces with the same ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean, Not, Or

from app.grading.answer_kinds import parameters, reading
from app.grading.answer_kinds.base import Question, Ruling, equal
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerUnreadable, GoldUnreadable, GradingError, Undecidable
from app.grading.verdict import Step

_ALL_REAL = re.compile(
    r"(?:\\text\s*\{)?\s*(?:all|any|every) (?:the )?real (?:numbers?|values?)?(?: \w)?\s*\}?"
    r"|\\(?:mathbb\s*\{?|Bbb\s*)R\}?|ℝ|\\R|\\mathbf\{R\}",
    re.I,
)
_MEMBERSHIP = re.compile(r"\A\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:\\in\b|∈)\s*")
_OR = re.compile(
    r"\\text(?:rm)?\s*\{\s*,?\s*or\s*\}|\\(?:lor|vee)\b|∨|(?<![A-Za-z\\])or(?![A-Za-z])|,(?=[^,]*[<>≤≥]|[^,]*\\(?:le|ge|lt|gt))"
)
_AND = re.compile(r"\\text(?:rm)?\s*\{\s*,?\s*and\s*\}|\\(?:land|wedge)\b|∧|(?<![A-Za-z\\])and(?![A-Za-z])")
_BUILDER = re.compile(
    r"\s*(?:\\left)?\s*\\?\{\s*\\?\w+\s*(?:(?:\\in\b|∈)[^:|]*?)?(?::|\||\\mid\b|\\vert\b)(.*?)(?:\\right)?\s*\\?\}\Z",
    re.S,
)
_INTERVAL = re.compile(
    r"\\cup|∪|\\setminus|\\mathbb\s*\{?R|ℝ|[<>≤≥]|\\(?:le|ge|leq|geq|lt|gt|leqslant|geqslant|ne|neq)\b|\\infty\s*(?:\\right)?\s*[)\]]"
)
_BRACKETS = re.compile(r"\s*(?:\\left)?\s*([(\[\]])(.+?)(?:\\right)?\s*([)\]\[])\s*", re.S)
_COMMA = re.compile("[,;]")


_REALS = r"(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|(?<![A-Za-z])R)"
_MINUS_SET = re.compile(rf"{_REALS}\s*(?:\\setminus|\\backslash|∖|-|\\)\s*\\?\{{([^{{}}]*?)\\?\}}")
_EXCEPT = re.compile(
    r"(?:\\text\s*\{)?\s*(?:all|any|every)\s+(?:the\s+)?(?:real\s+)?(?:numbers?|values?(?:\s+of\s+\$?\w\$?)?|\$?[a-z]\$?|reals?)"
    r"(?:\s+\$?[a-z]\$?)?,?\s+(?:except|but|other than"
    r"|excluding)(?:\s+for)?\s*\}?\s*\$?(?:[a-z]\s*=\s*)?([^$]+?)\$?\s*\}?\s*\Z",
    re.I,
)
_IS = r"\s*(?:\\text\s*\{)?\s*\b(?:(?:is|are|must be|be)\s+)?(?:strictly\s+)?"
_WORDS = tuple(
    (re.compile(_IS + words + r"\b\s*\}?\s*", re.I), sign)
    for words, sign in (
        (r"(?:greater|more|larger|bigger) than or equal to", r"\ge"),
        (r"(?:less|smaller|fewer) than or equal to", r"\le"),
        (r"not equal to", r"\ne"),
        (r"at least", r"\ge"),
        (r"at most", r"\le"),
        (r"(?:greater|more|larger|bigger) than", ">"),
        (r"(?:less|smaller|fewer) than", "<"),
    )
)
_BARE_BOUND = re.compile(r"\A\s*((?:[<>]|\\(?:ge|le|ne))(?![a-z]).*)", re.S)


@dataclass(frozen=True)
class Piece:
    """One connected part: its ends, and whether they belong to it."""

    low: sympy.Expr
    high: sympy.Expr
    open_low: bool
    open_high: bool


def is_interval(text: str) -> bool:
    """Whether a text is written like an interval, a union of them or an inequality."""
    shown = reading.tidy(text)
    if "\\begin{cases}" in shown or parameters.take(shown).kind in ("integer", "natural"):
        return False
    ends = _ends(shown)
    if ends is not None and (ends[0], ends[3]) != ("(", ")"):
        return "\\{" not in shown
    return _INTERVAL.search(shown) is not None and "\\mathbb{Z}" not in shown


def rule(question: Question) -> Ruling:
    """Compares two sets of real numbers piece by piece."""
    gold = _read(question.gold, "gold")
    answer = _read(question.answer, "answer")
    if len(gold) != len(answer):
        return Ruling(False, "interval", f"The answer has {len(answer)} pieces where {len(gold)} are right.")
    for place, piece in enumerate(answer, start=1):
        if not any(_same(wanted, piece, question) for wanted in gold):
            return Ruling(False, "interval", f"Piece {place} of the answer has a wrong end.")
    step = Step(stage="interval", note=f"{len(gold)} pieces with equal ends, open and closed alike")
    return Ruling(True, "interval", "The answer is the same set of real numbers.", (step,))


def _same(gold: Piece, answer: Piece, question: Question) -> bool:
    return (
        (gold.open_low, gold.open_high) == (answer.open_low, answer.open_high)
        and equal(gold.low, answer.low, question.assumptions)
        and equal(gold.high, answer.high, question.assumptions)
    )


def _read(text: str, side: Side) -> list[Piece]:
    shown = _MEMBERSHIP.sub("", _in_signs(reading.tidy(text)))
    pieces: list[Piece] = []
    builder = _BUILDER.match(shown)
    shown = builder.group(1) if builder else shown
    for part in reading.split(shown, re.compile(r"\\cup\b|∪")):
        for alternative in reading.split(part, _OR):
            pieces += _alternative(alternative, side)
    return _pieces(sympy.Union(*map(_interval, pieces)), side) if len(pieces) > 1 else pieces


def _in_signs(text: str) -> str:
    """Bounds in words as signs: `x is at least 3`, `all x except 0`."""
    text = _EXCEPT.sub(r"\\mathbb{R}\\setminus\\{\1\\}", text)
    for words, sign in _WORDS:
        text = words.sub(f" {sign} ".replace("\\", r"\\"), text)
    text = _BARE_BOUND.sub(r"x \1", text)
    return _MINUS_SET.sub(r"\\mathbb{R}\\setminus\\{\1\\}", text)


def _alternative(text: str, side: Side) -> list[Piece]:
    """The pieces of bounds joined by "and": their common part; when it is empty, "and" was said for "or"."""
    parts = [_pieces(_as_set(part, side), side) for part in reading.split(text, _AND)]
    if len(parts) == 1:
        return parts[0]
    sets = [sympy.Union(*map(_interval, pieces)) for pieces in parts]
    common = _within(sets)
    return _pieces(sympy.Union(*sets) if common is sympy.S.EmptySet else common, side)


def _as_set(text: str, side: Side) -> sympy.Basic:
    shown = _MEMBERSHIP.sub("", text.strip())
    if _ALL_REAL.fullmatch(shown):
        return sympy.S.Reals
    ends = _ends(shown)
    if ends is None:
        return reading.read(shown, side)
    opening, low, high, closing = ends
    try:
        return sympy.Interval(
            reading.read(low, side), reading.read(high, side), opening != "[", closing != "]"
        )
    except (TypeError, ValueError) as error:
        raise _unreadable(side, f"its ends are not real numbers ({error})") from error


def _ends(shown: str) -> tuple[str, str, str, str] | None:
    """The brackets of an interval and its two ends, or None for any other text."""
    found = _BRACKETS.fullmatch(shown)
    parts = reading.split(found[2], _COMMA) if found is not None else []
    if found is None or len(parts) != 2 or not all(parts) or not all(map(_balanced, parts)):
        return None
    return found[1], parts[0], parts[1], found[3]


def _balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))


def _pieces(expr: sympy.Basic, side: Side) -> list[Piece]:
    """The connected parts of a set of real numbers in any form the parser gives."""
    if isinstance(expr, Boolean):
        expr = _solution_set(expr, _variable(expr, side), side)
    if expr is sympy.S.EmptySet:
        return []
    if isinstance(expr, sympy.Complement):
        expr = sympy.Complement(*expr.args)
    if isinstance(expr, sympy.Union):
        return [piece for part in expr.args for piece in _pieces(part, side)]
    if expr is sympy.S.Reals:
        expr = sympy.Interval(-sympy.oo, sympy.oo)
    if isinstance(expr, sympy.Interval):
        return [Piece(expr.start, expr.end, bool(expr.left_open), bool(expr.right_open))]
    if isinstance(expr, sympy.FiniteSet):
        return [Piece(point, point, False, False) for point in expr.args]
    if isinstance(expr, sympy.Tuple) and len(expr) == 2 and all(isinstance(end, sympy.Expr) for end in expr):
        return [Piece(expr[0], expr[1], True, True)]
    raise _unreadable(side, "it is not an interval")


def _interval(piece: Piece) -> sympy.Set:
    return sympy.Interval(piece.low, piece.high, piece.open_low, piece.open_high)


def _variable(relation: Boolean, side: Side) -> sympy.Symbol:
    """The symbol that every part bounds; with several of them, the one on the left of the first."""
    parts = list(relation.atoms(Relational, sympy.Contains))
    shared = set.intersection(*(set(part.free_symbols) for part in parts)) if parts else set()
    if not shared:
        raise _unreadable(side, "it is not a bound on a variable")
    return min(shared, key=lambda symbol: ("xtyz".find(symbol.name) % 99, symbol.name))


def _solution_set(relation: Boolean, variable: sympy.Symbol, side: Side) -> sympy.Basic:
    """The values of the variable for which bounds on it hold."""
    if isinstance(relation, And):
        return _within([_solution_set(part, variable, side) for part in relation.args])
    if isinstance(relation, Or):
        return sympy.Union(*(_solution_set(part, variable, side) for part in relation.args))
    if isinstance(relation, Not):
        return sympy.Complement(sympy.S.Reals, _solution_set(relation.args[0], variable, side))
    if isinstance(relation, sympy.Contains):
        return relation.args[1]
    if isinstance(relation, Relational):
        return _bound(relation, variable)
    raise _unreadable(side, "it is not a bound on a variable")


def _within(parts: list[sympy.Basic]) -> sympy.Basic:
    """The common part; of a lower and an upper bound, also where symbols keep SymPy from comparing them."""
    if len(parts) == 2 and all(isinstance(part, sympy.Interval) for part in parts):
        below, above = parts if parts[1].start == -sympy.oo else reversed(parts)
        if below.end == sympy.oo and above.start == -sympy.oo:
            return sympy.Interval(below.start, above.end, below.left_open, above.right_open)
    return sympy.Intersection(*parts)


def _bound(relation: Relational, variable: sympy.Symbol) -> sympy.Basic:
    if relation.rhs in (variable, sympy.Abs(variable)):
        relation = relation.reversed
    if relation.lhs == -variable:
        relation = relation.reversedsign
    if relation.lhs == sympy.Abs(variable):
        return _absolute_bound(relation, variable)
    if relation.lhs != variable or variable in relation.rhs.free_symbols:
        raise Undecidable("the inequality is not solved for its variable")
    end, infinity = relation.rhs, sympy.oo
    if isinstance(relation, (sympy.Gt, sympy.Ge)):
        return sympy.Interval(end, infinity, isinstance(relation, sympy.Gt), True)
    if isinstance(relation, (sympy.Lt, sympy.Le)):
        return sympy.Interval(-infinity, end, True, isinstance(relation, sympy.Lt))
    if isinstance(relation, sympy.Ne):
        return sympy.Complement(sympy.S.Reals, sympy.FiniteSet(end))
    return sympy.FiniteSet(end)


def _absolute_bound(relation: Relational, variable: sympy.Symbol) -> sympy.Basic:
    end = relation.rhs
    sides = [_bound(relation.func(variable, end), variable), _bound(relation.func(-variable, end), variable)]
    if isinstance(relation, (sympy.Lt, sympy.Le)):
        return _within(sides)
    return sympy.Union(*sides)


def as_interval(relation: Boolean, variable: sympy.Symbol) -> sympy.Basic:
    """The values of `variable` for which a bound on it holds."""
    return _solution_set(relation, variable, "answer")


def _unreadable(side: Side, why: str) -> GradingError:
    if side == "gold":
        return GoldUnreadable(f"the gold answer cannot be read: {why}")
    return AnswerUnreadable(f"the answer cannot be read: {why}", notation=False)
