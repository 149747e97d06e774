"""An expression in one variable as a short program of ball operations, for the many values of quadrature.

What does not depend on the variable is computed once, at the precision that is set when the program is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy
from flint import acb
from sympy import S

from app.maths.balls import EnclosureError
from app.maths.functions import DEFINITIONS, SIMPLE, Cut, Rule, touches

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

Function = Callable[[acb, bool], acb]
"""The value at a ball, not finite where there is none; the flag asks that the function be analytic there."""
Step = Callable[[list[acb], bool], acb]

WALKED = (sympy.Abs, sympy.sign, sympy.Heaviside)
"""Simple functions that have a way of their own to be analytic."""
NAN = acb("nan")


def compiled(walk: Evaluation, expr: sympy.Expr, variable: sympy.Symbol) -> Function:
    """`expr` as a function of `variable`; everything else in it has its value in `walk`.

    Raises `EnclosureError` for a part that is free of the variable and has no value.
    """
    return _Program(walk, expr, variable)


def plain(function: Function) -> Callable[[acb], acb]:
    """The function where nothing need be analytic."""
    return lambda z: function(z, False)


class _Program:
    """Registers for the variable, for constants, and for the result of each step."""

    def __init__(self, walk: Evaluation, expr: sympy.Expr, variable: sympy.Symbol) -> None:
        self._walk, self._variable = walk, variable
        self._registers: list[acb] = [NAN]
        self._places: dict[sympy.Basic, int] = {variable: 0}
        self._steps: list[tuple[int, Step]] = []
        self._result = self._place(expr)

    def __call__(self, z: acb, analytic: bool) -> acb:
        values = self._registers.copy()
        values[0] = z
        analytic = analytic or self._walk.analytic
        try:
            for place, step in self._steps:
                values[place] = step(values, analytic)
        except (EnclosureError, ValueError, ArithmeticError, NotImplementedError):
            return NAN
        return values[self._result]

    def _place(self, node: sympy.Basic) -> int:
        """The register in which the value of `node` is."""
        place = self._places.get(node)
        if place is None:
            if self._variable not in node.free_symbols:
                place = self._register(self._walk.value(node))
            else:
                place = self._compile(node)
            self._places[node] = place
        return place

    def _register(self, value: acb) -> int:
        self._registers.append(value)
        return len(self._registers) - 1

    def _step(self, step: Step) -> int:
        place = self._register(NAN)
        self._steps.append((place, step))
        return place

    def _compile(self, node: sympy.Basic) -> int:
        kind = type(node)
        if kind is sympy.Add:
            return self._chain(node, lambda i, j: lambda values, _: values[i] + values[j])
        if kind is sympy.Mul:
            return self._chain(node, lambda i, j: lambda values, _: values[i] * values[j])
        if kind is sympy.Pow:
            return self._power(node)
        rule = SIMPLE.get(kind)
        if rule is not None and kind not in WALKED:
            return self._function(rule, [self._place(argument) for argument in node.args])
        definition = DEFINITIONS.get(kind)
        if definition is not None:
            return self._place(definition(*node.args))
        return self._walked(node)

    def _chain(self, node: sympy.Expr, join: Callable[[int, int], Step]) -> int:
        """A sum or product of what is constant, as one number, and of each other operand."""
        constant, varying = node.as_independent(self._variable, as_Add=node.is_Add)
        neutral = S.Zero if node.is_Add else S.One
        places = [self._place(part) for part in node.func.make_args(varying)]
        if constant != neutral:
            places.append(self._place(constant))
        place = places[0]
        for other in places[1:]:
            place = self._step(join(place, other))
        return place

    def _power(self, node: sympy.Pow) -> int:
        base, exponent = node.args
        if base is S.Exp1:
            place = self._place(exponent)
            return self._step(lambda values, _: values[place].exp())
        if self._variable not in base.free_symbols and not (base.is_number and base.is_nonpositive):
            place = self._place(exponent * sympy.log(base))
            return self._step(lambda values, _: values[place].exp())
        if exponent.is_Integer and abs(exponent.p) < 1000:
            place, whole = self._place(base), int(exponent.p)
            return self._step(lambda values, _: values[place] ** whole)
        if exponent.is_Rational and exponent.q == 2:
            return self._root(self._place(base), int(exponent.p))
        return self._walked(node)

    def _root(self, place: int, power: int) -> int:
        take, whole = (acb.sqrt if power > 0 else acb.rsqrt), abs(power)

        def step(values: list[acb], analytic: bool) -> acb:
            ball = values[place]
            if analytic and touches(ball, Cut.NEGATIVE):
                return NAN
            return take(ball) ** whole

        return self._step(step)

    def _function(self, rule: Rule, places: list[int]) -> int:
        evaluate = rule.evaluate
        if len(places) == 1 and rule.cut is Cut.NONE:
            (only,) = places
            return self._step(lambda values, _: evaluate(values[only]))

        def step(values: list[acb], analytic: bool) -> acb:
            balls = [values[place] for place in places]
            return NAN if analytic and not rule.analytic(*balls) else evaluate(*balls)

        return self._step(step)

    def _walked(self, node: sympy.Basic) -> int:
        """What has no short way is evaluated as anywhere else, at the given ball."""
        self._check(node)

        def step(values: list[acb], analytic: bool) -> acb:
            return self._walk.within({self._variable: values[0]}, analytic=analytic).value(node)

        return self._step(step)

    def _check(self, node: sympy.Basic) -> None:
        """Raises the error of a part without any rule, which else would only be seen as not finite."""
        bound = self._walk.within({self._variable: acb(1)}, analytic=False)
        for part in sympy.preorder_traversal(node):
            if isinstance(part, sympy.Expr) and not part.is_Symbol:
                bound.supports(part)
