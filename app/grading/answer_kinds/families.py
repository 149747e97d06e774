"""Infinite families of numbers `a + b·k` over the integers k, compared exactly as residue classes.

A union of families whose steps are rational multiples of one another repeats with a common period P, so it
is a finite set of classes modulo P; two unions are equal when these are. Families in which the parameter
also stands in powers of −1 or in sines are taken apart by its parity first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import count, islice
from math import lcm

import sympy
from flint import arb, ctx, fmpq

from app.grading.errors import AnswerRefused, Undecidable
from app.maths import EnclosureError, enclose

MAX_CLASSES = 400
"""Classes beyond which a union of families is not spelt out."""
MEMBERS = 24
"""Members of a family that is not periodic are made for its parameter up to this size."""
PRECISION = 192
NEAR = arb(10) ** -40

Progression = tuple[sympy.Expr, sympy.Expr]
"""First member and step."""


def periodic(elements: Sequence[sympy.Expr], parameter: sympy.Symbol | None) -> list[Progression] | None:
    """The families as arithmetic progressions (step 0 for single numbers); None when one is not periodic."""
    found: list[Progression] = []
    index = sympy.Symbol("k", integer=True)
    for element in elements:
        if parameter is None or parameter not in element.free_symbols:
            found.append((element, sympy.S.Zero))
            continue
        parts = next(
            filter(None, (_progressions(element, parameter, index, period) for period in (1, 2, 4))), None
        )
        if parts is None:
            return None
        found += parts
    return found


def _progressions(
    element: sympy.Expr, parameter: sympy.Symbol, index: sympy.Symbol, period: int
) -> list[Progression] | None:
    """The element for each residue of its parameter, when these are linear in it."""
    found = []
    for residue in range(period):
        part = sympy.expand(element.xreplace({parameter: period * index + residue}))
        if period > 1 and part.has(index):
            part = sympy.powsimp(part)
        step = part.coeff(index, 1) if part.is_Add or part.is_Mul or part == index else sympy.S.Zero
        first = part.xreplace({index: sympy.S.Zero})
        if step.has(index) or sympy.expand(part - first - step * index) != 0:
            return None
        found.append((first, step))
    return found


def same(gold: Sequence[Progression], answer: Sequence[Progression]) -> bool | None:
    """Whether two unions of progressions have the same members; None when their steps do not fit together."""
    steps = [step for _, step in (*gold, *answer) if step != 0]
    ratios = [_ratio(step, steps[0]) for step in steps] if steps else []
    if not steps or any(ratio is None for ratio in ratios):
        return None
    known = [ratio for ratio in ratios if ratio is not None]
    # The least common multiple of fractions is that of their numerators over a common denominator.
    bottom = reduce(lcm, (int(ratio.q) for ratio in known))
    period = steps[0] * sympy.Rational(
        reduce(lcm, (abs(int(ratio.p * bottom // ratio.q)) for ratio in known)), bottom
    )
    with ctx.workprec(PRECISION):
        classes = [_classes(side, period) for side in (gold, answer)]
        return all(_covered(left, right) for left, right in (classes, classes[::-1]))


def _ratio(step: sympy.Expr, unit: sympy.Expr) -> sympy.Rational | None:
    value = sympy.cancel(step / unit)
    return value if value.is_Rational else None


def _classes(side: Sequence[Progression], period: sympy.Expr) -> list[tuple[arb, bool]]:
    """Members divided by the period, modulo 1, and whether they stand for a whole class."""
    found: list[tuple[arb, bool]] = []
    for first, step in side:
        copies = abs(int(period / step)) if step != 0 else 1
        if len(found) + copies > MAX_CLASSES:
            raise Undecidable("the families repeat after too many members")
        try:
            base = enclose(first / period, {}, PRECISION)
        except EnclosureError as error:
            raise AnswerRefused("form", "the members of an infinite set are not numbers") from error
        if not base.imag.contains(0):
            raise AnswerRefused("form", "the members of an infinite set are not real numbers")
        found += [(base.real + arb(fmpq(turn, copies)), step != 0) for turn in range(copies)]
    return found


def _covered(left: list[tuple[arb, bool]], right: list[tuple[arb, bool]]) -> bool:
    """Whether each class or number on the left is on the right."""
    return all(any(_congruent(a, b, whole, other) for b, other in right) for a, whole in left)


def _congruent(a: arb, b: arb, whole: bool, other: bool) -> bool:
    difference = a - b
    if other:
        difference -= round(float(difference.mid()))
    return bool(abs(difference) < NEAR) and (other or not whole)


def members(elements: Sequence[sympy.Expr], parameter: sympy.Symbol, *, start: int) -> list[sympy.Expr]:
    """The members of families for the parameter from `start`, in order of its size, without repetition."""
    found: dict[sympy.Expr, None] = {}
    for number in islice(count(start), MEMBERS - start + 1):
        for element in elements:
            member = element.xreplace({parameter: sympy.Integer(number)})
            if member.free_symbols or not member.is_extended_real:
                raise AnswerRefused("form", "the members of an infinite set are not numbers")
            found[member] = None
    return list(found)
