"""What every executable functional abstraction is: a problem as a program with parameters.

An abstraction draws valid parameters (`sample`), says which parameters are valid at all (`admits`), writes
the statement (`render`), finds the answer (`solve`), and finds it again by a way that shares nothing with the
first (`check`). Parameters are plain values by name, as they stand in a file.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, TypeAlias, TypeVar

import sympy

from app.maths import compare, render
from app.problems.errors import ProblemsError
from app.problems.functional.domains import Domains, Value

AnswerKind = Literal["number", "expression", "tuple", "solution_set", "interval", "equation"]
Exact: TypeAlias = int | Fraction | sympy.Basic
T = TypeVar("T")

DRAWS: Final = 20_000
"""Candidates drawn before an abstraction is said to have no instance; about one in a hundred is refused."""


class Values(dict[str, Value]):
    """Parameters by name; `v.price` reads as `v["price"]`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


class Abstraction(ABC):
    """A problem with parameters. A subclass states the mathematics; what is common stands here.

    `original` are the parameters of the seed problem and `original_answer` its answer, worked out apart from
    the program; `domains` says from where each parameter comes, `distractors` which of them are shown and do
    not matter, `variables` in which symbols the answer is written. A phrasing is a whole text with `{name}`
    for what `shown` gives, LaTeX braces doubled.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    topic: ClassVar[str]
    level: ClassVar[Literal[1, 2, 3]]
    answer_kind: ClassVar[AnswerKind] = "number"
    derivation: ClassVar[str]
    original: ClassVar[Values]
    original_answer: ClassVar[str]
    domains: ClassVar[Domains]
    distractors: ClassVar[tuple[str, ...]] = ()
    variables: ClassVar[tuple[str, ...]] = ()
    phrasings: ClassVar[tuple[str, ...]]

    @abstractmethod
    def solve(self, v: Values) -> Exact:
        """The answer at admitted parameters."""

    @abstractmethod
    def check(self, v: Values) -> Exact:
        """The answer again, by enumeration, simulation or definition, without the idea behind `solve`."""

    def draw(self, source: random.Random) -> Values:
        """A candidate, each parameter drawn from its own domain unless they hang together."""
        return self.domains.draw(source, Values)

    def redraw(self, v: Values, name: str, source: random.Random) -> Value:
        """Another value for one parameter while the others stay; a guess, which `admits` may refuse."""
        return self.domains[name].draw(source)

    def well_posed(self, v: Values) -> bool:
        """Whether parameters that lie in their domains make a problem with exactly one answer."""
        return True

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        """Whether the answer can be read off: 0, 1, or a number that the parameters show."""
        return answer in (0, 1) or answer in self.domains.integers(v)

    def shown(self, v: Values) -> Mapping[str, object]:
        """What the phrasings name; the parameters themselves unless a subclass writes more."""
        return v

    def sample(self, source: random.Random) -> Values:
        """Valid parameters, a function of the source alone."""
        for _ in range(DRAWS):
            candidate = self.draw(source)
            if self.admits(candidate):
                return candidate
        raise ProblemsError(f"{self.id}: none of {DRAWS} draws is a valid problem; widen its domains.")

    def admits(self, values: Mapping[str, Value]) -> bool:
        """Whether these are valid parameters: all there, in their domains, well posed, and not trivial."""
        if not self.domains.contain(values):
            return False
        v = Values(values)
        return self.well_posed(v) and not self.trivial(v, self.answer(v))

    def render(self, values: Mapping[str, Value], phrasing: int = 0) -> str:
        """The statement, Markdown with `$…$`, in the phrasing of that number (modulo all)."""
        return self.phrasings[phrasing % len(self.phrasings)].format(**self.shown(Values(values)))

    def answer(self, values: Mapping[str, Value]) -> sympy.Basic:
        """What `solve` finds, as a SymPy object."""
        return exact(self.solve(Values(values)))

    def second_answer(self, values: Mapping[str, Value]) -> sympy.Basic:
        """What `check` finds, as a SymPy object."""
        return exact(self.check(Values(values)))

    def strength(self, values: Mapping[str, Value]) -> float:
        """How large an instance is: the decimal digits of all its numbers."""
        return float(sum(len(str(abs(number))) for number in self.domains.integers(values)))


def exact(value: Exact) -> sympy.Basic:
    """The SymPy object for an answer in Python's own numbers."""
    return sympy.sympify(value, strict=True)


def only(candidates: Iterable[T]) -> T:
    """The one candidate there is; raises ProblemsError if there is none or more than one."""
    found = list(candidates)
    if len(found) != 1:
        raise ProblemsError(f"{len(found)} values have the property that exactly one should have")
    return found[0]


def same(left: sympy.Basic, right: sympy.Basic) -> bool:
    """Whether two answers are the same object: part by part for tuples, sets and intervals."""
    if left == right:
        return True
    if isinstance(left, sympy.FiniteSet) and isinstance(right, sympy.FiniteSet):
        unmatched = list(right.args)
        for item in left.args:
            partner = next((other for other in unmatched if same(item, other)), None)
            if partner is None:
                return False
            unmatched.remove(partner)
        return not unmatched
    if not isinstance(left, sympy.Expr) or not isinstance(right, sympy.Expr):
        return (
            type(left) is type(right)
            and len(left.args) == len(right.args) > 0
            and all(map(same, left.args, right.args))
        )
    return compare(left, right).verdict == "equal"


def squarefree_part(number: int) -> int:
    """What stays under the root when all squares are taken out of √number; number > 0."""
    divisor = 2
    while divisor * divisor <= number:
        while number % (divisor * divisor) == 0:
            number //= divisor * divisor
        divisor += 1
    return number


def latex(expression: object) -> str:
    """An expression as it stands between dollar signs."""
    return render(sympy.sympify(expression, strict=True))


def listed(items: Iterable[object]) -> str:
    """`3, 5, 8`."""
    return ", ".join(map(str, items))
