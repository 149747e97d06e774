"""The front page of writing: SymPy objects to LaTeX that `parse` reads back and KaTeX draws."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from app.maths import notation
from app.maths.spelling import ATOMS, Spelling, spelling_of

_SETTINGS = {"ln_notation": True, "inv_trig_style": "full"}
_PENDING = (sp.Integral, sp.Sum, sp.Product, sp.Limit)
_MOST_PRIMES = 3
_CALLED = re.compile(r"(?<![A-Za-z\\])([EHKOSW](?:\^\{[^{}]*\})?) (?=\\left\()")
"""A letter that would be read as the function of that name, were there no dot before the bracket."""
_ONE_PERIOD = re.compile(r"([A-Za-z])(\d+)")


@lru_cache(maxsize=8192, typed=True)
def render(expr: sp.Basic) -> str:
    """LaTeX of a SymPy object that `parse` reads back to an equal one, for all that the grammar knows.

    Two things do not come back as they went: a Float (read as the exact rational of its digits) and an
    unevaluated product that SymPy would have distributed (`2 (x + 1)`).
    """
    return str(_Renderer(_SETTINGS).doprint(expr))


def _round(*parts: str) -> str:
    return r"\left(" + ", ".join(parts) + r"\right)"


class _Renderer(LatexPrinter):
    """SymPy's LaTeX printer with our spellings where its own would not be read back, or not gladly."""

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if isinstance(expr, sp.Basic) and expr.is_Atom and expr in ATOMS:
            return ATOMS[expr]
        spelled = spelling_of(expr) if isinstance(expr, sp.Basic) else None
        return (
            str(super()._print(expr, **kwargs)) if spelled is None else self._spell(expr, spelled, **kwargs)
        )

    def _spell(self, expr: Any, spelled: Spelling, **kwargs: Any) -> str:
        arguments = (
            expr.args[:1] if isinstance(expr, sp.Heaviside) and expr.args[1] == sp.S.Half else expr.args
        )
        parts = [self._print(argument) for argument in arguments]
        head = spelled.head.format(*parts) if spelled.order else spelled.head
        places = spelled.order or range(len(parts))
        separators = [*spelled.separators, *[spelled.separators[-1]] * len(parts)]
        inside = "".join(
            (separators[count - 1] if count else "") + parts[place] for count, place in enumerate(places)
        )
        power = kwargs.get("exp")
        raised = "" if power is None else f"^{{{power}}}"
        if spelled.superscript and power != "-1":
            return rf"{head}{raised}\left({inside}\right)"
        return rf"{head}\left({inside}\right){raised}"

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
        """The terms in SymPy's order, found without working out integrals and sums numerically."""
        pending = sorted(expr.atoms(*_PENDING), key=sp.srepr)
        # SymPy keeps the order of some limits in a product, so their names must keep it too.
        names = {
            node: sp.Symbol(f"zz_{place}", commutative=bool(node.is_commutative))
            for place, node in enumerate(pending)
        }
        if not names:
            return super()._as_ordered_terms(expr, order)
        stand_in = expr.xreplace(names)
        if not stand_in.is_Add:
            return super()._as_ordered_terms(expr, order)
        back = {name: node for node, name in names.items()}
        return [term.xreplace(back) for term in super()._as_ordered_terms(stand_in, order)]

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:
        """Brackets also round what would take in the factors after it."""
        reaching = isinstance(expr, sp.Limit) or (
            isinstance(expr, sp.Derivative) and self._primed(expr) is None
        )
        return (reaching and not last) or bool(super()._needs_mul_brackets(expr, first, last))

    # --- letters and constants

    def _print_Mul(self, expr: Any) -> str:
        return _CALLED.sub(r"\1 \\cdot ", str(super()._print_Mul(expr)))

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        name, _, subscript = expr.name.partition("_")
        numbered = _ONE_PERIOD.fullmatch(name)
        if numbered and not subscript:
            name, subscript = numbered.groups()
        head = self._letter(name)
        if not subscript:
            return head
        parts = (rf"\{part}" if part in notation.GREEK else part for part in re.split(r"(\W)", subscript))
        return f"{head}_{{{''.join(parts)}}}"

    @staticmethod
    def _letter(name: str) -> str:
        if len(name) == 1:
            return name
        return rf"\{name}" if name in notation.GREEK else rf"\mathrm{{{name}}}"

    # --- functions

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        """Undefined functions as `y{\\left(x\\right)}` (see rule 1), known ones by name."""
        name = self._letter(expr.func.__name__)
        if not isinstance(expr, AppliedUndef):
            name = rf"\operatorname{{{expr.func.__name__}}}"
        return self._applied(name, expr.args, exp)

    def _applied(self, head: str, arguments: Any, exp: Any = None) -> str:
        raised = "" if exp is None else f"^{{{exp}}}"
        return f"{head}{{{_round(*map(self._print, arguments))}}}{raised}"

    def _print_hyper(self, expr: Any, exp: Any = None) -> str:
        upper, lower = (", ".join(map(self._print, group)) for group in (expr.ap, expr.bq))
        head = f"{{}}_{{{len(expr.ap)}}}F_{{{len(expr.bq)}}}"
        raised = "" if exp is None else f"^{{{exp}}}"
        return rf"{head}\left({upper}; {lower}; {self._print(expr.argument)}\right){raised}"

    def _print_meijerg(self, expr: Any, exp: Any = None) -> str:
        groups = []
        for group in ((expr.an, expr.aother), (expr.bm, expr.bother)):
            lists = (r"\left[" + ", ".join(map(self._print, part)) + r"\right]" for part in group)
            groups.append(r"\left[" + ", ".join(lists) + r"\right]")
        raised = "" if exp is None else f"^{{{exp}}}"
        inside = ", ".join([*groups, self._print(expr.argument)])
        return rf"\operatorname{{meijerg}}\left({inside}\right){raised}"

    def _print_polygamma(self, expr: Any, exp: Any = None) -> str:
        order, argument = expr.args
        head = r"\psi" if order == 0 else rf"\psi^{{({self._print(order)})}}"
        raised = "" if exp is None else f"^{{{exp}}}"
        return f"{head}{_round(self._print(argument))}{raised}"

    def _print_KroneckerDelta(self, expr: Any, exp: Any = None) -> str:
        if not all(argument.is_Symbol and len(argument.name) == 1 for argument in expr.args):
            return self._applied(r"\operatorname{KroneckerDelta}", expr.args, exp)
        written = r"\delta_{" + ", ".join(map(self._print, expr.args)) + "}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_harmonic(self, expr: Any, exp: Any = None) -> str:
        subscript, *order = map(self._print, expr.args)
        written = f"H_{{{subscript}}}" + (f"^{{({order[0]})}}" if order else "")
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_Order(self, expr: Any) -> str:
        body = self._print(expr.expr)
        towards = [
            rf"{self._print(variable)} \to {self._print(point)}"
            for variable, point in zip(expr.variables, expr.point, strict=True)
            if point != 0 or len(expr.variables) > 1
        ]
        return rf"O\left({'; '.join([body, *towards])}\right)"

    # --- calculus

    def _print_Derivative(self, expr: Any) -> str:
        primed = self._primed(expr)
        return primed if primed is not None else str(super()._print_Derivative(expr))

    def _primed(self, derivative: Any, point: Any = None) -> str | None:
        """`y'`, `y''` or `y^{(4)}` with its argument, for an undefined function of one letter."""
        function = derivative.expr
        if (
            not isinstance(function, AppliedUndef)
            or len(function.args) != 1
            or len(derivative.variable_count) != 1
        ):
            return None
        variable, order = derivative.variable_count[0]
        name = function.func.__name__
        if function.args[0] != variable or not order.is_Integer or len(name) > 1:
            return None
        marks = "'" * int(order) if order <= _MOST_PRIMES else f"^{{({order})}}"
        return self._applied(name + marks, [variable if point is None else point])

    def _print_Subs(self, expr: Any) -> str:
        body, variables, points = expr.args
        if isinstance(body, sp.Derivative) and variables == sp.Tuple(*body.variables[:1]):
            primed = self._primed(body, points[0])
            if primed is not None and not isinstance(points[0], sp.Symbol):
                return primed
        pairs = ", ".join(
            f"{self._print(v)}={self._print(p)}" for v, p in zip(variables, points, strict=True)
        )
        return rf"\left. {self._print(body)} \right|_{{{pairs}}}"

    def _print_Integral(self, expr: Any) -> str:
        body = self._print(expr.function)
        if expr.function.is_Add:
            body = _round(body)
        signs, differentials = "", ""
        for variable, *bounds in expr.limits:
            if len(bounds) == 1:
                return str(super()._print_Integral(expr))
            scripts = "_{{{}}}^{{{}}}".format(*map(self._print, bounds)) if bounds else ""
            signs = rf"\int{scripts} " + signs
            differentials += rf" \, d{self._print(variable)}"
        return f"{signs}{body}{differentials}"

    def _print_Sum(self, expr: Any) -> str:
        return self._indexed(expr, r"\sum")

    def _print_Product(self, expr: Any) -> str:
        return self._indexed(expr, r"\prod")

    def _indexed(self, expr: Any, sign: str) -> str:
        body = self._print(expr.function)
        if expr.function.is_Add:
            body = _round(body)
        for index, lower, upper in expr.limits:
            body = rf"{sign}_{{{self._print(index)}={self._print(lower)}}}^{{{self._print(upper)}}} {body}"
        return body

    def _print_Limit(self, expr: Any) -> str:
        body, variable, point, direction = expr.args
        sign = "" if str(direction) == "+-" or point.is_infinite else rf"^{{{direction}}}"
        operand = self._print(body)
        if body.is_Add or body.is_Relational:
            operand = _round(operand)
        return rf"\lim_{{{self._print(variable)} \to {self._print(point)}{sign}}} {operand}"

    # --- sets, tuples, statements

    def _print_Interval(self, expr: Any) -> str:
        """An open interval of finite ends is `]a, b[`, since `(a, b)` is a tuple."""
        outward = expr.left_open and expr.right_open and expr.start != -sp.oo and expr.end != sp.oo
        return self._interval(expr, "][" if outward else "()")

    def _interval(self, expr: Any, open_brackets: str = "()") -> str:
        left = open_brackets[0] if expr.left_open else "["
        right = open_brackets[1] if expr.right_open else "]"
        return rf"\left{left}{self._print(expr.start)}, {self._print(expr.end)}\right{right}"

    def _member(self, number_set: Any) -> str:
        """A set where only a set can stand, so that `(a, b)` is understood."""
        if isinstance(number_set, sp.Interval):
            return self._interval(number_set)
        written = self._print(number_set)
        compound = isinstance(number_set, sp.Union | sp.Intersection | sp.Complement)
        return _round(written) if compound else written

    def _print_Union(self, expr: Any) -> str:
        return r" \cup ".join(map(self._member, expr.args))

    def _print_Intersection(self, expr: Any) -> str:
        return r" \cap ".join(map(self._member, expr.args))

    def _print_Complement(self, expr: Any) -> str:
        return r" \setminus ".join(map(self._member, expr.args))

    def _print_FiniteSet(self, expr: Any) -> str:
        """The members in SymPy's order, or in that of their writing where finding SymPy's could take long."""
        members = list(expr.args) if expr.has(*_PENDING) else sorted(expr.args, key=sp.default_sort_key)
        written = list(map(self._print, members))
        return r"\left\{" + ", ".join(sorted(written) if expr.has(*_PENDING) else written) + r"\right\}"

    def _print_Contains(self, expr: Any) -> str:
        element, number_set = expr.args
        return rf"{self._print(element)} \in {self._member(number_set)}"

    def _print_ConditionSet(self, expr: Any) -> str:
        variable = self._print(expr.sym)
        if expr.base_set != sp.S.UniversalSet:
            variable = rf"{variable} \in {self._member(expr.base_set)}"
        return rf"\left\{{{variable} \mid {self._print(expr.condition)}\right\}}"

    def _print_ImageSet(self, expr: Any) -> str:
        if len(expr.lamda.variables) != 1:
            return str(super()._print_ImageSet(expr))
        element = self._print(expr.lamda.expr)
        variable = self._print(expr.lamda.variables[0])
        return rf"\left\{{{element} \mid {variable} \in {self._member(expr.base_sets[0])}\right\}}"

    def _print_tuple(self, expr: Any) -> str:
        if len(expr) == 1:
            return rf"\left({self._print(expr[0])},\right)"
        return _round(*map(self._print, expr))

    _print_Tuple = _print_tuple
