"""Problem sets are published once for each content, and their answers stay hidden unless they are public."""

import pytest

from app.problems.tasks import IndefiniteIntegral
from app.storage import problem_sets, problems
from app.storage.errors import NotFound, VersionExists
from tests.storage.furniture import furnish, problem_set


def test_publishing_the_same_content_again_changes_nothing(db):
    """The same version with the same hash is found, not stored a second time."""
    first, _ = furnish(db)
    second, _ = furnish(db)
    assert second == first
    with db.read() as s:
        assert len(problem_sets.list_versions(s, "tiny")) == 1


def test_a_published_version_cannot_be_changed(db):
    """The same version with another hash is refused, and says what to do."""
    furnish(db)
    with pytest.raises(VersionExists, match="give the changed set a new version"), db.write() as s:
        problem_sets.publish(s, problem_set(sha256="b" * 64))


def test_the_newest_version_is_found_by_default(db):
    """Without a version the one published last; with one, that one."""
    first, _ = furnish(db)
    with db.write() as s:
        second = problem_sets.publish(
            s, problem_set(version="2", count=5, sha256="b" * 64, why="more problems")
        )
        problem_sets.publish(s, problem_set(name="other"))
    with db.read() as s:
        assert problem_sets.find_version(s, "tiny") == second
        assert problem_sets.find_version(s, "tiny", "1") == first
        assert problem_sets.get_version(s, first.id) == first
        assert [found.id for found in problem_sets.list_versions(s, "tiny")] == [second.id, first.id]
        listed = [(found.name, found.version) for found in problem_sets.list_sets(s)]
    assert listed == [("other", "1"), ("tiny", "2")]


def test_a_version_knows_its_counts_and_refusals(db):
    """Problems and variants are counted, refused variants keep their reasons."""
    version, _ = furnish(db)
    assert (version.problems, version.variants) == (3, 9)
    with db.read() as s:
        assert [refusal.reason for refusal in problem_sets.refusals(s, version.id)] == ["not proved"]


@pytest.mark.parametrize(("name", "version"), [("nought", None), ("tiny", "9")])
def test_an_unknown_set_is_an_error_that_names_the_known(db, name, version):
    """Whoever mistypes a name sees what there is."""
    furnish(db)
    with db.read() as s, pytest.raises(NotFound, match="stored are: tiny"):
        problem_sets.find_version(s, name, version)


def test_variants_come_back_whole(db):
    """Every field, the typed task and the certificate among them, in the order of the set."""
    version, _ = furnish(db)
    with db.read() as s:
        found = problems.variants(s, version.id)
        some = problems.variants(s, version.id, only=["p2/original", "p0/numeric"])
    assert found == list(problem_set().variants)
    assert isinstance(found[0].task, IndefiniteIntegral)
    assert [variant.id for variant in some] == ["p0/numeric", "p2/original"]


@pytest.mark.parametrize("public", [False, True])
def test_gold_answers_leave_only_when_they_are_public(db, public):
    """What pages read holds no gold answer of a hidden set, in no field."""
    version, _ = furnish(db, answers_public=public)
    with db.read() as s:
        detail = problems.get_problem(s, version.id, "p1")
        listed = problems.list_variants(s, version.id)
    shown = (*detail.variants, *listed)
    assert {variant.gold for variant in shown} == ({"x"} if public else {None})
    assert public or all(
        (variant.parameters, variant.change, variant.origin, variant.certificate) == ({}, {}, {}, None)
        for variant in shown
    )


def test_a_problem_comes_with_its_variants_the_original_first(db):
    """The page of a problem begins with the seed itself."""
    version, _ = furnish(db, answers_public=True)
    with db.read() as s:
        detail = problems.get_problem(s, version.id, "p1")
        assert problems.list_problems(s, version.id)[1] == detail.problem
        with pytest.raises(NotFound, match="no problem p9"):
            problems.get_problem(s, version.id, "p9")
    assert (detail.problem.title, detail.problem.topic, detail.problem.variants) == ("P1", "limits", 3)
    assert [variant.perturbation for variant in detail.variants] == ["original", "numeric", "symbolic"]
    assert detail.variants[0].certificate.method == "derivative"


def test_problems_and_variants_come_in_pages(db):
    """After the last of one page come the rest; a name that is not there is an error."""
    version, _ = furnish(db)
    with db.read() as s:
        assert [each.id for each in problems.list_problems(s, version.id, after="p0", limit=1)] == ["p1"]
        assert [each.id for each in problems.list_problems(s, version.id, topic="limits")] == ["p1"]
        assert problems.count_by_topic(s, version.id) == {"integrals": 2, "limits": 1}
        listed = problems.list_variants(s, version.id, after="p1/numeric", limit=2)
        assert [each.id for each in listed] == ["p1/original", "p1/symbolic"]
        listed = problems.list_variants(s, version.id, perturbation="numeric", problem_id="p2")
        assert [each.id for each in listed] == ["p2/numeric"]
        detail = problems.get_problem(s, version.id, "p1", offset=1, limit=1)
        assert [each.id for each in detail.variants] == ["p1/numeric"]
        assert detail.perturbations == {"original": 1, "numeric": 1, "symbolic": 1}
        with pytest.raises(NotFound, match="no p9 to go on from"):
            problems.list_problems(s, version.id, after="p9")
