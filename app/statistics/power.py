"""What a comparison can see before it is made: the smallest difference, the items that one needs."""

from __future__ import annotations

from math import ceil, sqrt

from app.statistics.distributions import normal_quantile, t_quantile
from app.statistics.errors import StatisticsError
from app.statistics.intervals import LEVEL, critical

POWER = 0.8
"""The chance to notice a difference of the size that is called detectable."""

CORRELATION = 0.3
"""Of the scores of one problem's samples, as a plan assumes it before anything is measured."""

INDEPENDENT = 0.5
"""How often two models of accuracy one half disagree if neither knows of the other: the most, 2·p·(1−p)."""


def detectable_difference(
    items: int,
    problems: int,
    *,
    discordance: float = INDEPENDENT,
    correlation: float = CORRELATION,
    level: float = LEVEL,
    power: float = POWER,
) -> float | None:
    """The smallest true difference of accuracies (0 to 1) that a paired comparison notices with `power`.

    Two models answer the same `items` samples of `problems` problems; on a share `discordance` of them one is
    right and the other wrong. A sample's difference then has the variance ψ if there is no true difference,
    and ψ − δ² if there is one of δ: δ = t_{α/2}·√(ψD/n) + t_β·√((ψ − δ²)D/n), solved for δ. D is the design
    effect of problems whose samples' differences correlate by `correlation`; t has k − 1 degrees of freedom
    for k problems. None with one problem, or if not even changes that all go in one direction (δ = ψ) would
    be noticed.

    With the discordance left out this is what a run can tell from an equal-sized run of a model that knows
    nothing of the first: the worst case, so "at most" is to be said with it. Sources: Connor, Biometrics 43
    (1987), 207–211, for pairs; Kish, Survey Sampling (1965), for D; Student's t in place of the normal is
    ours, for few problems. Raises `StatisticsError`.
    """
    _check(items, problems, discordance, correlation)
    if problems < 2:
        return None
    share = design_effect(items, problems, correlation) / items
    noticed = critical(level, problems - 1) * sqrt(discordance * share)
    reached = t_quantile(problems - 1, power) * sqrt(share)
    if noticed**2 > discordance:
        return None
    # Of the two roots of (δ − noticed)² = reached²·(ψ − δ²) the one not below `noticed`.
    square = 1 + reached**2
    found = (noticed + reached * sqrt(discordance * square - noticed**2)) / square
    return found if found <= discordance else None


def detectable_from_se(se: float, problems: int, *, level: float = LEVEL, power: float = POWER) -> float:
    """The smallest true difference that a comparison with this standard error notices: (t_{α/2} + t_β)·SE.

    `se` is the clustered one of `problems` problems (at least 2), so this one needs no assumptions.
    """
    return (critical(level, problems - 1) + t_quantile(problems - 1, power)) * se


def half_width(
    items: int,
    problems: int,
    *,
    accuracy: float = 0.5,
    correlation: float = CORRELATION,
    level: float = LEVEL,
) -> float | None:
    """Half the interval that the accuracy of one run is going to have: t_{α/2}·√(p(1−p)D/n).

    None with one problem. An accuracy of one half, where nothing is known of it, is the worst case.
    """
    _check(items, problems, accuracy, correlation)
    if problems < 2:
        return None
    variance = accuracy * (1 - accuracy) * design_effect(items, problems, correlation) / items
    return critical(level, problems - 1) * sqrt(variance)


def design_effect(items: int, problems: int, correlation: float) -> float:
    """How many times the variance is that of independent items: 1 + (n/k − 1)ρ.

    Source: Kish, Survey Sampling (1965), chapter 5.
    """
    return 1 + (items / problems - 1) * correlation


def items_needed(
    difference: float, discordance: float, *, level: float = LEVEL, power: float = POWER
) -> int | None:
    """How many independent pairs notice a difference with `power`: (z_{α/2}√ψ + z_β√(ψ − δ²))²/δ².

    To be multiplied by the design effect where a problem has several items. None if the models disagree too
    seldom for such a difference. Source: Connor, Biometrics 43 (1987), 207–211. Raises `StatisticsError`.
    """
    _check(1, 1, discordance, 0.0)
    if not 0 < difference <= 1:
        raise StatisticsError(f"a difference of {difference} cannot be planned for; it lies in (0, 1]")
    if difference > discordance:
        return None
    noticed = critical(level) * sqrt(discordance)
    reached = normal_quantile(power) * sqrt(discordance - difference**2)
    return ceil((noticed + reached) ** 2 / difference**2)


def problems_needed(
    difference: float,
    between: float,
    draws: tuple[tuple[float, int], tuple[float, int]] = ((0.0, 1), (0.0, 1)),
    *,
    level: float = LEVEL,
    power: float = POWER,
) -> int:
    """How many problems notice a difference: (z_{α/2} + z_β)²·(ω² + σ_A²/K_A + σ_B²/K_B)/δ².

    `between` is ω², the variance over problems of the true difference; `draws` has for either model the
    variance σ² of one draw within a problem and the number K of draws.
    Source: Miller, "Adding error bars to evals", arXiv 2411.00640, section 5. Raises `StatisticsError`.
    """
    if not 0 < difference <= 1 or between < 0:
        raise StatisticsError(f"no plan for a difference of {difference} with the variance {between}")
    variance = between + sum(within / count for within, count in draws)
    factor = critical(level) + normal_quantile(power)
    return ceil(factor**2 * variance / difference**2)


def _check(items: int, problems: int, share: float, correlation: float) -> None:
    if not 1 <= problems <= items:
        raise StatisticsError(f"{items} items of {problems} problems: a problem has at least one item")
    if not 0 <= share <= 1 or not 0 <= correlation <= 1:
        raise StatisticsError(f"a share of {share} and a correlation of {correlation} must lie in [0, 1]")
