"""What an estimate rests on is read from the runs of one model alone."""

from app.storage import estimates, models, runs, samples
from app.storage.estimates import Experience
from app.storage.records import NewCompletion
from tests.storage.furniture import furnish


def _completed(s, version, model, *, kind="run", **told):
    run = runs.create(s, version_id=version.id, model_id=model.id, kind=kind)
    ids = samples.insert(s, run.id, [("p0/original", 0), ("p1/original", 0)])
    rows = [NewCompletion(each, "x", **({"finish_reason": "stop", "latency": 2.0} | told)) for each in ids]
    samples.save_completions(s, rows)


def test_the_means_are_those_of_the_models_own_answers(db):
    """Of its runs alone, without submissions and failures; counts that nobody told are left out."""
    version, model = furnish(db)
    with db.write() as s:
        other = models.register(s, "other", "sympy", {})
        assert estimates.experience(s, model.id) == Experience(0, None, None, 0.0)
        _completed(s, version, model)
        assert estimates.experience(s, model.id) == Experience(2, None, None, 2.0)
        _completed(s, version, model, prompt_tokens=10, completion_tokens=30, latency=4.0)
        _completed(s, version, other, prompt_tokens=1_000, completion_tokens=1_000)
        _completed(s, version, model, kind="submission", latency=100.0)
        _completed(s, version, model, finish_reason="error", error="HTTP 500", latency=100.0)
        assert estimates.experience(s, model.id, version.id) == Experience(4, 10.0, 30.0, 3.0)
        assert estimates.experience(s, model.id, "another").completions == 0


def test_every_statement_comes_with_its_assumptions(db):
    """By the variant's id."""
    version, _ = furnish(db)
    with db.read() as s:
        found = estimates.statements(s, version.id)
    assert len(found) == version.variants
    assert found["p0/original"] == ("Find an antiderivative of $1$ (p0/original).", ("a > 0",))
