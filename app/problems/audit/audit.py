"""Judges the stored answer of a row from the row's statement alone: the front page of the audit."""

from __future__ import annotations

import re
from dataclasses import replace

import sympy
from flint import ctx

from app.maths import Assumptions
from app.problems import tasks
from app.problems.audit import answers, coefficients, identities, limits, solutions, unknowns, values
from app.problems.audit import symbols as choice
from app.problems.audit.errors import IllPosed, Unreadable
from app.problems.audit.judgement import Judgement
from app.problems.audit.reading import read
from app.problems.audit.segments import split
from app.problems.audit.statement import Reading, spelt_out
from app.problems.certificates import PRECISION
from app.problems.problem import Variant

_LIST_OF_NAMES = re.compile(r"[A-Za-z\\,\s]+|[A-Za-z](?:\s*,\s*[A-Za-z])*\s*>\s*0")
READERS = {
    "equation": answers.listed,
    "differential_equation": answers.listed,
    "series": answers.polynomial,
}
"""How an answer is read where it has a form of its own."""
STORED = ("answer in sympy", "answer in latex")
"""Where an importer keeps an answer as it was written, in the order in which they are looked at."""
VARIABLES = frozenset(["x", "y", "z", "t", "u", "s", "n", "k", "m", "N"])
"""Names that an operator binds rather than that parameters have."""


def audit(variant: Variant) -> Judgement:
    """Right, wrong with a witness, ill-posed with a witness, or not checkable with the reason.

    The typed task, where the row has one, is not looked at. Wrong is said only of what disjoint enclosures
    prove, or where two extrapolations miss by far, at every point that could be compared.
    """
    operation = ""
    try:
        reading = read(variant.statement)
        reading = replace(reading, assumptions=(*reading.assumptions, *variant.assumptions))
        stored = next((variant.origin[key] for key in STORED if variant.origin.get(key)), variant.gold)
        operation = reading.task.operation
        with ctx.workprec(PRECISION):
            judgement = judge(reading, stored, variant.statement, variant.id)
    except Unreadable as unreadable:
        judgement = Judgement(outcome="not checkable", reason=unreadable.reason, kind=unreadable.kind)
    except IllPosed as ill:
        judgement = Judgement(outcome="ill-posed", reason=ill.witness, kind=ill.kind)
    return judgement.model_copy(update={"operation": operation})


def judge(reading: Reading, stored: str, statement: str, name: str) -> Judgement:
    """The judgement of an answer to the task that was read; raises Unreadable or IllPosed."""
    task = reading.task
    functions = (task.function,) if isinstance(task, tasks.DifferentialEquation) else ()
    reader = READERS.get(task.operation, answers.read)
    answer = reader(spelt_out(stored) if "\\" in stored else stored, functions)
    known = choice.assumptions(reading, _symbols(task, answer))
    if isinstance(task, tasks.Equation):
        return unknowns.judge(reading, task, answer, known, name)
    if isinstance(task, tasks.DifferentialEquation) and isinstance(answer, sympy.Tuple | sympy.FiniteSet):
        return _agreed([_judged(reading, branch, statement, known, name) for branch in answer.args])
    return _judged(reading, answer, statement, known, name)


def _agreed(judgements: list[Judgement]) -> Judgement:
    """What is said of all branches of a solution alike."""
    if len({judgement.outcome for judgement in judgements}) == 1:
        return judgements[0]
    return Judgement(outcome="not checkable", kind="partly right", reason="not all of its branches are right")


def _judged(
    reading: Reading, answer: sympy.Basic, statement: str, known: Assumptions, name: str
) -> Judgement:
    task = reading.task
    if isinstance(task, tasks.DifferentialEquation) and answers.is_implicit(answer, task.function):
        return solutions.implicit(task, answer, known, name)
    value = answers.expression(answer)
    if isinstance(task, tasks.DifferentialEquation):
        return solutions.judge(reading, task, value, known, name)
    judged = _judge_value(reading, value, known, name)
    return judged if judged.outcome != "wrong" else _doubted(judged, task, value, statement)


def _doubted(judged: Judgement, task: tasks.Task, value: sympy.Expr, statement: str) -> Judgement:
    """A wrong one as not checkable where a symbol is only in the answer, or a variable only in the question.

    The first may be a constant by its usual name, as G for Catalan's; the second, a limit that lost its sign.
    """
    of = value.diff(task.variable) if isinstance(task, tasks.IndefiniteIntegral) else value
    foreign = of.free_symbols - tasks.symbols(task)
    lost = {symbol.name for symbol in tasks.symbols(task) - value.free_symbols} & VARIABLES
    if not all(_is_declared(symbol, statement) for symbol in foreign):
        kind, reason = "foreign symbol", f"the answer has {min(map(str, foreign))}, the question has not"
    elif lost and isinstance(task, tasks.Evaluation):
        kind, reason = "lost operator", f"{min(lost)} varies in the question but not in the answer"
    else:
        return judged
    return judged.model_copy(update={"outcome": "not checkable", "kind": kind, "reason": reason})


def _judge_value(reading: Reading, value: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    task = reading.task
    if isinstance(task, tasks.IndefiniteIntegral):
        return identities.antiderivative(task, value, known, name)
    if isinstance(task, tasks.Series):
        return coefficients.judge(reading, task, value, known, name)
    if isinstance(task, tasks.Limit):
        return limits.judge(task, value, known, name)
    if value.has(*answers.INFINITE):
        raise Unreadable("answer", "the stored answer is infinite")
    if isinstance(task, tasks.Evaluation | tasks.Simplification):
        return identities.value(task, value, known, name)
    return values.judge(task, value, known, name)


def _symbols(task: tasks.Task, answer: sympy.Basic) -> set[sympy.Symbol]:
    return {*tasks.symbols(task), *answer.free_symbols}


def _is_declared(symbol: sympy.Symbol, statement: str) -> bool:
    """Whether the statement names the letter in a list of symbols, and has it in no other formula.

    In another formula simplification may have lost it, as in A/A.
    """
    letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol.name)}(?![A-Za-z])")
    found = [text for text in split(statement).formulas if letter.search(text)]
    return bool(found) and all(_LIST_OF_NAMES.fullmatch(text) for text in found)
