"""How Telegram's updates come in: fetched by long polling, or brought to a webhook.

Answers for having them on disk, once, before they are confirmed. What they mean is not looked at here.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from aiohttp import web

from storage import StorageError, Store

log = logging.getLogger(__name__)

CHANNEL = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0
LARGEST = 2**63  # what a column of the data file holds
QUIET_S = 0.3  # a server that does not hold the line is not asked more often than this

Clock = Callable[[], datetime]
T = TypeVar("T")
Update = dict[str, Any]


class Refused(Exception):
    """Telegram did not do what it was asked; `pause_s` is how long it wants to be left alone."""

    def __init__(self, text: str, *, pause_s: float | None = None) -> None:
        super().__init__(text)
        self.pause_s = pause_s


class Ear(Protocol):
    """What is asked of Telegram here; raises Refused."""

    async def updates(self, offset: int | None) -> list[Update]: ...

    async def listen_by_asking(self) -> None: ...

    async def listen_at(self, url: str, *, secret: str) -> None: ...


Connect = Callable[[], Awaitable[Ear]]


def chat_of(update: Update) -> int:
    """Return the chat of an update, else the person it is from, else 0; whatever shape the update has."""
    for kind, event in update.items():
        if kind != "update_id" and isinstance(event, dict):
            message = event.get("message", event)
            for holder, name in ((message, "chat"), (event, "from")):
                who = holder.get(name) if isinstance(holder, dict) else None
                number = who.get("id") if isinstance(who, dict) else None
                if isinstance(number, int) and abs(number) < LARGEST:
                    return number
    return 0


class Desk:
    """Writes updates down, each once however often it is brought."""

    def __init__(self, *, store: Store, clock: Clock, arrived: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._arrived = arrived

    async def take(self, updates: list[Update]) -> int | None:
        """Have all of them on disk; return the highest id, None when there is none."""
        numbered = [update for update in updates if isinstance(update.get("update_id"), int)]
        if len(numbered) < len(updates):
            log.error("%d updates without an id are left aside", len(updates) - len(numbered))
        if not numbered:
            return None
        at = self._clock()
        async with self._store.unit():
            for update in numbered:
                key, chat_id = f"tg:{update['update_id']}", chat_of(update)
                self._store.inbox.add(
                    key=key, channel=CHANNEL, chat_id=chat_id, payload=_storable(update), at=at
                )
        self._arrived()
        return max(int(update["update_id"]) for update in numbered)


class Poller:
    """Asks Telegram for updates, for ever. The offset, which confirms them, moves when they are on disk.

    It is kept nowhere: after a restart Telegram brings what was not confirmed once more, and the inbox
    knows it by its key.
    """

    def __init__(self, *, desk: Desk, connect: Connect) -> None:
        self._desk = desk
        self._connect = connect
        self._offset: int | None = None

    async def run(self) -> None:
        """Fetch until cancelled; nothing that goes wrong ends it."""
        ear = await patiently(self._connect)
        await patiently(ear.listen_by_asking)
        while True:
            await patiently(lambda: self._turn(ear))

    async def _turn(self, ear: Ear) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        updates = await ear.updates(self._offset)
        highest = await self._desk.take(updates)
        if highest is not None:
            self._offset = highest + 1
        elif loop.time() - began < QUIET_S:
            await asyncio.sleep(QUIET_S)


class Webhook:
    """Takes what Telegram brings. Only an update on disk is answered with 200; any other is brought again."""

    def __init__(self, *, desk: Desk, connect: Connect, url: str, secret: str) -> None:
        self._desk = desk
        self._connect = connect
        self._secret = secret
        self.path = "/telegram/" + hashlib.sha256(b"path of the webhook:" + secret.encode()).hexdigest()[:32]
        self._url = url.rstrip("/") + self.path

    def routes(self, site: web.Application) -> None:
        """Add the one address that Telegram calls."""
        site.router.add_post(self.path, self._receive)

    async def run(self) -> None:
        """Tell Telegram where to bring updates, as often as it takes."""
        ear = await patiently(self._connect)
        await patiently(lambda: ear.listen_at(self._url, secret=self._secret))

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret.encode()):
            raise web.HTTPForbidden
        try:
            update = await request.json()
        except ValueError as error:
            raise web.HTTPBadRequest from error
        if not isinstance(update, dict):
            raise web.HTTPBadRequest
        try:
            await self._desk.take([update])
        except StorageError as error:
            log.exception("update %s is not on disk, Telegram will bring it again", update.get("update_id"))
            raise web.HTTPServiceUnavailable from error
        return web.Response()


async def patiently(step: Callable[[], Awaitable[T]]) -> T:
    """Return what `step` gives; until it does, try again with growing pauses and a line in the log."""
    failures = 0
    while True:
        pause_s = min(FIRST_PAUSE_S * 2.0 ** min(failures, 20), LONGEST_PAUSE_S)
        try:
            return await step()
        except Refused as error:
            pause_s = error.pause_s or pause_s
            log.warning("Telegram: %s (again in %.1f s)", error, pause_s)
        except Exception:
            log.exception("Telegram: a fault of ours (again in %.1f s)", pause_s)
        failures += 1
        await asyncio.sleep(pause_s)


def _storable(update: Update) -> Update:
    """Return the update with halves of characters replaced: no file takes those."""
    text = json.dumps(update, ensure_ascii=False)
    return dict(json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))
