"""Kill -9 at random moments while people record visits by the web and by Telegram: nothing lost, twice or unanswered."""

import asyncio
import contextlib
import itertools
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
from typing import TypeAlias

import aiohttp
import pytest

from bot.app import utc_now
from fieldwork import demo, invitations
from storage import Store
from storage.visits import Visit
from tests.bot.test_channels import Ear, Phone, Seen, TelegramPhone, WebPhone
from tests.loopback_bot_api import Called, LoopbackBotApi
from tests.program import UP_S, Server
from tests.telegram_test_api.waiting import free_port, until

Reply: TypeAlias = tuple[str, int, str]  # method, chat, words

SEED = 20151116
KILLS = 20
LEAST_UPDATES = 200
REPLY_S = 90.0  # a reply may have to wait for several starts
SECRET = "a-secret-of-the-webhook"
SEEN = frozenset({"sendMessage", "editMessageText"})
ENDED = frozenset({"sent", "failed"})
MARK = "的第"
POINT = (25.6213, 103.4127)
_OUTBOX = "FROM outbox WHERE"
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
            await self.visit(f"{self.code} {MARK} {number} 次")

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


async def keep_killing(server: Server, tally: Tally, chance: random.Random, webhook: dict[str, str]) -> int:
    """Kill and start the server at any moment of its life; return how often work was going on.

    Every other pair of lives has updates brought to it, the others fetch them.
    """
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
        await server.start(webhook if number // 2 % 2 else {})
    return busy


@dataclass(frozen=True)
class Ledger:
    """What the data folder holds at the end."""

    visits: list[Visit]
    inbox: dict[str, int]
    outbox: dict[str, int]
    replies: Counter[Reply]
    failed: list[tuple[str, str]]


def recorded(folder: Path) -> Ledger:
    """Read the data folder: the visits made here, the states of what came and went, Telegram's replies."""
    with contextlib.closing(Store(folder)) as store:
        assert Store.verify(store.path) == ""
        everybody = store.roster.everyone()
        visits = [visit for person in everybody for visit in store.visits.of_person(person.code)]
        mine = [visit for visit in visits if MARK in visit.note]
        query = store._connection.execute
        sent = query(
            f"SELECT method, chat_id, payload ->> 'text' {_OUTBOX} channel = 'telegram' AND state = 'sent'"
        )
        failed = query(f"SELECT method, error {_OUTBOX} state = 'failed'").fetchall()
        return Ledger(
            mine,
            store.inbox.counts(),
            store.outbox.counts(),
            Counter(row for row in sent if row[0] in SEEN),
            failed,
        )


@dataclass(frozen=True)
class Outcome:
    """A pour with kills: what people saw, what Telegram saw, and what is there at the end."""

    tally: Tally
    busy: int
    poured_in: int
    confirmed: Counter[str]
    again: int
    resent: int
    ledger: Ledger
    calls: Counter[Reply]
    seconds: float

    @property
    def never_sent(self) -> Counter[Reply]:
        return self.ledger.replies - self.calls

    @property
    def sent_again(self) -> Counter[Reply]:
        return self.calls - self.ledger.replies

    def figures(self) -> dict[str, object]:
        """Return what happened, by name."""
        shown, visits = self.tally.receipts, self.ledger.visits
        return {
            "kills, of them in the middle of work": f"{KILLS}, {self.busy}",
            "updates before the last kill": self.poured_in,
            "updates from the web chat, from Telegram": ", ".join(
                str(self.tally.updates[way]) for way in ("web", "telegram")
            ),
            "Telegram updates acknowledged to polling, to the webhook": ", ".join(
                str(self.confirmed[way]) for way in ("polling", "webhook")
            ),
            "Telegram updates tried again, web messages sent again": f"{self.again}, {self.resent}",
            "receipts shown": len(shown),
            "of them without a visit": len(set(shown) - {visit.receipt for visit in visits}),
            "visits recorded": len(visits),
            "of them twice": len(visits) - len({visit.note for visit in visits}),
            "Telegram replies": self.ledger.replies.total(),
            "of them never sent": self.never_sent.total(),
            "of them sent more than once": self.sent_again.total(),
            "longest wait for a reply, s": round(self.tally.longest_wait, 1),
            "inbox, outbox": f"{self.ledger.inbox}, {self.ledger.outbox}",
            "the whole, s": round(self.seconds),
        }


async def pour_and_kill(folder: Path) -> Outcome:
    """Have twelve people record visits, half by the web and half by Telegram, and kill the program twenty times."""
    chance, tally, data = random.Random(SEED), Tally(), folder / "data"
    began = time.monotonic()
    codes = prepare(data, utc_now())
    async with LoopbackBotApi().running() as api, aiohttp.ClientSession() as session:
        server = Server(data, await free_port(), {"TELEGRAM_API": api.url, "TELEGRAM_TOKEN": api.token})
        webhook = {"WEBHOOK_URL": server.url, "WEBHOOK_SECRET": SECRET}
        try:
            await server.start(webhook)
            await server.up(session)
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
                    busy = await keep_killing(server, tally, chance, webhook)
                    poured_in = tally.updates.total()
                    enough.set()
                await until(lambda: not any(phone._unacknowledged for phone in web.values()))
                await until(partial(_all_is_sent, data))
                resent = sum(phone.resent for phone in web.values())
        except BaseException:
            sys.stderr.write(server.log())
            raise
        finally:
            await server.kill()
    return Outcome(
        tally,
        busy,
        poured_in,
        api.confirmed,
        sum(times - 1 for times in api.handed_out.values()),
        resent,
        recorded(data),
        Counter(_reply(call) for call in api.calls if call.method in SEEN),
        time.monotonic() - began,
    )


def _all_is_sent(folder: Path) -> bool:
    with contextlib.closing(Store(folder)) as store:
        return set(store.outbox.counts()) <= ENDED


def _reply(call: Called) -> Reply:
    return call.method, int(call.parameters["chat_id"]), call.parameters["text"]


@pytest.mark.slow
async def test_twenty_kills_lose_nothing_double_nothing_and_silence_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each visit whose receipt was shown is there once, none is there twice, each step had its reply."""
    outcome = await pour_and_kill(tmp_path)
    ledger, tally = outcome.ledger, outcome.tally
    with capsys.disabled():
        lines = (f"  {name}: {value}" for name, value in outcome.figures().items())
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert outcome.poured_in >= LEAST_UPDATES
    assert min(tally.updates.values()) >= LEAST_UPDATES / 4, "both channels had their share"
    assert min(outcome.confirmed.values()) >= LEAST_UPDATES / 8, "Telegram's two ways in had their share"
    assert set(outcome.confirmed) == {"polling", "webhook"}
    assert outcome.busy >= KILLS / 2
    assert tally.receipts == {visit.receipt: visit.note for visit in ledger.visits}, "what was shown is there"
    for each in ("note", "source", "receipt"):
        assert max(Counter(getattr(visit, each) for visit in ledger.visits).values()) == 1, "none is twice"
    assert set(ledger.inbox) == {"done"}, "nothing was left undone or given up"
    assert not outcome.never_sent, "Telegram has seen every reply"
    assert {method for method, _ in ledger.failed} <= {"answerCallbackQuery"}, (
        "a press may be answered too late"
    )
