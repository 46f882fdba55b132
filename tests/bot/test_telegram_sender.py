"""Sending to Telegram: what each of its answers does to a message, and the pace."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.limiter import A_SECOND, ROOM, MarkingLimiter
from bot.channels.telegram.sender import TelegramSender
from bot.delivery import Delivery
from storage import Store
from storage.outbox import Kind
from storage.roster import Person, Place
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api.waiting import quiet, until

START = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Post:
    """A data file, a clock that stands still until it is moved, and a sender at a server."""

    def __init__(self, folder: Path, api: LoopbackBotApi) -> None:
        self.api = api
        self.store = Store(folder)
        self.now = START

    def clock(self) -> datetime:
        return self.now

    async def put(
        self, chat: int, text: str, kind: Kind = "reply", *, method: str = "sendMessage", **more: Any
    ) -> None:
        content = {"chat_id": chat, "text": text} if text else {}
        async with self.store.unit():
            self.store.outbox.add(
                channel="telegram",
                chat_id=chat,
                kind=kind,
                method=method,
                payload={**content, **more},
                at=self.now,
            )

    @contextlib.asynccontextmanager
    async def working(self, *, url: str = "", token: str = "", read_s: float = 5) -> AsyncIterator[Delivery]:
        sender = TelegramSender(
            token=token or self.api.token,
            api=url or self.api.url,
            store=self.store,
            clock=self.clock,
            random=random.Random(1),
            read_s=read_s,
        )
        delivery = Delivery(
            store=self.store,
            channel="telegram",
            deliver=sender.deliver,
            clock=self.clock,
            in_flight=6,
            tick_s=0.01,
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(delivery.run())
            try:
                yield delivery
            finally:
                running.cancel()
        await sender.close()

    async def come_to(self, **states: int) -> None:
        """Wait until so many messages stand in each state."""
        await until(lambda: self.store.outbox.counts() == states)

    async def is_put_back(self, tries: int) -> None:
        """Wait until so many calls were made and nothing is on its way any more."""
        await until(lambda: self.tries() >= tries and not self._on_way())

    def _on_way(self) -> set[str]:
        return {"claimed", "sending"} & set(self.store.outbox.counts())

    def texts(self, chat: int) -> list[str]:
        return [said.text for said in self.api.transcripts[chat]]

    def tries(self) -> int:
        return self.api.counts()["sendMessage"]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Give a post that has everything, and close it."""
    post = Post(tmp_path, LoopbackBotApi())
    yield post
    post.store.close()


async def test_too_many_requests_pause_all_and_lose_nothing(post: Post) -> None:
    """After a 429 nothing is sent until the time that Telegram names is over; then all arrives, once."""
    for chat in range(1, 13):
        await post.put(chat, "一")
        await post.put(chat, "二")
    async with post.api.running(), post.working():
        post.api.fail(429, retry_after=7)
        await post.is_put_back(1)
        before = post.tries()
        assert before < 6, "what waited for its turn then is held back"
        post.now += timedelta(seconds=6)
        await quiet()
        assert post.tries() == before
        post.now += timedelta(seconds=2)
        await post.come_to(sent=24)
    for chat in range(1, 13):
        assert post.texts(chat) == ["一", "二"]


async def test_who_has_blocked_the_bot_is_marked(post: Post) -> None:
    """A 403 ends the message as blocked, and the account is known to be out of reach."""
    async with post.store.unit():
        post.store.roster.put_place(Place("530000", "白云村", "village"))
        post.store.roster.put_person(Person("p1", "李敏", None, "member", "530000"))
        post.store.accounts.open(channel="telegram", chat_id=1, person="p1", at=START)
    await post.put(1, "在吗")
    post.api.blocked.add(1)
    async with post.api.running(), post.working():
        await post.come_to(blocked=1)
    account = post.store.accounts.of("telegram", 1)
    assert account
    assert account.unreachable_at == START


async def test_a_bad_request_is_not_repeated(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """A 400 ends the message as failed, with Telegram's reason in the log; the chat's next one goes."""
    await post.put(1, "太长" * 5000)
    await post.put(1, "好")
    async with post.api.running(), post.working():
        await post.come_to(failed=1, sent=1)
    assert "Message text is empty or too long" in caplog.text


async def test_an_edit_that_changes_nothing_counts_as_sent(post: Post) -> None:
    """The answer "message is not modified" says that all is as was wanted."""
    await post.put(1, "一")
    await post.put(1, "一", method="editMessageText", message_id=1)
    async with post.api.running(), post.working():
        await post.come_to(sent=2)


async def test_a_button_that_is_too_old_fails_without_noise(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody need read of it."""
    caplog.set_level(logging.INFO)
    await post.put(1, "", method="answerCallbackQuery", callback_query_id="77")
    async with post.api.running(), post.working():
        await post.come_to(failed=1)
    assert not [record for record in caplog.records if record.name.startswith(("bot.", "telegram"))]


async def test_a_fault_of_the_server_is_waited_out(post: Post) -> None:
    """A 500 is tried again after growing pauses, digests too, and the order holds."""
    await post.put(1, "一")
    await post.put(1, "二")
    await post.put(2, "信", "digest")
    async with post.api.running(), post.working():
        post.api.fail(502, times=2)
        await post.is_put_back(2)
        await quiet()
        assert post.tries() == 2
        post.now += timedelta(seconds=1)
        await post.come_to(sent=3)
    assert (post.texts(1), post.texts(2)) == (["一", "二"], ["信"])


async def test_pauses_grow_while_the_server_is_broken(post: Post) -> None:
    """One second, two, four: a row that fails again waits longer."""
    await post.put(1, "一")
    async with post.api.running(), post.working():
        post.api.fail(500, times=3)
        for tries, pause in ((1, 1), (2, 2), (3, 4)):
            await post.is_put_back(tries)
            post.now += timedelta(seconds=pause * 0.7)
            await quiet()
            assert post.tries() == tries
            post.now += timedelta(seconds=pause * 0.3)
        await post.come_to(sent=1)


async def test_when_no_answer_comes_replies_go_again_and_digests_do_not(post: Post) -> None:
    """The call may have been carried out: a reply twice is better than none, a digest is not."""
    await post.put(1, "答")
    await post.put(2, "信", "digest")
    async with post.api.running(), post.working(read_s=0.2):
        post.api.fail(0, times=2, done_anyway=True)
        await post.is_put_back(2)
        post.now += MINUTE
        await post.come_to(sent=1, unknown=1)
    assert (post.texts(1), post.texts(2)) == (["答", "答"], ["信"])


async def test_without_a_connection_nothing_is_lost_not_even_digests(post: Post) -> None:
    """What never left goes when the server is back; meanwhile the whole channel keeps still."""
    async with post.api.running():
        url, port = post.api.url, int(post.api.url.rsplit(":", 1)[1])
    for chat in range(1, 10):
        await post.put(chat, "信", "digest")
    async with post.working(url=url):
        await quiet()
        assert set(post.store.outbox.counts()) <= {"pending", "claimed", "sending"}
        async with LoopbackBotApi().running(port) as back:
            post.now += MINUTE * 6
            await post.come_to(sent=9)
            assert back.counts()["sendMessage"] == 9


async def test_a_refused_token_is_said_plainly_and_never_shown(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the setting; the token stands nowhere in it, whatever is logged; the message waits."""
    caplog.set_level(logging.DEBUG)
    await post.put(1, "一")
    async with post.api.running(), post.working(token="99:very-secret-token"):
        await until(lambda: "TELEGRAM_TOKEN" in caplog.text)
        await quiet()
        assert post.store.outbox.counts() == {"pending": 1}
    async with post.working(url="http://127.0.0.1:9", token="99:very-secret-token"):
        post.now += MINUTE * 6
        await until(lambda: "ConnectError" in caplog.text)
    assert "very-secret-token" not in caplog.text


def test_nothing_shows_the_token(post: Post) -> None:
    """Neither the sender nor what it holds has the token in its repr."""
    sender = TelegramSender(
        token="99:very-secret-token",
        api="http://127.0.0.1:9",
        store=post.store,
        clock=post.clock,
        random=random.Random(1),
    )
    assert "very-secret-token" not in repr([sender, sender._bot])


async def test_an_answer_that_cannot_be_read_does_not_send_twice(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram has said yes; that our library stumbles over the rest changes nothing."""
    sent = post.api.sent

    def odd(parameters: dict[str, Any], **content: Any) -> dict[str, Any]:
        return {**sent(parameters, **content), "date": "yesterday"}

    monkeypatch.setattr(post.api, "sent", odd)
    await post.put(1, "一")
    async with post.api.running(), post.working():
        await post.come_to(sent=1)
    assert post.texts(1) == ["一"]


async def test_a_method_that_nobody_knows_fails_alone(post: Post) -> None:
    """It is answered like a bad token, and must not stop the channel."""
    await post.put(1, "", method="sendSomethingNew", chat_id=1)
    await post.put(1, "好")
    async with post.api.running(), post.working():
        await post.come_to(failed=1, sent=1)


async def test_typing_is_not_worth_a_second_try(post: Post) -> None:
    """A chat action that fails is let go, so that the reply behind it does not wait."""
    await post.put(1, "", method="sendChatAction", chat_id=1, action="typing")
    await post.put(1, "好")
    async with post.api.running(), post.working():
        post.api.fail(500, method="sendChatAction")
        await post.come_to(failed=1, sent=1)


async def test_a_group_holds_up_nobody(post: Post) -> None:
    """A group's second message waits three seconds for its share, apart from the others."""
    await post.put(-5, "一")
    await post.put(-5, "二")
    await post.put(1, "好")
    async with post.api.running(), post.working():
        await post.come_to(sent=2, pending=1)
        await quiet()
        post.now += timedelta(seconds=3)
        await post.come_to(sent=3)
    assert post.texts(-5) == ["一", "二"]


async def test_the_limiter_keeps_an_even_pace_and_marks_between_turn_and_call() -> None:
    """Twenty-eight a second from the first second on, without a burst of more than two."""
    order: list[str] = []

    async def before(number: int) -> None:
        order.append(f"mark {number}")

    async def call(number: int) -> bool:
        order.append(f"call {number}")
        return True

    limiter = MarkingLimiter(before=before, after=lambda number: order.append(f"done {number}"))
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in range(21):
            data = {"chat_id": number}
            tasks.create_task(limiter.process_request(call, (number,), {}, "sendMessage", data, number))
    assert time.monotonic() - began >= (21 - ROOM) / A_SECOND * 0.98
    assert order[:3] == ["mark 0", "call 0", "done 0"]
    assert len(order) == 63


async def test_late_timers_do_not_slow_the_pace() -> None:
    """Though the loop is held up again and again, three seconds' worth take three seconds, and no second sees thirty."""
    times: list[float] = []

    async def call() -> bool:
        times.append(time.monotonic())
        return True

    async def nothing(_number: int) -> None:
        """Mark nothing."""

    async def hold_up() -> None:
        while len(times) < 84:
            await asyncio.sleep(0.05)
            time.sleep(0.012)  # noqa: TID251, ASYNC251 - the machine is busy

    limiter, waiting = MarkingLimiter(before=nothing, after=lambda _number: None), iter(range(84))

    async def send_on() -> None:
        for number in waiting:
            await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": number}, number)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hold_up())
        for _ in range(6):
            tasks.create_task(send_on())
    assert times[-1] - times[0] <= 1.05 * 83 / A_SECOND
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 29


async def test_a_server_that_counts_is_content(post: Post) -> None:
    """A server that counts never has to say no to sixty messages for sixty people.

    They leave 28 a second; on a busy machine a few that were on their way arrive in a bunch.
    """
    post.api.a_second = 36
    for chat in range(1, 61):
        await post.put(chat, "信", "digest")
    async with post.api.running(), post.working():
        await post.come_to(sent=60)
    assert post.tries() == 60
    assert post.api.busiest_second() <= 36
