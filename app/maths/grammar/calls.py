"""Names: letters, constants, subscripts, known functions and undefined functions with their arguments."""

from __future__ import annotations

import re
from typing import Any

import sympy as sp

from app.maths import known, notation
from app.maths.arithmetic import call, multiply, power
from app.maths.grammar import algebra
from app.maths.grammar.calculus import at_differential, differential
from app.maths.grammar.cursor import PRODUCT, Parser, key
from app.maths.grammar.hypergeometric import at_meijer, read_meijer
from app.maths.known import Callee
from app.maths.tokens import Token

_OPENERS = ("(", "[", "abs(", "|", "floor(", "ceil(", "set{")
_SUBSCRIPT_KINDS = frozenset({"name", "number", "word"})
_SUBSCRIPT_OPERATORS = frozenset("+-,*/")


def read_name(parser: Parser, token: Token) -> Any:
    """A name is a differential, a bound index, a function with its arguments, a constant or a symbol."""
    if token.text == "d" and parser.integrals and _starts_differential(parser):
        return differential(parser, started=True)
    name = token.text
    if name in parser.bound:
        return sp.Symbol(name)
    if name.startswith("mathbb "):
        return _number_set(parser, notation.BLACKBOARD[name.removeprefix("mathbb ")])
    if name.startswith("%"):
        return _percent_name(parser, name[1:])
    if name in algebra.CALLS and parser.at("("):
        return algebra.read_call(parser, token)
    if name in parser.functions:
        return _undefined(parser, name)
    if name == "G" and at_meijer(parser):
        return read_meijer(parser)
    found = _known(parser, token)
    if found is not None:
        return found
    if _marked_application(parser):
        return _undefined(parser, name)
    if token.marked and len(name) > 1 and parser.at("(") and not _is_letter(name):
        parser.fail(f"the function {name} is not known", "use a standard name", token, "unknown")
    return _constant_or_symbol(parser, token)


def _is_letter(name: str) -> bool:
    return name in notation.GREEK or name in notation.CONSTANTS


def _starts_differential(parser: Parser) -> bool:
    return parser.peek().kind == "name" and not parser.at("(", ahead=0)


def _number_set(parser: Parser, number_set: Any) -> Any:
    """`\\mathbb{R}`, `\\mathbb{R}^+`, `\\mathbb{N}_0`."""
    if parser.at("^") and parser.at("+", ahead=1):
        parser.index += 2
        return sp.Interval.open(0, sp.oo)
    if parser.at("_") and parser.peek(1).text == "0":
        parser.index += 2
        return sp.Naturals0
    return number_set


def _percent_name(parser: Parser, name: str) -> Any:
    """Maxima's `%pi`; other `%names` are its integration constants."""
    if name in notation.PERCENT_CONSTANTS:
        return notation.PERCENT_CONSTANTS[name]
    if parser.at("_"):
        return sp.Symbol(f"{name}_{_subscript_text(parser)}")
    return sp.Symbol(re.sub(r"(?<=[a-z])_?(?=\d)", "_", name))


def _constant_or_symbol(parser: Parser, token: Token) -> Any:
    name = token.text
    if parser.at("_"):
        return sp.Symbol(f"{name}_{_subscript_text(parser)}")
    if _is_numbered(token, parser.peek()):
        return sp.Symbol(f"{name}_{parser.next().text}")
    if name == "gamma":
        return sp.EulerGamma
    if name in notation.CONSTANTS:
        return notation.CONSTANTS[name]
    if parser.algebra and name in notation.ALGEBRA_CONSTANTS and not parser.at("="):
        return notation.ALGEBRA_CONSTANTS[name]
    if name in known.FUNCTIONS and name not in notation.GREEK and not token.marked:
        parser.fail(f"the function {name} has no argument", "write its argument in brackets", token)
    return sp.Symbol(name)


def _is_numbered(letter: Token, number: Token) -> bool:
    """Whether digits right after a letter are its subscript (rule 2)."""
    plain = len(letter.text) == 1 and not letter.marked and letter.text not in notation.CONSTANTS
    return plain and number.kind == "number" and number.glued and number.text.isdigit()


def _subscript_text(parser: Parser) -> str:
    """The text of a subscript, which becomes part of the symbol's name."""
    parser.expect("_")
    if not parser.at("{"):
        token = parser.next()
        if token.kind not in _SUBSCRIPT_KINDS:
            parser.fail("a subscript here is a letter, a number or a braced group", token=token)
        return token.text
    parser.expect("{")
    parts: list[str] = []
    while not parser.at("}"):
        token = parser.next()
        allowed = token.kind in _SUBSCRIPT_KINDS or (
            token.kind == "operator" and token.text in _SUBSCRIPT_OPERATORS
        )
        if not allowed:
            parser.fail("a symbol's subscript is made of letters and numbers", token=token)
        parts.append(token.text)
    parser.next()
    return "".join(parts)


# --- known functions


def _known(parser: Parser, token: Token) -> Any:
    """A known function applied to its arguments, or None when the name is not one here."""
    name = token.text
    start = parser.index
    leading: list[Any] = []
    callee = known.FUNCTIONS.get(name)
    _swap_scripts(parser, name)
    if parser.at("_"):
        if name not in known.SUBSCRIPTED and name not in known.DOUBLY_SCRIPTED:
            return _subscripted_delta(parser) if name == "delta" else None
        leading = _subscript_values(parser)
        callee = known.SUBSCRIPTED.get(name)
        if parser.at("^") and parser.at("(", ahead=2) and name in known.DOUBLY_SCRIPTED:
            callee = known.DOUBLY_SCRIPTED[name]
            leading += _bracketed_superscript(parser)
    elif parser.at("^") and parser.at("(", ahead=2) and name in known.SUPERSCRIPTED:
        callee = known.SUPERSCRIPTED[name]
        leading = _bracketed_superscript(parser)
    elif callee is None:
        callee = (known.MARKED_LETTERS.get(name) if token.marked else None) or known.CALLED_LETTERS.get(name)
    result = None
    if callee is not None and leading is not None and not (leading and _is_product(parser, name)):
        result = _apply(parser, token, callee, leading)
    if result is None and name == "H" and leading and not token.marked:
        parser.index = start
        values = _subscript_values(parser)
        result = _harmonic(parser, values) if values else None
    if result is None:
        parser.index = start
    return result


def _is_product(parser: Parser, name: str) -> bool:
    r"""Whether a bracket with a power after `B_{2n}` is a factor: `B_{2n}(2\pi)^{2n}`."""
    if name != "B" or not parser.at("("):
        return False
    depth, ahead = 1, 1
    while depth and parser.peek(ahead).kind != "end":
        depth += parser.at("(", ahead=ahead) - parser.at(")", ahead=ahead)
        ahead += 1
    return parser.at("^", ahead=ahead)


def _swap_scripts(parser: Parser, name: str) -> None:
    """Put a subscript before its superscript: `J^{2}_{n}` is `J_{n}^{2}`."""
    if not (parser.at("^") and parser.at("{", ahead=1)) or name not in known.SUBSCRIPTED:
        return
    middle = parser.index + _past_script(parser, 0)
    if parser.tokens[middle].text != "_" or parser.tokens[middle].kind != "operator":
        return
    end = middle + _past_script(parser, middle - parser.index)
    tokens = list(parser.tokens)
    tokens[parser.index : end] = tokens[middle:end] + tokens[parser.index : middle]
    parser.tokens = tokens


def _past_script(parser: Parser, ahead: int) -> int:
    """The number of tokens in the script that starts `ahead`."""
    if not parser.at("{", ahead=ahead + 1):
        return 2
    depth, length = 1, 2
    while depth and parser.peek(ahead + length).kind != "end":
        depth += parser.at("{", ahead=ahead + length) - parser.at("}", ahead=ahead + length)
        length += 1
    return length


def _subscripted_delta(parser: Parser) -> Any:
    """`\\delta_{ij}` and `\\delta_{i,j}` are Kronecker's."""
    if not parser.at("{", ahead=1):
        return None
    parts = [parser.peek(ahead) for ahead in range(2, 6)]
    names = [part for part in parts if not (part.kind == "operator" and part.text == ",")]
    if len(names) < 2 or any(name.kind not in ("name", "number") for name in names[:2]):
        return None
    closing = 5 if parts[1].text == "," else 4
    if not parser.at("}", ahead=closing):
        return None
    parser.index += closing + 1
    return sp.KroneckerDelta(
        *(sp.Integer(n.text) if n.text.isdigit() else sp.Symbol(n.text) for n in names[:2])
    )


def _subscript_values(parser: Parser) -> Any:
    """The subscript as a value (`J_{n+1}`), or None when it is no expression."""
    parser.expect("_")
    return [parser.script()] if parser.at("{") or parser.peek().kind in ("name", "number") else None


def _bracketed_superscript(parser: Parser) -> list[Any]:
    parser.expect("^")
    parser.expect("{")
    parser.expect("(")
    with parser.bracket():
        values = [parser.expression()]
        while parser.accept(","):
            values.append(parser.expression())
    parser.expect(")")
    parser.expect("}")
    return values


def _harmonic(parser: Parser, leading: list[Any]) -> Any:
    """`H_n` and `H_n^{(2)}` without an argument are harmonic numbers."""
    if parser.at("^") and parser.at("(", ahead=2):
        leading = [*leading, *_bracketed_superscript(parser)]
    return call(known.FUNCTIONS["harmonic"], leading, parser.limits)


def _apply(parser: Parser, token: Token, callee: Callee, leading: list[Any]) -> Any:
    """Read power, primes and arguments; None when the name turns out not to be a function here."""
    needed = min(callee.arities) - len(leading)
    exponent = _function_power(parser, token, callee)
    primes = _primes(parser)
    listed = max(callee.arities) > 2 and parser.at("set{")
    if listed or _at_arguments(parser, exact=not callee.bare):
        arguments = leading + read_arguments(parser, callee)
    elif callee.bare and (needed <= 1):
        arguments = [*leading, read_bare_argument(parser, token)]
    else:
        return None
    if len(arguments) not in callee.arities:
        if len(token.text) > 1 and not token.marked and token.text in known.FUNCTIONS:
            parser.fail(f"{token.text} does not take {len(arguments)} arguments", token=token)
        return None
    if exponent == -1 and token.text in known.INVERSES:
        return known.INVERSES[token.text](*arguments)
    value = (
        _differentiated(parser, callee, arguments, primes)
        if primes
        else call(callee, arguments, parser.limits)
    )
    return value if exponent is None else power(value, exponent, parser.limits)


def _function_power(parser: Parser, token: Token, callee: Callee) -> Any:
    """The power between a function's name and its argument (`\\sin^2 x`), or None."""
    if not parser.at("^") or parser.at("'", ahead=1) or parser.at("'", ahead=2):
        return None
    is_letter = token.text in known.CALLED_LETTERS or token.text in known.FUNCTIONS_ONLY_CALLED
    if is_letter and not _arguments_after_power(parser):
        return None
    parser.next()
    sign = -1 if parser.accept("-") else 1
    return sign * parser.script()


def _arguments_after_power(parser: Parser) -> bool:
    """Whether a bracket follows the superscript that starts here."""
    return parser.at("(", ahead=_past_script(parser, 0))


def _primes(parser: Parser) -> int:
    """The number of primes here, written as `'`, `^\\prime` or `^{\\prime\\prime}`; all are consumed."""
    count = 0
    while True:
        if parser.accept("'"):
            count += 1
        elif parser.at("^") and parser.at("'", ahead=1):
            parser.next()
        elif parser.at("^") and parser.at("{", ahead=1) and parser.at("'", ahead=2):
            parser.index += 2
            while parser.accept("'"):
                count += 1
            parser.expect("}")
        else:
            return count


def _differentiated(parser: Parser, callee: Callee, arguments: list[Any], order: int) -> Any:
    """The derivative of a known function in its last argument, at the argument given."""
    variable = sp.Symbol("x")
    if order > parser.limits.degree:
        parser.fail("the order of the derivative is too large")
    derivative = call(callee, [*arguments[:-1], variable], parser.limits).diff(variable, order)
    if not derivative.has(sp.Derivative):
        return derivative.subs(variable, arguments[-1])
    return _at_point(derivative, variable, arguments[-1])


def _at_point(derivative: Any, variable: Any, point: Any) -> Any:
    if point == variable:
        return derivative
    if isinstance(point, sp.Symbol):
        return derivative.subs(variable, point)
    return sp.Subs(derivative, variable, point)


def _at_arguments(parser: Parser, exact: bool) -> bool:
    if parser.at("("):
        return True
    if parser.at("{"):
        return not exact or parser.at("(", ahead=1)
    return not exact and parser.at("[", "abs(", "|", "floor(", "ceil(", "set{")


def read_arguments(parser: Parser, callee: Callee | None = None) -> list[Any]:
    """The arguments in the bracket (or braced bracket) that starts here."""
    if parser.at("{"):
        parser.next()
        if parser.at("("):
            arguments = read_arguments(parser, callee)
        else:
            with parser.bracket():
                arguments = [parser.expression()]
        parser.expect("}")
        return arguments
    if not parser.at("(", "set{"):
        return [parser.operand()]
    closer = ")" if parser.next().text == "(" else "set}"
    arguments = []
    with parser.bracket("|"):
        parser.in_list = callee is not None and callee.lists
        if not parser.at(closer):
            arguments.append(parser.expression())
        while parser.accept(",", ";", "bar", "|"):
            arguments.append(parser.expression())
    parser.expect(closer)
    return arguments


def read_bare_argument(parser: Parser, token: Token) -> Any:
    """The juxtaposed factors after a function written without brackets (rule 4)."""
    sign = -1 if parser.accept("-") else 1
    factors: list[Any] = []
    circular = token.text in known.CIRCULAR
    while not factors or _argument_goes_on(parser, factors, circular):
        factors.append(parser.expression(PRODUCT))
    return sign * multiply(factors, parser.limits)


def _argument_goes_on(parser: Parser, factors: list[Any], circular: bool) -> bool:
    token = parser.peek()
    infix = parser.infix()
    if infix is None or infix is not parser.grammar.infixes["<juxtaposed>"] or at_differential(parser):
        return False
    if token.kind == "operator" and token.text in _OPENERS:
        return circular and parser.at("(", "[") and all(factor.is_Number for factor in factors)
    if token.kind == "name" and token.text in known.FUNCTIONS and _is_function_here(parser, token):
        return False
    return key(token) in ("<name>", "<number>", "{", "\\frac", "\\dfrac", "\\tfrac", "\\sqrt")


def _is_function_here(parser: Parser, token: Token) -> bool:
    return token.text not in known.FUNCTIONS_ONLY_CALLED or parser.at("(", ahead=1)


# --- undefined functions


def _marked_application(parser: Parser) -> bool:
    """`y{(x)}`, `y'{(x)}` and `y^{(4)}{(x)}`: braces round the bracket mark an application (rule 1)."""
    if parser.at("{") and parser.at("(", ahead=1):
        return True
    return (
        parser.at("^")
        and parser.at("{", ahead=1)
        and parser.at("(", ahead=2)
        and parser.peek(3).kind == "number"
        and parser.at(")", ahead=4)
        and parser.at("}", ahead=5)
        and parser.at("{", ahead=6)
        and parser.at("(", ahead=7)
    )


def _undefined(parser: Parser, name: str) -> Any:
    """An undefined function: `y`, `y'`, `y^{(4)}`, `y(0)`, `y'(x)`."""
    order = _primes(parser) or _bracketed_order(parser)
    function = sp.Function(name)
    variable = sp.Symbol(parser.variable)
    if not (parser.at("(") or (parser.at("{") and parser.at("(", ahead=1))):
        applied = function(variable)
        return sp.Derivative(applied, (variable, order)) if order else applied
    arguments = read_arguments(parser)
    if not order:
        return function(*arguments)
    if len(arguments) != 1:
        parser.fail("a prime needs a function of one argument", "write the derivative as a fraction")
    if isinstance(arguments[0], sp.Symbol):
        return sp.Derivative(function(arguments[0]), (arguments[0], order))
    return sp.Subs(sp.Derivative(function(variable), (variable, order)), variable, arguments[0])


def _bracketed_order(parser: Parser) -> int:
    """The order in `y^{(4)}`, consumed, or 0."""
    shape = ("^", "{", "(")
    if not all(parser.at(operator, ahead=ahead) for ahead, operator in enumerate(shape)):
        return 0
    order = parser.peek(3)
    if (
        order.kind != "number"
        or not order.text.isdigit()
        or not (parser.at(")", ahead=4) and parser.at("}", ahead=5))
    ):
        return 0
    if int(order.text) > parser.limits.degree:
        parser.fail("the order of the derivative is too large", token=order)
    parser.index += 6
    return int(order.text)


PREFIXES = {"<name>": read_name}
