"""The durable queue of chunks: how work is handed over, in the very transaction that makes it."""

from __future__ import annotations

import threading

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy.orm import Session

APPLICATION = "plumbline"
CHUNKS = "plumbline-chunks"
EVALUATE_CHUNK = "evaluate_chunk"
POLLING_SECONDS = 0.1
"""How often a worker looks for new chunks; DBOS's own second would be felt in every small run."""

SERIALIZER = DBOSPortableJSONSerializer()
"""Arguments and results are stored as JSON: DBOS's default, pickle, would run code found in the database."""


def chunk_id(run_id: str, chunk: int, attempt: int) -> str:
    """The name of one chunk's work: enqueuing it a second time changes nothing."""
    return f"{run_id}:{chunk}:{attempt}"


def _attempt(workflow_id: str) -> int:
    return int(workflow_id.rpartition(":")[2])


class Replaced(Exception):
    """The run was enqueued anew: what is left of the chunk belongs to a later attempt."""


class Queue:
    """Hands chunks to whichever worker comes first; its tables stand in the same database as ours.

    Anybody with the database may enqueue: the web server, the command line, a worker. Safe between threads.
    """

    def __init__(self, database_url: str) -> None:
        """Describe the queue in this database; nothing is opened before it is first used."""
        self.database_url = database_url
        self._lock = threading.Lock()
        self._client: DBOSClient | None = None

    def prepare(self) -> None:
        """Make or upgrade the queue's own tables; to be called when the database is upgraded."""
        DBOS.migrate(self.database_url)

    def enqueue(self, session: Session, run_id: str, chunk: int, attempt: int) -> None:
        """Enqueue a chunk of a run within the caller's transaction: it takes effect with the commit."""
        options: EnqueueOptions = {
            "workflow_name": EVALUATE_CHUNK,
            "queue_name": CHUNKS,
            "workflow_id": chunk_id(run_id, chunk, attempt),
        }
        self.client().enqueue_in_transaction(session, options, run_id, chunk, attempt)

    def next_attempt(self, run_id: str) -> int:
        """One more than the highest attempt that the run was ever enqueued with; each has a chunk 0."""
        found = self.client().list_workflows(
            workflow_id_prefix=f"{run_id}:0:", load_input=False, load_output=False
        )
        return 1 + max((_attempt(status.workflow_id) for status in found), default=-1)

    def owner(self, run_id: str, chunk: int, attempt: int) -> str | None:
        """The executor that has begun this chunk and not ended it; raises Replaced."""
        wanted, later = (chunk_id(run_id, chunk, number) for number in (attempt, attempt + 1))
        found = self.client().list_workflows(
            workflow_ids=[wanted, later], load_input=False, load_output=False
        )
        states = {status.workflow_id: status for status in found}
        if later in states:
            raise Replaced
        state = states.get(wanted)
        return state.executor_id if state is not None and state.status == "PENDING" else None

    def executors(self) -> set[str]:
        """Every executor that has begun a chunk and not ended it."""
        return {
            status.executor_id
            for status in self.client().list_workflows(
                status="PENDING", name=EVALUATE_CHUNK, load_input=False, load_output=False
            )
            if status.executor_id is not None
        }

    def waiting(self, run_id: str) -> bool:
        """Whether any chunk of the run is enqueued or begun."""
        return bool(
            self.client().list_workflows(
                workflow_id_prefix=f"{run_id}:",
                status=["ENQUEUED", "PENDING"],
                limit=1,
                load_input=False,
                load_output=False,
            )
        )

    def client(self) -> DBOSClient:
        """The connection to the queue's tables, opened when first asked for."""
        with self._lock:
            if self._client is None:
                self._client = DBOSClient(
                    system_database_url=self.database_url,
                    serializer=SERIALIZER,
                    application_name=APPLICATION,
                    lazy=True,
                )
            return self._client

    def close(self) -> None:
        """Close every connection; using the queue again opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None
