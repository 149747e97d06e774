"""Two models on the same samples: what changed, in both directions, and whether it is more than chance.

The scores of one problem's samples stand or fall together, so what is compared is problems: the difference is
the mean over problems of each problem's mean difference (one vote a problem, as in `macro`), its interval and
its test come from the spread between problems. A difference is always the second model's score less the
first one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite

import numpy as np

from app.statistics.distributions import binomial_share
from app.statistics.errors import MissingCluster, StatisticsError
from app.statistics.estimators import spread_se
from app.statistics.intervals import LEVEL, Interval, clopper_pearson, critical, t_interval

Pairs = Mapping[str, Sequence[tuple[float, float]]]
"""For each problem, for each of its samples: the first model's score and the second one's, both in [0, 1]."""

EXACT_PROBLEMS = 20
"""Up to so many problems that differ, all 2^20 ways to flip their signs are tried."""

FLIPS = 10_000
FLIPS_AT_ONCE = 500
ROUNDING = 1e-12
"""Sums of differences that lie closer than this are the same sum, added up in another order."""


@dataclass(frozen=True)
class Difference:
    """The mean over `problems` problems of the paired differences of `pairs` samples, with its interval.

    With fewer than two problems nothing is known about the spread: `se`, `low` and `high` are None.
    """

    mean: float
    se: float | None
    low: float | None
    high: float | None
    pairs: int
    problems: int


@dataclass(frozen=True)
class PairedComparison:
    """Two models on the same samples.

    `lost` samples went from right to wrong, `gained` from wrong to right. `p` is of the sign-flip test by
    problem against no difference. `mcnemar` is the exact test on the same null hypothesis, and None
    where a problem has several samples: it takes each sample for independent. Recovery is a `Ratio`.
    """

    difference: Difference
    lost: int
    gained: int
    p: float
    mcnemar: float | None
    recovery: Ratio | None


@dataclass(frozen=True)
class Ratio:
    """One accuracy over another (1: nothing lost), with its interval, None with fewer than two problems."""

    value: float
    low: float | None
    high: float | None


def compare(pairs: Pairs, *, seed: int = 0, level: float = LEVEL) -> PairedComparison:
    """What the second model changes; `seed` is that of the flips. Raises `MissingCluster` without pairs."""
    found = difference(pairs, level=level)
    changes = [after - before for samples in pairs.values() for before, after in samples]
    lost, gained = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    return PairedComparison(
        difference=found,
        lost=lost,
        gained=gained,
        p=sign_flip(_differences(pairs), seed=seed),
        mcnemar=mcnemar(lost, gained) if found.pairs == found.problems else None,
        recovery=recovery(pairs, level=level),
    )


def difference(pairs: Pairs, *, level: float = LEVEL) -> Difference:
    """The mean paired difference, SE = sd of the problems' differences / √G, interval by Student's t(G−1).

    Where all problems differ by the same d (most often 0) their spread cannot be estimated, and a t-interval
    would be a point. The interval is then that of d·(1−u) ± u, with u the upper end of Clopper–Pearson's
    interval for 0 of G problems that differ by something else. Raises `MissingCluster` without pairs.
    """
    _check(pairs)
    differences = _differences(pairs)
    mean, se, count = _mean(differences), spread_se(differences), len(differences)
    low = high = None
    if se is not None:
        interval = _interval(mean, se, differences, level)
        low, high = interval.low, interval.high
    return Difference(mean, se, low, high, sum(len(samples) for samples in pairs.values()), count)


def _interval(mean: float, se: float, differences: Sequence[float], level: float) -> Interval:
    if max(differences) - min(differences) > ROUNDING:
        wide = t_interval(mean, se, len(differences) - 1, level=level)
        return Interval(max(-1.0, wide.low), min(1.0, wide.high))
    other = clopper_pearson(0, len(differences), level=level).high
    return Interval(mean * (1 - other) - other, mean * (1 - other) + other)


def recovery(pairs: Pairs, *, level: float = LEVEL) -> Ratio | None:
    """The second model's macro accuracy over the first one's; None where that is 0.

    The interval is that of a ratio of means with Student's t(G−1): SE = sd(y − r·x)/(√G·x̄) over problems.
    Source: Cochran, Sampling Techniques, 3rd edition (1977), chapter 6.
    """
    _check(pairs)
    before, after = _means(pairs, 0), _means(pairs, 1)
    base = _mean(before)
    if base <= 0:
        return None
    value = _mean(after) / base
    residuals = [y - value * x for x, y in zip(before, after, strict=True)]
    se = spread_se(residuals)
    if se is None or max(residuals) - min(residuals) <= ROUNDING:
        return Ratio(value, None, None)
    half = critical(level, len(residuals) - 1) * se / base
    return Ratio(value, max(0.0, value - half), value + half)


def mcnemar(lost: int, gained: int) -> float:
    """The exact two-sided p of McNemar's test: are changes as likely in either direction?

    It holds for independent samples alone, so not for variants of one problem.
    Source: McNemar, Psychometrika 12 (1947), 153–157, with the binomial in place of its normal limit.
    """
    changed = lost + gained
    return min(1.0, 2 * binomial_share(min(lost, gained), changed, 0.5))


def sign_flip(differences: Sequence[float], *, seed: int = 0, flips: int = FLIPS) -> float:
    """The two-sided p of the sign-flip test: were each value as likely to have the other sign?

    `differences` are independent, one a problem. With at most `EXACT_PROBLEMS` of them not 0 all flips are
    tried, otherwise `flips` random ones by `seed`, p = (1 + as extreme)/(1 + flips), so it is never 0.
    Source: Fisher, The Design of Experiments (1935), chapter 3; the +1: Phipson and Smyth,
    Statistical Applications in Genetics and Molecular Biology 9 (2010), article 39.
    """
    values = np.array([value for value in differences if abs(value) > ROUNDING])
    extreme = abs(float(values.sum())) - ROUNDING * max(1, len(values))
    if len(values) <= EXACT_PROBLEMS:
        sums = np.zeros(1)
        for value in values:
            sums = np.concatenate((sums + value, sums - value))
        return float(np.mean(np.abs(sums) >= extreme))
    found = sum(int(np.sum(np.abs(sums) >= extreme)) for sums in _flipped(values, seed, flips))
    return (1 + found) / (1 + flips)


def _flipped(values: np.ndarray, seed: int, flips: int) -> Iterator[np.ndarray]:
    draws = np.random.default_rng(seed)
    for start in range(0, flips, FLIPS_AT_ONCE):
        count = min(FLIPS_AT_ONCE, flips - start)
        signs = 1 - 2 * draws.integers(0, 2, (count, len(values)), dtype=np.int8)
        yield signs @ values


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for being several, so that any false claim at all is as rare as said.

    Source: Holm, Scandinavian Journal of Statistics 6 (1979), 65–70.
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def _differences(pairs: Pairs) -> list[float]:
    return [_mean([after - before for before, after in samples]) for samples in pairs.values()]


def _means(pairs: Pairs, which: int) -> list[float]:
    return [_mean([pair[which] for pair in samples]) for samples in pairs.values()]


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _check(pairs: Pairs) -> None:
    if not pairs:
        raise MissingCluster("there are no samples that both models have answered")
    for name, samples in pairs.items():
        if not name or not samples:
            raise MissingCluster(f"problem {name!r} has {len(samples)} pairs; each needs a name and a pair")
        for score in (score for pair in samples for score in pair):
            if not (isfinite(score) and 0 <= score <= 1):
                raise StatisticsError(f"problem {name!r} has the score {score}; scores lie in [0, 1]")
