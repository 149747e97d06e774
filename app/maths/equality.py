"""Whether an answer equals the gold answer, decided by stages from cheap to costly that say what decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy
from sympy import S
from sympy.core.function import AppliedUndef

from app.maths import opaque, stages
from app.maths.assumptions import NONE, Assumptions
from app.maths.exact import algebraic_zero, rational_equality

Outcome = Literal["equal", "different", "undecided"]
Stage = Literal["structural", "exact", "refuted", "agree", "proved"]
Trace = tuple[tuple[str, str], ...]

UNEVALUATED = (
    sympy.Integral,
    sympy.Derivative,
    sympy.Limit,
    sympy.Sum,
    sympy.Product,
    sympy.Subs,
    AppliedUndef,
)
"""Nodes that restate a question: an answer may have them only where the gold has them too."""
STEPS = (sympy.floor, sympy.ceiling, sympy.sign, sympy.Heaviside, sympy.arg)
"""Functions that are constant between jumps on the real line."""
INFINITE = (S.Infinity, S.NegativeInfinity, S.ComplexInfinity)


@dataclass(frozen=True)
class Comparison:
    """The outcome, the stage that decided, and the trace of all stages as (stage, note).

    `points` says at how many points values were compared, `digits` to how many decimal digits they agreed.
    """

    verdict: Outcome
    stage: Stage
    trace: Trace
    points: int = 0
    digits: int = 0


def compare(
    gold: sympy.Basic,
    answer: sympy.Basic,
    assumptions: Assumptions = NONE,
    *,
    modulo_constant: sympy.Symbol | None = None,
    seed: int = 0,
) -> Comparison:
    """Whether two scalar expressions are equal for all admissible values of their symbols.

    `different` is certain: exact arithmetic, or disjoint enclosures at an admissible point. `equal` is exact
    or proved, or rests on `points` random points at which `digits` digits agree. With `modulo_constant`, the
    derivatives in that symbol are compared instead. No clock: the caller bounds time.
    """
    gold, answer = assumptions.strip(gold), assumptions.strip(answer)
    early = _structural(gold, answer)
    if early is not None:
        return early
    if modulo_constant is not None:
        gold, answer = _derivative(gold, modulo_constant), _derivative(answer, modulo_constant)
        if gold == answer:
            return _decided("equal", "structural", f"the same derivative in {modulo_constant}")
    gold, answer = (opaque.without_deltas(opaque.instantiated(side)) for side in (gold, answer))
    return _values(gold, answer, assumptions, seed)


def _structural(gold: sympy.Basic, answer: sympy.Basic) -> Comparison | None:
    """What the trees alone decide."""
    if answer is S.NaN or gold is S.NaN:
        return _decided("different", "structural", "not a number never agrees with anything")
    if gold == answer:
        return _decided("equal", "structural", "the same expression")
    for name, side in (("gold answer", gold), ("answer", answer)):
        if not isinstance(side, sympy.Expr):
            return _decided(
                "undecided", "structural", f"the {name} is a {type(side).__name__}, not an expression"
            )
    if gold in INFINITE or answer in INFINITE:
        return _decided("different", "structural", "an infinity agrees only with the same infinity")
    for kind in UNEVALUATED:
        if answer.has(kind) and not gold.has(kind):
            return _decided("different", "structural", f"the answer leaves {_name(answer, kind)} unevaluated")
    return None


def _name(answer: sympy.Basic, kind: type) -> str:
    node = next(iter(answer.atoms(kind)))
    return str(node.func) if kind is AppliedUndef else kind.__name__


def _derivative(expr: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
    """The derivative on the real line, where |u| is sqrt(u^2) and steps are constant almost everywhere."""
    smooth = expr.replace(sympy.Abs, lambda u: sympy.sqrt(u**2)) if expr.has(sympy.Abs) else expr
    smooth = smooth.replace(sympy.frac, lambda u: u - sympy.floor(u)) if smooth.has(sympy.frac) else smooth
    held = {node: sympy.Dummy() for node in smooth.atoms(*STEPS)}
    return sympy.diff(smooth.xreplace(held), variable).xreplace({name: node for node, name in held.items()})


def _values(gold: sympy.Expr, answer: sympy.Expr, assumptions: Assumptions, seed: int) -> Comparison:
    trace: list[tuple[str, str]] = [("structural", "the trees differ")]
    exact = rational_equality(gold, answer)
    if exact is not None and exact.total and exact.equal:
        return _decided("equal", "exact", "the same rational function", trace)
    if exact is not None and exact.decisive and not exact.equal and assumptions.generic:
        return _decided("different", "exact", "different rational functions", trace)
    trace.append(("exact", "rational arithmetic does not decide"))
    found = stages.agree(gold, answer, assumptions, seed)
    if found.equal is None:
        return _decided("undecided", "agree", found.note, trace, found)
    if not found.equal:
        return _decided("different", "refuted", found.note, trace, found)
    trace.append(("agree", found.note))
    if exact is not None and exact.equal:
        return _decided("equal", "exact", "the same rational function of the same parts", trace, found)
    return _proof(gold, answer, assumptions, trace, found)


def _proof(
    gold: sympy.Expr,
    answer: sympy.Expr,
    assumptions: Assumptions,
    trace: list[tuple[str, str]],
    found: stages.Agreement,
) -> Comparison:
    """Upgrades agreement to certainty where that is cheap."""
    if not gold.free_symbols | answer.free_symbols:
        zero = algebraic_zero(gold - answer)
        if zero is not None:
            note = "algebraic numbers, by their separation bound"
            return _decided("equal" if zero else "different", "exact", note, trace, found)
    name = stages.proved(gold, answer, assumptions)
    if name is not None:
        return _decided("equal", "proved", f"the difference is zero by {name}", trace, found)
    return Comparison("equal", "agree", tuple(trace), found.points, found.digits)


def _decided(
    verdict: Outcome,
    stage: Stage,
    note: str,
    before: list[tuple[str, str]] | None = None,
    found: stages.Agreement | None = None,
) -> Comparison:
    trace = (*(before or ()), (stage, note))
    return Comparison(verdict, stage, trace, found.points if found else 0, found.digits if found else 0)
