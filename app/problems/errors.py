"""What can be wrong with problems, their files, and their variants."""

from app.errors import PlumblineError


class ProblemsError(PlumblineError):
    """Base of every error of this room; the message says what is wrong, where, and what to do."""


class SeedError(ProblemsError):
    """A seeds file cannot be used: not TOML, an unknown key, mathematics that cannot be read, …"""


class SetError(ProblemsError):
    """The files of a problem set are incomplete, malformed, or not the ones that were published."""


class UnexplainedChange(ProblemsError):
    """A new version of a set differs from the one before, and does not say why."""


class ExportError(ProblemsError):
    """A set cannot be exported as asked: an unknown format or option, or a missing library."""


class TemplateError(ProblemsError):
    """A prompt template cannot be used, or there is none of that name."""


class Refused(ProblemsError):
    """A variant is not published; `reason` says why, in words for the list of refusals."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[type["Refused"], tuple[str]]:
        """Crosses process boundaries whole."""
        return (type(self), (self.reason,))


class Refuted(Refused):
    """An answer is proven, or shown beyond doubt, to be wrong; `witness` says where and by which values."""

    def __init__(self, witness: str) -> None:
        super().__init__(witness)
        self.witness = witness
