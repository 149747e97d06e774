"""Samples: planned once each, completed once each, graded once each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, null, select

from app.grading.verdict import Case, Outcome, Step, Verdict
from app.storage.errors import NotFound, UnknownVariants
from app.storage.records import CompletionRow, NewCompletion, PendingPrompt, SampleRow, read_task
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


def count(s: ReadSession, run_id: str) -> int:
    """How many samples are planned for the run."""
    return s.scalar(select(func.count()).where(SampleRecord.run_id == run_id)) or 0


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


def pending(
    s: ReadSession, run_id: str, places: range, limit: int, *, with_tasks: bool
) -> list[PendingPrompt]:
    """What to ask for samples at these positions of the run that have no completion, in planned order."""
    task = (VariantRecord.task if with_tasks else null()).label("task")
    rows = s.execute(
        select(
            SampleRecord.id,
            SampleRecord.position,
            SampleRecord.repetition,
            VariantRecord.statement,
            VariantRecord.answer_kind,
            VariantRecord.assumptions,
            task,
        )
        .join(VariantRecord, _same_variant(VariantRecord))
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .where(_at(run_id, places), CompletionRecord.sample_id.is_(None))
        .order_by(SampleRecord.position)
        .limit(limit)
    )
    return [
        PendingPrompt(
            sample_id=row.id,
            position=row.position,
            text=row.statement,
            kind=row.answer_kind,
            task_json=_task_json(row.task),
            assumptions=tuple(row.assumptions),
            repetition=row.repetition,
        )
        for row in rows
    ]


def left(s: ReadSession, run_id: str, places: range) -> tuple[int, int]:
    """How many samples at these positions have no completion, and how many an answer but no verdict."""
    unasked = CompletionRecord.sample_id.is_(None)
    ungraded = CompletionRecord.failed.is_(False) & GradeRecord.sample_id.is_(None)
    row = s.execute(
        select(func.count().filter(unasked), func.count().filter(ungraded))
        .select_from(SampleRecord)
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(_at(run_id, places))
    ).one()
    return row[0], row[1]


def save_completions(s: WriteSession, completions: Iterable[NewCompletion]) -> int:
    """Store completions of samples that have none, and say how many were stored.

    A completion with an error is a failure of the backend and is not graded, unless it finished for a
    reason of the model's own (`MODEL_REASONS`).
    """
    now = utc_now()
    rows = [
        {
            **vars(completion),
            "failed": completion.error is not None and completion.finish_reason not in MODEL_REASONS,
            "created_at": now,
        }
        for completion in completions
    ]
    return insert_or_ignore(s, CompletionRecord, rows)


def of_run(s: ReadSession, run_id: str, sample_ids: Collection[str]) -> set[str]:
    """Those of the ids that are samples of this run."""
    ids = SampleRecord.id.in_(list(sample_ids))
    return set(s.scalars(select(SampleRecord.id).where(SampleRecord.run_id == run_id, ids)))


def forget_failures(s: WriteSession, run_id: str, sample_ids: Collection[str] | None = None) -> int:
    """Delete the failed completions of a run, or of these samples of it, and say how many there were.

    They are then asked again, or take another completion.
    """
    chosen = select(SampleRecord.id).where(SampleRecord.run_id == run_id)
    if sample_ids is not None:
        chosen = chosen.where(SampleRecord.id.in_(list(sample_ids)))
    failed = delete(CompletionRecord).where(
        CompletionRecord.failed.is_(True), CompletionRecord.sample_id.in_(chosen)
    )
    return len(s.scalars(failed.returning(CompletionRecord.sample_id)).all())


def spent(s: ReadSession, run_id: str) -> list[tuple[int | None, int | None, float | None]]:
    """What each completion of the run cost: prompt tokens, completion tokens, US dollars."""
    rows = s.execute(
        select(CompletionRecord.prompt_tokens, CompletionRecord.completion_tokens, CompletionRecord.cost)
        .join(SampleRecord, SampleRecord.id == CompletionRecord.sample_id)
        .where(SampleRecord.run_id == run_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def ungraded(s: ReadSession, sample_ids: Collection[str]) -> list[tuple[str, Case]]:
    """The cases to judge: those of the samples with a completion, no failure and no verdict, in order."""
    rows = s.execute(_cases().where(SampleRecord.id.in_(list(sample_ids))))
    return [(row.id, _case(row)) for row in rows]


def ungraded_at(s: ReadSession, run_id: str, places: range, limit: int) -> list[tuple[int, str, Case]]:
    """The first cases to judge at these positions of the run, each with its position and sample."""
    rows = s.execute(_cases().where(_at(run_id, places)).limit(limit))
    return [(row.position, row.id, _case(row)) for row in rows]


def save_verdicts(s: WriteSession, verdicts: Iterable[tuple[str, Verdict]]) -> int:
    """Store verdicts of samples that have none, and say how many were stored."""
    now = utc_now()
    rows = [
        verdict.model_dump(mode="json") | {"sample_id": sample_id, "created_at": now}
        for sample_id, verdict in verdicts
    ]
    return insert_or_ignore(s, GradeRecord, rows)


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


def _at(run_id: str, places: range) -> ColumnElement[bool]:
    """The samples of a run at these positions, a range without gaps."""
    return (
        (SampleRecord.run_id == run_id)
        & (SampleRecord.position >= places.start)
        & (SampleRecord.position < places.stop)
    )


def _cases() -> Select[*tuple[Any, ...]]:
    """What has an answer and no verdict. A solver that gave up says why, and those words are no answer."""
    answer = case((CompletionRecord.finish_reason == "unsolved", ""), else_=CompletionRecord.text)
    return (
        select(
            SampleRecord.id,
            SampleRecord.position,
            answer.label("answer"),
            VariantRecord.answer_kind,
            VariantRecord.assumptions,
            VariantRecord.task,
            GoldAnswerRecord.answer.label("gold"),
        )
        .join(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .join(VariantRecord, _same_variant(VariantRecord))
        .join(
            GoldAnswerRecord,
            (GoldAnswerRecord.version_id == SampleRecord.version_id)
            & (GoldAnswerRecord.variant_id == SampleRecord.variant_id),
        )
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(CompletionRecord.failed.is_(False), GradeRecord.sample_id.is_(None))
        .order_by(SampleRecord.run_id, SampleRecord.position)
    )


def _case(row: Any) -> Case:
    task_json = _task_json(row.task)
    return Case(
        gold=row.gold,
        answer=row.answer,
        kind=row.answer_kind,
        assumptions=tuple(row.assumptions),
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
        error_kind=record.error_kind,
        reasoning=record.reasoning,
        details=record.details,
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
