"""The base of every error that a user can act on: its message says what was wrong, where, and what to do."""


class PlumblineError(Exception):
    """Shown as its message alone, without a traceback."""
