"""What the loopback server keeps of its chats: messages, files, pressed buttons."""

import itertools
import time
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

from tests.telegram_test_api.person import Json, Said, keys, said

BOT = {"id": 1234, "is_bot": True, "first_name": "驻村助手", "username": "loopback_bot"}
LONGEST_TEXT, LONGEST_DATA, LARGEST_FILE = 4096, 64, 20 * 2**20


class Refusal(Exception):
    """An error as the Bot API words it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.body: Json = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


class Chats:
    """All private chats of one bot. Each coroutine `on_…` is a method of the Bot API."""

    def __init__(self) -> None:
        self.transcripts: dict[int, list[Said]] = defaultdict(list)
        self.answered: list[Json] = []
        self.blocked: set[int] = set()
        self.files: dict[str, tuple[str, bytes]] = {}
        self.open_callbacks: set[str] = set()
        self.message_ids = itertools.count(1)

    def keep_file(self, name: str, content: bytes) -> str:
        """Keep a file; return its id."""
        file_id = f"file{len(self.files) + 1}"
        self.files[file_id] = (name, content)
        return file_id

    async def on_get_me(self, _: Json) -> Json:
        return BOT

    async def on_send_message(self, parameters: Json) -> Json:
        if not 0 < len(parameters.get("text", "")) <= LONGEST_TEXT:
            raise Refusal(400, "Bad Request: message text is empty or too long")
        return self.sent(parameters, text=parameters["text"])

    async def on_send_location(self, parameters: Json) -> Json:
        where = {name: float(parameters[name]) for name in ("latitude", "longitude")}
        return self.sent(parameters, location=where)

    async def on_send_document(self, parameters: Json) -> Json:
        file = parameters["document"]
        file_id = file if isinstance(file, str) else self.keep_file(file.filename, file.file.read())
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file identifier")
        return self.sent(parameters, document={"file_id": file_id, "file_unique_id": file_id})

    async def on_send_chat_action(self, _: Json) -> bool:
        return True

    def sent(self, parameters: Json, **content: Any) -> Json:
        """Put a message into its chat."""
        chat = int(parameters["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        _check_buttons(parameters)
        message = said(next(self.message_ids), parameters)
        self.transcripts[chat].append(message)
        return _as_telegram_tells_it(chat, message, content)

    async def on_edit_message_text(self, parameters: Json) -> Json:
        return self._edited(parameters, {**parameters, "reply_markup": parameters.get("reply_markup")})

    async def on_edit_message_reply_markup(self, parameters: Json) -> Json:
        return self._edited(parameters, {"reply_markup": parameters.get("reply_markup")})

    def _edited(self, parameters: Json, changes: Json) -> Json:
        chat, number = int(parameters["chat_id"]), int(parameters["message_id"])
        _check_buttons(parameters)
        for place, message in enumerate(self.transcripts[chat]):
            if message.message_id == number:
                changed = said(number, {**message.raw, **changes})
                if changed.version == message.version:
                    raise Refusal(400, "Bad Request: message is not modified")
                self.transcripts[chat][place] = changed
                edited = {"text": changed.text, "edit_date": int(time.time())}
                return _as_telegram_tells_it(chat, changed, edited)
        raise Refusal(400, "Bad Request: message to edit not found")

    async def on_answer_callback_query(self, parameters: Json) -> bool:
        query = str(parameters["callback_query_id"])
        if query not in self.open_callbacks:
            words = "query is too old and response timeout expired or query ID is invalid"
            raise Refusal(400, f"Bad Request: {words}")
        self.open_callbacks.discard(query)
        self.answered.append(parameters)
        return True

    async def on_get_file(self, parameters: Json) -> Json:
        file_id = str(parameters["file_id"])
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        name, content = self.files[file_id]
        if len(content) > LARGEST_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        path = f"documents/{file_id}{PurePosixPath(name).suffix}"
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "file_path": path}


def _check_buttons(parameters: Json) -> None:
    for key in keys(parameters.get("reply_markup"), "inline_keyboard"):
        if len(key.get("callback_data", "").encode()) > LONGEST_DATA:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")


def _as_telegram_tells_it(chat: int, message: Said, content: Json) -> Json:
    whose = {"chat": {"id": chat, "type": "private", "first_name": "测试"}, "from": BOT}
    return {"message_id": message.message_id, "date": int(time.time()), **whose, **content}
