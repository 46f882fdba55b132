"""A person with a telephone: the same words and taps for every Bot API server that the tests talk to."""

import abc
import asyncio
import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Said:
    """One message of the bot as the person sees it now. `version` changes whenever the bot edits it."""

    message_id: int
    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    keyboard: list[str] = field(default_factory=list)
    raw: Json = field(default_factory=dict)

    @property
    def version(self) -> tuple[str, str]:
        return self.text, repr(self.buttons)


def keys(markup: Any, kind: str) -> list[Json]:
    """Return the buttons of a keyboard of the kind, row after row."""
    rows = markup.get(kind, []) if isinstance(markup, dict) else []
    return [button if isinstance(button, dict) else {"text": button} for row in rows for button in row]


def said(message_id: int, parameters: Json) -> Said:
    """Return what a person sees of a message that was sent with these parameters."""
    markup = parameters.get("reply_markup")
    return Said(
        message_id,
        str(parameters.get("text") or parameters.get("caption") or ""),
        [(key["text"], key.get("callback_data", "")) for key in keys(markup, "inline_keyboard")],
        [key["text"] for key in keys(markup, "keyboard")],
        parameters,
    )


class Person(abc.ABC):
    """Everybody's telephone: each method names the private chat it happens in, also the person's id."""

    def __init__(self) -> None:
        self._noticed: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
        self._callbacks = itertools.count(int(time.time()))

    @abc.abstractmethod
    async def bring(self, kind: str, event: Json) -> None:
        """Bring an event of the kind (`message`, `callback_query`) to the bot."""

    @abc.abstractmethod
    async def heard(self, chat: int) -> list[Said]:
        """Return all that the bot has said in the chat, as it stands now."""

    async def say(self, chat: int, text: str) -> None:
        """Send a text."""
        length = len(text.split(maxsplit=1)[0]) if text.strip() else 0
        command = [{"type": "bot_command", "offset": 0, "length": length}]
        await self._message(chat, text=text, **({"entities": command} if text.startswith("/") else {}))

    async def press(self, chat: int, label: str) -> None:
        """Press the button with this text or data on the latest message that has one."""
        for message in reversed(await self.heard(chat)):
            for text, data in message.buttons:
                if label in {text, data}:
                    await self._callback(chat, message, data)
                    return
            if label in message.keyboard:
                await self.say(chat, label)
                return
        raise LookupError(f"no button {label!r} in chat {chat}")

    async def share_location(
        self, chat: int, lat: float, lon: float, accuracy: float | None = None, *, forwarded: bool = False
    ) -> None:
        """Send where one is, or what somebody else has sent."""
        where: Json = {"latitude": lat, "longitude": lon}
        if accuracy is not None:
            where["horizontal_accuracy"] = accuracy
        origin = {"type": "hidden_user", "sender_user_name": "别人", "date": int(time.time())}
        await self._message(chat, location=where, **({"forward_origin": origin} if forwarded else {}))

    async def share_contact(self, chat: int, phone: str, *, user_id: int | None = None) -> None:
        """Send a telephone number, one's own unless `user_id` is somebody else's."""
        contact = {"phone_number": phone, "first_name": "测试", "user_id": user_id or chat}
        await self._message(chat, contact=contact)

    async def replies(self, chat: int, count: int = 1, *, within_s: float = 10.0) -> list[Said]:
        """Return at least `count` messages that are new, or edited, since the last time one looked."""
        deadline = time.monotonic() + within_s
        while True:
            noticed = self._noticed[chat]
            new = [m for m in await self.heard(chat) if noticed.get(m.message_id) != m.version]
            if len(new) >= count:
                noticed.update({message.message_id: message.version for message in new})
                return new
            if time.monotonic() > deadline:
                raise AssertionError(f"{count} replies expected in chat {chat}, {new} came")
            await asyncio.sleep(0.02)

    async def _message(self, chat: int, **content: Any) -> None:
        await self.bring("message", {**_who(chat), "date": int(time.time()), **content})

    async def _callback(self, chat: int, message: Said, data: str) -> None:
        pressed = {
            "message_id": message.message_id,
            "date": int(time.time()),
            "chat": _who(chat)["chat"],
            "text": message.text,
        }
        if message.buttons:
            pressed["reply_markup"] = message.raw["reply_markup"]
        query = {"id": str(next(self._callbacks)), "chat_instance": str(chat), "data": data}
        await self.bring("callback_query", {**query, "from": _who(chat)["from"], "message": pressed})


def _who(chat: int) -> Json:
    name = {"id": chat, "first_name": "测试"}
    return {"from": {**name, "is_bot": False}, "chat": {**name, "type": "private"}}
