"""What can go wrong with a whole backend; what goes wrong with one prompt is a completion with `error`."""

from __future__ import annotations

from app.errors import PlumblineError


class BackendError(PlumblineError):
    """The base of this room's errors."""


class BackendUnavailable(BackendError):
    """The backend cannot be used at all: no such program, no key, nobody listening, wrong settings.

    `what` is wrong, and `hint` says what to do about it; neither ever holds a secret.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}. {hint}")
        self.what = what
        self.hint = hint


class InvalidSettings(BackendUnavailable):
    """The settings of a model do not fit its backend."""
