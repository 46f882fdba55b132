"""How many updates a second are on disk and acknowledged: by the data file alone, by the web chat, by the webhook.

The server has its worker at its heels all the time: each update taken in is also answered, on the same two hands.
"""

import contextlib
import itertools
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp

from bench.load import Load, pour
from bench.page import opened
from bot.app import utc_now
from bot.channels.telegram.ingress import HEADER
from fieldwork import demo
from storage import Store
from tests.loopback_bot_api import LoopbackBotApi
from tests.program import Server
from tests.telegram_test_api.waiting import free_port, until

CONNECTIONS = (1, 32)
SECRET = "a-secret-of-the-webhook"
FIRST_CHAT = 9001


async def file_alone(folder: Path, writers: int, seconds: float) -> Load:
    """Write updates down with nobody behind: what sharing one flush of the disk between those who wait is worth."""
    numbers = itertools.count()
    with contextlib.closing(Store(folder)) as store:

        async def write() -> None:
            number = next(numbers)
            async with store.unit():
                payload = {"update_id": number, "message": {"text": "今天走访了两户"}}
                store.inbox.add(key=f"b:{number}", channel="web", chat_id=1, payload=payload, at=utc_now())

        return await pour([write] * writers, seconds=seconds)


async def web_chat(folder: Path, connections: int, seconds: float) -> Load:
    """Send lines from open pages, each page the next when the one before is acknowledged."""
    async with serving(folder) as server, contextlib.AsyncExitStack() as stack:
        people = itertools.cycle(demo_people(folder))
        pages = [
            await stack.enter_async_context(opened(server.url, next(people))) for _ in range(connections)
        ]
        for page in pages:
            await page.heard()
        return await pour([partial(page.say, "帮助") for page in pages], seconds=seconds)


async def webhook(folder: Path, connections: int, seconds: float) -> Load:
    """Bring updates as Telegram does, each connection the next when it has heard 200."""
    numbers = itertools.count(1)
    async with LoopbackBotApi().running() as api:
        port = await free_port()
        settings = {"TELEGRAM_API": api.url, "TELEGRAM_TOKEN": api.token, "WEBHOOK_SECRET": SECRET}
        settings["WEBHOOK_URL"] = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=connections)
        async with (
            serving(folder, port, settings),
            aiohttp.ClientSession(connector=connector, headers={HEADER: SECRET}) as session,
        ):
            await until(lambda: api.webhook, within_s=60)

            async def bring(chat: int) -> None:
                update = _update(next(numbers), chat)
                async with session.post(api.webhook["url"], json=update) as answer:
                    assert answer.status == 200

            chats = range(FIRST_CHAT, FIRST_CHAT + connections)
            return await pour([partial(bring, chat) for chat in chats], seconds=seconds)


def _update(number: int, chat: int) -> dict[str, object]:
    who = {"id": chat, "first_name": "测试"}
    message = {
        "message_id": number,
        "date": 1_800_000_000,
        "text": "帮助",
        "from": {**who, "is_bot": False},
        "chat": {**who, "type": "private"},
    }
    return {"update_id": number, "message": message}


@contextlib.asynccontextmanager
async def serving(
    folder: Path, port: int = 0, settings: dict[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run the program on the folder until the block is left."""
    server = Server(folder, port or await free_port(), settings)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            await server.up(session)
        yield server
    finally:
        await server.kill()


def demo_people(folder: Path) -> list[str]:
    """Return the codes of everybody whom the demo lets one be."""
    with contextlib.closing(Store(folder)) as store:
        assert demo.loaded(store)
        return [person.code for person in store.roster.everyone()]


async def measure(folder: Path, *, seconds: float = 5.0) -> dict[str, object]:
    """Pour for so many seconds on each way, at one and at 32 connections."""
    ways = {"data file alone": file_alone, "web chat": web_chat, "webhook": webhook}
    figures: dict[str, object] = {}
    for way, pours in ways.items():
        rates = []
        for count in CONNECTIONS:
            home = folder / f"{pours.__name__}-{count}"
            home.mkdir()
            load = await pours(home / "data", count, seconds)
            rates.append(load.a_second)
            figures[f"{way}, {count} at once: acknowledged a second"] = load.a_second
            figures[f"{way}, {count} at once: median and 99th in a hundred, ms"] = (
                f"{load.percentile_ms(50):.1f}, {load.percentile_ms(99):.1f}"
            )
        figures[f"{way}: 32 at once over 1"] = f"× {rates[-1] / rates[0]:.1f}"
    return figures
