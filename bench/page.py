"""An open page of the web chat without a face: says one thing at a time and waits for what it is waiting for."""

import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp


class Page:
    """One connection, as one person of the demo."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._newest, self._text = 0, ""

    async def say(self, text: str) -> int:
        """Send a line; return its message id once the server has acknowledged it."""
        client_id = uuid.uuid4().hex
        await self._socket.send_json({"type": "send", "client_id": client_id, "text": text})
        while True:
            event = await self._event()
            if event["type"] == "ack" and event["client_id"] == client_id:
                return int(event["message_id"])

    async def ask(self, text: str) -> str:
        """Send a line; return the assistant's first message after it."""
        said = await self.say(text)
        return await self.heard(after=said)

    async def heard(self, *, after: int = 0) -> str:
        """Wait for a message of the assistant with an id above `after`; return its text."""
        while self._newest <= after:
            await self._event()
        return self._text

    async def _event(self) -> dict[str, Any]:
        event: dict[str, Any] = await self._socket.receive_json(timeout=60)
        assert event["type"] not in {"refused", "notice"}, event
        for item in event.get("items", ()):
            if item.get("author") == "bot" and item["id"] > self._newest:
                self._newest, self._text = item["id"], item["text"]
        return event


@contextlib.asynccontextmanager
async def opened(url: str, person: str) -> AsyncIterator[Page]:
    """Enter by the demo's door as the person and open the chat."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        form = {"person": person}
        async with session.post(f"{url}/demo/enter", data=form, allow_redirects=False) as entered:
            assert entered.status == 303, await entered.text()
        async with session.ws_connect(f"{url}/chat") as socket:
            await socket.send_json({"type": "sync", "after": 0})
            yield Page(socket)
