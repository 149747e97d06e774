"""Rigorous values: an expression at a point becomes a ball that certainly contains its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import sympy
from flint import acb, arb, ctx
from sympy import S
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Not, Or

from app.maths import limiting, quadrature, summation
from app.maths.balls import EnclosureError, Undefined, binary, rational, short
from app.maths.closed_forms import whole_differences
from app.maths.functions import CONSTANTS, DEFINITIONS, SIMPLE, Cut, Rule, touches

PRECISION: Final = 128
"""Bits to which balls are computed unless told otherwise."""
MAX_PRECISION: Final = 4096
"""Bits beyond which `enclose_to` gives up."""
MAX_EXPONENT: Final = 100_000
"""Size of an integer exponent or rational's bits beyond which nothing is computed."""


def enclose(expr: sympy.Expr, point: Mapping[sympy.Symbol, sympy.Expr], precision: int = PRECISION) -> acb:
    """A finite ball that contains the value of `expr` at `point`, computed with `precision` bits.

    Powers, logarithms and other many-valued functions have their principal values, as in SymPy.
    Raises `EnclosureError` at poles and for what has no rigorous rule, naming the node.
    """
    with ctx.workprec(precision):
        return Evaluation.at(point).value(expr)


def enclose_to(expr: sympy.Expr, point: Mapping[sympy.Symbol, sympy.Expr], digits: int) -> acb:
    """A ball of radius below 10^-digits around the value of `expr`, by doubling the precision as needed."""
    precision = max(PRECISION, int(digits * 3.33) + 32)
    while precision <= MAX_PRECISION:
        ball = enclose(expr, point, precision)
        if ball.rad() < arb(10) ** -digits:
            return ball
        precision *= 2
    raise EnclosureError(f"{short(expr)} is not known to {digits} digits with {MAX_PRECISION} bits")


class Evaluation:
    """One walk through an expression at one point; `real` stays true while no step leaves the real numbers.

    With `analytic` set, a ball that touches a branch cut gives an `EnclosureError`: rigorous quadrature needs
    to know where its integrand is analytic. `rigorous` turns false where a value is accurate but not proven:
    an integral, sum or limit that was computed twice, with a ball wide of the difference. Walks that come
    from one another share it.
    """

    def __init__(
        self,
        values: Mapping[sympy.Basic, acb],
        numbers: Mapping[sympy.Symbol, sympy.Expr],
        *,
        analytic: bool = False,
        origin: Evaluation | None = None,
    ) -> None:
        self.values: dict[sympy.Basic, acb] = dict(values)
        self.numbers = numbers
        self.analytic = analytic
        self.real = True
        self._rigorous = True
        self._origin: Evaluation = origin._origin if origin else self

    @classmethod
    def at(cls, point: Mapping[sympy.Symbol, sympy.Expr]) -> Evaluation:
        """An evaluation at a point given by SymPy numbers, at the precision now set."""
        start = cls({}, point)
        return cls({symbol: start.value(value) for symbol, value in point.items()}, point)

    @property
    def rigorous(self) -> bool:
        """Whether every value so far is an enclosure that is proven."""
        return self._origin._rigorous

    @rigorous.setter
    def rigorous(self, value: bool) -> None:
        self._origin._rigorous = value

    def within(self, bound: Mapping[sympy.Basic, acb], *, analytic: bool) -> Evaluation:
        """An evaluation in which more symbols are bound, to balls."""
        symbols = {node: ball for node, ball in self.values.items() if node.is_Symbol}
        return Evaluation({**symbols, **bound}, self.numbers, analytic=analytic, origin=self)

    def with_number(self, symbol: sympy.Symbol, number: sympy.Expr) -> Evaluation:
        """An evaluation in which one more symbol has an exact value."""
        walk = self.within({symbol: self.value(number)}, analytic=self.analytic)
        walk.numbers = {**self.numbers, symbol: number}
        return walk

    def refined(self) -> Evaluation:
        """An evaluation at the same point, at the precision now set; what has no exact value stays."""
        walk = self.within({}, analytic=self.analytic)
        walk.values.update({symbol: walk.value(number) for symbol, number in self.numbers.items()})
        return walk

    def size(self, node: sympy.Expr) -> arb:
        """The absolute value of `node`."""
        return abs(self.value(node))

    def value(self, node: sympy.Basic) -> acb:
        """The finite ball of `node`; equal nodes are computed once."""
        known = self.values.get(node)
        if known is not None:
            return known
        ball = self._compute(node)
        if not ball.is_finite():
            raise EnclosureError(f"{short(node)} has no finite value at this point")
        if self.real and not ball.imag.is_zero():
            self.real = False
        self.values[node] = ball
        return ball

    def supports(self, node: sympy.Basic) -> None:
        """Raises `EnclosureError` for a node that has no rule, or a symbol without a value."""
        if node.is_Symbol:
            known = node in self.values
        else:
            tables: tuple[Mapping[type, object], ...] = (STRUCTURAL, SIMPLE, DEFINITIONS)
            known = node.is_number or any(type(node) in table for table in tables)
        if not known:
            raise _without_rule(node)

    def _compute(self, node: sympy.Basic) -> acb:
        kind = type(node)
        structural = STRUCTURAL.get(kind)
        if structural is not None:
            return self._guarded(node, structural, self, node)
        if node.is_Rational:
            return rational(node)
        constant = CONSTANTS.get(node)
        if constant is not None:
            return constant()
        rule = SIMPLE.get(kind)
        if rule is not None:
            return self._apply(node, rule)
        definition = DEFINITIONS.get(kind)
        if definition is not None:
            return self.value(definition(*node.args))
        raise _without_rule(node)

    def _apply(self, node: sympy.Basic, rule: Rule) -> acb:
        balls = [self.value(arg) for arg in node.args]
        if self.analytic and type(node) in PIECEWISE_ANALYTIC and _is_real(node.args[0]):
            return PIECEWISE_ANALYTIC[type(node)](balls[0])
        if self.analytic and not rule.analytic(*balls):
            raise EnclosureError(f"{short(node)} may not be analytic here")
        return self._guarded(node, rule.evaluate, *balls)

    @staticmethod
    def _guarded(node: sympy.Basic, evaluate: Callable[..., acb], *arguments: object) -> acb:
        """Calls a rule; what SymPy or Arb refuses becomes an `EnclosureError` that names the node."""
        try:
            return evaluate(*arguments)
        except EnclosureError:
            raise
        except (ValueError, TypeError, ArithmeticError, NotImplementedError) as error:
            raise EnclosureError(f"{short(node)} could not be enclosed: {error}") from error

    def holds(self, condition: sympy.Basic) -> bool:
        """Whether a condition is true, decided rigorously; raises `EnclosureError` when balls overlap."""
        if condition in (S.true, S.false):
            return condition is S.true
        if isinstance(condition, And):
            return all(self.holds(part) for part in condition.args)
        if isinstance(condition, Or):
            return any(self.holds(part) for part in condition.args)
        if isinstance(condition, Not):
            return not self.holds(condition.args[0])
        if isinstance(condition, Relational):
            return self._compare(condition)
        raise EnclosureError(f"the condition {short(condition)} has no rigorous rule")

    def _compare(self, relation: Relational) -> bool:
        left, right = self.value(relation.lhs), self.value(relation.rhs)
        difference = left - right
        if isinstance(relation, (sympy.Eq, sympy.Ne)):
            if not difference.contains(0) or difference.is_zero():
                return difference.is_zero() is isinstance(relation, sympy.Eq)
        elif difference.imag.is_zero():
            x = difference.real
            for kind, yes, no in (
                (sympy.Gt, x > 0, x <= 0),
                (sympy.Ge, x >= 0, x < 0),
                (sympy.Lt, x < 0, x >= 0),
                (sympy.Le, x <= 0, x > 0),
            ):
                if isinstance(relation, kind) and (yes or no):
                    return bool(yes)
        raise EnclosureError(f"{short(relation)} is too close to call at this point")


def _without_rule(node: sympy.Basic) -> EnclosureError:
    if node.is_Symbol:
        return EnclosureError(f"the symbol {node} has no value here")
    return EnclosureError(f"{type(node).__name__} has no rigorous evaluation, in {short(node)}")


def _is_real(node: sympy.Expr) -> bool:
    """Whether `node` is real wherever its symbols are."""
    return bool(node.xreplace({s: sympy.Dummy(real=True) for s in node.free_symbols}).is_extended_real)


def _add(walk: Evaluation, node: sympy.Add) -> acb:
    total = walk.value(node.args[0])
    for term in node.args[1:]:
        total = total + walk.value(term)
    return total


def _mul(walk: Evaluation, node: sympy.Mul) -> acb:
    product = walk.value(node.args[0])
    for factor in node.args[1:]:
        product = product * walk.value(factor)
    return product


def _pow(walk: Evaluation, node: sympy.Pow) -> acb:
    base, exponent = node.args
    if base is S.Exp1:
        return walk.value(exponent).exp()
    ball = walk.value(base)
    if exponent.is_Integer:
        if abs(exponent.p) > MAX_EXPONENT:
            raise EnclosureError(f"the exponent in {short(node)} is too large")
        return ball**exponent.p
    if walk.analytic and touches(ball, Cut.NEGATIVE):
        raise EnclosureError(f"{short(node)} may not be analytic here")
    if exponent.is_Rational and exponent.q == 2:
        root = ball.sqrt() if exponent.p > 0 else ball.rsqrt()
        return root ** abs(exponent.p)
    power = walk.value(exponent)
    if ball.contains(0):
        if ball.is_zero() and (power.is_zero() or power.real > 0):
            return acb(1 if power.is_zero() else 0)
        return _small_power(ball, power)
    return ball.pow(power)


def _small_power(ball: acb, power: acb) -> acb:
    """Encloses ball^power for a ball around zero and a positive real power by |w| <= max|z|^power."""
    if power.imag.is_zero() and power.real > 0:
        bound = acb(ball.abs_upper()).pow(power).real.abs_upper()
        spread = arb(0, bound)
        return acb(spread) if ball.imag.is_zero() and ball.real >= 0 else acb(spread, spread)
    return acb("nan")


def _floor(walk: Evaluation, node: sympy.floor) -> acb:
    ball = walk.value(node.args[0])
    if walk.analytic and _is_real(node.args[0]):
        return ball.real_floor(analytic=True)
    if not ball.imag.is_zero():
        raise EnclosureError(f"{short(node)} of a complex number")
    whole = ball.real.floor().unique_fmpz()
    exact = node.args[0].xreplace(dict(walk.numbers)) if whole is None else ball
    if whole is None and exact.is_Rational:
        return acb(int(exact.p // exact.q))
    if whole is None:
        raise EnclosureError(f"{short(node)} is too close to a jump")
    return acb(whole)


def _piecewise(walk: Evaluation, node: sympy.Piecewise) -> acb:
    if walk.analytic:
        raise EnclosureError("a piecewise function may not be analytic here")
    for value, condition in node.args:
        if walk.holds(condition):
            return walk.value(value)
    raise Undefined(f"{short(node)} has no value")


def _hyper(walk: Evaluation, node: sympy.hyper) -> acb:
    upper = [walk.value(a) for a in node.ap]
    lower = [walk.value(b) for b in node.bq]
    z = walk.value(node.argument)
    if len(upper) > len(lower) and walk.analytic and touches(z, Cut.ABOVE_ONE):
        raise EnclosureError(f"{short(node)} may not be analytic here")
    if len(upper) == 2 and len(lower) == 1:
        return z.hypgeom_2f1(upper[0], upper[1], lower[0], **whole_differences(*node.ap, *node.bq))
    return z.hypgeom(upper, lower)


def _extremum(walk: Evaluation, node: sympy.Max | sympy.Min) -> acb:
    balls = [walk.value(arg) for arg in node.args]
    if walk.analytic or not all(ball.imag.is_zero() for ball in balls):
        raise EnclosureError(f"{short(node)} may not be real or analytic here")
    choose = arb.max if isinstance(node, sympy.Max) else arb.min
    best = balls[0].real
    for ball in balls[1:]:
        best = choose(best, ball.real)
    return acb(best)


def _differentiated(walk: Evaluation, node: sympy.Derivative | sympy.Subs) -> acb:
    done = node.doit()
    if done.has(sympy.Derivative, sympy.Subs):
        raise EnclosureError(f"{short(node)} has no known derivative")
    return walk.value(done)


def _unbounded(_: Evaluation, node: sympy.Basic) -> acb:
    raise EnclosureError(f"{node} is not a finite number")


STRUCTURAL: dict[type, Callable[[Evaluation, sympy.Basic], acb]] = {
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.Float: lambda _, node: binary(node),
    sympy.floor: _floor,
    sympy.Piecewise: _piecewise,
    sympy.hyper: _hyper,
    sympy.Integral: quadrature.integral,
    sympy.Sum: summation.total,
    sympy.Product: summation.product,
    sympy.Limit: limiting.limit,
    sympy.Derivative: _differentiated,
    sympy.Subs: _differentiated,
    sympy.Max: _extremum,
    sympy.Min: _extremum,
    type(S.Infinity): _unbounded,
    type(S.NegativeInfinity): _unbounded,
    type(S.ComplexInfinity): _unbounded,
    type(S.NaN): _unbounded,
}
"""Nodes that are not plain functions of the balls of their arguments."""

PIECEWISE_ANALYTIC: dict[type, Callable[[acb], acb]] = {
    sympy.Abs: lambda z: z.real_abs(analytic=True),
    sympy.sign: lambda z: z.real_sgn(analytic=True),
    sympy.Heaviside: lambda z: z.real_heaviside(analytic=True),
}
"""Functions of a real argument, continued to both sides of their jump or corner as quadrature needs it."""
