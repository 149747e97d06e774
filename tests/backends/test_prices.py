"""Prices hold from their day on, costs are exact, and what makes no sense is refused."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.backends.prices import PER_DOLLAR, Price, PriceTable, cost, picodollars, price_at

TABLE: TypeAdapter[tuple[Price, ...]] = TypeAdapter(PriceTable)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
DOLLARS = st.decimals(0, 1000, places=6)
TOKENS = st.integers(0, 2_000_000)


@given(st.lists(DAYS, unique=True), DAYS)
def test_the_newest_price_that_is_not_later_holds(days: list[date], day: date) -> None:
    """Between two days the earlier one's price holds; before the first there is none."""
    prices = TABLE.validate_python([{"since": each, "input": 1, "output": 1} for each in days])
    assert [price.since for price in prices] == sorted(days)
    found = price_at(prices, day)
    past = [each for each in days if each <= day]
    assert (found and found.since) == (max(past) if past else None)


def test_a_price_holds_on_its_first_day() -> None:
    """The day before, there is none yet."""
    price = Price(since=date(2026, 3, 1), input=Decimal(1), output=Decimal(2))
    assert price_at([price], price.since) == price
    assert price_at([price], price.since - timedelta(days=1)) is None


@pytest.mark.parametrize(
    "row",
    [
        {"since": "2026-01-01", "input": -1, "output": 1},
        {"since": "2026-01-01", "input": "nan", "output": 1},
        {"since": "2026-01-01", "input": float("inf"), "output": 1},
        {"since": "2026-01-01", "input": 0.0000001, "output": 1},
        {"since": "2026-01-01", "input": 1, "output": 1, "cached_input": 2},
        {"since": "2026-01-01", "input": 1},
        {"since": "yesterday", "input": 1, "output": 1},
        {"since": "2026-01-01", "input": 1, "output": 1, "currency": "EUR"},
    ],
)
def test_a_price_that_makes_no_sense_is_refused(row: dict[str, object]) -> None:
    """Negative, not a number, too fine, dearer from the cache, incomplete, undated or in other terms."""
    with pytest.raises(ValidationError):
        TABLE.validate_python([row])


def test_two_prices_of_one_day_are_refused() -> None:
    """The error names the day."""
    rows = [{"since": "2026-01-01", "input": each, "output": 1} for each in (1, 2)]
    with pytest.raises(ValidationError, match="2026-01-01"):
        TABLE.validate_python(rows)


def test_a_table_survives_its_own_json() -> None:
    """Prices written as JSON read back equal, although a float has no exact 0.075."""
    prices = TABLE.validate_python([{"since": "2026-01-01", "input": 0.075, "output": 0.3}])
    assert prices[0].input == Decimal("0.075")
    assert TABLE.validate_json(TABLE.dump_json(prices)) == prices


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        ((1_000_000, 0), 2.0),
        ((0, 1_000_000), 8.0),
        ((1000, 500, 400), 0.0054),
        ((1000, 500, 5000), 0.0045),
        ((None, 1), None),
        ((1, None), None),
    ],
)
def test_what_a_request_costs(tokens: tuple[int, ...], dollars: float | None) -> None:
    """Cached tokens are part of the prompt, and no more of them are believed than it has."""
    price = Price(since=date(2026, 1, 1), input=Decimal(2), output=Decimal(8), cached_input=Decimal("0.5"))
    assert cost(price, *tokens) == dollars
    assert cost(None, *tokens) is None


@given(st.lists(st.tuples(DOLLARS, DOLLARS, TOKENS, TOKENS), max_size=50))
def test_sums_of_costs_are_exact(requests: list[tuple[Decimal, Decimal, int, int]]) -> None:
    """Taken over picodollars, the sum of the costs is what rational arithmetic says, to the last digit."""
    total, exact = 0, Fraction(0)
    for dear, dearer, prompt, completion in requests:
        price = Price(since=date(2026, 1, 1), input=dear, output=dearer)
        paid = cost(price, prompt, completion)
        assert paid is not None
        total += picodollars(paid)
        exact += (Fraction(dear) * prompt + Fraction(dearer) * completion) / 10**6
    assert Fraction(total, PER_DOLLAR) == exact
