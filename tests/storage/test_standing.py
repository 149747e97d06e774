"""Score cells and the leaderboard made of them."""

import pytest
from sqlalchemy import delete, select

from app.statistics import macro, micro
from app.storage import leaderboards, models, problem_sets, runs, scores
from app.storage.errors import NotFound
from app.storage.tables import GradeRecord, ScoreCellRecord
from tests.storage.furniture import finished_run, furnish, new_run, problem_set


def standing(db, version=None):
    """The leaderboard of the tiny set."""
    with db.read() as s:
        return leaderboards.standing(s, "tiny", version)


def cells(s):
    """Every cell as a tuple, in order."""
    table = ScoreCellRecord.__table__
    return [tuple(row) for row in s.execute(select(table).order_by(*table.primary_key))]


def other_model(db, name):
    """One more model."""
    with db.write() as s:
        return models.register(s, name, "maxima", {})


def test_refreshing_twice_changes_nothing(db):
    """Cells are made from grades alone, so making them again gives the same cells."""
    version, model = furnish(db)
    run = finished_run(db, version, model, {"p0/symbolic": "incorrect", "p1/numeric": "failed"})
    with db.write() as s:
        before = cells(s)
        scores.refresh(s, run.id)
        assert cells(s) == before
    assert len(before) == 9


def test_the_leaderboard_reads_cells_only(db):
    """It stays the same when the grades are gone."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/symbolic": "incorrect"})
    before = standing(db)
    with db.write() as s:
        s.execute(delete(GradeRecord))
    assert standing(db) == before


def test_an_empty_leaderboard_has_no_rows(db):
    """A version without runs is a leaderboard without rows; an unknown set is an error."""
    furnish(db)
    found = standing(db)
    assert (found.rows, found.problems, found.variants) == ((), 3, 9)
    assert found.topics == ("integrals", "limits")
    with db.read() as s, pytest.raises(NotFound):
        leaderboards.standing(s, "nought")


def test_a_row_holds_the_estimates_of_its_run(db):
    """Macro and micro accuracy, the original's, each topic's, counts, cost and seconds."""
    version, model = furnish(db)
    outcomes = {"p0/symbolic": "incorrect", "p0/numeric": "ungradable", "p2/symbolic": "incorrect"}
    run = finished_run(db, version, model, outcomes, cost=0.25)
    [row] = standing(db).rows
    clusters = {"p0": [1, 0, 0], "p1": [1, 1, 1], "p2": [1, 0, 1]}
    assert (row.macro, row.micro) == (macro(clusters), micro(clusters))
    assert (row.score, row.low, row.high) == (row.macro.mean, row.macro.low, row.macro.high)
    assert row.original == macro({"p0": [1], "p1": [1], "p2": [1]})
    assert row.topics["integrals"] == macro({"p0": [1, 0, 0], "p2": [1, 0, 1]})
    assert (row.topics["limits"].mean, row.topics["limits"].low) == (1, None)
    assert (row.model, row.backend, row.run_id, row.rank, row.ranked) == ("cas", "sympy", run.id, 1, True)
    assert (row.correct, row.incorrect, row.ungradable, row.failed) == (6, 2, 1, 0)
    assert (row.graded, row.total, row.coverage, row.cost, row.seconds) == (9, 9, 1, 2.25, 4.5)


def test_drops_are_points_on_the_same_problems(db):
    """A problem whose original failed takes no part in the drop."""
    version, model = furnish(db)
    outcomes = {"p0/symbolic": "incorrect", "p1/original": "failed", "p1/symbolic": "incorrect"}
    finished_run(db, version, model, outcomes)
    [row] = standing(db).rows
    assert standing(db).perturbations == ("numeric", "symbolic")
    symbolic, numeric = row.drops["symbolic"], row.drops["numeric"]
    assert (symbolic.points, symbolic.problems, symbolic.original, symbolic.perturbed) == (50, 2, 1, 0.5)
    assert symbolic.low <= 50 <= symbolic.high
    assert (numeric.points, numeric.low, numeric.high) == (0, None, None)
    assert row.perturbations["symbolic"].mean == pytest.approx(1 / 3)


@pytest.mark.parametrize("missing", ["failed", "pending"])
def test_below_full_coverage_there_is_no_rank(db, missing):
    """A row with a sample missing is shown apart, even with the better score."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/original": missing})
    finished_run(db, version, other_model(db, "worse"), {"p0/original": "incorrect"})
    first, second = standing(db).rows
    assert (first.model, first.rank, first.ranked, first.coverage) == ("worse", 1, True, 1)
    assert (second.model, second.rank, second.ranked) == ("cas", None, False)
    assert second.score > first.score
    assert (second.graded, second.total, second.coverage) == (8, 9, pytest.approx(8 / 9))


def test_runs_limited_alike_are_ranked_until_somebody_covers_all(db):
    """The largest selection that a run covered is what ranks are about; a full run makes it all variants."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/original": "incorrect"}, limit=4)
    finished_run(db, version, other_model(db, "better"), {}, limit=4)
    finished_run(db, version, other_model(db, "shorter"), {}, limit=3)
    finished_run(db, version, other_model(db, "incomplete"), {"p0/original": "pending"})
    found = standing(db)
    assert (found.selection, found.variants) == (4, 9)
    assert {row.model: row.rank for row in found.rows} == {
        "better": 1,
        "cas": 2,
        "shorter": None,
        "incomplete": None,
    }
    finished_run(db, version, other_model(db, "full"), {})
    found = standing(db)
    assert found.selection == 9
    assert {row.model for row in found.rows if row.ranked} == {"full"}


def test_a_run_of_failures_has_no_score(db):
    """Null is not a number: nothing graded is no score, and no rank."""
    version, model = furnish(db)
    everything = dict.fromkeys((variant.id for variant in problem_set().variants), "failed")
    finished_run(db, version, model, everything)
    [row] = standing(db).rows
    assert (row.score, row.low, row.macro, row.original, row.ranked) == (None, None, None, None, False)
    assert (row.failed, row.coverage, row.drops, row.topics) == (9, 0, {}, {})


def test_ungradable_answers_do_not_raise_the_score(db):
    """Nobody climbs by answers that no grader can decide; they are counted apart."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/original": "ungradable"})
    finished_run(db, version, other_model(db, "wrong"), {"p0/original": "incorrect"})
    first, second = standing(db).rows
    assert first.score == second.score
    assert (first.ungradable, second.ungradable) == (1, 0)


def test_models_are_ranked_and_ties_share_a_rank(db):
    """Best first, equal scores by name with one rank, and the next rank counts all before it."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/original": "incorrect", "p1/original": "incorrect"})
    finished_run(db, version, other_model(db, "b"), {"p1/numeric": "incorrect"})
    finished_run(db, version, other_model(db, "a"), {"p2/symbolic": "incorrect"})
    finished_run(db, version, other_model(db, "best"), {})
    assert [(row.model, row.rank) for row in standing(db).rows] == [
        ("best", 1),
        ("a", 2),
        ("b", 2),
        ("cas", 4),
    ]


def test_a_model_stands_with_its_newest_run_of_the_largest_coverage(db):
    """A newer run replaces an older one, unless it covers less; unfinished runs count for nothing."""
    version, model = furnish(db)
    finished_run(db, version, model, {"p0/original": "incorrect"})
    newer = finished_run(db, version, model, {"p1/original": "incorrect"})
    finished_run(db, version, model, {"p0/original": "failed"})
    with db.write() as s:
        cancelled = new_run(s, version, model)
        runs.cancel(s, cancelled.id)
    [row] = standing(db).rows
    assert row.run_id == newer.id


def test_every_version_has_a_leaderboard_of_its_own(db):
    """Runs on one version never stand on another."""
    version, model = furnish(db)
    finished_run(db, version, model, {})
    with db.write() as s:
        second = problem_sets.publish(s, problem_set(version="2", count=2, sha256="b" * 64, why="fewer"))
    assert standing(db).version_id == second.id
    assert standing(db).rows == ()
    assert len(standing(db, "1").rows) == 1
    finished_run(db, second, model, {})
    assert [row.total for row in standing(db, "2").rows] == [6]
