"""Check-ins as they came: a day may have several, each adds to the others, none is changed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of

Whereabouts = Literal["village", "errand", "leave"]

_COLUMNS = "id, source, person, day, at, whereabouts, note, latitude, longitude, accuracy_m"
_CHECKIN = f"SELECT {_COLUMNS} FROM checkins"


@dataclass(frozen=True)
class Checkin:
    """One word to the team: where the day is spent, a line of text, a location, or any of these."""

    id: int
    source: str
    person: str
    day: date
    at: datetime
    whereabouts: Whereabouts | None
    note: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None


class Checkins:
    """Check-ins by person and day."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        *,
        source: str,
        person: str,
        day: date,
        at: datetime,
        whereabouts: Whereabouts | None = None,
        note: str = "",
        latitude: float | None = None,
        longitude: float | None = None,
        accuracy_m: float | None = None,
    ) -> Checkin:
        """Write a check-in down and return it; one with the same `source` is returned as it stands."""
        known = self.by_source(source)
        if known is not None:
            return known
        row = self._db.execute(
            f"""INSERT INTO checkins
                (source, person, day, at, whereabouts, note, latitude, longitude, accuracy_m)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {_COLUMNS}""",
            (source, person, str(day), text_of(at), whereabouts, note, latitude, longitude, accuracy_m),
        ).fetchone()
        return _checkin(row)

    def by_source(self, source: str) -> Checkin | None:
        """Return the check-in that came from `source`, or None."""
        row = self._db.execute(f"{_CHECKIN} WHERE source = ?", (source,)).fetchone()
        return _checkin(row) if row else None

    def on(self, person: str, day: date) -> list[Checkin]:
        """Return the person's check-ins of the day, in order."""
        sql = f"{_CHECKIN} WHERE person = ? AND day = ? ORDER BY at, id"
        return [_checkin(row) for row in self._db.execute(sql, (person, day.isoformat()))]

    def between(self, people: Iterable[str], since: date, until: date) -> list[Checkin]:
        """Return these people's check-ins from `since` to `until`, both included, in order."""
        sql = f"""{_CHECKIN} WHERE person IN (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ?
                  ORDER BY at, id"""
        rows = self._db.execute(sql, (json.dumps(list(people)), since.isoformat(), until.isoformat()))
        return [_checkin(row) for row in rows]


def _checkin(row: tuple[Any, ...]) -> Checkin:
    values = list(row)
    values[3:5] = date.fromisoformat(row[3]), instant_of(row[4])
    return Checkin(*values)
