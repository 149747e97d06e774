"""Families of curves compared without their differential equation.

A family with one constant is the solution of y' = s(x, y). Its slope at a point follows from any form of
it, implicit or explicit: solve F(x, y, C) = 0 for C there, and take −F_x / F_y. Two families are one when
their slopes agree wherever they are looked at.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from operator import attrgetter

import mpmath
import sympy
from flint import acb, arb, ctx, fmpq

from app.grading.errors import Undecidable
from app.maths import EnclosureError
from app.maths.enclosures import Evaluation

POINTS = 4
DIGITS = 25
PRECISION = 256
STARTS = 6
"""Starting values of Newton's iteration for the constant at a point."""
ITERATIONS = 60


def same_slopes(
    sides: Sequence[sympy.Expr],
    constants: tuple[sympy.Symbol, sympy.Symbol],
    variable: sympy.Symbol,
    function: sympy.Symbol,
) -> bool:
    """Whether F(x, y, C) = 0 and G(x, y, K) = 0 describe the same curves; raises Undecidable."""
    source = random.Random(0)
    free = set().union(*(side.free_symbols for side in sides)) - {variable, function, *constants}
    fixed = {
        s: sympy.Rational(source.randint(5000, 19000), 10007) for s in sorted(free, key=attrgetter("name"))
    }
    sides = [side.xreplace(fixed) for side in sides]
    relations = [
        _Relation(side, constant, variable, function) for side, constant in zip(sides, constants, strict=True)
    ]
    with ctx.workprec(PRECISION):
        tolerance = arb(10) ** -DIGITS
        compared = 0
        for _ in range(4 * POINTS):
            place = [acb(fmpq(source.randint(3000, 19000), 10007)) for _ in range(2)]
            gold, answer = (relation.slopes(*place) for relation in relations)
            if not gold or not answer:
                continue
            for first, second in ((gold, answer), (answer, gold)):
                if any(all(abs(a - b) > tolerance * (1 + abs(a)) for b in second) for a in first):
                    return False
            compared += 1
            if compared == POINTS:
                return True
    raise Undecidable("the constant of one of the solutions could not be found at enough points")


class _Relation:
    """F(x, y, C) with its derivatives; absolute values are taken away, which changes no slope."""

    def __init__(
        self, expr: sympy.Expr, constant: sympy.Symbol, variable: sympy.Symbol, function: sympy.Symbol
    ) -> None:
        smooth = expr.replace(sympy.Abs, lambda u: u)
        self.expr, self.symbols = smooth, (variable, function, constant)
        self.derivatives = [sympy.diff(smooth, symbol) for symbol in self.symbols]

    def slopes(self, x: acb, y: acb) -> list[acb]:
        """The slopes at a point of the curves that go through it."""
        found: list[acb] = []
        for start in range(STARTS):
            slope = self._slope(x, y, acb(fmpq(7 * start - 15, 8), fmpq(start % 3, 3)))
            if slope is not None and not any(abs(slope - other) < 1e-20 for other in found):
                found.append(slope)
        return found

    def _slope(self, x: acb, y: acb, c: acb) -> acb | None:
        try:
            for _ in range(ITERATIONS):
                walk = Evaluation(dict(zip(self.symbols, (x, y, c), strict=True)), {})
                step = walk.value(self.expr) / walk.value(self.derivatives[2])
                c = acb(*(part.mid() for part in ((c - step).real, (c - step).imag)))
                if abs(step) < arb(10) ** -(2 * DIGITS):
                    walk = Evaluation(dict(zip(self.symbols, (x, y, c), strict=True)), {})
                    return -walk.value(self.derivatives[0]) / walk.value(self.derivatives[1])
        except (EnclosureError, ZeroDivisionError):
            return None
        return None


def same_linear_vectors(
    gold: Sequence[sympy.Expr],
    gold_constants: Sequence[sympy.Symbol],
    answer: Sequence[sympy.Expr],
    answer_constants: Sequence[sympy.Symbol],
    variable: sympy.Symbol,
) -> bool:
    """Whether two families of vectors, linear in their constants, are one."""
    if len(gold_constants) != len(answer_constants):
        return False
    with mpmath.workdps(40):
        wanted, offset = _columns(gold, gold_constants, variable)
        given, start = _columns(answer, answer_constants, variable)
        shift = [a - b for a, b in zip(start, offset, strict=True)]
        return all(_spanned(wanted, column) for column in (*given, shift)) and all(
            _spanned(given, column) for column in wanted
        )


def _columns(
    vector: Sequence[sympy.Expr], constants: Sequence[sympy.Symbol], variable: sympy.Symbol
) -> tuple[list[list[mpmath.mpc]], list[mpmath.mpc]]:
    """The values at several times, one below the other, of each constant's direction and of the rest."""
    directions = [[sympy.diff(entry, constant) for entry in vector] for constant in constants]
    if any(entry.free_symbols & set(constants) for direction in directions for entry in direction):
        raise Undecidable("the solutions are not linear in their constants, and no equation is given")
    rest = [entry.xreplace(dict.fromkeys(constants, sympy.S.Zero)) for entry in vector]
    return [_values(direction, variable) for direction in directions], _values(rest, variable)


def _values(vector: Sequence[sympy.Expr], variable: sympy.Symbol) -> list[mpmath.mpc]:
    found = []
    with ctx.workprec(PRECISION):
        for time in range(1, 6):
            walk = Evaluation({variable: acb(fmpq(time, 3))}, {})
            for entry in vector:
                try:
                    ball = walk.value(entry)
                except EnclosureError as error:
                    raise Undecidable(f"the solutions could not be evaluated: {error}") from error
                found.append(
                    mpmath.mpc(*(part.mid().str(40, radius=False) for part in (ball.real, ball.imag)))
                )
    return found


def _spanned(columns: Sequence[list[mpmath.mpc]], column: list[mpmath.mpc]) -> bool:
    """Whether a column is a combination of others: what remains of it after projecting the others away."""
    basis: list[mpmath.matrix] = []
    for values in (*columns, column):
        rest = mpmath.matrix(values)
        size = mpmath.norm(rest)
        for _ in range(2):  # once more against rounding
            for vector in basis:
                rest -= vector * (vector.H * rest)[0]
        length = mpmath.norm(rest)
        if length > mpmath.mpf(10) ** -20 * (1 + size):
            basis.append(rest / length)
            added = True
        else:
            added = False
    return not added
