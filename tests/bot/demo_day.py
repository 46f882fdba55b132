"""A day in the demo county: the real program at work, a clock that the test moves, and people with phones."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Locator, Page, expect

import bot.handling  # noqa: F401 - loads aiogram before a page waits for it
from bot.app import App, running
from bot.settings import Settings
from fieldwork.days import SHANGHAI
from storage.roster import Household, Person
from storage.schedules import Schedule
from tests.bot.browser import PATIENCE_MS, Phones, phones, say

ROOT = Path(__file__).resolve().parents[2]
MEMBER, LEADER, FIRST_SECRETARY, HELPER, OFFICE = "何秋雨", "周明山", "林晓岚", "沈文秀", "许知远"
METRES_A_DEGREE = 111_195


class Phone:
    """One person's page. What is heard is what the assistant says last."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said = page.locator(".bot .bubble")
        self.keys = page.locator("#keys")

    async def says(self, text: str) -> None:
        """Type and send."""
        await say(self.page, text)

    async def taps(self, key: str) -> None:
        """Tap a key below the talk."""
        await self.keys.get_by_role("button", name=key, exact=True).click()

    async def presses(self, text: str) -> None:
        """Press the newest button under a message whose text begins so."""
        await self.button(text).last.click()

    def button(self, text: str) -> Locator:
        """Return the buttons under messages whose text begins so."""
        return self.page.locator(".buttons button").filter(has_text=re.compile("^" + re.escape(text)))

    async def buttons(self) -> list[str]:
        """Return the buttons under the newest message that has any, from the top."""
        return await self.page.locator(".buttons").last.get_by_role("button").all_inner_texts()

    async def hears(self, *parts: str) -> str:
        """Wait until the newest message says all this; return it."""
        for part in parts:
            await expect(self.said.last).to_contain_text(part)
        return await self.said.last.inner_text()

    async def answers(self, words: str) -> None:
        """As an office: answer the question on the screen in words of one's own, for good and for all of the place."""
        await self.presses("答复")
        await self.presses("自己写答复")
        await self.hears("请写答复")
        await self.says(words)
        await self.presses("长期")
        await self.presses("禾云县（演示）所有人")
        await self.hears("请看一遍，确认后发出")
        await self.presses("✓ 发出")

    async def found(self, *parts: str) -> None:
        """Wait until each of these stands in some message of the assistant."""
        for part in parts:
            await expect(self.said.filter(has_text=part).first).to_be_visible()

    async def never_heard(self, part: str) -> None:
        """See that no message says this."""
        await expect(self.said.filter(has_text=part)).to_have_count(0)

    async def goes_to(self, household: Household, *, metres_north: float = 0) -> None:
        """Have the phone stand so far north of the household, known to 12 metres."""
        assert household.point
        latitude, longitude = household.point
        await self.page.context.set_geolocation(
            {"latitude": latitude + metres_north / METRES_A_DEGREE, "longitude": longitude, "accuracy": 12}
        )


class Day:
    """The program on its data folder. It can go down and come back on the same port; time stands until `at`."""

    app: App
    phones: Phones

    def __init__(self, folder: Path, now: datetime) -> None:
        self.now = now
        self.settings = Settings(data=folder, port=0)
        self._stack = contextlib.AsyncExitStack()

    async def up(self) -> None:
        """Start the program."""
        self.app = await self._stack.enter_async_context(running(self.settings, clock=lambda: self.now))
        self.settings = replace(self.settings, port=urlsplit(self.app.url).port or 0)

    async def down(self) -> None:
        """Stop the program."""
        await self._stack.aclose()

    def at(self, day: str, clock: str) -> None:
        """Let it be this time of this day in Shanghai."""
        self.now = shanghai(day, clock)

    async def phone(self, **context: Any) -> Phone:
        """Open the program's address on a new phone."""
        page = await self.phones.new(**context)
        await page.goto(self.app.url)
        return Phone(page)

    async def enter(self, name: str, **context: Any) -> Phone:
        """Come in as somebody of the demo."""
        phone = await self.phone(**context)
        await phone.page.get_by_role("button", name=name).click()
        await phone.hears(f"{name}您好！")
        return phone

    async def types(self, *words: str) -> str:
        """Type a command on this data folder, in another process; return what it prints."""
        typed = [sys.executable, "bot.py", "--data", str(self.settings.data), *words]
        process = await asyncio.create_subprocess_exec(
            *typed, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, fault = await process.communicate()
        assert process.returncode == 0, fault.decode()
        return out.decode()

    async def person(self, name: str) -> Person:
        """Return who has this name on the roster."""
        async with self.app.store.unit():
            return next(person for person in self.app.store.roster.everyone() if person.name == name)

    async def household(self, head: str, village: str) -> Household:
        """Return the household with this head in the village."""
        async with self.app.store.unit():
            there = self.app.store.roster.households_in([village])
            return next(household for household in there if household.head == head)

    async def schedule(self, name: str) -> Schedule:
        """Return the recurring run as it stands, once nothing of it is due or in work."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while True:
                async with self.app.store.unit():
                    found = next((s for s in self.app.store.schedules.all() if s.name == name), None)
                if found and found.running is None and found.next_run > self.now:
                    return found
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def demo_day(folder: Path, day: str = "2026-11-25", clock: str = "09:00") -> AsyncIterator[Day]:
    """Serve an empty folder, by default from a Wednesday morning, until the block ends without a page's complaint."""
    here = Day(folder, shanghai(day, clock))
    await here.up()
    try:
        async with phones() as here.phones:
            yield here
    finally:
        await here.down()
    here.phones.assert_quiet()


def shanghai(day: str, clock: str) -> datetime:
    """Return the instant at which Shanghai has this day and time."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)
