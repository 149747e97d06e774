"""Quantiles and tails of the distributions that intervals and tests need.

SciPy's special functions are imported when the first is asked for: half a second that a run does not wait.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _special() -> Any:
    from scipy import special

    return special


def normal_quantile(p: float) -> float:
    """Where the standard normal distribution has the share `p` below it."""
    return float(_special().ndtri(p))


def t_quantile(df: float, p: float) -> float:
    """Where Student's t distribution with `df` degrees of freedom has the share `p` below it."""
    return float(_special().stdtrit(df, p))


def t_tail(df: float, t: float) -> float:
    """The share of Student's t distribution beyond `t`."""
    return float(_special().stdtr(df, -t))


def beta_quantile(a: float, b: float, p: float) -> float:
    """Where the beta distribution has the share `p` below it."""
    return float(_special().betaincinv(a, b, p))


def binomial_share(successes: int, trials: int, p: float) -> float:
    """The chance of at most so many successes."""
    return float(_special().bdtr(successes, trials, p))
