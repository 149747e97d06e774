"""The rule of each answer kind."""

from app.grading.answer_kinds import (
    antiderivative,
    choice,
    equation,
    expression,
    function,
    interval,
    matrix,
    number,
    ode,
    series,
    text,
)
from app.grading.answer_kinds import set as solution_set
from app.grading.answer_kinds import tuple as ordered
from app.grading.answer_kinds.base import Rule
from app.problems.problem import AnswerKind

RULES: dict[AnswerKind, Rule] = {
    "number": number.rule,
    "expression": expression.rule,
    "function": function.rule,
    "antiderivative": antiderivative.rule,
    "ode_solution": ode.rule,
    "equation": equation.rule,
    "solution_set": solution_set.rule,
    "interval": interval.rule,
    "series": series.rule,
    "matrix": matrix.rule,
    "tuple": ordered.rule,
    "choice": choice.rule,
    "text": text.rule,
}
"""How an answer of each kind is judged."""
