"""How people have asked for a clause, kept beside it: which wordings join its searchable text, and for how long.

Answers for the bounds and for taking back. Who may see a clause, and with it its wordings, is the caller's business.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from policy_kb import repeats
from policy_kb.repeats import plain

Origin = Literal["confirmed", "office", "drafted"]
MOST = 20  # wordings of a clause
LONGEST = 60  # characters of a wording
NEARLY_THE_SAME = 0.8
_NUMBER_OF_SOMEBODY = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Wording:
    """A question that its clause answers. `confirmed` by the one who asked, given with the `office`'s answer, or `drafted`."""

    id: int
    clause: int
    text: str
    origin: Origin
    by: str
    at: datetime


def create(db: Database) -> None:
    """Make the tables: wordings, and the people who stand behind each."""
    db.execute(
        """CREATE TABLE wordings (
            id INTEGER PRIMARY KEY AUTOINCREMENT, clause INTEGER NOT NULL REFERENCES clauses(id) ON DELETE CASCADE,
            text TEXT NOT NULL, origin TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
            withdrawn_at TEXT, forbidden INTEGER NOT NULL DEFAULT 0)"""
    )
    db.execute("CREATE INDEX wordings_clause ON wordings(clause)")
    db.execute(
        """CREATE TABLE wording_voices (
            wording INTEGER NOT NULL REFERENCES wordings(id) ON DELETE CASCADE, person TEXT NOT NULL,
            PRIMARY KEY (wording, person))"""
    )
    db.execute("ALTER TABLE generation ADD COLUMN wordings INTEGER NOT NULL DEFAULT 0")


class Wordings:
    """The base's wordings. `opened` gives a connection for one piece of work, `changed` has the index learn of it."""

    def __init__(
        self, opened: Callable[[], AbstractContextManager[Database]], changed: Callable[[], None]
    ) -> None:
        self._opened = opened
        self._changed = changed

    def add(self, clause: int, texts: Iterable[str], *, origin: Origin, by: str, now: datetime) -> int:
        """Have wordings stand beside the clause in the person's name; return how many join what is searched.

        One that is nearly there already gets one more voice. Too long ones, those with somebody's number in them, those that an
        office has taken out, and more than a clause can have are not kept.
        """
        with self._opened() as db, db.atomic():
            added = sum(_add(db, clause, text, origin=origin, by=by, at=now) for text in texts)
            _count(db)
        self._changed()
        return added

    def take_back(self, clause: int, text: str, *, by: str, now: datetime) -> bool:
        """Take the person's voice from the wording; True when it was the last one and the wording is searched no more."""
        with self._opened() as db, db.atomic():
            gone = _take_back(db, clause, text, by=by, at=now)
            _count(db)
        self._changed()
        return gone

    def forget(self, number: int, *, now: datetime) -> Wording | None:
        """Take a wording out for good: neither it nor one nearly the same comes back to its clause. None when there is none."""
        with self._opened() as db, db.atomic():
            found = next((each for each in standing(db) if each.id == number), None)
            db.execute(
                "UPDATE wordings SET withdrawn_at = ?, forbidden = 1 WHERE id = ? AND withdrawn_at IS NULL",
                (now.isoformat(), number),
            )
            _count(db)
        self._changed()
        return found

    def of(self, clause: int) -> list[Wording]:
        """Return the wordings of a clause that are searched, the oldest first."""
        return [each for each in self.all() if each.clause == clause]

    def all(self) -> list[Wording]:
        """Return all wordings that are searched, the oldest first."""
        with self._opened() as db:
            return standing(db)


def _count(db: Database) -> None:
    db.execute("UPDATE generation SET wordings = wordings + 1")


def _add(db: Database, clause: int, text: str, *, origin: Origin, by: str, at: datetime) -> bool:
    text = " ".join(text.split())
    if not plain(text) or len(text) > LONGEST or _NUMBER_OF_SOMEBODY.search(plain(text)):
        return False
    rows = db.execute(
        "SELECT id, text, withdrawn_at, forbidden FROM wordings WHERE clause = ?", (clause,)
    ).fetchall()
    near = repeats.likeness(text, [row[1] for row in rows])
    same = [row for row, like in zip(rows, near, strict=True) if like >= NEARLY_THE_SAME]
    if any(forbidden for *_, forbidden in same):
        return False
    standing = next((number for number, _, withdrawn, _ in same if withdrawn is None), None)
    if standing is not None:
        db.execute("INSERT INTO wording_voices VALUES (?, ?) ON CONFLICT DO NOTHING", (standing, by))
        return False
    if sum(withdrawn is None for *_, withdrawn, _ in rows) >= MOST:
        return False
    (number,) = db.execute(
        "INSERT INTO wordings (clause, text, origin, by, at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (clause, text, origin, by, at.isoformat()),
    ).fetchone()
    db.execute("INSERT INTO wording_voices VALUES (?, ?)", (number, by))
    return True


def _take_back(db: Database, clause: int, text: str, *, by: str, at: datetime) -> bool:
    rows = db.execute(
        """SELECT id, wordings.text FROM wordings JOIN wording_voices ON wording = id AND person = ?
           WHERE clause = ? AND withdrawn_at IS NULL""",
        (by, clause),
    ).fetchall()
    near = repeats.likeness(text, [row[1] for row in rows])
    gone = [row[0] for row, like in zip(rows, near, strict=True) if like >= NEARLY_THE_SAME]
    for number in gone:
        db.execute("DELETE FROM wording_voices WHERE wording = ? AND person = ?", (number, by))
    return any(_withdraw_unless_spoken_for(db, number, at) for number in gone)


def _withdraw_unless_spoken_for(db: Database, number: int, at: datetime) -> bool:
    sql = """UPDATE wordings SET withdrawn_at = ? WHERE id = ? AND NOT EXISTS (
                SELECT 1 FROM wording_voices WHERE wording = wordings.id)"""
    return db.execute(sql, (at.isoformat(), number)).rowcount == 1


def standing(db: Database) -> list[Wording]:
    """Return the wordings that are searched, the oldest first."""
    rows = db.execute(
        "SELECT id, clause, text, origin, by, at FROM wordings WHERE withdrawn_at IS NULL ORDER BY id"
    ).fetchall()
    return [
        Wording(number, clause, text, origin, by, datetime.fromisoformat(at))
        for number, clause, text, origin, by, at in rows
    ]


def move(db: Database, old: int, new: int) -> None:
    """Let wordings of a document's clauses go over to those of its new version whose text is unchanged."""
    db.execute(
        """UPDATE wordings SET clause = (
               SELECT min(fresh.id) FROM clauses AS fresh JOIN clauses AS stale ON stale.text = fresh.text
               WHERE fresh.document = :new AND stale.id = wordings.clause)
           WHERE clause IN (SELECT stale.id FROM clauses AS stale JOIN clauses AS fresh ON stale.text = fresh.text
                            WHERE stale.document = :old AND fresh.document = :new)""",
        {"old": old, "new": new},
    )
