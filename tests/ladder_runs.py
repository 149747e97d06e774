"""A ladder with completed runs on the tiny set, put straight into a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.evaluation.ladders import declare, read_declaration
from app.grading.verdict import Verdict
from app.storage import models, problem_sets, runs, samples, scores
from app.storage.ladders import Ladder
from app.storage.records import NewCompletion, Run
from app.storage.sessions import Database
from tests.storage.furniture import new_run, verdict

DECLARATION = """
name = "tiny"
backend = "scripted"
baseline = "bf16"

[settings]
answers = ["4"]

[facts]
engine = "vllm 0.33"

[[rungs]]
label = "bf16"
facts = { weights = "bf16", block = [1, 16] }

[[rungs]]
label = "fp8"
settings = { delay = 0.1 }
facts = { weights = "fp8 <e4m3>", checkpoint = "0a1b" }

[[rungs]]
label = "int8"
settings = { delay = 0.2 }
"""


def declared(db: Database, text: str = DECLARATION) -> Ladder:
    """The ladder of a declaration, stored."""
    return declare(db, read_declaration(text))


def run_of_rung(
    db: Database,
    model: str,
    problem_set: str,
    outcomes: Mapping[str, str],
    extracted: Mapping[str, str],
    *,
    tokens: int | None = 100,
    cut: Sequence[str] = (),
    limit: int | None = None,
) -> Run:
    """A completed run: variants (by id) end as `outcomes` says, else correct, with what was extracted."""
    with db.write() as s:
        version = problem_sets.find_version(s, problem_set)
        run = new_run(s, version, models.find(s, model), limit=limit)
        planned = samples.list_samples(s, run.id, limit=1000)
        failed = {each.id for each in planned if outcomes.get(each.variant_id) == "failed"}
        samples.save_completions(
            s,
            (
                NewCompletion(
                    sample_id=each.id,
                    text="",
                    finish_reason=(
                        "error" if each.id in failed else "length" if each.variant_id in cut else "stop"
                    ),
                    latency=2.0,
                    completion_tokens=None if each.id in failed else tokens,
                    error="nobody listens" if each.id in failed else None,
                )
                for each in planned
            ),
        )
        judged = (each for each in planned if each.id not in failed)
        samples.save_verdicts(
            s,
            (
                (each.id, _judged(outcomes.get(each.variant_id, "correct"), extracted.get(each.variant_id)))
                for each in judged
            ),
        )
        scores.refresh(s, run.id)
        runs.set_status(s, run.id, "completed")
        return runs.get(s, run.id)


def _judged(outcome: str, extracted: str | None) -> Verdict:
    return verdict(outcome).model_copy(update={"extracted": extracted or "x"})
