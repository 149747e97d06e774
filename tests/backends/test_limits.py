"""Retry-After, back-off and pace as tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.backends.limits import BackOff, Pace, in_parallel, retry_after

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("5", 5.0),
        ("0.25", 0.25),
        (" 7 ", 7.0),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 13:00:30 +0100", 30.0),
        ("Thu, 99 Jan 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read(header: str | None, seconds: float | None) -> None:
    """Seconds and HTTP dates are understood; anything else is as if the header were absent."""
    assert retry_after(header, NOW) == seconds


def test_back_off_doubles_to_a_ceiling_with_jitter() -> None:
    """Delays double, stay within half and whole of their value, and stop at the ceiling."""
    back_off = BackOff(retries=8, first=1.0, longest=10.0)
    assert [back_off.delay(n, None, lambda: 1.0) for n in range(1, 6)] == [1, 2, 4, 8, 10]
    assert [back_off.delay(n, None, lambda: 0.0) for n in range(1, 6)] == [0.5, 1, 2, 4, 5]


def test_a_wish_is_a_floor_and_has_a_limit() -> None:
    """A server's wish is never undercut; one beyond patience, or one retry too many, is None."""
    back_off = BackOff(retries=2, first=1.0)
    wished = back_off.delay(1, 7.0)
    assert wished is not None
    assert 7.0 <= wished <= 8.0
    assert back_off.delay(1, 121.0) is None
    assert back_off.delay(3, None) is None


def test_pace_spaces_reservations_and_holds() -> None:
    """Reservations are a gap apart, and a hold moves all of them."""
    now = [100.0]
    pace = Pace(per_minute=60, clock=lambda: now[0])
    assert [pace.reserve() for _ in range(3)] == [0, 1, 2]
    now[0] = 110.0
    assert pace.reserve() == 0
    pace.hold(5)
    assert pace.reserve() == 5
    pace.hold(1)
    assert pace.reserve() == 6


def test_an_exception_of_an_answer_is_raised_to_the_caller() -> None:
    """What an answer raises is not lost in its thread."""
    with pytest.raises(ZeroDivisionError):
        list(in_parallel([1, 0, 2], lambda number: 1 / number, 1))
