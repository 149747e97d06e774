"""Leaderboards: models ranked on a problem set version, from score cells alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from app.problems.problem import ORIGINAL
from app.statistics.estimators import Estimate, macro, micro
from app.statistics.robustness import Family, drops
from app.storage.problem_sets import find_version
from app.storage.records import SetVersion, Standing, StandingRow
from app.storage.sessions import ReadSession
from app.storage.tables import ModelRecord, ProblemRecord, RunRecord, ScoreCellRecord


@dataclass(frozen=True)
class Cell:
    """One score cell with the topic of its problem."""

    problem_id: str
    perturbation: str
    topic: str
    correct: int
    incorrect: int
    ungradable: int
    failed: int
    cost: float | None
    seconds: float

    @property
    def graded(self) -> int:
        """Samples with a verdict."""
        return self.correct + self.incorrect + self.ungradable

    @property
    def scores(self) -> list[float]:
        """One score for each verdict: an ungradable answer is not a correct one."""
        return [1.0] * self.correct + [0.0] * (self.incorrect + self.ungradable)


def standing(s: ReadSession, set_name: str, version: str | None = None) -> Standing:
    """The leaderboard of a version (the newest by default); raises `NotFound`.

    Each model stands with one completed run: that of the largest coverage, of several the newest. Ranks are
    about all variants as soon as one run has judged them all, until then about the largest selection that a
    run was limited to: such selections are the same for everybody. Rows that do not cover it follow the
    ranked ones, those of larger coverage first.
    """
    found = find_version(s, set_name, version)
    chosen = _chosen(s, found)
    cells = _cells(s, found.id, [run.id for run, _ in chosen])
    selection = _selection(((run, cells[run.id]) for run, _ in chosen), found)
    rows = _ranked(_row(run, model, cells[run.id], found, selection) for run, model in chosen)
    topics = s.scalars(select(ProblemRecord.topic).where(ProblemRecord.version_id == found.id).distinct())
    return Standing(
        problem_set=found.name,
        version=found.version,
        version_id=found.id,
        title=found.title,
        problems=found.problems,
        variants=found.variants,
        selection=selection,
        perturbations=tuple(sorted({name for row in rows for name in row.drops})),
        topics=tuple(sorted(topics)),
        rows=tuple(rows),
    )


def _chosen(s: ReadSession, version: SetVersion) -> list[tuple[RunRecord, ModelRecord]]:
    """For each model the completed run that it stands with."""
    graded = func.sum(ScoreCellRecord.correct + ScoreCellRecord.incorrect + ScoreCellRecord.ungradable)
    rows = s.execute(
        select(RunRecord, ModelRecord, func.coalesce(graded, 0))
        .join(ModelRecord, ModelRecord.id == RunRecord.model_id)
        .outerjoin(ScoreCellRecord, ScoreCellRecord.run_id == RunRecord.id)
        .where(RunRecord.version_id == version.id, RunRecord.status == "completed")
        .group_by(RunRecord.id, ModelRecord.id)
        .order_by(RunRecord.finished_at.desc(), RunRecord.id.desc())
    )
    best: dict[str, tuple[float, RunRecord, ModelRecord]] = {}
    for run, model, verdicts in rows:
        share = verdicts / run.repetitions
        if model.id not in best or share > best[model.id][0]:
            best[model.id] = (share, run, model)
    return [(run, model) for _, run, model in best.values()]


def _cells(s: ReadSession, version_id: str, run_ids: Sequence[str]) -> dict[str, list[Cell]]:
    rows = s.execute(
        select(ScoreCellRecord, ProblemRecord.topic)
        .join(
            ProblemRecord,
            (ProblemRecord.version_id == ScoreCellRecord.version_id)
            & (ProblemRecord.id == ScoreCellRecord.problem_id),
        )
        .where(ScoreCellRecord.version_id == version_id, ScoreCellRecord.run_id.in_(run_ids))
        .order_by(ProblemRecord.position, ScoreCellRecord.perturbation)
    )
    cells: dict[str, list[Cell]] = defaultdict(list)
    for record, topic in rows:
        cells[record.run_id].append(
            Cell(
                problem_id=record.problem_id,
                perturbation=record.perturbation,
                topic=topic,
                correct=record.correct,
                incorrect=record.incorrect,
                ungradable=record.ungradable,
                failed=record.failed,
                cost=record.cost,
                seconds=record.seconds,
            )
        )
    return cells


def _selection(runs: Iterable[tuple[RunRecord, Sequence[Cell]]], version: SetVersion) -> int:
    """The largest number of variants of which some run has a verdict on each it was to ask; else all."""
    covered = [
        _planned(run, version)
        for run, cells in runs
        if sum(cell.graded for cell in cells) == _planned(run, version) * run.repetitions
    ]
    return max(covered, default=version.variants)


def _planned(run: RunRecord, version: SetVersion) -> int:
    """How many variants a run is about: those it was limited to, or all, as every submission is."""
    return min(run.settings.get("limit") or version.variants, version.variants)


def _row(
    run: RunRecord, model: ModelRecord, cells: Sequence[Cell], version: SetVersion, selection: int
) -> StandingRow:
    assert run.finished_at is not None  # noqa: S101 (the database holds this for every completed run)
    graded, total = sum(cell.graded for cell in cells), selection * run.repetitions
    costs = [cell.cost for cell in cells if cell.cost is not None]
    overall = _estimate(cells)
    return StandingRow(
        rank=None,
        ranked=0 < graded == total and _planned(run, version) == selection,
        model=model.name,
        backend=model.backend,
        run_id=run.id,
        kind=run.kind,
        finished_at=run.finished_at,
        repetitions=run.repetitions,
        score=None if overall is None else overall.mean,
        low=None if overall is None else overall.low,
        high=None if overall is None else overall.high,
        macro=overall,
        micro=micro(_clusters(cells)) if overall is not None else None,
        original=_estimate(cell for cell in cells if cell.perturbation == ORIGINAL),
        perturbations=_by(cells, "perturbation"),
        drops=drops(_families(cells)),
        topics=_by(cells, "topic"),
        correct=sum(cell.correct for cell in cells),
        incorrect=sum(cell.incorrect for cell in cells),
        ungradable=sum(cell.ungradable for cell in cells),
        failed=sum(cell.failed for cell in cells),
        graded=graded,
        total=total,
        coverage=graded / total if total else 0.0,
        cost=sum(costs) if costs else None,
        seconds=sum(cell.seconds for cell in cells),
    )


def _clusters(cells: Iterable[Cell]) -> dict[str, list[float]]:
    clusters: dict[str, list[float]] = defaultdict(list)
    for cell in cells:
        if cell.graded:
            clusters[cell.problem_id] += cell.scores
    return clusters


def _estimate(cells: Iterable[Cell]) -> Estimate | None:
    clusters = _clusters(cells)
    return macro(clusters) if clusters else None


def _by(cells: Sequence[Cell], attribute: str) -> dict[str, Estimate]:
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[getattr(cell, attribute)].append(cell)
    estimates = {name: _estimate(group) for name, group in sorted(groups.items())}
    return {name: estimate for name, estimate in estimates.items() if estimate is not None}


def _families(cells: Iterable[Cell]) -> dict[str, Family]:
    """The problems whose original has a verdict, each with the scores of its graded variants."""
    originals: dict[str, float] = {}
    variants: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for cell in cells:
        if cell.graded and cell.perturbation == ORIGINAL:
            originals[cell.problem_id] = cell.correct / cell.graded
        elif cell.graded:
            variants[cell.problem_id][cell.perturbation] = cell.scores
    return {name: Family(original, variants[name]) for name, original in originals.items()}


def _ranked(rows: Iterable[StandingRow]) -> list[StandingRow]:
    ordered = sorted(rows, key=_order)
    ranked: list[StandingRow] = []
    for place, row in enumerate(ordered, start=1):
        if row.ranked:
            before = ranked[-1] if ranked else None
            tied = before is not None and before.score == row.score
            ranked.append(replace(row, rank=before.rank if tied and before else place))
        else:
            ranked.append(row)
    return ranked


def _order(row: StandingRow) -> tuple[Any, ...]:
    coverage = 1.0 if row.ranked else row.coverage
    return (not row.ranked, -coverage, -(row.score or 0.0), row.model)
