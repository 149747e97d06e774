"""The numbers of the leaderboard, made from counts alone; pure."""

from app.statistics.comparisons import Difference, PairedComparison, compare, difference, holm
from app.statistics.errors import MissingCluster, StatisticsError
from app.statistics.estimators import Estimate, clustered_se, macro, micro, spread_se
from app.statistics.intervals import Interval, clopper_pearson, jeffreys, t_interval, wilson
from app.statistics.power import detectable_difference, half_width, items_needed
from app.statistics.robustness import Drop, Family, drop, drops

__all__ = [
    "Difference",
    "Drop",
    "Estimate",
    "Family",
    "Interval",
    "MissingCluster",
    "PairedComparison",
    "StatisticsError",
    "clopper_pearson",
    "clustered_se",
    "compare",
    "detectable_difference",
    "difference",
    "drop",
    "drops",
    "half_width",
    "holm",
    "items_needed",
    "jeffreys",
    "macro",
    "micro",
    "spread_se",
    "t_interval",
    "wilson",
]
