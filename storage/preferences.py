"""What each person has chosen about reminders: the hour, and a pause."""

from dataclasses import dataclass
from datetime import date, time

from sqlite_utils import Database


@dataclass(frozen=True)
class Preference:
    """One person's choice; `remind_at` is None for the usual hour, `paused_until` is the last quiet day."""

    remind_at: time | None = None
    paused_until: date | None = None


class Preferences:
    """Choices by person."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, person: str) -> Preference:
        """Return the person's choice; an empty one where nothing was chosen."""
        sql = "SELECT remind_at, paused_until FROM preferences WHERE person = ?"
        at, until = self._db.execute(sql, (person,)).fetchone() or (None, None)
        return Preference(
            time.fromisoformat(at) if at else None, date.fromisoformat(until) if until else None
        )

    def put(self, person: str, preference: Preference) -> None:
        """Write the person's choice in place of what stood there."""
        at, until = preference.remind_at, preference.paused_until
        self._db.execute(
            """INSERT INTO preferences (person, remind_at, paused_until) VALUES (?, ?, ?)
               ON CONFLICT (person) DO UPDATE SET
               remind_at = excluded.remind_at, paused_until = excluded.paused_until""",
            (person, f"{at:%H:%M}" if at else None, until.isoformat() if until else None),
        )
