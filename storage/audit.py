"""Who has looked at what about households: only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of

What = Literal["file", "search"]

_LOOK = "SELECT id, at, person, what, household, text FROM audit"


@dataclass(frozen=True)
class Look:
    """One look: at a household's file, or at what a search for `text` found."""

    id: int
    at: datetime
    person: str
    what: What
    household: str | None = None
    text: str = ""


class Audit:
    """Looks by person and by household."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(
        self, *, person: str, what: What, at: datetime, household: str | None = None, text: str = ""
    ) -> None:
        """Write a look down."""
        self._db.execute(
            "INSERT INTO audit (at, person, what, household, text) VALUES (?, ?, ?, ?, ?)",
            (text_of(at), person, what, household, text),
        )

    def of_household(self, household: str, *, limit: int = 20) -> list[Look]:
        """Return the last looks at a household's file, the newest first."""
        rows = self._db.execute(f"{_LOOK} WHERE household = ? ORDER BY id DESC LIMIT ?", (household, limit))
        return [_look(row) for row in rows]

    def of_person(self, person: str, *, limit: int = 20) -> list[Look]:
        """Return what the person looked at last, the newest first."""
        rows = self._db.execute(f"{_LOOK} WHERE person = ? ORDER BY id DESC LIMIT ?", (person, limit))
        return [_look(row) for row in rows]


def _look(row: tuple[Any, ...]) -> Look:
    number, at, *rest = row
    return Look(number, instant_of(at), *rest)
