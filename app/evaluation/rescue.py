"""The last net under the queue: no run waits for ever for work that is not there any more."""

from __future__ import annotations

import logging

from app.evaluation import runs
from app.evaluation.queue import Queue
from app.storage import runs as stored
from app.storage.records import Run
from app.storage.sessions import Database

MAX_ATTEMPTS = 3
"""How often a run's chunks are enqueued, resumptions included, before a run whose work is lost fails."""

LOOKED_AT = 200
ACTIVE = ("queued", "running")

log = logging.getLogger(__name__)


def strays(db: Database, queue: Queue) -> list[str]:
    """Enqueue again the chunks of active runs of which none is enqueued or begun; returns those runs' ids.

    This happens when the queue gave a chunk up because every worker died over it, or lost its tables. A run
    that ends up here again and again fails, with that reason.
    """
    with db.read() as s:
        active = [run for status in ACTIVE for run in stored.list_runs(s, LOOKED_AT, status=status)]
    return [run.id for run in active if not queue.waiting(run.id) and _put_back(db, queue, run)]


def _put_back(db: Database, queue: Queue, run: Run) -> bool:
    with db.write() as s:
        stored.lock(s, run.id)
        if stored.get(s, run.id).finished or queue.waiting(run.id):
            return False
        attempt = queue.next_attempt(run.id)
        if attempt >= MAX_ATTEMPTS:
            reason = (
                f"The work of this run was lost {attempt} times: workers died over it. "
                "See their logs, give them more memory, or resume the run to try again."
            )
            return stored.set_status(s, run.id, "failed", reason)
        log.warning("the chunks of run %s were lost; they are enqueued again", run.id)
        runs.requeue(s, queue, run)
    return True
