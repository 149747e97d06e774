"""Picks the branch of a piecewise result that the problem's assumptions select."""

from __future__ import annotations

import sympy

from app.maths import Assumptions

POINTS = 16
"""Admissible points at which a condition must have the same truth to be taken as settled."""


def resolved(result: sympy.Basic, known: Assumptions) -> sympy.Basic:
    """`result` with every `Piecewise` replaced by its branch, where one holds at all admissible points.

    Symbols carry the sign of a parameter but not relations such as `n ≠ -1` or `a < b`, so SymPy leaves
    cases that the problem excludes. A condition that holds at some points only is left as it is.
    """
    if not result.has(sympy.Piecewise):
        return result
    return result.replace(lambda node: isinstance(node, sympy.Piecewise), lambda node: _branch(node, known))


def _branch(piecewise: sympy.Piecewise, known: Assumptions) -> sympy.Basic:
    open_pairs: list[tuple[sympy.Basic, sympy.Basic]] = []
    for value, condition in piecewise.args:
        truth = holds(condition, known)
        if truth is True and not open_pairs:
            return value
        if truth is not False:
            open_pairs.append((value, sympy.true if truth else condition))
    return sympy.Piecewise(*open_pairs) if open_pairs else sympy.nan


def holds(condition: sympy.Basic, known: Assumptions) -> bool | None:
    """Whether a condition is true, or false, at all of some admissible points; None when it varies."""
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    plain = known.strip(condition)
    points = known.points(sorted(plain.free_symbols, key=str), POINTS, seed=0)
    truths = {plain.subs(point) for point in points}
    if truths == {sympy.true}:
        return True
    return False if truths == {sympy.false} else None
