"""What a step of a ladder costs, from runs with known outcomes."""

import pytest

from app.evaluation.ladder_reports import LadderReport, findings, points, report
from app.storage import problem_sets
from app.storage.errors import NotFound
from app.storage.sessions import Database
from tests.evaluation.problem_sets import problem_set
from tests.ladder_runs import declared, run_of_rung

BASE_WRONG = {"p00/original": "incorrect", "p01/symbolic-0": "ungradable"}


@pytest.fixture
def db(house):
    """The ladder is declared; its baseline has finished the tiny set with two answers not correct."""
    declared(house.db)
    run_of_rung(house.db, "tiny@bf16", "tiny", BASE_WRONG, {})
    return house.db


def _report(db: Database, name: str = "tiny") -> LadderReport:
    with db.read() as s:
        return report(s, "tiny", name)


def test_a_rung_without_a_run_is_shown_as_such(db):
    """The order is the declared one, and nothing is said of what was not run."""
    found = _report(db)
    assert [each.rung.label for each in found.rungs] == ["bf16", "fp8", "int8"]
    assert found.rungs[0].accuracy.n == 16
    assert (found.rungs[1].run_id, found.rungs[1].accuracy, found.steps) == (None, None, [])
    assert "takes completed runs" in findings(found)[0]


def test_changes_are_counted_sample_by_sample(db):
    """One answer lost, one gained, one that only reads differently, and one that nobody gave."""
    outcomes = {**BASE_WRONG, "p02/original": "incorrect", "p03/numeric-0": "failed"}
    del outcomes["p00/original"]
    extracted = {"p01/original": "1 x", "p02/original": "y"}
    run_of_rung(db, "tiny@fp8", "tiny", outcomes, extracted, tokens=50, cut=["p02/original"])
    ((_, step),) = _report(db).steps
    found = step.comparison
    assert (found.lost, found.gained, step.reworded, step.left_out) == (1, 1, 1, 1)
    assert (found.difference.pairs, found.difference.problems) == (15, 4)
    assert found.difference.mean == 0.0
    assert found.difference.low == pytest.approx(-found.difference.high)
    assert (found.recovery.value, found.mcnemar, step.seen) == (1.0, None, False)
    rung = _report(db).rungs[1]
    assert (rung.answered, rung.truncated, rung.tokens, rung.speed) == (15, 1, 50.0, 25.0)


def test_differences_are_told_by_topic_and_by_perturbation(db):
    """Each group is compared on its own problems, and groups of all rungs are listed together."""
    run_of_rung(db, "tiny@int8", "tiny", {**BASE_WRONG, "p02/numeric-0": "incorrect"}, {})
    found = _report(db)
    ((_, step),) = found.steps
    assert found.perturbations == ["equivalence", "numeric", "original", "symbolic"]
    assert step.perturbations["numeric"].mean == -0.25
    assert {name: each.problems for name, each in step.perturbations.items()} == dict.fromkeys(
        found.perturbations, 4
    )
    assert sum(each.pairs for each in step.topics.values()) == 16
    assert {name: each.mean for name, each in step.topics.items()} == {"integrals": -0.125, "limits": 0.0}


def test_a_second_run_of_the_baseline_is_the_noise_floor(db):
    """What changes although nothing was changed is counted like any other step."""
    assert _report(db).noise is None
    run_of_rung(db, "tiny@bf16", "tiny", {"p00/original": "incorrect"}, {})
    run_of_rung(db, "tiny@fp8", "tiny", BASE_WRONG, {})
    found = _report(db)
    assert found.noise.comparison.lost + found.noise.comparison.gained == 1
    assert "bf16 changed 1 of 16 verdicts" in findings(found)[-1]


def test_small_differences_are_said_to_be_too_small_to_see(db):
    """One changed answer of sixteen is less than four problems can show, and no rung is called worse."""
    run_of_rung(db, "tiny@fp8", "tiny", {**BASE_WRONG, "p02/numeric-0": "incorrect"}, {})
    seen, claim = findings(_report(db))
    assert "can see differences of about" in seen
    assert seen.endswith("nothing here is larger.")
    assert claim == "No rung differs from bf16 by more than chance explains."


def test_no_change_at_all_is_not_called_proof(db):
    """Where no verdict changed there is nothing to estimate from, and the interval stays wide."""
    run_of_rung(db, "tiny@fp8", "tiny", BASE_WRONG, {"p03/original": "x "})
    found = _report(db)
    ((_, step),) = found.steps
    assert (step.detectable, step.reworded) == (None, 1)
    assert step.comparison.difference.high > 0.5
    assert "what remains possible" in findings(found)[0]


def test_a_large_loss_is_named_with_its_p(house):
    """Twelve problems lost of twelve: larger than what can be seen, and more than chance, after Holm."""
    with house.db.write() as s:
        problem_sets.publish(s, problem_set(12, name="larger"), answers_public=True)
    declared(house.db)
    wrong = {
        f"p{number:02d}/{kind}": "incorrect" for number in range(12) for kind in ("original", "numeric-0")
    }
    wrong["p11/symbolic-0"] = "incorrect"
    run_of_rung(house.db, "tiny@bf16", "larger", {}, {})
    run_of_rung(house.db, "tiny@fp8", "larger", {"p03/original": "incorrect"}, {})
    run_of_rung(house.db, "tiny@int8", "larger", wrong, {})
    found = _report(house.db, "larger")
    fp8, int8 = (step for _, step in found.steps)
    assert int8.comparison.p == 2 / 2**12
    assert (int8.adjusted_p, fp8.adjusted_p) == (4 / 2**12, 1.0)
    assert (int8.seen, fp8.seen) == (True, False)
    seen, claim = findings(found)
    assert "larger: int8 (−52.1)." in seen
    assert claim.startswith("int8 differs from bf16 by −52.1 points, more than chance explains (p = 0.00098")


def test_what_else_differs_is_said(db):
    """A run on a part of the variants is compared on that part, and the page says that it is one."""
    run_of_rung(db, "tiny@fp8", "tiny", BASE_WRONG, {}, limit=6)
    found = _report(db)
    ((_, step),) = found.steps
    assert (step.unlike, step.comparison.difference.pairs, step.left_out) == (
        ("the selection of variants",),
        6,
        10,
    )
    assert findings(found)[-1].startswith("Precision is not all that changed: fp8 and bf16 differ in the sel")


def test_unknown_names_are_not_found(db):
    """Neither a ladder nor a set that is not there."""
    with db.read() as s:
        with pytest.raises(NotFound, match="huge"):
            report(s, "huge", "tiny")
        with pytest.raises(NotFound, match="nothing"):
            report(s, "tiny", "nothing")


@pytest.mark.parametrize(
    ("share", "text"), [(-0.032, "−3.2"), (0.0321, "+3.2"), (0.0, "0.0"), (-0.0004, "0.0"), (1.0, "+100.0")]
)
def test_points_are_written_with_their_sign(share, text):
    """A real minus, and no sign on what rounds to nothing."""
    assert points(share) == text
