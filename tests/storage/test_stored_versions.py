"""A correction is a new version that says what changed and why; old versions stay as they were."""

import pytest

from app.problems.differences import contents
from app.problems.errors import UnexplainedChange
from app.storage import differences, problem_sets, problems
from app.storage.errors import NotFound, VersionNotLater
from tests.storage.furniture import furnish, problem_set

GOLD = "x + 41"


def corrected(version="2", why="the answer lacked a constant"):
    """The tiny set with p0 gone, p3 new, and the answer and statement of p1's original mended."""
    tiny = problem_set(version=version, count=4, sha256=version * 64, why=why)
    variants = [
        variant.model_copy(update={"gold": GOLD, "statement": "Find all antiderivatives."})
        if variant.id == "p1/original"
        else variant
        for variant in tiny.variants
        if variant.problem != "p0"
    ]
    kept = {name: about for name, about in tiny.problems.items() if name != "p0"}
    return tiny.model_copy(update={"variants": tuple(variants), "problems": kept})


def told(comparison):
    """A comparison as plain data."""
    return {
        problem.id: (problem.what, [(v.id, v.what, v.fields) for v in problem.variants])
        for problem in comparison.problems
    }


EXPECTED = {
    "p1": ("changed", [("p1/original", "changed", ("answer", "statement"))]),
    "p3": ("added", [(f"p3/{kind}", "added", ()) for kind in ("numeric", "original", "symbolic")]),
    "p0": ("removed", [(f"p0/{kind}", "removed", ()) for kind in ("numeric", "original", "symbolic")]),
}


def test_two_versions_are_compared(db):
    """Problems and variants added, removed and changed, each with the reason that the new version gives."""
    furnish(db, answers_public=True)
    with db.write() as s:
        problem_sets.publish(s, corrected(), answers_public=True)
    with db.read() as s:
        found = problem_sets.compare(s, "tiny", "1", "2")
        backwards = problem_sets.compare(s, "tiny", "2", "1")
    assert told(found) == EXPECTED
    assert {problem.reason for problem in found.problems} == {"the answer lacked a constant"}
    assert found.new.changes == {
        "problems": {"changed": 1, "added": 1, "removed": 1},
        "variants": {"changed": 1, "added": 3, "removed": 3},
    }
    assert found.old.changes == {}
    assert told(backwards)["p0"][0] == "added"
    assert {problem.reason for problem in backwards.problems} == {None}


def test_a_version_without_hashes_is_compared_by_its_contents(db):
    """Variants published before hashes were stored are read, and those that are equal left out."""
    furnish(db, answers_public=True)
    with db.write() as s:
        problem_sets.publish(s, corrected(), answers_public=True)
    with db.engine.connect() as connection, connection.begin():
        for statement in _forget_hashes(connection.dialect.name):
            connection.exec_driver_sql(statement)
    with db.read() as s:
        assert told(problem_sets.compare(s, "tiny", "1", "2")) == EXPECTED


def _forget_hashes(dialect):
    off = "DROP TRIGGER variants_not_updated" + (" ON variants" if dialect == "postgresql" else "")
    body = (
        "FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change()"
        if dialect == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'publish a new version'); END"
    )
    on = f"CREATE TRIGGER variants_not_updated BEFORE UPDATE ON variants {body}"
    return off, "UPDATE variants SET sha256 = NULL", on


def test_nothing_of_a_variant_is_lost_to_a_comparison(db):
    """What is stored of a version is all that makes its variants the ones they are."""
    version, _ = furnish(db)
    with db.read() as s:
        assert differences.contents(s, version.id) == contents(problem_set())


def test_the_reasons_of_all_versions_between_are_told(db):
    """From the first to the third version, a problem that both name has both reasons."""
    furnish(db, answers_public=True)
    second = corrected().model_copy(update={"reasons": {"*": "tidied", "p1": "A constant lacked."}})
    third = corrected("3").model_copy(
        update={"variants": problem_set(count=4).variants[3:], "reasons": {"p1": "It was right."}}
    )
    with db.write() as s:
        for each in (second, third):
            problem_sets.publish(s, each, answers_public=True)
    with db.read() as s:
        last = problem_sets.compare(s, "tiny", "2", "3").problems
        both = problem_sets.compare(s, "tiny", "1", "3").problems
    assert [(problem.id, problem.reason) for problem in last] == [("p1", "It was right.")]
    assert {problem.id: problem.reason for problem in both} == {"p0": "tidied", "p3": "tidied"}


def test_a_hidden_set_tells_which_answers_changed_but_not_how(db):
    """Neither an answer nor a reason, in which people write answers, is in what is told of a hidden set."""
    furnish(db)
    with db.write() as s:
        problem_sets.publish(s, corrected(why=f"the answer is {GOLD}"))
    with db.read() as s:
        found = problem_sets.compare(s, "tiny", "1", "2")
        whole = problem_sets.compare(s, "tiny", "1", "2", for_operator=True)
    assert told(found) == EXPECTED
    assert GOLD not in repr(found.problems)
    assert {problem.reason for problem in whole.problems} == {f"the answer is {GOLD}"}


def test_a_change_without_a_reason_is_refused_and_leaves_nothing(db):
    """The error names the problems and what to do; the version is not there afterwards."""
    furnish(db)
    named = r"p1 \(changed\), p3 \(added\), p0 \(removed\): give one"
    with pytest.raises(UnexplainedChange, match=named), db.write() as s:
        problem_sets.publish(s, corrected(why=""))
    with db.read() as s:
        assert [found.version for found in problem_sets.list_versions(s, "tiny")] == ["1"]


def test_one_reason_may_be_missing(db):
    """A problem that no reason covers is named, those that one covers are not."""
    furnish(db)
    partly = corrected().model_copy(update={"reasons": {"p1": "mended", "p3": "new"}})
    with pytest.raises(UnexplainedChange, match=r"for p0 \(removed\): give"), db.write() as s:
        problem_sets.publish(s, partly)


def test_a_version_that_changes_no_problem_needs_no_reason(db):
    """A new title or licence is told by itself."""
    furnish(db)
    with db.write() as s:
        second = problem_sets.publish(s, problem_set(version="1.1", sha256="b" * 64))
    with db.read() as s:
        assert problem_sets.compare(s, "tiny", "1", "1.1").problems == ()
        assert problem_sets.list_sets(s) == [second]


def test_versions_are_published_in_their_order(db):
    """An older version after a newer one is refused: it would pass for the newest."""
    with db.write() as s:
        problem_sets.publish(s, problem_set(version="1.10"))
    with (
        pytest.raises(VersionNotLater, match=r"1\.10 is published, and 1\.9 is not a later"),
        db.write() as s,
    ):
        problem_sets.publish(s, problem_set(version="1.9", sha256="b" * 64))


def test_an_old_version_can_be_published_again_to_no_effect(db):
    """What is stored already is found, though a later version is stored too."""
    first, _ = furnish(db)
    with db.write() as s:
        problem_sets.publish(s, corrected())
        assert problem_sets.publish(s, problem_set()) == first
        assert problem_sets.published(s) == {"tiny": {"1": "a" * 64, "2": "2" * 64}}


def test_an_old_version_stays_as_it_was(db):
    """Its variants and answers are read back whole after the correction."""
    first, _ = furnish(db)
    with db.write() as s:
        problem_sets.publish(s, corrected())
    with db.read() as s:
        assert problems.variants(s, first.id) == list(problem_set().variants)


def test_a_comparison_with_a_version_that_is_not_there_is_an_error(db):
    """It names what is stored."""
    furnish(db)
    with db.read() as s, pytest.raises(NotFound, match="tiny version 7"):
        problem_sets.compare(s, "tiny", "1", "7")
