"""Answers that are equal, or unequal, by construction: trees, rewritings, mutations and ways of writing.

Nothing here asks a computer algebra system whether two answers are equal: a rewriting keeps the value of
every tree it may be given, and a mutation changes the answer for certain. A scalar is a sum of terms, each a
coefficient times factors that are neither zero nor one, so that another coefficient or sign, or a factor or
term less, makes another function. Members of sets and tuples are distinct numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from app.problems.problem import AnswerKind

# --- trees


@dataclass(frozen=True)
class Tree:
    """A formula: `head` says what it is; a leaf is a number (a Fraction), a power's exponent, or a name."""

    head: str
    parts: tuple[Tree, ...] = ()
    leaf: Any = None


def number(value: Fraction | int) -> Tree:
    """A rational number."""
    return Tree("number", leaf=Fraction(value))


def name(letter: str) -> Tree:
    """A variable."""
    return Tree("name", leaf=letter)


def add(*parts: Tree) -> Tree:
    """A sum as it is written."""
    return Tree("add", parts) if len(parts) > 1 else parts[0]


def mul(*parts: Tree) -> Tree:
    """A product as it is written."""
    return Tree("mul", parts) if len(parts) > 1 else parts[0]


def div(upper: Tree, lower: Tree) -> Tree:
    """A fraction."""
    return Tree("div", (upper, lower))


def power(base: Tree, exponent: int) -> Tree:
    """A power with a whole exponent above 1."""
    return Tree("power", (base,), exponent)


def call(function: str, argument: Tree) -> Tree:
    """A function of one argument."""
    return Tree("call", (argument,), function)


def minus(tree: Tree) -> Tree:
    """The tree's negative."""
    return number(-tree.leaf) if tree.head == "number" else mul(number(-1), tree)


ONE, TWO = number(1), number(2)
X = name("x")
PI = Tree("pi")

# --- scalars

NAMES = st.sampled_from([X, *map(name, "yaktmn")])
CIRCULAR = ("sin", "cos", "tan", "sinh", "cosh", "arctan")
FUNCTIONS = (*CIRCULAR, "exp", "erf", "J0")
WHOLE = st.integers(-9, 9).filter(bool)
COEFFICIENTS = WHOLE | st.builds(Fraction, WHOLE, st.integers(2, 7))


def _never_zero(base: Tree, constant: int) -> Tree:
    """Positive for every real value, so that it may stand below a line, under a root or in a logarithm."""
    return add(power(base, 2), number(constant))


CONSTANTS = st.one_of(
    st.just(PI),
    st.builds(call, st.just("sqrt"), st.sampled_from([2, 3, 5, 6, 7]).map(number)),
    st.builds(call, st.just("ln"), st.sampled_from([2, 3, 5]).map(number)),
    st.builds(call, st.just("exp"), st.sampled_from([1, 2, -1]).map(number)),
)


def factors(names: SearchStrategy[Tree]) -> SearchStrategy[Tree]:
    """Functions and constants, none of which is zero or one everywhere."""
    shifted = st.builds(lambda base, shift: add(base, number(shift)), names, WHOLE)
    multiple = st.builds(lambda factor, base: mul(number(factor), base), st.integers(2, 5), names)
    arguments = names | multiple | shifted | names.map(lambda base: power(base, 2))
    positive = st.builds(_never_zero, names, st.integers(1, 5))
    squares = st.builds(call, st.sampled_from(["sin", "cos"]), names).map(lambda tree: power(tree, 2))
    return st.one_of(
        names,
        CONSTANTS,
        st.builds(power, names, st.integers(2, 4)),
        st.builds(call, st.sampled_from(FUNCTIONS), arguments),
        st.builds(call, st.sampled_from(["sqrt", "ln", "gamma"]), positive),
        squares,
        st.builds(div, st.just(ONE), positive),
        st.builds(power, shifted, st.integers(2, 3)),
    )


def sums(parts: SearchStrategy[Tree], terms: int, least: int = 0) -> SearchStrategy[Tree]:
    """Sums of up to so many terms, each a coefficient and then `least` to two factors."""
    term = st.builds(
        lambda coefficient, factors: mul(number(coefficient), *factors),
        COEFFICIENTS,
        st.lists(parts, min_size=least, max_size=2),
    )
    return st.lists(term, min_size=1, max_size=terms).map(lambda parts: add(*parts))


# --- rewritings: what may be put for a tree, given another one to play with

Rule = Callable[[Tree, Tree], Tree | None]


def _commuted(tree: Tree, _: Tree) -> Tree | None:
    return replace(tree, parts=tree.parts[::-1]) if tree.head in ("add", "mul") else None


def _added_and_taken_away(tree: Tree, other: Tree) -> Tree:
    return add(tree, other, minus(other))


def _times_one(tree: Tree, _: Tree) -> Tree:
    return div(mul(tree, number(6)), number(6))


def _over_itself(tree: Tree, other: Tree) -> Tree:
    below = _never_zero(other, 1) if other.head == "name" else number(3)
    return div(mul(tree, below), below)


def _distributed(tree: Tree, _: Tree) -> Tree | None:
    for place, part in enumerate(tree.parts if tree.head == "mul" else ()):
        if part.head == "add":
            others = tree.parts[:place] + tree.parts[place + 1 :]
            return add(*(mul(*others, term) for term in part.parts))
    return None


def _taken_out(tree: Tree, _: Tree) -> Tree | None:
    return mul(TWO, add(*(div(part, TWO) for part in tree.parts))) if tree.head == "add" else None


def _expanded(tree: Tree, _: Tree) -> Tree | None:
    if tree.head != "power" or tree.leaf != 2 or tree.parts[0].head != "add":
        return None
    first, *others = tree.parts[0].parts
    rest = add(*others)
    return add(power(first, 2), mul(TWO, first, rest), power(rest, 2))


def _split(tree: Tree, _: Tree) -> Tree | None:
    return add(number(tree.leaf - 1), ONE) if tree.head == "number" else None


def _not_lowest(tree: Tree, _: Tree) -> Tree | None:
    if tree.head != "number":
        return None
    return div(number(3 * tree.leaf.numerator), number(3 * tree.leaf.denominator))


def _as_product(tree: Tree, _: Tree) -> Tree | None:
    if tree.head != "power":
        return None
    (base,) = tree.parts
    return mul(base, base if tree.leaf == 2 else power(base, tree.leaf - 1))


def _as_reciprocal(tree: Tree, _: Tree) -> Tree | None:
    return mul(tree.parts[0], div(ONE, tree.parts[1])) if tree.head == "div" else None


def _pythagoras(tree: Tree, other: Tree) -> Tree:
    squares = [power(call(function, other), 2) for function in ("sin", "cos")]
    return mul(tree, add(*squares))


def _identity(tree: Tree, _: Tree) -> Tree | None:
    """What a formulary says of a function, for all real arguments."""
    if tree.head != "call":
        return None
    (inside,) = tree.parts
    half = div(inside, TWO)
    match tree.leaf:
        case "sin":
            return mul(TWO, call("sin", half), call("cos", half))
        case "cos":
            return add(ONE, mul(number(-2), power(call("sin", half), 2)))
        case "tan":
            return div(call("sin", inside), call("cos", inside))
        case "exp":
            return power(call("exp", half), 2)
        case "sinh" | "cosh":
            sign = number(-1 if tree.leaf == "sinh" else 1)
            return div(add(call("exp", inside), mul(sign, call("exp", minus(inside)))), TWO)
        case "gamma":
            return div(call("gamma", add(inside, ONE)), inside)
        case "ln":
            return mul(TWO, call("ln", call("sqrt", inside)))
        case "sqrt":
            return div(inside, call("sqrt", inside))
    return None


RULES: tuple[Rule, ...] = (
    _commuted,
    _added_and_taken_away,
    _times_one,
    _over_itself,
    _distributed,
    _taken_out,
    _expanded,
    _split,
    _not_lowest,
    _as_product,
    _as_reciprocal,
    _pythagoras,
    _identity,
)


def places(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Each tree within the tree, with the way to it."""
    yield path, tree
    for place, part in enumerate(tree.parts):
        yield from places(part, (*path, place))


def put(tree: Tree, path: Sequence[int], new: Tree) -> Tree:
    """The tree with `new` at the end of the way."""
    if not path:
        return new
    first, *rest = path
    parts = list(tree.parts)
    parts[first] = put(parts[first], rest, new)
    return replace(tree, parts=tuple(parts))


@st.composite
def rewritten(draw: DrawFn, tree: Tree, constant: bool = False) -> Tree:
    """The same value otherwise written: one to three rewritings, anywhere."""
    others = CONSTANTS if constant else NAMES
    for _ in range(draw(st.integers(1, 3))):
        path, part = draw(st.sampled_from(list(places(tree))))
        other = draw(others)
        new = [made for rule in RULES if (made := rule(part, other)) is not None]
        tree = put(tree, path, draw(st.sampled_from(new)))
    return tree


@st.composite
def mutated(draw: DrawFn, tree: Tree) -> Tree:
    """Another value: in one term of the sum another coefficient or sign, a factor less, or no such term."""
    terms = list(tree.parts if tree.head == "add" else (tree,))
    place = draw(st.integers(0, len(terms) - 1))
    first, *factors = terms[place].parts or (terms[place],)
    others = [mul(number(new), *factors) for new in (first.leaf + 1, first.leaf - 1, -first.leaf)]
    if factors:
        others.append(mul(first, *factors[1:]))
    if len(terms) > 1:
        others.append(number(0))
    terms[place] = draw(st.sampled_from(others))
    return add(*terms)


# --- ways of writing

SUM, PRODUCT, POWER, ATOM = range(1, 5)


@dataclass(frozen=True)
class Style:
    """How one world writes formulas; fraction, power and functions are formats of what stands inside.

    `bare` is how a circular or hyperbolic function is written before a mere letter, if without brackets.
    """

    label: str
    times: str
    dot: str
    fraction: str
    power: str
    functions: Mapping[str, str]
    bare: str = ""
    pi: str = "pi"
    minus: str = "-"
    signs: tuple[str, str] = ("<", "<=")
    infinity: str = "oo"
    bracket: str = "({})"
    square: tuple[str, str] = ("[", "]")
    braces: str = "{{{}}}"
    rows: tuple[str, str, str, str] = ("[{}]", "[{}]", ", ", ", ")

    def write(self, tree: Tree) -> str:
        """The formula as text."""
        return self._written(tree)[0]

    def write_matrix(self, rows: Sequence[Sequence[Tree]]) -> str:
        """The matrix as text."""
        whole, row, between, beside = self.rows
        return whole.format(
            between.join(row.format(beside.join(map(self.write, entries))) for entries in rows)
        )

    def _at(self, tree: Tree, level: int) -> str:
        """The formula where only what binds so strongly may stand without brackets."""
        text, own = self._written(tree)
        return text if own >= level else self.bracket.format(text)

    def _written(self, tree: Tree) -> tuple[str, int]:
        """The text, and how strongly it holds together."""
        match tree.head:
            case "number":
                return self._number(tree.leaf)
            case "add":
                return self._sum(tree.parts), SUM
            case "mul":
                return self._product(tree.parts)
            case "div":
                return self._fraction(*tree.parts)
            case "power":
                return self.power.format(self._at(tree.parts[0], ATOM), self._exponent(tree.leaf)), POWER
            case "call":
                return self._call(tree.leaf, *tree.parts)
        return self.pi if tree.head == "pi" else tree.leaf, ATOM

    def _call(self, function: str, argument: Tree) -> tuple[str, int]:
        if self.bare and function in CIRCULAR and argument.head in ("name", "pi"):
            return f"{self.bare.format(function)} {self.write(argument)}", SUM
        form = self.functions[function]
        return form.format(self.write(argument)), POWER if "^" in form else ATOM

    def _exponent(self, exponent: int) -> str:
        return "⁰¹²³⁴"[exponent] if self.power == "{}{}" else str(exponent)

    def _number(self, value: Fraction) -> tuple[str, int]:
        if value < 0:
            return self.minus + self._number(-value)[0], SUM
        if value.denominator == 1:
            return str(value), ATOM
        return self._fraction(number(value.numerator), number(value.denominator))

    def _fraction(self, upper: Tree, lower: Tree) -> tuple[str, int]:
        drawn = self.fraction.startswith("\\")  # a line, which needs no brackets
        parts = self._at(upper, SUM if drawn else PRODUCT), self._at(lower, SUM if drawn else POWER)
        return self.fraction.format(*parts), PRODUCT

    def _sum(self, parts: Sequence[Tree]) -> str:
        text = self.write(parts[0])
        for part in parts[1:]:
            term = self._at(part, SUM + 1 if part.head == "add" else SUM)
            negative = term.startswith(self.minus)
            text += f" {self.minus} {term[len(self.minus) :]}" if negative else f" + {term}"
        return text

    def _product(self, parts: Sequence[Tree]) -> tuple[str, int]:
        first, *others = parts
        if first.head == "number" and first.leaf < 0:
            rest = others if first.leaf == -1 else [number(-first.leaf), *others]
            return self.minus + self._at(mul(*rest), PRODUCT), SUM
        text, last = self._at(first, PRODUCT), PRODUCT
        for place, part in enumerate(others, 1):
            factor, last = self._written(part)
            if last < PRODUCT and (place < len(others) or part.head != "call"):
                factor, last = self.bracket.format(factor), PRODUCT
            numeral = factor[0].isdigit() or factor.startswith("\\dfrac")  # beside a numeral, another number
            text += (self.dot if numeral else self.times) + factor
        return text, min(last, PRODUCT)


def _functions(form: str, **special: str) -> dict[str, str]:
    """Each function by its name in the format, but for the special ones."""
    names = (*FUNCTIONS, "sqrt", "ln", "gamma")
    return {function: special.get(function, form.format(function)) for function in names}


_BACKSLASHED = {
    "gamma": r"\Gamma\left({}\right)",
    "J0": r"J_{{0}}\left({}\right)",
    "erf": r"\operatorname{{erf}}\left({}\right)",
    "exp": "e^{{{}}}",
    "sqrt": r"\sqrt{{{}}}",
}
LATEX = Style(
    label="LaTeX",
    times=r" \cdot ",
    dot=r" \cdot ",
    fraction=r"\frac{{{}}}{{{}}}",
    power="{}^{{{}}}",
    functions=_functions(r"\{}\left({{}}\right)", **_BACKSLASHED),
    pi=r"\pi",
    signs=("<", r"\le"),
    infinity=r"\infty",
    bracket=r"\left({}\right)",
    square=(r"\left[", r"\right]"),
    braces=r"\left\{{{}\right\}}",
    rows=(r"\begin{{pmatrix}}{}\end{{pmatrix}}", "{}", r" \\ ", " & "),
)
TERSE = replace(
    LATEX,
    label="terse LaTeX",
    times=" ",
    fraction=r"\dfrac{{{}}}{{{}}}",
    bare=r"\{}",
    functions=_functions(r"\{}({{}})", **_BACKSLASHED | {"gamma": r"\Gamma({})", "exp": r"\exp({})"}),
    signs=("<", r"\leq"),
    bracket="({})",
    square=("[", "]"),
    braces=r"\{{{}\}}",
    rows=(r"\begin{{bmatrix}}{}\end{{bmatrix}}", "{}", r"\\", "&"),
)
PLAIN = Style(
    label="plain",
    times="*",
    dot="*",
    fraction="{}/{}",
    power="{}^{}",
    bare="{}",
    functions=_functions("{}({{}})", J0="J_0({})", exp="e^({})"),
    infinity="infinity",
)
PYTHON = Style(
    label="Python",
    times="*",
    dot="*",
    fraction="{}/{}",
    power="{}**{}",
    functions=_functions("{}({{}})", ln="log({})", arctan="atan({})", J0="besselj(0, {})"),
    rows=("Matrix([{}])", "[{}]", ", ", ", "),
)
WOLFRAM = Style(
    label="Wolfram",
    times=" ",
    dot=" * ",
    fraction="{}/{}",
    power="{}^{}",
    functions={
        **{function: f"{function.title()}[{{}}]" for function in (*FUNCTIONS, "sqrt", "gamma")},
        **{"ln": "Log[{}]", "arctan": "ArcTan[{}]", "J0": "BesselJ[0, {}]"},
    },
    pi="Pi",
    infinity="Infinity",
    rows=("{{{}}}", "{{{}}}", ", ", ", "),
)
UNICODE = Style(
    label="Unicode",
    times="·",
    dot="·",
    fraction="{}/{}",
    power="{}{}",
    functions=_functions("{}({{}})", sqrt="√({})", gamma="Γ({})", J0="J₀({})"),
    pi="π",
    minus="−",
    signs=("<", "≤"),
    infinity="∞",
)
STYLES = st.sampled_from([LATEX, TERSE, PLAIN, PYTHON, WOLFRAM, UNICODE])
COMPLETIONS = st.sampled_from(
    [
        "{}",
        "\\boxed{{{}}}",
        "We simplify step by step.\n\nTherefore the answer is $\\boxed{{{}}}$.",
        "First, $u = 3$.\n\n**Final answer**\n\n\\[\n\\boxed{{{}}}\n\\]",
    ]
)


# --- examples


@dataclass(frozen=True)
class Example:
    """Two ways to write the right answer, and a wrong one; `kind` is the answer kind they belong to."""

    kind: AnswerKind
    gold: str
    equal: str
    wrong: str


@st.composite
def _written(draw: DrawFn, kind: AnswerKind, *answers: Tree) -> Example:
    """Gold, equal and wrong answer, each in a style of its own."""
    return Example(kind, *(draw(STYLES).write(answer) for answer in answers))


@st.composite
def _scalars(draw: DrawFn, kind: AnswerKind, trees: SearchStrategy[Tree]) -> Example:
    tree, constant = draw(trees), kind == "number"
    equal = draw(rewritten(tree, constant))
    wrong = draw(rewritten(draw(mutated(tree)), constant))
    return draw(_written(kind, tree, equal, wrong))


def _has_x(tree: Tree) -> bool:
    return any(part == X for _, part in places(tree))


@st.composite
def _antiderivatives(draw: DrawFn) -> Example:
    """Each term has x in it, so that no mutation only changes the constant, and x stays the variable."""
    tree = draw(sums(factors(st.just(X)).filter(_has_x), 3, least=1))
    constants = st.sampled_from([number(0), number(3), PI, name("C")])
    equal = add(draw(rewritten(tree)), draw(constants))
    wrong = add(draw(rewritten(draw(mutated(tree).filter(_has_x)))), draw(constants))
    return draw(_written("antiderivative", tree, equal, wrong))


@st.composite
def _equations(draw: DrawFn) -> Example:
    """The curve z = …: its sides swapped, multiplied, or brought to one side."""
    tree, factor, other = draw(sums(factors(NAMES), 2)), number(draw(WHOLE)), name("z")
    equal, wrong = draw(rewritten(tree)), draw(mutated(tree))
    sides = [
        (other, equal),
        (equal, other),
        (mul(factor, other), mul(factor, equal)),
        (add(other, minus(equal)), number(0)),
    ]
    pairs = [(other, tree), draw(st.sampled_from(sides)), (other, wrong)]
    return Example("equation", *(" = ".join(map(draw(STYLES).write, pair)) for pair in pairs))


@st.composite
def _distinct(draw: DrawFn, least: int, most: int) -> list[Tree]:
    """Distinct numbers in ascending order: rational ones, or multiples of a positive irrational one."""
    values = sorted(draw(st.lists(COEFFICIENTS, min_size=least, max_size=most, unique=True)))
    unit = draw(st.lists(CONSTANTS, max_size=1))
    return [mul(number(value), *unit) for value in values]


@st.composite
def _changed(draw: DrawFn, members: Sequence[Tree]) -> list[Tree]:
    """The list with one member larger by one, of the other sign, or missing; none is zero."""
    place = draw(st.integers(0, len(members) - 1))
    new = draw(st.sampled_from([[add(members[place], ONE)], [minus(members[place])], []]))
    return [*members[:place], *new, *members[place + 1 :]]


@st.composite
def _sets(draw: DrawFn) -> Example:
    members = draw(_distinct(2, 4))
    equal = [draw(rewritten(member, constant=True)) for member in draw(st.permutations(members))]
    return Example(
        "solution_set", *(draw(_listed(answer)) for answer in (members, equal, draw(_changed(members))))
    )


@st.composite
def _listed(draw: DrawFn, members: Sequence[Tree]) -> str:
    """A set in braces, as a bare list, or as values of x."""
    style = draw(STYLES)
    values = [style.write(member) for member in members]
    either = r" \text{ or } " if "\\" in style.braces else " or "
    forms = [
        style.braces.format(", ".join(values)),
        ", ".join(values),
        either.join(f"x = {value}" for value in values),
    ]
    return draw(st.sampled_from(forms))


@st.composite
def _tuples(draw: DrawFn) -> Example:
    members = draw(st.permutations(draw(_distinct(2, 4))))
    equal = [draw(rewritten(member, constant=True)) for member in members]
    wrong = draw(
        st.sampled_from([[members[1], members[0], *members[2:]], [*members, ONE]]) | _changed(members)
    )
    styles = draw(st.lists(STYLES, min_size=3, max_size=3))
    return Example(
        "tuple",
        *(
            style.bracket.format(", ".join(map(style.write, answer)))
            for style, answer in zip(styles, (members, equal, wrong), strict=True)
        ),
    )


@dataclass(frozen=True)
class Span:
    """An interval; an end of None is infinite, and open."""

    low: Tree | None
    high: Tree | None
    low_closed: bool
    high_closed: bool

    def bracketed(self, style: Style) -> str:
        """`[a, b)`."""
        left = style.square[0] if self.low and self.low_closed else style.bracket.partition("{}")[0]
        right = style.square[1] if self.high and self.high_closed else style.bracket.partition("{}")[2]
        low = style.write(self.low) if self.low else style.minus + style.infinity
        return f"{left}{low}, {style.write(self.high) if self.high else style.infinity}{right}"

    def inequality(self, style: Style) -> str:
        """`a <= x < b`."""
        low = f"{style.write(self.low)} {style.signs[self.low_closed]} " if self.low else ""
        return f"{low}x" + (f" {style.signs[self.high_closed]} {style.write(self.high)}" if self.high else "")


@st.composite
def _intervals(draw: DrawFn) -> Example:
    low, high = draw(_distinct(2, 2))
    ends = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    span = Span(*ends, draw(st.booleans()), draw(st.booleans()))
    equal = replace(
        span,
        low=span.low and draw(rewritten(low, constant=True)),
        high=span.high and draw(rewritten(high, constant=True)),
    )
    changes = [{"low": high, "high": low}]
    if span.low:
        changes += [{"low": None}, {"low_closed": not span.low_closed}, {"low": add(low, number(-1))}]
    if span.high:
        changes += [{"high": None}, {"high_closed": not span.high_closed}, {"high": add(high, ONE)}]
    wrong = replace(span, **draw(st.sampled_from(changes)))
    forms = st.sampled_from([Span.bracketed, Span.inequality])
    return Example("interval", *(draw(forms)(answer, draw(STYLES)) for answer in (span, equal, wrong)))


@st.composite
def _matrices(draw: DrawFn) -> Example:
    columns = draw(st.integers(2, 3))
    rows = [draw(st.lists(COEFFICIENTS.map(number), min_size=columns, max_size=columns)) for _ in range(2)]
    equal = [[draw(rewritten(entry, constant=True)) for entry in row] for row in rows]
    wrong = draw(st.sampled_from([rows[:1], [rows[0], [*rows[1][:-1], add(rows[1][-1], ONE)]]]))
    return Example("matrix", *(draw(STYLES).write_matrix(answer) for answer in (rows, equal, wrong)))


EXAMPLES: dict[str, SearchStrategy[Example]] = {
    "expressions": _scalars("expression", sums(factors(NAMES), 3)),
    "numbers": _scalars("number", sums(CONSTANTS, 2)),
    "antiderivatives": _antiderivatives(),
    "equations": _equations(),
    "sets": _sets(),
    "tuples": _tuples(),
    "intervals": _intervals(),
    "matrices": _matrices(),
}
