"""Infinite families of numbers: residue classes, the parameters that texts declare, and sets of them."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational, Symbol, pi, sqrt

from app.grading import grade
from app.grading.answer_kinds import families, parameters
from app.grading.answer_kinds.set import listing
from app.grading.errors import GradingError

k = Symbol("k")
EXACT = [sympy.S.One, Rational(3, 7), pi, sqrt(2), pi / 6]
firsts = st.fractions(-5, 5, max_denominator=12).map(lambda f: Rational(f.numerator, f.denominator))
steps = st.fractions(Rational(1, 6), 4, max_denominator=6).map(lambda f: Rational(f.numerator, f.denominator))
units = st.sampled_from(EXACT)


def same(gold: list[sympy.Expr], answer: list[sympy.Expr]) -> bool | None:
    left, right = families.periodic(gold, k), families.periodic(answer, k)
    assert left is not None
    assert right is not None
    return families.same(left, right)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(firsts, steps, units, st.integers(2, 6), st.integers(-3, 3))
def test_a_class_may_be_split_and_begin_anywhere(
    a: Rational, b: Rational, unit: sympy.Expr, parts: int, turn: int
) -> None:
    """a + bk is the union of a + jb + mbk over j, in either direction, from any of its members."""
    whole = [unit * (a + b * k)]
    split = [unit * (a + (j + turn) * b + parts * b * k) for j in range(parts)]
    assert same(whole, split)
    assert same(split, whole)
    assert same(whole, [unit * (a + turn * b - b * k)])
    assert not same(whole, split[1:])
    assert not same(split[1:], whole)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(firsts, steps, units, st.integers(1, 11))
def test_a_shift_by_no_multiple_of_the_step_is_another_class(
    a: Rational, b: Rational, unit: sympy.Expr, twelfths: int
) -> None:
    """Neither a shift by part of the step, nor another step, nor a single member is the class."""
    whole = [unit * (a + b * k)]
    assert not same(whole, [unit * (a + b * Rational(twelfths, 12) + b * k)])
    assert not same(whole, [unit * (a + b * k / 2)])
    assert not same(whole, [unit * a])
    assert not same(whole, [*whole, unit * (a + b / 2)])
    assert same(whole, [*whole, unit * (a + 5 * b)])


PERIODIC = [
    ([pi / 2 + pi * k], [pi / 2 + 2 * pi * k, -pi / 2 + 2 * pi * k], True),
    ([(-1) ** k * pi / 6 + pi * k], [pi / 6 + 2 * pi * k, 5 * pi / 6 + 2 * pi * k], True),
    ([sympy.sin(pi * k / 2)], [sympy.S.Zero, sympy.S.One, -sympy.S.One], None),
    ([pi * k], [pi * k / 2], False),
    ([pi * k], [2 * pi * k, pi + 2 * pi * k, 3 * pi + 2 * pi * k], True),
    ([pi * k], [3.0 * k], None),
    ([k], [pi * k], None),
]


@pytest.mark.parametrize(("gold", "answer", "expected"), PERIODIC)
def test_families_are_compared_over_a_common_period(
    gold: list[sympy.Expr], answer: list[sympy.Expr], expected: bool | None
) -> None:
    """Also with powers of −1; None where the steps have no common multiple, or there are none."""
    assert same(gold, answer) == expected


def test_what_is_not_periodic_is_made_member_by_member() -> None:
    """Squares are no progression, and members must be numbers."""
    assert families.periodic([k**2], k) is None
    assert families.periodic([pi / k], k) is None
    assert families.members([k**2], k, start=1)[:4] == [1, 4, 9, 16]
    with pytest.raises(GradingError):
        families.members([k * Symbol("a")], k, start=1)
    with pytest.raises(GradingError):
        same([k], [I * (k - k) + I / 2 + k])


DECLARED = [
    # text, what remains, kind, names
    (r"\pi k, k \in \mathbb{Z}", r"\pi k", "integer", ("k",)),
    (r"\pi k, \quad k \in \mathbb{Z}", r"\pi k", "integer", ("k",)),
    (r"\pi k \; (k \in \mathbb{Z})", r"\pi k", "integer", ("k",)),
    (r"\pi k \quad (k \in Z)", r"\pi k", "integer", ("k",)),
    (r"\pi k, k ∈ ℤ", r"\pi k", "integer", ("k",)),
    (r"\pi k \text{ for any integer } k", r"\pi k", "integer", ("k",)),
    (r"\pi k, where k is an integer", r"\pi k", "integer", ("k",)),
    (r"\pi k \text{ where } k \text{ is any integer}", r"\pi k", "integer", ("k",)),
    (r"\pi k, \text{ where } k \in \mathbb{Z}.", r"\pi k", "integer", ("k",)),
    (r"\{\pi k \mid k \in \mathbb{Z}\}", r"\pi k", "integer", ("k",)),
    (r"\left\{\pi k : k \in \mathbb{Z}\right\}", r"\pi k", "integer", ("k",)),
    (r"\pi k, k \in \mathbb{N}", r"\pi k", "natural", ("k",)),
    (r"\pi k, where k is a positive integer", r"\pi k", "natural", ("k",)),
    (r"\pi k \text{ for all non-negative integers } k", r"\pi k", "natural", ("k",)),
    (r"\pi k + 2\pi m, k, m \in \mathbb{Z}", r"\pi k + 2\pi m", "integer", ("k", "m")),
    (r"(t, 2t), t \in \mathbb{R}", "(t, 2t)", "real", ("t",)),
    ("(t, 2t) for any real number t", "(t, 2t)", "real", ("t",)),
    (r"(t, s), where s, t are arbitrary constants", "(t, s)", "real", ("s", "t")),
    (r"(\lambda, 2\lambda), \lambda \in \mathbb{R}", r"(\lambda, 2\lambda)", "real", ("lambda",)),
    (r"x^2 + C, C \text{ is an arbitrary constant}", "x^2 + C", "real", ("C",)),
]
UNDECLARED = ["12", "x = 3, y = 4", r"k \in \mathbb{Z}", "x > 0", r"\pi k", "integer", r"x \in \{1, 2\}", ""]


@pytest.mark.parametrize(("text", "rest", "kind", "names"), DECLARED)
def test_a_declaration_is_taken_from_the_end(text: str, rest: str, kind: str, names: tuple[str, ...]) -> None:
    """In signs and in words, in brackets and in the braces of a set."""
    found = parameters.take(text)
    assert (found.text.rstrip(" ,\\;"), found.kind, found.names) == (rest, kind, names)


@pytest.mark.parametrize("text", UNDECLARED)
def test_a_text_that_declares_nothing_stays(text: str) -> None:
    """A condition or a membership alone is the answer itself."""
    assert parameters.take(text) == parameters.Declared(text)


LISTED = [
    (r"\{1, 2\}", (1, 2)),
    ("1, 2", (1, 2)),
    ("x = 1 or x = 2", (1, 2)),
    (r"x = 1 \lor x = 2", (1, 2)),
    ("x_1 = 1, x_2 = 2", (1, 2)),
    ("1 and 2", (1, 2)),
    ("either 1 or 2", (1, 2)),
    (r"x \in \{1, 2\}", (1, 2)),
    (r"1 \pm \sqrt{2}", (1 + sqrt(2), 1 - sqrt(2))),
    (r"x = \pm 1, \pm 2", (1, -1, 2, -2)),
    ("2 (multiplicity 3), 5", (2, 2, 2, 5)),
    (r"\lambda = 2 \text{ (double)}, 3", (2, 2, 3)),
    ("2k + 1, k = 0, 1, 2", (1, 3, 5)),
    (r"k^2, k = 1, 2, \ldots, 4", (1, 4, 9, 16)),
    (r"\{n \in \mathbb{Z} \mid 1 \le n \le 3\}", (1, 2, 3)),
    (r"\{n \in \mathbb{N} \mid n < 4\}", (1, 2, 3)),
    ("no solution", ()),
    (r"\emptyset", ()),
    (r"\{\}", ()),
    ("x = 1, y = 2 or x = 2, y = 1", (sympy.Tuple(1, 2), sympy.Tuple(2, 1))),
    ("(1, 2), (2, 1)", (sympy.Tuple(1, 2), sympy.Tuple(2, 1))),
]


@pytest.mark.parametrize(("text", "elements"), LISTED)
def test_lists_of_solutions_are_read(text: str, elements: tuple[object, ...]) -> None:
    """Braces, names, words, signs, multiplicities, values of a formula, and points."""
    found = listing(text, "answer")
    assert found.parameter is None
    assert sorted(found.elements, key=str) == sorted(map(sympy.sympify, elements), key=str)


SETS = [
    (r"x \equiv 3 \pmod 7", r"3 + 7k, k \in \mathbb{Z}", True),
    (r"x \equiv 3 \pmod 7", r"x \equiv -4 \pmod 7", True),
    (r"x \equiv 3 \pmod 7", r"x \equiv 3, 10 \pmod{14}", True),
    (r"x \equiv 3 \pmod 7", r"x \equiv 3 \pmod{14}", False),
    (r"x \equiv 2, 5 \pmod 7", r"x \equiv 5 \pmod 7 \text{ or } x \equiv 2 \pmod 7", True),
    (r"x \equiv 2, 5 \pmod 7", r"x \equiv 2 \pmod 7", False),
    (r"k\pi, k \in \mathbb{Z}", r"n\pi", True),
    (r"k\pi, k \in \mathbb{Z}", r"\{n\pi : n \in \mathbb{Z}\}", True),
    (r"k\pi, k \in \mathbb{Z}", r"180^\circ k, k \in \mathbb{Z}", True),
    (r"\frac{\pi}{6} + 2k\pi, \frac{5\pi}{6} + 2k\pi, k \in \mathbb{Z}",
     r"(-1)^n\frac{\pi}{6} + n\pi, n \in \mathbb{Z}", True),
    (r"\pm\frac{\pi}{3} + 2k\pi, k \in \mathbb{Z}",
     r"\frac{\pi}{3} + 2k\pi, \frac{5\pi}{3} + 2k\pi, k \in \mathbb{Z}", True),
    (r"\pm\frac{\pi}{3} + 2k\pi, k \in \mathbb{Z}", r"\frac{\pi}{3} + 2k\pi, k \in \mathbb{Z}", False),
    (r"k\pi, k \in \mathbb{Z}", r"0, \pi, 2\pi", False),
    (r"0, \pi", r"k\pi, k \in \mathbb{Z}", False),
    (r"k^2, k \in \mathbb{N}", r"n^2, n \in \mathbb{N}", True),
    (r"k^2, k \in \mathbb{N}", r"n^3, n \in \mathbb{N}", False),
    (r"k\pi, k \in \mathbb{Z}", r"k\pi, k \in \mathbb{N}", False),
    ("2, 2, 3", "2, 3, 2", True),
    ("2, 2, 3", "2, 3", False),
    ("2, 2, 3", "2, 3, 3", False),
    ("2, 3", "3, 2, 2", True),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "answer", "right"), SETS)
def test_sets_are_judged_by_their_members(gold: str, answer: str, right: bool) -> None:
    """However the families are split, named or declared; repetition counts where the gold repeats."""
    verdict = grade(gold, answer, "solution_set")
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)
