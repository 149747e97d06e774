"""Retry-After, back-off, pace, gate and breaker as tables, on a clock that the test sets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from app.backends.chat import Halted
from app.backends.limits import BackOff, Breaker, Gate, Pace, retry_after
from app.backends.parallel import in_parallel

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


def test_back_off_doubles_to_a_ceiling_with_full_jitter() -> None:
    """Delays are anything from nothing to a value that doubles up to the ceiling."""
    back_off = BackOff(retries=8, first=1.0, longest=10.0)
    assert [back_off.delay(n, None, lambda: 1.0) for n in range(1, 6)] == [1, 2, 4, 8, 10]
    assert [back_off.delay(n, None, lambda: 0.0) for n in range(1, 6)] == [0, 0, 0, 0, 0]


def test_a_wish_is_a_floor_and_has_a_limit() -> None:
    """A server's wish is never undercut; one beyond patience, or one retry too many, is None."""
    back_off = BackOff(retries=2, first=1.0)
    wished = back_off.delay(1, 7.0)
    assert wished is not None
    assert 7.0 <= wished <= 8.0
    assert back_off.delay(1, 121.0) is None
    assert back_off.delay(3, None) is None


def test_pace_spaces_reservations_and_holds() -> None:
    """Reservations are a gap apart, counted by their amount, and a hold moves all of them."""
    now = [100.0]
    pace = Pace(per_minute=60, clock=lambda: now[0])
    assert [pace.reserve() for _ in range(3)] == [0, 1, 2]
    now[0] = 110.0
    assert pace.reserve(5) == 0
    assert pace.reserve() == 5
    pace.correct(-3)
    assert pace.reserve() == 3
    now[0] = 120.0
    pace.hold(5)
    assert pace.reserve() == 5
    pace.hold(1)
    assert pace.reserve() == 6


def test_a_hold_is_kept_by_those_who_wait_already() -> None:
    """Somebody who was given a moment before the hold waits for its end all the same."""
    pace = Pace(per_minute=6000)

    async def wait() -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        pace.reserve()
        waiting = asyncio.create_task(pace.turn())
        await asyncio.sleep(0)
        pace.hold(0.2)
        await waiting
        return loop.time() - started

    assert asyncio.run(wait()) >= 0.2


def test_a_gate_halves_once_for_a_burst_and_widens_again() -> None:
    """Refusals of one burst count once; a round of successes adds at least one place."""
    now = [0.0]
    gate = Gate(64, settle=1.0, clock=lambda: now[0])
    for _ in range(10):
        gate.narrow()
    assert gate.limit == 32
    now[0] = 2.0
    gate.narrow()
    assert gate.limit == 16
    for _ in range(16):
        gate.widen()
    assert 17.5 <= gate.limit <= 18
    for _ in range(10_000):
        gate.widen()
    assert gate.limit == 64
    for _ in range(20):
        now[0] += 2.0
        gate.narrow()
    assert gate.limit == 1


def test_a_gate_lets_no_more_in_than_its_limit_and_loses_no_place_to_the_cancelled() -> None:
    """Whoever gives up waiting leaves its turn to the next."""

    async def crowd() -> tuple[int, int]:
        gate = Gate(3)
        inside = most = entered = 0

        async def enter() -> None:
            nonlocal inside, most, entered
            async with gate:
                inside += 1
                entered += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1

        tasks = [asyncio.create_task(enter()) for _ in range(40)]
        await asyncio.sleep(0)
        for task in tasks[5::4]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return most, entered

    most, entered = asyncio.run(crowd())
    assert most == 3
    assert entered == 40 - len(range(5, 40, 4))


def test_a_breaker_opens_after_silence_or_a_row_of_failures_and_says_why() -> None:
    """Many failures without a success for long, or one after the other, halt; a success forgets them."""
    now = [0.0]
    breaker = Breaker(patience=60, in_a_row=3, least=4, clock=lambda: now[0])
    for _ in range(5):
        breaker.failed("HTTP 503: busy")
    breaker.check()
    breaker.succeeded()
    now[0] = 100.0
    breaker.failed("HTTP 503: busy")
    now[0] = 161.0
    for _ in range(2):
        breaker.failed("HTTP 503: busy")
    breaker.check()
    breaker.failed("HTTP 503: busy")
    with pytest.raises(Halted, match=r"61 s \(4 were tried\).*HTTP 503: busy"):
        breaker.check()
    breaker = Breaker(patience=60, in_a_row=3)
    for _ in range(3):
        breaker.gave_up("HTTP 400: no such field.")
    with pytest.raises(Halted, match=r"3 requests in a row failed.*no such field"):
        breaker.check()


def test_an_exception_of_an_answer_is_raised_to_the_caller() -> None:
    """What an answer raises is not lost in its thread."""
    with pytest.raises(ZeroDivisionError):
        list(in_parallel([1, 0, 2], lambda number: 1 / number, 1))
