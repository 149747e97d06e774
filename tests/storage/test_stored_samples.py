"""Samples are planned, completed and graded once each, however often and from wherever it is tried."""

import threading

import pytest
from sqlalchemy import select

from app.problems.tasks import IndefiniteIntegral
from app.storage import runs, samples, scores
from app.storage.errors import NotFound, UnknownVariants
from app.storage.records import NewCompletion
from app.storage.tables import ScoreCellRecord
from tests.storage.furniture import complete, furnish, new_run, sample_ids, verdict


@pytest.fixture
def run(db):
    """A queued run with all nine samples."""
    version, model = furnish(db)
    with db.write() as s:
        return new_run(s, version, model)


def ids(db, run):
    """The run's samples in planned order."""
    with db.read() as s:
        return sample_ids(s, run.id)


def test_planning_again_keeps_the_samples(db, run):
    """The same pairs give the same ids in the order asked for, and only new ones are added."""
    with db.write() as s:
        before = sample_ids(s, run.id)
        wanted = [("p0/symbolic", 1), ("p0/numeric", 0), ("p0/symbolic", 1)]
        found = samples.insert(s, run.id, wanted)
        assert found[1] == before[0]
        assert found[0] == found[2]
        assert samples.insert(s, run.id, wanted) == found
        assert samples.count(s, run.id) == 10
        assert sample_ids(s, run.id) == [*before, found[0]]


def test_two_threads_cannot_plan_twice(db, run):
    """Two planners at once end with one sample for each pair."""
    barrier, found = threading.Barrier(2), []

    def plan():
        barrier.wait()
        with db.write() as s:
            found.append(samples.insert(s, run.id, [("p0/numeric", 1), ("p1/numeric", 1)]))

    threads = [threading.Thread(target=plan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found[0] == found[1]
    assert len(ids(db, run)) == 11


def test_unknown_variants_are_named(db, run):
    """A submission for a variant of another version is told which."""
    with db.write() as s, pytest.raises(UnknownVariants, match="p9/original"):
        samples.insert(s, run.id, [("p0/original", 3), ("p9/original", 0)])


def asked(s, run, places, limit=100, *, with_tasks=True):
    """What is to be asked at these positions."""
    return samples.pending(s, run.id, places, limit, with_tasks=with_tasks)


def test_places_cover_the_samples_without_overlap(db, run):
    """Four places at a time of nine samples are four, four, one and none."""
    with db.read() as s:
        chunks = [asked(s, run, range(first, first + 4)) for first in range(0, 16, 4)]
    assert [len(chunk) for chunk in chunks] == [4, 4, 1, 0]
    assert [prompt.sample_id for chunk in chunks for prompt in chunk] == ids(db, run)


def test_only_samples_without_completion_are_asked(db, run):
    """A paid completion is never asked for again; what failed is, once its failure is forgotten."""
    first, second, third, *_ = ids(db, run)
    with db.write() as s:
        complete(s, first)
        complete(s, second, error="nobody listens")
        pending = asked(s, run, range(3))
        assert [prompt.sample_id for prompt in pending] == [third]
        assert samples.left(s, run.id, range(3)) == (1, 1)
        assert scores.errors(s, run.id) == {"connection": 1}
        assert samples.forget_failures(s, run.id) == 1
        assert [prompt.sample_id for prompt in asked(s, run, range(3))] == [second, third]
        assert [prompt.sample_id for prompt in asked(s, run, range(9), 1)] == [second]
    assert pending[0].text.startswith("Find an antiderivative")
    assert (pending[0].assumptions, pending[0].repetition, pending[0].position) == (("a > 0",), 0, 2)
    assert pending[0].kind == "antiderivative"
    assert isinstance(pending[0].task, IndefiniteIntegral)


def test_a_model_in_words_is_not_given_the_task(db, run):
    """Only a solver gets what the statement was made from."""
    with db.read() as s:
        assert all(prompt.task is None for prompt in asked(s, run, range(9), with_tasks=False))


def test_the_first_completion_stays(db, run):
    """A second one, from a worker that woke up late, is left out."""
    sample = ids(db, run)[0]
    with db.write() as s:
        assert complete(s, sample, cost=0.25)
        assert not complete(s, sample, cost=9)
        assert samples.get(s, sample).completion.cost == 0.25


def test_two_threads_cannot_complete_twice(db, run):
    """Of two completions at once exactly one is stored."""
    sample, barrier, stored = ids(db, run)[0], threading.Barrier(2), []

    def save():
        barrier.wait()
        with db.write() as s:
            stored.append(complete(s, sample))

    threads = [threading.Thread(target=save) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(stored) == [False, True]


@pytest.mark.parametrize(
    ("reason", "error", "failed"),
    [
        ("stop", None, False),
        ("length", None, False),
        ("unsolved", "gave up", False),
        ("timeout", None, False),
        ("timeout", "no answer within 600 s", True),
        ("error", "HTTP 500", True),
    ],
)
def test_a_failure_is_the_backends_not_the_models(db, run, reason, error, failed):
    """What the backend could not deliver is no answer; what the model could not solve is a wrong one."""
    sample = ids(db, run)[0]
    with db.write() as s:
        samples.save_completions(s, [NewCompletion(sample, "", reason, 1.0, error=error)])
        assert samples.get(s, sample).completion.failed is failed
        assert len(samples.ungraded(s, [sample])) == (0 if failed else 1)


def test_cases_have_all_that_grading_needs(db, run):
    """Gold answer, completion, kind, assumptions and typed task, for what has no verdict yet."""
    first, second, *_ = ids(db, run)
    with db.write() as s:
        complete(s, first)
        complete(s, second)
        samples.save_verdicts(s, [(second, verdict("correct"))])
        [(sample, case)] = samples.ungraded(s, ids(db, run))
    assert sample == first
    assert (case.gold, case.answer, case.kind) == ("x", r"\boxed{x}", "antiderivative")
    assert case.assumptions == ("a > 0",)
    assert isinstance(case.task, IndefiniteIntegral)


def test_the_words_of_a_solver_that_gave_up_are_no_answer(db, run):
    """They are kept to be read, and judged as an empty answer."""
    sample = ids(db, run)[0]
    with db.write() as s:
        text = "No answer: the integral of x stayed an integral."
        samples.save_completions(s, [NewCompletion(sample, text, "unsolved", 1.0)])
        [(_, case)] = samples.ungraded(s, [sample])
        assert case.answer == ""
        assert samples.get(s, sample).completion.text == text


def test_the_first_verdict_stays_and_comes_back_whole(db, run):
    """Grading twice counts once."""
    sample = ids(db, run)[0]
    with db.write() as s:
        complete(s, sample)
        assert samples.save_verdicts(s, [(sample, verdict("ungradable"))])
        assert not samples.save_verdicts(s, [(sample, verdict("correct"))])
        assert samples.get(s, sample).verdict == verdict("ungradable")


def test_samples_are_listed_in_planned_order_page_by_page(db, run):
    """Each page goes on after the last sample of the one before; an outcome may be asked for."""
    first, *_, last = planned = ids(db, run)
    with db.write() as s:
        complete(s, last)
        samples.save_verdicts(s, [(last, verdict("incorrect"))])
    with db.read() as s:
        pages, after = [], None
        while page := samples.list_samples(s, run.id, limit=4, after=after):
            pages += [row.id for row in page]
            after = pages[-1]
        assert pages == planned
        assert [row.id for row in samples.list_samples(s, run.id, outcome="incorrect")] == [last]
        row = samples.get(s, first)
        assert (row.variant_id, row.problem_id, row.topic) == ("p0/numeric", "p0", "integrals")
        assert (row.completion, row.verdict) == (None, None)
        for ask in (lambda: samples.get(s, "none"), lambda: samples.list_samples(s, run.id, after="none")):
            with pytest.raises(NotFound, match="none"):
                ask()


def test_one_problems_samples_of_several_runs_come_run_by_run(db, run):
    """The page of a problem shows how each model answered it."""
    version, model = furnish(db)
    variants = ["p1/numeric", "p1/original", "p1/symbolic"]
    with db.write() as s:
        other = new_run(s, version, model)
        found = samples.of_variants(s, [other.id, run.id], variants)
        assert samples.of_variants(s, [], variants) == []
    assert [(row.run_id, row.variant_id) for row in found] == [
        *((other.id, variant) for variant in variants),
        *((run.id, variant) for variant in variants),
    ]


def test_counts_add_up(db, run):
    """Every sample is pending, failed, or graded as one of three."""
    outcomes = ["correct", "correct", "incorrect", "ungradable"]
    with db.write() as s:
        for sample, outcome in zip(ids(db, run), outcomes, strict=False):
            complete(s, sample, cost=0.5)
            samples.save_verdicts(s, [(sample, verdict(outcome))])
        complete(s, ids(db, run)[4], error="nobody listens")
        complete(s, ids(db, run)[5])
        found = scores.counts(s, run.id)
    assert (found.correct, found.incorrect, found.ungradable, found.failed) == (2, 1, 1, 1)
    assert (found.total, found.completed, found.graded, found.pending, found.done) == (9, 6, 4, 4, False)
    assert (found.cost, found.seconds) == (2.0, 3.0)


def test_counts_of_a_run_without_samples_are_zero(db, run):
    """Nothing planned is nothing pending; a run that does not exist is an error."""
    with db.write() as s:
        empty = runs.create(s, version_id=run.version_id, model_id=run.model_id)
        found = scores.counts(s, empty.id)
        assert (found.total, found.pending, found.cost, found.seconds) == (0, 0, None, 0)
        with pytest.raises(NotFound):
            scores.counts(s, "none")


def test_making_scores_again_changes_nothing(db, run):
    """However often the cells are made, they say the same."""

    def cells(s):
        return s.execute(select(ScoreCellRecord.__table__)).all()

    with db.write() as s:
        for sample_id in sample_ids(s, run.id):
            complete(s, sample_id)
            samples.save_verdicts(s, [(sample_id, verdict("correct"))])
        scores.refresh(s, run.id)
        once = cells(s)
        scores.refresh(s, run.id)
        assert once
        assert sorted(once) == sorted(cells(s))


def test_all_that_a_completion_says_comes_back(db, run):
    """Reasoning, details and the class of an error stand beside the text."""
    first, second, *_ = ids(db, run)
    told = NewCompletion(
        first, "4", "stop", 1.5, 10, 20, 0.25, reasoning="2 + 2", details={"attempts": 2, "draws": ["4"]}
    )
    with db.write() as s:
        assert (
            samples.save_completions(
                s, [told, NewCompletion(second, "", "error", 0.5, error="HTTP 500", error_kind="server")]
            )
            == 2
        )
        found, failed = samples.get(s, first).completion, samples.get(s, second).completion
        assert samples.spent(s, run.id) == [(10, 20, 0.25), (None, None, None)]
    assert (found.reasoning, found.details) == ("2 + 2", {"attempts": 2, "draws": ["4"]})
    assert (failed.error_kind, failed.failed) == ("server", True)


def test_a_run_is_done_with_its_last_verdict_or_failure(db, run):
    """A completion without a verdict leaves it open; a failed completion needs none."""
    first, *others = ids(db, run)
    with db.write() as s:
        complete(s, first, error="nobody listens")
        for sample_id in others:
            assert not samples.all_done(s, run.id)
            complete(s, sample_id)
            assert not samples.all_done(s, run.id)
            samples.save_verdicts(s, [(sample_id, verdict("incorrect"))])
        assert samples.all_done(s, run.id)
