"""What the assistant says, applied to the web chat's log; a function for each Bot API method it knows."""

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.web.errors import Unsayable
from bot.channels.web.wire import buttons_of, keyboard_of
from storage.outbox import Outgoing
from storage.webchat import Content, Document, Place, Webchat, WebMessage

# What a method has for the open pages that is kept nowhere.
Passing = dict[str, Any] | None
Method = Callable[[Outgoing, datetime], Passing]

# Telegram's own furniture, which the web does without.
NOT_FOR_THE_WEB = (
    "setMyCommands",
    "deleteMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "setMyName",
    "setChatMenuButton",
    "setMessageReaction",
)


class Speech:
    """Applies outgoing rows to the log; `files` is the folder that documents lie in."""

    def __init__(self, *, webchat: Webchat, files: Path) -> None:
        self._webchat = webchat
        self._files = files
        self._methods: Mapping[str, Method] = {
            "sendMessage": self._send_message,
            "sendLocation": self._send_location,
            "sendDocument": self._send_document,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_buttons,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer,
            "sendChatAction": self._typing,
            **dict.fromkeys(NOT_FOR_THE_WEB, self._ignore),
        }

    def apply(self, row: Outgoing, at: datetime) -> Passing:
        """Apply the row at the instant `at`; raise Unsayable before anything is written."""
        method = self._methods.get(row.method)
        if method is None:
            raise Unsayable(f"the web chat has no {row.method}")
        try:
            return method(row, at)
        except (KeyError, TypeError, ValueError) as error:
            raise Unsayable(f"{row.method} is not as the Bot API has it: {error!r}") from error

    def _send_message(self, row: Outgoing, at: datetime) -> Passing:
        return self._say(row, at, Content(text=row.payload["text"], entities=_entities(row, "entities")))

    def _send_location(self, row: Outgoing, at: datetime) -> Passing:
        given = row.payload
        place = Place(float(given["latitude"]), float(given["longitude"]), given.get("horizontal_accuracy"))
        return self._say(row, at, Content(place=place))

    def _send_document(self, row: Outgoing, at: datetime) -> Passing:
        path = file_in(self._files, str(row.payload["document"]))
        if path is None:
            raise Unsayable("the document does not lie in the files folder")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        token = path.relative_to(self._files.resolve()).as_posix()
        document = Document(token, path.name, kind, path.stat().st_size)
        caption = row.payload.get("caption") or ""
        return self._say(row, at, Content(caption, _entities(row, "caption_entities"), document=document))

    def _say(self, row: Outgoing, at: datetime, content: Content) -> Passing:
        markup = row.payload.get("reply_markup") or {}
        content = replace(content, buttons=buttons_of(markup))
        keyboard = keyboard_of(markup) if "keyboard" in markup else None
        self._webchat.add(chat_id=row.chat_id, author="bot", content=content, at=at)
        if keyboard or markup.get("remove_keyboard"):
            self._webchat.set_keyboard(row.chat_id, keyboard)
        return None

    def _edit_text(self, row: Outgoing, _at: datetime) -> Passing:
        old = self._own(row)
        content = replace(
            old.content,
            text=row.payload["text"],
            entities=_entities(row, "entities"),
            buttons=buttons_of(row.payload.get("reply_markup")),
        )
        self._webchat.change(row.chat_id, old.id, content)
        return None

    def _edit_buttons(self, row: Outgoing, _at: datetime) -> Passing:
        old = self._own(row)
        content = replace(old.content, buttons=buttons_of(row.payload.get("reply_markup")))
        self._webchat.change(row.chat_id, old.id, content)
        return None

    def _delete(self, row: Outgoing, _at: datetime) -> Passing:
        if not self._webchat.delete(row.chat_id, int(row.payload["message_id"])):
            raise Unsayable("the message does not stand in this chat")
        return None

    def _own(self, row: Outgoing) -> WebMessage:
        message = self._webchat.message(row.chat_id, int(row.payload["message_id"]))
        if message is None or message.author != "bot":
            raise Unsayable("the assistant has no such message in this chat")
        return message

    def _answer(self, row: Outgoing, _at: datetime) -> Passing:
        text = row.payload.get("text")
        return (
            {"type": "notice", "text": text, "alert": bool(row.payload.get("show_alert"))} if text else None
        )

    def _typing(self, _row: Outgoing, _at: datetime) -> Passing:
        return {"type": "typing"}

    def _ignore(self, _row: Outgoing, _at: datetime) -> Passing:
        return None


def file_in(folder: Path, name: str) -> Path | None:
    """Return the file called `name` in the folder; None when there is none, or it would lie elsewhere."""
    root = folder.resolve()
    path = (root / name).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _entities(row: Outgoing, name: str) -> tuple[dict[str, Any], ...]:
    return tuple(dict(entity) for entity in row.payload.get(name) or ())
