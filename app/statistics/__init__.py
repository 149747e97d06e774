"""The numbers of the leaderboard, made from counts alone; pure."""

from app.statistics.errors import MissingCluster, StatisticsError
from app.statistics.estimators import Estimate, clustered_se, macro, micro, spread_se
from app.statistics.intervals import Interval, clopper_pearson, jeffreys, t_interval, wilson
from app.statistics.robustness import Drop, Family, drop, drops

__all__ = [
    "Drop",
    "Estimate",
    "Family",
    "Interval",
    "MissingCluster",
    "StatisticsError",
    "clopper_pearson",
    "clustered_se",
    "drop",
    "drops",
    "jeffreys",
    "macro",
    "micro",
    "spread_se",
    "t_interval",
    "wilson",
]
