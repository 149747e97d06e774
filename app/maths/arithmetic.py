"""Building powers and known functions without letting a short text make a huge number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import sympy as sp

from app.maths.known import Callee
from app.maths.limits import Limits

_UNKNOWN_BITS = 16.0
_LARGEST_ARGUMENT_BITS = 60
_SLOW = (sp.log, sp.sin, sp.cos, sp.atan, sp.erf, sp.LambertW)
_MATRIX_EXPONENT = 64
_EXPONENT_DIGITS = 6
_UNEVALUATED = (sp.Integral, sp.Sum, sp.Product, sp.Limit)
_MOST_COMPARED = 3
_MOST_EXPANDED = 200


class TooLarge(ArithmeticError):
    """Reading the text would compute a number beyond the limits."""


def rational(text: str, limits: Limits) -> Any:
    """The exact value of a number's text: `12`, `0.5`, `1e-3`, and `0.1(6)` with recurring digits."""
    mantissa, _, exponent = text.lower().partition("e")
    if "(" in mantissa:
        fixed, _, period = mantissa.rstrip(")").partition("(")
        places = len(fixed.partition(".")[2])
        return sp.Rational(fixed + "0") + sp.Rational(int(period), (10 ** len(period) - 1) * 10**places)
    if len(exponent) > _EXPONENT_DIGITS or abs(int(exponent or 0)) > limits.digits:
        raise TooLarge("the power of ten is too large")
    return sp.Rational(mantissa) * sp.Integer(10) ** int(exponent or 0)


def bits(expression: Any) -> float:
    """An upper estimate of log2 of the numerator and denominator of a constant expression (inf when vast)."""
    if expression.is_Rational:
        return float(max(abs(expression.p).bit_length(), abs(expression.q).bit_length()))
    if expression.is_Add:
        return max(map(bits, expression.args)) + math.log2(len(expression.args))
    if expression.is_Mul:
        return sum(map(bits, expression.args))
    if isinstance(expression, sp.Pow | sp.exp):
        base, exponent = expression.as_base_exp()
        if exponent.is_Rational and 0 < exponent < 1:
            return bits(base)  # a root is no longer than what it is taken of
        size = bits(exponent)
        return bits(base) * 2.0**size if size < 60 else math.inf
    if expression.is_Atom:
        return 2.0
    if isinstance(expression, sp.Function):
        return _bits_of_function(expression)
    return _UNKNOWN_BITS


def _bits_of_function(function: Any) -> float:
    """An estimate for a function's value: slow ones stay small, any other may grow like an exponential."""
    largest = max((bits(argument) for argument in function.args), default=0.0)
    if isinstance(function, sp.Abs | sp.floor | sp.ceiling):
        return largest
    if isinstance(function, _SLOW):
        return 4 + math.log2(1 + largest) if largest < math.inf else math.inf
    return 4 + 2.0**largest if largest < _LARGEST_ARGUMENT_BITS else math.inf


def power(base: Any, exponent: Any, limits: Limits) -> Any:
    """`base` to the `exponent`, refused when the result, or a later one of the same size, would be vast."""
    if isinstance(base, sp.MatrixBase):
        if not exponent.is_Integer or abs(exponent) > _MATRIX_EXPONENT:
            raise TooLarge("a matrix takes whole exponents up to 64 only")
        return sp.ImmutableMatrix(base**exponent)
    _only_expressions([base, exponent])
    if exponent.is_number:
        magnitude = bits(exponent)
        if magnitude > math.log2(limits.exponent) + 1 and not _is_fine_fraction(exponent, limits):
            raise TooLarge("the exponent is too large")
        size = sum(bits(factor) for factor in sp.Mul.make_args(base) if _is_computed(factor))
        if not exponent.is_Integer:
            _refuse_high_powers(base)
        if not exponent.is_Integer and size > limits.root_bits:
            raise TooLarge("the root is of too large a number")
        if exponent.is_Rational and size * abs(exponent) > limits.bits:
            raise TooLarge("the power is too large a number")
    return sp.Pow(base, exponent)


def _is_computed(factor: Any) -> bool:
    """Whether a power of this factor is worked out; those of e, pi and i stay as they are."""
    return bool(factor.is_number and (factor.is_Rational or not factor.is_Atom))


def _is_fine_fraction(exponent: Any, limits: Limits) -> bool:
    return bool(exponent.is_Rational and abs(exponent) <= limits.exponent and bits(exponent) <= limits.bits)


def multiply(factors: list[Any], limits: Limits) -> Any:
    """The product of `factors` (one may be a vector), refused when its rational coefficient is vast."""
    vectors = [factor for factor in factors if isinstance(factor, sp.Tuple)]
    if len(vectors) == 1:
        others = [factor for factor in factors if factor is not vectors[0]]
        return sp.Tuple(*(multiply([*others, entry], limits) for entry in vectors[0]))
    if any(isinstance(factor, sp.MatrixBase) for factor in factors):
        product = factors[0]
        for factor in factors[1:]:
            product = product * factor
        return product
    _only_expressions(factors)
    if any(factor.is_infinite for factor in factors if factor.is_Atom):
        _refuse_unknown_size(factors)
    if sum(bits(factor) for factor in factors if factor.is_Rational) > limits.bits:
        raise TooLarge("the product is too large a number")
    return sp.Mul(*factors)


def _refuse_unknown_size(factors: list[Any]) -> None:
    """Next to an infinity SymPy asks for the sign of every factor, and works it out numerically."""
    if any(factor.is_number and factor.has(sp.Function, *_UNEVALUATED) for factor in factors):
        raise TooLarge("infinity is multiplied by a number that is not worked out")


def add(terms: list[Any], limits: Limits) -> Any:
    """The sum of `terms`, matrices and vectors included, refused when its rational part is vast."""
    if all(isinstance(term, sp.Tuple) for term in terms) and len({len(term) for term in terms}) == 1:
        return sp.Tuple(*(add(list(entries), limits) for entries in zip(*terms, strict=True)))
    if any(isinstance(term, sp.MatrixBase) for term in terms):
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total
    _only_expressions(terms)
    if sum(bits(term) for term in terms if term.is_Rational) > limits.bits:
        raise TooLarge("the sum is too large a number")
    return sp.Add(*terms)


def negate(value: Any) -> Any:
    """The negative of an expression or a matrix."""
    if isinstance(value, sp.Tuple):
        return sp.Tuple(*map(negate, value))
    if not isinstance(value, sp.MatrixBase):
        _only_expressions([value])
    return -value


def _only_expressions(values: list[Any]) -> None:
    for value in values:
        if not isinstance(value, sp.Expr):
            raise TypeError(f"{type(value).__name__} is not a number or an expression")


def _refuse_high_powers(value: Any) -> None:
    """Where SymPy looks for real and imaginary parts, it expands whole powers of expressions."""
    for node in value.atoms(sp.Pow):
        if node.exp.is_Integer and abs(node.exp) > _MOST_EXPANDED and not node.base.is_number:
            raise TooLarge("a high power stands under a root or in an absolute value")


def _ranged(pending: Iterable[Any]) -> list[Any]:
    return [node for node in pending if not isinstance(node, sp.Limit)]


def comparable(*values: Any) -> None:
    """Refuse to order or compare values whose size SymPy would find by nested numerical integration."""
    for value in values:
        _refuse_high_powers(value)
        pending = value.atoms(*_UNEVALUATED)
        nested = any(len(inner.atoms(*_UNEVALUATED)) > 1 or len(inner.args) > 2 for inner in _ranged(pending))
        if nested or len(pending) > _MOST_COMPARED:
            raise TooLarge("unevaluated integrals and sums are nested where their size matters")


def distinct(values: list[Any]) -> list[Any]:
    """Values for a set or a conjunction, which SymPy sorts: alike ones with integrals in sums are refused."""
    sizes = [sum(1 for _ in sp.preorder_traversal(value)) for value in values]
    for value, size in zip(values, sizes, strict=True):
        if sizes.count(size) > 1 and any(term.has(*_UNEVALUATED) for term in value.atoms(sp.Add)):
            comparable(value)
    return values


def call(callee: Callee, arguments: list[Any], limits: Limits) -> Any:
    """The known function of these arguments, refused when it would spell itself out at great length."""
    bound = limits.degree if 0 < callee.degree <= len(arguments) else limits.order
    for place in callee.order:
        if (
            place < len(arguments)
            and arguments[place].is_number
            and bits(arguments[place]) > math.log2(bound) + 1
        ):
            raise TooLarge(f"an argument is larger than {bound}")
    if callee.compares:
        comparable(*arguments)
    for argument in arguments:
        if getattr(argument, "is_number", False) and bits(argument) > limits.bits:
            raise TooLarge("an argument is too large a number")
    if callee.build is sp.exp:
        return power(sp.E, arguments[0], limits)
    value = callee.build(*arguments)
    if callee.order and any(bits(number) > limits.bits for number in value.atoms(sp.Rational)):
        raise TooLarge("the value of the function is too large a number")
    return value
