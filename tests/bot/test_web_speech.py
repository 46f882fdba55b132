"""What the assistant says: each method as the web chat shows it, the log and the row in one commit."""

from pathlib import Path
from typing import Any

import pytest

from bot.channels.web.speech import NOT_FOR_THE_WEB
from storage.inbox import Received
from tests.bot.test_web_house import House, Sockets, house

__all__ = ["house"]

MENU = {
    "keyboard": [
        [{"text": "📍 发送位置", "request_location": True}, "没有位置"],
        [{"text": "分享我的手机号", "request_contact": True}],
    ],
    "is_persistent": True,
    "input_field_placeholder": "也可以自己写",
}
INLINE = {
    "inline_keyboard": [[{"text": "有用", "callback_data": "y"}, {"text": "原文", "url": "https://a.cn/x"}]]
}


async def said(page: Sockets) -> dict[str, Any]:
    """Return the one message that the page is told next."""
    (item,) = (await page.hear("messages"))["items"]
    assert isinstance(item, dict)
    return item


async def test_a_message_with_entities_and_buttons(house: House) -> None:
    """Text and entities as given; a button has data or a link."""
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            state = await house.say(
                "sendMessage", chat_id=1, text="不算。", entities=bold, reply_markup=INLINE
            )
            item = await said(page)
    assert state == "sent"
    assert (item["author"], item["text"], item["entities"]) == ("bot", "不算。", bold)
    assert item["buttons"] == [[{"text": "有用", "data": "y"}, {"text": "原文", "url": "https://a.cn/x"}]]
    assert item["at"] == house.now.isoformat()


async def test_links_that_run_something_are_no_buttons(house: House) -> None:
    """Only http and https are links."""
    bad = [{"text": "点", "url": "javascript:alert(1)"}, {"text": "点", "url": "data:text/html,x"}]
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="看", reply_markup={"inline_keyboard": [bad]})
            assert (await said(page))["buttons"] == []


async def test_the_reply_keyboard_stays_until_another_comes_or_it_is_taken_away(house: House) -> None:
    """It is no part of a message; the key that asks for a contact is not for the web."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="请发位置", reply_markup=MENU)
            first = await page.hear("messages")
            row = [{"text": "📍 发送位置", "asks": "location"}, {"text": "没有位置", "asks": None}]
            assert first["keyboard"] == {"rows": [row], "placeholder": "也可以自己写"}
            await house.say("sendMessage", text="选", reply_markup=INLINE)
            assert (await page.hear("messages"))["keyboard"] == first["keyboard"]
            await house.say("sendMessage", text="好了", reply_markup={"remove_keyboard": True})
            assert (await page.hear("messages"))["keyboard"] is None


async def test_an_edit_takes_the_place_of_text_entities_and_buttons(house: House) -> None:
    """Buttons that the edit does not bring are gone, as on Telegram."""
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="选一户", entities=bold, reply_markup=INLINE)
            item = await said(page)
            await house.say(
                "editMessageReplyMarkup", message_id=item["id"], reply_markup={"inline_keyboard": []}
            )
            bare = await said(page)
            assert (bare["id"], bare["text"], bare["entities"], bare["buttons"]) == (
                item["id"],
                "选一户",
                bold,
                [],
            )
            assert bare["seq"] > item["seq"]
            await house.say("editMessageText", message_id=item["id"], text="已选", reply_markup=INLINE)
            edited = await said(page)
            assert (edited["text"], edited["entities"], len(edited["buttons"])) == ("已选", [], 1)
            await house.say("editMessageText", message_id=item["id"], text="已存")
            assert (await said(page))["buttons"] == []


async def test_a_deleted_message_goes_from_open_pages_too(house: House) -> None:
    """They are told by its id."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="错了")
            item = await said(page)
            assert await house.say("deleteMessage", message_id=item["id"]) == "sent"
            gone = await said(page)
            assert gone == {"id": item["id"], "seq": item["seq"] + 1, "deleted": True}


async def test_the_answer_to_a_press_is_a_notice_and_is_kept_nowhere(house: House) -> None:
    """Short or with a nod; without text there is nothing to show."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("answerCallbackQuery", callback_query_id="1")
            await house.say("answerCallbackQuery", callback_query_id="1", text="已记下")
            assert await page.hear_any() == {"type": "notice", "text": "已记下", "alert": False}
            await house.say("answerCallbackQuery", callback_query_id="1", text="请先进来", show_alert=True)
            assert (await page.hear_any())["alert"] is True
            await house.say("sendChatAction", action="typing")
            assert await page.hear_any() == {"type": "typing"}
        async with house.store.unit():
            assert house.store.webchat.last_seq(1) == 0


async def test_a_location_and_a_document_of_the_assistant(house: House) -> None:
    """A place is shown; a file under the data folder is offered for download."""
    report = house.folder / "files" / "weeks" / "石桥村小结.txt"
    report.parent.mkdir(parents=True)
    report.write_text("本周小结", encoding="utf-8")
    async with house.client() as client, house.client() as other:
        await house.enter(client)
        await house.enter(other, "L1")
        async with house.page(client) as page:
            await house.say("sendLocation", latitude=26.1, longitude=100.2)
            assert (await said(page))["location"] == {"latitude": 26.1, "longitude": 100.2}
            for name in ("weeks/石桥村小结.txt", str(report)):
                await house.say("sendDocument", document=name, caption="请查收")
                item = await said(page)
                assert (item["text"], item["document"]["name"], item["document"]["size"]) == (
                    "请查收",
                    "石桥村小结.txt",
                    12,
                )
            got = await client.get(item["document"]["url"])
            assert await got.text() == "本周小结"
            assert got.headers["Content-Disposition"].startswith("attachment;")
            assert (await other.get(item["document"]["url"])).status == 404


@pytest.mark.parametrize("method", NOT_FOR_THE_WEB)
async def test_telegrams_own_furniture_is_passed_over(house: House, method: str) -> None:
    """The row is done; nothing is shown."""
    assert await house.say(method, commands=[]) == "sent"


@pytest.mark.parametrize(
    ("method", "payload"),
    [
        ("sendDice", {}),
        ("sendMessage", {}),
        ("sendMessage", {"text": "好", "reply_markup": {"keyboard": [[{}]]}}),
        ("sendLocation", {"latitude": "north", "longitude": 1}),
        ("editMessageText", {"message_id": 99, "text": "没有这条"}),
        ("editMessageText", {"message_id": -1, "text": "编出来的号"}),
        ("editMessageReplyMarkup", {}),
        ("deleteMessage", {"message_id": 99}),
        ("sendDocument", {"document": "../zhucun.sqlite"}),
        ("sendDocument", {"document": "missing.txt"}),
    ],
)
async def test_what_the_web_cannot_do_fails_and_leaves_no_trace(
    house: House, method: str, payload: dict[str, Any]
) -> None:
    """The row says why; the log is as it was; the next one goes out."""
    assert await house.say(method, **payload) == "failed"
    async with house.store.unit():
        assert house.store.webchat.last_seq(1) == 0
        assert house.store.webchat.keyboard(1) is None
    assert await house.say("sendMessage", text="好") == "sent"


async def test_the_persons_own_words_cannot_be_edited(house: House) -> None:
    """What somebody said stands as they said it."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.says("send", text="我说的")
            message_id = (await page.hear("ack"))["message_id"]
            assert await house.say("editMessageText", message_id=message_id, text="你说的") == "failed"


async def test_a_question_is_answered_from_end_to_end(house: House) -> None:
    """In at the socket, through inbox, a worker, outbox and delivery, and out at the socket."""

    def echo(received: Received) -> list[tuple[str, dict[str, Any]]]:
        return [("sendMessage", {"text": f"您问：{received.payload['message']['text']}"})]

    async with house.client() as client:
        await house.enter(client)
        await house.work(echo)
        async with house.page(client) as page:
            await page.says("send", text="算不算")
            await page.hear("ack")
            await house.work(echo)
            while (item := await said(page))["author"] != "bot":
                pass
            assert item["text"] == "您问：算不算"


async def test_a_row_is_delivered_once_even_when_the_commit_fails(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The log and the row's end stand or fall together."""
    assert tmp_path == house.folder
    async with house.store.unit():
        house.store.outbox.add(
            channel="web", chat_id=1, kind="reply", method="sendMessage", payload={"text": "一"}, at=house.now
        )
        (row,) = house.store.outbox.claim("web", at=house.now, limit=1)
    with monkeypatch.context() as patch:

        def broken(*_args: object, **_more: object) -> None:
            raise OSError("the disk is full")

        patch.setattr(house.store.outbox, "finish", broken)
        with pytest.raises(OSError, match="disk"):
            await house.channel.deliver(row)
    async with house.store.unit():
        assert house.store.webchat.last_seq(1) == 0
    await house.channel.deliver(row)
    async with house.store.unit():
        assert house.store.webchat.last_seq(1) == 1
        assert house.store.outbox.counts() == {"sent": 1}
