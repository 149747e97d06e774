"""Abstractions of clocks and calendars: hands, slow clocks, dates, timetables."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "clocks and calendars"
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ClockAngle(Abstraction):
    id = "clock-angle"
    title = "The angle between the hands"
    topic = TOPIC
    level = 1
    derivation = (
        "The hour hand is at 30h + m/2 degrees and the minute hand at 6m; take the smaller of the two angles."
    )
    original = Values(hour=3, minute=40)
    original_answer = "130"
    domains = Domains(hour=Whole(1, 12), minute=Whole(1, 59))
    phrasings = (
        "What is the smaller angle, in degrees, between the hour hand and the minute hand of a clock at "
        "{time}? Both hands move steadily. Give the exact number of degrees.",
        "A clock with evenly moving hands shows {time}. Find the angle of at most $180^\\circ$ between its "
        "two hands, in degrees, exactly.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"time": f"${v.hour}{{:}}{v.minute:02d}$"}

    def solve(self, v: Values) -> Exact:
        apart = abs(Fraction(60 * v.hour - 11 * v.minute, 2)) % 360
        return min(apart, 360 - apart)

    def check(self, v: Values) -> Exact:
        """Moves both hands minute by minute from twelve, in half degrees of which a turn has 720."""
        hour_hand = minute_hand = 0
        for _ in range(60 * (v.hour % 12) + v.minute):
            hour_hand, minute_hand = (hour_hand + 1) % 720, (minute_hand + 12) % 720
        clockwise = (hour_hand - minute_hand) % 720
        return Fraction(min(clockwise, 720 - clockwise), 2)


class HandsAtAngle(Abstraction):
    id = "hands-at-angle"
    title = "When the hands first form an angle"
    topic = TOPIC
    level = 2
    derivation = "The minute hand gains 11/2 degrees a minute on the hour hand, at first 30h degrees ahead."
    original = Values(hour=4, angle=90)
    original_answer = r"\frac{60}{11}"
    domains = Domains(hour=Whole(1, 11), angle=Whole(5, 175))
    phrasings = (
        "How many minutes after ${hour}$ o'clock do the hour hand and the minute hand of a clock first form "
        "an angle of ${angle}^\\circ$ (measured as an angle of at most $180^\\circ$)? Give the exact value.",
        "It is exactly ${hour}$ o'clock. After how many minutes, exactly, is the angle between the hands "
        "(at most $180^\\circ$) equal to ${angle}^\\circ$ for the first time? The hands move evenly.",
    )

    def well_posed(self, v: Values) -> bool:
        """The hands do not form that angle on the hour itself."""
        return bool(min(30 * v.hour, 360 - 30 * v.hour) != v.angle)

    def solve(self, v: Values) -> Exact:
        ahead = 30 * v.hour
        gains = [ahead - v.angle, ahead + v.angle, ahead - 360 + v.angle, ahead + 360 - v.angle]
        return min(Fraction(2 * gain, 11) for gain in gains if gain > 0)

    def check(self, v: Values) -> Exact:
        """Goes through the gains in steps of one degree until the angle is there."""
        gain = 0
        while True:
            gain += 1
            apart = (30 * v.hour - gain) % 360
            if min(apart, 360 - apart) == v.angle:
                return gain / Fraction(11, 2)


class TwoWrongClocks(Abstraction):
    id = "two-wrong-clocks"
    title = "A fast clock read by a slow one"
    topic = TOPIC
    level = 2
    derivation = (
        "In every true hour A shows 60 − s minutes and B 60 + f, so B advances (60 + f)/(60 − s) as far as A."
    )
    original = Values(loses=5, shown_hours=10, fast=4)
    original_answer = r"\frac{7680}{11}"
    domains = Domains(loses=Whole(1, 20), shown_hours=Whole(3, 40), fast=Whole(1, 12))
    phrasings = (
        "Clock A loses ${loses}$ minutes in every true hour, and clock B gains ${fast}$ minutes in every "
        "true hour, both evenly. Both were set right at the same moment. When A has advanced by exactly "
        "${shown_hours}$ hours, by how many minutes has B advanced? Give the exact value.",
        "Two watches are set together. One runs slow by ${loses}$ minutes an hour, the other fast by "
        "${fast}$ minutes an hour (compared with true time, at constant rates). The slow one shows that "
        "${shown_hours}$ hours have passed. How many minutes have passed according to the fast one, exactly?",
    )

    def solve(self, v: Values) -> Exact:
        return Fraction(60 * v.shown_hours * (60 + v.fast), 60 - v.loses)

    def check(self, v: Values) -> Exact:
        """The true time as an unknown."""
        t = sympy.Symbol("t")
        slow, quick = 1 - sympy.Rational(v.loses, 60), 1 + sympy.Rational(v.fast, 60)
        (true,) = sympy.solve(slow * t - 60 * v.shown_hours, t)
        return quick * true


class DaysBetweenDates(Abstraction):
    id = "days-between-dates"
    title = "The days from one date to another"
    topic = TOPIC
    level = 1
    derivation = (
        "Number the days through: 365 a year, one more for each leap year, and the days of the months before."
    )
    original = Values(day=15, month=3, year=2023, to_day=4, to_month=7, to_year=2024)
    original_answer = "477"
    domains = Domains(
        day=Whole(1, 31),
        month=Whole(1, 12),
        year=Whole(1890, 2090),
        to_day=Whole(1, 31),
        to_month=Whole(1, 12),
        to_year=Whole(1890, 2100),
    )
    phrasings = (
        "In the Gregorian calendar, how many days is it from {day} {month} {year} to {to_day} {to_month} "
        "{to_year}? (From one day to the next it is $1$ day.)",
        "A machine starts at noon on {day} {month} {year} and stops at noon on {to_day} {to_month} "
        "{to_year} (Gregorian calendar). For how many days of $24$ hours does it run?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "month": MONTHS[v.month - 1], "to_month": MONTHS[v.to_month - 1]}

    def well_posed(self, v: Values) -> bool:
        """Both dates exist, and lie one to six years apart."""
        real = v.day <= _month_length(v.month, v.year) and v.to_day <= _month_length(v.to_month, v.to_year)
        return bool(real and 1 <= v.to_year - v.year <= 6)

    def solve(self, v: Values) -> Exact:
        return _day_number(v.to_day, v.to_month, v.to_year) - _day_number(v.day, v.month, v.year)

    def check(self, v: Values) -> Exact:
        """Turns the leaves of the calendar."""
        today, end, days = date(v.year, v.month, v.day), date(v.to_year, v.to_month, v.to_day), 0
        while today < end:
            today += timedelta(days=1)
            days += 1
        return days


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_length(month: int, year: int) -> int:
    return (31, 28 + _is_leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _day_number(day: int, month: int, year: int) -> int:
    """Days since the last day before the year 1; by it Monday is remainder 1 modulo 7."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return 365 * before + leaps + sum(_month_length(m, year) for m in range(1, month)) + day


class WeekdaysOnADay(Abstraction):
    id = "weekdays-on-a-day"
    title = "How often a day of the month is a given weekday"
    topic = TOPIC
    level = 3
    derivation = "Number that day of each month through and take the remainder modulo 7."
    original = Values(first=2001, last=2010, weekday=5, on=13)
    original_answer = "17"
    domains = Domains(first=Whole(1880, 2100), last=Whole(1885, 2140), weekday=Whole(1, 7), on=Whole(1, 28))
    phrasings = (
        "How many times in the years ${first}$ to ${last}$ (both included, Gregorian calendar) is day "
        "${on}$ of a month a {day}?",
        "Count the {day}s that fall on day number ${on}$ of a month, from 1 January {first} to 31 December "
        "{last} in the Gregorian calendar.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "day": WEEKDAYS[v.weekday - 1]}

    def well_posed(self, v: Values) -> bool:
        return bool(3 <= v.last - v.first <= 40)

    def solve(self, v: Values) -> Exact:
        months = ((month, year) for year in range(v.first, v.last + 1) for month in range(1, 13))
        return sum(_day_number(v.on, month, year) % 7 == v.weekday % 7 for month, year in months)

    def check(self, v: Values) -> Exact:
        """Goes from week to week."""
        start = date(v.first, 1, 1)
        today = start + timedelta(days=(v.weekday - start.isoweekday()) % 7)
        found = 0
        while today.year <= v.last:
            found += today.day == v.on
            today += timedelta(weeks=1)
        return found


class BusesTogether(Abstraction):
    id = "buses-together"
    title = "How often the buses leave together"
    topic = TOPIC
    level = 2
    derivation = "Two lines leave together every lcm minutes; exactly two = pairs less three times all three."
    original = Values(every=(6, 8, 10), hours=12)
    original_answer = "54"
    domains = Domains(every=Several(Whole(4, 36), 3, 3, distinct=True), hours=Whole(6, 48))
    phrasings = (
        "Buses of three lines leave a station every ${p}$, every ${q}$ and every ${r}$ minutes. All three "
        "leave together at the start. In the ${hours}$ hours from then on (the start and the end are "
        "included), at how many moments do buses of exactly two of the lines leave?",
        "How many integers $n$ with $0 \\le n \\le {minutes}$ are divisible by exactly two of the numbers "
        "${p}$, ${q}$ and ${r}$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        p, q, r = v.every
        return {"p": p, "q": q, "r": r, "hours": v.hours, "minutes": 60 * v.hours}

    def solve(self, v: Values) -> Exact:
        p, q, r = v.every
        end = 60 * v.hours
        pairs = sum(end // lcm(a, b) for a, b in ((p, q), (q, r), (p, r)))
        return int(pairs - 3 * (end // lcm(p, q, r)))

    def check(self, v: Values) -> Exact:
        moments = range(60 * v.hours + 1)
        return sum(sum(moment % period == 0 for period in v.every) == 2 for moment in moments)


ABSTRACTIONS: Final = (
    ClockAngle(),
    HandsAtAngle(),
    TwoWrongClocks(),
    DaysBetweenDates(),
    WeekdaysOnADay(),
    BusesTogether(),
)
