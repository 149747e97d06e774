"""The database itself refuses each kind of nonsense, whoever writes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.storage import problem_sets, samples, scores
from app.storage.sessions import Database, WriteSession
from app.storage.tables import (
    Base,
    CompletionRecord,
    GoldAnswerRecord,
    GradeRecord,
    ModelRecord,
    ProblemRecord,
    ProblemSetRecord,
    RunRecord,
    SampleRecord,
    ScheduleRecord,
    ScheduleTickRecord,
    ScoreCellRecord,
    VariantRecord,
    VersionRecord,
    WorkerRecord,
)
from tests.storage.furniture import complete, furnish, new_run, problem_set, sample_ids, verdict

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(lasting_db: Database) -> Database:
    """A database with one row at least in every table; what is refused leaves it as it was."""
    db = lasting_db
    version, model = furnish(db)
    with db.write() as s:
        problem_sets.publish(s, problem_set(version="2", sha256="b" * 64))
        run = new_run(s, version, model)
        for sample in sample_ids(s, run.id)[:3]:
            complete(s, sample)
            samples.save_verdicts(s, [(sample, verdict("correct"))])
        scores.refresh(s, run.id)
        set_id = s.scalars(select(ProblemSetRecord.id)).one()
        s.add(WorkerRecord(executor_id="w", started_at=NOW, heartbeat_at=NOW))
        s.add(
            ScheduleRecord(
                id="sch",
                name="nightly",
                problem_set_id=set_id,
                version="1",
                model_id=model.id,
                cron="0 0 * * *",
                timezone="UTC",
                repetitions=1,
                paused=False,
                created_at=NOW,
            )
        )
        s.flush()
        s.add(
            ScheduleTickRecord(schedule_id="sch", due_at=NOW, decision="ran", run_id=run.id, created_at=NOW)
        )
    return db


def copy(record: type[Base], **changes: Any) -> Callable[[WriteSession], None]:
    """Insert the first row of a table again, with changes."""

    def insert_copy(s: WriteSession) -> None:
        table = record.__table__
        row = s.execute(select(table).order_by(*table.primary_key)).mappings().first()
        s.execute(insert(table), [{**row, **changes}])

    return insert_copy


def alter(record: type[Base], **changes: Any) -> Callable[[WriteSession], None]:
    """Change every row of a table."""
    return lambda s: s.execute(update(record).values(**changes)) and None


def remove(record: type[Base]) -> Callable[[WriteSession], None]:
    """Delete every row of a table."""
    return lambda s: s.execute(delete(record)) and None


NONSENSE = [
    ("a problem set of a taken name", copy(ProblemSetRecord, id="new")),
    ("a problem set without a name", copy(ProblemSetRecord, id="new", name="")),
    ("the same version twice", copy(VersionRecord, id="new")),
    ("a version of no set", copy(VersionRecord, id="new", version="3", problem_set_id="none")),
    ("a version without a number", copy(VersionRecord, id="new", version="")),
    ("a hash that is none", copy(VersionRecord, id="new", version="3", content_sha256="abc")),
    (
        "a version that does not say if answers are public",
        copy(VersionRecord, id="new", version="3", answers_public=None),
    ),
    ("the same problem twice", copy(ProblemRecord)),
    ("two problems in one place", copy(ProblemRecord, id="new")),
    ("a problem of no level", copy(ProblemRecord, id="new", level=4)),
    ("a variant of no problem", copy(VariantRecord, id="new", problem_id="none")),
    ("the same variant twice", copy(VariantRecord)),
    ("a variant without a statement", copy(VariantRecord, id="new", statement="")),
    ("two gold answers of one variant", copy(GoldAnswerRecord)),
    ("a gold answer of no variant", copy(GoldAnswerRecord, variant_id="none")),
    ("an empty gold answer", copy(GoldAnswerRecord, answer="")),
    ("a model of a taken name", copy(ModelRecord, id="new")),
    ("a model without settings", alter(ModelRecord, settings=None)),
    ("a run of no model", alter(RunRecord, model_id="none")),
    ("a run of no version", copy(RunRecord, id="new", version_id="none")),
    ("a run of an unknown kind", alter(RunRecord, kind="walk")),
    ("a run of an unknown status", alter(RunRecord, status="lost")),
    ("a finished run without a time", alter(RunRecord, status="completed")),
    ("a running run with a finishing time", alter(RunRecord, status="running", finished_at=NOW)),
    ("a run that repeats nothing", alter(RunRecord, repetitions=0)),
    ("the same sample twice", copy(SampleRecord, id="new", position=99)),
    ("two samples in one place", copy(SampleRecord, id="new", repetition=7)),
    ("a sample before the first", alter(SampleRecord, repetition=-1)),
    ("a sample of no run", copy(SampleRecord, id="new", position=99, run_id="none")),
    ("a sample of no variant", copy(SampleRecord, id="new", position=99, variant_id="none")),
    ("a second completion", copy(CompletionRecord)),
    ("a completion of no sample", copy(CompletionRecord, sample_id="none")),
    ("an unknown reason to finish", alter(CompletionRecord, finish_reason="bored")),
    ("a negative latency", alter(CompletionRecord, latency=-1)),
    ("a negative cost", alter(CompletionRecord, cost=-1)),
    ("negative tokens", alter(CompletionRecord, prompt_tokens=-1)),
    ("a failure without an error", alter(CompletionRecord, failed=True)),
    ("a second grade", copy(GradeRecord)),
    ("a grade without a completion", remove(CompletionRecord)),
    ("an unknown outcome", alter(GradeRecord, outcome="perhaps")),
    ("the same cell twice", copy(ScoreCellRecord)),
    ("a negative count", alter(ScoreCellRecord, incorrect=-1)),
    ("more outcomes than samples", alter(ScoreCellRecord, failed=99)),
    ("a cell of no problem", alter(ScoreCellRecord, problem_id="none")),
    ("a schedule of a taken name", copy(ScheduleRecord, id="new")),
    ("a schedule without a rule", alter(ScheduleRecord, cron="")),
    ("a schedule of a version that is not there", alter(ScheduleRecord, version="9")),
    ("a limit of nothing", alter(ScheduleRecord, sample_limit=0)),
    ("the same tick twice", copy(ScheduleTickRecord)),
    ("a tick of no run", alter(ScheduleTickRecord, run_id="none")),
    ("an unknown decision", alter(ScheduleTickRecord, decision="maybe")),
    ("a worker without a name", alter(WorkerRecord, executor_id="")),
    ("samples without their run", remove(RunRecord)),
]


@pytest.mark.parametrize("write", [case[1] for case in NONSENSE], ids=[case[0] for case in NONSENSE])
def test_nonsense_is_refused(house, write):
    """The database refuses it, and nothing of the transaction remains."""
    with pytest.raises(IntegrityError), house.write() as s:
        write(s)


PUBLISHED = (ProblemSetRecord, VersionRecord, ProblemRecord, VariantRecord, GoldAnswerRecord)


@pytest.mark.parametrize("record", PUBLISHED)
def test_what_is_published_can_neither_change_nor_go(house, record):
    """Triggers refuse the harmless change, and the removal, of every row of a published set."""
    first = next(iter(record.__table__.columns))
    for write in (update(record).values({first.name: first}), delete(record)):
        with pytest.raises(IntegrityError, match="publish a new version"), house.write() as s:
            s.execute(write)


@pytest.mark.parametrize("record", [ProblemRecord, VariantRecord])
@pytest.mark.parametrize("position", [-1, 99])
def test_nothing_joins_a_published_version(house, record, position):
    """A version has as many problems and variants as it was published with, and no places for more."""
    with pytest.raises(IntegrityError, match="has all its rows"), house.write() as s:
        copy(record, id="new", position=position)(s)


def test_sqlite_cannot_replace_what_is_published(house):
    """INSERT OR REPLACE, which deletes a row without saying so, is refused too."""
    if house.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has it")
    replace = "INSERT OR REPLACE INTO gold_answers SELECT version_id, variant_id, 'y' FROM gold_answers"
    with pytest.raises(IntegrityError, match="publish a new version"), house.write() as s:
        s.execute(text(replace))


def test_a_sample_belongs_to_its_runs_own_version(house):
    """A variant of another version of the same set is refused, although it exists."""
    with house.read() as s:
        other = problem_sets.find_version(s, "tiny", "2")
    with pytest.raises(IntegrityError), house.write() as s:
        copy(SampleRecord, id="new", position=99, repetition=7, version_id=other.id)(s)
