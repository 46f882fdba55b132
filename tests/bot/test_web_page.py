"""The page itself, in a headless Chromium on a phone's screen, with the real channel and a small worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import FilePayload, Page, expect

from bot.channels.web.ingress import Ingress
from storage.errors import StorageError
from storage.inbox import Received
from tests.bot.browser import Phones, phones, say
from tests.bot.test_web_house import House, house

__all__ = ["house"]

pytestmark = [pytest.mark.browser]

VILLAGE = {"latitude": 26.1, "longitude": 100.2, "accuracy": 12}
MENU = {"keyboard": [[{"text": "今日签到"}, {"text": "记走访"}]], "input_field_placeholder": "打字就是提问"}
WHERE = {
    "keyboard": [
        [{"text": "📍 发送位置", "request_location": True}],
        [{"text": "没有位置"}, {"text": "取消"}],
    ]
}
MANY = {"keyboard": [[{"text": f"第 {number} 排"}] for number in range(6)]}
NONE = {"remove_keyboard": True}
CHOICE = {
    "inline_keyboard": [
        [{"text": "有用", "callback_data": "useful"}, {"text": "没用", "callback_data": "useless"}],
        [{"text": "问联席办", "callback_data": "office"}],
    ]
}
WHEREABOUTS = {
    "inline_keyboard": [[{"text": text, "callback_data": text} for text in ("在村", "外出办事", "请假")]]
}
Say = tuple[str, dict[str, Any]]


def answer(received: Received) -> list[Say]:
    """Answer as a small assistant of our own."""
    query = received.payload.get("callback_query")
    if query:
        return _pressed(query)
    message = received.payload["message"]
    if "location" in message:
        place = message["location"]
        words = f"位置收到：{place['latitude']} {place['longitude']} {place['horizontal_accuracy']}"
        return [("sendMessage", {"text": words, "reply_markup": MENU})]
    if "document" in message:
        return [("sendMessage", {"text": f"《{message['document']['file_name']}》收到"})]
    known = {
        "/start": ("您好！直接打字问就行。", MENU),
        "记走访": ("请发一下位置。", WHERE),
        "条文": ("不算。要亲自入户。", CHOICE),
        "哪儿": ("在哪儿？", WHEREABOUTS),
        "长": ("您说：长" + "\n一行" * 60, MENU),
        "收起": ("好的。", NONE),
        "很多键": ("请选一个。", MANY),
    }
    words, markup = known.get(message["text"], (f"您说：{message['text']}", MENU))
    return [("sendMessage", {"text": words, "reply_markup": markup})]


def _pressed(query: dict[str, Any]) -> list[Say]:
    said = query["message"]
    if query["data"] == "useful":
        text = {"message_id": said["message_id"], "text": said["text"] + "\n谢谢"}
        return [("editMessageText", {**text, "reply_markup": CHOICE})]
    alert = query["data"] == "office"
    return [
        ("answerCallbackQuery", {"callback_query_id": query["id"], "text": "已记下", "show_alert": alert})
    ]


class Village:
    """A server that can go down and come back on the same port, with the assistant at work."""

    phones: Phones

    def __init__(self, house: House) -> None:
        self.house = house
        self.port = 0
        self.runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        self.runner = web.AppRunner(self.house.app(), access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]

    async def down(self) -> None:
        assert self.runner
        await self.runner.cleanup()

    async def enter(self, **context: Any) -> Page:
        """Open the chat as the member Zhang, by an invitation, on a phone."""
        page = await self.phones.new(**context)
        self.house.codes["door"] = "M1"
        await page.goto(f"{self.url}/join/door")
        await page.get_by_role("button", name="进入驻村助手").click()
        await expect(page.get_by_text("您好！直接打字问就行。")).to_be_visible()
        return page

    async def assist(self) -> None:
        while True:
            await self.house.work(answer)
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def village(house: House) -> AsyncIterator[Village]:
    """Serve until the block ends; the page must not have complained by then."""
    here = Village(house)
    await here.up()
    # No TaskGroup: it would wrap what a test fails with.
    assistant = asyncio.ensure_future(here.assist())  # noqa: TID251
    try:
        async with phones() as here.phones:
            yield here
    finally:
        assistant.cancel()
        await asyncio.wait([assistant])
        await here.down()
    here.phones.assert_quiet()


def texts(house: House) -> list[str]:
    """Return what has come in as text, done or not, greeting left out."""
    rows = house.store.inbox._db.execute("SELECT payload FROM inbox WHERE key NOT LIKE '%:start' ORDER BY id")
    return [row[0] for row in rows]


async def test_a_question_is_typed_and_answered(house: House) -> None:
    """It stands there as received, the answer below, the field is free for the next."""
    async with village(house) as here:
        page = await here.enter()
        await say(page, "电话算不算走访")
        mine = page.locator(".mine", has_text="电话算不算走访")
        await expect(mine).to_contain_text("已收到")
        await expect(page.get_by_text("您说：电话算不算走访")).to_be_visible()
        await expect(page.get_by_label("写给驻村助手")).to_have_value("")
        await expect(page.get_by_label("写给驻村助手")).to_be_focused()
        await expect(page.locator("#typing")).to_be_hidden()
        await expect(page.locator(".day")).to_have_count(1)


async def test_keys_and_buttons(house: House) -> None:
    """A key says its text; a button is off until its press has arrived; notices pass or wait for a nod."""
    async with village(house) as here:
        page = await here.enter()
        await page.get_by_role("button", name="今日签到").click()
        await expect(page.get_by_text("您说：今日签到")).to_be_visible()
        await say(page, "条文")
        useful = page.get_by_role("button", name="有用")
        await useful.click()
        await expect(page.get_by_text("谢谢")).to_be_visible()
        await expect(useful).to_be_enabled()
        await expect(useful).to_be_focused()
        await page.get_by_role("button", name="没用").click()
        await expect(page.locator(".toast")).to_have_text("已记下")
        await page.get_by_role("button", name="问联席办").click()
        await expect(page.get_by_role("dialog")).to_contain_text("已记下")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_button_is_off_until_its_press_is_on_disk(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two quick taps are one press."""
    async with village(house) as here:
        page = await here.enter()
        await say(page, "条文")
        press, gate = Ingress.press, asyncio.Event()

        async def slow(self: Ingress, *args: Any) -> int:
            await gate.wait()
            return await press(self, *args)

        monkeypatch.setattr(Ingress, "press", slow)
        button = page.get_by_role("button", name="没用")
        await button.dblclick()
        await expect(button).to_be_disabled()
        await expect(page.get_by_role("button", name="有用")).to_be_enabled()
        gate.set()
        await expect(button).to_be_enabled()
        await expect(page.locator(".toast")).to_have_count(1)
        assert sum("callback_query" in text for text in texts(house)) == 1


async def test_a_location_that_is_allowed(house: House) -> None:
    """One tap sends it with its accuracy; the next keyboard follows."""
    async with village(house) as here:
        page = await here.enter(geolocation=VILLAGE, permissions=["geolocation"])
        await page.get_by_role("button", name="记走访").click()
        await page.get_by_role("button", name="发送位置").click()
        await expect(page.get_by_text("位置收到：26.1 100.2 12")).to_be_visible()
        await expect(page.locator(".mine", has_text="我的位置")).to_contain_text("精度约 10 米")
        await expect(page.get_by_role("button", name="今日签到")).to_be_visible()


async def test_a_location_that_is_denied(house: House) -> None:
    """A sentence says how to go on without, and one can."""
    async with village(house) as here:
        page = await here.enter()
        await page.get_by_role("button", name="记走访").click()
        await page.get_by_role("button", name="发送位置").click()
        await expect(page.get_by_role("dialog")).to_contain_text("不带位置也能继续")
        await page.get_by_role("button", name="知道了").click()
        await expect(page.get_by_role("button", name="发送位置")).to_be_enabled()
        await page.get_by_role("button", name="没有位置").click()
        await expect(page.get_by_text("您说：没有位置")).to_be_visible()


async def test_what_is_said_while_the_line_is_down_arrives_once_when_it_is_back(house: House) -> None:
    """The page says so kindly, keeps the words, and needs no hand."""
    async with village(house) as here:
        page = await here.enter()
        await here.down()
        await expect(page.locator("#line")).to_contain_text("您的话会保留并自动发出")
        await say(page, "山里没信号")
        await expect(page.locator(".mine", has_text="山里没信号")).to_contain_text("等待送达")
        await here.up()
        await expect(page.get_by_text("您说：山里没信号")).to_be_visible(timeout=20_000)
        await expect(page.locator(".mine", has_text="山里没信号")).to_contain_text("已收到")
        await expect(page.locator("#line")).to_be_hidden()
        assert len(texts(house)) == 1


async def test_what_was_not_acknowledged_survives_a_reload(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands there as waiting, goes out by itself, and is written once; a draft is still in the field."""
    async with village(house) as here:
        page = await here.enter()

        async def full(*_args: object) -> int:
            raise StorageError("没有存上，请稍后再试。", "disk full")

        with monkeypatch.context() as patch:
            patch.setattr(Ingress, "text", full)
            await say(page, "先记着")
            await expect(page.locator(".toast")).to_contain_text("没有存上")
            await page.get_by_label("写给驻村助手").fill("没写完的")
            await page.reload()
            await expect(page.locator(".mine", has_text="先记着")).to_contain_text("等待送达")
            await expect(page.get_by_label("写给驻村助手")).to_have_value("没写完的")
        await page.reload()
        await expect(page.get_by_text("您说：先记着")).to_be_visible()
        await expect(page.locator(".mine", has_text="先记着")).to_have_count(1)
        await page.reload()
        await expect(page.get_by_text("您说：先记着")).to_be_visible()
        assert len(texts(house)) == 1


async def test_enter_that_ends_a_chinese_word_sends_nothing(house: House) -> None:
    """While a word is being composed Enter belongs to the input method; Shift+Enter breaks the line."""
    async with village(house) as here:
        page = await here.enter()
        field = page.get_by_label("写给驻村助手")
        await field.fill("zhucun")
        for signs in ({"isComposing": True}, {"keyCode": 229}):
            await field.dispatch_event(
                "keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **signs}
            )
        await expect(field).to_have_value("zhucun")
        await field.fill("第一行")
        await field.press("End")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("第二行")
        await expect(field).to_have_value("第一行\n第二行")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine")).to_have_count(1)
        await expect(page.get_by_text("您说：第一行")).to_contain_text("第二行")


async def test_everything_can_be_done_from_the_keyboard(house: House) -> None:
    """Tab reaches keys and buttons, Enter and Space press them, Escape closes what has popped up."""
    async with village(house) as here:
        page = await here.enter()
        await page.get_by_label("写给驻村助手").focus()
        await page.keyboard.type("条文")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="问联席办")).to_be_visible()
        await tab_to(page, "问联席办", "Shift+Tab")
        await page.keyboard.press("Space")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await tab_to(page, "今日签到", "Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("您说：今日签到")).to_be_visible()
        await expect(page.get_by_role("button", name="今日签到")).to_be_focused()


async def tab_to(page: Page, text: str, key: str) -> None:
    for _ in range(20):
        await page.keyboard.press(key)
        if await page.evaluate("document.activeElement.textContent") == text:
            return
    raise AssertionError(f"{key} never reached {text}")


async def test_a_file_goes_up_and_comes_down(house: House) -> None:
    """With its name and size; the answer follows."""
    async with village(house) as here:
        page = await here.enter()
        file: FilePayload = {"name": "通知.txt", "mimeType": "text/plain", "buffer": "第一条".encode()}
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="发送文件").click()
        await (await chooser.value).set_files(file)
        await expect(page.get_by_text("《通知.txt》收到")).to_be_visible()
        mine = page.locator(".mine", has_text="通知.txt")
        await expect(mine).to_contain_text("已收到")
        async with page.expect_download() as download:
            await mine.get_by_role("link").click()
        assert (await download.value).suggested_filename == "通知.txt"


async def test_markup_in_messages_is_text_and_entities_are_shown(house: House) -> None:
    """Nothing that anybody writes becomes part of the page; links go to the web only."""
    text = "加粗 <img src=x onerror=alert(1)> 🏔链接 脚本"
    where = {
        word: len(text[: text.index(word)].encode("utf-16-le")) // 2 for word in ("加粗", "链接", "脚本")
    }
    entities = [
        {"type": "bold", "offset": where["加粗"], "length": 2},
        {"type": "text_link", "offset": where["链接"], "length": 2, "url": "https://example.cn/a"},
        {"type": "text_link", "offset": where["脚本"], "length": 2, "url": "javascript:alert(1)"},
    ]
    async with village(house) as here:
        page = await here.enter()
        async with house.store.unit():
            payload = {"text": text, "entities": entities}
            house.store.outbox.add(
                channel="web", chat_id=1, kind="reply", method="sendMessage", payload=payload, at=house.now
            )
        bubble = page.locator(".bot .bubble").last
        await expect(bubble).to_contain_text("<img src=x onerror=alert(1)>")
        await expect(bubble.locator("strong")).to_have_text("加粗")
        await expect(bubble.locator("a")).to_have_count(1)
        await expect(bubble.get_by_role("link", name="链接")).to_have_attribute(
            "href", "https://example.cn/a"
        )
        assert await page.locator("img[src=x]").count() == 0


async def test_history_comes_on_scrolling_up_and_the_reader_is_left_in_peace(house: House) -> None:
    """At the end the page follows; above it stays where one reads and offers the way down."""
    async with village(house) as here:
        page = await here.enter()
        async with house.store.unit():
            for number in range(100):
                payload = {"text": f"第 {number:03} 条"}
                house.store.outbox.add(
                    channel="web",
                    chat_id=1,
                    kind="reply",
                    method="sendMessage",
                    payload=payload,
                    at=house.now,
                )
        await expect(page.get_by_text("第 099 条")).to_be_in_viewport()
        await page.reload()
        await expect(page.get_by_text("第 099 条")).to_be_in_viewport()
        await expect(page.get_by_text("第 050 条")).to_have_count(0)
        for _ in range(12):
            await page.locator("#scroll").evaluate("node => { node.scrollTop = 0; }")
            await page.wait_for_timeout(80)
        await expect(page.get_by_text("第 000 条")).to_have_count(1)
        shown = await page.locator(".bot .bubble").all_inner_texts()
        numbers = [int(text.split()[-2]) for text in shown if "第" in text]
        assert numbers == list(range(100))
        above = await page.locator("#scroll").evaluate("node => node.scrollTop")
        async with house.store.unit():
            house.store.outbox.add(
                channel="web",
                chat_id=1,
                kind="reply",
                method="sendMessage",
                payload={"text": "新的"},
                at=house.now,
            )
        await expect(page.get_by_role("button", name="有新消息")).to_be_visible()
        assert await page.locator("#scroll").evaluate("node => node.scrollTop") == above
        await page.get_by_role("button", name="有新消息").click()
        await expect(page.get_by_text("新的", exact=True)).to_be_in_viewport()


async def test_a_long_message_is_read_from_its_beginning(house: House) -> None:
    """However long it is; the next one said is followed again."""
    async with village(house) as here:
        page = await here.enter()
        await say(page, "长")
        top = page.get_by_text("您说：长")
        await expect(top).to_be_in_viewport()
        assert (
            await page.locator("#scroll").evaluate("n => n.scrollHeight - n.scrollTop - n.clientHeight") > 90
        )
        await say(page, "短")
        await expect(page.get_by_text("您说：短")).to_be_in_viewport(ratio=1)


async def test_keys_that_come_with_a_message_do_not_hide_it(house: House) -> None:
    """The keys take half of the screen; what came with them is moved up above them."""
    async with village(house) as here:
        page = await here.enter()
        for number in range(8):
            await say(page, f"第 {number} 句")
        await say(page, "收起")
        await expect(page.get_by_role("button", name="今日签到")).to_have_count(0)
        await say(page, "很多键")
        await expect(page.get_by_role("button", name="第 5 排")).to_be_visible()
        await expect(page.get_by_text("请选一个。")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [320, 390, 1200])
async def test_everything_fits_and_can_be_hit_with_a_thumb(house: House, width: int) -> None:
    """Nothing sticks out sideways; what can be pressed is at least 44 pixels each way, and has a name."""
    async with village(house) as here:
        page = await here.enter(viewport={"width": width, "height": 844})
        await page.get_by_role("button", name="记走访").click()
        await expect(page.get_by_role("button", name="发送位置")).to_be_visible()
        await say(page, "条文")
        await say(page, "https://example.cn/" + "x" * 300)
        await expect(page.get_by_role("button", name="问联席办")).to_be_visible()
        await expect(page.get_by_text("您说：https")).to_be_visible()  # and the menu with it
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        assert await page.locator("#scroll").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
        for button in await page.locator("button:visible").all():
            box = await button.bounding_box()
            name = await button.get_attribute("aria-label") or await button.inner_text()
            assert name.strip()
            assert box
            assert min(box["width"], box["height"]) >= 44, name


async def test_buttons_under_a_short_question_are_wide_enough_to_read(house: House) -> None:
    """They take their width from the screen: none of three words in a row is broken."""
    async with village(house) as here:
        page = await here.enter()
        await say(page, "哪儿")
        for text in ("在村", "外出办事", "请假"):
            box = await page.get_by_role("button", name=text).bounding_box()
            assert box
            assert box["width"] >= 90
            assert box["height"] < 60, f"{text} stands on two lines"


async def test_on_a_small_phone_the_talk_keeps_half_the_screen(house: House) -> None:
    """The keys stand in one row there, which one can push aside."""
    async with village(house) as here:
        page = await here.enter(viewport={"width": 320, "height": 568})
        await page.get_by_role("button", name="记走访").click()
        await expect(page.get_by_role("button", name="发送位置")).to_be_visible()
        assert await page.locator("#scroll").evaluate("node => node.clientHeight") >= 568 / 2


async def test_leaving_the_demo_leads_back_to_the_choice(house: House) -> None:
    """One tap, and one is asked again who one wants to be."""
    house.demo = True
    async with village(house) as here:
        page = await here.enter()
        await page.get_by_role("button", name="换一个人").click()
        await expect(page.get_by_text("您想先以谁的身份试试？")).to_be_visible()
        await page.get_by_role("button", name="杨建国").click()
        await expect(page.get_by_role("banner")).to_contain_text("杨建国")
