"""A headless Chromium on a phone's screen: found, started, and watched for what the page complains of."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN"}
PATIENCE_MS = 30_000  # for a machine that has other things to do


def chromium() -> str:
    """Return the browser that is there; without one the tests are skipped aloud, on CI they fail."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        assert os.environ.get("CI") != "true", "the browser tests need a Chromium (CHROMIUM, or on PATH)"
        pytest.skip("NO CHROMIUM FOUND: the page was not tried; set CHROMIUM to its path")
    return found


class Phones:
    """One browser, a phone for each person, and everything that their pages have complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.faults: list[str] = []
        # While a server is down, the browser itself says that nobody is there.
        self.expected = {"ERR_CONNECTION_REFUSED"}

    async def new(self, **context: Any) -> Page:
        """Return an empty page on a phone of its own; `context` as playwright's `new_context` takes it."""
        room = await self._browser.new_context(**{**PHONE, **context})
        page = await room.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "console", lambda message: self.faults.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def assert_quiet(self) -> None:
        """Fail when a page has complained of anything that was not to be expected."""
        assert [fault for fault in self.faults if not any(known in fault for known in self.expected)] == []


@contextlib.asynccontextmanager
async def phones() -> AsyncIterator[Phones]:
    """Start the browser and end it with the block."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield Phones(browser)
        finally:
            await browser.close()


async def say(page: Page, text: str) -> None:
    """Type and press Enter."""
    await page.get_by_label("写给驻村助手").fill(text)
    await page.keyboard.press("Enter")
