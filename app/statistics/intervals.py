"""Confidence intervals of a proportion: Wilson, Clopper–Pearson, Jeffreys; and the t-interval of a mean."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from app.statistics.distributions import beta_quantile, normal_quantile, t_quantile
from app.statistics.errors import StatisticsError

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A confidence interval, both ends included."""

    low: float
    high: float


def critical(level: float = LEVEL, df: float | None = None) -> float:
    """The two-sided critical value of Student's t with `df` degrees of freedom, of the normal if None."""
    tail = 0.5 + level / 2
    return normal_quantile(tail) if df is None else t_quantile(df, tail)


def wilson(mean: float, n: float, *, level: float = LEVEL, df: float | None = None) -> Interval:
    """Wilson's score interval of a proportion `mean` of `n` trials; `n` may be an effective number.

    With `df` it uses Student's t instead of the normal. It always contains `mean` and stays in [0, 1].
    Source: Wilson, JASA 22 (1927), 209–212.
    """
    if not 0 <= mean <= 1 or not n > 0:
        raise StatisticsError(f"no proportion: {mean} of {n} trials")
    square = critical(level, df) ** 2
    centre = (mean + square / (2 * n)) / (1 + square / n)
    half = sqrt(square * (mean * (1 - mean) / n + square / (4 * n * n))) / (1 + square / n)
    return Interval(low=max(0.0, min(mean, centre - half)), high=min(1.0, max(mean, centre + half)))


def clopper_pearson(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """The exact interval: it covers at least `level`, whatever the true proportion.

    Source: Clopper and Pearson, Biometrika 26 (1934), 404–413.
    """
    _check_counts(successes, n)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else beta_quantile(successes, n - successes + 1, tail)
    high = 1.0 if successes == n else beta_quantile(successes + 1, n - successes, 1 - tail)
    return Interval(low, high)


def jeffreys(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """The equal-tailed interval of Jeffreys' prior, its end set to 0 or 1 where nothing or all succeeded.

    Source: Brown, Cai and DasGupta, Statistical Science 16 (2001), 101–133.
    """
    _check_counts(successes, n)
    tail = (1 - level) / 2
    posterior = (successes + 0.5, n - successes + 0.5)
    low = 0.0 if successes == 0 else beta_quantile(*posterior, tail)
    high = 1.0 if successes == n else beta_quantile(*posterior, 1 - tail)
    return Interval(low, high)


def t_interval(mean: float, se: float, df: float, *, level: float = LEVEL) -> Interval:
    """Mean ± t·SE with `df` degrees of freedom; for a proportion it may run past 0 or 1."""
    half = critical(level, df) * se
    return Interval(mean - half, mean + half)


def _check_counts(successes: int, n: int) -> None:
    if not 0 <= successes <= n or n < 1:
        raise StatisticsError(f"no proportion: {successes} successes of {n} trials")
