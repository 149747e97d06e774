"""Rewritten variants: they ask what their parent asks, and the parent's answer is certified.

Either nothing but words or letters changed, which is seen exactly, or expressions changed into equal ones,
which is checked with balls at points of the domain that the question is about (between the bounds, near the
point, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from app.maths import parse, render
from app.problems.certificates.balls import require_equal, require_zero
from app.problems.certificates.closed_sums import with_closed_sums
from app.problems.certificates.question import Finding, Point, Question
from app.problems.errors import Refused, Refuted
from app.problems.problem import Variant
from app.problems.tasks import Task, counts, expressions, letters, variable

POINTS: Final = 5
"""Points at which changed expressions must agree."""
MOST_TRIED: Final = 12
"""Points that are tried; those where an expression has no certain value are passed over."""
BETWEEN: Final = tuple(sympy.Rational(p, q) for p, q in ((3, 7), (1, 5), (7, 9), (5, 11), (11, 13), (1, 12)))
"""Where the variable stands between its bounds, as parts of the way."""
FAR: Final = tuple(map(sympy.Integer, (7, 12, 23, 5, 41, 31)))
"""Where it stands as it tends to infinity."""
NAMES: Final = ("the rewritten expression", "that of its parent")


def check(question: Question[Any], variant: Variant, parent: Variant) -> Finding:
    """The finding of the parent's certificate, once the variant is known to ask the same."""
    evidence = parent.certificate
    if evidence is None or parent.task is None:
        raise Refused(f"{parent.id}, which it rewrites, has no certificate")
    task, gold, assumptions = parent.task, parent.gold, parent.assumptions
    if "names" in variant.change:
        names = _names(variant.change["names"], task)
        task = task.map(lambda one: one.xreplace(names), variables=True)
        gold = render(parse(gold).xreplace(names))
        assumptions = tuple(render(parse(text).xreplace(names)) for text in assumptions)
    if gold != variant.gold or set(assumptions) != set(variant.assumptions):
        raise Refused(f"its answer or its assumptions are not those of {parent.id}")
    pairs = list(_changed(question.task, task.map(with_closed_sums)))
    if not pairs:
        line = f"task and answer are those of {parent.id}" + (
            ", renamed" if "names" in variant.change else ""
        )
        return Finding(evidence.method, evidence.digits, evidence.points, (line,))
    agreed, points = _agreement(question, pairs)
    digits = agreed if evidence.digits is None else min(agreed, evidence.digits)
    line = f"its expression is that of {parent.id} at {points} points, to {agreed} digits"
    return Finding(f"rewritten-{evidence.method}", digits, evidence.points, (line, *evidence.evidence))


def _names(text: str, task: Task) -> dict[sympy.Symbol, sympy.Symbol]:
    """`x → t, a → p` as a substitution; refused unless every letter gets a new one, each its own."""
    pairs = [pair.partition(" → ") for pair in text.split(", ")]
    names = {parse(old): parse(new) for old, _, new in pairs}
    new = set(names.values())
    if len(new) < len(names) or new & letters(task) or not all(name.is_Symbol for name in new):
        raise Refused(f"the names {text} do not give every letter another one")
    return names


def _changed(task: Task, before: Task) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """The expressions in which two tasks differ, side by side; refused where they differ in more."""
    if type(task) is not type(before) or variable(task) != variable(before) or _rest(task) != _rest(before):
        raise Refused("it does not ask for what its parent asks")
    for one, other in zip(expressions(task), expressions(before), strict=True):
        if one != other:
            yield from _parts(one, other)


def _rest(task: Task) -> dict[str, Any]:
    """What a task says besides its expressions: domain, direction, degree, …, and how many equations."""
    fields = {name: getattr(task, name) for name in type(task).model_fields}
    return {
        name: tuple(map(_text, value)) if isinstance(value, tuple) else _text(value)
        for name, value in fields.items()
    }


def _text(value: Any) -> Any:
    return "…" if isinstance(value, sympy.Basic) else value


def _parts(one: sympy.Basic, other: sympy.Basic) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """Sides of relations and entries of matrices in pairs; functions that are looked for get a trial form."""
    if isinstance(one, Relational | sympy.MatrixBase):
        if type(one) is not type(other) or getattr(one, "shape", None) != getattr(other, "shape", None):
            raise Refused("it does not ask for what its parent asks")
        sides = (
            zip(one.args, other.args, strict=True)
            if isinstance(one, Relational)
            else zip(one, other, strict=True)
        )
        for left, right in sides:
            if left != right:
                yield from _parts(left, right)
    elif isinstance(one, sympy.Expr) and isinstance(other, sympy.Expr):
        yield _tried(one, other)
    else:
        raise Refused("it does not ask for what its parent asks")


def _tried(one: sympy.Expr, other: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both for one smooth choice of every unknown function; any choice tells forms from 1 and 0."""
    unknown = one.atoms(AppliedUndef) | other.atoms(AppliedUndef)
    names = sorted({function.func.__name__ for function in unknown})
    trial = {}
    for function in unknown:
        (argument,) = function.args
        slowness = 3 + names.index(function.func.__name__)
        trial[function] = sympy.exp(argument / slowness) + argument**2 + 1
    return (one.subs(trial).doit(), other.subs(trial).doit()) if trial else (one, other)


def _agreement(question: Question[Any], pairs: list[tuple[sympy.Expr, sympy.Expr]]) -> tuple[int, int]:
    """Digits and number of points to which all pairs agree."""
    agreed, points, reason = [], 0, Refused("no point is admissible")
    for point in _points(
        question, set().union(*(one.free_symbols | other.free_symbols for one, other in pairs))
    ):
        try:
            agreed.append(min(_digits(one, other, point) for one, other in pairs))
        except Refuted:
            raise
        except Refused as refused:
            reason = refused
            continue
        points += 1
        if points == POINTS or not point:
            break
    if points < POINTS and (
        points == 0 or any(one.free_symbols | other.free_symbols for one, other in pairs)
    ):
        raise Refused(f"its expression could be compared with its parent's at {points} points only: {reason}")
    return min(agreed), points


def _digits(one: sympy.Expr, other: sympy.Expr, point: Point) -> int:
    """Digits to which a pair agrees; what was 0 must vanish relative to the terms it is now made of."""
    return require_zero(one, point, NAMES[0]) if other == 0 else require_equal(one, other, point, NAMES)


def _points(question: Question[Any], free: set[sympy.Symbol]) -> Iterator[Point]:
    """Points for the symbols: the variable where the task has it, the others as the assumptions admit."""
    task, x = question.task, variable(question.task)
    if x not in free or not (hasattr(task, "lower") or hasattr(task, "point")):
        yield from question.points(sorted(free, key=str), MOST_TRIED)
        return
    ends = [getattr(task, name, sympy.S.Zero) for name in ("lower", "upper", "point")]
    others = sorted(free.union(*(end.free_symbols for end in ends)) - {x}, key=str)
    parameters = question.points(others, MOST_TRIED)
    for number in range(MOST_TRIED):
        point = parameters[number % len(parameters)]
        lower, upper, at = (end.xreplace(dict(point)) for end in ends)
        if hasattr(task, "point"):
            place = _near(at, number, getattr(task, "direction", "+-"))
        else:
            place = (_counted if counts(task) else _between)(lower, upper, number)
        yield {**point, x: place}


def _near(point: sympy.Expr, number: int, direction: str) -> sympy.Expr:
    """A place near the point, on a side from which the question approaches it."""
    if point in (sympy.oo, -sympy.oo):
        return FAR[number % len(FAR)] * (1 if point is sympy.oo else -1)
    side = {"+": 1, "-": -1}.get(direction, (-1) ** number)
    return point + side * BETWEEN[number % len(BETWEEN)] / (4 + number)


def _between(lower: sympy.Expr, upper: sympy.Expr, number: int) -> sympy.Expr:
    """A place between the bounds, of which either may be infinite."""
    part = BETWEEN[number % len(BETWEEN)] * (1 if number < len(BETWEEN) else sympy.Rational(17, 19))
    if lower.is_finite and upper.is_finite:
        return lower + part * (upper - lower)
    beyond = part / (1 - part)
    if lower.is_finite:
        return lower + beyond
    return upper - beyond if upper.is_finite else beyond * (-1) ** number


def _counted(lower: sympy.Expr, upper: sympy.Expr, number: int) -> sympy.Expr:
    """One of the first integers from the lower bound, or of the last to the upper one."""
    if not lower.is_finite:
        return upper - number
    last = upper - lower if upper.is_Integer and lower.is_Integer else None
    return lower + (number if last is None else number % (last + 1))
