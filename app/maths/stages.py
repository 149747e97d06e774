"""The stages by which two expressions are compared, cheapest first; each decides or passes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, islice
from math import log
from operator import attrgetter
from typing import Final

import sympy
from flint import acb, arb, ctx
from sympy.core.relational import Relational

from app.maths.assumptions import AssumptionError, Assumptions, Point
from app.maths.balls import NUMERICAL_DIGITS, EnclosureError, Undefined, differ
from app.maths.enclosures import Evaluation
from app.maths.exact import rational_equality

POINTS: Final = 6
"""Admissible points at which both sides must agree."""
DIGITS: Final = 30
"""Decimal digits of agreement asked for at each point."""
CONSTANT_DIGITS: Final = 50
"""Decimal digits of agreement asked for between numbers."""
DRAWS: Final = 80
"""Points drawn at most in search of POINTS where both sides are finite."""
NUMERICAL_POINTS: Final = 3
"""Points that are enough where values are numerical, and costly."""
MOST_ZEROS: Final = 40
"""Points at which both sides are exactly zero that are passed over in search of others."""
SPECIAL: Final = 4
"""Points at ends of cases that are tried as well."""
PATIENCE: Final = 24
"""Draws after which a gold answer that was never real is taken to be complex."""
SPARE_BITS: Final = 40
"""Bits computed beyond the digits asked for."""
MAX_PRECISION: Final = 2048
"""Bits up to which balls that overlap are refined."""
MAX_DIGITS: Final = 1000
"""Digits recorded when both sides are exact."""
TINY: Final = 1e-15
"""Size below which digits of agreement count from here, since a zero has no relative accuracy."""
PROOF_OPERATIONS: Final = 16
"""Operations in the difference beyond which no proof by rewriting is tried."""
BITS_PER_DIGIT: Final = 3.3220
LOG_10: Final = log(10)


@dataclass(frozen=True)
class Agreement:
    """What the numerical stage found: `equal` is False when refuted, None when too few points were usable."""

    equal: bool | None
    points: int
    digits: int
    note: str


def agree(gold: sympy.Expr, answer: sympy.Expr, assumptions: Assumptions, seed: int) -> Agreement:
    """Compares values at admissible points: one pair of disjoint balls refutes equality for good.

    Points of the gold's own real domain are preferred (where no step of it leaves the real numbers), so that
    log(x) is compared for x > 0 alone; where there are too few of them, any point will do.
    """
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=attrgetter("name"))
    if not symbols:
        return _Tally(gold, answer, CONSTANT_DIGITS, needed=1).over([{}])
    special = list(dict.fromkeys([*special_values(gold), *special_values(answer)]))[:SPECIAL]
    tally = _Tally(gold, answer, DIGITS, needed=POINTS + len(special))
    try:
        points = assumptions.stream(symbols, seed)
        chosen = [
            {**point, symbol: value.xreplace(point)}
            for (symbol, value), point in zip(special, points, strict=False)
        ]
        admissible = [point for point in chosen if assumptions.admits(point)]
        tally.needed = POINTS + len(admissible)
        return tally.over(chain(admissible, islice(points, DRAWS)))
    except AssumptionError as error:
        return Agreement(None, tally.good, 0, str(error))


def special_values(expr: sympy.Expr) -> list[tuple[sympy.Symbol, sympy.Expr]]:
    """Values of single symbols that random points miss: ends of cases, and where a Kronecker delta is one."""
    conditions = [relation for node in expr.atoms(sympy.Piecewise) for relation in node.atoms(Relational)]
    differences = [relation.lhs - relation.rhs for relation in conditions]
    differences += [node.args[0] - node.args[1] for node in expr.atoms(sympy.KroneckerDelta)]
    found: dict[tuple[sympy.Symbol, sympy.Expr], None] = {}
    for difference in differences:
        for symbol in sorted(difference.free_symbols, key=attrgetter("name"))[:1]:
            slope = difference.diff(symbol)
            if slope.is_number and slope != 0:
                found[symbol, symbol - difference / slope] = None
    return list(found)


class _Tally:
    """Counts the points at which two sides agree."""

    def __init__(self, gold: sympy.Expr, answer: sympy.Expr, digits: int, *, needed: int) -> None:
        self.gold, self.answer, self.digits, self.needed = gold, answer, digits, needed
        self.precision = int(digits * BITS_PER_DIGIT) + SPARE_BITS
        self.good = 0
        self.worst = MAX_DIGITS
        self.rigorous = True
        self.zeros = 0
        self.trouble = "no admissible point was found at which the gold answer has a value"

    def over(self, points: Iterable[Point]) -> Agreement:
        """The agreement over `points`, each looked at once, those outside the gold's real domain last."""
        aside: list[Point] = []
        seen: set[tuple[sympy.Expr, ...]] = set()
        for drawn, point in enumerate(points):
            key = tuple(point.values())
            if key in seen:
                continue
            seen.add(key)
            gold = self._gold(point)
            if gold is None:
                continue
            if point and not gold[1]:
                aside.append(point)
                if drawn >= PATIENCE and not self.good:
                    break
            elif (decided := self._look(point, gold[0], gold[2])) is not None:
                return decided
        for point in aside:
            gold = self._gold(point)
            if gold is not None and (decided := self._look(point, gold[0], gold[2])) is not None:
                return decided
        note = f"only {self.good} of {self.needed} points could be compared: {self.trouble}"
        return Agreement(None, self.good, 0, note)

    def _gold(self, point: Point) -> tuple[acb, bool, bool] | None:
        """The gold's ball at a point, whether its evaluation stayed real, and whether it is proven."""
        with ctx.workprec(self.precision):
            walk = Evaluation.at(point)
            try:
                return walk.value(self.gold), walk.real, walk.rigorous
            except EnclosureError as error:
                self.trouble = str(error)
                return None

    def _look(self, point: Point, gold: acb, rigorous: bool) -> Agreement | None:
        """Compares at one point; an agreement when that settles the matter."""
        try:
            found = self._common(point, gold, rigorous)
        except Undefined as error:
            return Agreement(
                False, self.good + 1, 0, f"{error}{_where(point)}, where the gold answer has one"
            )
        except EnclosureError as error:
            self.trouble = str(error)
            return None
        if found is None:
            return Agreement(False, self.good + 1, self.digits, f"the values differ{_where(point)}")
        if gold.is_zero() and found == MAX_DIGITS and point and self.zeros < MOST_ZEROS:
            self.zeros += 1  # where both vanish, as binomials do outside their triangle, little is said
            return None
        if found < (self.digits if self.rigorous else NUMERICAL_DIGITS):
            self.trouble = f"only {found} digits could be compared{_where(point)}"
            return None
        self.good, self.worst = self.good + 1, min(self.worst, found)
        if self.good < (self.needed if self.rigorous else min(self.needed, NUMERICAL_POINTS)):
            return None
        note = f"{self.worst} digits agree at {self.good} points"
        proven = "" if self.rigorous else ", of values that are accurate but not proven"
        return Agreement(True, self.good, self.worst, note + proven)

    def _common(self, point: Point, gold: acb, rigorous: bool) -> int | None:
        """The decimal digits to which both values agree, or None when they differ."""
        precision = self.precision
        with ctx.workprec(precision):
            walk = Evaluation.at(point)
            answer = walk.value(self.answer)
            if not (rigorous and walk.rigorous):
                self.rigorous = False
                return None if differ(gold, answer, rigorous=False) else _near_digits(gold, answer)
            found = _common_digits(gold, answer)
        while found is not None and found < self.digits and precision < MAX_PRECISION:
            precision *= 2
            with ctx.workprec(precision):
                walk = Evaluation.at(point)
                found = _common_digits(walk.value(self.gold), walk.value(self.answer))
        return found


def _near_digits(a: acb, b: acb) -> int:
    """Digits of agreement of two numerical values, relative to their size (or to TINY)."""
    distance = abs(a - b).abs_upper()
    size = abs(a).mid().max(arb(TINY))
    return MAX_DIGITS if distance.is_zero() else max(0, int(-float((distance / size).log().mid()) / LOG_10))


def _where(point: Point) -> str:
    return " at " + ", ".join(f"{symbol} = {value}" for symbol, value in point.items()) if point else ""


def _common_digits(a: acb, b: acb) -> int | None:
    """Digits of agreement of two balls, relative to their size (or to TINY); None when they are disjoint."""
    if not a.overlaps(b):
        return None
    spread = a.rad() + b.rad()
    if spread.is_zero():
        return MAX_DIGITS
    size = abs(a).mid().max(arb(TINY))
    return max(0, min(MAX_DIGITS, int(-float((spread / size).log().mid()) / LOG_10)))


def proved(gold: sympy.Expr, answer: sympy.Expr, assumptions: Assumptions) -> str | None:
    """What shows the difference to be zero, given the assumptions; None if nothing cheap does."""
    difference = assumptions.apply(gold - answer)
    if difference == 0:
        return "assumptions"
    if sympy.count_ops(difference) > PROOF_OPERATIONS:
        return None
    for name, classes, rewrite in REWRITES:
        if difference.has(*classes):
            found = rational_equality(rewrite(difference), sympy.S.Zero)
            if found is not None and found.equal:
                return name
    return None


GAMMAS: Final = (sympy.gamma, sympy.factorial, sympy.binomial, sympy.beta, sympy.RisingFactorial)
INVERSES: Final = (
    *(sympy.asin, sympy.acos, sympy.atan, sympy.acot, sympy.asec, sympy.acsc),
    *(sympy.asinh, sympy.acosh, sympy.atanh, sympy.acoth, sympy.asech, sympy.acsch),
)
REWRITES: Final[tuple[tuple[str, tuple[type, ...], Callable[[sympy.Expr], sympy.Expr]], ...]] = (
    ("expansion of functions", (sympy.Function,), sympy.expand_func),
    ("inverse functions as logarithms", INVERSES, lambda e: e.rewrite(sympy.log)),
    ("identities of the gamma function", GAMMAS, lambda e: sympy.gammasimp(e.rewrite(sympy.gamma))),
)
"""Cheap identities by SymPy: a name, the functions they are about, and the rewriting."""
