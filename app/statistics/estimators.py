"""Accuracy with its uncertainty, when many scores come from few problems (clusters).

The headline is `macro`: the mean over problems of each problem's mean, one vote a problem. Variants of one
problem stand or fall together, so the standard error comes from the problems, never from single scores.
Source: Miller, "Adding error bars to evals", arXiv 2411.00640, appendix A.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt

from app.statistics.errors import MissingCluster, StatisticsError
from app.statistics.intervals import LEVEL, wilson

Clusters = Mapping[str, Sequence[float]]
"""For each problem, the scores of its samples."""

MIN_CLUSTERS = 2


@dataclass(frozen=True)
class Estimate:
    """A mean of `n` scores from `clusters` problems with standard error and 95 % interval.

    `n_eff` is the number of independent scores that would be as certain, at most `n`. With fewer than two
    problems nothing is known about the spread: `se`, `low`, `high` and `n_eff` are None.
    """

    mean: float
    se: float | None
    low: float | None
    high: float | None
    n: int
    clusters: int
    n_eff: float | None


def macro(clusters: Clusters, *, level: float = LEVEL) -> Estimate:
    """The mean of the problems' means; SE = sd of the means / √G, interval Wilson on n_eff with t(G−1).

    Scores lie in [0, 1]. Raises `MissingCluster` for a nameless or empty problem.
    """
    _check(clusters, low=0, high=1)
    means = [_mean(scores) for scores in clusters.values()]
    return _estimate(_mean(means), spread_se(means), clusters, level)


def micro(clusters: Clusters, *, level: float = LEVEL) -> Estimate:
    """The mean of all scores; SE clustered by problem (CR1), interval Wilson on n_eff with t(G−1).

    Scores lie in [0, 1]. Raises `MissingCluster` for a nameless or empty problem.
    """
    _check(clusters, low=0, high=1)
    mean = _mean([score for scores in clusters.values() for score in scores])
    return _estimate(mean, clustered_se(clusters), clusters, level)


def clustered_se(clusters: Clusters, *, corrected: bool = True) -> float | None:
    """The clustered standard error of the mean of all values: CR1, or CR0 if not `corrected`.

    CR0 = √Σ D² / n, where D is a cluster's sum of deviations from the mean; CR1 = CR0·√(G/(G−1)).
    None with fewer than two clusters: one cluster says nothing about the spread between clusters.
    """
    _check(clusters)
    count = len(clusters)
    if count < MIN_CLUSTERS:
        return None
    values = [value for scores in clusters.values() for value in scores]
    mean = _mean(values)
    deviations = [fsum(value - mean for value in scores) for scores in clusters.values()]
    uncorrected = sqrt(fsum(deviation**2 for deviation in deviations)) / len(values)
    return uncorrected * sqrt(count / (count - 1)) if corrected else uncorrected


def spread_se(means: Sequence[float]) -> float | None:
    """The standard error of the mean of independent values, sd / √G; None for fewer than two."""
    count = len(means)
    if count < MIN_CLUSTERS:
        return None
    centre = _mean(means)
    return sqrt(fsum((mean - centre) ** 2 for mean in means) / (count - 1) / count)


def effective_n(mean: float, se: float, clusters: Clusters) -> float:
    """p(1−p)/SE², at most the number of scores; the number of problems if all scores are the same.

    The cap is for problems that differ less than chance would have it; and if nothing varies, the spread
    cannot be estimated, and only whole problems count as independent.
    """
    scores = [score for values in clusters.values() for score in values]
    if min(scores) == max(scores):
        return float(len(clusters))
    # An SE that is nothing but rounding would overflow, so compare before dividing.
    return float(len(scores)) if mean * (1 - mean) >= len(scores) * se**2 else mean * (1 - mean) / se**2


def _estimate(mean: float, se: float | None, clusters: Clusters, level: float) -> Estimate:
    mean = min(1.0, max(0.0, mean))
    count = len(clusters)
    total = sum(len(scores) for scores in clusters.values())
    if se is None:
        return Estimate(mean=mean, se=None, low=None, high=None, n=total, clusters=count, n_eff=None)
    n_eff = effective_n(mean, se, clusters)
    interval = wilson(mean, n_eff, level=level, df=count - 1)
    return Estimate(
        mean=mean, se=se, low=interval.low, high=interval.high, n=total, clusters=count, n_eff=n_eff
    )


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _check(clusters: Clusters, *, low: float | None = None, high: float | None = None) -> None:
    if not clusters:
        raise MissingCluster("there are no problems to estimate from")
    for name, scores in clusters.items():
        if not name or not scores:
            raise MissingCluster(f"problem {name!r} has {len(scores)} scores; each needs a name and a score")
        for score in scores:
            outside = (low is not None and score < low) or (high is not None and score > high)
            if outside or not isfinite(score):
                raise StatisticsError(f"problem {name!r} has the score {score}; scores lie in [0, 1]")
