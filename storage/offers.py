"""Files that an office has sent and not yet taken into the knowledge base: where each lies and what the office has said of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.instants import text_of

_OFFER = "SELECT id, person, file, name, title, place, roles FROM offers"


@dataclass(frozen=True)
class Offer:
    """A file by its channel's id. An empty `title` is what the file itself says; `place` and `roles` are for whom it is."""

    id: int
    person: str
    file: str
    name: str
    title: str
    place: str
    roles: tuple[str, ...]


class Offers:
    """Offers by id; one that has been taken in or thrown away is closed and no longer there."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, *, source: str, person: str, file: str, name: str, place: str, at: datetime) -> Offer:
        """Keep a file waiting; one with the same `source` stands as it is."""
        self._db.execute(
            """INSERT INTO offers (source, person, file, name, place, at) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (source) DO NOTHING""",
            (source, person, file, name, place, text_of(at)),
        )
        row = self._db.execute(f"{_OFFER} WHERE source = ?", (source,)).fetchone()
        return _offer(row)

    def get(self, offer_id: int, *, person: str) -> Offer | None:
        """Return the person's offer while it waits."""
        sql = f"{_OFFER} WHERE id = ? AND person = ? AND closed_at IS NULL"
        row = self._db.execute(sql, (offer_id, person)).fetchone()
        return _offer(row) if row else None

    def title(self, offer_id: int, title: str) -> None:
        """Note the title that the office wants."""
        self._db.execute("UPDATE offers SET title = ? WHERE id = ?", (title, offer_id))

    def meant_for(self, offer_id: int, *, place: str, roles: Iterable[str]) -> None:
        """Note for whom it is."""
        self._db.execute(
            "UPDATE offers SET place = ?, roles = ? WHERE id = ?", (place, ",".join(roles), offer_id)
        )

    def close(self, offer_id: int, *, at: datetime) -> None:
        """Note that it has been taken in or thrown away."""
        self._db.execute("UPDATE offers SET closed_at = ? WHERE id = ?", (text_of(at), offer_id))


def _offer(row: tuple[int, str, str, str, str, str, str]) -> Offer:
    number, person, file, name, title, place, roles = row
    return Offer(number, person, file, name, title, place, tuple(filter(None, roles.split(","))))
