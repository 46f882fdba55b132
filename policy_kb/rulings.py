"""An office's own answers: each becomes a document of the base, with an end and a scope, found and shown like any other."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from policy_kb import documents
from policy_kb.documents import Document
from policy_kb.rights import Scope

KIND = "ruling"


@dataclass(frozen=True)
class Ruling:
    """What an office answers to a question in its own words.

    `key` tells one act of issuing from another, `author` is the code of the office's place, `by` the person; days are ISO 8601,
    `until` is the last day on which it holds, None for good.
    """

    key: str
    question: str
    words: str
    issuer: str
    author: str
    by: str
    day: str
    until: str | None
    scope: Scope


@dataclass(frozen=True)
class Issued:
    """A ruling as it lies in the base, with its only clause."""

    document: Document
    clause: int
    words: str


class Rulings:
    """The base's rulings. `opened` gives a connection for one piece of work, `changed` has the index learn of it."""

    def __init__(
        self, opened: Callable[[], AbstractContextManager[Database]], changed: Callable[[], None]
    ) -> None:
        self._opened = opened
        self._changed = changed

    def issue(self, ruling: Ruling, *, now: datetime) -> Issued:
        """Put a ruling into the base; one of the same key is there already and stays as it is."""
        with self._opened() as db, db.atomic():
            number = _insert(db, ruling, now)
            issued = next(each for each in _of(db, ruling.author) if each.document.id == number)
        self._changed()
        return issued

    def of(self, author: str) -> list[Issued]:
        """Return the rulings of the office of a place, the newest first, those that have ended too."""
        with self._opened() as db:
            return _of(db, author)


def ended(document: Document, day: date | None) -> bool:
    """Say whether the document is an office's answer whose last day lies before this one."""
    return document.kind == KIND and bool(day and document.until) and str(document.until) < str(day)


def _insert(db: Database, ruling: Ruling, now: datetime) -> int:
    digest = hashlib.sha256(f"{KIND}\0{ruling.key}".encode()).hexdigest()
    row = db.execute(
        """INSERT INTO documents (title, issuer, date, source, sha256, added_at, until, body,
                                  kind, author, scope_place, scope_roles)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING RETURNING id""",
        (
            ruling.question,
            ruling.issuer,
            ruling.day,
            KIND,
            digest,
            now.isoformat(),
            ruling.until,
            ruling.words,
            KIND,
            ruling.author,
            ruling.scope.place,
            ",".join(ruling.scope.roles),
        ),
    ).fetchone()
    if row is None:
        return int(db.execute("SELECT id FROM documents WHERE sha256 = ?", (digest,)).fetchone()[0])
    db.execute(
        "INSERT INTO clauses (document, heading, text, starts, ends) VALUES (?, ?, ?, 0, ?)",
        (row[0], ruling.question, ruling.words, len(ruling.words)),
    )
    db.execute("UPDATE generation SET number = number + 1")
    return int(row[0])


def _of(db: Database, author: str) -> list[Issued]:
    mine = [each for each in documents.every(db) if each.kind == KIND and each.author == author]
    clauses = {each.id: documents.clauses_of(db, each.id)[0] for each in mine}
    return [Issued(each, clauses[each.id].id, clauses[each.id].text) for each in reversed(mine)]
