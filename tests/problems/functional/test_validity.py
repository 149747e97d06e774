"""Each test of validity finds the fault that it is there to find."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from app.problems.functional.base import Abstraction, Exact, Values, only, same
from app.problems.functional.domains import Domains, OneOf, Several, Whole
from app.problems.functional.validity import examine


class Rectangle(Abstraction):
    """A sound abstraction, which the others below spoil."""

    id = "rectangle"
    title = "The area of a rectangle"
    topic = "plane geometry"
    level = 1
    derivation = "Width times height."
    original = Values(width=3, height=4)
    original_answer = "12"
    domains = Domains(width=Whole(2, 60), height=Whole(2, 60))
    phrasings = (
        "A rectangle is ${width}$ cm wide and ${height}$ cm high. What is its area in cm$^2$?",
        "Find the area, in cm$^2$, of a rectangle with sides ${width}$ cm and ${height}$ cm.",
    )

    def solve(self, v: Values) -> Exact:
        return int(v.width * v.height)

    def check(self, v: Values) -> Exact:
        return sum(v.width for _ in range(v.height))


class OnePhrasing(Rectangle):
    phrasings = Rectangle.phrasings[:1]


class FewInstances(Rectangle):
    domains = Domains(width=Whole(3, 4), height=Whole(4, 5))


class Forgetful(Rectangle):
    """Gives another answer each time it is asked."""

    def solve(self, v: Values) -> Exact:
        Forgetful.asked = getattr(Forgetful, "asked", 0) + 1
        return int(v.width * v.height) + Forgetful.asked


class WrongOriginal(Rectangle):
    original_answer = "13"


class Slanted(Rectangle):
    def check(self, v: Values) -> Exact:
        return int(v.width * v.height) + (v.width > 40)


class AnyDivisor(Rectangle):
    """Has several right answers, of which `solve` always gives one."""

    original = Values(width=12, height=4)
    original_answer = "5"

    def solve(self, v: Values) -> Exact:
        return 1 + next(d for d in range(2, v.width * v.height + 1) if v.width * v.height % d == 0)

    def check(self, v: Values) -> Exact:
        return 1 + only(d for d in range(2, v.width * v.height) if v.width * v.height % d == 0)


class Coloured(Rectangle):
    """Shows a colour that does not matter, and does not say so."""

    original = Values(width=3, height=4, colour="red")
    domains = Domains(width=Whole(2, 60), height=Whole(2, 60), colour=OneOf("red", "blue"))
    phrasings = tuple(f"{{colour}} paint. {text}" for text in Rectangle.phrasings)


class SaysWidthIsIdle(Rectangle):
    distractors = ("width",)


class HidesHeight(Rectangle):
    phrasings = (Rectangle.phrasings[0], "A rectangle is ${width}$ cm wide. What is its area?")


class AdmitsAll(Rectangle):
    def admits(self, values: object) -> bool:
        return True


class Squares(Rectangle):
    """Lets the answer be read off."""

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        return False

    def solve(self, v: Values) -> Exact:
        return int(v.width)

    check = solve


def failed(abstraction: Abstraction) -> set[str]:
    return {finding.test for finding in examine(abstraction, seed=1, draws=20) if not finding.passed}


def test_a_sound_abstraction_passes() -> None:
    assert failed(Rectangle()) == set()


@pytest.mark.parametrize(
    ("abstraction", "test"),
    [
        (OnePhrasing(), "degrees of freedom"),
        (FewInstances(), "degrees of freedom"),
        (Forgetful(), "single-valued"),
        (WrongOriginal(), "matches the original"),
        (Slanted(), "one right answer"),
        (AnyDivisor(), "one right answer"),
        (Coloured(), "parameters matter"),
        (SaysWidthIsIdle(), "parameters matter"),
        (HidesHeight(), "parameters matter"),
        (AdmitsAll(), "ill-posed refused"),
        (Squares(), "parameters matter"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Abstraction) else value,
)
def test_a_fault_is_found_by_its_test(abstraction: Abstraction, test: str) -> None:
    assert test in failed(abstraction)


def test_an_abstraction_without_instances_is_not_executable() -> None:
    class Empty(Rectangle):
        def well_posed(self, v: Values) -> bool:
            return False

    (finding,) = examine(Empty(), seed=1, draws=3)
    assert finding.test == "executable"
    assert "none of" in finding.note


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        (Whole(2, 9), [2, 9], [1, 10, True, 2.0, "2", None]),
        (Whole(10, 50, 10), [10, 50], [15, 60]),
        (OneOf("red", 3), ["red", 3], ["blue", 4, True, None]),
        (Several(Whole(1, 9), 2, 3), [(1, 1), (3, 2, 1)], [(1,), (1, 2, 3, 4), (0, 1), [1, 2], (1, True)]),
        (Several(Whole(1, 9), 2, 3, distinct=True), [(1, 2)], [(2, 1), (1, 1)]),
    ],
)
def test_a_domain_holds_its_values_of_the_right_type_and_no_others(
    domain: Whole | OneOf | Several, inside: list[object], outside: list[object]
) -> None:
    assert all(value in domain for value in inside)
    assert not any(value in domain for value in outside)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (sympy.sqrt(8), 2 * sympy.sqrt(2), True),
        (sympy.sqrt(3 + 2 * sympy.sqrt(2)), 1 + sympy.sqrt(2), True),
        (sympy.Rational(1, 3), sympy.Float("0.3333333333"), False),
        (sympy.Tuple(1, sympy.sqrt(8)), sympy.Tuple(1, 2 * sympy.sqrt(2)), True),
        (sympy.Tuple(1, 2), sympy.Tuple(2, 1), False),
        (sympy.Tuple(1, 2), sympy.Tuple(1, 2, 3), False),
        (sympy.FiniteSet(1, 2), sympy.FiniteSet(2, 1), True),
        (sympy.FiniteSet(1, 2), sympy.FiniteSet(1), False),
        (sympy.Interval(0, 1), sympy.Interval(0, 1, True), False),
        (sympy.Integer(1), sympy.FiniteSet(1), False),
    ],
)
def test_answers_are_the_same_only_part_by_part(left: sympy.Basic, right: sympy.Basic, alike: bool) -> None:
    assert same(left, right) is alike


def test_strength_grows_with_the_digits_shown() -> None:
    small, large = (
        Rectangle().strength(Values(width=3, height=4)),
        Rectangle().strength(Values(width=30, height=40)),
    )
    assert (small, large) == (2.0, 4.0)


def test_python_fractions_become_exact_answers() -> None:
    class Half(Rectangle):
        def solve(self, v: Values) -> Exact:
            return Fraction(v.width, 2)

    assert Half().answer({"width": 3, "height": 4}) == sympy.Rational(3, 2)
