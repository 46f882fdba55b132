"""The web chat's own log: what stands in each chat, and the reply keyboard beside it.

Each change of a message moves it to a new `seq`: a page that knows all up to one asks for what lies behind.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of

Author = Literal["me", "bot"]

_COLUMNS = "id, chat_id, seq, author, body, at, client_id, deleted"
_MESSAGE = f"SELECT {_COLUMNS} FROM web_messages"
_NEXT_SEQ = "(SELECT coalesce(max(seq), 0) + 1 FROM web_messages WHERE chat_id = :chat)"


@dataclass(frozen=True)
class Button:
    """A button under a message: it sends `data` back, or opens `url`."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Place:
    """A point that the person sent, WGS-84; the accuracy is in metres."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Document:
    """A file in the data folder; `token` is its name there, `name` what people call it, `size` in bytes."""

    token: str
    name: str
    mime_type: str
    size: int


@dataclass(frozen=True)
class Content:
    """What a message says. `entities` are as the Bot API has them, with offsets in UTF-16 units."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    place: Place | None = None
    document: Document | None = None


@dataclass(frozen=True)
class WebMessage:
    """One message of a chat; `client_id` is the page's own name for what the person said."""

    id: int
    chat_id: int
    seq: int
    author: Author
    content: Content
    at: datetime
    client_id: str | None
    deleted: bool


@dataclass(frozen=True)
class Key:
    """A key of the reply keyboard: it says its text, or asks the page for the `location` or the `contact`."""

    text: str
    asks: Literal["location", "contact"] | None = None


@dataclass(frozen=True)
class Keyboard:
    """The reply keyboard of a chat and the hint in its empty text field."""

    rows: tuple[tuple[Key, ...], ...]
    placeholder: str = ""


class Webchat:
    """Messages and reply keyboards by chat."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self, *, chat_id: int, author: Author, content: Content, at: datetime, client_id: str | None = None
    ) -> WebMessage:
        """Write a message at the end of the chat; one with the same `client_id` is returned as it stands."""
        known = self.by_client_id(chat_id, client_id) if client_id else None
        if known is not None:
            return known
        row = self._db.execute(
            f"""INSERT INTO web_messages (chat_id, seq, author, body, at, client_id)
                VALUES (:chat, {_NEXT_SEQ}, :author, :body, :at, :client) RETURNING {_COLUMNS}""",
            {
                "chat": chat_id,
                "author": author,
                "body": _body_of(content),
                "at": text_of(at),
                "client": client_id,
            },
        ).fetchone()
        return _message(row)

    def by_client_id(self, chat_id: int, client_id: str) -> WebMessage | None:
        """Return what the person said under this name, or None."""
        row = self._db.execute(
            f"{_MESSAGE} WHERE chat_id = ? AND client_id = ?", (chat_id, client_id)
        ).fetchone()
        return _message(row) if row else None

    def message(self, chat_id: int, message_id: int) -> WebMessage | None:
        """Return a message that stands in the chat, or None."""
        sql = f"{_MESSAGE} WHERE chat_id = ? AND id = ? AND deleted = 0"
        row = self._db.execute(sql, (chat_id, message_id)).fetchone()
        return _message(row) if row else None

    def change(self, chat_id: int, message_id: int, content: Content) -> bool:
        """Put `content` in place of what the message said; False when no such message stands in the chat."""
        return self._move(chat_id, message_id, "body = :body", {"body": _body_of(content)})

    def delete(self, chat_id: int, message_id: int) -> bool:
        """Empty the message and take it out of the chat; False when it does not stand there."""
        return self._move(chat_id, message_id, "deleted = 1, body = :body", {"body": _body_of(Content())})

    def newest(self, chat_id: int, *, limit: int) -> tuple[list[WebMessage], bool]:
        """Return the chat's last messages in order, and whether there are older ones."""
        return self._page("true", {"chat": chat_id}, limit)

    def before(self, chat_id: int, message_id: int, *, limit: int) -> tuple[list[WebMessage], bool]:
        """Return the last messages before `message_id` in order, and whether there are still older ones."""
        return self._page("id < :before", {"chat": chat_id, "before": message_id}, limit)

    def changes(self, chat_id: int, *, after: int, limit: int) -> list[WebMessage]:
        """Return what was written, changed or deleted behind the seq `after`, by seq."""
        sql = f"{_MESSAGE} WHERE chat_id = ? AND seq > ? ORDER BY seq LIMIT ?"
        return [_message(row) for row in self._db.execute(sql, (chat_id, after, limit))]

    def last_seq(self, chat_id: int) -> int:
        """Return the seq of the last change, 0 in an empty chat."""
        sql = "SELECT coalesce(max(seq), 0) FROM web_messages WHERE chat_id = ?"
        return int(self._db.execute(sql, (chat_id,)).fetchone()[0])

    def read(self, chat_id: int, *, seq: int) -> None:
        """Note that a page has shown its person all up to `seq`."""
        self._db.execute(
            """INSERT INTO web_reads (chat_id, seq) VALUES (:chat, min(:seq, coalesce(
                   (SELECT max(seq) FROM web_messages WHERE chat_id = :chat), 0)))
               ON CONFLICT (chat_id) DO UPDATE SET seq = max(seq, excluded.seq)""",
            {"chat": chat_id, "seq": seq},
        )

    def read_seq(self, chat_id: int) -> int:
        """Return the seq up to which the person has seen the chat."""
        row = self._db.execute("SELECT seq FROM web_reads WHERE chat_id = ?", (chat_id,)).fetchone()
        return int(row[0]) if row else 0

    def keyboard(self, chat_id: int) -> Keyboard | None:
        """Return the chat's reply keyboard, or None."""
        row = self._db.execute("SELECT body FROM web_keyboards WHERE chat_id = ?", (chat_id,)).fetchone()
        return None if row is None else _keyboard(json.loads(row[0]))

    def set_keyboard(self, chat_id: int, keyboard: Keyboard | None) -> None:
        """Show this reply keyboard from now on, or none."""
        if keyboard is None:
            self._db.execute("DELETE FROM web_keyboards WHERE chat_id = ?", (chat_id,))
            return
        self._db.execute(
            """INSERT INTO web_keyboards (chat_id, body) VALUES (?, ?)
               ON CONFLICT (chat_id) DO UPDATE SET body = excluded.body""",
            (chat_id, json.dumps(asdict(keyboard), ensure_ascii=False)),
        )

    def _move(self, chat_id: int, message_id: int, changes: str, values: dict[str, Any]) -> bool:
        cursor = self._db.execute(
            f"""UPDATE web_messages SET seq = {_NEXT_SEQ}, {changes}
                WHERE chat_id = :chat AND id = :id AND deleted = 0""",
            {"chat": chat_id, "id": message_id, **values},
        )
        return bool(cursor.rowcount == 1)

    def _page(self, where: str, values: dict[str, Any], limit: int) -> tuple[list[WebMessage], bool]:
        sql = f"{_MESSAGE} WHERE chat_id = :chat AND deleted = 0 AND {where} ORDER BY id DESC LIMIT :limit"
        rows = self._db.execute(sql, {**values, "limit": limit + 1}).fetchall()
        return [_message(row) for row in reversed(rows[:limit])], len(rows) > limit


def _body_of(content: Content) -> str:
    return json.dumps({name: value for name, value in asdict(content).items() if value}, ensure_ascii=False)


def _message(row: Sequence[Any]) -> WebMessage:
    message_id, chat_id, seq, author, body, at, client_id, deleted = row
    return WebMessage(
        id=message_id,
        chat_id=chat_id,
        seq=seq,
        author=author,
        content=_content(json.loads(body)),
        at=instant_of(at),
        client_id=client_id,
        deleted=bool(deleted),
    )


def _content(body: dict[str, Any]) -> Content:
    return Content(
        text=body.get("text", ""),
        entities=tuple(body.get("entities", ())),
        buttons=tuple(tuple(Button(**button) for button in row) for row in body.get("buttons", ())),
        place=Place(**body["place"]) if "place" in body else None,
        document=Document(**body["document"]) if "document" in body else None,
    )


def _keyboard(body: dict[str, Any]) -> Keyboard:
    return Keyboard(tuple(tuple(Key(**key) for key in row) for row in body["rows"]), body["placeholder"])
