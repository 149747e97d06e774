"""Backends and judges for tests: real classes that are quick, keep a record, and misbehave when told to."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.backends import Backend, BackendUnavailable, Completion, ModelSpec, Prompt, Terms
from app.backends.base import NO_TERMS
from app.grading import Case, Judges, Outcome, Verdict

RIGHT = r"The answer is $\boxed{4}$."


@dataclass
class Logged:
    """Answers prompts one by one, each after `delay` seconds, and notes each in a file when it begins."""

    path: Path
    delay: float = 0.0
    answer: str = RIGHT
    closed: bool = False

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        for prompt in prompts:
            with self.path.open("a") as log:
                log.write(f"{prompt.key} {time.time()}\n")
            time.sleep(self.delay)
            yield Completion(prompt.key, self.answer, "stop", self.delay)

    def close(self) -> None:
        self.closed = True

    def asked(self) -> list[tuple[str, float]]:
        """(sample id, Unix time) of every prompt begun."""
        if not self.path.exists():
            return []
        return [(key, float(at)) for key, at in map(str.split, self.path.read_text().splitlines())]


class Lazy(Logged):
    """Answers only the first prompt it is given."""

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        yield from super().complete(islice(prompts, 1), terms)


class Broken(Logged):
    """Raises what no backend should raise, after the first answer."""

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        yield from super().complete(islice(prompts, 1), terms)
        raise ZeroDivisionError("a bug in the backend")


class Absent(Logged):
    """Is not there."""

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        raise BackendUnavailable("Nobody listens at localhost:1", "Start the server")
        yield


class Failing(Logged):
    """Fails at every second prompt, as an HTTP server may."""

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        for number, completion in enumerate(super().complete(prompts, terms)):
            yield (
                Completion(completion.key, "", "error", 0.0, error="HTTP 500") if number % 2 else completion
            )


class QuickJudges(Judges):
    """Judges by looking for a boxed 4, in this process, at once."""

    def __init__(self) -> None:
        """Start no processes."""

    def judge_many(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        for case in cases:
            right = r"\boxed{4}" in case.answer
            outcome = Outcome.CORRECT if right else Outcome.INCORRECT
            yield Verdict(outcome=outcome, method="quick", reason="")

    def close(self) -> None:
        """There is nothing to close."""


class DeadJudges(QuickJudges):
    """End as a process does that is killed before the first verdict."""

    def judge_many(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        raise KeyboardInterrupt
        yield


def opens(backend: Backend) -> Callable[..., Backend]:
    """An opener that opens this one backend for every model."""

    def opener(spec: ModelSpec, *, workers: int, memory_mb: int) -> Backend:
        return backend

    return opener
