"""Cron rules on the wall clock of a zone: the hours that do not exist, and those that exist twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evaluation.due_times import check, latest_time, next_times
from app.evaluation.errors import InvalidSchedule

VECTORS = [
    # rule, zone, after (UTC), the next instants (UTC)
    ("30 2 * * *", "Europe/Paris", "2027-03-27T12:00", ["2027-03-28T01:30", "2027-03-29T00:30"]),
    ("30 2 * * *", "Europe/Paris", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
    ("30 2 * * *", "America/New_York", "2027-03-13T12:00", ["2027-03-14T07:30", "2027-03-15T06:30"]),
    ("30 1 * * *", "America/New_York", "2026-10-31T12:00", ["2026-11-01T05:30", "2026-11-02T06:30"]),
    ("0 0 1 1 *", "Asia/Kathmandu", "2026-06-01T00:00", ["2026-12-31T18:15", "2027-12-31T18:15"]),
    ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", ["2026-10-03T15:45", "2026-10-04T15:15"]),
    ("0 * * * *", "Europe/Paris", "2027-03-28T00:00", ["2027-03-28T01:00", "2027-03-28T02:00"]),
    ("*/30 * * * *", "Europe/Paris", "2026-10-25T00:00", ["2026-10-25T00:30", "2026-10-25T02:00"]),
    ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00", ["2011-12-30T22:00", "2012-12-29T22:00"]),
    ("0 9 * * 1-5", "UTC", "2026-11-27T10:00", ["2026-11-30T09:00", "2026-12-01T09:00"]),
    ("0 0 29 2 *", "UTC", "2026-01-01T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("rule", "zone", "after", "expected"), VECTORS)
def test_next_times(rule: str, zone: str, after: str, expected: list[str]) -> None:
    """A missing local time is read with the offset before the gap; a double one counts the first time."""
    assert next_times(rule, zone, at(after), 2) == [at(text) for text in expected]


@pytest.mark.parametrize(("rule", "zone", "after", "expected"), VECTORS)
def test_latest_time_is_the_inverse_of_next(rule: str, zone: str, after: str, expected: list[str]) -> None:
    """Looking back from just before the second due time finds the first, and at it finds itself."""
    first, second = map(at, expected)
    assert latest_time(rule, zone, second - timedelta(seconds=1)) == first
    assert latest_time(rule, zone, second) == second


@settings(max_examples=30, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.sampled_from(["*/20 1-3 * * *", "30 2 * * *", "5 0 * * 0", "0 */6 1,15 * *"]),
)
def test_no_time_is_lost_or_doubled(start: datetime, zone: str, rule: str) -> None:
    """Walking on one due time after another gives the same instants as asking for all of them at once."""
    together = next_times(rule, zone, start.replace(tzinfo=UTC), 6)
    walked = [start.replace(tzinfo=UTC)]
    for _ in together:
        walked += next_times(rule, zone, walked[-1], 1)
    assert walked[1:] == together
    assert together == sorted(set(together))


@pytest.mark.parametrize(
    ("rule", "zone", "says"),
    [
        ("* * * *", "UTC", "5 fields"),
        ("0 * * * * *", "UTC", "5 fields"),
        ("61 * * * *", "UTC", "minute"),
        ("0 0 30 2 *", "UTC", "day"),
        ("0 0 31 4,6 *", "UTC", "day"),
        ("0 0 * * *", "Mars/Olympus", "IANA"),
        ("0 0 * * *", "../../etc/passwd", "IANA"),
        ("0 0 * * *" + " " * 200, "UTC", "5 fields"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule: str, zone: str, says: str) -> None:
    """The error names what is wrong with the rule or the zone."""
    with pytest.raises(InvalidSchedule, match=says):
        check(rule, zone)
