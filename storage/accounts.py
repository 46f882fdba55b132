"""Who sits behind a chat, the one-time invitations that let people in, and the web chat's sessions.

Codes and tokens arrive as hashes; this module never sees what a person types.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.instants import instant_of, text_of

_ACCOUNT = "SELECT channel, chat_id, person, last_seen_at, unreachable_at FROM accounts"


@dataclass(frozen=True)
class Account:
    """A person's chat on one channel. `unreachable_at` is set while the channel refuses to deliver there."""

    channel: str
    chat_id: int
    person: str
    last_seen_at: datetime
    unreachable_at: datetime | None


class Accounts:
    """Accounts by channel and chat."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, channel: str, chat_id: int) -> Account | None:
        """Return the account of a chat, or None when nobody has entered there."""
        row = self._db.execute(f"{_ACCOUNT} WHERE channel = ? AND chat_id = ?", (channel, chat_id)).fetchone()
        return _account(row) if row else None

    def open(self, *, channel: str, chat_id: int, person: str, at: datetime) -> Account:
        """Give the chat to the person, whoever had it before."""
        self._db.execute(
            """INSERT INTO accounts (channel, chat_id, person, created_at, last_seen_at)
               VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, chat_id) DO UPDATE SET
               person = excluded.person, last_seen_at = excluded.last_seen_at, unreachable_at = NULL, told_at = NULL""",
            (channel, chat_id, person, text_of(at), text_of(at)),
        )
        return Account(channel, chat_id, person, at, None)

    def close(self, channel: str, chat_id: int) -> None:
        """Take the chat away from whoever has it."""
        self._db.execute("DELETE FROM accounts WHERE channel = ? AND chat_id = ?", (channel, chat_id))

    def touch(self, channel: str, chat_id: int, *, at: datetime) -> None:
        """Note that something came from the chat: it is in use, and can be reached."""
        self._db.execute(
            """UPDATE accounts SET last_seen_at = ?, unreachable_at = NULL, told_at = NULL
               WHERE channel = ? AND chat_id = ?""",
            (text_of(at), channel, chat_id),
        )

    def mark_unreachable(self, channel: str, chat_id: int, *, at: datetime) -> None:
        """Note that the channel refuses to deliver to the chat; the first time is kept."""
        self._db.execute(
            """UPDATE accounts SET unreachable_at = coalesce(unreachable_at, ?)
               WHERE channel = ? AND chat_id = ?""",
            (text_of(at), channel, chat_id),
        )

    def untold(self) -> list[Account]:
        """Return the accounts that have become unreachable since somebody was told of it, or ever."""
        sql = f"{_ACCOUNT} WHERE unreachable_at IS NOT NULL AND told_at IS NULL ORDER BY channel, chat_id"
        return [_account(row) for row in self._db.execute(sql)]

    def told(self, channel: str, chat_id: int, *, at: datetime) -> None:
        """Note that somebody was told, or need not be; it holds until something comes from the chat again."""
        self._db.execute(
            "UPDATE accounts SET told_at = ? WHERE channel = ? AND chat_id = ?",
            (text_of(at), channel, chat_id),
        )

    def of_person(self, person: str) -> list[Account]:
        """Return the person's accounts, the last used first."""
        sql = f"{_ACCOUNT} WHERE person = ? ORDER BY last_seen_at DESC, channel, chat_id"
        return [_account(row) for row in self._db.execute(sql, (person,))]

    def reachable(self, person: str, *, but: str = "") -> Account | None:
        """Return the account last used that can be reached, on another channel than `but`; None without one."""
        found = (each for each in self.of_person(person) if not each.unreachable_at and each.channel != but)
        return next(found, None)

    def web_chat_of(self, person: str) -> int:
        """Return the chat id of the person's web account, or one that no web account has yet."""
        sql = "SELECT min(chat_id) FROM accounts WHERE channel = 'web' AND person = ?"
        known = self._db.execute(sql, (person,)).fetchone()[0]
        if known is not None:
            return int(known)
        sql = "SELECT coalesce(max(chat_id), 0) + 1 FROM accounts WHERE channel = 'web'"
        return int(self._db.execute(sql).fetchone()[0])

    def invite(self, code_hash: str, *, person: str, at: datetime, expires_at: datetime) -> None:
        """Write an invitation down; earlier ones of the person that nobody used end with it."""
        self._db.execute("DELETE FROM invites WHERE person = ? AND used_at IS NULL", (person,))
        self._db.execute(
            "INSERT INTO invites (code_hash, person, created_at, expires_at) VALUES (?, ?, ?, ?)",
            (code_hash, person, text_of(at), text_of(expires_at)),
        )

    def redeem(self, code_hash: str, *, at: datetime) -> str | None:
        """Use an invitation up and return whom it invites; None when it is unknown, used or expired."""
        row = self._db.execute(
            """UPDATE invites SET used_at = :at
               WHERE code_hash = :code AND used_at IS NULL AND expires_at > :at RETURNING person""",
            {"at": text_of(at), "code": code_hash},
        ).fetchone()
        return None if row is None else str(row[0])

    def open_session(self, token_hash: str, *, chat_id: int, at: datetime, expires_at: datetime) -> None:
        """Let the holder of the token into the web chat `chat_id`, and forget sessions that have ended."""
        self._db.execute("DELETE FROM web_sessions WHERE expires_at <= ?", (text_of(at),))
        self._db.execute(
            """INSERT INTO web_sessions (token_hash, chat_id, created_at, expires_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (token_hash) DO UPDATE SET
               chat_id = excluded.chat_id, expires_at = excluded.expires_at""",
            (token_hash, chat_id, text_of(at), text_of(expires_at)),
        )

    def session(self, token_hash: str, *, at: datetime) -> int | None:
        """Return the chat that the token opens, or None."""
        sql = "SELECT chat_id FROM web_sessions WHERE token_hash = ? AND expires_at > ?"
        row = self._db.execute(sql, (token_hash, text_of(at))).fetchone()
        return None if row is None else int(row[0])

    def close_session(self, token_hash: str) -> None:
        """End a session."""
        self._db.execute("DELETE FROM web_sessions WHERE token_hash = ?", (token_hash,))


def _account(row: tuple[Any, ...]) -> Account:
    channel, chat_id, person, seen, unreachable = row
    return Account(
        channel, chat_id, person, instant_of(seen), instant_of(unreachable) if unreachable else None
    )
