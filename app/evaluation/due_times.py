"""When a cron rule is due: five fields read on the wall clock of an IANA time zone, answered in UTC.

Where the wall clock and time disagree, these rules hold: a local time that does not exist is read with the
offset from before the gap (02:30 becomes 03:30), and one that exists twice means its first occurrence only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from app.evaluation.errors import InvalidSchedule

MARGIN = timedelta(hours=26)
"""More than any zone's clock was ever set forward or back at once (Samoa skipped 24 hours)."""

FIELDS = 5
MAX_RULE_LENGTH = 100


def check(rule: str, zone: str) -> None:
    """Raises InvalidSchedule, saying why, unless `rule` is due at some time in `zone`."""
    _zone(zone)
    if next(_local_times(rule, datetime.now(UTC).replace(tzinfo=None)), None) is None:
        raise InvalidSchedule(f"The cron rule {rule!r} is never due: no such day comes in the next decades.")


def next_times(rule: str, zone: str, after: datetime, count: int) -> list[datetime]:
    """The first `count` instants after `after` at which the rule is due, in UTC (fewer if the rule ends)."""
    clock = _zone(zone)
    found: set[datetime] = set()
    end = datetime.max
    for local in _local_times(rule, _wall(after, clock) - MARGIN):
        if local > end:
            break
        instant = local.replace(tzinfo=clock).astimezone(UTC)
        if instant > after:
            found.add(instant)
        # Around a gap, a later wall time can be an earlier instant: go on until none can come before.
        if len(found) == count and end == datetime.max:
            end = _wall(max(found), clock) + MARGIN
    return sorted(found)[:count]


def latest_time(rule: str, zone: str, until: datetime) -> datetime | None:
    """The last instant not after `until` at which the rule is due, in UTC."""
    clock = _zone(zone)
    best: datetime | None = None
    for local in _local_times(rule, _wall(until, clock) + MARGIN, reverse=True):
        if best is not None and local < _wall(best, clock) - MARGIN:
            break
        instant = local.replace(tzinfo=clock).astimezone(UTC)
        if instant <= until and (best is None or instant > best):
            best = instant
    return best


def _wall(instant: datetime, clock: ZoneInfo) -> datetime:
    return instant.astimezone(clock).replace(tzinfo=None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidSchedule(
            f"There is no time zone {name!r}; use an IANA name such as Europe/Paris or UTC."
        ) from error


def _local_times(rule: str, start: datetime, *, reverse: bool = False) -> Iterator[datetime]:
    """Naive wall times of the rule from `start` on; `fold` is 0, which is what gives the rules above."""
    if len(rule) > MAX_RULE_LENGTH or len(rule.split()) != FIELDS:
        raise InvalidSchedule(
            f"The cron rule {rule[:MAX_RULE_LENGTH]!r} must have {FIELDS} fields: "
            "minute, hour, day of month, month, day of week (for example `30 2 * * 1-5`)."
        )
    try:
        return CronSim(rule, start, reverse=reverse)
    except CronSimError as error:
        raise InvalidSchedule(f"The cron rule {rule!r} cannot be read: {error}.") from error
