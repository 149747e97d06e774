"""Abstractions of plane geometry: triangles, circles, polygons, and points in the coordinate plane."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Final

import sympy
from sympy import Rational, cos, pi, sqrt

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "plane geometry"
X: Final = sympy.Symbol("x")


def _apex(a: int, b: int, c: int) -> tuple[sympy.Expr, sympy.Expr]:
    """A of the triangle with B = (0, 0), C = (a, 0), CA = b, AB = c."""
    x = Rational(a * a + c * c - b * b, 2 * a)
    return x, sqrt(c * c - x * x)


def _is_triangle(a: int, b: int, c: int) -> bool:
    return a < b + c and b < a + c and c < a + b


class HeronArea(Abstraction):
    id = "heron-area"
    title = "The area of a triangle from its sides"
    topic = TOPIC
    level = 1
    derivation = "Heron: with s half the perimeter, the area is √(s(s−a)(s−b)(s−c))."
    original = Values(a=5, b=6, c=7)
    original_answer = r"6 \sqrt{6}"
    domains = Domains(a=Whole(3, 40), b=Whole(3, 40), c=Whole(3, 40))
    phrasings = (
        "A triangle has sides of length ${a}$, ${b}$ and ${c}$. Find its exact area.",
        "What is the exact area of triangle $ABC$ with $BC = {a}$, $CA = {b}$ and $AB = {c}$?",
    )

    def well_posed(self, v: Values) -> bool:
        return _is_triangle(v.a, v.b, v.c)

    def solve(self, v: Values) -> Exact:
        s = Rational(v.a + v.b + v.c, 2)
        return sqrt(s * (s - v.a) * (s - v.b) * (s - v.c))

    def check(self, v: Values) -> Exact:
        _, height = _apex(v.a, v.b, v.c)
        return v.a * height / 2


class AngleBisectorLength(Abstraction):
    id = "angle-bisector-length"
    title = "The length of an angle bisector"
    topic = TOPIC
    level = 2
    derivation = "The bisector from A cuts BC in the ratio c : b, and its square is bc − BD·DC (Stewart)."
    original = Values(a=5, b=4, c=6)
    original_answer = r"3 \sqrt{2}"
    domains = Domains(a=Whole(3, 30), b=Whole(3, 30), c=Whole(3, 30))
    phrasings = (
        "In triangle $ABC$, $BC = {a}$, $CA = {b}$ and $AB = {c}$. The bisector of the angle at $A$ meets "
        "$BC$ at $D$. Find the exact length of $AD$.",
        "A triangle has $AB = {c}$, $AC = {b}$ and $BC = {a}$. How long is its internal angle bisector from "
        "$A$ to the side $BC$? Give the exact value.",
    )

    def well_posed(self, v: Values) -> bool:
        return _is_triangle(v.a, v.b, v.c) and bool(v.b != v.c)

    def solve(self, v: Values) -> Exact:
        part, rest = Rational(v.a * v.c, v.b + v.c), Rational(v.a * v.b, v.b + v.c)
        return sqrt(v.b * v.c - part * rest)

    def check(self, v: Values) -> Exact:
        """Adds the unit vectors along AB and AC, and goes in that direction until the side is met."""
        x, y = _apex(v.a, v.b, v.c)
        along_b, along_c = (-x / v.c, -y / v.c), ((v.a - x) / v.b, -y / v.b)
        direction = (along_b[0] + along_c[0], along_b[1] + along_c[1])
        length = -y / direction[1]
        return sqrt(sympy.radsimp(sympy.expand((direction[0] ** 2 + direction[1] ** 2) * length**2)))


class CircumradiusAndInradius(Abstraction):
    id = "circumradius-and-inradius"
    title = "The radii of the two circles of a triangle"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "R = abc/(4K) and r = K/s, with the area K from Heron."
    original = Values(a=13, b=14, c=15)
    original_answer = r"\left(\frac{65}{8}, 4\right)"
    domains = Domains(a=Whole(4, 40), b=Whole(4, 40), c=Whole(4, 40))
    phrasings = (
        "For the triangle with sides ${a}$, ${b}$ and ${c}$, let $R$ be the radius of the circumscribed "
        "circle and $r$ the radius of the inscribed circle. Give the ordered pair $(R, r)$ exactly.",
        "Triangle $ABC$ has sides $BC = {a}$, $CA = {b}$, $AB = {c}$. Find the exact pair (circumradius, "
        "inradius).",
    )

    def well_posed(self, v: Values) -> bool:
        return _is_triangle(v.a, v.b, v.c)

    def solve(self, v: Values) -> Exact:
        s = Rational(v.a + v.b + v.c, 2)
        area = sqrt(s * (s - v.a) * (s - v.b) * (s - v.c))
        return sympy.Tuple(sympy.radsimp(v.a * v.b * v.c / (4 * area)), area / s)

    def check(self, v: Values) -> Exact:
        """The point at equal distance from three corners; the height of the incentre above BC."""
        x, y = _apex(v.a, v.b, v.c)
        up = (x * x + y * y - v.a * x) / (2 * y)
        incentre_height = v.a * y / (v.a + v.b + v.c)
        return sympy.Tuple(sqrt(sympy.radsimp(sympy.expand(Rational(v.a**2, 4) + up**2))), incentre_height)


class LatticeQuadrilateral(Abstraction):
    id = "lattice-quadrilateral"
    title = "Area and boundary of a quadrilateral with whole coordinates"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "The shoelace formula gives the area A, gcds the boundary points B; Pick: I = A − B/2 + 1."
    original = Values(xs=(0, 6, 8, 2), ys=(0, 1, 7, 5))
    original_answer = r"\left(30, 28\right)"
    domains = Domains(xs=Several(Whole(0, 20), 4, 4), ys=Several(Whole(0, 20), 4, 4))
    phrasings = (
        "A convex quadrilateral has the vertices {corners}, in this order. Give the ordered pair (its area, "
        "the number of points with integer coordinates strictly inside it).",
        "Let $Q$ be the convex quadrilateral with consecutive vertices {corners}. Determine $(A, I)$, where "
        "$A$ is the area of $Q$ and $I$ the number of lattice points in its interior (not on its sides).",
    )

    def shown(self, v: Values) -> dict[str, str]:
        corners = [f"$({x}, {y})$" for x, y in zip(v.xs, v.ys, strict=True)]
        return {"corners": ", ".join(corners[:-1]) + " and " + corners[-1]}

    def well_posed(self, v: Values) -> bool:
        """Convex, and run through counterclockwise."""
        return all(turn > 0 for turn in _turns(_corners(v)))

    def solve(self, v: Values) -> Exact:
        sides = _sides(_corners(v))
        doubled = sum(p[0] * q[1] - p[1] * q[0] for p, q in sides)
        boundary = sum(gcd(p[0] - q[0], p[1] - q[1]) for p, q in sides)
        return sympy.Tuple(Rational(doubled, 2), (doubled - boundary) // 2 + 1)

    def check(self, v: Values) -> Exact:
        """Two triangles for the area; every lattice point is tried for the inside."""
        p, q, r, s = _corners(v)
        area = sum(abs(Rational(_turn(one, other, r), 2)) for one, other in ((p, q), (s, p)))
        sides = _sides([p, q, r, s])
        inside = sum(
            all(_turn(start, end, (x, y)) > 0 for start, end in sides) for x in range(21) for y in range(21)
        )
        return sympy.Tuple(area, inside)


Point = tuple[int, int]


def _corners(v: Values) -> list[Point]:
    return list(zip(v.xs, v.ys, strict=True))


def _sides(corners: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(corners, corners[1:] + corners[:1], strict=True))


def _turn(p: Point, q: Point, r: Point) -> int:
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _turns(corners: list[Point]) -> list[int]:
    following = corners[1:] + corners[:1]
    return [_turn(p, q, r) for p, q, r in zip(corners, following, following[1:] + following[:1], strict=True)]


class CommonTangent(Abstraction):
    id = "common-tangent"
    title = "The common tangents of two circles"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = (
        "Radii to the points of contact are parallel: √(d² − (R − r)²) outside, √(d² − (R + r)²) inside."
    )
    original = Values(distance=13, big=3, small=2)
    original_answer = r"\left(2 \sqrt{42}, 12\right)"
    domains = Domains(distance=Whole(8, 80), big=Whole(2, 30), small=Whole(1, 29))
    phrasings = (
        "Two circles with radii ${big}$ and ${small}$ have their centres ${distance}$ apart. Give the "
        "ordered pair (length of a common external tangent, length of a common internal tangent), each "
        "measured between the points of contact, exactly.",
        "The centres of two circles of radii ${big}$ and ${small}$ are at distance ${distance}$. Let $e$ be "
        "the length of an outer and $i$ that of an inner common tangent segment from one point of contact "
        "to the other. Find $(e, i)$ exactly.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.small < v.big and v.big + v.small < v.distance)

    def solve(self, v: Values) -> Exact:
        squares = [v.distance**2 - (v.big - v.small) ** 2, v.distance**2 - (v.big + v.small) ** 2]
        return sympy.Tuple(*map(sqrt, squares))

    def check(self, v: Values) -> Exact:
        """From the centre of similitude to each circle: the tangents there differ (or add) by this."""
        lengths = []
        for sign in (1, -1):
            to_big = Rational(v.distance * v.big, v.big - sign * v.small)
            to_small = to_big - v.distance if sign == 1 else v.distance - to_big
            big, small = sqrt(to_big**2 - v.big**2), sqrt(to_small**2 - v.small**2)
            lengths.append(sympy.sqrtdenest(big - sign * small))
        return sympy.Tuple(*lengths)


class IntersectingChords(Abstraction):
    id = "intersecting-chords"
    title = "Two chords that cross"
    topic = TOPIC
    level = 2
    derivation = (
        "The products of the parts are equal, PA·PB = PC·PD, and PC + PD is given: a quadratic equation."
    )
    original = Values(pa=4, pb=6, cd=11)
    original_answer = "8"
    domains = Domains(pa=Whole(2, 30), pb=Whole(2, 30), cd=Whole(6, 90))
    phrasings = (
        "Chords $AB$ and $CD$ of a circle intersect at $P$, with $PA = {pa}$, $PB = {pb}$ and $CD = {cd}$. "
        "Find the exact length of the longer of the two segments $PC$ and $PD$.",
        "A point $P$ inside a circle divides a chord $AB$ into parts of lengths ${pa}$ and ${pb}$. Another "
        "chord through $P$ has the length ${cd}$. What is the exact length of the longer part into which "
        "$P$ divides it?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.cd**2 > 4 * v.pa * v.pb and v.cd != v.pa + v.pb)

    def solve(self, v: Values) -> Exact:
        return (v.cd + sqrt(v.cd**2 - 4 * v.pa * v.pb)) / 2

    def check(self, v: Values) -> Exact:
        """The roots of x(CD − x) = PA·PB are the two parts."""
        parts = sympy.roots(sympy.Poly(X * (v.cd - X) - v.pa * v.pb, X))
        return max(parts, key=float)


class SegmentThroughDiagonals(Abstraction):
    id = "segment-through-diagonals"
    title = "The parallel through the crossing of the diagonals"
    topic = TOPIC
    level = 2
    derivation = "Similar triangles make each half ab/(a + b), so the whole is the harmonic mean 2ab/(a + b)."
    original = Values(a=6, b=12, height=5)
    original_answer = "8"
    domains = Domains(a=Whole(2, 60), b=Whole(3, 90), height=Whole(2, 30))
    distractors = ("height",)
    phrasings = (
        "A trapezium has parallel sides of lengths ${a}$ and ${b}$ and the height ${height}$. Through the "
        "intersection of its diagonals a line is drawn parallel to these sides. How long is the part of the "
        "line inside the trapezium? Give the exact value.",
        "In trapezium $ABCD$ with $AB \\parallel CD$, $AB = {b}$, $CD = {a}$ and height ${height}$, the "
        "diagonals meet at $P$. The parallel to $AB$ through $P$ meets the legs at $X$ and $Y$. Find the "
        "exact length of $XY$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.a < v.b)

    def solve(self, v: Values) -> Exact:
        return Fraction(2 * v.a * v.b, v.a + v.b)

    def check(self, v: Values) -> Exact:
        """Coordinates, with one leg upright: where the diagonals meet, and how wide it is there."""
        share = sympy.Symbol("t")
        (t,) = sympy.solve(share * v.a - v.b * (1 - share), share)
        return v.b + (v.a - v.b) * t


class ParallelLines(Abstraction):
    id = "parallel-lines"
    title = "The square between two parallel lines"
    topic = TOPIC
    level = 2
    derivation = "The lines ax + by = c and ax + by = d are |c − d|/√(a² + b²) apart: the side of the square."
    original = Values(a=1, b=2, c=3, d=13)
    original_answer = "20"
    domains = Domains(a=Whole(1, 12), b=Whole(1, 12), c=Whole(-30, 30), d=Whole(-30, 40))
    phrasings = (
        "Two opposite sides of a square lie on the lines ${a_term}x + {b_term}y = {c}$ and ${a_term}x + "
        "{b_term}y = {d}$. What is the exact area of the square?",
        "A square has two of its sides on the parallel lines with equations ${a_term}x + {b_term}y = {c}$ "
        "and ${a_term}x + {b_term}y = {d}$. Find its area exactly.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "a_term": "" if v.a == 1 else v.a, "b_term": "" if v.b == 1 else v.b}

    def well_posed(self, v: Values) -> bool:
        return bool(v.c != v.d and gcd(v.a, v.b) == 1)

    def solve(self, v: Values) -> Exact:
        return Fraction((v.c - v.d) ** 2, v.a**2 + v.b**2)

    def check(self, v: Values) -> Exact:
        """From a point of one line along the normal to the other."""
        t = sympy.Symbol("t")
        start = (Rational(v.c, v.a), sympy.S.Zero)
        (steps,) = sympy.solve(v.a * (start[0] + v.a * t) + v.b * (start[1] + v.b * t) - v.d, t)
        return (v.a * steps) ** 2 + (v.b * steps) ** 2


class WiperArea(Abstraction):
    id = "wiper-area"
    title = "What a wiper sweeps"
    topic = TOPIC
    level = 1
    derivation = "A sector of an annulus: θ/360 of π(R² − r²)."
    original = Values(long=40, short=10, angle=120)
    original_answer = r"500 \pi"
    domains = Domains(long=Whole(20, 90), short=Whole(3, 60), angle=Whole(60, 200, 5))
    phrasings = (
        "A windscreen wiper turns through ${angle}^\\circ$. Its rubber blade reaches from ${short}$ cm to "
        "${long}$ cm from the axis. What area does the blade sweep, in square centimetres? Give the exact "
        "value in terms of $\\pi$.",
        "From a sector with radius ${long}$ cm and central angle ${angle}^\\circ$ the concentric sector "
        "with radius ${short}$ cm is cut off. Find the exact area of what is left, in cm$^2$, in terms of "
        "$\\pi$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.short + 5 <= v.long)

    def solve(self, v: Values) -> Exact:
        return Rational(v.angle, 360) * pi * (v.long**2 - v.short**2)

    def check(self, v: Values) -> Exact:
        """Adds up the arcs."""
        r = sympy.Symbol("r")
        return sympy.integrate(r * v.angle * pi / 180, (r, v.short, v.long))


class LawOfCosines(Abstraction):
    id = "law-of-cosines"
    title = "Ships that part at an angle"
    topic = TOPIC
    level = 1
    derivation = "After t hours they are at, bt from the port: the law of cosines at 60° or 120°."
    original = Values(first=10, second=16, hours=2, angle=60)
    original_answer = "28"
    domains = Domains(first=Whole(5, 40), second=Whole(5, 40), hours=Whole(2, 6), angle=Whole(30, 150, 15))
    phrasings = (
        "Two ships leave a port at the same time on straight courses that form an angle of "
        "${angle}^\\circ$, at ${first}$ km/h and ${second}$ km/h. How far apart are they after ${hours}$ "
        "hours, in kilometres? Give the exact value.",
        "From a point two straight roads lead away at an angle of ${angle}^\\circ$ to each other. A walker "
        "and a rider set out together, one on each road, at ${first}$ and ${second}$ km/h. What is the "
        "exact distance between them, in km, after ${hours}$ h?",
    )

    def well_posed(self, v: Values) -> bool:
        """An angle whose cosine is a square root of a rational number."""
        return v.first != v.second and v.angle in (30, 45, 60, 90, 120, 135, 150)

    def solve(self, v: Values) -> Exact:
        cosine = cos(pi * Rational(v.angle, 180))
        square = v.first**2 + v.second**2 - 2 * v.first * v.second * cosine
        return v.hours * sqrt(square)

    def check(self, v: Values) -> Exact:
        turn = sympy.exp(sympy.I * pi * Rational(v.angle, 180)).expand(complex=True)
        gap = v.hours * (v.first - v.second * turn)
        return sqrt(sympy.expand(sympy.re(gap) ** 2 + sympy.im(gap) ** 2))


ABSTRACTIONS: Final = (
    HeronArea(),
    AngleBisectorLength(),
    CircumradiusAndInradius(),
    LatticeQuadrilateral(),
    CommonTangent(),
    IntersectingChords(),
    SegmentThroughDiagonals(),
    ParallelLines(),
    WiperArea(),
    LawOfCosines(),
)
