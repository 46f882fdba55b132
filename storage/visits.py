"""Visits and contacts as they were recorded: added once, never changed."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of

Kind = Literal["visit", "contact"]
LocationStatus = Literal["given", "skipped", "forwarded"]

_COLUMNS = (
    "id, receipt, source, kind, person, team, village, household, day, recorded_at, duties, note, problem, "
    "location, location_reason, latitude, longitude, accuracy_m, distance_m, evidence"
)
_VISIT = f"SELECT {_COLUMNS} FROM visits"
# Letters and digits that nobody mistakes for one another when a receipt is read out.
_ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_SHORTEST = 4


@dataclass(frozen=True)
class Visit:
    """One visit in person, or one contact by telephone.

    `evidence` says in words what the location is worth.
    """

    id: int
    receipt: str
    source: str
    kind: Kind
    person: str
    team: str | None
    village: str
    household: str | None
    day: date
    recorded_at: datetime
    duties: tuple[str, ...]
    note: str
    problem: str
    location: LocationStatus
    location_reason: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    distance_m: float | None
    evidence: str


class Visits:
    """Visits by person, team and household."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(
        self,
        *,
        source: str,
        kind: Kind,
        person: str,
        team: str | None,
        village: str,
        household: str | None,
        day: date,
        recorded_at: datetime,
        duties: Iterable[str],
        note: str,
        problem: str = "",
        location: LocationStatus,
        location_reason: str = "",
        latitude: float | None = None,
        longitude: float | None = None,
        accuracy_m: float | None = None,
        distance_m: float | None = None,
        evidence: str,
    ) -> Visit:
        """Write a visit down and return it; one with the same `source` is returned as it stands.

        The receipt is the day and a hash of `source`, so that doing it over gives the same one.
        """
        known = self.by_source(source)
        if known is not None:
            return known
        values = (
            *(self._free_receipt(day, source), source, kind, person, team, village, household),
            *(day.isoformat(), text_of(recorded_at), ",".join(duties), note, problem),
            *(location, location_reason, latitude, longitude, accuracy_m, distance_m, evidence),
        )
        names = _COLUMNS.removeprefix("id, ")
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO visits ({names}) VALUES ({marks}) RETURNING {_COLUMNS}"
        return _visit(self._db.execute(sql, values).fetchone())

    def by_source(self, source: str) -> Visit | None:
        """Return the visit that came from `source`, or None."""
        row = self._db.execute(f"{_VISIT} WHERE source = ?", (source,)).fetchone()
        return _visit(row) if row else None

    def by_receipt(self, receipt: str) -> Visit | None:
        """Return the visit with this receipt, or None."""
        row = self._db.execute(f"{_VISIT} WHERE receipt = ?", (receipt.strip().upper(),)).fetchone()
        return _visit(row) if row else None

    def of_person(
        self,
        person: str,
        *,
        since: date | None = None,
        until: date | None = None,
        limit: int = -1,
        skip: int = 0,
    ) -> list[Visit]:
        """Return what the person recorded from `since` to `until`, both included, the newest first."""
        sql = f"{_VISIT} WHERE person = ? AND day BETWEEN ? AND ? ORDER BY day DESC, id DESC LIMIT ? OFFSET ?"
        return [_visit(row) for row in self._db.execute(sql, (person, *_span(since, until), limit, skip))]

    def count_of(self, person: str) -> int:
        """Return how many visits and contacts the person has recorded."""
        return int(self._db.execute("SELECT count(*) FROM visits WHERE person = ?", (person,)).fetchone()[0])

    def of_team(self, team: str, *, since: date, until: date) -> list[Visit]:
        """Return what the team recorded from `since` to `until`, both included, the oldest first."""
        sql = f"{_VISIT} WHERE team = ? AND day BETWEEN ? AND ? ORDER BY day, id"
        return [_visit(row) for row in self._db.execute(sql, (team, *_span(since, until)))]

    def of_household(self, household: str, *, limit: int = -1) -> list[Visit]:
        """Return what was recorded about the household, the newest first."""
        sql = f"{_VISIT} WHERE household = ? ORDER BY day DESC, id DESC LIMIT ?"
        return [_visit(row) for row in self._db.execute(sql, (household, limit))]

    def last_seen(
        self, households: Iterable[str], *, by: str | None = None, team: str | None = None
    ) -> dict[str, date]:
        """Return the day of the last visit in person to each household that has had one.

        Counts visits by the person `by` or by the team `team` only, when given.
        """
        sql = """SELECT household, max(day) FROM visits WHERE kind = 'visit'
                 AND household IN (SELECT value FROM json_each(:households))
                 AND (:by IS NULL OR person = :by) AND (:team IS NULL OR team = :team) GROUP BY household"""
        rows = self._db.execute(sql, {"households": json.dumps(list(households)), "by": by, "team": team})
        return {household: date.fromisoformat(day) for household, day in rows}

    def seen_households(
        self, *, person: str | None = None, team: str | None = None, since: date, until: date
    ) -> frozenset[str]:
        """Return the households visited in person by the person, or by anyone of the team, in these days."""
        if (person is None) == (team is None):
            raise ValueError("either the person or the team")
        column = "team" if person is None else "person"
        sql = f"""SELECT DISTINCT household FROM visits WHERE {column} = ? AND kind = 'visit'
                  AND household IS NOT NULL AND day BETWEEN ? AND ?"""
        rows = self._db.execute(sql, (person or team, since.isoformat(), until.isoformat()))
        return frozenset(row[0] for row in rows)

    def _free_receipt(self, day: date, source: str) -> str:
        for receipt in _receipts(day, source):
            taken = self._db.execute("SELECT 1 FROM visits WHERE receipt = ?", (receipt,)).fetchone()
            if taken is None:
                return receipt
        raise AssertionError("two sources with one SHA-256")


def _receipts(day: date, source: str) -> Iterator[str]:
    digest = base64.b32encode(hashlib.sha256(source.encode()).digest())
    code = digest.translate(_ALPHABET).decode().rstrip("=")
    for length in range(_SHORTEST, len(code) + 1):
        yield f"{day:%m%d}-{code[:length]}"


def _span(since: date | None, until: date | None) -> tuple[str, str]:
    return ((since or date.min).isoformat(), (until or date.max).isoformat())


def _visit(row: tuple[Any, ...]) -> Visit:
    day, recorded_at, duties = row[8:11]
    values = list(row)
    values[8:11] = date.fromisoformat(day), instant_of(recorded_at), tuple(filter(None, duties.split(",")))
    return Visit(*values)
