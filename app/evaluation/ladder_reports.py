"""What a step of a precision ladder costs: each rung against the baseline, on samples that both answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.statistics.comparisons import Difference, PairedComparison, compare, difference, holm
from app.statistics.estimators import Estimate, macro
from app.statistics.power import detectable_from_se
from app.storage import ladders, leaderboards, runs
from app.storage.ladders import Answer, Ladder, Rung
from app.storage.records import Run
from app.storage.sessions import ReadSession

SEED = 0
"""Of the random flips of signs, so that the same runs give the same p."""

CLAIMED = 0.05
"""The Holm-adjusted p up to which a difference is called one."""

Value = TypeVar("Value")
Pair = tuple[Answer, Answer]
"""How two runs answered one sample, the baseline's first."""


@dataclass(frozen=True)
class Step:
    """A run against the baseline's, on the samples that both have a verdict on.

    `left_out` counts the samples that either run was asked and not both have a verdict on; `reworded` those
    whose verdict stayed though the extracted answer is not the same text. `adjusted_p` is the p after
    Holm's correction for the rungs of the ladder. `detectable` is the smallest true difference (0 to 1) that
    these samples show with 80 % power, None where no verdict changed or there is but one problem.
    `unlike` names what else was not the same in the two runs (prompt, selection, grader).
    """

    comparison: PairedComparison
    reworded: int
    left_out: int
    adjusted_p: float
    detectable: float | None
    topics: Mapping[str, Difference] = field(default_factory=dict)
    perturbations: Mapping[str, Difference] = field(default_factory=dict)
    unlike: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether the difference is at least as large as what these samples show reliably."""
        return self.detectable is not None and abs(self.comparison.difference.mean) >= self.detectable


@dataclass(frozen=True)
class RungReport:
    """One rung with the run that it stands with; None and 0 as long as it has no completed run.

    The accuracy is on the samples of `step` (for the baseline on all its own). `truncated` of `answered`
    completions ended at the limit of length; `tokens` is the mean length of a completion, and `speed` the
    tokens a second of one answer while it was waited for: None where the backend tells no tokens.
    """

    rung: Rung
    run_id: str | None = None
    accuracy: Estimate | None = None
    step: Step | None = None
    answered: int = 0
    truncated: int = 0
    tokens: float | None = None
    speed: float | None = None


@dataclass(frozen=True)
class LadderReport:
    """A ladder on one problem set version, the rungs in their order.

    `noise` compares the baseline's run with another completed run of the same model: what changes although
    nothing was changed. None unless there are two.
    """

    ladder: Ladder
    problem_set: str
    version: str
    title: str
    rungs: tuple[RungReport, ...]
    noise: Step | None

    @property
    def steps(self) -> list[tuple[str, Step]]:
        """The rungs that could be compared with the baseline, by label."""
        return [(each.rung.label, each.step) for each in self.rungs if each.step is not None]

    @property
    def topics(self) -> list[str]:
        """The topics on which some rung was compared."""
        return sorted({name for _, step in self.steps for name in step.topics})

    @property
    def perturbations(self) -> list[str]:
        """The perturbations on which some rung was compared."""
        return sorted({name for _, step in self.steps for name in step.perturbations})


def report(s: ReadSession, name: str, problem_set: str, version: str | None = None) -> LadderReport:
    """The ladder on a problem set version (the newest by default); raises NotFound.

    Each rung stands with the run that it has on the leaderboard.
    """
    ladder = ladders.find(s, name)
    standing = leaderboards.standing(s, problem_set, version)
    run_of = {row.model: row.run_id for row in standing.rows}
    ran = {rung.label: _ran(s, run_of[rung.model]) for rung in ladder.rungs if rung.model in run_of}
    base = ran.get(ladder.baseline)
    steps = _adjusted(
        {
            label: step
            for label, other in ran.items()
            if base is not None and other is not base and (step := _step(base, other)) is not None
        }
    )
    rungs = (_rung(rung, ran.get(rung.label), base, steps.get(rung.label)) for rung in ladder.rungs)
    return LadderReport(
        ladder=ladder,
        problem_set=standing.problem_set,
        version=standing.version,
        title=standing.title,
        rungs=tuple(rungs),
        noise=None if base is None else _noise(s, base),
    )


def findings(report: LadderReport) -> list[str]:
    """What the comparison shows and what it cannot, in sentences; none takes luck for a difference."""
    steps, base = report.steps, report.ladder.baseline
    if not steps:
        return [f"Nothing is compared yet: it takes completed runs of {base} and of another rung."]
    told = [_what_can_be_seen(steps)]
    for label, step in steps:
        if step.adjusted_p <= CLAIMED:
            told.append(
                f"{label} differs from {base} by {points(step.comparison.difference.mean)} points, more than "
                f"chance explains (p = {step.adjusted_p:.2g}, Holm-adjusted)."
            )
    if len(told) == 1:
        told.append(f"No rung differs from {base} by more than chance explains.")
    for label, step in steps:
        if step.unlike:
            told.append(
                f"Precision is not all that changed: {label} and {base} differ in {', '.join(step.unlike)}."
            )
    if report.noise is not None:
        changed = report.noise.comparison.lost + report.noise.comparison.gained
        told.append(
            f"Asked again with the same settings, {base} changed {changed} of "
            f"{report.noise.comparison.difference.pairs} verdicts."
        )
    return told


def _what_can_be_seen(steps: Sequence[tuple[str, Step]]) -> str:
    seeing = [step.detectable for _, step in steps if step.detectable is not None]
    if not seeing:
        return "No verdict changed, or there is but one problem: see the intervals for what remains possible."
    least, most = (f"{100 * value:.1f}" for value in (min(seeing), max(seeing)))
    about = least if least == most else f"{least} to {most}"
    larger = [f"{label} ({points(step.comparison.difference.mean)})" for label, step in steps if step.seen]
    return f"This comparison can see differences of about {about} points; " + (
        f"larger: {', '.join(larger)}." if larger else "nothing here is larger."
    )


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign: −0.032 is −3.2."""
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text


@dataclass(frozen=True)
class _Ran:
    """A completed run with all its samples."""

    run: Run
    answers: Sequence[Answer]


def _ran(s: ReadSession, run_id: str) -> _Ran:
    return _Ran(runs.get(s, run_id), ladders.answers(s, run_id))


def _noise(s: ReadSession, base: _Ran) -> Step | None:
    """The baseline's run against the newest other one of that model that shares samples with it."""
    for run_id in ladders.completed_runs(s, base.run.version_id, base.run.model_id):
        if run_id != base.run.id and (step := _step(base, _ran(s, run_id))) is not None:
            return step
    return None


def _rung(rung: Rung, ran: _Ran | None, base: _Ran | None, step: Step | None) -> RungReport:
    if ran is None:
        return RungReport(rung)
    answered = ran.answers
    judged = [after for _, after in _pairs(base, ran)] if base and step else answered
    scores = _by_problem((answer.problem_id, _score(answer)) for answer in judged if answer.outcome)
    complete = [answer for answer in answered if answer.finish_reason not in (None, "error")]
    told = [answer for answer in complete if answer.completion_tokens is not None]
    tokens = sum(answer.completion_tokens or 0 for answer in told)
    waited = sum(answer.latency or 0.0 for answer in told)
    return RungReport(
        rung=rung,
        run_id=ran.run.id,
        accuracy=macro(scores) if scores else None,
        step=step,
        answered=len(complete),
        truncated=sum(answer.finish_reason == "length" for answer in complete),
        tokens=tokens / len(told) if told else None,
        speed=tokens / waited if told and waited > 0 else None,
    )


def _step(base: _Ran, ran: _Ran) -> Step | None:
    """The comparison of two runs; None if they share no sample that both have a verdict on."""
    pairs = _pairs(base, ran)
    if not pairs:
        return None
    comparison = compare(_scores(pairs), seed=SEED)
    found = comparison.difference
    return Step(
        comparison=comparison,
        reworded=sum(
            _score(before) == _score(after) and before.extracted != after.extracted for before, after in pairs
        ),
        left_out=len({_key(answer) for answer in (*base.answers, *ran.answers)}) - len(pairs),
        adjusted_p=comparison.p,
        detectable=detectable_from_se(found.se, found.problems) if found.se else None,
        topics=_differences(pairs, lambda answer: answer.topic),
        perturbations=_differences(pairs, lambda answer: answer.perturbation),
        unlike=_unlike(base.run, ran.run, pairs),
    )


def _unlike(base: Run, run: Run, pairs: Iterable[Pair]) -> tuple[str, ...]:
    """What else was not the same in the two runs, so that a difference need not come from precision."""
    told = {
        "the selection of variants": base.settings.get("limit") != run.settings.get("limit"),
        "repetitions": base.repetitions != run.repetitions,
        "the prompt": base.settings.get("prompt") != run.settings.get("prompt"),
        "the version of the grader": any(
            before.grader_version != after.grader_version for before, after in pairs
        ),
    }
    return tuple(what for what, differs in told.items() if differs)


def _adjusted(steps: Mapping[str, Step]) -> dict[str, Step]:
    adjusted = holm([step.comparison.p for step in steps.values()])
    return {
        label: replace(step, adjusted_p=p) for (label, step), p in zip(steps.items(), adjusted, strict=True)
    }


def _pairs(base: _Ran, ran: _Ran) -> list[Pair]:
    before = {_key(answer): answer for answer in base.answers if answer.outcome}
    return [(before[_key(after)], after) for after in ran.answers if after.outcome and _key(after) in before]


def _differences(pairs: Iterable[Pair], group: Callable[[Answer], str]) -> dict[str, Difference]:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[group(pair[0])].append(pair)
    return {name: difference(_scores(groups[name])) for name in sorted(groups)}


def _scores(pairs: Iterable[Pair]) -> dict[str, list[tuple[float, float]]]:
    return _by_problem((before.problem_id, (_score(before), _score(after))) for before, after in pairs)


def _by_problem(items: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    grouped: dict[str, list[Value]] = defaultdict(list)
    for problem, value in items:
        grouped[problem].append(value)
    return grouped


def _score(answer: Answer) -> float:
    """An ungradable answer is not a correct one, as on the leaderboard."""
    return float(answer.outcome == "correct")


def _key(answer: Answer) -> tuple[str, int]:
    return answer.variant_id, answer.repetition
