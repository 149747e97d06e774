"""Ordered lists of values: points, vectors, solutions of a system, lines and planes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from app.grading.answer_kinds import number, parameters, parametric, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused, GoldUnreadable
from app.grading.verdict import Step
from app.problems.tasks import DifferentialSystem, EquationSystem, Task

SEPARATOR = re.compile(
    r"[,;]|\\text(?:rm)?\s*\{\s*,?\s*(?:and|or)\s*\}|\\(?:lor|vee|land|wedge)(?![a-z])|∨|∧|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])"
)
UNIT_VECTORS = tuple(sympy.Symbol(f"unit_{name}") for name in "ijk")
PLAIN_UNIT_VECTORS = tuple(sympy.Symbol(name) for name in "ijk")

_ANGLES = re.compile(r"\A(?:\\left)?\s*(?:\\langle|⟨|<)(.*?)(?:\\right)?\s*(?:\\rangle|⟩|>)\Z", re.S)
_NAME = re.compile(r"\\text\s*\{[A-Za-z ]{1,30}\}|\\?[A-Za-z]+(?:_\{?\w+\}?)?'?(?:\s*\([^()]{1,20}\))?")
_NAMES = re.compile(
    r"(?:\\left)?\s*[(\[]?\s*([A-Za-z](?:_\{?\w+\}?)?(?:\s*,\s*[A-Za-z](?:_\{?\w+\}?)?)+)\s*(?:\\right)?\s*[)\]]?"
)
_TRANSPOSED = re.compile(r"\s*\^\s*(?:\{\s*)?\\?(?:T|top|intercal|mathrm\{T\}|mathsf\{T\})\s*\}?\s*\Z")


@dataclass(frozen=True)
class Entries:
    """The entries of an ordered list, and their names where it gives them."""

    values: list[sympy.Basic]
    names: tuple[str, ...] = ()
    by_units: bool = False


def rule(question: Question) -> Ruling:
    """Compares two lists entry by entry; values that are given by name may come in any order."""
    if parametric.is_span(question.gold):
        if not parametric.is_span(question.answer):
            return Ruling(False, "form", "The answer is not a span of vectors.")
        return parametric.same(
            parametric.span(question.gold, "gold"), parametric.span(question.answer, "answer")
        )
    gold, answer = entries(question.gold, "gold"), entries(question.answer, "answer")
    values = answer.values
    asked = gold.names or _asked(question.task)
    given = tuple(map(_bare, answer.names)) if not gold.names else answer.names
    if asked and given and set(asked) == set(given):
        values = [answer.values[given.index(name)] for name in asked]
    elif gold.names and answer.names and _labels(gold.names) != _labels(answer.names):
        return Ruling(False, "names", "The answer gives values to other names than the gold.")
    if answer.by_units or gold.by_units:  # in the plane, the third component is left out
        longest = max(len(gold.values), len(values))
        gold_values, values = (_padded(side, longest) for side in (gold.values, values))
        return entrywise(gold_values, values, question)
    if isinstance(question.task, DifferentialSystem) or not _are_scalars(gold.values, values):
        return entrywise(gold.values, values, question)
    affine = parametric.rule(question, gold.values, values)
    return affine or entrywise(gold.values, values, question)


def _asked(task: Task | None) -> tuple[str, ...]:
    """The names of what a system is to be solved for, in order; none for another task."""
    if isinstance(task, DifferentialSystem):
        return task.functions
    return tuple(str(unknown) for unknown in task.variables) if isinstance(task, EquationSystem) else ()


def _bare(name: str) -> str:
    """`x` for `x(t)`."""
    return re.sub(r"\s*(?:\\left)?\s*\(.*", "", name)


def _padded(values: list[sympy.Basic], length: int) -> list[sympy.Basic]:
    return values + [sympy.S.Zero] * (length - len(values)) if length == 3 and len(values) == 2 else values


def _labels(names: Sequence[str]) -> set[str]:
    """The letters of names without their numbers: `x_1` and `x_2` are two of one kind."""
    return {re.sub(r"_.*", "", name) for name in names}


def _are_scalars(*lists: Sequence[sympy.Basic]) -> bool:
    return all(is_scalar(entry) for entries in lists for entry in entries)


def entrywise(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic], question: Question) -> Ruling:
    """Compares equally long lists of scalars (or of lists) in their order."""
    if len(gold) != len(answer):
        why = f"The answer has {len(answer)} entries where {len(gold)} are asked for."
        return Ruling(False, "length", why)
    trace: list[Step] = []
    method = "structural"
    for place, (wanted, given) in enumerate(zip(gold, answer, strict=True), start=1):
        part = _entry(wanted, given, question)
        trace += [Step(stage=step.stage, note=f"entry {place}: {step.note}") for step in part.steps]
        method = part.method
        if not part.correct:
            return Ruling(False, method, f"Entry {place} of the answer is wrong.", tuple(trace))
    return Ruling(True, method, f"All {len(gold)} entries equal those of the gold answer.", tuple(trace))


def _entry(gold: sympy.Basic, answer: sympy.Basic, question: Question) -> Ruling:
    if isinstance(gold, (sympy.Tuple, sympy.MatrixBase)):
        if not isinstance(answer, (sympy.Tuple, sympy.MatrixBase)):
            raise AnswerRefused("form", "an entry of the answer is not a list")
        return entrywise(list(gold), list(answer), question)
    return ruling(compare_scalars(gold, answer, question.assumptions))


def entries(text: str, side: Side) -> Entries:
    """The entries of a list in any notation: `(1, 2)`, `x = 1, y = 2`, `⟨1, 2⟩`, `3i − 2j`, a vector."""
    text = _TRANSPOSED.sub("", reading.tidy(parameters.take(text).text))
    given = named(text)
    if given:
        return Entries([reading.read(part, side) for part in given.values()], tuple(given))
    label, *rest = reading.split(text, reading.EQUALS)
    names = _NAMES.fullmatch(label) if rest else None
    values = _listed(rest[-1] if rest else label, side)
    labels = tuple(name.strip() for name in names[1].split(",")) if names else ()
    by_units = len(values) == 1 and is_scalar(values[0]) and bool(components(values[0]))
    if by_units:
        values = components(values[0])
    return Entries(values, labels if len(labels) == len(values) else (), by_units)


def is_labelled(text: str) -> bool:
    """Whether a text gives values to a list of names: `(x, y) = (1, 2)`."""
    label, *rest = reading.split(text, reading.EQUALS)
    return bool(rest) and _NAMES.fullmatch(label) is not None


def listed(text: str, side: Side) -> list[sympy.Basic]:
    """The entries of a list, without their names."""
    return entries(text, side).values


def _listed(text: str, side: Side) -> list[sympy.Basic]:
    angles = _ANGLES.match(text)
    if angles:
        text = angles.group(1)
    parts = [part for part in reading.split(text, SEPARATOR) if part]
    if len(parts) > 1:
        return [reading.value(part, side).expr for part in parts]
    expr = reading.read(text, side)
    if isinstance(expr, sympy.FiniteSet) and len(expr) == 1 and isinstance(expr.args[0], sympy.Tuple):
        expr = expr.args[0]  # the set of all solutions, which are one
    if isinstance(expr, (sympy.Tuple, sympy.MatrixBase)):
        return list(expr)
    value = number.single(expr)
    return [value] if is_scalar(value) else _pieces(expr, side)


def components(expr: sympy.Basic) -> list[sympy.Basic]:
    """The components of `3i − 2j + k` by unit vectors; empty when it has none."""
    units = UNIT_VECTORS if expr.free_symbols & set(UNIT_VECTORS) else PLAIN_UNIT_VECTORS
    if units is PLAIN_UNIT_VECTORS:
        if not expr.free_symbols & set(units):
            return []
        expr = expr.xreplace({sympy.I: units[0]})
    expanded = sympy.expand(expr)
    parts = [expanded.coeff(unit, 1) for unit in units]
    rest = expanded - sympy.Add(*(part * unit for part, unit in zip(parts, units, strict=True)))
    if sympy.expand(rest) != 0 or any(part.free_symbols & set(units) for part in parts):
        return []
    return parts


def _pieces(expr: sympy.Basic, side: Side) -> list[sympy.Basic]:
    if isinstance(expr, sympy.Interval):  # `(1, 2)` may have been read as one
        return [expr.start, expr.end]
    if side == "gold":
        raise GoldUnreadable("the gold answer is not an ordered list")
    raise AnswerRefused("form", "the answer is not an ordered list")


def named(text: str) -> dict[str, str]:
    """The values by name in `x = 1, y = 2`; empty when an entry has no name or a name comes twice."""
    parts = [part for part in reading.split(reading.tidy(text), SEPARATOR) if part]
    sides = [reading.split(part, reading.EQUALS) for part in parts]
    names = {
        re.sub(r"\\text\s*\{|\}", "", side[0]): side[1]
        for side in sides
        if len(side) == 2 and _NAME.fullmatch(side[0])
    }
    return names if len(parts) > 1 and len(names) == len(parts) else {}
