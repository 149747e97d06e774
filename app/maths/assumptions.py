"""What a problem says about its symbols, and admissible random points that follow from it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import attrgetter

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction

from app.maths.errors import MathsError
from app.maths.parse import parse

Point = dict[sympy.Symbol, sympy.Expr]

TRIES_PER_POINT = 400
"""Draws after which the search for one admissible point is given up."""
DENOMINATOR = 10_007
"""A prime: draws with this denominator are never special values such as 0, 1/2 or 1."""
SMALLEST, LARGEST = 0.1, 4.0
"""Distance of a draw from the bound it is measured from (or from zero)."""
INTEGER_SPAN = 12
"""Integers are drawn at most this far from their bound."""


class AssumptionError(MathsError):
    """A relation is not usable as an assumption, or no admissible point was found for the relations."""


@dataclass(frozen=True)
class Domain:
    """Where one symbol lives: a real interval (strict or not), the integers in it, or the complex plane."""

    lower: sympy.Expr = sympy.S.NegativeInfinity
    upper: sympy.Expr = sympy.S.Infinity
    strict_lower: bool = True
    strict_upper: bool = True
    integral: bool = False
    complex: bool = False
    nonzero: bool = False
    choices: tuple[sympy.Expr, ...] = ()

    def draw(self, source: random.Random) -> sympy.Expr:
        """A random value of this domain, generic unless integral; bounds of other symbols are not seen."""
        if self.choices:
            return source.choice(self.choices)
        if self.complex:
            return _generic(source, signed=True) + sympy.I * _generic(source, signed=True)
        if self.integral:
            return sympy.Integer(self._draw_integer(source))
        lower, upper = self.lower, self.upper
        if lower.is_finite and upper.is_finite:
            share = sympy.Rational(source.randrange(DENOMINATOR // 20, DENOMINATOR * 19 // 20), DENOMINATOR)
            return _rational(lower) + share * _rational(upper - lower)
        if lower.is_finite:
            return _rational(lower) + _generic(source)
        if upper.is_finite:
            return _rational(upper) - _generic(source)
        return _generic(source, signed=True)

    def _draw_integer(self, source: random.Random) -> int:
        low = int(sympy.ceiling(self.lower)) if self.lower.is_finite else None
        high = int(sympy.floor(self.upper)) if self.upper.is_finite else None
        if low is None:
            low = -INTEGER_SPAN if high is None else high - INTEGER_SPAN
        limit = low + INTEGER_SPAN if self.lower.is_finite else INTEGER_SPAN
        return source.randint(low, max(low, limit if high is None else min(high, limit)))

    def carried(self) -> dict[str, bool]:
        """The keyword arguments with which SymPy's `Symbol` carries this domain."""
        if self.complex:
            return {"complex": True}
        known = {"integer": True} if self.integral else {"real": True}
        zero_out = self.nonzero
        if self.lower.is_nonnegative and (self.strict_lower or self.lower.is_positive or zero_out):
            known["positive"] = True
        elif self.lower.is_nonnegative:
            known["nonnegative"] = True
        elif self.upper.is_nonpositive and (self.strict_upper or self.upper.is_negative or zero_out):
            known["negative"] = True
        elif self.upper.is_nonpositive:
            known["nonpositive"] = True
        elif zero_out:
            known["zero"] = False
        return known


def _generic(source: random.Random, *, signed: bool = False) -> sympy.Rational:
    """A rational of moderate size, spread evenly over scales, with a large prime denominator."""
    size = SMALLEST * (LARGEST / SMALLEST) ** source.random()
    numerator = round(size * DENOMINATOR)
    value = sympy.Rational(numerator + (numerator % DENOMINATOR == 0), DENOMINATOR)
    return -value if signed and source.random() < 0.5 else value


def _rational(bound: sympy.Expr) -> sympy.Rational:
    """A rational next to a real number; whether a draw is admissible is decided apart from this."""
    return bound if bound.is_Rational else sympy.Rational(str(sympy.N(bound, 20)))


@dataclass(frozen=True)
class Assumptions:
    """Relations that hold between symbols; symbols that are not mentioned are real.

    Everything about symbols follows from `relations`, which are SymPy relations, `Contains`, or their `And`
    and `Or`, written in plain symbols.
    """

    relations: tuple[sympy.Basic, ...] = ()
    _domains: dict[sympy.Symbol, Domain] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_domains", _domains(self.relations))

    @classmethod
    def of(cls, relations: Sequence[str]) -> Assumptions:
        """Reads relations such as `a > 0`, `0 < x < 1`, `a \\ne b`, `n \\in \\mathbb{Z}` or `n integer`.

        Raises `ParseError` for what cannot be read and `AssumptionError` for what is no relation.
        """
        written = (relation for text in relations for relation in _in_signs(text))
        return cls(tuple(_checked(parse(text), text) for text in written))

    @cached_property
    def symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols that the relations mention."""
        return frozenset().union(*(relation.free_symbols for relation in self.relations))

    def domain(self, symbol: sympy.Symbol) -> Domain:
        """Where `symbol` lives, as far as relations in this symbol alone tell."""
        return self._domains.get(symbol, Domain())

    def admits(self, point: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether every relation is true at `point`; relations in symbols that it lacks are not looked at."""
        known = set(point)
        return all(
            relation.xreplace(dict(point)) == sympy.true
            for relation in self.relations
            if relation.free_symbols <= known
        )

    def points(self, symbols: Sequence[sympy.Symbol], count: int, seed: int) -> list[Point]:
        """`count` admissible points for `symbols`; the same arguments always give the same points.

        Raises `AssumptionError` when no admissible point is found.
        """
        return list(islice(self.stream(symbols, seed), count))

    def stream(self, symbols: Sequence[sympy.Symbol], seed: int) -> Iterator[Point]:
        """The endless sequence of admissible points from which `points` takes the first ones."""
        wanted = sorted(set(symbols), key=attrgetter("name"))
        linked = sorted({*wanted, *self._linked(wanted)}, key=attrgetter("name"))
        fixed = self._definitions(linked)
        free = [symbol for symbol in linked if symbol not in fixed]
        source = random.Random(f"{seed}:{','.join(symbol.name for symbol in linked)}")
        while True:
            point = self._draw(free, fixed, source)
            yield {symbol: point[symbol] for symbol in wanted}

    def _draw(
        self, free: list[sympy.Symbol], fixed: dict[sympy.Symbol, sympy.Expr], source: random.Random
    ) -> Point:
        order = sorted(free, key=lambda symbol: (self.domain(symbol) == Domain(), symbol.name))
        for _ in range(TRIES_PER_POINT):
            point: Point = {}
            for symbol in order:
                point[symbol] = self._domain_given(symbol, point).draw(source)
            for symbol, value in fixed.items():
                point[symbol] = value.xreplace(point)
            if self.admits(point):
                return point
            source.shuffle(order)
        wanted = ", ".join(map(str, self.relations))
        raise AssumptionError(
            f"no admissible point for {', '.join(map(str, [*free, *fixed]))} in {TRIES_PER_POINT} draws; "
            f"check that these do not contradict each other: {wanted}"
        )

    def _domain_given(self, symbol: sympy.Symbol, drawn: Point) -> Domain:
        """Where `symbol` may lie once other symbols have values."""
        domain = self.domain(symbol)
        for part in self._joint:
            if symbol in part.free_symbols:
                rest = part.xreplace(drawn)
                if rest.free_symbols == {symbol}:
                    domain = _narrowed(domain, rest, symbol)
        return domain

    @cached_property
    def _joint(self) -> tuple[sympy.Basic, ...]:
        """The relations that tie several symbols."""
        parts = (part for relation in self.relations for part in sympy.And.make_args(relation))
        return tuple(part for part in parts if len(part.free_symbols) > 1)

    def _linked(self, symbols: Sequence[sympy.Symbol]) -> set[sympy.Symbol]:
        """Symbols that relations tie, directly or through others, to `symbols`."""
        reached = set(symbols)
        grew = True
        while grew:
            tied = [r.free_symbols for r in self.relations if r.free_symbols & reached]
            bigger = reached.union(*tied)
            grew, reached = bigger != reached, bigger
        return reached

    def _definitions(self, symbols: Sequence[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Expr]:
        """Symbols that an equation gives in terms of others that are drawn."""
        fixed: dict[sympy.Symbol, sympy.Expr] = {}
        for relation in self.relations:
            if isinstance(relation, sympy.Eq):
                for symbol, value in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs)):
                    free = isinstance(symbol, sympy.Symbol) and symbol in symbols and symbol not in fixed
                    if free and not value.free_symbols & {symbol, *fixed}:
                        fixed[symbol] = value
                        break
        return fixed

    @property
    def generic(self) -> bool:
        """Whether the admissible points are so many that a rational function zero on all of them is zero."""
        few = any(
            d.choices or (d.integral and d.lower.is_finite and d.upper.is_finite)
            for d in self._domains.values()
        )
        return not few and not any(relation.has(sympy.Eq) for relation in self.relations)

    def apply(self, expr: sympy.Basic) -> sympy.Basic:
        """`expr` with its plain symbols replaced by symbols of the same names that carry the assumptions."""
        return expr.xreplace(
            {s: self._carrying(s) for s in expr.atoms(sympy.Symbol) if s == sympy.Symbol(s.name)}
        )

    def _carrying(self, symbol: sympy.Symbol) -> sympy.Symbol:
        return sympy.Symbol(symbol.name, **self.domain(symbol).carried())

    def strip(self, expr: sympy.Basic) -> sympy.Basic:
        """`expr` with every symbol replaced by the plain symbol of its name; undoes `apply`."""
        carrying = {s: sympy.Symbol(s.name) for s in expr.atoms(sympy.Symbol) if not s.is_Dummy}
        changed = {s: plain for s, plain in carrying.items() if s is not plain}
        return expr.xreplace(changed) if changed else expr


_IN_WORDS = re.compile(
    r"(?P<names>[A-Za-z\\_0-9{}, ]+?)\s+(?:is\s+|are\s+|be\s+)?"
    r"(?P<all>(?:(?:an?|and|both|all|any|some|strictly|real|positive|negative|non-?negative|non-?zero|natural|complex"
    r"|integral|integers?|numbers?|constants?|reals|parameters?)(?:\s+|\Z))+)"
)
_LISTED = re.compile(
    r"((?:\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*,\s*)+\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*((?:[<>]|\\(?:in|ge|le|geq|leq|neq?)(?![a-z])|≥|≤|∈).*)"
)
_SIGNS = {
    "positive": "{} > 0", "negative": "{} < 0", "nonnegative": "{} \\ge 0", "nonzero": "{} \\ne 0",
    "integer": "{} \\in \\mathbb{{Z}}", "integral": "{} \\in \\mathbb{{Z}}",
    "natural": "{} \\in \\mathbb{{N}}",
    "complex": "{} \\in \\mathbb{{C}}", "real": "{} \\in \\mathbb{{R}}",
}  # fmt: skip


def _in_signs(text: str) -> list[str]:
    """`a, b positive` and `n is an integer` as relations in signs; any other text as it is."""
    plain = re.sub(r"\A(?:let|suppose|assume|both|where|with)\s+|\$|\.\Z", "", text.strip(), flags=re.I)
    listed = _LISTED.fullmatch(plain)
    if listed is not None:
        return [f"{name.strip()} {listed[2]}" for name in listed[1].split(",")]
    found = _IN_WORDS.fullmatch(plain)
    if found is None:
        return [text]
    words = [word.removesuffix("s") for word in found["all"].replace("non-", "non").split()]
    names = [name.strip() for name in re.split(r",|\band\b", found["names"]) if name.strip()]
    signs = [_SIGNS[word] for word in words if word in _SIGNS]
    return [sign.format(name) for name in names for sign in signs] or [text]


def _checked(relation: sympy.Basic, text: str) -> sympy.Basic:
    if isinstance(relation, (Relational, sympy.Contains, BooleanFunction)) and relation.free_symbols:
        return relation
    raise AssumptionError(
        f"{text!r} is not an assumption about a symbol; write a relation, "
        r"such as a > 0, 0 < x < 1, a \ne b or n \in \mathbb{Z}"
    )


def _domains(relations: Sequence[sympy.Basic]) -> dict[sympy.Symbol, Domain]:
    found: dict[sympy.Symbol, Domain] = {}
    for relation in relations:
        for part in sympy.And.make_args(relation):
            if len(part.free_symbols) == 1:
                (symbol,) = part.free_symbols
                found[symbol] = _narrowed(found.get(symbol, Domain()), part, symbol)
    return found


def _narrowed(domain: Domain, part: sympy.Basic, symbol: sympy.Symbol) -> Domain:
    """`domain` cut down by a relation in `symbol` alone; relations of other forms are left to rejection."""
    if isinstance(part, sympy.Contains) and part.args[0] == symbol:
        return _within_set(domain, part.args[1])
    if not isinstance(part, Relational):
        return domain
    if part.rhs == symbol:
        part = part.reversed
    left, right = part.lhs, part.rhs
    if left == sympy.Abs(symbol) and isinstance(part, (sympy.Lt, sympy.Le)):
        strict = isinstance(part, sympy.Lt)
        return _cut(_cut(domain, upper=right, strict=strict), lower=-right, strict=strict)
    if left != symbol:
        return domain
    if isinstance(part, (sympy.Gt, sympy.Ge)):
        return _cut(domain, lower=right, strict=isinstance(part, sympy.Gt))
    if isinstance(part, (sympy.Lt, sympy.Le)):
        return _cut(domain, upper=right, strict=isinstance(part, sympy.Lt))
    if isinstance(part, sympy.Ne) and right.is_zero:
        return _with(domain, nonzero=True)
    return domain


def _within_set(domain: Domain, container: sympy.Basic) -> Domain:
    if container == sympy.S.Complexes:
        return _with(domain, complex=True)
    if container in (sympy.S.Integers, sympy.S.Naturals, sympy.S.Naturals0):
        domain = _with(domain, integral=True)
        if container == sympy.S.Integers:
            return domain
        return _cut(domain, lower=sympy.Integer(1 if container == sympy.S.Naturals else 0), strict=False)
    if isinstance(container, sympy.FiniteSet):
        return _with(domain, choices=tuple(sorted(container.args, key=sympy.default_sort_key)))
    if isinstance(container, sympy.Interval):
        domain = _cut(domain, lower=container.start, strict=bool(container.left_open))
        return _cut(domain, upper=container.end, strict=bool(container.right_open))
    return domain


def _cut(
    domain: Domain, *, lower: sympy.Expr | None = None, upper: sympy.Expr | None = None, strict: bool
) -> Domain:
    if lower is not None and lower.is_extended_real and (lower >= domain.lower) == sympy.true:
        return _with(domain, lower=lower, strict_lower=strict)
    if upper is not None and upper.is_extended_real and (upper <= domain.upper) == sympy.true:
        return _with(domain, upper=upper, strict_upper=strict)
    return domain


def _with(domain: Domain, **changes: object) -> Domain:
    values = {name: getattr(domain, name) for name in domain.__dataclass_fields__}
    return Domain(**{**values, **changes})


NONE = Assumptions()
"""No relations: every symbol is an arbitrary real number."""
