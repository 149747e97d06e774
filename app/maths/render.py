"""The front page of writing: SymPy objects to LaTeX that `parse` reads back and KaTeX draws."""

from __future__ import annotations

import re
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from app.maths import notation

_SETTINGS = {
    "ln_notation": True,
    "inv_trig_style": "full",
    "fold_short_frac": False,
    "mul_symbol": None,
    "order": None,
}


def render(expr: sp.Basic) -> str:
    """LaTeX of a SymPy object: `parse(render(expr)) == expr` for what this grammar knows."""
    return _Renderer(_SETTINGS).doprint(expr)


def _parenthesised(*parts: str) -> str:
    return r"\left(" + ", ".join(parts) + r"\right)"


class _Renderer(LatexPrinter):
    """SymPy's LaTeX printer with our spellings where its own would not be read back, or not be read gladly."""

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        name, _, subscript = expr.name.partition("_")
        match = re.fullmatch(r"([A-Za-z])(\d+)", name)
        if match and not subscript:
            name, subscript = match.groups()
        head = self._head(name)
        if not subscript:
            return head
        parts = (rf"\{part}" if part in notation.GREEK else part for part in re.split(r"(\W)", subscript))
        return f"{head}_{{{''.join(parts)}}}"

    @staticmethod
    def _head(name: str) -> str:
        if len(name) == 1 and name not in "ei":
            return name
        if name in notation.GREEK and name not in ("gamma", "pi"):
            return rf"\{name}"
        return rf"\mathrm{{{name}}}"

    def _print_Limit(self, expr: Any) -> str:
        body, variable, point, direction = expr.args
        sign = "" if str(direction) == "+-" or point.is_infinite else rf"^{{{direction}}}"
        operand = self._print(body)
        if body.is_Add or body.is_Relational:
            operand = _parenthesised(operand)
        return rf"\lim_{{{self._print(variable)} \to {self._print(point)}{sign}}} {operand}"
