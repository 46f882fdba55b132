"""Kill -9 at random moments while people record visits on both ways in: nothing lost, twice or unanswered."""

import asyncio
import contextlib
import itertools
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.app import utc_now
from fieldwork import demo, invitations
from storage import Store
from storage.visits import Visit
from tests.bot.test_channels import Ear, Phone, Seen, TelegramPhone, WebPhone
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api.waiting import free_port, until

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = (sys.executable, str(ROOT / "bot.py"))
SEED = 20151116
KILLS = 20
LEAST_UPDATES = 200
UP_S = 60.0  # how long a start may take before it counts as one that does not come up
REPLY_S = 90.0  # a reply may have to wait for several starts
POINT = (25.6213, 103.4127)
RECEIPT = re.compile(r"回执号 (\S+)。")
ON_TELEGRAM = (
    "demo-member-11",
    "demo-member-12",
    "demo-leader-1",
    "demo-helper-11",
    "demo-member-21",
    "demo-helper-21",
)
ON_THE_WEB = (
    "demo-member-13",
    "demo-first_secretary-1",
    "demo-helper-12",
    "demo-member-22",
    "demo-member-31",
    "demo-leader-3",
)


class Server:
    """The program in a process of its own; only ever this process is killed."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = (*PROGRAM, "--data", str(folder), "serve", "--port", str(port))
        self._environment = {**os.environ, **environment}
        self._log = folder.parent / "server.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; it need not be up yet."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    async def up(self, session: aiohttp.ClientSession) -> float:
        """Wait until a page is served; return the seconds it took."""
        began = time.monotonic()
        async with asyncio.timeout(UP_S):
            while True:
                assert self._process
                assert self._process.returncode is None, self.log()
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return time.monotonic() - began
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def log(self) -> str:
        """Return the end of what the program wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]


@dataclass
class Tally:
    """What people did and saw."""

    updates: Counter[str] = field(default_factory=Counter)
    replies: int = 0
    receipts: dict[str, str] = field(default_factory=dict)
    longest_wait: float = 0.0

    def beyond(self, replies: int) -> bool:
        """Say whether more replies than that have come."""
        return self.replies > replies


class Visitor:
    """Somebody who records visit after visit, and takes a step only when the one before was answered."""

    def __init__(self, code: str, channel: str, phone: Phone, tally: Tally, chance: random.Random) -> None:
        self.code = code
        self._channel = channel
        self._phone = phone
        self._ear = Ear(phone)
        self._tally = tally
        self._chance = chance

    async def work(self, enough: asyncio.Event, least: int) -> None:
        """Record visits until there are enough, and at least so many."""
        await self.hears("您好")
        for number in itertools.count(1):
            if number > least and enough.is_set():
                return
            await self.visit(f"{self.code} 的第 {number} 次")

    async def visit(self, note: str) -> None:
        """Go through the form from the menu to the receipt."""
        phone = self._phone
        await self.does(phone.say("记走访"))
        shown = await self.hears("走访的是哪一户")
        household = self._chance.choice([text for text in shown.buttons if "·" in text])
        await self.does(phone.press(household))
        await self.hears("请发一下位置")
        await self.does(phone.locate(*POINT, 20))
        await self.hears("声明位置")
        await self.hears("哪几项工作")
        await self.does(phone.press("☐ 服务员"))
        while "下一步 ›" not in (await self.hears("哪几项工作")).buttons:
            pass  # the question once more: a reply whose sending was in doubt
        await self.does(phone.press("下一步"))
        await self.hears("写写做了什么")
        await self.does(phone.say(note))
        await self.hears("没问题就保存", note)
        await self.does(phone.press("✓ 保存"))
        found = RECEIPT.search((await self.hears("回执号")).text)
        assert found
        assert self._tally.receipts.setdefault(found[1], note) == note, "one receipt for two visits"

    async def does(self, step: Awaitable[None]) -> None:
        """Take a step."""
        self._tally.updates[self._channel] += 1
        await step

    async def hears(self, *words: str) -> Seen:
        """Wait for the step's reply."""
        began = time.monotonic()
        seen = await self._ear.hears(*words, within_s=REPLY_S)
        self._tally.longest_wait = max(self._tally.longest_wait, time.monotonic() - began)
        self._tally.replies += 1
        return seen


def prepare(folder: Path, now: datetime) -> dict[str, str]:
    """Load the demo and invite those who come by Telegram; return their codes."""
    with contextlib.closing(Store(folder)) as store, store.transaction():
        demo.load(store, now)
        people = [person for code in ON_TELEGRAM if (person := store.roster.person(code))]
        assert len(people) == len(ON_TELEGRAM)
        return {person.code: invitations.create(store, person, now) for person in people}


@contextlib.asynccontextmanager
async def pages(url: str) -> AsyncIterator[dict[str, WebPhone]]:
    """Open a page for each who comes by the web; it lives through all restarts."""
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        phones = {}
        for code in ON_THE_WEB:
            jar = aiohttp.CookieJar(unsafe=True)
            session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
            phones[code] = WebPhone(url, session, code)
            await phones[code].enter()
        running = [tasks.create_task(phone.run()) for phone in phones.values()]
        try:
            yield phones
        finally:
            for page in running:
                page.cancel()


async def keep_killing(server: Server, tally: Tally, chance: random.Random) -> int:
    """Kill and start the server at any moment of its life; return how often work was going on."""
    busy = 0
    for number in range(KILLS):
        before = tally.replies
        if number % 2:  # whenever it happens to be, also while it is coming up
            await asyncio.sleep(chance.uniform(0.2, 5.0))
        else:  # in the middle of work
            await until(partial(tally.beyond, before + 3), within_s=UP_S)
            await asyncio.sleep(chance.uniform(0.0, 1.5))
        busy += tally.replies > before
        await server.kill()
        await server.start()
    return busy


def recorded(folder: Path) -> tuple[list[Visit], dict[str, int], dict[str, int]]:
    """Return the visits in the data folder, and how many updates and messages stand in each state."""
    with contextlib.closing(Store(folder)) as store:
        assert Store.verify(store.path) == ""
        everybody = store.roster.everyone()
        visits = [visit for person in everybody for visit in store.visits.of_person(person.code)]
        return visits, store.inbox.counts(), store.outbox.counts()


@pytest.mark.slow
async def test_twenty_kills_lose_nothing_double_nothing_and_silence_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each visit whose receipt was shown is there once, none is there twice, each step had its reply."""
    chance, tally, folder = random.Random(SEED), Tally(), tmp_path / "data"
    began = time.monotonic()
    codes = prepare(folder, utc_now())
    async with LoopbackBotApi().running() as api, aiohttp.ClientSession() as session:
        environment = {"TELEGRAM_API": api.url, "TELEGRAM_TOKEN": api.token}
        server = Server(folder, await free_port(), environment)
        try:
            await server.start()
            first_up = await server.up(session)
            async with pages(server.url) as web:
                visitors = [Visitor(code, "web", web[code], tally, random.Random(code)) for code in web]
                for chat, (code, invitation) in enumerate(codes.items(), 7001):
                    phone = TelegramPhone(api, chat)
                    await phone.say(f"/start {invitation}")
                    visitors.append(Visitor(code, "telegram", phone, tally, random.Random(code)))
                enough = asyncio.Event()
                async with asyncio.TaskGroup() as tasks:
                    for visitor in visitors:
                        tasks.create_task(visitor.work(enough, least=2))
                    busy = await keep_killing(server, tally, chance)
                    poured_in = tally.updates.total()
                    enough.set()
                await until(lambda: not any(phone._unacknowledged for phone in web.values()))
                connections = sum(phone.connections for phone in web.values())
                resent = sum(phone.resent for phone in web.values())
        except BaseException:
            sys.stderr.write(server.log())
            raise
        finally:
            await server.kill()
    visits, inbox, outbox = recorded(folder)
    notes = Counter(visit.note for visit in visits if "的第" in visit.note)
    again = sum(times - 1 for times in api.handed_out.values())
    repeated = sum(
        one.text == two.text for said in api.transcripts.values() for one, two in itertools.pairwise(said)
    )
    figures = {
        "kills": KILLS,
        "kills in the middle of work": busy,
        "updates before the last kill": poured_in,
        "updates in all": dict(tally.updates),
        "receipts shown": len(tally.receipts),
        "visits recorded": notes.total(),
        "different visits": len(notes),
        "Telegram updates handed out again": again,
        "web messages sent again": resent,
        "web connections": connections,
        "Telegram replies seen twice": repeated,
        "longest wait for a reply, s": round(tally.longest_wait, 1),
        "first page after, s": round(first_up, 1),
        "the whole test, s": round(time.monotonic() - began),
        "inbox": inbox,
        "outbox": outbox,
    }
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(f"  {name}: {value}" for name, value in figures.items()) + "\n")
    assert poured_in >= LEAST_UPDATES
    assert min(tally.updates.values()) >= LEAST_UPDATES / 4, "both ways in had their share"
    assert busy >= KILLS / 2
    shown = {
        receipt: note for visit in visits for receipt, note in [(visit.receipt, visit.note)] if "的第" in note
    }
    assert tally.receipts == shown, "what was shown is what is there"
    assert max(notes.values()) == 1, "none is there twice by its words"
    assert max(Counter(visit.source for visit in visits).values()) == 1
    assert max(Counter(visit.receipt for visit in visits).values()) == 1
    assert set(inbox) == {"done"}, "nothing was left undone or given up"
