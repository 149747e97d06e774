"""From a typed task to the sentence a person or a model reads: English around LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from app.maths import parse, render
from app.problems import wordings
from app.problems.functional import REGISTRY
from app.problems.tasks import (
    DefiniteIntegral,
    DifferentialEquation,
    DifferentialSystem,
    Equation,
    EquationSystem,
    Evaluation,
    IndefiniteIntegral,
    Inequality,
    Instance,
    Limit,
    Product,
    Series,
    Sum,
    Task,
    symbols,
    unknowns,
    variable,
)

# {display} is the mathematics with its closing punctuation, {where} the clause on domains (or nothing), {x}
# the task's variable. A phrasing is a whole text: nothing is appended to it.
PHRASINGS: dict[str, tuple[str, ...]] = {
    "indefinite_integral": (
        "Find the indefinite integral\n\n{display}{where}\n\n"
        "Give an antiderivative, up to an additive constant.",
        "Find an antiderivative with respect to {x}, that is, compute\n\n{display}{where}\n\n"
        "The answer is wanted up to an additive constant.",
        "Integrate with respect to {x}:\n\n{display}{where}\n\nAnswer with any one antiderivative.",
    ),
    "definite_integral": (
        "Evaluate the definite integral\n\n{display}{where}\n\nGive its exact value in closed form.",
        "Compute the exact value of\n\n{display}{where}",
        "Work out the exact value of the integral\n\n{display}{where}\n\nAnswer in closed form.",
    ),
    "limit": (
        "Compute the limit\n\n{display}{where}\n\nGive its exact value.",
        "Evaluate the following limit exactly:\n\n{display}{where}",
        "Find the exact value of\n\n{display}{where}",
    ),
    "series": (
        "Find the Taylor polynomial about {point}, up to and including the term of degree {degree}, of\n\n"
        "{display}{where}",
        "Expand in powers of {increment}, and give all terms up to and including degree {degree}:\n\n"
        "{display}{where}",
    ),
    "sum": (
        "Find the sum\n\n{display}{where}\n\nGive its exact value in closed form.",
        "Evaluate in closed form\n\n{display}{where}",
        "Compute the exact value of\n\n{display}{where}",
    ),
    "product": (
        "Find the product\n\n{display}{where}\n\nGive its exact value in closed form.",
        "Evaluate in closed form\n\n{display}{where}",
        "Compute the exact value of the product\n\n{display}{where}",
    ),
    "differential_system": (
        "Solve the system of differential equations\n\n{display}\n\nfor the functions {functions}, "
        "subject to {conditions}{and_where}\n\nAnswer with explicit formulas, as the tuple {tuple}.",
        "Find the functions {functions} that satisfy\n\n{display}\n\n"
        "together with {conditions}{and_where}\n\nGive them explicitly, as the tuple {tuple}.",
    ),
    "equation_system": (
        "Find all solutions in {numbers} of the system\n\n{display}{where}\n\n"
        "Answer with the set of all tuples {tuple}.",
        "Solve for {unknowns} over the {numbers}:\n\n{display}{where}\n\n"
        "Give the set of all solutions {tuple}.",
    ),
    "inequality": (
        "Find all real numbers {x} for which\n\n{display}{where}\n\n"
        "Answer with an interval or a union of intervals.",
        "Solve the inequality\n\n{display}{where}\n\n"
        "Give the set of all real solutions {x}, in interval notation.",
    ),
    "evaluation": (
        "Evaluate in closed form\n\n{display}{where}",
        "Find a closed form of\n\n{display}{where}",
    ),
    "simplification": (
        "Simplify\n\n{display}{where}\n\nGive the simplest equal expression you can find.",
        "Write as simply as possible:\n\n{display}{where}",
    ),
    **wordings.PHRASINGS,
}
INITIAL_VALUE_PHRASINGS = (
    "Solve the differential equation\n\n{display}\n\n"
    "for the function {y}, subject to {conditions}{and_where}\n\nGive {y} explicitly.",
    "Find the function {y} that satisfies\n\n{display}\n\ntogether with {conditions}{and_where}\n\n"
    "Answer with an explicit formula for {y}.",
)
GENERAL_SOLUTION_PHRASINGS = (
    "Find the general solution {y} of the differential equation\n\n{display}{where}\n\n"
    "Name the arbitrary {constants}.",
    "Solve the differential equation\n\n{display}{where}\n\n"
    "Give the general solution {y}, with the arbitrary {constants}.",
)
EQUATION_PHRASINGS = (
    "Find all {numbers} {x} that satisfy\n\n{display}{where}\n\nGive the set of solutions.",
    "Solve for {x} over the {numbers}:\n\n{display}{where}\n\nAnswer with the set of all solutions.",
)
NUMBERS = {
    "reals": "real numbers",
    "complexes": "complex numbers",
    "integers": "integers",
    "positive": "positive real numbers",
}
INTEGER_FROM = {0: "a non-negative integer", 1: "a positive integer"}


def statement(task: Task, assumptions: Sequence[str] = (), phrasing: int = 0) -> str:
    """The problem as Markdown text with `$…$` and `$$…$$`, in the phrasing of that number (modulo all).

    Only the assumptions about symbols that occur are stated; parameters without any are called real.
    """
    if isinstance(task, Instance):
        return REGISTRY[task.abstraction].render(task.values, phrasing)
    clause = domains(task, assumptions)
    conditions = getattr(task, "conditions", ())
    fields = {
        "display": f"$${_mathematics(task)}{_stop(clause, conditions)}$$",
        "where": f"\n\nwhere {clause}." if clause else "",
        "and_where": f", where {clause}." if clause else ".",
        **_particulars(task),
    }
    choices = _phrasings(task)
    return choices[phrasing % len(choices)].format(**fields)


def domains(task: Task, assumptions: Sequence[str]) -> str:
    """What is known of the symbols that occur, as `$a > 0$ and $n$ is a positive integer`; may be empty."""
    present = symbols(task)
    relations = [(text, relation) for text, relation in zip(assumptions, map(parse, assumptions), strict=True)
                 if relation.free_symbols & present]  # fmt: skip
    clauses: list[str] = []
    told: list[frozenset[sympy.Basic]] = []
    for text, relation in relations:
        about = frozenset(relation.free_symbols)
        if len(about) > 1:
            clauses.append(f"${text}$")
        elif about not in told:
            told.append(about)
            clauses += _about([(own, known) for own, known in relations if known.free_symbols == about])
    silent = (
        present
        - set().union(*(relation.free_symbols for _, relation in relations))
        - {variable(task), *unknowns(task)}
    )
    if silent:
        names = sorted(_inline(symbol) for symbol in silent)
        clauses.append(f"{join(names)} {'is' if len(names) == 1 else 'are'} real")
    return join(clauses)


def join(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + ", and " + items[-1]


def _about(relations: Sequence[tuple[str, sympy.Basic]]) -> list[str]:
    """The clauses on the one symbol of these relations, in English where integers are concerned."""
    bounds = [(text, relation) for text, relation in relations if not _is_integrality(relation)]
    if len(bounds) == len(relations):
        return [f"${text}$" for text, _ in bounds]
    (symbol,) = relations[0][1].free_symbols
    for bound in bounds:
        start = _least_integer(symbol, bound[1])
        if start in INTEGER_FROM:
            others = [f"${text}$" for text, _ in bounds if text != bound[0]]
            return [join([f"{_inline(symbol)} is {INTEGER_FROM[start]}", *others])]
    kind = f"{_inline(symbol)} is an integer"
    return [f"{kind} with {join([f'${text}$' for text, _ in bounds])}" if bounds else kind]


def _is_integrality(relation: sympy.Basic) -> bool:
    return isinstance(relation, sympy.Contains) and relation.args[1] == sympy.S.Integers


def _least_integer(symbol: sympy.Symbol, relation: sympy.Basic) -> int | None:
    """The least integer that a lower bound on `symbol` leaves, if the relation is one."""
    if isinstance(relation, sympy.StrictGreaterThan | sympy.StrictLessThan):
        strict = True
    elif isinstance(relation, sympy.GreaterThan | sympy.LessThan):
        strict = False
    else:
        return None
    if relation.gts != symbol or not isinstance(relation.lts, sympy.Integer):
        return None
    return int(relation.lts) + int(strict)


def _inline(expression: sympy.Basic | None) -> str:
    return "" if expression is None else f"${render(expression)}$"


def _stop(clause: str, conditions: Sequence[sympy.Basic]) -> str:
    """What closes the displayed formula: nothing where the sentence runs on without a comma."""
    if conditions:
        return ""
    return "," if clause else "."


def _mathematics(task: Task) -> str:
    """The LaTeX that is displayed; a differential equation has its highest derivative first, as books do."""
    if isinstance(task, DifferentialSystem | EquationSystem):
        rows = [_equation(equation, isinstance(task, DifferentialSystem)) for equation in task.equations]
        return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"
    if isinstance(task, DifferentialEquation):
        return _equation(task.equation, differential=True)
    if task.operation in wordings.PHRASINGS:
        return wordings.formula(task)
    return render(pending(task))


def _equation(equation: sympy.Basic, differential: bool) -> str:
    """One equation as LaTeX."""
    if differential and isinstance(equation, sympy.Eq):
        return f"{_by_order(equation.lhs)} = {_by_order(equation.rhs)}"
    return render(equation)


def _by_order(side: sympy.Expr) -> str:
    """The terms of one side, those with the highest derivative first, those without the function last."""
    terms = sorted(side.as_ordered_terms(), key=_order, reverse=True)
    first, *others = [render(term) for term in terms]
    signed = [f" - {text[1:].lstrip()}" if text.startswith("-") else f" + {text}" for text in others]
    return first + "".join(signed)


def _order(term: sympy.Expr) -> int:
    """The order of the highest derivative, 0 for the function itself, -1 without it."""
    orders = [int(derivative.derivative_count) for derivative in term.atoms(sympy.Derivative)]
    return max(orders, default=0 if term.atoms(AppliedUndef) else -1)


def pending(task: Any) -> sympy.Basic:
    """What the task asks for, unevaluated: the expression that is displayed."""
    if isinstance(task, IndefiniteIntegral):
        return sympy.Integral(task.integrand, task.variable)
    if isinstance(task, DefiniteIntegral):
        return sympy.Integral(task.integrand, (task.variable, task.lower, task.upper))
    if isinstance(task, Limit):
        return sympy.Limit(task.expression, task.variable, task.point, task.direction)
    if isinstance(task, Sum):
        return sympy.Sum(task.term, (task.index, task.lower, task.upper))
    if isinstance(task, Product):
        return sympy.Product(task.factor, (task.index, task.lower, task.upper))
    if isinstance(task, Equation):
        return task.equation
    return task.relation if isinstance(task, Inequality) else task.expression


def posed(expression: sympy.Expr) -> Task:
    """The task that an unevaluated integral, limit, sum or product states: what `pending` makes of it, back.

    Anything else, several of them at once included, is to be evaluated.
    """
    if isinstance(expression, sympy.Limit):
        inner, x, point, direction = expression.args
        return Limit(expression=inner, variable=x, point=point, direction=direction.name)
    if not isinstance(expression, ExprWithLimits) or len(expression.limits) != 1:
        return Evaluation(expression=expression)
    x, *bounds = expression.limits[0]
    inner = expression.function
    if isinstance(expression, sympy.Integral) and not bounds:
        return IndefiniteIntegral(integrand=inner, variable=x)
    lower, upper = bounds
    if isinstance(expression, sympy.Integral):
        return DefiniteIntegral(integrand=inner, variable=x, lower=lower, upper=upper)
    if isinstance(expression, sympy.Sum):
        return Sum(term=inner, index=x, lower=lower, upper=upper)
    return Product(factor=inner, index=x, lower=lower, upper=upper)


def _phrasings(task: Task) -> tuple[str, ...]:
    if isinstance(task, DifferentialEquation):
        return INITIAL_VALUE_PHRASINGS if task.conditions else GENERAL_SOLUTION_PHRASINGS
    return EQUATION_PHRASINGS if isinstance(task, Equation) else PHRASINGS[task.operation]


def _particulars(task: Task) -> dict[str, str]:
    """What this operation's phrasings name besides the formula and the domains."""
    fields = {"x": _inline(variable(task))}
    if isinstance(task, Series):
        increment = sympy.Add(task.variable, -task.point)
        fields |= {"degree": str(task.degree), "increment": _inline(increment)}
        fields["point"] = _inline(sympy.Eq(task.variable, task.point, evaluate=False))
    elif isinstance(task, Equation | EquationSystem):
        fields["numbers"] = NUMBERS[task.domain]
        fields["unknowns"] = join([_inline(unknown) for unknown in unknowns(task)])
        fields["tuple"] = _inline(sympy.Tuple(*unknowns(task)))
    elif isinstance(task, DifferentialSystem):
        functions = [sympy.Function(name)(task.variable) for name in task.functions]
        fields["functions"] = join([_inline(function) for function in functions])
        fields["tuple"] = _inline(sympy.Tuple(*functions))
    elif isinstance(task, DifferentialEquation):
        fields["y"] = _inline(sympy.Function(task.function)(task.variable))
        names = [f"$C_{{{number + 1}}}$" for number in range(_order(task.equation))]
        fields["constants"] = f"constant{'s' if len(names) > 1 else ''} {join(names)}"
    if isinstance(task, DifferentialEquation | DifferentialSystem):
        fields["conditions"] = join([_inline(condition) for condition in task.conditions])
    return fields | wordings.particulars(task)
