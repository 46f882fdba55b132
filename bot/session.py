"""What the handlers' Bot speaks into: every method becomes a row of the outbox, in the unit of the update that caused it."""

import itertools
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, InputFile, Message

from storage import Store


class OutboxSession(BaseSession):
    """A session without a network, for one update.

    What a method returns is what can be known before it is sent: for one that sends a message, a Message with a made-up
    (negative) id; True for everything else.
    """

    def __init__(self, *, store: Store, channel: str, chat_id: int, now: datetime) -> None:
        super().__init__()
        self._store = store
        self._channel = channel
        self._chat_id = chat_id
        self._now = now
        self._made_up = itertools.count(-1, -1)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109 - the base class's signature
    ) -> TelegramType:
        """Put the method on its way; methods that name no chat (`answerCallbackQuery`) belong to the update's own."""
        payload = self._plain(bot, method)
        chat_id = int(payload.get("chat_id", self._chat_id))
        self._store.outbox.add(
            channel=self._channel,
            chat_id=chat_id,
            kind="reply",
            method=method.__api_method__,
            payload=payload,
            at=self._now,
        )
        if method.__returning__ is not Message:
            return True  # type: ignore[return-value]
        chat = Chat(id=chat_id, type="private")
        sent = Message(message_id=next(self._made_up), date=self._now, chat=chat, text=payload.get("text"))
        return sent.as_(bot)  # type: ignore[return-value]

    def _plain(self, bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
        """Return the method's parameters as JSON values."""
        files: dict[str, InputFile] = {}
        fields = {
            name: self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for name, value in method.model_dump(warnings=False).items()
        }
        if files:
            raise NotImplementedError("the outbox carries no files yet")
        return {name: value for name, value in fields.items() if value is not None}

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,  # noqa: ARG002
        timeout: int = 30,  # noqa: ARG002, ASYNC109
        chunk_size: int = 65536,  # noqa: ARG002
        raise_for_status: bool = True,  # noqa: ARG002
    ) -> AsyncGenerator[bytes, None]:
        """Refuse: files are fetched by their channel."""
        raise NotImplementedError(url)
        yield b""
