"""From the inbox to done: in order, in one unit each, tried again, given up aloud."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import worker
from bot.worker import GIVEN_UP, Worker
from storage import Store, Unit
from storage.inbox import ATTEMPTS, Received
from storage.store import _Commit
from tests.telegram_test_api.waiting import quiet, until

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


class Workplace:
    """A data file with a worker at it, whose handling writes a fact and a reply for each update."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.begun: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        self.refused: dict[str, int] = {}
        self.worker = Worker(store=self.store, handle=self._handle, clock=lambda: NOW)

    async def _handle(self, received: Received, unit: Unit) -> None:
        self.begun.append(received.key)
        if received.key in self.held:
            async with unit.outside():
                await self.held[received.key].wait()
        self.store.facts.put(received.key, "done")
        self.store.outbox.add(
            channel=received.channel,
            chat_id=received.chat_id,
            kind="reply",
            method="sendMessage",
            payload={"chat_id": received.chat_id, "text": received.key},
            at=NOW,
        )
        if self.refused.get(received.key, 0) > 0:
            self.refused[received.key] -= 1
            raise LookupError(received.key)

    async def receive(self, *keys: str) -> None:
        """Put updates into the inbox; the first letter of a key is its chat."""
        async with self.store.unit():
            for key in keys:
                self.store.inbox.add(key=key, channel="web", chat_id=ord(key[0]), payload={}, at=NOW)
        self.worker.arrived()

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(self.worker.run())
            try:
                yield
            finally:
                running.cancel()

    def is_done(self, count: int) -> bool:
        return self.store.inbox.counts() == {"done": count}

    def replies(self) -> list[str]:
        return [message.payload["text"] for message in self.store.outbox.claim("web", at=NOW, limit=99)]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workplace]:
    """Give one, and close it."""
    monkeypatch.setattr(worker, "PAUSE_S", 0.0)
    place = Workplace(tmp_path / "data")
    yield place
    place.store.close()


async def test_a_chat_is_worked_off_in_order_and_holds_up_no_other(place: Workplace) -> None:
    """While the first of one chat is in work its second waits, and another chat's goes."""
    place.held["a1"] = asyncio.Event()
    await place.receive("a1", "a2", "b1")
    async with place.working():
        await until(lambda: place.store.facts.get("b1"))
        await quiet()
        assert place.begun == ["a1", "b1"]
        place.held["a1"].set()
        await until(lambda: place.is_done(3))
    assert place.begun == ["a1", "b1", "a2"]


async def test_what_an_earlier_run_left_is_done_first(place: Workplace) -> None:
    """Stopped in the middle of it, nothing of it is there; the next run does it."""
    place.held["a1"] = asyncio.Event()
    await place.receive("a1", "a2")
    async with place.working():
        await until(lambda: place.begun)
    assert place.store.inbox.counts() == {"new": 2}
    place.held.clear()
    again = Worker(store=place.store, handle=place._handle, clock=lambda: NOW)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(again.run())
        await until(lambda: place.is_done(2))
        running.cancel()
    assert place.begun == ["a1", "a1", "a2"]


async def test_what_failed_leaves_nothing_and_is_tried_again(place: Workplace) -> None:
    """The fact and the reply of the attempt that failed are gone; in the end each is there once."""
    place.refused["a1"] = ATTEMPTS - 1
    await place.receive("a1")
    async with place.working():
        await until(lambda: place.is_done(1))
    assert place.begun == ["a1"] * ATTEMPTS
    assert place.replies() == ["a1"]
    assert place.store.outbox.counts() == {"claimed": 1}


async def test_what_always_fails_is_given_up_aloud_and_blocks_nobody(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    """The person is told, and what they said next is done."""
    place.refused["a1"] = ATTEMPTS
    await place.receive("a1", "a2")
    async with place.working():
        await until(lambda: place.store.inbox.counts() == {"failed": 1, "done": 1})
    assert place.store.facts.get("a1") is None
    assert place.replies() == [GIVEN_UP]
    assert place.store.outbox.counts() == {"claimed": 1, "pending": 1}
    assert "update a1 failed" in caplog.text


async def test_a_mark_that_cannot_be_set_undoes_the_work(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work and mark are one: without the mark there is no work, and the second attempt leaves it once."""
    done, refusals = place.store.inbox.done, [OSError("no mark")]

    def mark(update_id: int) -> None:
        if refusals:
            raise refusals.pop()
        done(update_id)

    monkeypatch.setattr(place.store.inbox, "done", mark)
    await place.receive("a1")
    async with place.working():
        await until(lambda: place.is_done(1))
    assert place.store.outbox.counts() == {"pending": 1}


async def test_at_every_moment_the_disk_has_all_of_an_update_or_nothing(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut before or after any commit finds as many facts and replies as updates that are done."""
    images: list[Path] = []

    def photographed(work: Callable[[_Commit], None]) -> Callable[[_Commit], None]:
        def flushed(commit: _Commit) -> None:
            work(commit)
            images.append(shutil.copytree(place.store.path.parent, tmp_path / f"image-{len(images)}"))

        return flushed

    monkeypatch.setattr(place.store, "_flush", photographed(place.store._flush))
    place.refused["b1"] = 1
    async with place.working():
        for keys in (("a1", "b1"), ("a2",), ("b2", "a3")):
            await place.receive(*keys)
            await quiet()
        await until(lambda: place.is_done(5))
    states = []
    for image in images:
        with contextlib.closing(Store(image)) as store:
            done = store.inbox.counts().get("done", 0)
            facts = sum(store.facts.get(key) is not None for key in ("a1", "a2", "a3", "b1", "b2"))
            states.append((done, facts, store.outbox.counts().get("pending", 0)))
    assert len(states) > 5
    assert states[-1] == (5, 5, 5)
    assert all(done == facts == replies for done, facts, replies in states), states


async def test_many_chats_are_in_work_at_once_but_not_all(place: Workplace) -> None:
    """Sixteen at a time."""
    keys = [f"{chr(number)}1" for number in range(ord("a"), ord("a") + worker.AT_ONCE + 4)]
    place.held = {key: asyncio.Event() for key in keys}
    await place.receive(*keys)
    async with place.working():
        await until(lambda: len(place.begun) == worker.AT_ONCE)
        await quiet()
        assert len(place.begun) == worker.AT_ONCE
        for event in place.held.values():
            event.set()
        await until(lambda: place.is_done(len(keys)))
