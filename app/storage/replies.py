"""Replies of models under the hash of their request, for runs that share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.storage.sessions import Database, insert_or_ignore, utc_now
from app.storage.tables import CachedReplyRecord


class StoredReplies:
    """The cache of replies in a database; each call is a transaction of its own."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, fingerprint: str) -> Mapping[str, Any] | None:
        """The reply under this hash, if there is one."""
        with self._db.read() as s:
            return s.scalar(
                select(CachedReplyRecord.reply).where(CachedReplyRecord.fingerprint == fingerprint)
            )

    def put(self, fingerprint: str, reply: Mapping[str, Any]) -> None:
        """Keep the reply, unless there is one under this hash."""
        row = {"fingerprint": fingerprint, "reply": dict(reply), "created_at": utc_now()}
        with self._db.write() as s:
            insert_or_ignore(s, CachedReplyRecord, [row])
