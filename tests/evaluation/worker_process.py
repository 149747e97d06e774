"""A worker in a process of its own, to be killed at any moment."""

import signal
import threading
from pathlib import Path

from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.evaluation.workflows import Rhythm, Worker
from app.storage.sessions import Database
from tests.evaluation.doubles import Logged, QuickJudges, opens

RHYTHM = Rhythm(beat=0.2, sweep=0.2, strays=1.0, tick=0.1, stale=1.5)


def work(url: str, log: Path, delay: float) -> None:
    """Work until SIGTERM; every prompt takes `delay` seconds and is noted in `log`."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    db = Database(url)
    services = Services(db, Queue(db.url), QuickJudges(), 4)
    with Worker(services, chunks=2, rhythm=RHYTHM, opener=opens(Logged(log, delay))):
        ended.wait()
    services.queue.close()
    db.dispose()
