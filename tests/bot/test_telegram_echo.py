"""There and back: an update comes in, a row is written for it, the reply is seen on the telephone."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from aiohttp import web

from bot.channels.telegram import Telegram
from bot.delivery import Delivery
from bot.settings import Settings
from storage import Store
from tests import telegram_test_api
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api import TelegramTestApi
from tests.telegram_test_api.waiting import free_port

CHAT = 7001
SECRET = "a-secret-of-the-webhook"
Api: TypeAlias = LoopbackBotApi | TelegramTestApi


def clock() -> datetime:
    """Real time: what is tried here are real connections."""
    return datetime.now(UTC)  # noqa: TID251


class Echo:
    """A worker in small: for each update one row in the outbox, in one unit."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.arrived = asyncio.Event()
        self.filled: Callable[[], None] = lambda: None

    async def run(self) -> None:
        while True:
            await self.arrived.wait()
            self.arrived.clear()
            async with self.store.unit():
                for received in self.store.inbox.next():
                    for method, payload in answers(received.payload):
                        self.store.outbox.add(
                            channel="telegram",
                            chat_id=received.chat_id,
                            kind="reply",
                            method=method,
                            payload=payload,
                            at=clock(),
                        )
                    self.store.inbox.done(received.id)
            self.filled()


def answers(update: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    """Return what is said to an update: a text comes back with a button, a press changes the message."""
    match update:
        case {"message": {"text": str(text), "chat": {"id": int(chat)}}}:
            keys = {"inline_keyboard": [[{"text": "再说一遍", "callback_data": "again"}]]}
            bold = [{"type": "bold", "offset": 0, "length": 2}]
            page = {"is_disabled": True}
            return [
                (
                    "sendMessage",
                    {
                        "chat_id": chat,
                        "text": f"收到：{text}",
                        "reply_markup": keys,
                        "entities": bold,
                        "link_preview_options": page,
                        "a_field_of_tomorrow": 1,
                    },
                )
            ]
        case {"message": {"location": {"latitude": lat}, "chat": {"id": int(chat)}}}:
            return [("sendMessage", {"chat_id": chat, "text": f"纬度 {lat}"})]
        case {"callback_query": {"id": query, "message": {"message_id": number, "chat": {"id": int(chat)}}}}:
            return [
                ("answerCallbackQuery", {"callback_query_id": query}),
                ("editMessageText", {"chat_id": chat, "message_id": number, "text": "改好了"}),
            ]
    return []


@contextlib.asynccontextmanager
async def assistant(api: Api, folder: Path, *, webhook: bool) -> AsyncIterator[Store]:
    """Run the channel, with an echo behind it, at a server."""
    site, store = web.Application(), Store(folder)
    echo = Echo(store)
    port = await free_port()
    settings = Settings(data=folder, telegram_token=api.token, telegram_api=api.url)
    if webhook:
        settings = replace(settings, webhook_url=f"http://127.0.0.1:{port}", webhook_secret=SECRET)
    telegram = Telegram(
        settings=settings, store=store, clock=clock, arrived=echo.arrived.set, random=random.Random(1)
    )
    telegram.routes(site)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    delivery = Delivery(store=store, channel="telegram", deliver=telegram.deliver, clock=clock, in_flight=6)
    echo.filled = delivery.wake
    await delivery.recover()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(run) for run in (telegram.run(), echo.run(), delivery.run())]
        try:
            yield store
        finally:
            for task in running:
                task.cancel()
    await telegram.close()
    await runner.cleanup()
    store.close()


Stage = Callable[[], contextlib.AbstractAsyncContextManager[Api]]


@pytest.fixture(
    params=[
        pytest.param(("telegram-test-api", False), marks=pytest.mark.node, id="third party, polling"),
        pytest.param(("loopback", False), id="loopback, polling"),
        pytest.param(("loopback", True), id="loopback, webhook"),
    ]
)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    """Give a server with an echoing assistant at it; entered and left inside the test, in one task."""
    name, webhook = request.param

    @contextlib.asynccontextmanager
    async def stage() -> AsyncIterator[Api]:
        server: contextlib.AbstractAsyncContextManager[Api] = (
            telegram_test_api.running() if name == "telegram-test-api" else LoopbackBotApi().running()
        )
        async with server as api, assistant(api, tmp_path, webhook=webhook):
            yield api

    return stage


async def test_a_text_is_answered_a_button_changes_the_message_a_location_arrives(stage: Stage) -> None:
    """The three things that people do in a chat come through, and what is sent is seen as it was meant."""
    async with stage() as api:
        await api.say(CHAT, "/start 今日签到")
        (reply,) = await api.replies(CHAT)
        assert reply.text == "收到：/start 今日签到"
        assert reply.buttons == [("再说一遍", "again")]
        assert reply.raw["entities"] == [{"type": "bold", "offset": 0, "length": 2}]

        await api.press(CHAT, "再说一遍")
        (changed,) = await api.replies(CHAT)
        assert (changed.message_id, changed.text) == (reply.message_id, "改好了")

        await api.share_location(CHAT, 25.6, 100.2, 12.0)
        (where,) = await api.replies(CHAT)
        assert where.text == "纬度 25.6"


async def test_many_chats_at_once_each_in_its_order(stage: Stage) -> None:
    """Ten people who say three things each get three answers each, in the order in which they spoke."""
    async with stage() as api:
        people = range(CHAT, CHAT + 10)
        for words in ("一", "二", "三"):
            for person in people:
                await api.say(person, words)
        for person in people:
            replies = await api.replies(person, 3)
            assert [reply.text for reply in replies] == ["收到：一", "收到：二", "收到：三"]
