"""Whether a solution lies among the numbers that a question is about."""

from __future__ import annotations

import sympy
from flint import acb

from app.problems.certificates.balls import shown
from app.problems.certificates.question import Point, described
from app.problems.errors import Refused, Refuted


def require_within(solution: sympy.Expr, ball: acb, domain: str, what: str, point: Point) -> None:
    """Refuses a solution, whose value is in `ball`, that is not seen to lie in the domain.

    Refuted where it is seen to lie outside: its ball misses the domain, or SymPy knows it for no integer.
    """
    inside, outside = {
        "complexes": (True, False),
        "reals": (ball.imag.contains(0), not ball.imag.contains(0)),
        "positive": (
            ball.imag.contains(0) and bool(ball.real > 0),
            not ball.imag.contains(0) or bool(ball.real < 0),
        ),
        "integers": (bool(solution.is_integer), solution.is_integer is False),
    }[domain]
    if not inside:
        reason = f"{what} {shown(ball)} is not among the {domain}{described(point)}"
        raise Refuted(reason) if outside else Refused(reason)
