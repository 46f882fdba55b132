"""The delivery: each chat in its order, several at once, nothing lost whatever goes wrong."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from bot.delivery import STALE, Delivery, Later, Refresh, growing_pause
from storage import StorageError, Store
from storage.outbox import Kind, Outgoing
from tests.telegram_test_api.waiting import quiet, until

P = ParamSpec("P")
R = TypeVar("R")
START = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


class Post:
    """A channel that notes what it is given, and a clock that stands still until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.now = START
        self.sent: list[str] = []
        self.tried: list[str] = []
        self.refuse: dict[str, list[Exception]] = {}
        self.hold: dict[str, asyncio.Event] = {}
        self.marks_sending = False

    def clock(self) -> datetime:
        return self.now

    async def put(
        self, chat: int, text: str, kind: Kind = "reply", expires_at: datetime | None = None
    ) -> None:
        async with self.store.unit():
            self.store.outbox.add(
                channel="web",
                chat_id=chat,
                kind=kind,
                method="sendMessage",
                payload={"text": text},
                at=self.now,
                expires_at=expires_at,
            )

    async def deliver(self, message: Outgoing) -> None:
        text = message.payload["text"]
        self.tried.append(text)
        if self.marks_sending:
            async with self.store.unit():
                self.store.outbox.sending(message.id)
        if text in self.hold:
            await self.hold[text].wait()
        if self.refuse.get(text):
            raise self.refuse[text].pop(0)
        async with self.store.unit():
            self.store.outbox.finish(message.id, "sent", at=self.now)
        self.sent.append(text)

    @contextlib.asynccontextmanager
    async def working(self, *, in_flight: int = 4, refresh: Refresh | None = None) -> AsyncIterator[Delivery]:
        delivery = Delivery(
            store=self.store,
            channel="web",
            deliver=self.deliver,
            clock=self.clock,
            in_flight=in_flight,
            refresh=refresh,
            tick_s=0.01,
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(delivery.run())
            yield delivery
            running.cancel()


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Give a post that has everything, and close it."""
    post = Post(tmp_path)
    yield post
    post.store.close()


async def tried(post: Post, times: int) -> None:
    """Wait until so many tries were made and have ended, and see that no more are."""
    on_way = {"claimed", "sending"}
    await until(lambda: len(post.tried) >= times and not on_way & set(post.store.outbox.counts()))
    await quiet()


def test_pauses_grow_to_five_minutes() -> None:
    """One second, two, four, and so on; never more than five minutes however often."""
    assert [growing_pause(n).total_seconds() for n in (0, 1, 2, 8, 9, 10_000)] == [1, 2, 4, 256, 300, 300]


async def test_a_slow_chat_holds_up_only_itself(post: Post) -> None:
    """While the first message of one chat is on its way, its second waits and other chats go."""
    post.hold["甲一"] = asyncio.Event()
    for chat, text in ((1, "甲一"), (1, "甲二"), (2, "乙一"), (2, "乙二")):
        await post.put(chat, text)
    async with post.working():
        await until(lambda: post.sent == ["乙一", "乙二"])
        await quiet()
        assert "甲二" not in post.tried
        post.hold["甲一"].set()
        await until(lambda: post.sent == ["乙一", "乙二", "甲一", "甲二"])


async def test_order_holds_through_failures(post: Post) -> None:
    """A message that fails keeps its place in front of those behind it."""
    post.refuse["一"] = [Later("busy", pause=timedelta(seconds=2)), RuntimeError("broken")]
    post.refuse["三"] = [Later("busy", pause=timedelta(seconds=2))]
    for text in ("一", "二", "三", "四"):
        await post.put(1, text)
    async with post.working():
        for tries in (1, 2, 5):
            await tried(post, tries)
            post.now += timedelta(seconds=5)
        await until(lambda: len(post.sent) == 4)
    assert post.sent == ["一", "二", "三", "四"]
    assert post.tried == ["一", "一", "一", "二", "三", "三", "四"]


async def test_a_pause_for_everyone_stops_all_and_loses_nothing(post: Post) -> None:
    """After a word to keep still nothing is tried until the time is over, then everything goes."""
    post.refuse["0"] = [Later("429", pause=timedelta(seconds=30), everyone=True)]
    for chat in range(6):
        await post.put(chat, str(chat))
    async with post.working(in_flight=1):
        await tried(post, 1)
        post.now += timedelta(seconds=29)
        await quiet()
        assert post.tried == ["0"]
        post.now += timedelta(seconds=1)
        await until(lambda: len(post.sent) == 6)
    assert post.store.outbox.counts() == {"sent": 6}


async def test_no_more_in_flight_than_allowed(post: Post) -> None:
    """Where three may be on their way, the fourth waits."""
    gate = asyncio.Event()
    for chat in range(5):
        post.hold[str(chat)] = gate
        await post.put(chat, str(chat))
    async with post.working(in_flight=3):
        await until(lambda: len(post.tried) == 3)
        await quiet()
        assert len(post.tried) == 3
        gate.set()
        await until(lambda: len(post.sent) == 5)


async def test_a_fault_of_ours_is_tried_five_times_and_then_given_up(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """A message that breaks the channel is failed in the end, with the reason in the log; the loop lives."""
    post.refuse["坏"] = [RuntimeError("broken")] * 9
    await post.put(1, "坏")
    await post.put(1, "好")
    async with post.working():
        for tries in range(1, 6):
            await tried(post, tries)
            post.now += timedelta(minutes=5)
        await until(lambda: post.sent == ["好"])
    assert post.tried == ["坏"] * 5 + ["好"]
    assert post.store.outbox.counts() == {"failed": 1, "sent": 1}
    assert "broken" in caplog.text


async def test_a_fault_of_the_data_file_never_costs_a_message(post: Post) -> None:
    """However often the file is busy, the message stays."""
    post.refuse["一"] = [StorageError("忙", "busy")] * 8
    await post.put(1, "一")
    async with post.working():
        for tries in range(1, 9):
            await tried(post, tries)
            post.now += timedelta(minutes=5)
        await until(lambda: post.sent == ["一"])


async def test_a_digest_that_may_have_been_sent_is_left_in_doubt(post: Post) -> None:
    """A fault after the call was begun: the reply goes again, the digest does not."""
    post.marks_sending = True
    post.refuse = {"信": [RuntimeError("broken")], "答": [RuntimeError("broken")]}
    await post.put(1, "信", "digest")
    await post.put(2, "答")
    async with post.working():
        await tried(post, 2)
        post.now += timedelta(minutes=5)
        await until(lambda: post.sent == ["答"])
    assert post.store.outbox.counts() == {"unknown": 1, "sent": 1}


async def test_a_reply_overtakes_the_digests_of_others(post: Post) -> None:
    """Who asks during the morning's reminders is answered next."""
    post.hold["信 0"] = asyncio.Event()
    for chat in range(20):
        await post.put(chat, f"信 {chat}", "digest")
    async with post.working(in_flight=1) as delivery:
        await until(lambda: post.tried)
        await post.put(99, "答")
        delivery.wake()
        post.hold["信 0"].set()
        await until(lambda: "答" in post.sent)
    assert post.sent[:2] == ["信 0", "答"]


async def test_what_is_stale_is_not_sent(post: Post) -> None:
    """A digest whose day is over ends unsent."""
    await post.put(1, "信", "digest", expires_at=START)
    async with post.working():
        await until(lambda: post.store.outbox.counts() == {"expired": 1})
    assert post.tried == []


async def test_digests_rest_at_night_and_noon_and_replies_do_not(post: Post) -> None:
    """Put in before, sent after; the reply of the same chat passes them."""
    post.now = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # noon in Shanghai
    await post.put(1, "信", "digest")
    await post.put(1, "答")
    await post.put(2, "告", "notice")
    async with post.working():
        await until(lambda: len(post.sent) == 2)
        post.now += timedelta(minutes=119)
        await quiet()
        assert sorted(post.sent) == ["告", "答"]
        post.now += timedelta(minutes=1)
        await until(lambda: post.sent[2:] == ["信"])


async def test_a_digest_that_has_waited_is_said_as_it_is_now_or_not_at_all(post: Post) -> None:
    """A reply and a fresh digest stay as they are; what was done meanwhile ends unsent."""

    def refresh(message: Outgoing) -> Outgoing | None:
        text = message.payload["text"]
        return None if text == "做完了" else replace(message, payload={"text": f"{text}，刚看过"})

    for chat, text in enumerate(("还没做", "做完了", "做完了", "做完了", "还没做"), 1):
        await post.put(chat, text, "digest")
    await post.put(6, "答")
    post.now += STALE
    await post.put(7, "新的", "digest")
    async with post.working(in_flight=1, refresh=refresh):
        await until(lambda: len(post.sent) == 4)
    assert post.sent == ["答", "还没做，刚看过", "还没做，刚看过", "新的"]
    assert post.store.outbox.counts() == {"sent": 4, "expired": 3}


async def test_a_pause_does_not_outlive_a_clock_that_is_set_back(post: Post) -> None:
    """Told to keep still by a clock that ran a year ahead; set right, it goes on at once."""
    post.now += timedelta(days=365)
    post.refuse["一"] = [Later("429", pause=timedelta(seconds=30), everyone=True)]
    await post.put(1, "一")
    async with post.working():
        await tried(post, 1)
        post.now = START
        await until(lambda: post.sent == ["一"])


async def test_what_another_process_wrote_is_found(post: Post) -> None:
    """Nobody wakes the delivery, and still it looks."""
    async with post.working():
        await quiet()
        await post.put(1, "来了")
        await until(lambda: post.sent == ["来了"])


async def test_it_outlives_a_data_file_that_cannot_be_read(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim, and a note of failure, that the file refuses are made again."""
    claim, again = post.store.outbox.claim, post.store.outbox.again
    monkeypatch.setattr(post.store.outbox, "claim", once_broken(claim))
    monkeypatch.setattr(post.store.outbox, "again", once_broken(again))
    post.refuse["一"] = [Later("busy", pause=timedelta(0))]
    await post.put(1, "一")
    async with post.working():
        await until(lambda: post.sent == ["一"])


def once_broken(call: Callable[P, R]) -> Callable[P, R]:
    """Return the call, failing the first time."""
    times = itertools.count()

    def broken(*args: P.args, **kwargs: P.kwargs) -> R:
        if next(times) == 0:
            raise StorageError("忙", "busy")
        return call(*args, **kwargs)

    return broken


async def test_a_stop_lets_what_is_on_its_way_arrive(post: Post) -> None:
    """After `stop` nothing is begun, and `run` ends when the last has arrived."""
    post.hold["一"] = asyncio.Event()
    await post.put(1, "一")
    await post.put(1, "二")
    async with post.working() as delivery:
        await until(lambda: post.tried)
        delivery.stop()
        post.hold["一"].set()
        await until(lambda: post.store.outbox.counts() == {"sent": 1, "pending": 1})
        await quiet()
    assert post.tried == ["一"]


async def test_after_a_kill_the_reply_goes_again_and_the_digest_does_not(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """What an earlier run was sending when it died is taken up by the next."""
    await post.put(1, "答")
    await post.put(2, "信", "digest")
    async with post.store.unit():
        for message in post.store.outbox.claim("web", at=START, limit=9):
            post.store.outbox.sending(message.id)
    async with post.working() as delivery:
        assert await delivery.recover() == 1
        await until(lambda: post.sent == ["答"])
    assert post.store.outbox.counts() == {"unknown": 1, "sent": 1}
    assert "may or may not have been sent" in caplog.text
