"""What a model's tokens cost, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PER_DOLLAR = 10**12
"""Picodollars in a dollar: with prices of at most six decimals a token costs a whole number of them."""

_TOKENS = 10**6

Dollars = Annotated[Decimal, Field(ge=0, le=10**6, decimal_places=6)]
"""US dollars for a million tokens."""


class Price(BaseModel):
    """What a million tokens cost in US dollars from a day on, until a later price.

    Prompt tokens that the server read from its cache cost `cached_input`, where that is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date
    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None

    @model_validator(mode="after")
    def _bounded_by_input(self) -> Self:
        """A request's bound is reckoned without a cache, so the cache may only make it cheaper."""
        if self.cached_input is not None and self.cached_input > self.input:
            raise ValueError("cached_input must not be above input")
        return self


def _in_order(prices: tuple[Price, ...]) -> tuple[Price, ...]:
    days = [price.since for price in prices]
    twice = sorted({day.isoformat() for day in days if days.count(day) > 1})
    if twice:
        raise ValueError(f"more than one price since {', '.join(twice)}")
    return tuple(sorted(prices, key=lambda price: price.since))


PriceTable = Annotated[tuple[Price, ...], AfterValidator(_in_order)]
"""A model's prices, the oldest first; as the type of a settings field it refuses two of one day."""


def price_at(prices: Iterable[Price], day: date) -> Price | None:
    """The newest price that is not after `day`; None before the first."""
    return max((p for p in prices if p.since <= day), key=lambda price: price.since, default=None)


def cost(
    price: Price | None, prompt_tokens: int | None, completion_tokens: int | None, cached_tokens: int = 0
) -> float | None:
    """US dollars for one request, or None when its price or a count is not known.

    `cached_tokens` are among the `prompt_tokens`, and never more, whatever a server says.
    Sums of many costs are exact when they are taken over `picodollars`.
    """
    if price is None or prompt_tokens is None or completion_tokens is None:
        return None
    cached = min(max(0, cached_tokens), prompt_tokens)
    reread = price.input if price.cached_input is None else price.cached_input
    dollars = (prompt_tokens - cached) * price.input + cached * reread + completion_tokens * price.output
    return float(dollars / _TOKENS)


def picodollars(dollars: float) -> int:
    """A cost as a whole number of 10⁻¹² dollars, the unit in which sums never drift.

    For costs made by `cost` nothing is rounded away: a double tells apart whole picodollars up to 2⁵³ of
    them, which is 9,007 dollars for one request.
    """
    return round(Decimal(repr(dollars)) * PER_DOLLAR)
