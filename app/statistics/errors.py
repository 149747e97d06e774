"""What can be wrong with numbers handed to the estimators."""


class StatisticsError(ValueError):
    """Base of every error that statistics raises: the numbers cannot mean what they should."""


class MissingCluster(StatisticsError):
    """Scores came without the name of their problem, or a problem came without scores."""
