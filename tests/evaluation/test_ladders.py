"""A ladder is declared as a whole or not at all."""

from dataclasses import replace

import pytest

from app.backends import BackendUnavailable
from app.evaluation.errors import InvalidLadder
from app.evaluation.ladders import completed, declare, read_declaration, requests
from app.evaluation.runs import Request, start
from app.storage import ladders, models, runs
from app.storage.errors import ModelExists
from tests.ladder_runs import DECLARATION, declared, run_of_rung


def test_a_declaration_registers_the_models_of_its_rungs(house):
    """Names, settings and facts of each rung are the ladder's with the rung's own over them."""
    ladder = declared(house.db)
    with house.db.read() as s:
        found = {model.name: model.settings for model in models.list_models(s) if "@" in model.name}
        assert ladders.find(s, "tiny") == ladder
    assert found["tiny@bf16"] == {"answers": ["4"]}
    assert found["tiny@int8"] == {"answers": ["4"], "delay": 0.2}
    assert dict(ladder.base.facts) == {"engine": "vllm 0.33", "weights": "bf16", "block": [1, 16]}


WRONG = {
    "no TOML": ("name = ", "not TOML"),
    "one rung": ('name = "x"\n[[rungs]]\nlabel = "a"', "rungs: .*at least 2"),
    "a label twice": ('name = "x"\n[[rungs]]\nlabel = "a"\n[[rungs]]\nlabel = "a"', "a stands twice"),
    "an unknown baseline": (DECLARATION.replace('baseline = "bf16"', 'baseline = "fp4"'), "fp4 is none of"),
    "an unknown field": (DECLARATION.replace("baseline", "base_line", 1), "base_line"),
    "a name with a slash": (DECLARATION.replace('"tiny"', '"a/b"', 1), "name"),
    "a fact that is no JSON": (DECLARATION.replace('"0a1b"', "2026-11-24"), r"rungs\.1\.facts"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_is_refused_with_its_place(text, said):
    """The message says what does not hold, and repeats no value that could be a secret."""
    with pytest.raises(InvalidLadder, match=said):
        read_declaration(text)


def test_settings_that_the_backend_does_not_know_leave_nothing_behind(house):
    """One bad rung, and neither models nor ladder are stored."""
    with pytest.raises(BackendUnavailable, match="delays"):
        declare(house.db, read_declaration(DECLARATION.replace("delay = 0.2", "delays = 0.2")))
    with house.db.read() as s:
        assert ladders.list_ladders(s) == []
        assert not any("@" in model.name for model in models.list_models(s))


def test_a_model_that_has_runs_keeps_its_settings(house):
    """Facts and rungs may be told anew; what was measured may not be said to be something else."""
    declared(house.db)
    run_of_rung(house.db, "tiny@fp8", "tiny", {}, {})
    again = declared(house.db, DECLARATION.replace("0a1b", "ffff"))
    assert dict(again.rungs[1].facts)["checkpoint"] == "ffff"
    with pytest.raises(ModelExists, match="tiny@fp8"):
        declared(house.db, DECLARATION.replace("delay = 0.1", "delay = 0.9"))
    with house.db.read() as s:
        assert ladders.find(s, "tiny") == again


def test_a_rung_is_done_when_this_very_request_is(house):
    """Each rung in turn, and the baseline again for the noise; another limit is another request."""
    declared(house.db)
    first, *others = requests(house.db, "tiny", Request("tiny", model="", limit=3), noise=True)
    assert [request.model for request in (first, *others)] == [
        "tiny@bf16",
        "tiny@fp8",
        "tiny@int8",
        "tiny@bf16",
    ]
    run_id = start(house.db, house.queue, first)
    assert completed(house.db, first) == []
    with house.db.write() as s:
        runs.set_status(s, run_id, "completed")
    assert [run.id for run in completed(house.db, first)] == [run_id]
    for other in (others[0], replace(first, limit=4), replace(first, repetitions=2)):
        assert completed(house.db, other) == []
