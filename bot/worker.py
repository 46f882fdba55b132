"""Takes updates from the inbox, one at a time for each chat, several chats at once, and has each done in one unit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from storage import StorageError, Store, Unit
from storage.inbox import Received

log = logging.getLogger(__name__)

GIVEN_UP = "刚才这一步没有办成，问题已经记下来了。请再试一次；还不行，请告诉联席办。"
AT_ONCE = 16
PAUSE_S = 0.5

Handle = Callable[[Received, Unit], Awaitable[None]]


class Worker:
    """The inbox's one reader. An update that fails is rolled back whole, tried again, and after three times given up aloud."""

    def __init__(self, *, store: Store, handle: Handle, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._handle = handle
        self._clock = clock
        self._busy: set[tuple[str, int]] = set()
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)

    def arrived(self) -> None:
        """Say that the inbox has something new."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; begins with what an earlier run left undone."""
        self._wake.set()
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._wake.wait()
                self._wake.clear()
                for received in await self._free():
                    await self._places.acquire()
                    tasks.create_task(self._work(received))

    async def _free(self) -> list[Received]:
        """Return the oldest waiting update of each chat that has none in work, and mark those chats."""
        async with self._store.unit():
            waiting = self._store.inbox.next(limit=16 * AT_ONCE)
        chosen = []
        for received in waiting:
            chat = (received.channel, received.chat_id)
            if chat not in self._busy:
                self._busy.add(chat)
                chosen.append(received)
        return chosen

    async def _work(self, received: Received) -> None:
        try:
            await self.do(received)
        finally:
            self._busy.discard((received.channel, received.chat_id))
            self._places.release()
            self._wake.set()

    async def do(self, received: Received) -> None:
        """Have one update done: everything it causes and its mark in one unit."""
        try:
            async with self._store.unit() as unit:
                await self._handle(received, unit)
                self._store.inbox.done(received.id)
        except Exception as error:
            log.exception("update %s failed", received.key)
            await self._count_failure(received, error)

    async def _count_failure(self, received: Received, error: Exception) -> None:
        try:
            async with self._store.unit():
                if self._store.inbox.failed(received.id, repr(error)):
                    self._store.outbox.add(
                        channel=received.channel,
                        chat_id=received.chat_id,
                        kind="reply",
                        method="sendMessage",
                        payload={"chat_id": received.chat_id, "text": GIVEN_UP},
                        at=self._clock(),
                    )
        except StorageError:
            log.exception("update %s stays in the inbox", received.key)
        await asyncio.sleep(PAUSE_S)
