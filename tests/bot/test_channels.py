"""One conversation, many channels: what people do must look the same on each, over real connections."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import aiohttp
import pytest

from bot.app import App, running, utc_now
from bot.settings import read
from fieldwork import invitations
from tests import telegram_test_api
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api import TelegramTestApi
from tests.telegram_test_api.waiting import free_port

PERSON = "demo-member-11"
VILLAGE = "539900101201"
CHAT = 7001
SECRET = "a-secret-of-the-webhook"
PATIENCE_S = 20.0
RULES = """禾云县驻村工作队管理办法

第一条 为规范驻村工作，制定本办法。

第二条 驻村队员请假三天以内，由工作队长批准；超过三天，由乡镇党委批准。

第三条 驻村队员每月驻村不少于二十天。
"""
Api: TypeAlias = LoopbackBotApi | TelegramTestApi


@dataclass
class Seen:
    """A message of the assistant as the person sees it now."""

    number: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)


class Phone(Protocol):
    """What one holds in one's hand, whatever the channel."""

    async def say(self, text: str) -> None:
        """Send a line."""

    async def press(self, label: str) -> None:
        """Press the newest button whose text begins so."""

    async def locate(self, latitude: float, longitude: float, accuracy: float) -> None:
        """Send where one is."""

    async def shown(self) -> list[Seen]:
        """Return the assistant's messages, the oldest first."""

    async def keys(self) -> list[str]:
        """Return the keyboard as it stands now."""


class Ear:
    """Waits for words on a phone; what stood there before does not count."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._noticed: dict[int, tuple[str, tuple[str, ...]]] = {}

    async def hears(self, *words: str, within_s: float = PATIENCE_S) -> Seen:
        """Return the next new or changed message with all of the words; those before it are passed over."""
        deadline = asyncio.get_running_loop().time() + within_s
        while True:
            shown = await self._phone.shown()
            for seen in shown:
                version = (seen.text, tuple(seen.buttons))
                if self._noticed.get(seen.number) == version:
                    continue
                self._noticed[seen.number] = version
                if all(word in seen.text for word in words):
                    return seen
            if asyncio.get_running_loop().time() > deadline:
                last = [seen.text for seen in shown[-3:]]
                raise AssertionError(f"{words} not heard within {within_s:.0f} s; last: {last}")
            await asyncio.sleep(0.02)


class TelegramPhone:
    """A telephone with Telegram on it, at one of the servers."""

    def __init__(self, api: Api, chat: int = CHAT) -> None:
        self._api = api
        self._chat = chat

    async def say(self, text: str) -> None:
        await self._api.say(self._chat, text)

    async def press(self, label: str) -> None:
        shown = await self.shown()
        full = next(text for seen in reversed(shown) for text in seen.buttons if text.startswith(label))
        await self._api.press(self._chat, full)

    async def locate(self, latitude: float, longitude: float, accuracy: float) -> None:
        await self._api.share_location(self._chat, latitude, longitude, accuracy)

    async def shown(self) -> list[Seen]:
        heard = await self._api.heard(self._chat)
        return [Seen(said.message_id, said.text, dict(said.buttons)) for said in heard]

    async def keys(self) -> list[str]:
        heard = await self._api.heard(self._chat)
        return next((said.keyboard for said in reversed(heard) if said.keyboard), [])


class WebPhone:
    """A page without a face: reconnects, and says again under the same name what was not acknowledged."""

    def __init__(self, url: str, session: aiohttp.ClientSession, person: str = PERSON) -> None:
        self._url = url
        self._session = session
        self._person = person
        self._names = itertools.count(1)
        self._unacknowledged: dict[str, dict[str, Any]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._messages: dict[int, dict[str, Any]] = {}
        self._keys: list[str] = []
        self._last_seq = 0
        self.refusals: list[str] = []
        self.connections = self.resent = 0

    async def enter(self) -> None:
        """Choose at the demo's door who one is."""
        form = {"person": self._person}
        async with self._session.post(f"{self._url}/demo/enter", data=form, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                async with self._session.ws_connect(f"{self._url}/chat") as socket:
                    await self._listen(socket)
            self._socket = None
            await asyncio.sleep(0.1)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.connections += 1
        await socket.send_json({"type": "sync", "after": self._last_seq})
        for frame in list(self._unacknowledged.values()):
            self.resent += 1
            await socket.send_json(frame)
        self._socket = socket
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            self._take(message.json())

    def _take(self, event: dict[str, Any]) -> None:
        if event["type"] == "ack":
            self._unacknowledged.pop(event["client_id"], None)
        elif event["type"] == "refused":
            self.refusals.append(event["text"])
            self._unacknowledged.pop(event["client_id"], None)
        elif event["type"] == "messages":
            for item in event["items"]:
                self._messages[item["id"]] = item
                self._last_seq = max(self._last_seq, item["seq"])
            rows = (event["keyboard"] or {}).get("rows", [])
            self._keys = [key["text"] for row in rows for key in row]

    async def _send(self, kind: str, **what: object) -> None:
        name = f"{self._person}-{next(self._names):05}"
        frame = self._unacknowledged[name] = {"type": kind, "client_id": name, **what}
        if self._socket is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                await self._socket.send_json(frame)

    async def say(self, text: str) -> None:
        await self._send("send", text=text)

    async def press(self, label: str) -> None:
        number, data = next(
            (seen.number, data)
            for seen in reversed(await self.shown())
            for text, data in seen.buttons.items()
            if text.startswith(label)
        )
        await self._send("press", message_id=number, data=data)

    async def locate(self, latitude: float, longitude: float, accuracy: float) -> None:
        await self._send("location", latitude=latitude, longitude=longitude, accuracy=accuracy)

    async def shown(self) -> list[Seen]:
        assert self.refusals == []
        return [
            Seen(
                number,
                item["text"],
                {key["text"]: key.get("data", "") for row in item["buttons"] for key in row},
            )
            for number, item in sorted(self._messages.items())
            if item.get("author") == "bot"
        ]

    async def keys(self) -> list[str]:
        return self._keys


@dataclass
class Stage:
    """A phone with the assistant at the other end."""

    app: App
    phone: Phone
    ear: Ear

    async def says(self, text: str, *words: str) -> Seen:
        """Say something; return the answer that has these words."""
        await self.phone.say(text)
        return await self.ear.hears(*words)

    async def presses(self, label: str, *words: str) -> Seen:
        """Press a button; return the answer that has these words."""
        await self.phone.press(label)
        return await self.ear.hears(*words)


@contextlib.asynccontextmanager
async def on_the_web(folder: Path) -> AsyncIterator[Stage]:
    """Enter by the demo's door and open a page."""
    settings = read({"ZHUCUN_DATA": str(folder), "ZHUCUN_PORT": "0"})
    jar = aiohttp.CookieJar(unsafe=True)
    async with running(settings) as app, aiohttp.ClientSession(cookie_jar=jar) as session:
        phone = WebPhone(app.url, session)
        await phone.enter()
        async with asyncio.TaskGroup() as tasks:
            page = tasks.create_task(phone.run())
            try:
                yield Stage(app, phone, Ear(phone))
            finally:
                page.cancel()


@contextlib.asynccontextmanager
async def on_telegram(
    folder: Path, server: AbstractAsyncContextManager[Api], *, webhook: bool = False
) -> AsyncIterator[Stage]:
    """Enter by an invitation, with the program at a server that TELEGRAM_API names."""
    async with server as api:
        port = await free_port()
        environment = {
            "ZHUCUN_DATA": str(folder),
            "ZHUCUN_PORT": str(port),
            "TELEGRAM_API": api.url,
            "TELEGRAM_TOKEN": api.token,
        }
        if webhook:
            environment |= {"WEBHOOK_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": SECRET}
        async with running(read(environment)) as app:
            person = app.store.roster.person(PERSON)
            assert person
            async with app.store.unit():
                code = invitations.create(app.store, person, utc_now())
            phone = TelegramPhone(api)
            await phone.say(f"/start {code}")
            yield Stage(app, phone, Ear(phone))


Given: TypeAlias = Callable[[], AbstractAsyncContextManager[Stage]]
Open: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Stage]]
CHANNELS: dict[str, Open] = {
    "web": on_the_web,
    "telegram, polling": lambda folder: on_telegram(folder, LoopbackBotApi().running()),
    "telegram, webhook": lambda folder: on_telegram(folder, LoopbackBotApi().running(), webhook=True),
    "telegram-test-api": lambda folder: on_telegram(folder, telegram_test_api.running()),
}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.node if name == "telegram-test-api" else ()) for name in CHANNELS
    ]
)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Given:
    """Give one channel after the other; entered and left inside the test, in one task."""
    return lambda: CHANNELS[request.param](tmp_path / "data")


async def test_one_enters_and_finds_the_menu(stage: Given) -> None:
    """The greeting says who the roster says one is, and the menu is one's own."""
    async with stage() as s:
        await s.ear.hears("何秋雨您好", "白鹭村的驻村队员")
        assert await s.phone.keys() == ["今日签到", "记走访", "我的走访", "我的台账", "待办", "常问", "帮助"]


async def test_a_question_is_answered_with_its_source(stage: Given, tmp_path: Path) -> None:
    """The clause is one press away; from what was of no use it is one more to the office."""
    async with stage() as s:
        await s.ear.hears("您好")
        rules = tmp_path / "禾云县驻村工作队管理办法.txt"
        rules.write_text(RULES, encoding="utf-8")
        await asyncio.to_thread(s.app.kb.add, rules, name=rules.name, now=utc_now())
        answer = await s.says(
            "驻村队员请假三天以内由谁批准", "由工作队长批准", "出处：《禾云县驻村工作队管理办法》"
        )
        assert list(answer.buttons) == ["看整条", "问联席办", "有用", "没用"]
        await s.presses("看整条", "由乡镇党委批准")
        await s.presses("没用", "问题已记入联席办的待答清单")
        await s.presses("请联席办答复", "已告诉联席办")


async def test_a_question_that_the_documents_do_not_answer_goes_to_the_office(stage: Given) -> None:
    """It is said plainly, and kept."""
    async with stage() as s:
        await s.ear.hears("您好")
        before = s.app.store.questions.pending_count("539900")
        await s.says("今晚吃什么", "没有查到")
        assert s.app.store.questions.pending_count("539900") == before + 1


async def test_a_check_in_takes_one_tap(stage: Given) -> None:
    """What follows is optional."""
    async with stage() as s:
        await s.ear.hears("您好")
        await s.says("今日签到", "今天在哪儿")
        await s.presses("在村", "已签到。今天：")
        await s.ear.hears("发送位置")
        assert (await s.phone.keys())[:2] == ["📍 发送位置", "今日签到"]
        await s.phone.locate(25.6213, 103.4127, 20)
        await s.ear.hears("位置已记上。声明位置距村登记点")


async def visit(s: Stage, note: str) -> Seen:
    """Record a visit with a location in the yard; return the receipt."""
    households = {each.head: each for each in s.app.store.roster.households_in([VILLAGE])}
    shown = await s.says("记走访", "走访的是哪一户")
    head = next(text for text in shown.buttons if "·" in text).partition("（")[0]
    point = households[head].point
    assert point
    await s.presses(head, head, "请发一下位置")
    await s.phone.locate(point[0] + 0.001, point[1], 15)
    await s.ear.hears("声明位置距该户 110 米")
    await s.ear.hears("哪几项工作")
    await s.presses("☐ 服务员", "哪几项工作")
    await s.presses("下一步", "写写做了什么")
    await s.says(note, "没问题就保存", head, note)
    return await s.presses("✓ 保存", "回执号")


async def test_a_whole_visit_leads_to_a_receipt_and_stands_in_ones_list(stage: Given) -> None:
    """Receipt, evidence in words, the month's progress; and the same receipt under 我的走访."""
    async with stage() as s:
        await s.ear.hears("您好")
        receipt = await visit(s, "一起收了两袋玉米")
        assert "声明位置距该户 110 米" in receipt.text
        assert "您已走访" in receipt.text
        newest = s.app.store.visits.of_person(PERSON)[0]
        assert f"回执号 {newest.receipt}" in receipt.text
        assert (newest.note, newest.location, newest.duties) == ("一起收了两袋玉米", "given", ("service",))
        await s.says("我的走访", newest.receipt, "一起收了两袋玉米")


async def test_a_form_is_cancelled_and_nothing_is_saved(stage: Given) -> None:
    """By the button under the list, and by the key beside the location."""
    async with stage() as s:
        await s.ear.hears("您好")
        before = s.app.store.visits.count_of(PERSON)
        shown = await s.says("记走访", "走访的是哪一户")
        await s.presses("取消", "已取消")
        await s.says("记走访", "走访的是哪一户")
        await s.presses(next(text for text in shown.buttons if "·" in text), "请发一下位置")
        assert "取消" in await s.phone.keys()
        await s.says("取消", "已取消，没有保存")
        assert "记走访" in await s.phone.keys()
        assert s.app.store.visits.count_of(PERSON) == before
