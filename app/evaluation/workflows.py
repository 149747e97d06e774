"""The worker: runs chunks as durable workflows, recovers what dead workers left, and starts what is due."""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import InterfaceError, OperationalError

from app.backends import Backend, BackendUnavailable, ModelSpec, open_backend
from app.evaluation import rescue, samples, schedules
from app.evaluation.errors import ChunkIncomplete, WorkerRunning
from app.evaluation.queue import APPLICATION, CHUNKS, EVALUATE_CHUNK, POLLING_SECONDS, SERIALIZER, Replaced
from app.evaluation.runs import spec_of
from app.evaluation.services import Services
from app.storage import workers as stored
from app.storage.records import Model
from app.storage.sessions import utc_now

VERSION = "2"
"""Of the workflow below: raise it when its steps change, and let the workers of the old version run dry."""

CHECK_SECONDS = 0.5
"""How often a chunk makes sure that it is still its worker's."""

GRACE_SECONDS = 10.0
"""How long `stop` waits for chunks to come to a point where they can be left."""

CLOSING_SECONDS = 2.0

MAX_RECOVERIES = 20
"""After so many workers died over a chunk, it is the chunk that kills them: its run fails."""

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits before a step that lost its database connection is tried again."""


@dataclass(frozen=True)
class Rhythm:
    """How often, in seconds, a worker does its duties, and after what silence it takes another for dead."""

    beat: float = 5.0
    sweep: float = 5.0
    strays: float = 30.0
    tick: float = 2.0
    stale: float = 30.0


DEFAULT_RHYTHM = Rhythm()

log = logging.getLogger(__name__)
_one_worker = threading.Lock()


class OpenBackend(Protocol):
    """How a worker opens the backend of a model."""

    def __call__(self, spec: ModelSpec, *, workers: int, memory_mb: int) -> Backend: ...


class _Left(BaseException):
    """The chunk is left as it is for whoever takes it up next.

    Not an Exception: DBOS records those as the workflow's end, and leaves the workflow pending for this.
    """


class Worker:
    """Does queued chunks in threads of this process until it is stopped; one for each process.

    It may live in a web server's process: nothing of it runs on an event loop. `chunks` are worked on at
    once; a model that computes here gets `solver_workers` processes of `solver_memory` MiB. The services stay
    open until the worker has stopped, and whoever opened them closes them. `opener` opens the backends.
    """

    def __init__(
        self,
        services: Services,
        *,
        solver_workers: int = 2,
        solver_memory: int = 2048,
        chunks: int = 4,
        rhythm: Rhythm = DEFAULT_RHYTHM,
        opener: OpenBackend = open_backend,
    ) -> None:
        self.executor_id = f"{_host()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._db = services.database
        self._queue = services.queue
        self._judges = services.judges
        self._chunk_size = services.chunk_size
        self._chunks = chunks
        self._rhythm = rhythm
        self._backends = _Backends(opener, solver_workers, solver_memory)
        self._stopping = threading.Event()
        self._active = _Active()
        # The heart beats apart, so that no long duty is taken for a death.
        self._threads = [
            threading.Thread(target=self._keep, args=duties, name=f"plumbline-{name}", daemon=True)
            for name, duties in (
                ("heart", (_Duty(rhythm.beat, self._beat),)),
                ("supervisor", self._duties()),
            )
        ]

    def start(self) -> None:
        """Begin to work; raises WorkerRunning if this process has a worker already."""
        if not _one_worker.acquire(blocking=False):
            raise WorkerRunning
        try:
            _away_from_any_event_loop(self._launch)
        except BaseException:
            _one_worker.release()
            raise
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop where nothing paid for is lost; what is unfinished goes to the next worker."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        idle = self._active.wait_until_none(GRACE_SECONDS)
        self._backends.close()  # which ends what a backend is still at
        idle = idle or self._active.wait_until_none(CLOSING_SECONDS)
        _away_from_any_event_loop(lambda: DBOS.destroy(destroy_registry=True))
        if idle:  # else the chunks are still ours until this process ends, and are recovered after that
            with self._db.write() as s:
                stored.forget(s, self.executor_id)
        _one_worker.release()

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self) -> None:
        self._queue.prepare()
        with self._db.write() as s:  # before anything can be ours, so that no chunk is ever nobody's
            stored.beat(s, self.executor_id)
        self._queue.client().register_queue(
            CHUNKS,
            worker_concurrency=self._chunks,
            polling_interval_sec=POLLING_SECONDS,
            application_name=APPLICATION,
        )
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._db.url,
            "executor_id": self.executor_id,
            "application_version": VERSION,
            "serializer": SERIALIZER,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": POLLING_SECONDS,  # its thread ends that fast
            "log_level": "WARNING",
        }
        DBOS(config=config)
        DBOS.workflow(name=EVALUATE_CHUNK, max_recovery_attempts=MAX_RECOVERIES)(self._workflow())
        DBOS.launch()
        # What is loaded by now stays: the collector need not look through it for every thousand requests.
        gc.collect()
        gc.freeze()

    def _workflow(self) -> Callable[[str, int, int], None]:
        def evaluate_chunk(run_id: str, chunk: int, attempt: int) -> None:
            check = _Check(self._stopping, lambda: self._owns(run_id, chunk, attempt))
            with self._active, suppress(Replaced):
                check.now()
                self._evaluate(run_id, chunk, check)

        return evaluate_chunk

    def _evaluate(self, run_id: str, chunk: int, check: _Check) -> None:
        means = samples.Means(self._db, self._judges, self._backends.of, check, self._persistently)
        steps: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("answer", lambda: samples.answer(means, run_id, chunk)),
            ("finish", lambda: samples.finish(self._db, run_id, chunk)),
        )
        try:
            for name, step in steps:
                DBOS.run_step({"name": name}, self._persistently, step)
        except Replaced:
            raise
        except Exception as error:
            # What goes wrong while stopping, or in a chunk that another took over, is not the run's fault.
            check.now()
            reason = str(error)
            if not isinstance(error, (BackendUnavailable, ChunkIncomplete)):
                log.exception("chunk %s of run %s failed", chunk, run_id)
                reason = f"Chunk {chunk} failed with {type(error).__name__}: {error}"
            self._persistently(lambda: samples.fail(self._db, run_id, reason))

    def _persistently(self, step: Callable[[], Any]) -> Any:
        """Try again while the database is away: a step does only what is missing, so repeating it is safe."""
        for seconds in RETRY_SECONDS:
            try:
                return step()
            except (OperationalError, InterfaceError) as error:
                log.warning("the database failed, trying again in %s s: %s", seconds, error.orig)
                if self._stopping.wait(seconds):
                    raise _Left from error
        return step()

    def _owns(self, run_id: str, chunk: int, attempt: int) -> bool:
        return self._queue.owner(run_id, chunk, attempt) == self.executor_id

    def _duties(self) -> tuple[_Duty, ...]:
        return (
            _Duty(self._rhythm.sweep, self._sweep),
            _Duty(self._rhythm.strays, self._put_strays_back),
            _Duty(self._rhythm.tick, self._start_due),
        )

    def _keep(self, *duties: _Duty) -> None:
        while not self._stopping.wait(min(duty.wait() for duty in duties)):
            for duty in duties:
                duty.do_if_due()

    def _beat(self) -> None:
        with self._db.write() as s:
            stored.beat(s, self.executor_id)

    def _sweep(self) -> None:
        for executor_id in self._lost():
            log.warning("worker %s is gone; its chunks are taken up again", executor_id)
            # Private, but the one call that checks the owner: a chunk is handed on once (contract test).
            DBOS._recover_pending_workflows([executor_id])

    def _lost(self) -> set[str]:
        """Executors that have begun chunks and are dead: silent for long, or without a process here."""
        owners = self._queue.executors() - {self.executor_id}
        with self._db.write() as s:
            silent = set(stored.stale(s, self._rhythm.stale))
            known = {row.executor_id for row in stored.list_workers(s)}
            gone = {executor for executor in known if executor in silent or _process_is_dead(executor)}
            for executor in gone - owners:
                stored.forget(s, executor)
        return owners & gone | owners - known

    def _put_strays_back(self) -> None:
        rescue.strays(self._db, self._queue)

    def _start_due(self) -> None:
        schedules.start_due(self._db, self._queue, utc_now(), chunk_size=self._chunk_size)


class _Check:
    """Raises _Left when the worker is stopping or has lost the chunk, Replaced when the run began anew.

    A worker frozen for long was declared dead, and another does its chunks.
    """

    def __init__(self, stopping: threading.Event, owned: Callable[[], bool]) -> None:
        self._stopping = stopping
        self._owned = owned
        self._checked = time.monotonic()

    def __call__(self) -> None:
        """The owner is looked up at most every CHECK_SECONDS."""
        if self._stopping.is_set():
            raise _Left
        if time.monotonic() - self._checked >= CHECK_SECONDS:
            self.now()

    def now(self) -> None:
        """Look it up now."""
        if self._stopping.is_set() or not self._owned():
            raise _Left
        self._checked = time.monotonic()


class _Backends:
    """The backends opened so far, one for each model; closed together."""

    def __init__(self, opener: OpenBackend, workers: int, memory_mb: int) -> None:
        self._opener = opener
        self._workers = workers
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._open: dict[str, Backend] = {}

    def of(self, model: Model) -> Backend:
        """The backend of this model, opened when first asked for; raises BackendUnavailable."""
        with self._lock:
            key = f"{model.id}:{model.backend}:{sorted(model.settings.items())!r}"
            if key not in self._open:
                self._open[key] = self._opener(
                    spec_of(model), workers=self._workers, memory_mb=self._memory_mb
                )
            return self._open[key]

    def close(self) -> None:
        """Close every backend."""
        with self._lock:
            for backend in self._open.values():
                backend.close()
            self._open.clear()


class _Active:
    """Counts the chunks being worked on."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_none(self, seconds: float) -> bool:
        """Whether no chunk is being worked on, after waiting for that at most so long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, seconds)


class _Duty:
    """Something the supervisor does at once and then every so often; a failure is logged, not fatal."""

    def __init__(self, every: float, action: Callable[[], None]) -> None:
        self._every = every
        self._action = action
        self._due = time.monotonic()

    def wait(self) -> float:
        """Seconds until it is due."""
        return max(0.0, self._due - time.monotonic())

    def do_if_due(self) -> None:
        """Do it if it is due."""
        if self.wait() > 0:
            return
        try:
            self._action()
        except Exception:
            log.exception("the supervisor could not %s; it tries again", self._action.__name__)
        self._due = time.monotonic() + self._every


def _away_from_any_event_loop(action: Callable[[], None]) -> None:
    """Do it in a thread of its own, where DBOS finds no running event loop to object to."""
    with ThreadPoolExecutor(1, "plumbline-launch") as thread:
        thread.submit(action).result()


def _host() -> str:
    """Names the place where process ids mean the same: this boot of this machine, this pid namespace."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    try:
        place = f"{boot.read_text().strip()} {os.readlink(namespace)}"
    except OSError:  # not Linux: the host's name has to do
        place = ""
    return f"{socket.gethostname()}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _process_is_dead(executor_id: str) -> bool:
    """Whether the executor ran here and its process is no more; False wherever we cannot know."""
    host, pid, _ = executor_id.rsplit(":", 2)
    if host != _host():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    """Whether the process is dead and only waits to be reaped by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
