"""The engine's errors."""


class EngineDeadError(Exception):
    """The engine will not answer any more."""
