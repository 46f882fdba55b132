"""The program's few single facts: whether a demo is loaded, where Telegram's updates stand."""

from sqlite_utils import Database


class Facts:
    """Named texts."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str) -> str | None:
        """Return the fact called `name`, or None."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, name: str, value: str) -> None:
        """Write the fact called `name`, in place of what stood there."""
        self._db.execute(
            "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def drop(self, name: str) -> None:
        """Forget the fact called `name`."""
        self._db.execute("DELETE FROM facts WHERE name = ?", (name,))
