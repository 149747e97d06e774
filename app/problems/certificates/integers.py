"""Problems on integers: the answer by definition, or by factorisation, with exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import sympy
from flint import fmpz

from app.maths import EnclosureError, enclose
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import ArithmeticFunction, Congruences

POINTS: Final = 8
"""Points for the parameters."""
BITS: Final = 4096
"""Precision of a value that is not seen to be an integer."""
COUNTED: Final = 5_000
"""Numbers up to this one are treated by the definition of a function, larger ones by their prime factors."""
LONGEST_PERIOD: Final = 200_000
"""Modulus up to which the residues of one period are counted."""


def arithmetic_function(question: Question[ArithmeticFunction]) -> Finding:
    """The answer is the value of the function at every point for the parameters."""
    task = question.task
    lines = []
    for point in _points(question, *task.arguments):
        arguments = [_whole(argument, point, "an argument") for argument in task.arguments]
        computed = VALUES[task.function](*arguments)
        answer = _whole(question.gold, point, "the answer")
        name = task.function.replace("_", " ")
        if answer != computed:
            raise Refused(f"the {name} is {computed}, but the answer is {answer}{described(point)}")
        lines.append(f"the {name} is {computed}{described(point)}")
    return Finding("exact-arithmetic", None, len(lines), tuple(lines))


def congruences(question: Question[Congruences]) -> Finding:
    """The answer satisfies all congruences and is less than what solutions differ by."""
    task = question.task
    expressions = (*task.coefficients, *task.residues, *task.moduli)
    points = _points(question, *expressions)
    for point in points:
        answer, period = _whole(question.gold, point, "the answer"), 1
        for row in zip(task.coefficients, task.residues, task.moduli, strict=True):
            coefficient, residue, modulus = (_whole(part, point, "a number") for part in row)
            if modulus < 1:
                raise Refused(f"the modulus {modulus} is not positive{described(point)}")
            if (coefficient * answer - residue) % modulus:
                raise Refused(
                    f"the answer {answer} leaves another residue modulo {modulus}{described(point)}"
                )
            period = math.lcm(period, modulus // math.gcd(coefficient, modulus))
        if not 0 <= answer < period:
            raise Refused(
                f"the answer {answer} is not the least: solutions differ by {period}{described(point)}"
            )
    line = f"the answer satisfies all congruences and is less than their period at {len(points)} point(s)"
    return Finding("substitution", None, len(points), (line,))


def _points(question: Question[Any], *expressions: sympy.Expr) -> list[Point]:
    found = set().union(question.gold.free_symbols, *(e.free_symbols for e in expressions))
    return question.points(sorted(found - {getattr(question.task, "variable", None)}, key=str), POINTS)


def _whole(expression: sympy.Expr, point: Point, name: str) -> int:
    """The integer that an expression is at a point; refused where it is none."""
    number = expression.xreplace(dict(point))
    if number.is_Integer:
        return int(number)
    try:
        whole = enclose(number, {}, BITS).unique_fmpz()
    except EnclosureError as error:
        raise Refused(f"{name} has no certain value{described(point)}: {error}") from error
    if whole is None or number.is_Rational:
        raise Refused(f"{name} is no integer{described(point)}")
    return int(whole)


# Functions


def _positive(number: int) -> int:
    if number < 1:
        raise Refused(f"the function is asked at {number}, which is not positive")
    return number


def _totient(n: int) -> int:
    if _positive(n) <= COUNTED:
        return sum(math.gcd(k, n) == 1 for k in range(1, n + 1))
    return math.prod(prime ** (power - 1) * (prime - 1) for prime, power in _factors(n))


def _divisor_count(n: int) -> int:
    if _positive(n) <= COUNTED:
        return sum(n % k == 0 for k in range(1, n + 1))
    return math.prod(power + 1 for _, power in _factors(n))


def _divisor_sum(n: int) -> int:
    if _positive(n) <= COUNTED:
        return sum(k for k in range(1, n + 1) if n % k == 0)
    return math.prod(sum(prime**k for k in range(power + 1)) for prime, power in _factors(n))


def _factors(n: int) -> list[tuple[int, int]]:
    return [(int(prime), int(power)) for prime, power in fmpz(n).factor()]


def _power_residue(base: int, exponent: int, modulus: int) -> int:
    if exponent < 0:
        raise Refused(f"the exponent {exponent} is negative")
    return pow(base, exponent, _positive(modulus))


def _valuation(prime: int, n: int) -> int:
    if prime < 2 or not fmpz(prime).is_prime() or n == 0:
        raise Refused(f"{prime} is no prime, or {n} is 0")
    count = 0
    while n % prime == 0:
        n, count = n // prime, count + 1
    return count


def _multiplicative_order(base: int, modulus: int) -> int:
    """The totient of the modulus, without each prime factor that the power of the base can do without."""
    if modulus < 2 or math.gcd(base, modulus) != 1:
        raise Refused(f"{base} has no order modulo {modulus}")
    order = _totient(modulus)
    for prime, _ in _factors(order):
        while order % prime == 0 and pow(base, order // prime, modulus) == 1:
            order //= prime
    return order


def _coprime_count(n: int, modulus: int) -> int:
    """Counted over one period of the residues, which is repeated."""
    if _positive(modulus) > LONGEST_PERIOD or n < 0:
        raise Refused(f"coprime numbers up to {n} cannot be counted over a period of {modulus}")
    coprime = [math.gcd(k, modulus) == 1 for k in range(1, modulus + 1)]
    return n // modulus * sum(coprime) + sum(coprime[: n % modulus])


VALUES: Final[dict[str, Callable[..., int]]] = {
    "greatest_common_divisor": math.gcd,
    "least_common_multiple": math.lcm,
    "totient": _totient,
    "divisor_count": _divisor_count,
    "divisor_sum": _divisor_sum,
    "power_residue": _power_residue,
    "valuation": _valuation,
    "multiplicative_order": _multiplicative_order,
    "coprime_count": _coprime_count,
}
"""Each function by its definition, or by the prime factors of a number that is too large for it."""
