"""What goes out: written in the unit that causes it, sent afterwards by the channel's delivery.

A row is pending → claimed → sending → sent | blocked | failed | unknown | expired. It becomes `sending` just
before the network call, so after a kill only such rows are in doubt: a reply is then sent again, a digest is
left as `unknown`.

| kind   | what it is                                                  | turn  | quiet hours | send in doubt |
| reply  | what the person's own step brings about                     | first | goes        | again         |
| notice | urgent: what somebody else did and this person waits for    | next  | goes        | again         |
| digest | what we begin ourselves: the reminder, the week             | last  | waits       | left unknown  |

Messages of one chat leave in the order of their ids: only its oldest open row, its head, is ever claimed. A
chat that waits for a reply comes before those that wait for a notice, and these before all that wait for
digests only. While digests rest they are passed over, by the chat's own replies too.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of
from storage.migrations import migrations

Kind = Literal["reply", "digest", "notice"]
End = Literal["sent", "blocked", "failed", "unknown", "expired"]

# How long a message is of use unless its sender knows better.
USEFUL = {"reply": timedelta(days=3), "notice": timedelta(days=7), "digest": timedelta(days=1)}
# Nobody waits longer than this for a second try; what claims to was written before the clock was set back.
LONGEST_WAIT = timedelta(days=1)

# SQLite takes a partial index only for a query that repeats the index's own condition word for word.
_OPEN = "state IN ('pending', 'claimed', 'sending')"
_PROMPT = f"{_OPEN} AND kind <> 'digest'"
_NOTICES = "kind = 'notice' AND state IN ('sent', 'blocked')"


@migrations()
def outbox_order(db: Database) -> None:
    """Find heads, prompt chats and stale rows without reading the whole queue."""
    db.execute(f"CREATE INDEX outbox_chat ON outbox(channel, chat_id, id) WHERE {_OPEN}")
    db.execute(f"CREATE INDEX outbox_prompt ON outbox(channel, id) WHERE {_PROMPT}")
    db.execute(f"CREATE INDEX outbox_stale ON outbox(expires_at) WHERE {_OPEN} AND expires_at IS NOT NULL")


@migrations()
def outbox_kinds(db: Database) -> None:
    """Find the chats that wait for a reply, those that wait for a notice, and notices that have ended."""
    db.execute("DROP INDEX outbox_prompt")
    db.execute(f"CREATE INDEX outbox_kind ON outbox(channel, kind, id) WHERE {_OPEN}")
    db.execute(f"CREATE INDEX outbox_notices ON outbox(finished_at) WHERE {_NOTICES}")


def _open(name: str) -> str:
    return f"{name}.{_OPEN}"


def _heads_of(kind: Kind, *, among: str = "") -> str:
    """Return the query for the due heads of the chats that wait for this kind.

    `among` narrows down the rows of the chat of which the head is the oldest.
    """
    return f"""
    SELECT head.id FROM outbox AS first JOIN outbox AS head ON head.id = (
        SELECT min(id) FROM outbox AS each
        WHERE each.channel = :channel AND each.chat_id = first.chat_id AND {_open("each")} {among})
    WHERE first.channel = :channel AND {_open("first")} AND first.kind = '{kind}' AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier WHERE earlier.channel = :channel AND earlier.chat_id = first.chat_id
        AND earlier.id < first.id AND {_open("earlier")} AND earlier.kind = '{kind}')
    AND {_DUE} ORDER BY first.id LIMIT :limit"""


_DUE = """head.state = 'pending' AND
    (head.not_before IS NULL OR head.not_before <= :at OR head.not_before > :never)"""
_HEADS = f"""
    SELECT head.id FROM outbox AS head
    WHERE head.channel = :channel AND {_open("head")} AND {_DUE} AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier WHERE earlier.channel = :channel AND earlier.chat_id = head.chat_id
        AND earlier.id < head.id AND {_open("earlier")})
    ORDER BY head.id LIMIT :limit"""
# A digest that is on its way already still holds up its chat.
_NO_DIGESTS = "AND (each.kind <> 'digest' OR each.state <> 'pending')"
ALL_DAY = (_heads_of("reply"), _heads_of("notice"), _HEADS)
AT_REST = (_heads_of("reply", among=_NO_DIGESTS), _heads_of("notice", among=_NO_DIGESTS))


@dataclass(frozen=True)
class Outgoing:
    """One call of a Bot API method, with its parameters as JSON values; `key` names the fact it tells, if any."""

    id: int
    channel: str
    chat_id: int
    kind: Kind
    method: str
    payload: dict[str, Any]
    attempts: int
    key: str | None
    created_at: datetime


class Outbox:
    """Messages of all channels on their way out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        *,
        channel: str,
        chat_id: int,
        kind: Kind,
        method: str,
        payload: dict[str, Any],
        at: datetime,
        key: str | None = None,
        expires_at: datetime | None = None,
    ) -> int | None:
        """Put a message on its way; return its id, or None when one with the same `key` was there before.

        Whatever has not left by `expires_at` never does; without it, the kind's own time holds.
        """
        row = self._db.execute(
            """INSERT INTO outbox (key, channel, chat_id, kind, method, payload, created_at, expires_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id""",
            (
                key,
                channel,
                chat_id,
                kind,
                method,
                json.dumps(payload, ensure_ascii=False),
                text_of(at),
                text_of(expires_at or at + USEFUL[kind]),
            ),
        ).fetchone()
        return None if row is None else int(row[0])

    def claim(self, channel: str, *, at: datetime, limit: int, digests: bool = True) -> list[Outgoing]:
        """Take the due heads of up to `limit` chats with nothing on its way: replies, notices, digests.

        What has outlived its use is ended before. A head that is not due yet holds up its own chat alone.
        Without `digests` these stay where they are.
        """
        self.expire(at=at)
        never = text_of(at + LONGEST_WAIT)
        wanted = {"channel": channel, "at": text_of(at), "never": never, "limit": limit}
        heads: list[int] = []
        for question in ALL_DAY if digests else AT_REST:
            if len(heads) < limit:
                found = [row[0] for row in self._db.execute(question, wanted).fetchall()]
                heads = list(dict.fromkeys((*heads, *found)))[:limit]
        return [self._claimed(head) for head in heads]

    def _claimed(self, message_id: int) -> Outgoing:
        number, channel, chat_id, kind, method, payload, attempts, key, created = self._db.execute(
            """UPDATE outbox SET state = 'claimed' WHERE id = ?
               RETURNING id, channel, chat_id, kind, method, payload, attempts, key, created_at""",
            (message_id,),
        ).fetchone()
        return Outgoing(
            number,
            channel,
            chat_id,
            kind,
            method,
            json.loads(payload),
            attempts,
            key,
            instant_of(created),
        )

    def sending(self, message_id: int) -> None:
        """Note that the network call is about to be made."""
        self._db.execute(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ?", (message_id,)
        )

    def finish(self, message_id: int, state: End, *, at: datetime, error: str = "") -> None:
        """Note how it ended."""
        self._db.execute(
            "UPDATE outbox SET state = ?, finished_at = ?, error = ? WHERE id = ?",
            (state, text_of(at), error, message_id),
        )

    def again(self, message_id: int, *, not_before: datetime, error: str = "") -> None:
        """Put an open message back, not to be tried before `not_before`; what has ended stays as it is."""
        self._db.execute(
            f"UPDATE outbox SET state = 'pending', not_before = ?, error = ? WHERE id = ? AND {_OPEN}",
            (text_of(not_before), error, message_id),
        )

    def in_doubt(self, message_id: int) -> bool:
        """Say whether the network call was begun and nothing is known of its end."""
        row = self._db.execute("SELECT state FROM outbox WHERE id = ?", (message_id,)).fetchone()
        return bool(row and row[0] == "sending")

    def recover(self, channel: str, *, at: datetime) -> int:
        """After a start: put back what certainly was not sent; return how many digests stay in doubt."""
        self._db.execute(
            f"""UPDATE outbox SET state = 'pending' WHERE channel = ? AND {_OPEN}
                AND (state = 'claimed' OR (state = 'sending' AND kind <> 'digest'))""",
            (channel,),
        )
        cursor = self._db.execute(
            f"""UPDATE outbox SET state = 'unknown', finished_at = ?
                WHERE channel = ? AND {_OPEN} AND state = 'sending'""",
            (text_of(at), channel),
        )
        return cursor.rowcount

    def expire(self, *, at: datetime) -> int:
        """End unsent what has outlived its use; return how many."""
        cursor = self._db.execute(
            f"""UPDATE outbox SET state = 'expired', finished_at = :at
                WHERE {_OPEN} AND expires_at IS NOT NULL AND expires_at <= :at AND state = 'pending'""",
            {"at": text_of(at)},
        )
        return cursor.rowcount

    def counts(self) -> dict[str, int]:
        """Return how many messages stand in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
