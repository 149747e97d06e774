"""What can go wrong when an evaluation is asked for, each error saying what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import PlumblineError

LISTED_NAMES = 20


class EvaluationError(PlumblineError):
    """A request for an evaluation that cannot be met; the message is for the person who asked."""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:LISTED_NAMES])
    return f"{shown}, …" if len(names) > LISTED_NAMES else shown


class UnknownModel(EvaluationError):
    """No model of this name is registered."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        there = f"Registered models: {_listed(known)}." if known else "No model is registered yet."
        super().__init__(
            f"There is no model named {name!r}. {there} To register it, say its backend and settings: "
            "`plumbline models add`, or POST /v1/models."
        )


class UnknownProblemSet(EvaluationError):
    """No problem set of this name, or no such version of it, is published here."""

    def __init__(self, name: str, version: str | None, known: Sequence[str]) -> None:
        what = f"problem set {name!r}" + (f" in version {version!r}" if version else "")
        there = f"Published: {_listed(known)}." if known else "Nothing is published in this database yet."
        super().__init__(
            f"There is no {what}. {there} `plumbline problems list` shows what can be evaluated."
        )


class UnknownRun(EvaluationError):
    """No run has this id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id!r}. `plumbline runs list`, or GET /v1/runs, lists them.")


class RunNotResumable(EvaluationError):
    """The run's state leaves nothing to resume."""

    def __init__(self, run_id: str, status: str) -> None:
        super().__init__(
            f"Run {run_id} is {status}; only a paused, failed or cancelled run can be resumed."
            + (" Start a new run to evaluate again." if status == "completed" else "")
        )


class InvalidRequest(EvaluationError):
    """A value of the request lies outside what it may be; the message names it and its bounds."""


class UnknownSchedule(EvaluationError):
    """No schedule has this id."""

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"There is no schedule {schedule_id!r}. GET /v1/schedules lists them.")


class InvalidSchedule(EvaluationError):
    """The cron rule or the time zone of a schedule cannot be understood."""


class InvalidLadder(EvaluationError):
    """The declaration of a precision ladder cannot be understood; the message says what is wrong where."""


class SubmissionRefused(EvaluationError):
    """No line of a submission could be accepted; `rejected` has (line number, why) of the first of them."""

    def __init__(self, message: str, rejected: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(message)
        self.rejected = tuple(rejected)


class ChunkIncomplete(EvaluationError):
    """A backend or the grader broke its promise of one result for every sample."""

    def __init__(self, run_id: str, chunk: int, unasked: int, ungraded: int) -> None:
        super().__init__(
            f"Chunk {chunk} of run {run_id} ended with {unasked} samples unanswered and {ungraded} ungraded: "
            "the backend gave fewer completions than it was asked for. Resume the run to ask for those again."
        )


class WorkerRunning(EvaluationError):
    """A second worker was started in one process."""

    def __init__(self) -> None:
        super().__init__("This process runs a worker already; start another process for another worker.")
