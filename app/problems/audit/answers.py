"""Stored answers, in LaTeX or as SymPy prints them, read without ever being executed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.maths import Limits, MathsError, parse
from app.problems.audit.errors import Unreadable

UNFINISHED: Final = (sympy.Integral, sympy.Limit, sympy.Derivative, sympy.Subs, AppliedUndef)
"""What an answer may not contain: it would restate a question instead of answering one."""
INFINITE: Final = (sympy.oo, -sympy.oo, sympy.zoo)

LIMITS: Final = Limits(exponent=10**60, bits=400_000)
"""Limits of reading; exponents of e that are products of large numbers stand in perturbed answers."""

_SPELLINGS: Final = (
    (
        re.compile(r"\b(?:Integer|Float|S|sympify|Number)\(\s*['\"]?(-?\d+(?:\.\d+)?(?:/\d+)?)['\"]?\s*\)"),
        r"(\1)",
    ),
    (re.compile(r"\bS\.Half\b"), "(1/2)"),
    (re.compile(r"\bS\.One\b"), "1"),
    (re.compile(r"\bS\.Zero\b"), "0"),
    (re.compile(r"\bS\.NegativeOne\b"), "(-1)"),
    (re.compile(r"\bS\.Infinity\b"), "oo"),
    (re.compile(r"\b(?:S\.)?(?:Pi)\b"), "pi"),
    (re.compile(r"\bS\.(?:Exp1)\b"), "E"),
    (re.compile(r"\bS\.ImaginaryUnit\b"), "I"),
    (re.compile(r"\b(?:Symbol|Function|Dummy)\(\s*['\"](\w+)['\"][^()]*\)"), r"\1"),
    (re.compile(r"\b(?:sympy|sp|sym|np|math)\.(?=[A-Za-z])"), ""),
    (re.compile(r"\bRational\(\s*['\"](-?\d+(?:/\d+)?)['\"]\s*\)"), r"(\1)"),
)
"""Spellings of SymPy that the grammar of mathematics does not have, and what they mean."""
_CAS: Final = re.compile(r"\*|\b[A-Za-z]\w*\(")
_WRAPPING: Final = re.compile(r"\A\s*(?:\$\$?|\\\[|\\\()?\s*(.*?)\s*(?:\$\$?|\\\]|\\\))?\s*[.,;]?\s*\Z", re.S)
_AND_SO_ON: Final = re.compile(r"\s*\+\s*(?:\\(?:[cl]?dots|cdots)|\.\.\.|…)\s*(?=[)\]}]*\Z|=)")
_REST: Final = re.compile(
    r"\+\s*\\?(?:mathcal|operatorname|mathrm)?\s*\{?\s*[Oo]\s*\}?\s*(?:\\left)?\s*(\(.*\))[\s$.]*\Z", re.S
)
_LIST: Final = re.compile(r"\A\[(.*)\]\Z", re.S)
_BOXED: Final = re.compile(r"\A\\boxed\{(.*)\}\Z", re.S)


def read(text: str, functions: Collection[str] = ()) -> sympy.Basic:
    """The answer as an expression, or a set, list or equation of such; Unreadable where it is none."""
    found = _WRAPPING.match(text)
    plain = found[1] if found else text
    boxed = _BOXED.match(plain)
    plain = boxed[1] if boxed else plain
    if "\\" not in plain and _CAS.search(plain):
        for pattern, spelling in _SPELLINGS:
            plain = pattern.sub(spelling, plain)
    plain = _AND_SO_ON.sub("", plain)
    if not plain.strip():
        raise Unreadable("answer", "there is no stored answer")
    try:
        return parse(plain, functions=functions, limits=LIMITS)
    except MathsError as error:
        raise Unreadable("answer", f"the stored answer cannot be read: {error}") from error


def listed(text: str, functions: Collection[str] = ()) -> sympy.Basic:
    """As `read`, where square brackets hold a list of solutions, as SymPy prints them, and no interval."""
    found = _LIST.match(text.strip())
    return read(
        f"\\left\\{{{found[1]}\\right\\}}"
        if found and "\\" in text
        else "{" + found[1] + "}"
        if found
        else text,
        functions,
    )


def polynomial(text: str, functions: Collection[str] = ()) -> sympy.Basic:
    """As `read`, without the order of the rest, `+ O(x^5)`, which closes it."""
    found = _REST.search(text)
    closes = found is not None and found[1].count("(") == found[1].count(")")
    return read(text[: found.start()] if found is not None and closes else text, functions)


def is_implicit(answer: sympy.Basic, function: str) -> bool:
    """Whether an equation does not give the function itself, as `y^2 = x^2 + C`."""
    if not isinstance(answer, sympy.Eq):
        return False
    left = answer.lhs
    names = (str(left.func),) if isinstance(left, AppliedUndef) else (str(left),)
    return function not in names or answer.rhs.has(sympy.Symbol(function))


def expression(answer: sympy.Basic) -> sympy.Expr:
    """The one expression that an answer gives, as itself or as the right side of an equation."""
    if isinstance(answer, sympy.Eq) and isinstance(answer.lhs, AppliedUndef | sympy.Symbol):
        answer = answer.rhs
    if isinstance(answer, sympy.FiniteSet | sympy.Tuple) and len(answer.args) == 1:
        answer = answer.args[0]
    if not isinstance(answer, sympy.Expr):
        raise Unreadable("answer", f"the stored answer is a {type(answer).__name__}, not an expression")
    if answer.has(sympy.nan):
        raise Unreadable("answer", "the stored answer is undefined")
    unfinished = [type(node).__name__ for node in answer.atoms(*UNFINISHED)]
    if unfinished:
        raise Unreadable("answer", f"the stored answer still contains {unfinished[0]}")
    return answer
