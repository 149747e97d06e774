"""A worker in a process of its own, to be killed at any moment."""

import signal
import threading
from dataclasses import replace
from pathlib import Path

from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.evaluation.workflows import Rhythm, Worker
from app.storage.sessions import Database
from tests.evaluation.doubles import Logged, QuickJudges, opens

RHYTHM = Rhythm(beat=0.2, sweep=0.2, strays=1.0, tick=0.2, stale=10.0)
IMPATIENT = replace(RHYTHM, stale=1.5)
"""For the test that freezes a worker; on a busy machine it may well take a live one for dead."""


def work(url: str, log: Path, delay: float, rhythm: Rhythm) -> None:
    """Work until SIGTERM; every prompt takes `delay` seconds and is noted in `log`."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    db = Database(url)
    services = Services(db, Queue(db.url), QuickJudges(), 4)
    with Worker(services, chunks=2, rhythm=rhythm, opener=opens(Logged(log, delay))):
        ended.wait()
    services.queue.close()
    db.dispose()
