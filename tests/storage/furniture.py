"""Small things to put into a database: a problem set, a model, runs with given outcomes."""

from collections.abc import Mapping

from app.grading.verdict import Outcome, Step, Verdict
from app.problems.problem import ORIGINAL, Certificate, Image, ProblemSet, Refusal, Variant
from app.problems.tasks import IndefiniteIntegral
from app.storage import models, problem_sets, problems, runs, samples, scores
from app.storage.records import Model, NewCompletion, Run, SetVersion
from app.storage.sessions import Database, ReadSession, WriteSession

TOPICS = ("integrals", "limits")
Outcomes = Mapping[str, str]
"""For variants, by id, how a run's sample ends: an outcome of the grader, `failed`, or `pending`."""


def variant(problem: str, topic: str, perturbation: str) -> Variant:
    """A variant whose answer is x, certified."""
    return Variant(
        id=f"{problem}/{perturbation}",
        problem=problem,
        parent=f"{problem}/original" if perturbation != ORIGINAL else "",
        topic=topic,
        level=1,
        perturbation=perturbation,
        strength=0.5,
        parameters={"a": "2"},
        change={"form": "1", "where": "term"},
        statement=f"Find an antiderivative of $1$ ({problem}/{perturbation}).",
        answer_kind="antiderivative",
        gold="x",
        assumptions=("a > 0",),
        task=IndefiniteIntegral(integrand="1", variable="x"),
        seed=2**40,
        images=(Image(path="images/one.png", sha256="c" * 64),),
        origin={"line": "7"},
        certificate=Certificate(
            method="derivative", digits=None, points=3, evidence=("d/dx x = 1",), seconds=0.5
        ),
    )


def problem_set(
    name: str = "tiny", version: str = "1", count: int = 3, sha256: str = "a" * 64, why: str = ""
) -> ProblemSet:
    """Problems p0, p1, … of two topics in turn, each with its original, a symbolic and a numeric variant.

    `why` is the reason for all that differs from the version before.
    """
    topics = {f"p{number}": TOPICS[number % 2] for number in range(count)}
    return ProblemSet(
        name=name,
        version=version,
        title="Tiny",
        licence="CC-BY-4.0",
        card="Three problems.",
        sha256=sha256,
        problems={
            problem: {"title": problem.upper(), "topic": topic, "level": 1, "source": "s", "derivation": "d"}
            for problem, topic in topics.items()
        },
        variants=tuple(
            variant(problem, topic, perturbation)
            for problem, topic in topics.items()
            for perturbation in ("numeric", ORIGINAL, "symbolic")
        ),
        provenance={"scheme": "tiny"},
        reasons={"*": why} if why else {},
        refusals=(
            Refusal(variant="p0/symbolic-b", perturbation="symbolic", statement="…", reason="not proved"),
        ),
    )


def furnish(db: Database, *, answers_public: bool = False) -> tuple[SetVersion, Model]:
    """Publish the tiny problem set and register a model `cas`."""
    with db.write() as s:
        version = problem_sets.publish(s, problem_set(), answers_public=answers_public)
        return version, models.register(s, "cas", "sympy", {"deadline": 2.5})


def new_run(
    s: WriteSession, version: SetVersion, model: Model, repetitions: int = 1, limit: int | None = None
) -> Run:
    """A queued run with a sample for every variant (or the first `limit`) and repetition."""
    settings = {"limit": limit}
    run = runs.create(s, version_id=version.id, model_id=model.id, repetitions=repetitions, settings=settings)
    planned = [
        (variant.id, repetition)
        for repetition in range(repetitions)
        for variant in problems.keys(s, version.id)[:limit]
    ]
    samples.insert(s, run.id, planned)
    return run


def complete(s: WriteSession, sample_id: str, *, cost: float | None = None, error: str | None = None) -> bool:
    """Answer a sample with x, or let its backend fail."""
    completion = NewCompletion(
        sample_id,
        text="" if error else r"\boxed{x}",
        finish_reason="error" if error else "stop",
        latency=0.5,
        cost=cost,
        error=error,
        error_kind="connection" if error else None,
    )
    return samples.save_completions(s, [completion]) == 1


def sample_ids(s: ReadSession, run_id: str) -> list[str]:
    """The run's samples in planned order."""
    return [row.id for row in samples.list_samples(s, run_id, limit=1000)]


def verdict(outcome: str) -> Verdict:
    """A verdict with a trace of one step."""
    return Verdict(
        outcome=Outcome(outcome),
        method="structural",
        reason="for a test",
        extracted="x",
        trace=(Step(stage="structural", note="same tree"),),
        seconds=0.25,
    )


def finished_run(
    db: Database,
    version: SetVersion,
    model: Model,
    outcomes: Outcomes,
    *,
    cost: float | None = None,
    limit: int | None = None,
) -> Run:
    """A completed run, its samples ending as `outcomes` says and all others correct."""
    with db.write() as s:
        run = new_run(s, version, model, limit=limit)
        for sample in samples.list_samples(s, run.id, limit=1000):
            outcome = outcomes.get(sample.variant_id, "correct")
            if outcome == "pending":
                continue
            complete(s, sample.id, cost=cost, error="nobody listens" if outcome == "failed" else None)
            if outcome != "failed":
                samples.save_verdicts(s, [(sample.id, verdict(outcome))])
        scores.refresh(s, run.id)
        runs.set_status(s, run.id, "completed")
        return runs.get(s, run.id)
