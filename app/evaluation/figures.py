"""What a run takes, reckoned from its plan, its model's settings, and what earlier answers came to; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from app.backends import BackendSettings
from app.backends.prices import Price, cost, price_at
from app.backends.strategies.settings import DivideSettings, HybridSettings, Sampling, ToolsSettings, asked
from app.statistics.power import CORRELATION, INDEPENDENT, POWER, detectable_difference

CHARACTERS, FEWEST_CHARACTERS = 3.5, 2.0
"""Of a prompt, for one token: 3.45 and 3.87 on the shipped sets (Mistral's `tekken`, November 2026)."""

GUESSED_TOKENS = 2_000
"""Tokens of an answer that shows its work; a model that thinks at length takes several times as many."""

GUESSED_SPEED = 50.0
"""Tokens of one answer in a second, among many that are being written."""

GUESSED_SOLVING = 1.0
"""Seconds that a computer algebra system takes over one problem: SymPy 79 for the 82 originals of `core`."""


@dataclass(frozen=True)
class Figure:
    """What is expected, what it is at most, and what that rests on; None is what cannot be told."""

    expected: float | None
    most: float | None
    ground: str


@dataclass(frozen=True)
class Manner:
    """How a model is asked for one sample: requests and answers, expected and at most.

    With `bare` prompts every request holds the prompt and nothing that the model said before.
    """

    requests: int = 1
    most_requests: int = 1
    answers: int = 1
    most_answers: int = 1
    bare: bool = True

    @classmethod
    def of(cls, settings: BackendSettings) -> Manner:
        """The manner of a strategy, or of a model that is asked once."""
        together = getattr(asked(settings), "draws_per_request", 1)
        match settings:
            case DivideSettings(k=k, requests=most):  # a draft, and the draws of what had parts
                return cls(1 + ceil(k / together), most, 1 + k, most * k, bare=False)
            case Sampling(k=k):
                return cls(ceil(k / together), ceil(k / together), k, k)
            case HybridSettings():
                return cls(2, 2, 2, 2, bare=False)
            case ToolsSettings(turns=turns):
                return cls(min(2, turns), turns, min(2, turns), turns, bare=False)
            case _:
                return cls()


@dataclass(frozen=True)
class Work:
    """What is asked: samples of so many problems in `groups`, each put to the model as one.

    `characters` are those of one prompt for each group together.
    """

    samples: int
    problems: int
    groups: int
    characters: int
    manner: Manner


@dataclass(frozen=True)
class Limits:
    """What the settings of the model that is asked say of tokens, pace and money, as far as they do.

    `timeout` is in seconds, `concurrency` in requests, or in problems of a computer algebra system.
    """

    concurrency: int
    max_tokens: int | None
    timeout: float | None
    requests_per_minute: float | None
    tokens_per_minute: float | None
    prices: Iterable[Price]

    @classmethod
    def of(cls, settings: BackendSettings, workers: int) -> Limits:
        """Those of a backend of any kind; what computes here does `workers` problems at once."""
        model = asked(settings)

        def said(name: str) -> Any:
            return getattr(model, name, None)

        return cls(
            said("concurrency") or said("max_num_seqs") or workers,
            said("max_tokens"),
            said("timeout"),
            said("requests_per_minute"),
            said("tokens_per_minute"),
            said("prices") or (),
        )


@dataclass(frozen=True)
class Known:
    """The means of a sample's tokens and seconds over earlier completions, and which those are."""

    which: str
    prompt_tokens: float | None
    completion_tokens: float | None
    latency: float


def prompt_tokens(work: Work, known: Known | None) -> Figure:
    """Tokens that the model reads."""
    characters = work.characters * work.manner.requests
    most = characters / FEWEST_CHARACTERS if work.manner.bare else None
    if known is None or known.prompt_tokens is None:
        ground = f"a guess: a token for every {CHARACTERS} characters of the prompts"
        if most is not None:
            ground += f", at most for every {FEWEST_CHARACTERS:g}"
        return Figure(characters / CHARACTERS, most, ground)
    return Figure(known.prompt_tokens * work.samples, most, f"from {known.which}")


def answer_tokens(work: Work, limits: Limits, known: Known | None) -> Figure:
    """Tokens that the model writes."""
    manner, most, bound = work.manner, None, "; nothing bounds it, since the model has no max_tokens"
    if limits.max_tokens is not None:
        most, bound = float(limits.max_tokens * manner.most_answers * work.samples), ""
    if known is None or known.completion_tokens is None:
        each = min(GUESSED_TOKENS, limits.max_tokens or GUESSED_TOKENS)
        several = f", {manner.answers} for each sample" if manner.answers > 1 else ""
        ground = f"a guess: {each:,} tokens an answer{several}{bound}"
        return Figure(float(each * manner.answers * work.samples), most, ground)
    return Figure(known.completion_tokens * work.samples, most, f"from {known.which}{bound}")


def dollars(prices: Iterable[Price], day: date, prompts: Figure, answers: Figure) -> Figure:
    """US dollars at the price of a day; what a server's cache saves is not counted."""
    price = price_at(prices, day)
    if price is None:
        return Figure(None, None, f"the model has no price on {day}")

    def together(prompt: float | None, answer: float | None) -> float | None:
        return None if prompt is None or answer is None else cost(price, ceil(prompt), ceil(answer))

    return Figure(
        together(prompts.expected, answers.expected),
        together(prompts.most, answers.most),
        f"${price.input} for a million tokens of prompts and ${price.output} of answers, "
        f"the price since {price.since}",
    )


def asking_seconds(
    work: Work, limits: Limits, known: Known | None, prompts: Figure, answers: Figure
) -> Figure:
    """Seconds until a language model has answered: the longest of what rounds and paces make of it."""
    if known is None or known.latency <= 0 or known.completion_tokens is None:
        speed = GUESSED_SPEED
        each = (answers.expected or 0.0) / (work.samples * work.manner.answers) / speed
        expected = each * ceil(work.groups * work.manner.requests / limits.concurrency)
        ground = f"a guess: {speed:g} tokens a second for each answer"
    else:
        speed = known.completion_tokens / known.latency or GUESSED_SPEED
        if work.manner.answers > 1:  # some of these were written at the same time
            speed = min(speed, GUESSED_SPEED)
        expected = known.latency * ceil(work.groups / limits.concurrency)
        ground = f"from {known.which}: {known.latency:.1f} s for each sample"
    longest = None if limits.max_tokens is None else limits.max_tokens / speed
    if limits.timeout is not None:
        longest = min(limits.timeout, longest or limits.timeout)
    most_requests = work.groups * work.manner.most_requests
    most = None if longest is None else longest * ceil(most_requests / limits.concurrency)
    return Figure(
        _paced(expected, work.groups * work.manner.requests, prompts.expected, answers.expected, limits),
        _paced(most, most_requests, prompts.most, answers.most, limits),
        f"{ground}, {limits.concurrency:,} at once",
    )


def _paced(
    seconds: float | None, requests: int, prompts: float | None, answers: float | None, limits: Limits
) -> float | None:
    """The `seconds`, or as many more as requests and tokens take at so many a minute."""
    if seconds is not None and limits.requests_per_minute is not None:
        seconds = max(seconds, 60 * requests / limits.requests_per_minute)
    if seconds is None or limits.tokens_per_minute is None:
        return seconds
    if prompts is None or answers is None:
        return None
    return max(seconds, 60 * (prompts + answers) / limits.tokens_per_minute)


def solving_seconds(work: Work, limits: Limits, known: Known | None) -> Figure:
    """Seconds until a computer algebra system has tried every problem, each for at most its timeout."""
    if known is None:
        each = min(GUESSED_SOLVING, limits.timeout or GUESSED_SOLVING)
        ground = f"a guess: {each:g} s for each problem"
    else:
        each, ground = known.latency, f"from {known.which}: {known.latency:.1f} s for each problem"
    rounds = ceil(work.samples / limits.concurrency)
    most = None if limits.timeout is None else rounds * limits.timeout
    return Figure(rounds * each, most, f"{ground}, {limits.concurrency:,} at once")


def detectable(work: Work) -> Figure:
    """The smallest difference of accuracies, from 0 to 1, that a comparison of two such runs notices."""
    expected = detectable_difference(work.samples, work.problems)
    if expected is None:
        return Figure(None, None, f"{work.samples} samples of {work.problems} problems can tell none apart")
    return Figure(
        expected,
        detectable_difference(work.samples, work.problems, correlation=1.0),
        f"noticed in {POWER:.0%} of comparisons of two such runs that disagree on {INDEPENDENT:.0%} of the "
        f"samples; scores of one problem correlate by {CORRELATION}, at most by 1",
    )
