"""A small house around the web channel: a real server and data file, and people of our own."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.channel import WebChannel
from fieldwork import demo, invitations
from fieldwork.errors import FieldworkError
from storage import Store
from storage.inbox import Received
from storage.roster import Person, Place, Team

USED_UP = "这个邀请已经用过或过期，请向联席办再要一个。"
PEOPLE = (
    Person("M1", "张小梅", None, "member", "V1", "T1"),
    Person("L1", "杨建国", None, "leader", "V1", "T1"),
    Person("F1", "木丽华", None, "first_secretary", "V1", "T1"),
    Person("H1", "刘海燕", None, "helper", "C", None, (), "县农业农村局"),
    Person("O1", "吴建平", None, "office", "C", None, (), "县联席办"),
)
Client = TestClient[web.Request, web.Application]
Answer = Callable[[Received], list[tuple[str, dict[str, Any]]]]


class UsedUpError(FieldworkError):
    def __init__(self) -> None:
        Exception.__init__(self, USED_UP)
        self.text = USED_UP


class Sockets:
    """An open page: says frames, hears events."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.number = 0

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next event of this kind; those before it are passed over."""
        while True:
            event: dict[str, Any] = await asyncio.wait_for(self.socket.receive_json(), 5)
            if event["type"] == kind:
                return event

    async def hear_any(self) -> dict[str, Any]:
        event: dict[str, Any] = await asyncio.wait_for(self.socket.receive_json(), 5)
        return event

    async def says(self, kind: str, **frame: object) -> str:
        """Send a frame under a new client id and return that."""
        self.number += 1
        client_id = str(frame.pop("client_id", f"client-{self.number:04}"))
        await self.socket.send_json({"type": kind, "client_id": client_id, **frame})
        return client_id

    async def sync(self, after: int = 0) -> dict[str, Any]:
        await self.socket.send_json({"type": "sync", "after": after})
        return await self.hear("messages")


class House:
    """The channel with its surroundings."""

    def __init__(self, folder: Path, *, loopback: bool = True) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
        self.codes: dict[str, str] = {}
        self.demo = False
        self.wakes = 0
        self.store = Store(folder)
        self.channel = WebChannel(
            store=self.store, folder=folder, clock=lambda: self.now, loopback=loopback, arrived=self._arrived
        )
        with self.store.transaction():
            roster = self.store.roster
            roster.put_place(Place("C", "云岭县", "county"))
            roster.put_place(Place("V1", "石桥村", "village", "C"))
            roster.put_team(Team("T1", "石桥村驻村工作队", "V1"))
            for person in PEOPLE:
                roster.put_person(person)

    def _arrived(self) -> None:
        self.wakes += 1

    def redeem(self, store: Store, code: str, now: datetime) -> Person:
        """Take the place of the rule of invitations: codes of our own, each good for once."""
        assert now == self.now
        person = store.roster.person(self.codes.pop(code, ""))
        if person is None:
            raise UsedUpError
        return person

    def app(self) -> web.Application:
        app = web.Application()
        self.channel.routes(app)
        return app

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Open a browser without a face; it keeps cookies."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with TestClient(TestServer(self.app()), cookie_jar=jar) as client:
            yield client

    async def enter(self, client: Client, person: str = "M1") -> None:
        """Come in by an invitation."""
        self.codes["code-1"] = person
        response = await client.post("/join/code-1", allow_redirects=False)
        assert response.status == 303

    @contextlib.asynccontextmanager
    async def page(self, client: Client) -> AsyncIterator[Sockets]:
        """Open a page; it has heard hello and is in step with the log."""
        async with client.ws_connect("/chat") as socket:
            page = Sockets(socket)
            await page.hear("hello")
            await page.sync()
            yield page

    def inbox(self) -> list[Received]:
        """Return what is on disk, as another program sees it, without the greeting of a newcomer."""
        other = Store(self.folder)
        with contextlib.closing(other):
            return [r for r in other.inbox.next() if not r.key.endswith(":start")]

    async def say(self, method: str, chat_id: int = 1, **payload: object) -> str:
        """Put a row into the outbox, have it delivered, and return how it ended."""
        async with self.store.unit():
            row_id = self.store.outbox.add(
                channel="web", chat_id=chat_id, kind="reply", method=method, payload=payload, at=self.now
            )
            (row,) = self.store.outbox.claim("web", at=self.now, limit=1)
        assert row.id == row_id
        await self.channel.deliver(row)
        async with self.store.unit():
            (state,) = [state for state, count in self.store.outbox.counts().items() if count]
            self.store.outbox._db.execute("DELETE FROM outbox")
        return state

    async def work(self, answer: Answer) -> None:
        """Do what the worker and the delivery do: answer all that came in, say all that goes out."""
        async with self.store.unit():
            for received in self.store.inbox.next():
                for method, payload in answer(received):
                    self.store.outbox.add(
                        channel="web",
                        chat_id=received.chat_id,
                        kind="reply",
                        method=method,
                        payload=payload,
                        at=self.now,
                    )
                self.store.inbox.done(received.id)
        while True:
            async with self.store.unit():
                rows = self.store.outbox.claim("web", at=self.now, limit=8)
            if not rows:
                return
            for row in rows:
                await self.channel.deliver(row)


def use(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Put the house's own demo switch and invitations in place of the trade's."""
    monkeypatch.setattr(demo, "loaded", lambda _store: house.demo)
    monkeypatch.setattr(invitations, "redeem", house.redeem)
    return house


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Build the house on an empty folder."""
    house = use(House(tmp_path), monkeypatch)
    yield house
    house.store.close()


async def test_a_stranger_is_told_how_to_come_in(house: House) -> None:
    """Without a session and without the demo there is no chat, but a way."""
    async with house.client() as client:
        text = await (await client.get("/")).text()
        assert "邀请链接" in text
        assert "chat.js" not in text


async def test_the_server_says_that_it_is_well(house: House) -> None:
    """/healthz is for whoever watches the server."""
    async with house.client() as client:
        response = await client.get("/healthz")
        assert (response.status, await response.json()) == (200, {"ok": True})


async def test_an_invitation_lets_in_once_and_only_by_its_button(house: House) -> None:
    """A preview of the link uses nothing up; the button does; a second press is told so in words."""
    house.codes["abc"] = "M1"
    async with house.client() as client, house.client() as second:
        preview = await client.get("/join/abc")
        assert preview.status == 200
        assert "进入驻村助手" in await preview.text()
        response = await client.post("/join/abc")
        assert response.url.path == "/"
        text = await response.text()
        assert "张小梅" in text
        assert "驻村工作队员" in text or "队员" in text
        assert "石桥村" in text
        late = await second.post("/join/abc")
        assert late.status == 410
        assert USED_UP in await late.text()
        assert "邀请链接" in await (await second.get("/")).text()


async def test_the_cookie_is_kept_from_scripts_and_from_the_file(house: House) -> None:
    """The token is in the browser alone; it lasts ninety days, and is secure where the page is."""
    async with house.client() as client:
        house.codes["abc"] = "M1"
        response = await client.post(
            "/join/abc", headers={"X-Forwarded-Proto": "https"}, allow_redirects=False
        )
        cookie = SimpleCookie(response.headers["Set-Cookie"])["zhucun"]
        assert cookie["httponly"]
        assert cookie["secure"]
        assert (cookie["samesite"], cookie["max-age"]) == ("Lax", str(90 * 24 * 3600))
        assert cookie.value.encode() not in house.store.path.read_bytes()
        assert cookie.value.encode() not in house.store.path.with_name("zhucun.sqlite-wal").read_bytes()


async def test_a_session_ends_after_ninety_idle_days(house: House) -> None:
    """Each opening of the page begins the ninety days anew."""
    async with house.client() as client:
        await house.enter(client)
        for _ in range(2):
            house.now += timedelta(days=80)
            assert "chat.js" in await (await client.get("/")).text()
        house.now += timedelta(days=91)
        assert "chat.js" not in await (await client.get("/")).text()


async def test_who_has_left_the_work_is_out(house: House) -> None:
    """A session is worth nothing once its person has left."""
    async with house.client() as client:
        await house.enter(client)
        gone = Person("M1", "张小梅", None, "member", "V1", "T1", left_on=house.now.date())
        async with house.store.unit():
            house.store.roster.put_person(gone)
        assert "chat.js" not in await (await client.get("/")).text()
        async with client.ws_connect("/chat") as socket:
            await socket.receive()
            assert socket.close_code == 4401


async def test_leaving_ends_the_session_and_closes_its_pages(house: House) -> None:
    """Whoever leaves is out on every open page of this browser."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await client.post("/leave")
            while not page.socket.closed:
                await page.socket.receive()
            assert page.socket.close_code == 4401
        assert "邀请链接" in await (await client.get("/")).text()


async def test_the_demo_lets_one_choose_who_to_be(house: House) -> None:
    """All five roles stand there, with team or place; a banner says it is a demo, there and in the chat."""
    house.demo = True
    async with house.client() as client:
        text = await (await client.get("/")).text()
        assert all(person.name in text for person in PEOPLE)
        assert "石桥村驻村工作队" in text
        assert "这是演示" in text
        chat = await client.post("/demo/enter", data={"person": "L1"})
        text = await chat.text()
        assert "杨建国" in text
        assert "这是演示" in text
        assert "换一个人" in text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Host": "zhucun.example.cn"},
        {"Host": "localhost.example.cn"},
        {"Host": "127.0.0.1.example.cn:8080"},
        {"Host": "localhost@evil.example"},
    ],
)
async def test_the_demo_is_closed_to_whoever_comes_from_elsewhere(
    house: House, headers: dict[str, str]
) -> None:
    """Proxies and foreign names, which a rebound DNS entry would have, see no picker and get no session."""
    house.demo = True
    async with house.client() as client:
        assert "张小梅" not in await (await client.get("/", headers=headers)).text()
        response = await client.post(
            "/demo/enter", data={"person": "M1"}, headers=headers, allow_redirects=False
        )
        assert response.status == 403
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(("loopback", "loaded"), [(False, True), (True, False)])
async def test_the_demo_is_closed_on_an_open_server_and_without_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, loopback: bool, loaded: bool
) -> None:
    """Both must hold: the server listens here alone, and the people are made up."""
    house = use(House(tmp_path, loopback=loopback), monkeypatch)
    house.demo = loaded
    async with house.client() as client:
        assert "张小梅" not in await (await client.get("/")).text()
        assert (await client.post("/demo/enter", data={"person": "M1"})).status == 403
    house.store.close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8080"])
async def test_local_names_open_the_demo(house: House, name: str) -> None:
    """Whatever this machine is called by itself."""
    house.demo = True
    async with house.client() as client:
        assert "张小梅" in await (await client.get("/", headers={"Host": name})).text()


async def test_nobody_enters_as_somebody_who_is_not_there(house: House) -> None:
    """A made-up code is told so."""
    house.demo = True
    async with house.client() as client:
        assert (await client.post("/demo/enter", data={"person": "nobody"})).status == 404


@pytest.mark.parametrize("path", ["/demo/enter", "/join/code-1", "/leave", "/files"])
async def test_forms_of_other_sites_are_refused(house: House, path: str) -> None:
    """The browser says where a form comes from, and it must be from here."""
    house.demo = True
    house.codes["code-1"] = "M1"
    async with house.client() as client:
        for origin in ("https://evil.example", "null"):
            response = await client.post(path, data={"person": "M1"}, headers={"Origin": origin})
            assert response.status == 403
    assert house.codes


async def test_pages_bring_nothing_from_outside_and_run_nothing_inline(house: House) -> None:
    """The policy forbids it, the pages do not ask for it, and what they ask for is there."""
    async with house.client() as client:
        await house.enter(client)
        response = await client.get("/")
        text = await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "http://" not in text
        assert "https://" not in text
        assert "style=" not in text
        paths = [part.split('"')[0] for part in text.split('"/static/')[1:]]
        assert "chat.js" in paths
        for path in paths:
            got = await client.get(f"/static/{path}")
            assert got.status == 200
            assert got.headers["Cache-Control"] == "no-cache"
        assert (await client.get("/static/chat.html")).status == 404
        assert (await client.get("/static/..%2fchannel.py")).status == 404


async def test_names_are_text_even_where_they_look_like_markup(house: House) -> None:
    """Whatever stands on the roster, nothing of it becomes part of the page."""
    async with house.store.unit():
        house.store.roster.put_person(Person("M1", "<b>$name</b>", None, "member", "V1", "T1"))
    house.demo = True
    async with house.client() as client:
        assert "&lt;b&gt;$name&lt;/b&gt;" in await (await client.get("/")).text()
        assert "<b>" not in await (await client.post("/demo/enter", data={"person": "M1"})).text()


def test_the_channel_loads_nothing_heavy() -> None:
    """The first page is there before aiogram, telegram, scikit-learn and jieba have been loaded."""
    code = (
        "import sys, bot.channels.web.channel as c; assert c.WebChannel;"
        "print(*sorted({'aiogram', 'telegram', 'sklearn', 'jieba'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == ""
