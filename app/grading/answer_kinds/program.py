"""Functions given as programs: the values of the gold formula, by formula or at sample points."""

from __future__ import annotations

from itertools import islice

import sympy

from app.grading.answer_kinds import number, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.errors import AnswerRefused
from app.grading.interpreter import Program, ProgramError
from app.grading.verdict import Step

SAMPLES = 12
"""Points at which a program that is no formula is run."""


def rule(question: Question) -> Ruling:
    """Compares a formula with a program of as many parameters as the formula has symbols."""
    gold = number.single(reading.value(question.gold, "gold").expr)
    if not is_scalar(gold):
        raise AnswerRefused("form", "the answer is a program, and the gold is not a function")
    if not gold.free_symbols:
        raise AnswerRefused("form", "the answer is a program, where a number is asked for")
    try:
        program = Program(question.answer)
        symbols = _symbols(gold, program.parameters)
        try:
            formula = program.call(symbols)
        except ProgramError:
            return _at_samples(gold, program, symbols, question)
    except ProgramError as error:
        raise AnswerRefused(
            "program", f"the answer is not a program for the gold function: {error}"
        ) from error
    return ruling(compare_scalars(gold, formula, question.assumptions), "computes the gold function")


def _symbols(gold: sympy.Expr, parameters: tuple[str, ...]) -> list[sympy.Symbol]:
    """The gold's symbol for each parameter: by name, else by the order of the alphabet."""
    symbols = sorted(gold.free_symbols, key=lambda symbol: symbol.name)
    if {symbol.name for symbol in symbols} <= set(parameters):
        return [sympy.Symbol(name) for name in parameters]
    if len(parameters) != len(symbols):
        raise ProgramError(f"the program has {len(parameters)} parameters where {len(symbols)} are right")
    return symbols


def _at_samples(
    gold: sympy.Expr, program: Program, symbols: list[sympy.Symbol], question: Question
) -> Ruling:
    """Compares at whole numbers of the domain; a program that fails at one of them is wrong."""
    small = ({symbol: sympy.Integer(n + i) for i, symbol in enumerate(symbols)} for n in range(1, 60))
    points = list(islice((point for point in small if question.assumptions.admits(point)), SAMPLES))
    for point in points:
        given = program.call([point[symbol] for symbol in symbols])
        compared = compare_scalars(gold.xreplace(point), given, question.assumptions)
        if compared.verdict != "equal":
            where = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
            return Ruling(False, "program", f"The program gives another value at {where}.")
    step = Step(stage="program", note=f"interpreted at {len(points)} whole numbers")
    return Ruling(
        bool(points), "program", f"The program has the gold's values at {len(points)} points.", (step,)
    )
