"""Numbers, signs, sums, products, powers, roots and fractions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from app.maths.arithmetic import add, call, multiply, negate, power, rational
from app.maths.grammar.calculus import at_differential, differential, read_derivative_fraction
from app.maths.grammar.cursor import POSTFIX, POWER, PRODUCT, SUM, Infix, Parser
from app.maths.known import FUNCTIONS
from app.maths.notation import LETTER_ACCENTS, TRANSPARENT_COMMANDS, UNIT_VECTORS, VECTOR_ACCENTS
from app.maths.tokens import Token

_DOTS = {"dot": 1, "ddot": 2, "dddot": 3}


def read_number(parser: Parser, token: Token) -> Any:
    """An exact rational; a whole number before a proper fraction of whole numbers is a mixed number."""
    number = rational(token.text, parser.limits)
    if number.is_Integer and number.p > 0 and token.text.isdigit() and (fraction := _proper_fraction(parser)):
        return number + fraction
    if number.is_Integer and (fraction := _slashed_fraction(parser)):
        return number + fraction
    if parser.peek().kind == "number":
        parser.fail("two numbers stand side by side", "write * between them, or a comma for a list")
    return number


def _proper_fraction(parser: Parser) -> Any:
    if not (parser.peek().kind == "command" and parser.peek().text in ("frac", "dfrac", "tfrac")):
        return None
    texts = [parser.peek(ahead).text for ahead in range(1, 7)]
    kinds = [parser.peek(ahead).kind for ahead in range(1, 7)]
    if kinds[0] == "number" and texts[0].isdigit() and len(texts[0]) == 2:
        upper, lower, used = texts[0][0], texts[0][1], 2
    elif texts[0] == texts[3] == "{" and texts[2] == texts[5] == "}" and kinds[1] == kinds[4] == "number":
        upper, lower, used = texts[1], texts[4], 7
    else:
        return None
    if not (upper.isdigit() and lower.isdigit() and 0 < int(upper) < int(lower)):
        return None
    parser.index += used
    return sp.Rational(int(upper), int(lower))


def _slashed_fraction(parser: Parser) -> Any:
    """The `1/2` after the whole number of `3 1/2`, or None."""
    upper, slash, lower = (parser.peek(ahead) for ahead in range(3))
    if not (upper.text.isdigit() and slash.text == "/" and lower.text.isdigit() and upper.kind == "number"):
        return None
    if not 0 < int(upper.text) < int(lower.text):
        return None
    parser.index += 3
    return sp.Rational(int(upper.text), int(lower.text))


def read_plus(parser: Parser, token: Token) -> Any:
    return parser.expression(PRODUCT)


def read_minus(parser: Parser, token: Token) -> Any:
    """The negative of the whole product that follows, where a product may (SymPy distributes `-(x + 1)`)."""
    return negate(_signed_operand(parser))


def _signed_operand(parser: Parser) -> Any:
    operand = parser.expression(PRODUCT)
    infix = parser.infix()
    goes_on = infix is not None and infix.binding == PRODUCT > parser.binding and infix.read is read_product
    return read_product(parser, operand) if goes_on else operand


def read_plus_minus(parser: Parser, token: Token) -> Any:
    """`\\pm` as a sign: the sign of this reading (a second reading takes the other)."""
    sign = _signed(parser, token)
    operand = _signed_operand(parser)
    return negate(operand) if sign < 0 else operand


def _signed(parser: Parser, token: Token) -> int:
    parser.signs_met = parser.signs_met or token.text in ("pm", "mp")
    return {"+": 1, "-": -1, "pm": parser.sign, "mp": -parser.sign}[token.text]


def read_sum(parser: Parser, left: Any) -> Any:
    """All terms of a sum at once, so that a long sum costs what it should."""
    terms = [left]
    while parser.at("+", "-", "pm", "mp") and parser.infix() is not None:
        sign = _signed(parser, parser.next())
        term = parser.expression(SUM)
        terms.append(negate(term) if sign < 0 else term)
    return add(terms, parser.limits)


def read_product(parser: Parser, left: Any) -> Any:
    """All factors of a product at once, divisions included, left to right."""
    factors = [left]
    while (infix := parser.infix()) is not None and infix.binding == PRODUCT:
        if parser.accept("*"):
            factors.append(parser.expression(PRODUCT))
        elif parser.accept("/"):
            factors += inverses_of(parser, parser.expression(PRODUCT))
        elif at_differential(parser):
            differential(parser)
        else:
            factors.append(parser.expression(PRODUCT))
    product = multiply(factors, parser.limits)
    parser.products = (product, factors)
    return product


def factors_of(parser: Parser, value: Any) -> list[Any]:
    """The factors as written, when `value` is the product just read (SymPy distributes `2 (x + 1)`)."""
    product, factors = parser.products
    return factors if value is product else [value]


def inverses_of(parser: Parser, value: Any) -> list[Any]:
    """The inverse of each factor of a denominator, as written."""
    return [power(factor, sp.Integer(-1), parser.limits) for factor in factors_of(parser, value)]


def read_power(parser: Parser, left: Any) -> Any:
    """A power; also a prime, a degree sign, a transpose or a percent written as a superscript."""
    marks = _superscript_marks(parser)
    if marks is not None:
        return marks(left)
    parser.expect("^")
    exponent = parser.operand() if parser.at("{") else parser.expression(POWER - 1)
    if isinstance(left, sp.MatrixBase) and exponent == sp.Symbol("T"):
        return left.T
    return power(left, exponent, parser.limits)


def _superscript_marks(parser: Parser) -> Any:
    """The reader of `^\\circ`, with the tokens of it consumed, or None."""
    braced = parser.at("{", ahead=1)
    first = 2 if braced else 1
    if parser.at("circ", "degree", ahead=first):
        parser.index += first + 1 + braced
        return lambda angle: _with_minutes(parser, angle)
    if parser.at("*", ahead=first) and (not braced or parser.at("}", ahead=first + 1)):
        parser.index += first + 1 + braced
        return sp.conjugate
    step = parser.peek(first)
    if braced and step.kind == "command" and step.text in _FACTORIAL_POWERS:
        parser.index += first + 1
        build = _FACTORIAL_POWERS[step.text]
        order = parser.argument()
        parser.expect("}")
        return lambda base: call(build, [base, order], parser.limits)
    return None


_FACTORIAL_POWERS = {"underline": FUNCTIONS["FallingFactorial"], "overline": FUNCTIONS["rf"]}


def _with_minutes(parser: Parser, degrees: Any) -> Any:
    """An angle in degrees, with the minutes and seconds of arc that follow (`45^\\circ 30'`)."""
    total = degrees
    for marks, share in ((1, 60), (2, 3600)):
        ahead = 0
        while parser.at("'", ahead=ahead + 1):
            ahead += 1
        if parser.peek().kind == "number" and ahead == marks:
            total += rational(parser.next().text, parser.limits) / share
            parser.index += marks
    return total * sp.pi / 180


def read_factorial(parser: Parser, left: Any) -> Any:
    """`n!` and `n!!`; longer rows of marks are refused."""
    marks = 0
    while parser.accept("!"):
        marks += 1
    if marks > 2:
        parser.fail("more than two factorial marks", "use brackets")
    name = "factorial" if marks == 1 else "factorial2"
    if parser.at("!"):
        parser.fail("more than two factorial marks", "use brackets")
    return call(FUNCTIONS[name], [left], parser.limits)


def read_degree(parser: Parser, left: Any) -> Any:
    parser.next()
    return _with_minutes(parser, left)


def read_percent(parser: Parser, left: Any) -> Any:
    """`25\\%` is 1/4; a percent sign between operands is not read."""
    token = parser.next()
    if not left.is_Rational or (parser.infix() is not None and parser.infix().binding >= PRODUCT):  # type: ignore[union-attr]
        parser.fail("a percent sign may only end a number", "write the fraction", token)
    return left / 100


def read_fraction(parser: Parser, token: Token) -> Any:
    """`\\frac{a}{b}`, `\\frac12`, and derivatives written as fractions."""
    derivative = read_derivative_fraction(parser)
    if derivative is not None:
        return derivative
    upper = factors_of(parser, parser.argument())
    return multiply([*upper, *inverses_of(parser, parser.argument())], parser.limits)


def read_root(parser: Parser, token: Token) -> Any:
    """`\\sqrt{a}` and `\\sqrt[n]{a}`."""
    index: Any = sp.Integer(2)
    if parser.accept("["):
        with parser.bracket():
            index = parser.expression()
        parser.expect("]")
    return power(parser.operand(), 1 / index, parser.limits)


def read_plain_tex_root(parser: Parser, token: Token) -> Any:
    """`\\root n \\of x`."""
    index = parser.argument()
    if parser.next().text != "of":
        parser.fail("\\root has no \\of")
    return power(parser.argument(), 1 / index, parser.limits)


def read_binomial(parser: Parser, token: Token) -> Any:
    upper = parser.argument()
    return call(FUNCTIONS["binomial"], [upper, parser.argument()], parser.limits)


def read_conjugate(parser: Parser, token: Token) -> Any:
    return sp.conjugate(parser.argument())


def read_accent(parser: Parser, token: Token) -> Any:
    """A vector's arrow or hat: part of the letter's name, and the unit vectors' own over i, j and k."""
    braced = parser.accept("{")
    names = [parser.next().text]
    while parser.peek().kind == "name" and braced:
        names.append(parser.next().text)
    if braced:
        parser.expect("}")
    name = {"imath": "i", "jmath": "j"}.get(names[0], "".join(names))
    if name in UNIT_VECTORS:
        return sp.Symbol(f"unit_{name}")
    return sp.Symbol(name if token.text in VECTOR_ACCENTS else f"{token.text}_{name}")


def read_modulo(parser: Parser, left: Any) -> Any:
    """`a \\bmod n`."""
    parser.next()
    return sp.Mod(left, parser.expression(PRODUCT))


def read_choose(parser: Parser, left: Any) -> Any:
    """TeX's `{n \\choose k}`."""
    parser.next()
    return call(FUNCTIONS["binomial"], [left, parser.expression(SUM - 2)], parser.limits)


def read_tilde(parser: Parser, token: Token) -> Any:
    """`\\tilde{\\infty}` is complex infinity; over a letter it is part of the name."""
    start = parser.index
    if parser.argument() == sp.oo:
        return sp.zoo
    parser.index = start
    return read_accent(parser, token)


def read_dots(parser: Parser, token: Token) -> Any:
    """`\\dot x` and `\\ddot x` are derivatives in t."""
    braced = parser.accept("{")
    name = parser.next()
    if name.kind != "name":
        parser.fail("a dot stands over a letter", token=name)
    if braced:
        parser.expect("}")
    variable = sp.Symbol("t")
    return sp.Derivative(sp.Function(name.text)(variable), (variable, _DOTS[token.text]))


def read_transparent(parser: Parser, token: Token) -> Any:
    """A command that only draws something round its argument."""
    return parser.argument()


def read_over(parser: Parser, left: Any) -> Any:
    """TeX's `{a \\over b}`."""
    parser.next()
    upper = factors_of(parser, left)
    return multiply([*upper, *inverses_of(parser, parser.expression(SUM - 2))], parser.limits)


PREFIXES = {
    "<number>": read_number,
    "+": read_plus,
    "-": read_minus,
    "pm": read_plus_minus,
    "mp": read_plus_minus,
    "\\frac": read_fraction,
    "\\dfrac": read_fraction,
    "\\tfrac": read_fraction,
    "\\cfrac": read_fraction,
    "\\sqrt": read_root,
    "\\binom": read_binomial,
    "\\dbinom": read_binomial,
    "\\tbinom": read_binomial,
    "\\overline": read_conjugate,
    "\\bar": read_conjugate,
    "\\tilde": read_tilde,
    "\\root": read_plain_tex_root,
    **{f"\\{name}": read_accent for name in (*VECTOR_ACCENTS, *LETTER_ACCENTS)},
    **{f"\\{name}": read_dots for name in _DOTS},
    **{f"\\{name}": read_transparent for name in TRANSPARENT_COMMANDS},
}
INFIXES = {
    "+": Infix(SUM, read_sum),
    "-": Infix(SUM, read_sum),
    "pm": Infix(SUM, read_sum),
    "mp": Infix(SUM, read_sum),
    "*": Infix(PRODUCT, read_product),
    "/": Infix(PRODUCT, read_product),
    "<juxtaposed>": Infix(PRODUCT, read_product),
    "^": Infix(POWER, read_power),
    "!": Infix(POSTFIX, read_factorial),
    "degree": Infix(POSTFIX, read_degree),
    "circ": Infix(POSTFIX, read_degree),
    "%": Infix(POSTFIX, read_percent),
    "mod": Infix(PRODUCT, read_modulo),
    "choose": Infix(SUM - 1, read_choose),
    "over": Infix(SUM - 1, read_over),
}
