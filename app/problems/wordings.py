"""Sentences about matrices, random variables and integers: their phrasings, and what these name."""

from __future__ import annotations

from typing import Any

import sympy

from app.maths import render
from app.problems.tasks import (
    ArithmeticFunction,
    CharacteristicPolynomial,
    Congruences,
    Expectation,
    LinearSystem,
    MatrixExponential,
    MatrixPower,
    Probability,
    Task,
)

PHRASINGS: dict[str, tuple[str, ...]] = {
    "determinant": (
        "Compute the determinant of the matrix\n\n{display}{where}\n\nGive its exact value.",
        "Find the exact value of the determinant of\n\n{display}{where}",
    ),
    "inverse": (
        "Find the inverse of the matrix\n\n{display}{where}",
        "Invert the matrix\n\n{display}{where}\n\nGive all entries of the inverse exactly.",
    ),
    "eigenvalues": (
        "Find all eigenvalues of the matrix\n\n{display}{where}\n\n"
        "Give the set of the different eigenvalues.",
        "Determine the set of all eigenvalues, each named once, of the matrix\n\n{display}{where}",
    ),
    "characteristic_polynomial": (
        "Find the characteristic polynomial, in the variable {x} and with leading coefficient $1$, of the "
        "matrix\n\n{display}{where}",
        "Compute the monic characteristic polynomial in {x} of\n\n{display}{where}",
    ),
    "matrix_exponential": (
        "Compute the matrix exponential {function} of the matrix\n\n{display}{where}",
        "Consider the matrix\n\n{display}{where}\n\nFind {function} in closed form.",
    ),
    "matrix_power": (
        "Compute the power {function} of the matrix\n\n{display}{where}",
        "Consider the matrix\n\n{display}{where}\n\nFind {function} in closed form.",
    ),
    "matrix_rank": (
        "Find the rank of the matrix\n\n{display}{where}",
        "Determine the rank of\n\n{display}{where}",
    ),
    "linear_system": (
        "Solve the system of linear equations $A \\mathbf{{x}} = \\mathbf{{v}}$ with\n\n{display}{where}\n\n"
        "Give the solution as a tuple of {count} entries.",
        "Find the vector $\\mathbf{{x}}$ with $A \\mathbf{{x}} = \\mathbf{{v}}$ for\n\n{display}{where}\n\n"
        "Answer with the tuple of its {count} entries.",
    ),
    "expectation": (
        "Let $X$ be a random variable with {values} and the {law}\n\n{display}{where}\n\n"
        "Find the exact expected value of {quantity}.",
        "The random variable $X$ has {values} and the {law}\n\n{display}{where}\n\n"
        "What is the expected value of {quantity}? Answer in closed form.",
    ),
    "probability": (
        "Let $X$ be a random variable with {values} and the {law}\n\n{display}{where}\n\n"
        "Find the exact probability that {event}.",
        "The random variable $X$ has {values} and the {law}\n\n{display}{where}\n\n"
        "What is the probability that {event}? Answer in closed form.",
    ),
    "congruences": (
        "Find the least non-negative integer {x} that satisfies\n\n{display}{where}",
        "Solve for {x}, and give the smallest solution that is not negative:\n\n{display}{where}",
    ),
    "arithmetic_function": (
        "Find {asked}{and_where}\n\nGive the exact value.",
        "Determine {asked}{and_where}",
    ),
}
"""Phrasings as in `statements.PHRASINGS`, with fields of their own."""

ASKED: dict[str, str] = {
    "greatest_common_divisor": "the greatest common divisor of {0} and {1}",
    "least_common_multiple": "the least common multiple of {0} and {1}",
    "totient": "the number of positive integers up to {0} that are coprime to it, that is, Euler's totient "
    "of {0}",
    "divisor_count": "the number of positive divisors of {0}",
    "divisor_sum": "the sum of all positive divisors of {0}",
    "power_residue": "the remainder that {0} leaves when it is divided by {1}",
    "valuation": "the largest integer $e$ for which the $e$-th power of {0} divides {1}",
    "multiplicative_order": "the multiplicative order of {0} modulo {1}, that is, the least positive integer "
    "$e$ such that the $e$-th power of {0} leaves the remainder $1$ when it is divided by {1}",
    "coprime_count": "how many of the positive integers up to {0} are coprime to {1}",
}
"""The value of each arithmetic function in words."""

LAWS = {"density": "probability density", "mass": "probability mass function"}


def formula(task: Task) -> str:
    """The LaTeX that is displayed."""
    if isinstance(task, MatrixExponential | MatrixPower):
        return f"A = {render(task.matrix)}"
    if isinstance(task, LinearSystem):
        return f"A = {render(task.matrix)}, \\quad \\mathbf{{v}} = {render(task.right_side)}"
    if isinstance(task, Expectation | Probability):
        return f"f({render(task.variable)}) = {render(task.law)}"
    if isinstance(task, Congruences):
        rows = _congruences(task)
        return rows[0] if len(rows) == 1 else "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"
    return "" if isinstance(task, ArithmeticFunction) else render(task.matrix)  # type: ignore[union-attr]


def particulars(task: Any) -> dict[str, str]:
    """What the phrasings of this operation name."""
    if isinstance(task, CharacteristicPolynomial | Congruences):
        return {"x": f"${render(task.variable)}$"}
    if isinstance(task, MatrixExponential):
        return {"function": f"$e^{{{render(task.variable)} A}}$"}
    if isinstance(task, MatrixPower):
        return {"function": f"$A^{{{render(task.exponent)}}}$"}
    if isinstance(task, LinearSystem):
        return {"count": str(task.matrix.rows)}
    if isinstance(task, Expectation | Probability):
        return {"values": _values(task), "law": LAWS[task.kind], **_wanted(task)}
    if isinstance(task, ArithmeticFunction):
        return {"asked": ASKED[task.function].format(*_arguments(task))}
    return {}


def _congruences(task: Congruences) -> list[str]:
    rows = zip(task.coefficients, task.residues, task.moduli, strict=True)
    return [
        rf"{render(coefficient * task.variable)} \equiv {render(residue)} \pmod{{{render(modulus)}}}"
        for coefficient, residue, modulus in rows
    ]


def _arguments(task: ArithmeticFunction) -> list[str]:
    """The arguments as they are named; the base and exponent of a power as one."""
    if task.function == "power_residue":
        base, exponent, modulus = task.arguments
        power = sympy.Pow(base, exponent, evaluate=False)
        return [f"${render(power)}$", f"${render(modulus)}$"]
    return [f"${render(argument)}$" for argument in task.arguments]


def _values(task: Expectation | Probability) -> str:
    """Which values the random variable takes."""
    lower, upper = render(task.lower), render(task.upper)
    if task.kind == "mass":
        end = "on" if task.upper == sympy.oo else f"to ${upper}$"
        return f"values among the integers from ${lower}$ {end}"
    if task.lower == -sympy.oo and task.upper == sympy.oo:
        return "real values"
    left, right = "(" if task.lower == -sympy.oo else "[", ")" if task.upper == sympy.oo else "]"
    return rf"values in $\left{left}{lower}, {upper}\right{right}$"


def _wanted(task: Expectation | Probability) -> dict[str, str]:
    value = sympy.Symbol("X")
    if isinstance(task, Expectation):
        return {"quantity": f"${render(task.quantity.xreplace({task.variable: value}))}$"}
    least, most = render(task.least), render(task.most)
    if task.least == task.most:
        return {"event": f"$X = {least}$"}
    if task.most == task.upper:
        return {"event": rf"$X \ge {least}$"}
    if task.least == task.lower:
        return {"event": rf"$X \le {most}$"}
    return {"event": rf"${least} \le X \le {most}$"}
