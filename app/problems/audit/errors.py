"""What keeps an audit from judging a row."""

from app.problems.errors import ProblemsError


class Unreadable(ProblemsError):
    """A statement or a stored answer is not understood in full; `kind` names the obstacle."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[str, str]]:
        """Crosses process boundaries whole."""
        return (type(self), (self.kind, self.reason))


class IllPosed(ProblemsError):
    """A question has no answer; `witness` says why, as a divergence or a pole does."""

    def __init__(self, kind: str, witness: str) -> None:
        super().__init__(witness)
        self.kind = kind
        self.witness = witness

    def __reduce__(self) -> tuple[type["IllPosed"], tuple[str, str]]:
        """Crosses process boundaries whole."""
        return (type(self), (self.kind, self.witness))
