"""From where parameters come: small sets of plain values that can be drawn from and asked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

Value = int | str | tuple[int, ...]
"""A parameter as it stands in a file: an integer, a word, or a list of integers."""
ValuesT = TypeVar("ValuesT", bound=Mapping[str, Value])


class Domain(Protocol):
    """The values that one parameter may have."""

    def draw(self, source: random.Random) -> Value:
        """One of them."""

    def __contains__(self, value: object) -> bool:
        """Whether `value` is one of them, of the right type too."""


@dataclass(frozen=True)
class Whole:
    """The integers `low`, `low + step`, … up to `high`."""

    low: int
    high: int
    step: int = 1

    def draw(self, source: random.Random) -> int:
        return source.randrange(self.low, self.high + 1, self.step)

    def __contains__(self, value: object) -> bool:
        return type(value) is int and value in range(self.low, self.high + 1, self.step)


@dataclass(frozen=True, init=False)
class OneOf:
    """One of a few integers or words."""

    options: tuple[int | str, ...]

    def __init__(self, *options: int | str) -> None:
        object.__setattr__(self, "options", options)

    def draw(self, source: random.Random) -> int | str:
        return source.choice(self.options)

    def __contains__(self, value: object) -> bool:
        return type(value) in (int, str) and value in self.options


@dataclass(frozen=True)
class Several:
    """A list of `shortest` to `longest` integers from `each`; with `distinct`, in ascending order."""

    each: Whole
    shortest: int
    longest: int
    distinct: bool = False

    def draw(self, source: random.Random) -> tuple[int, ...]:
        size = source.randint(self.shortest, self.longest)
        if self.distinct:
            choices = range(self.each.low, self.each.high + 1, self.each.step)
            return tuple(sorted(source.sample(choices, size)))
        return tuple(self.each.draw(source) for _ in range(size))

    def __contains__(self, value: object) -> bool:
        if type(value) is not tuple or not self.shortest <= len(value) <= self.longest:
            return False
        ascending = all(left < right for left, right in pairwise(value))
        return all(item in self.each for item in value) and (ascending or not self.distinct)


class Domains(dict[str, Domain]):
    """The domain of each parameter by name."""

    def draw(self, source: random.Random, make: Callable[[Mapping[str, Value]], ValuesT]) -> ValuesT:
        """One value of each."""
        return make({name: domain.draw(source) for name, domain in self.items()})

    def contain(self, values: Mapping[str, Value]) -> bool:
        """Whether these are the parameters, neither more nor fewer, each from its domain."""
        return values.keys() == self.keys() and all(values[name] in self[name] for name in self)

    def integers(self, values: Mapping[str, Value]) -> Iterator[int]:
        """Every integer among the values, those in lists too."""
        for name in self:
            value = values[name]
            if isinstance(value, int):
                yield value
            elif isinstance(value, tuple):
                yield from value
