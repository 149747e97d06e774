"""How a model's accuracy changes when the problems are nudged; what is undefined is None.

Every comparison is made on the same problems: a problem without the perturbation takes no part in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from app.statistics.distributions import t_tail
from app.statistics.errors import StatisticsError
from app.statistics.estimators import MIN_CLUSTERS, spread_se
from app.statistics.intervals import LEVEL, t_interval

POINTS = 100.0
RV_SHARE = 0.8


@dataclass(frozen=True)
class Family:
    """One problem's scores: that of the original, and by perturbation those of its variants."""

    original: float
    variants: Mapping[str, Sequence[float]]


Families = Mapping[str, Family]


@dataclass(frozen=True)
class Drop:
    """What one perturbation costs, on the `problems` problems that have it; the mean over problems.

    `points` is the accuracy of the originals less that of the variants in percentage points (positive: the
    model got worse), with its standard error and 95 % interval in points, and t-test against no change.
    `relative` is the performance drop rate 1 − variants/originals. Where the differences do not vary, or
    there are fewer than two problems, interval and test are None.
    """

    points: float
    se: float | None
    low: float | None
    high: float | None
    t: float | None
    p: float | None
    relative: float | None
    original: float
    perturbed: float
    problems: int


def drops(families: Families) -> dict[str, Drop]:
    """The drop of every perturbation that any problem has, by name."""
    names = sorted({name for family in families.values() for name in family.variants})
    found = {name: drop(families, name) for name in names}
    return {name: cost for name, cost in found.items() if cost is not None}


def drop(families: Families, perturbation: str, *, level: float = LEVEL) -> Drop | None:
    """The paired drop of one perturbation; None if no problem has it."""
    pairs = [(family.original, _mean(scores)) for family, scores in _having(families, perturbation)]
    if not pairs:
        return None
    differences = [POINTS * (original - perturbed) for original, perturbed in pairs]
    original, perturbed = (_mean(column) for column in zip(*pairs, strict=True))
    points, se = _mean(differences), spread_se(differences)
    low = high = t = p = None
    if se is not None and max(differences) - min(differences) > 1e-9 * POINTS:
        interval = t_interval(points, se, len(pairs) - 1, level=level)
        low, high = max(-POINTS, interval.low), min(POINTS, interval.high)
        t = points / se
        p = 2 * t_tail(len(pairs) - 1, abs(t))
    return Drop(
        points=points,
        se=se,
        low=low,
        high=high,
        t=t,
        p=p,
        relative=drop_rate(original, perturbed),
        original=original,
        perturbed=perturbed,
        problems=len(pairs),
    )


def drop_rate(original: float, perturbed: float) -> float | None:
    """The performance drop rate 1 − perturbed/original (GSM-Plus); None where the original is 0."""
    return None if original == 0 else 1 - perturbed / original


def original_accuracy(families: Families) -> float | None:
    """The mean of the originals."""
    return _maybe_mean([family.original for family in families.values()])


def category_accuracy(families: Families, perturbation: str) -> float | None:
    """The mean over problems of the mean of their variants under one perturbation."""
    return _maybe_mean([_mean(scores) for _, scores in _having(families, perturbation)])


def pooled_accuracy(families: Families) -> float | None:
    """The mean of all variants of all perturbations, the originals left out."""
    return _maybe_mean([score for _, score in _pairs(families)])


def pooled_drop_rate(families: Families) -> float | None:
    """The performance drop rate over all variants together."""
    original, perturbed = original_accuracy(families), pooled_accuracy(families)
    return None if original is None or perturbed is None else drop_rate(original, perturbed)


def macro_drop_rate(families: Families) -> float | None:
    """The mean over perturbations of their performance drop rates; None if any of them is undefined."""
    rates = [cost.relative for cost in drops(families).values()]
    defined = [rate for rate in rates if rate is not None]
    return _maybe_mean(defined) if len(defined) == len(rates) else None


def both_right(families: Families) -> float | None:
    """The share of (original, variant) pairs with both right (ASP of GSM-Plus)."""
    return _maybe_mean([original * score for original, score in _pairs(families)])


def break_rate(families: Families) -> float | None:
    """P(variant wrong | original right)."""
    pairs = list(_pairs(families))
    return _ratio(
        fsum(original * (1 - score) for original, score in pairs), fsum(original for original, _ in pairs)
    )


def fix_rate(families: Families) -> float | None:
    """P(variant right | original wrong)."""
    pairs = list(_pairs(families))
    return _ratio(
        fsum((1 - original) * score for original, score in pairs), fsum(1 - original for original, _ in pairs)
    )


@dataclass(frozen=True)
class Consistency:
    """UGMathBench's five: average, all-variants-right, their gap, gap over all-right, any-variant-right."""

    average: float
    effective: float
    gap: float
    reasoning_efficiency: float | None
    any_right: float


def consistency(families: Families, perturbation: str) -> Consistency | None:
    """AAcc, EAcc, Δ, RE and CAcc under one perturbation; None if no problem has it.

    Source: UGMathBench, `eval_rule.py`. RE is undefined where no problem has all its variants right.
    """
    groups = [scores for _, scores in _having(families, perturbation)]
    if not groups:
        return None
    average = _mean([_mean(scores) for scores in groups])
    effective = _mean([float(min(scores) >= 1) for scores in groups])
    gap = average - effective
    return Consistency(
        average=average,
        effective=effective,
        gap=gap,
        reasoning_efficiency=_ratio(gap, effective),
        any_right=_mean([float(max(scores) >= 1) for scores in groups]),
    )


def worst_case(families: Families, perturbations: Collection[str] | None = None) -> float | None:
    """The mean over problems of the worst of original and variants (HELM), of all perturbations if None."""
    worst = []
    for family in families.values():
        names = family.variants.keys() if perturbations is None else perturbations
        scores = [score for name in names for score in family.variants.get(name, ())]
        if scores:
            worst.append(min(family.original, *scores))
    return _maybe_mean(worst)


@dataclass(frozen=True)
class Functional:
    """The share of problems right in the original and all variants, and how much of the static is lost."""

    accuracy: float
    gap: float | None


def functional(families: Families, perturbation: str) -> Functional | None:
    """Functional accuracy, and the gap (static − functional)/static in percent (arXiv 2402.19450).

    Counting a problem only if every variant is right is our reading of the paper.
    """
    pairs = list(_having(families, perturbation))
    if not pairs:
        return None
    static = _mean([family.original for family, _ in pairs])
    accuracy = _mean([float(min(family.original, *scores) >= 1) for family, scores in pairs])
    share = _ratio(static - accuracy, static)
    return Functional(accuracy=accuracy, gap=None if share is None else 100 * share)


@dataclass(frozen=True)
class RandomVariables:
    """RV-Bench's four: accuracy of the variants, all of them right, complete rate, original-only rate."""

    accuracy: float
    group_accuracy: float
    complete: float
    original_only: float


def random_variables(families: Families, perturbations: Collection[str]) -> RandomVariables | None:
    """Acc, GA, CR and OOR over the variants of the perturbations taken together; None if there are none.

    CR: the original right and at least 80 % of the variants; OOR: the original right and at most 20 %.
    """
    groups = [
        (family.original, [score for name in perturbations for score in family.variants.get(name, ())])
        for family in families.values()
    ]
    groups = [(original, scores) for original, scores in groups if scores]
    if not groups:
        return None
    shares = [(original >= 1, _mean(scores)) for original, scores in groups]
    return RandomVariables(
        accuracy=_mean([share for _, share in shares]),
        group_accuracy=_mean([float(min(scores) >= 1) for _, scores in groups]),
        complete=_mean([float(right and share >= RV_SHARE) for right, share in shares]),
        original_only=_mean([float(right and share <= 1 - RV_SHARE) for right, share in shares]),
    )


@dataclass(frozen=True)
class Snapshots:
    """Accuracy on each of several sets of variants, with mean and sd over the sets, and drop in points."""

    accuracies: tuple[float, ...]
    mean: float
    sd: float | None
    points: float


def snapshots(families: Families, perturbation: str) -> Snapshots | None:
    """GSM-Symbolic: the j-th variants of all problems are one set; sets end where some problem's do.

    The sd mixes the noise of draws with that of variants: show the intraclass correlation beside it.
    """
    pairs = list(_having(families, perturbation))
    if not pairs:
        return None
    count = min(len(scores) for _, scores in pairs)
    accuracies = [_mean([scores[j] for _, scores in pairs]) for j in range(count)]
    mean, se = _mean(accuracies), spread_se(accuracies)
    original = _mean([family.original for family, _ in pairs])
    return Snapshots(
        accuracies=tuple(accuracies),
        mean=mean,
        sd=None if se is None else se * count**0.5,
        points=POINTS * (original - mean),
    )


@dataclass(frozen=True)
class Correlation:
    """How alike the variants of one problem are: mean squares, ICC(1) and the design effect."""

    between: float
    within: float
    icc: float
    design_effect: float


def correlation(families: Families, perturbation: str) -> Correlation | None:
    """The intraclass correlation ICC(1) by one-way analysis of variance, and 1 + (m − 1)·ICC.

    For problems with different numbers of variants m is the usual m₀ = (N − Σm²/N)/(G − 1). None with
    fewer than two problems, one variant each, or scores that do not vary.
    """
    groups = [scores for _, scores in _having(families, perturbation)]
    total, count = sum(len(scores) for scores in groups), len(groups)
    if count < MIN_CLUSTERS or total == count:
        return None
    centre = _mean([score for scores in groups for score in scores])
    between = fsum(len(scores) * (_mean(scores) - centre) ** 2 for scores in groups) / (count - 1)
    within = fsum((score - _mean(scores)) ** 2 for scores in groups for score in scores) / (total - count)
    size = (total - sum(len(scores) ** 2 for scores in groups) / total) / (count - 1)
    icc = _ratio(between - within, between + (size - 1) * within)
    if icc is None:
        return None
    return Correlation(between=between, within=within, icc=icc, design_effect=1 + (size - 1) * icc)


def _having(families: Families, perturbation: str) -> Iterator[tuple[Family, Sequence[float]]]:
    for name, family in families.items():
        scores = family.variants.get(perturbation, ())
        if scores:
            if not all(0 <= score <= 1 for score in (family.original, *scores)):
                raise StatisticsError(f"problem {name!r} has scores outside [0, 1]")
            yield family, scores


def _pairs(families: Families) -> Iterator[tuple[float, float]]:
    for family in families.values():
        for scores in family.variants.values():
            for score in scores:
                yield family.original, score


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _maybe_mean(values: Sequence[float]) -> float | None:
    return _mean(values) if values else None


def _ratio(above: float, below: float) -> float | None:
    return None if below == 0 else above / below
