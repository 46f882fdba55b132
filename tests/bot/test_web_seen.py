"""What the page has shown, in a headless Chromium: known when somebody can see it, and not before."""

from typing import Any

import pytest

from tests.bot.browser import say
from tests.bot.test_web_house import House, house
from tests.bot.test_web_page import village
from tests.telegram_test_api.waiting import until

__all__ = ["house"]

pytestmark = [pytest.mark.browser]

# What the browser says of a page behind another one.
SIGHT = """Object.defineProperty(document, "visibilityState", {
    get: () => (window.away ? "hidden" : "visible") });"""
LOOK_AWAY = "window.away = true; document.dispatchEvent(new Event('visibilitychange'))"
LOOK_BACK = "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"


async def test_what_stands_on_a_page_that_is_looked_at_is_read(house: House) -> None:
    """All of it at once; what comes while one looks away only when one looks back."""
    webchat = house.store.webchat

    def seen() -> bool:
        return webchat.read_seq(1) == webchat.last_seq(1)

    async with village(house) as here:
        page = await here.enter()
        await until(seen)
        await page.evaluate(SIGHT)
        await page.evaluate(LOOK_AWAY)
        before = webchat.read_seq(1)
        await notice(house, "联席办答复：可以。")
        await page.get_by_text("联席办答复：可以。").wait_for()
        assert webchat.read_seq(1) == before
        assert not seen()
        await page.evaluate(LOOK_BACK)
        await until(seen)
        await say(page, "谢谢")
        await page.get_by_text("您说：谢谢").wait_for()
        await until(seen)


async def notice(house: House, text: str) -> None:
    """Have the office's answer put into the chat."""
    payload: dict[str, Any] = {"chat_id": 1, "text": text}
    async with house.store.unit():
        house.store.outbox.add(
            channel="web", chat_id=1, kind="notice", method="sendMessage", payload=payload, at=house.now
        )
