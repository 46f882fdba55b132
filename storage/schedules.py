"""When what runs next: kept in the file, so that it survives downtime."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.instants import instant_of, text_of

_SCHEDULE = "SELECT name, next_run, zone, running, cursor FROM schedules"


@dataclass(frozen=True)
class Schedule:
    """One recurring run. `running` is the instant it was due, while its people are worked through up to `cursor`."""

    name: str
    next_run: datetime
    zone: str
    running: datetime | None
    cursor: str


class Schedules:
    """Recurring runs by name."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def plan(self, *, name: str, next_run: datetime, zone: str) -> None:
        """Write down when it runs next, in place of what stood there."""
        self._db.execute(
            """INSERT INTO schedules (name, next_run, zone) VALUES (?, ?, ?)
               ON CONFLICT (name) DO UPDATE SET next_run = excluded.next_run""",
            (name, text_of(next_run), zone),
        )

    def all(self) -> list[Schedule]:
        """Return every schedule by name."""
        return [_schedule(row) for row in self._db.execute(f"{_SCHEDULE} ORDER BY name")]

    def of(self, name: str) -> Schedule | None:
        """Return the schedule of this name, or None."""
        row = self._db.execute(f"{_SCHEDULE} WHERE name = ?", (name,)).fetchone()
        return _schedule(row) if row else None

    def start(self, name: str, *, due: datetime, next_run: datetime) -> None:
        """Begin the run that was due at `due`, and write down when the one after it comes."""
        self._db.execute(
            "UPDATE schedules SET running = ?, cursor = '', next_run = ? WHERE name = ?",
            (text_of(due), text_of(next_run), name),
        )

    def advance(self, name: str, cursor: str) -> None:
        """Note how far the run has come; belongs in the unit that fills the outbox."""
        self._db.execute("UPDATE schedules SET cursor = ? WHERE name = ?", (cursor, name))

    def finish(self, name: str) -> None:
        """End the run."""
        self._db.execute("UPDATE schedules SET running = NULL, cursor = '' WHERE name = ?", (name,))


def _schedule(row: tuple[str, str, str, str | None, str]) -> Schedule:
    name, next_run, zone, running, cursor = row
    return Schedule(name, instant_of(next_run), zone, instant_of(running) if running else None, cursor)
