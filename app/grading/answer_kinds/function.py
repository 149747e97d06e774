"""Functions: a program or formula with the values of the gold, compared as formulas, else point by point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from operator import attrgetter
from typing import Any

import sympy
from flint import arb
from sympy import S

from app.grading.answer_kinds import expression, number, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused, AnswerUnreadable, GoldUnreadable, Undecidable
from app.grading.programs import Program, ProgramError, read
from app.grading.verdict import Step
from app.maths import Assumptions, EnclosureError, enclose
from app.maths.assumptions import Point

POINTS = 12
"""Points at which values agree before the functions are taken to agree."""
SPAN = 13
"""Consecutive integers that are looked at from the least one on."""
LARGER = (15, 20, 30)
"""How far beyond the least integer larger ones are."""
PROBES, LARGEST_PROBE = 20, 1000
"""Integers next to those a program names that are looked at; a program may change what it does there."""
GRID, RANDOM = 40, 24
"""Points of several integers: small ones, and random ones."""
PATIENCE = 3
"""Points at which the program may take too much before it is given up."""
PRECISION = 256
"""Bits to which the size of a value is found."""
VALUE_BITS = 20_000
"""Values of a formula beyond this size are not computed."""

_HEADER = re.compile(r"\A\s*\\?[A-Za-z]\w*\s*(?:\\left)?\(([^()=]*?)(?:\\right)?\)\s*=")
_OF_INTEGERS = (
    sympy.factorial, sympy.binomial, sympy.factorial2, sympy.Sum, sympy.Product, sympy.fibonacci,
    sympy.harmonic, sympy.bernoulli, sympy.catalan,
)  # fmt: skip
_STEPS = (sympy.floor, sympy.ceiling, sympy.Mod, sympy.frac)
_REAL_NAMES = frozenset(("x", "y", "z", "t", "u", "v", "w", "r", "theta"))
"""Variables that are real numbers where nothing says otherwise."""


@dataclass(frozen=True)
class Function:
    """One side: its variables in order, its formula if it has one, its program if it is one."""

    variables: tuple[sympy.Symbol, ...]
    formula: sympy.Basic | None
    program: Program | None = None

    def named(self, symbols: dict[sympy.Symbol, sympy.Symbol]) -> Function:
        """The same function of other variables."""
        formula = None if self.formula is None else self.formula.xreplace(symbols)
        return Function(tuple(symbols.get(v, v) for v in self.variables), formula, self.program)

    def at(self, point: Point) -> Any:
        """The value at a point; raises ProgramError."""
        if self.program is not None:
            return self.program.call(*(point[variable] for variable in self.variables))
        assert self.formula is not None  # noqa: S101 - a side without a program is a formula
        if is_scalar(self.formula):
            _require_moderate(self.formula, point)
        return self.formula.xreplace(point)


def rule(question: Question) -> Ruling:
    """Whether both sides, programs or formulas, have the same values on the domain.

    A program that fails where the gold has a value is wrong; one that takes too much there is undecided.
    Without a program this is the rule of expressions.
    """
    gold, answer = read_function(question.gold, "gold"), read_function(question.answer, "answer")
    if gold.program is None and answer.program is None:
        return expression.rule(question)
    answer = answer.named(pairing(gold, answer))
    inferred = are_integers(gold, answer, question.assumptions)
    if is_scalar(gold.formula) and is_scalar(answer.formula):
        try:
            compared = compare_scalars(gold.formula, answer.formula, question.assumptions)
        except (Undecidable, AnswerRefused):
            if gold.program is None and answer.program is None:
                raise
        else:
            # between the integers functions of integers may differ, and few integers are drawn at random
            sampled = compared.stage == "agree" and _over_integers(gold, answer, question.assumptions)
            if not sampled and (compared.verdict == "equal" or not inferred):
                return ruling(compared, "has the values of the gold answer")
    assumptions = question.assumptions
    symbols = sorted({*gold.variables, *answer.variables}, key=attrgetter("name"))
    if inferred:
        naturals = (sympy.Contains(symbol, S.Naturals0) for symbol in symbols)
        assumptions = Assumptions((*assumptions.relations, *naturals))
    return _by_points(gold, answer, _points(symbols, gold, answer, assumptions), inferred)


# The two sides


def read_function(text: str, side: Side) -> Function:
    """The function that a text is; raises GoldUnreadable, AnswerUnreadable and AnswerRefused."""
    try:
        program = read(text)
    except ProgramError as error:
        if side == "gold":
            raise GoldUnreadable(f"the gold answer is no program that can be read: {error}") from error
        if error.fault in ("syntax", "unknown"):
            raise AnswerUnreadable(str(error), notation=error.fault == "unknown") from error
        raise AnswerRefused("limit" if error.fault == "limit" else "program", str(error)) from error
    if program is not None:
        return Function(tuple(map(sympy.Symbol, program.parameters)), program.formula(), program)
    header = _HEADER.match(text)
    formula = number.single(reading.value(text, side).expr)
    named = [sympy.Symbol(name.strip().lstrip("\\")) for name in header[1].split(",")] if header else []
    others = sorted(formula.free_symbols - set(named), key=attrgetter("name"))
    return Function((*named, *others), formula)


def pairing(gold: Function, answer: Function) -> dict[sympy.Symbol, sympy.Symbol]:
    """The gold's variable for each of the answer's: the same name, else the same place."""
    if set(gold.variables) <= set(answer.variables) or (
        answer.program is None and set(answer.variables) <= set(gold.variables)
    ):
        return {}
    if len(gold.variables) != len(answer.variables):
        raise AnswerRefused("form", "the answer is a function of another number of values than the gold")
    return dict(zip(answer.variables, gold.variables, strict=True))


def _over_integers(gold: Function, answer: Function, assumptions: Assumptions) -> bool:
    """Whether the problem says that the variables are integers."""
    domains = [assumptions.domain(variable) for variable in {*gold.variables, *answer.variables}]
    return bool(domains) and all(domain.integral or domain.choices for domain in domains)


def are_integers(gold: Function, answer: Function, assumptions: Assumptions) -> bool:
    """Whether the variables are natural numbers though the problem does not say so."""
    variables = {*gold.variables, *answer.variables}
    if _over_integers(gold, answer, assumptions):
        return False
    if any(sympy.Contains(variable, S.Reals) in assumptions.relations for variable in variables):
        return False
    if gold.formula is not None and gold.formula.has(*_OF_INTEGERS):
        return True
    steps = gold.formula is not None and gold.formula.has(*_STEPS)
    programs = [side for side in (gold, answer) if side.program is not None and side.program.integral]
    if any(variable.name in _REAL_NAMES for variable in gold.variables):
        return not steps and any(side.formula is None for side in programs)
    return steps or bool(programs)


# Values at points


def _points(
    symbols: list[sympy.Symbol], gold: Function, answer: Function, assumptions: Assumptions
) -> list[tuple[Point, bool]]:
    """Admissible points, each with whether it is one of the small ones where a value must be found."""
    constants = {c for side in (gold, answer) if side.program for c in side.program.constants}
    near = sorted({c + step for c in constants for step in (-1, 0, 1)}, key=abs)
    probes = [value for value in near if abs(value) <= LARGEST_PROBE][:PROBES]
    domains = [assumptions.domain(symbol) for symbol in symbols]
    integral = all(domain.integral for domain in domains)
    drawn: list[Point] = list(islice(assumptions.stream(symbols, 0), RANDOM)) if symbols else [{}]
    rows: list[tuple[tuple[Any, ...], bool]] = []
    if integral and symbols:
        least = [int(sympy.ceiling(d.lower)) if d.lower.is_finite else 0 for d in domains]
        if len(symbols) == 1:
            below = range(-1, -6, -1) if not domains[0].lower.is_finite else ()
            rows += [((least[0] + step,), True) for step in range(SPAN)] + [((n,), True) for n in below]
            rows += [((least[0] + step,), False) for step in LARGER]
        else:
            small = product(range(4), repeat=len(symbols))
            rows += [
                (tuple(a + b for a, b in zip(least, row, strict=True)), True) for row in islice(small, GRID)
            ]
    rows += [(tuple(point[symbol] for symbol in symbols), not integral) for point in drawn]
    if len(symbols) == 1:
        rows += [((value,), False) for value in probes]
    points: dict[tuple[Any, ...], tuple[Point, bool]] = {}
    for row, small_one in rows:
        key = tuple(map(S, row))
        point = dict(zip(symbols, key, strict=True))
        if key not in points and assumptions.admits(point):
            points[key] = point, small_one
    return list(points.values())


def _by_points(gold: Function, answer: Function, points: list[tuple[Point, bool]], inferred: bool) -> Ruling:
    """Compares values; the first point at which they differ, or at which the answer fails, decides."""
    agreed = 0
    missed: list[str] = []
    complete = len(points) < POINTS  # the domain has no more of them
    for point, small in points:
        if len(missed) >= PATIENCE:
            break
        place = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
        try:
            wanted = gold.at(point)
        except ProgramError:
            continue
        if isinstance(wanted, sympy.Basic) and wanted.has(S.NaN, S.ComplexInfinity):
            continue
        try:
            given = answer.at(point)
        except ProgramError as error:
            if error.fault in ("limit", "symbolic"):
                missed += [str(error)] if small else []
            elif error.fault == "unknown":
                raise AnswerUnreadable(str(error), notation=True) from error
            elif not (inferred and 0 in point.values()):  # nothing says that zero is in the domain
                return Ruling(False, "program", f"The program fails at {place}: {error}.")
            continue
        if not _same(wanted, given):
            return Ruling(False, "program", f"The answer has another value than the gold at {place}.")
        agreed += 1
    if missed:
        raise Undecidable(f"a value of the program was not found: {missed[0]}")
    if not agreed or (agreed < POINTS and not complete):
        raise Undecidable(f"values could be compared at {agreed} points only")
    note = Step(stage="program", note=f"interpreted, never executed; the same values at {agreed} points")
    return Ruling(True, "program", f"The answer has the values of the gold at {agreed} points.", (note,))


def _same(wanted: Any, given: Any) -> bool:
    """Whether two values are equal; raises Undecidable and AnswerRefused."""
    if isinstance(wanted, (list, tuple, sympy.Tuple)) or isinstance(given, list):
        both = isinstance(wanted, (list, tuple, sympy.Tuple)) and isinstance(given, (list, sympy.Tuple))
        return both and len(wanted) == len(given) and all(map(_same, wanted, given))
    if not is_scalar(wanted) or not is_scalar(given):
        return bool(wanted == given)
    return compare_scalars(wanted, given, Assumptions()).verdict == "equal"


def _require_moderate(formula: sympy.Expr, point: Point) -> None:
    """Raises ProgramError where the value of a formula is too large to be computed."""
    try:
        size = enclose(formula, point, PRECISION).abs_lower()
        fits = not size.is_finite() or bool(size < arb(2) ** VALUE_BITS)
        known = bool(size.is_finite())
    except EnclosureError:
        fits, known = True, False
    if not fits or not (known or _stays_small(formula)):
        raise ProgramError("a value becomes too large", "limit")


def _stays_small(formula: sympy.Expr) -> bool:
    """Whether a formula has nothing that grows faster than powers of its variables."""
    powers = formula.atoms(sympy.Pow)
    return not formula.has(sympy.factorial, sympy.gamma) and not any(p.exp.free_symbols for p in powers)
