"""Where each conversation stands: the state of its form and what has been filled in."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database


class Conversations:
    """State and data of a form, by conversation key."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def state(self, key: str) -> str | None:
        """Return the state of the conversation, None outside a form."""
        row = self._db.execute("SELECT state FROM conversations WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def set_state(self, key: str, state: str | None) -> None:
        """Move the conversation to `state`."""
        self._db.execute(
            "INSERT INTO conversations (key, state) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state",
            (key, state),
        )

    def data(self, key: str) -> dict[str, Any]:
        """Return what the form holds so far."""
        row = self._db.execute("SELECT data FROM conversations WHERE key = ?", (key,)).fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    def set_data(self, key: str, data: Mapping[str, Any]) -> None:
        """Write what the form holds."""
        self._db.execute(
            "INSERT INTO conversations (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data",
            (key, json.dumps(dict(data), ensure_ascii=False)),
        )
