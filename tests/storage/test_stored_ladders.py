"""Ladders are stored with their rungs in order, and read back with how each rung answered."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from app.storage import ladders, models, problem_sets
from app.storage.errors import NotFound
from app.storage.ladders import LadderRecord, LadderRungRecord
from app.storage.sessions import Database
from app.storage.tables import Base
from tests.storage.furniture import finished_run, furnish

TABLES = ("ladders", "ladder_rungs")


@pytest.fixture
def ladder(db: Database) -> ladders.Ladder:
    """The tiny set, and a ladder of three rungs, the second of them the baseline."""
    furnish(db)
    with db.write() as s:
        rungs = [
            (label, models.register(s, f"tiny@{label}", "scripted", {"delay": delay}).id, {"weights": label})
            for delay, label in enumerate(("float32", "bf16", "int8"))
        ]
        return ladders.declare(s, "tiny", "bf16", rungs)


def test_a_ladder_is_read_back_in_its_order(db, ladder):
    """Labels, models and facts stand as they were declared, and the baseline is one of them."""
    with db.read() as s:
        assert ladders.list_ladders(s) == [ladder]
        assert ladders.find(s, "tiny") == ladder
    assert [rung.label for rung in ladder.rungs] == ["float32", "bf16", "int8"]
    assert (ladder.base.model, ladder.base.facts) == ("tiny@bf16", {"weights": "bf16"})


def test_declaring_again_puts_other_rungs_in_their_place(db, ladder):
    """The ladder keeps its identity; rungs, facts and baseline are the new ones."""
    with db.write() as s:
        kept = [(rung.label, rung.model_id, {"device": "cpu"}) for rung in ladder.rungs[:2]]
        again = ladders.declare(s, "tiny", "float32", kept)
    assert (again.id, again.created_at, again.baseline) == (ladder.id, ladder.created_at, "float32")
    assert [dict(rung.facts) for rung in again.rungs] == [{"device": "cpu"}] * 2


def test_an_unknown_ladder_is_not_found_and_the_known_are_named(db, ladder):
    """The message says which there are, and how one is declared."""
    with pytest.raises(NotFound, match=r"declared are: tiny.*ladder add"), db.read() as s:
        ladders.find(s, "huge")


def test_answers_are_read_with_outcome_and_completion(db, ladder):
    """A failed sample has a reason to finish and no outcome, a pending one has neither."""
    with db.read() as s:
        version, model = problem_sets.find_version(s, "tiny"), models.find(s, "tiny@bf16")
    outcomes = {"p0/numeric": "failed", "p0/original": "pending", "p1/symbolic": "incorrect"}
    run = finished_run(db, version, model, outcomes)
    with db.read() as s:
        found = {answer.variant_id: answer for answer in ladders.answers(s, run.id)}
        assert ladders.completed_runs(s, version.id, model.id) == [run.id]
        assert [(each.problem_set, each.rungs) for each in ladders.evaluated(s, ladder)] == [("tiny", 1)]
    assert len(found) == version.variants
    assert (found["p0/numeric"].outcome, found["p0/numeric"].finish_reason) == (None, "error")
    assert (found["p0/original"].outcome, found["p0/original"].finish_reason) == (None, None)
    wrong = found["p1/symbolic"]
    assert (wrong.outcome, wrong.extracted, wrong.topic, wrong.problem_id) == (
        "incorrect",
        "x",
        "limits",
        "p1",
    )


NONSENSE = {
    "two rungs of one label": {"label": "bf16"},
    "two rungs in one place": {"position": 0},
    "a rung before the first": {"position": -1},
    "a rung without a label": {"label": ""},
    "a rung of no model": {"model_id": "none"},
    "a rung of no ladder": {"ladder_id": "none"},
}


@pytest.mark.parametrize("changes", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused(db, ladder, changes):
    """The database refuses each kind of rung that makes no sense."""
    with db.read() as s:
        model = models.find(s, "cas")
    row = {"ladder_id": ladder.id, "position": 9, "label": "fp4", "model_id": model.id, "facts": {}}
    with pytest.raises(IntegrityError), db.write() as s:
        s.add(LadderRungRecord(**{**row, **changes}))


def test_a_ladder_has_a_name_of_its_own(db, ladder):
    """The database refuses a second one of the name, and one without a name."""
    for name in ("tiny", ""):
        with pytest.raises(IntegrityError), db.write() as s:
            s.add(LadderRecord(id="new", name=name, baseline="x", created_at=ladder.created_at))


def test_the_migration_makes_the_tables_that_the_code_describes(db):
    """Alembic finds no difference in the two tables, and every named check is there."""
    with db.engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables}
        changes = compare_metadata(MigrationContext.configure(connection, opts=ours), Base.metadata)
    assert [change for change in changes if any(table in repr(change) for table in TABLES)] == []
    for name in TABLES:
        table = Base.metadata.tables[name]
        named = {str(constraint.name) for constraint in table.constraints if hasattr(constraint, "sqltext")}
        assert {check["name"] for check in inspect(db.engine).get_check_constraints(name)} == named
