"""Solution sets: every element of one equals one of the other, in any order.

Repetition matters only where the gold repeats an element (eigenvalues with their multiplicities). Infinite
families (`x = \\frac{\\pi}{2} + 2\\pi n`, `x \\equiv 3 \\pmod 7`) are compared as residue classes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy.logic.boolalg import Or

from app.grading.answer_kinds import equation, families, interval, parameters, reading, text
from app.grading.answer_kinds.base import Question, Ruling, equal, is_scalar
from app.grading.answer_kinds.reading import Side
from app.grading.answer_kinds.tuple import SEPARATOR, named
from app.grading.errors import AnswerRefused, GoldUnreadable
from app.grading.verdict import Step

MAX_ELEMENTS = 60

_HEDGES = re.compile(r"(?<![\\A-Za-z])(?:maybe|perhaps|possibly|either|both)(?![A-Za-z])", re.I)
_MEMBERSHIP = re.compile(r"\A\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:\\in(?![a-z])|∈)\s*")
_OR = re.compile(
    r"\\text(?:rm)?\s*\{\s*,?\s*or\s*\}|\\(?:lor|vee)(?![a-z])|∨|(?<![A-Za-z\\])or(?![A-Za-z])|;"
)
_MULTIPLICITY = re.compile(
    r"\s*\(?\s*(?:\\text\s*\{)?\s*\(?\s*(?:with\s+|of\s+)?(?:algebraic\s+)?multiplicity(?:\s+of)?\s*\}?\s*\$?(\d|one|two|three)\$?\s*\)?\s*\}?\s*\)?"
    r"|\s*\(?\s*(?:\\text\s*\{)?\s*\(?\s*(double|repeated|twice|triple)(?:\s+root)?\s*\)?\s*\}?\s*\)?"
)
_TIMES = {"one": 1, "two": 2, "three": 3, "double": 2, "repeated": 2, "twice": 2, "triple": 3}
_BUILDER = re.compile(r"\\?\{.*?(?:\\mid|\||:).*\\?\}", re.S)


_ENUMERATED = re.compile(
    r"(?:[\s,;]|\\q?quad|\\text\s*\{)*(?:\b(?:for|where|with)\b[\s}$]*)?\$?\b([jkmn])\s*(?:=|\\in(?![a-z])|∈)\s*\\?\{?\s*"
    r"(-?\d+(?:\s*,\s*(?:-?\d+|\\[lc]?dots|\.\.\.|…))+)\s*\\?\}?\s*\$?\s*\Z"
)


@dataclass(frozen=True)
class Listing:
    """The elements that a text lists, and the name and kind of the parameter that they may have."""

    elements: tuple[sympy.Basic, ...]
    parameter: sympy.Symbol | None = None
    kind: str = ""


def rule(question: Question) -> Ruling:
    """Compares two sets of values, or two unions of intervals when the gold is one."""
    if interval.is_interval(question.gold):
        return interval.rule(question)
    if _lists_equations(question.answer) and equation.read_all(question.gold, "gold"):
        return equation.rule(question)
    gold = listing(question.gold, "gold")
    if _HEDGES.search(question.answer) and len(gold.elements) < 2:
        return Ruling(False, "hedged", "The answer names several possibilities where one is right.")
    answer = listing(question.answer, "answer")
    _check_elements(gold.elements, answer.elements)
    if gold.parameter is not None:
        return _same_families(gold, answer, question)
    if answer.parameter is not None:
        return Ruling(False, "set", "The answer is an infinite set and the gold is not.")
    return _same_elements(gold.elements, answer.elements, question)


def _lists_equations(text: str) -> bool:
    """Whether a text lists equations that are not solved for a name."""
    return any(equation.is_equation(part) for part in reading.split(reading.tidy(text), SEPARATOR))


def _check_elements(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic]) -> None:
    if not all(is_scalar(element) or isinstance(element, sympy.Tuple) for element in gold):
        raise GoldUnreadable("the gold answer is not a set of values")
    if not all(is_scalar(element) or isinstance(element, sympy.Tuple) for element in answer):
        raise AnswerRefused("form", "the answer is not a set of values")
    if len(answer) > MAX_ELEMENTS:
        raise AnswerRefused("form", f"the answer lists more than {MAX_ELEMENTS} values")


def _same_elements(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic], question: Question) -> Ruling:
    if not gold or not answer:
        same = not gold and not answer
        said = "the empty set, and so is the gold" if same else "empty where the gold is not, or the reverse"
        return Ruling(same, "set", f"The answer is {said}.")
    pairs = [[_same(wanted, element, question) for element in answer] for wanted in gold]
    for place in range(len(answer)):
        if not any(row[place] for row in pairs):
            return Ruling(False, "set", f"Value {place + 1} of the answer is not a solution.")
    missing = sum(not any(row) for row in pairs)
    if missing:
        return Ruling(False, "set", f"The answer lacks {missing} of the {len(gold)} solutions.")
    repeated = len(set(gold)) < len(gold)
    if repeated and (len(gold) != len(answer) or not _equally_often(pairs)):
        return Ruling(False, "set", "The answer has the gold's values, but not as often.")
    note = f"each of {len(answer)} values is one of the {len(gold)} gold values, and none is missing"
    return Ruling(True, "set", "The answer has exactly the gold's values.", (Step(stage="set", note=note),))


def _equally_often(pairs: Sequence[Sequence[bool]]) -> bool:
    """Whether each gold value has as many equals in the answer as in the gold."""
    return all(sum(row) == sum(other == row for other in pairs) for row in pairs)


def _same(gold: sympy.Basic, answer: sympy.Basic, question: Question) -> bool:
    if isinstance(gold, sympy.Tuple) or isinstance(answer, sympy.Tuple):
        pair = isinstance(gold, sympy.Tuple) and isinstance(answer, sympy.Tuple) and len(gold) == len(answer)
        return pair and all(_same(a, b, question) for a, b in zip(gold, answer, strict=True))
    return equal(gold, answer, question.assumptions)


# Reading


def listing(source: str, side: Side) -> Listing:
    """The elements that a text lists: with commas, `or`, `\\pm`, by name, as points, as a congruence."""
    listed = _ENUMERATED.search(source)
    if listed is not None and listed.start() > 0:
        return _enumerated(source[: listed.start()], listed, side)
    declared = parameters.take(_HEDGES.sub(" ", source))
    shown = _MEMBERSHIP.sub("", reading.tidy(declared.text))
    if text.means_none(shown):
        return Listing(())
    elements = _points(shown, side) or _listed(shown, side)
    return _with_parameter(elements, declared, side)


def _enumerated(formula: str, values: re.Match[str], side: Side) -> Listing:
    """`f(k), k = 0, 1, 2`: the values of a formula."""
    numbers = [int(number) for number in re.findall(r"-?\d+", values[2])]
    if "dots" in values[2] or "..." in values[2]:
        numbers = list(range(numbers[0], min(numbers[-1], numbers[0] + MAX_ELEMENTS) + 1))
    name = sympy.Symbol(values[1])
    elements = listing(formula, side).elements
    return Listing(tuple(element.xreplace({name: sympy.Integer(n)}) for n in numbers for element in elements))


def _listed(shown: str, side: Side) -> list[sympy.Basic]:
    elements: list[sympy.Basic] = []
    if _BUILDER.search(shown) or "mod" in shown:
        return _flattened(reading.read(shown, side))
    for part in reading.split(shown, SEPARATOR):
        if part:
            repeated = _MULTIPLICITY.search(part)
            times = 1
            if repeated is not None:
                part = part[: repeated.start()] + part[repeated.end() :]
                said = repeated[1] or repeated[2]
                times = _TIMES.get(said) or int(said)
            elements += _flattened(reading.value(part, side).expr) * times
    return elements


def _points(shown: str, side: Side) -> list[sympy.Basic]:
    """Points whose coordinates are named: `x = 1, y = 2 or x = 2, y = 1`; empty when they are not."""
    solutions = [named(part) for part in reading.split(shown, _OR)]
    if not all(solutions) or len({frozenset(solution) for solution in solutions}) > 1:
        return []
    if len({re.sub(r"_.*", "", name) for name in solutions[0]}) < 2:
        return []  # x_1 and x_2 are two solutions
    return [
        sympy.Tuple(*(reading.read(solution[name], side) for name in sorted(solution)))
        for solution in solutions
    ]


def _with_parameter(elements: list[sympy.Basic], declared: parameters.Declared, side: Side) -> Listing:
    """The listing with the parameter of its elements, declared or the index of a congruence."""
    spread: list[sympy.Basic] = []
    index = sympy.Symbol(declared.names[0]) if declared.names else sympy.Symbol("k")
    infinite = False
    for element in elements:
        if isinstance(element, sympy.ImageSet) and element.base_sets == (sympy.S.Integers,):
            (variable,) = element.lamda.variables
            spread.append(element.lamda.expr.xreplace({variable: index}))
            infinite = True
        else:
            spread.append(element)
    found = set().union(*(element.free_symbols for element in spread))
    if declared.kind in ("integer", "natural") and found & {sympy.Symbol(name) for name in declared.names}:
        return Listing(tuple(spread), index, declared.kind)
    return Listing(tuple(spread), index if infinite else None, "integer" if infinite else "")


def _flattened(expr: sympy.Basic) -> list[sympy.Basic]:
    """The elements of sets, of alternatives and of lists in a congruence."""
    if isinstance(expr, (sympy.FiniteSet, sympy.Union, Or)):
        return [inner for element in expr.args for inner in _flattened(element)]
    if isinstance(expr, sympy.Contains):
        return _flattened(expr.args[1])
    if isinstance(expr, sympy.Tuple) and isinstance(expr[-1], sympy.ImageSet):
        return _classes(expr)
    if isinstance(expr, sympy.ConditionSet):
        return _bounded_integers(expr)
    if isinstance(expr, sympy.Eq):
        return _flattened(expr.rhs)
    return [] if expr is sympy.S.EmptySet else [expr]


def _classes(expr: sympy.Tuple) -> list[sympy.Basic]:
    """`x \\equiv 2, 5 \\pmod 7`: the modulus at the end is that of all."""
    last = expr[-1]
    (variable,) = last.lamda.variables
    modulus = last.lamda.expr.coeff(variable)
    firsts = [part.rhs if isinstance(part, sympy.Eq) else part for part in expr[:-1]]
    return [
        *(sympy.ImageSet(sympy.Lambda(variable, a + modulus * variable), sympy.Integers) for a in firsts),
        last,
    ]


def _bounded_integers(expr: sympy.ConditionSet) -> list[sympy.Basic]:
    """The members of a set of integers between bounds."""
    if expr.base_set not in (sympy.S.Integers, sympy.S.Naturals, sympy.S.Naturals0):
        return [expr]
    bounds = sympy.Intersection(
        *(interval.as_interval(part, expr.sym) for part in sympy.And.make_args(expr.condition))
    )
    lowest = (
        sympy.Max(1 if expr.base_set is sympy.S.Naturals else 0, sympy.ceiling(bounds.inf))
        if (expr.base_set is not sympy.S.Integers)
        else sympy.ceiling(bounds.inf)
    )
    if not (lowest.is_Integer and bounds.sup.is_finite and bounds.sup - lowest <= MAX_ELEMENTS):
        return [expr]
    return [sympy.Integer(n) for n in range(int(lowest), int(sympy.floor(bounds.sup)) + 1) if n in bounds]


# Families


def _same_families(gold: Listing, answer: Listing, question: Question) -> Ruling:
    """Compares residue classes; families that are not periodic are compared member by member."""
    if answer.parameter is None:
        answer = _with_undeclared(answer)
    if answer.parameter is None or gold.parameter is None:
        return Ruling(False, "set", "The gold is an infinite set and the answer is not.")
    if "natural" not in (gold.kind, answer.kind):
        wanted = families.periodic(gold.elements, gold.parameter)
        given = families.periodic(answer.elements, answer.parameter)
        same = families.same(wanted, given) if wanted is not None and given is not None else None
        if same is not None:
            said = "the" if same else "not the"
            return Ruling(
                same, "family", f"The families of the answer are {said} gold's, as residue classes."
            )
    elif gold.kind != answer.kind:
        return Ruling(False, "family", "One family runs over all integers and the other does not.")
    start = 1 if gold.kind == "natural" else -families.MEMBERS
    members = (
        families.members(gold.elements, gold.parameter, start=start),
        families.members(answer.elements, answer.parameter, start=start),
    )
    window = min(max(abs(sympy.N(member)) for member in side) for side in members) / 4
    inside = [[member for member in side if abs(sympy.N(member)) <= window] for side in members]
    return _same_elements(inside[0], inside[1], question)


def _with_undeclared(answer: Listing) -> Listing:
    """The one symbol of an answer that does not say what it is, taken for the parameter of the family."""
    symbols = set().union(*(element.free_symbols for element in answer.elements))
    return Listing(answer.elements, symbols.pop(), "integer") if len(symbols) == 1 else answer
