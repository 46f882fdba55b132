"""Takes one channel's messages from the outbox and has them sent: each chat in its order, several at once.

Answers for when a message is tried, and tried again; lets digests rest in the quiet hours. How it is sent and how
it ends is the channel's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from fieldwork import quiet
from storage import StorageError, Store
from storage.outbox import LONGEST_WAIT, Outgoing

log = logging.getLogger(__name__)

FAULTS = 5
LONGEST_PAUSE = timedelta(minutes=5)
TICK_S = 1.0

# A digest that has waited longer says what may be so no more.
STALE = timedelta(minutes=10)
DONE_MEANWHILE = "done meanwhile"

Clock = Callable[[], datetime]
Deliver = Callable[[Outgoing], Awaitable[None]]
Refresh = Callable[[Outgoing], Outgoing | None]


class Later(Exception):
    """The message could not go now. `everyone`: the channel as a whole must keep still as long."""

    def __init__(self, reason: str, *, pause: timedelta, everyone: bool = False) -> None:
        super().__init__(reason)
        self.pause = pause
        self.everyone = everyone


def growing_pause(attempts: int) -> timedelta:
    """Return 1, 2, 4 … seconds for 0, 1, 2 … earlier attempts, five minutes at most."""
    return min(timedelta(seconds=2.0 ** min(attempts, 20)), LONGEST_PAUSE)


class Delivery:
    """The outbox's one reader for one channel.

    `deliver` sends a message and writes down how it ended; it raises Later where that must be tried again.
    Whatever else it raises is a fault of ours: tried a few times more, then given up as `failed`. `refresh` says a
    digest that has waited long as it would be said now, or not at all.
    """

    def __init__(
        self,
        *,
        store: Store,
        channel: str,
        deliver: Deliver,
        clock: Clock,
        in_flight: int,
        refresh: Refresh | None = None,
        tick_s: float = TICK_S,
    ) -> None:
        self._store = store
        self._channel = channel
        self._deliver = deliver
        self._clock = clock
        self._in_flight = in_flight
        self._refresh = refresh
        self._tick_s = tick_s
        self._on_way = 0
        self._paused_until: datetime | None = None
        self._faults: dict[int, int] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Say that the outbox has something new."""
        self._wake.set()

    def stop(self) -> None:
        """Begin nothing new; `run` ends when what is on its way has ended."""
        self._stopping = True
        self._wake.set()

    def pause_until(self, instant: datetime) -> None:
        """Begin nothing new before `instant`."""
        self._paused_until = max(instant, self._paused_until or instant) if self._keeps_still() else instant

    async def recover(self) -> int:
        """Once, before `run`: put back what an earlier run left on its way; return how many are in doubt."""
        async with self._store.unit():
            doubtful = self._store.outbox.recover(self._channel, at=self._clock())
        if doubtful:
            log.warning(
                "%s: %d digests may or may not have been sent before the stop", self._channel, doubtful
            )
        return doubtful

    async def run(self) -> None:
        """Deliver until stopped or cancelled; look each tick for what is due or came from another process."""
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self._wake.clear()
                outgoing = await self._claim()
                for message in outgoing:
                    self._on_way += 1
                    tasks.create_task(self._one(message))
                if not outgoing:
                    await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._tick_s):
                await self._wake.wait()
        except TimeoutError:
            return

    def _keeps_still(self) -> bool:
        """Say whether a pause lasts; one that would last longer than any was begun before the clock was set back."""
        now = self._clock()
        return self._paused_until is not None and now < self._paused_until <= now + LONGEST_WAIT

    async def _claim(self) -> list[Outgoing]:
        """Claim as much as may begin now; a fault of the data file is waited out."""
        free = self._in_flight - self._on_way
        if free <= 0 or self._keeps_still():
            return []
        now = self._clock()
        try:
            async with self._store.unit():
                claimed = self._store.outbox.claim(
                    self._channel, at=now, limit=free, digests=not quiet.resting(now)
                )
                return [fresh for message in claimed if (fresh := self._fresh(message, now))]
        except Exception:
            log.exception("%s: cannot read the outbox", self._channel)
            await asyncio.sleep(self._tick_s)
            return []

    def _fresh(self, message: Outgoing, now: datetime) -> Outgoing | None:
        """Return the message as it is to be said now; one that is of no use any more is ended."""
        waited = now - message.created_at
        if self._refresh is None or message.kind != "digest" or waited < STALE:
            return message
        fresh = self._refresh(message)
        if fresh is None:
            self._store.outbox.finish(message.id, "expired", at=now, error=DONE_MEANWHILE)
            self._wake.set()
        return fresh

    async def _one(self, message: Outgoing) -> None:
        try:
            await self._deliver(message)
            self._faults.pop(message.id, None)
        except Later as later:
            await self._put_back(message, later)
        except Exception as error:
            log.exception("%s: message %d met a fault", self._channel, message.id)
            count = self._faults.get(message.id, 0) + (not isinstance(error, StorageError))
            self._faults[message.id] = count
            await self._write(message, partial(self._note_fault, message, error, count))
        finally:
            self._on_way -= 1
            self._wake.set()

    async def _put_back(self, message: Outgoing, later: Later) -> None:
        log.info("%s: message %d waits %s: %s", self._channel, message.id, later.pause, later)
        until = self._clock() + min(later.pause, LONGEST_WAIT)
        if later.everyone:
            self.pause_until(until)
        again = partial(self._store.outbox.again, message.id, not_before=until, error=str(later))
        await self._write(message, again)

    def _note_fault(self, message: Outgoing, error: Exception, count: int) -> None:
        """Try again, give up, or leave in doubt; a fault of the data file never costs a message its life."""
        outbox, now = self._store.outbox, self._clock()
        if message.kind == "digest" and outbox.in_doubt(message.id):
            outbox.finish(message.id, "unknown", at=now, error=repr(error))
        elif count >= FAULTS:
            outbox.finish(message.id, "failed", at=now, error=repr(error))
        else:
            outbox.again(message.id, not_before=now + growing_pause(count), error=repr(error))

    async def _write(self, message: Outgoing, change: Callable[[], None]) -> None:
        """Write down that the message was not sent, however long the data file takes to let us."""
        while True:
            try:
                async with self._store.unit():
                    change()
            except Exception:
                log.exception("%s: message %d cannot be written back yet", self._channel, message.id)
                await asyncio.sleep(self._tick_s)
            else:
                return
