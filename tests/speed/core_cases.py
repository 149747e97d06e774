"""Labelled cases from the shipped set: each gold against an equal answer written otherwise, and a wrong one.

Everything follows from the variant's place in the set; nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sympy as sp

from app.main import read_texts
from app.maths import parse, render
from app.problems.formats import native
from app.problems.problem import Variant
from app.problems.tasks import variable

ROOT = Path(__file__).parents[2]
SET = ROOT / "benchmarks" / "core-mini"

REWRITINGS: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
    sp.expand,
    sp.factor,
    sp.together,
    lambda expr: expr.rewrite(sp.cos),
    lambda expr: expr.rewrite(sp.exp),
)
MANY_OPERATIONS = 80
LARGE_NUMBER = 100
"""A larger gold is only multiplied by one: SymPy may take minutes to rewrite it (`e^{758 x}` is a power)."""


def core_cases(start: int, step: int) -> Iterator[dict[str, Any]]:
    """Two cases for every `step`-th variant of the shipped set, beginning with the variant at `start`."""
    variants = native.load_set(read_texts(SET)).variants
    for place, variant in enumerate(variants[start::step]):
        # A simplification must come out shorter than the question, which a rewriting need not.
        asks = variant.task is not None and variant.task.operation != "simplification"
        common = {
            "gold": variant.gold,
            "kind": variant.answer_kind,
            "assumptions": variant.assumptions,
            "task": variant.task.model_dump(mode="json") if asks else None,
        }
        gold = parse(variant.gold)
        if not all(
            isinstance(one, sp.Expr) for one in (gold.args if isinstance(gold, sp.FiniteSet) else (gold,))
        ):
            continue  # matrices, tuples and intervals are rewritten entry by entry, which shows little
        equal, wrong = _equal(gold, variant.gold, place), _wrong(gold, variant, place)
        yield {"id": f"{variant.id}/equal", "answer": equal, "outcome": "correct", **common}
        yield {"id": f"{variant.id}/wrong", "answer": wrong, "outcome": "incorrect", **common}


def _equal(gold: sp.Basic, written: str, place: int) -> str:
    """The gold written otherwise: the first rewriting that shows, beginning with another one each time."""
    if isinstance(gold, sp.FiniteSet):
        members = [_equal(member, render(member), place) for member in reversed(gold.args)]
        return rf"\left\{{{', '.join(members)}\right\}}"
    numbers = (abs(part) for number in gold.atoms(sp.Rational) for part in (number.p, number.q))
    if gold.count_ops() <= MANY_OPERATIONS and max(numbers, default=0) <= LARGE_NUMBER:
        for number in range(len(REWRITINGS)):
            rewritten = render(REWRITINGS[(place + number) % len(REWRITINGS)](gold))
            if rewritten != written:
                return rewritten
    factor = place % 7 + 2
    return rf"\frac{{{factor} \left({written}\right)}}{{{factor}}}"


def _wrong(gold: sp.Basic, variant: Variant, place: int) -> str:
    """An answer that differs for certain: a term dropped or of the other sign, a factor, another member."""
    if isinstance(gold, sp.FiniteSet):
        first, *others = gold.args
        members = ", ".join(map(render, [first + 1, *others]))
        return rf"\left\{{{members}\right\}}"
    if gold == 0:
        return "1"
    terms = [term for term in sp.Add.make_args(gold) if _counts(term, variant)]
    if len(terms) < 2:
        return render(2 * gold if place % 2 and not gold.is_infinite else -gold)
    term = terms[place % len(terms)]
    return render(gold - term if place % 2 else gold - 2 * term)


def _counts(term: sp.Expr, variant: Variant) -> bool:
    """Whether the answer is another one without this term: constants of integration do not count."""
    return variant.answer_kind != "antiderivative" or term.has(variable(variant.task))
