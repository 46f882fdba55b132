"""What came in: written down before it is acknowledged, kept until it has been done."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.instants import text_of

ATTEMPTS = 3


@dataclass(frozen=True)
class Received:
    """One update as its channel gave it. `key` is the same however often the channel delivers it."""

    id: int
    key: str
    channel: str
    chat_id: int
    payload: dict[str, Any]
    attempts: int


class Inbox:
    """Updates of all channels, in the order of their arrival."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, *, key: str, channel: str, chat_id: int, payload: dict[str, Any], at: datetime) -> bool:
        """Write an update down; False when the same one is there already."""
        cursor = self._db.execute(
            """INSERT INTO inbox (key, channel, chat_id, payload, received_at) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (key) DO NOTHING""",
            (key, channel, chat_id, json.dumps(payload, ensure_ascii=False), text_of(at)),
        )
        return cursor.rowcount == 1

    def next(self, *, after: int = 0, limit: int = 64) -> list[Received]:
        """Return updates that are still to be done, oldest first, from behind the id `after`."""
        rows = self._db.execute(
            """SELECT id, key, channel, chat_id, payload, attempts FROM inbox
               WHERE state = 'new' AND id > ? ORDER BY id LIMIT ?""",
            (after, limit),
        )
        return [
            Received(i, key, channel, chat, json.loads(body), tries)
            for i, key, channel, chat, body, tries in rows
        ]

    def done(self, update_id: int) -> None:
        """Mark the update as done; belongs in the unit that did it."""
        self._db.execute("UPDATE inbox SET state = 'done' WHERE id = ?", (update_id,))

    def failed(self, update_id: int, error: str) -> bool:
        """Count a failed attempt; True when it was the last and the update is given up."""
        row = self._db.execute(
            """UPDATE inbox SET attempts = attempts + 1, error = ?,
               state = CASE WHEN attempts + 1 >= ? THEN 'failed' ELSE 'new' END WHERE id = ? RETURNING state""",
            (error, ATTEMPTS, update_id),
        ).fetchone()
        return bool(row and row[0] == "failed")

    def counts(self) -> dict[str, int]:
        """Return how many updates stand in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
