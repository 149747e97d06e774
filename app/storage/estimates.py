"""What an estimate rests on: the statements to be put, and what a model's answers came to so far."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.storage.sessions import ReadSession
from app.storage.tables import CompletionRecord, RunRecord, SampleRecord, VariantRecord


@dataclass(frozen=True)
class Experience:
    """The means over so many completions of a model; tokens are None where none of them told any."""

    completions: int
    prompt_tokens: float | None
    completion_tokens: float | None
    latency: float


def experience(s: ReadSession, model_id: str, version_id: str | None = None) -> Experience:
    """What the model's runs so far came to, on one problem set version or on all; failures do not count.

    Latency is in seconds, and 0 where there are no completions.
    """
    query = (
        select(
            func.count(),
            func.avg(CompletionRecord.prompt_tokens),
            func.avg(CompletionRecord.completion_tokens),
            func.avg(CompletionRecord.latency),
        )
        .select_from(RunRecord)
        .join(SampleRecord, SampleRecord.run_id == RunRecord.id)
        .join(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .where(RunRecord.model_id == model_id, RunRecord.kind == "run", CompletionRecord.failed.is_(False))
    )
    if version_id is not None:
        query = query.where(RunRecord.version_id == version_id)
    completions, prompt, completion, latency = s.execute(query).one()
    return Experience(completions, _number(prompt), _number(completion), float(latency or 0.0))


def statements(s: ReadSession, version_id: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of every variant of a version, by id, its statement and its assumptions."""
    columns = (VariantRecord.id, VariantRecord.statement, VariantRecord.assumptions)
    rows = s.execute(select(*columns).where(VariantRecord.version_id == version_id))
    return {variant: (statement, tuple(assumptions)) for variant, statement, assumptions in rows}


def _number(mean: object) -> float | None:
    """PostgreSQL has its means of whole numbers as decimals."""
    return None if mean is None else float(mean)  # type: ignore[arg-type]
