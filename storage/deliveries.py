"""What became of the messages of the outbox: for the eyes of those who run it, and for a second way.

Only reads. Gives out what was to be said of the notices that need a second way, and of nothing else.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.instants import instant_of, text_of

_ENTRY = "SELECT id, channel, chat_id, kind, method, state, created_at, attempts, error FROM outbox"
_OPEN = "state IN ('pending', 'claimed', 'sending')"


@dataclass(frozen=True)
class Entry:
    """One message without its words; `error` is the last refusal."""

    id: int
    channel: str
    chat_id: int
    kind: str
    method: str
    state: str
    created_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True)
class Tally:
    """How many messages of a kind stand in a state."""

    state: str
    kind: str
    count: int


@dataclass(frozen=True)
class Missed:
    """A notice that its person has not had: refused by the channel, or not looked at in the web chat."""

    id: int
    channel: str
    person: str
    refused: bool
    method: str
    payload: dict[str, Any]


class Deliveries:
    """The outbox seen from behind."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def tallies(self) -> list[Tally]:
        """Return the counts by state and kind."""
        sql = "SELECT state, kind, count(*) FROM outbox GROUP BY state, kind ORDER BY state, kind"
        return [Tally(*row) for row in self._db.execute(sql)]

    def oldest_waiting(self) -> Entry | None:
        """Return the oldest message that is still to be sent, or None."""
        row = self._db.execute(f"{_ENTRY} WHERE {_OPEN} ORDER BY created_at, id LIMIT 1").fetchone()
        return _entry(row) if row else None

    def ended(self, *states: str, limit: int) -> list[Entry]:
        """Return the last messages that ended so, the newest first."""
        sql = f"{_ENTRY} WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?"
        return [_entry(row) for row in self._db.execute(sql, (json.dumps(states), limit))]

    def missed(self, *, since: datetime, unread_since: datetime) -> list[Missed]:
        """Return notices that ended after `since`, got no second way, and need one.

        Those that the channel refused, and those that were put into the web chat before `unread_since` and that
        no page has shown to its person.
        """
        rows = self._db.execute(
            """SELECT o.id, o.channel, a.person, o.state, o.method, o.payload FROM outbox AS o
               JOIN accounts AS a ON a.channel = o.channel AND a.chat_id = o.chat_id
               WHERE o.kind = 'notice' AND o.state IN ('sent', 'blocked') AND o.finished_at > :since
               AND (o.state = 'blocked' OR (o.channel = 'web' AND o.finished_at <= :unread AND EXISTS (
                   SELECT 1 FROM web_messages AS m WHERE m.chat_id = o.chat_id AND m.author = 'bot'
                   AND m.at = o.finished_at AND m.deleted = 0 AND m.seq > coalesce(
                       (SELECT r.seq FROM web_reads AS r WHERE r.chat_id = o.chat_id), 0))))
               AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.key = 'other:' || o.id)
               ORDER BY o.id""",
            {"since": text_of(since), "unread": text_of(unread_since)},
        )
        return [
            Missed(number, channel, person, state == "blocked", method, json.loads(payload))
            for number, channel, person, state, method, payload in rows
        ]


def _entry(row: tuple[Any, ...]) -> Entry:
    values = list(row)
    values[6] = instant_of(row[6])
    return Entry(*values)
