"""The long-lived parts that every way in needs, opened once by the composition root."""

from dataclasses import dataclass
from pathlib import Path

from app.evaluation.queue import Queue
from app.grading import Judges
from app.storage.sessions import Database


@dataclass(frozen=True)
class Services:
    """An open database, the durable queue in it, and the pool of judges.

    `chunk_size` is in samples; `sets_dir` is where the folders of imported sets lie, with their images.
    """

    database: Database
    queue: Queue
    judges: Judges
    chunk_size: int
    sets_dir: Path | None = None
