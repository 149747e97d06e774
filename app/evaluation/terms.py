"""On what terms the samples of a run are asked: its budget, the shared cache, the grader's equality."""

from __future__ import annotations

from collections.abc import Sequence

from app.backends import Prompt, Terms, check_spec
from app.backends.chat import Usage
from app.backends.prices import price_at
from app.backends.strategies.settings import asked
from app.evaluation.budgets import Budget, Ledger
from app.evaluation.runs import spec_of
from app.grading import Judges
from app.grading.classes import Query
from app.storage import samples
from app.storage.records import Model, Run
from app.storage.replies import StoredReplies
from app.storage.sessions import Database, utc_now


def of(db: Database, judges: Judges, run: Run, model: Model) -> Terms:
    """The terms of this run, with what it has spent so far."""

    def equivalence(answers: Sequence[str], prompt: Prompt) -> Sequence[int | None]:
        return judges.classes(Query(tuple(answers), prompt.kind, prompt.assumptions))  # type: ignore[arg-type]

    return Terms(
        purse=None if run.budget is None else _ledger(db, run, model),
        cache=StoredReplies(db) if run.settings.get("cache") else None,
        equivalence=equivalence,
    )


def _ledger(db: Database, run: Run, model: Model) -> Ledger:
    prices = getattr(asked(check_spec(spec_of(model))), "prices", ())
    with db.read() as s:
        paid = [Usage(*each) for each in samples.spent(s, run.id)]
    return Ledger(Budget(**(run.budget or {})), run.id, price_at(prices, utc_now().date()), paid)
