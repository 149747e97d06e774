"""Samples: planned once each, completed once each, graded once each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select

from app.grading.verdict import Case, Outcome, Step, Verdict
from app.storage.errors import NotFound, UnknownVariants
from app.storage.records import CompletionRow, PendingPrompt, SampleRow, read_task
from app.storage.runs import get as get_run
from app.storage.runs import lock
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import (
    CompletionRecord,
    GoldAnswerRecord,
    GradeRecord,
    SampleRecord,
    VariantRecord,
)

MODEL_REASONS = ("stop", "length", "unsolved")
"""Reasons to finish that are the model's own: such a completion is graded even when it is empty."""


def insert(s: WriteSession, run_id: str, pairs: Iterable[tuple[str, int]]) -> list[str]:
    """Plan samples, each a variant's id (`int-gaussian/original`) and a repetition; return their ids.

    The ids come in the order of the pairs. Pairs planned before keep their sample. Raises `UnknownVariants`.
    """
    wanted = list(pairs)
    lock(s, run_id)
    version_id = get_run(s, run_id).version_id
    known = set(s.scalars(select(VariantRecord.id).where(VariantRecord.version_id == version_id)))
    if unknown := sorted({variant for variant, _ in wanted} - known):
        raise UnknownVariants(f"the problem set version has no variant {', '.join(unknown[:5])}")
    there = _planned(s, run_id)
    missing = [pair for pair in dict.fromkeys(wanted) if pair not in there]
    rows = [
        {
            "id": new_id("smp"),
            "run_id": run_id,
            "version_id": version_id,
            "variant_id": variant,
            "repetition": repetition,
            "position": position,
        }
        for position, (variant, repetition) in enumerate(missing, start=len(there))
    ]
    if rows:
        s.execute(SampleRecord.__table__.insert(), rows)  # type: ignore[attr-defined]
    there = _planned(s, run_id)
    return [there[pair] for pair in wanted]


def chunk(s: ReadSession, run_id: str, number: int, size: int) -> list[str]:
    """The ids of the run's samples in chunk `number` (from 0) of `size` samples, in planned order."""
    first = number * size
    return list(
        s.scalars(
            select(SampleRecord.id)
            .where(SampleRecord.run_id == run_id, SampleRecord.position.between(first, first + size - 1))
            .order_by(SampleRecord.position)
        )
    )


def count(s: ReadSession, run_id: str) -> int:
    """How many samples are planned for the run."""
    return s.scalar(select(func.count()).where(SampleRecord.run_id == run_id)) or 0


def problems_of(s: ReadSession, sample_ids: Collection[str]) -> list[str]:
    """The ids of the problems that these samples ask, each once."""
    return list(
        s.scalars(
            select(VariantRecord.problem_id)
            .join(SampleRecord, _same_variant(VariantRecord))
            .where(SampleRecord.id.in_(list(sample_ids)))
            .distinct()
        )
    )


def all_done(s: ReadSession, run_id: str) -> bool:
    """Whether every sample of the run has a verdict or a failed completion.

    Looks from the end, where a run that goes on has what is left: it need not read all of it.
    """
    left = (
        select(SampleRecord.id)
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(
            SampleRecord.run_id == run_id,
            GradeRecord.sample_id.is_(None),
            CompletionRecord.failed.is_not(True),
        )
        .order_by(SampleRecord.position.desc())
        .limit(1)
    )
    return s.scalar(left) is None


def prompts(s: ReadSession, sample_ids: Collection[str]) -> list[PendingPrompt]:
    """What to ask for those of the samples that have no completion yet, in planned order."""
    rows = s.execute(
        select(SampleRecord, VariantRecord)
        .join(VariantRecord, _same_variant(VariantRecord))
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .where(SampleRecord.id.in_(list(sample_ids)), CompletionRecord.sample_id.is_(None))
        .order_by(SampleRecord.run_id, SampleRecord.position)
    )
    return [
        PendingPrompt(
            sample_id=sample.id,
            text=variant.statement,
            task_json=_task_json(variant.task),
            assumptions=tuple(variant.assumptions),
            repetition=sample.repetition,
        )
        for sample, variant in rows
    ]


def save_completion(
    s: WriteSession,
    sample_id: str,
    *,
    text: str,
    finish_reason: str,
    latency: float,
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
    cost: float | None = None,
    error: str | None = None,
) -> bool:
    """Store a sample's completion unless it has one; say whether this one was stored.

    A completion with an error is a failure of the backend and is not graded, unless it finished for a
    reason of the model's own (`MODEL_REASONS`).
    """
    row = {
        "sample_id": sample_id,
        "text": text,
        "finish_reason": finish_reason,
        "latency": latency,
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "cost": cost,
        "error": error,
        "failed": error is not None and finish_reason not in MODEL_REASONS,
        "created_at": utc_now(),
    }
    return insert_or_ignore(s, CompletionRecord, [row]) == 1


def ungraded(s: ReadSession, sample_ids: Collection[str]) -> list[tuple[str, Case]]:
    """The cases to judge: those of the samples with a completion, no failure and no verdict, in order.

    A solver that gave up says why, and those words are no answer: its case has an empty one.
    """
    answer = case((CompletionRecord.finish_reason == "unsolved", ""), else_=CompletionRecord.text)
    rows = s.execute(
        select(SampleRecord.id, answer, VariantRecord, GoldAnswerRecord.answer)
        .join(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .join(VariantRecord, _same_variant(VariantRecord))
        .join(
            GoldAnswerRecord,
            (GoldAnswerRecord.version_id == SampleRecord.version_id)
            & (GoldAnswerRecord.variant_id == SampleRecord.variant_id),
        )
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(
            SampleRecord.id.in_(list(sample_ids)),
            CompletionRecord.failed.is_(False),
            GradeRecord.sample_id.is_(None),
        )
        .order_by(SampleRecord.run_id, SampleRecord.position)
    )
    return [(sample_id, _case(variant, gold, text)) for sample_id, text, variant, gold in rows]


def save_verdict(s: WriteSession, sample_id: str, verdict: Verdict) -> bool:
    """Store a sample's verdict unless it has one; say whether this one was stored."""
    row = verdict.model_dump(mode="json") | {"sample_id": sample_id, "created_at": utc_now()}
    return insert_or_ignore(s, GradeRecord, [row]) == 1


def list_samples(
    s: ReadSession, run_id: str, limit: int = 50, after: str | None = None, *, outcome: str | None = None
) -> list[SampleRow]:
    """Samples of a run in planned order, from the one that follows the sample `after`.

    `outcome` keeps only samples with that verdict. Raises `NotFound` if `after` is no sample of the run.
    """
    query = _samples().where(SampleRecord.run_id == run_id).order_by(SampleRecord.position).limit(limit)
    if after is not None:
        last = s.scalar(
            select(SampleRecord.position).where(SampleRecord.id == after, SampleRecord.run_id == run_id)
        )
        if last is None:
            raise NotFound(f"run {run_id} has no sample {after} to go on from")
        query = query.where(SampleRecord.position > last)
    if outcome is not None:
        query = query.where(GradeRecord.outcome == outcome)
    return [_sample(row) for row in s.execute(query)]


def of_variants(s: ReadSession, run_ids: Collection[str], variant_ids: Collection[str]) -> list[SampleRow]:
    """The samples of these variants in these runs: by run in the order given, then in planned order."""
    order = {run_id: place for place, run_id in enumerate(run_ids)}
    query = _samples().where(
        SampleRecord.run_id.in_(list(order)), SampleRecord.variant_id.in_(list(variant_ids))
    )
    rows = [_sample(row) for row in s.execute(query.order_by(SampleRecord.position))]
    return sorted(rows, key=lambda row: order[row.run_id])


def get(s: ReadSession, sample_id: str) -> SampleRow:
    """One sample; raises `NotFound`."""
    row = s.execute(_samples().where(SampleRecord.id == sample_id)).first()
    if row is None:
        raise NotFound(f"no sample {sample_id} is stored")
    return _sample(row)


def _planned(s: ReadSession, run_id: str) -> dict[tuple[str, int], str]:
    rows = s.execute(
        select(SampleRecord.variant_id, SampleRecord.repetition, SampleRecord.id).where(
            SampleRecord.run_id == run_id
        )
    )
    return {(variant, repetition): sample_id for variant, repetition, sample_id in rows}


def _same_variant(variant: type[VariantRecord]) -> Any:
    return (variant.version_id == SampleRecord.version_id) & (variant.id == SampleRecord.variant_id)


def _task_json(task: dict[str, Any] | None) -> str | None:
    return None if task is None else json.dumps(task, sort_keys=True)


def _case(variant: VariantRecord, gold: str, answer: str) -> Case:
    task_json = _task_json(variant.task)
    return Case(
        gold=gold,
        answer=answer,
        kind=variant.answer_kind,  # type: ignore[arg-type]
        assumptions=tuple(variant.assumptions),
        task=None if task_json is None else read_task(task_json),
    )


def _samples() -> Select[*tuple[Any, ...]]:
    return (
        select(SampleRecord, VariantRecord, CompletionRecord, GradeRecord)
        .join(VariantRecord, _same_variant(VariantRecord))
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
    )


def _sample(row: Sequence[Any]) -> SampleRow:
    sample, variant, completion, grade = row
    return SampleRow(
        id=sample.id,
        run_id=sample.run_id,
        variant_id=sample.variant_id,
        problem_id=variant.problem_id,
        topic=variant.topic,
        perturbation=variant.perturbation,
        repetition=sample.repetition,
        statement=variant.statement,
        completion=None if completion is None else _completion(completion),
        verdict=None if grade is None else _verdict(grade),
    )


def _completion(record: CompletionRecord) -> CompletionRow:
    return CompletionRow(
        text=record.text,
        finish_reason=record.finish_reason,
        latency=record.latency,
        prompt_tokens=record.prompt_tokens,
        completion_tokens=record.completion_tokens,
        cost=record.cost,
        error=record.error,
        failed=record.failed,
        created_at=record.created_at,
    )


def _verdict(record: GradeRecord) -> Verdict:
    return Verdict(
        outcome=Outcome(record.outcome),
        method=record.method,
        reason=record.reason,
        extracted=record.extracted,
        trace=tuple(Step.model_validate(step) for step in record.trace),
        seconds=record.seconds,
        grader_version=record.grader_version,
    )
