"""Abstractions of solid geometry: boxes, cones, pyramids, spheres, and cubes cut up."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import gcd
from typing import Final

import sympy
from sympy import Rational, pi, sqrt

from app.problems.functional.base import Abstraction, Exact, Values, squarefree_part
from app.problems.functional.domains import Domains, OneOf, Whole

TOPIC: Final = "solid geometry"


class BoxFromFaces(Abstraction):
    id = "box-from-faces"
    title = "A box known by the areas of its faces"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "The product of the areas is V², and each edge is V over the face that lacks it."
    original = Values(p=6, q=8, r=12)
    original_answer = r"\left(24, \sqrt{29}\right)"
    domains = Domains(p=Whole(2, 40), q=Whole(2, 60), r=Whole(2, 80))
    phrasings = (
        "Three faces of a rectangular box that meet in a corner have the areas ${p}$, ${q}$ and ${r}$. Give "
        "the ordered pair (volume of the box, length of its space diagonal) exactly.",
        "A cuboid with edges $a, b, c$ has $ab = {p}$, $bc = {q}$ and $ca = {r}$. Find $(V, d)$ exactly, "
        "where $V$ is its volume and $d$ the distance between opposite corners.",
    )

    def well_posed(self, v: Values) -> bool:
        """The areas differ, and the volume's root part is small, as it would be in a book."""
        return bool(v.p < v.q < v.r and squarefree_part(v.p * v.q * v.r) <= 10)

    def solve(self, v: Values) -> Exact:
        volume = sqrt(v.p * v.q * v.r)
        squares = [Rational(v.p * v.q * v.r, face**2) for face in (v.p, v.q, v.r)]
        return sympy.Tuple(volume, sqrt(sum(squares)))

    def check(self, v: Values) -> Exact:
        """From one edge: a² = p·r/q, since (ab)(ca)/(bc) = a²; then the others by division."""
        a = sqrt(Rational(v.p * v.r, v.q))
        b, c = v.p / a, v.r / a
        return sympy.Tuple(a * b * c, sqrt(sympy.expand(a**2 + b**2 + c**2)))


class ConeFromSector(Abstraction):
    id = "cone-from-sector"
    title = "A paper cone rolled from a sector"
    topic = TOPIC
    level = 2
    derivation = "The arc becomes the rim, so r = Rθ/360, and h² = R² − r²."
    original = Values(radius=6, angle=120)
    original_answer = r"\frac{16 \sqrt{2} \pi}{3}"
    domains = Domains(radius=Whole(3, 60), angle=Whole(30, 330, 15))
    phrasings = (
        "A sector with radius ${radius}$ and central angle ${angle}^\\circ$ is cut out of paper, and its "
        "two straight edges are joined to form the lateral surface of a circular cone. What is the exact "
        "volume of the cone?",
        "The lateral surface of a right circular cone, spread out flat, is a sector of a circle with radius "
        "${radius}$ and angle ${angle}^\\circ$. Find the volume of the cone exactly.",
    )

    def solve(self, v: Values) -> Exact:
        r = Rational(v.radius * v.angle, 360)
        return pi * r**2 * sqrt(v.radius**2 - r**2) / 3

    def check(self, v: Values) -> Exact:
        """Adds up discs from the apex down; their radius grows in proportion to the depth."""
        depth = sympy.Symbol("z")
        rim = 2 * pi * v.radius * Rational(v.angle, 360) / (2 * pi)
        height = sqrt((v.radius - rim) * (v.radius + rim))
        return sympy.integrate(pi * (rim / height * depth) ** 2, (depth, 0, height))


class FrustumBucket(Abstraction):
    id = "frustum-bucket"
    title = "A bucket filled to part of its height"
    topic = TOPIC
    level = 2
    derivation = "The water is a frustum whose upper radius is found by proportion; V = πh(a² + ab + b²)/3."
    original = Values(bottom=6, top=12, height=18, water=9)
    original_answer = r"513 \pi"
    domains = Domains(bottom=Whole(3, 20), top=Whole(4, 30), height=Whole(6, 48), water=Whole(2, 40))
    phrasings = (
        "A bucket has the shape of a frustum of a circular cone: the inner radius is ${bottom}$ cm at the "
        "bottom and ${top}$ cm at the top, and the inner height is ${height}$ cm. Water stands ${water}$ cm "
        "high in it. What is the exact volume of the water, in cubic centimetres?",
        "The inside of an upright pot widens evenly from radius ${bottom}$ cm at the base to radius ${top}$ "
        "cm at the rim, ${height}$ cm above. How many cm$^3$ of water does it hold when filled to a depth "
        "of ${water}$ cm? Answer exactly, in terms of $\\pi$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.bottom < v.top and v.water < v.height)

    def solve(self, v: Values) -> Exact:
        surface = v.bottom + Rational((v.top - v.bottom) * v.water, v.height)
        return pi * v.water * (v.bottom**2 + v.bottom * surface + surface**2) / 3

    def check(self, v: Values) -> Exact:
        """Adds up the discs of water."""
        z = sympy.Symbol("z")
        radius = v.bottom + z * Rational(v.top - v.bottom, v.height)
        return sympy.integrate(sympy.expand(pi * radius**2), (z, 0, v.water))


class SpheresInCylinder(Abstraction):
    id = "spheres-in-cylinder"
    title = "How far marbles raise the water"
    topic = TOPIC
    level = 1
    derivation = "n spheres displace 4πr³n/3, which spreads over πR²: the rise is 4nr³/(3R²)."
    original = Values(radius=9, marble=3, number=6, height=50)
    original_answer = r"\frac{8}{3}"
    domains = Domains(radius=Whole(4, 30), marble=Whole(1, 12), number=Whole(2, 15), height=Whole(40, 120))
    distractors = ("height",)
    phrasings = (
        "A cylindrical jar with inner radius ${radius}$ cm and height ${height}$ cm is half full of water. "
        "${number}$ solid balls of radius ${marble}$ cm are put in and are covered completely; no water "
        "spills. By how many centimetres does the water rise? Give the exact value.",
        "${number}$ metal spheres, each of radius ${marble}$ cm, lie wholly under water in an upright "
        "cylinder of inner radius ${radius}$ cm and height ${height}$ cm; the water does not overflow. Find "
        "exactly how many centimetres the water level sinks when they are taken out.",
    )

    def well_posed(self, v: Values) -> bool:
        """The balls fit below the half-full water line, and the rise stays within the jar."""
        rise = Fraction(4 * v.number * v.marble**3, 3 * v.radius**2)
        return bool(2 * v.marble <= v.radius and 2 * rise <= v.height and v.number * 2 * v.marble <= v.height)

    def solve(self, v: Values) -> Exact:
        return Fraction(4 * v.number * v.marble**3, 3 * v.radius**2)

    def check(self, v: Values) -> Exact:
        """The volume of a ball as an integral of its discs, and the height of water as an unknown."""
        z, rise = sympy.symbols("z h")
        ball = sympy.integrate(pi * (v.marble**2 - z**2), (z, -v.marble, v.marble))
        (found,) = sympy.solve(pi * v.radius**2 * rise - v.number * ball, rise)
        return found


class PaintedBox(Abstraction):
    id = "painted-box"
    title = "Small cubes with paint on some faces"
    topic = TOPIC
    level = 2
    derivation = (
        "Without the edges two faces (a−2)(b−2) of each kind are left; along edges 4(a−2) of each kind."
    )
    original = Values(a=4, b=5, c=6, painted="exactly two")
    original_answer = "36"
    domains = Domains(
        a=Whole(3, 20),
        b=Whole(3, 20),
        c=Whole(3, 20),
        painted=OneOf("exactly one", "exactly two", "at least one", "no"),
    )
    phrasings = (
        "A wooden block measuring ${a} \\times {b} \\times {c}$ cm is painted on all six faces and then "
        "sawn into cubes with edge $1$ cm. How many of these cubes have paint on {painted} {faces}?",
        "A block of ${a} \\times {b} \\times {c}$ unit cubes is dipped in paint. Find the number of unit "
        "cubes with {painted} painted {faces}.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "faces": "face" if v.painted.endswith("one") else "faces"}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a <= v.b <= v.c)

    def solve(self, v: Values) -> Exact:
        a, b, c = v.a - 2, v.b - 2, v.c - 2
        counts = {
            "exactly one": 2 * (a * b + b * c + c * a),
            "exactly two": 4 * (a + b + c),
            "at least one": v.a * v.b * v.c - a * b * c,
            "no": a * b * c,
        }
        return int(counts[v.painted])

    def check(self, v: Values) -> Exact:
        """Counts the outer faces of every cube."""
        wanted = {"exactly one": (1,), "exactly two": (2,), "at least one": (1, 2, 3), "no": (0,)}[v.painted]
        sizes = (v.a, v.b, v.c)
        return sum(
            sum((x == 0) + (x == size - 1) for x, size in zip(place, sizes, strict=True)) in wanted
            for place in product(*map(range, sizes))
        )


class PyramidFromEdges(Abstraction):
    id = "pyramid-from-edges"
    title = "A pyramid over a rectangle with equal edges"
    topic = TOPIC
    level = 2
    derivation = "The apex stands over the centre, half a diagonal from each corner: h² = e² − (a² + b²)/4."
    original = Values(a=6, b=8, edge=13)
    original_answer = "192"
    domains = Domains(a=Whole(2, 30), b=Whole(2, 30), edge=Whole(4, 50))
    phrasings = (
        "A pyramid has a rectangular base with sides ${a}$ and ${b}$, and each of its four lateral edges "
        "has length ${edge}$. Find its exact volume.",
        "The base of a pyramid is a rectangle with sides ${a}$ and ${b}$; the apex is at distance ${edge}$ "
        "from every corner of the base. What is the exact volume of the pyramid?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.a < v.b and 4 * v.edge**2 > v.a**2 + v.b**2)

    def solve(self, v: Values) -> Exact:
        return v.a * v.b * sqrt(v.edge**2 - Rational(v.a**2 + v.b**2, 4)) / 3

    def check(self, v: Values) -> Exact:
        """Two equal tetrahedra over halves of the base; each from its six edges (Cayley–Menger)."""
        a, b, e = v.a**2, v.b**2, v.edge**2
        menger = sympy.Matrix(
            [
                [0, 1, 1, 1, 1],
                [1, 0, a, a + b, e],
                [1, a, 0, b, e],
                [1, a + b, b, 0, e],
                [1, e, e, e, 0],
            ]
        )
        return 2 * sqrt(menger.det() / 288)


class AntOnBox(Abstraction):
    id = "ant-on-box"
    title = "The shortest way over a box from corner to corner"
    topic = TOPIC
    level = 3
    derivation = "Unfolded, the way is straight; the shortest of the three has the two shorter edges added."
    original = Values(a=3, b=4, c=5)
    original_answer = r"\sqrt{74}"
    domains = Domains(a=Whole(1, 40), b=Whole(1, 40), c=Whole(1, 40))
    phrasings = (
        "An ant sits at a corner of a closed rectangular box measuring ${a} \\times {b} \\times {c}$ and "
        "walks on its surface to the opposite corner (the far end of the space diagonal). Find the exact "
        "length of the shortest way.",
        "What is the exact length of the shortest path on the surface of a cuboid with edges ${a}$, ${b}$ "
        "and ${c}$ between two opposite corners?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.a <= v.b <= v.c and gcd(v.a, v.b, v.c) == 1)

    def solve(self, v: Values) -> Exact:
        return sqrt((v.a + v.b) ** 2 + v.c**2)

    def check(self, v: Values) -> Exact:
        """Each pair of faces: the best place to cross their common edge, where the two angles are equal."""
        best = []
        for across, rise, run in ((v.a, v.b, v.c), (v.b, v.c, v.a), (v.c, v.a, v.b)):
            crossing = Rational(run * across, across + rise)
            best.append(sqrt(across**2 + crossing**2) + sqrt(rise**2 + (run - crossing) ** 2))
        return min(best)


class CornerTetrahedron(Abstraction):
    id = "corner-tetrahedron"
    title = "The height of a tetrahedron with a right-angled corner"
    topic = TOPIC
    level = 2
    derivation = (
        "With the edges p, q, r at right angles, 1/h² = 1/p² + 1/q² + 1/r² (the plane x/p + y/q + z/r = 1)."
    )
    original = Values(p=1, q=2, r=2)
    original_answer = r"\frac{\sqrt{6}}{3}"
    domains = Domains(p=Whole(1, 15), q=Whole(1, 20), r=Whole(1, 25))
    phrasings = (
        "Three edges of a tetrahedron meet in the corner $O$ at right angles to each other and have the "
        "lengths ${p}$, ${q}$ and ${r}$. What is the exact distance of $O$ from the opposite face?",
        "Find the exact distance of the origin from the plane through the points $({p}, 0, 0)$, $(0, {q}, "
        "0)$ and $(0, 0, {r})$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.p <= v.q <= v.r)

    def solve(self, v: Values) -> Exact:
        return 1 / sqrt(Rational(1, v.p**2) + Rational(1, v.q**2) + Rational(1, v.r**2))

    def check(self, v: Values) -> Exact:
        """Three times the volume over the area of the face, that from Heron's formula in squares of sides."""
        a, b, c = v.p**2 + v.q**2, v.q**2 + v.r**2, v.r**2 + v.p**2
        area = sqrt(4 * a * b - (a + b - c) ** 2) / 4
        return 3 * Rational(v.p * v.q * v.r, 6) / area


ABSTRACTIONS: Final = (
    BoxFromFaces(),
    ConeFromSector(),
    FrustumBucket(),
    SpheresInCylinder(),
    PaintedBox(),
    PyramidFromEdges(),
    AntOnBox(),
    CornerTetrahedron(),
)
