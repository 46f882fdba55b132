"""What an open page says: taken once, acknowledged when it is on disk, refused in words."""

import asyncio
import contextlib
import json
import threading
from typing import Any

import aiohttp
import pytest

from bot.channels.web.talk import PAGE
from storage.errors import StorageError
from tests.bot.test_web_house import House, house

__all__ = ["house"]

BUTTONS = {
    "inline_keyboard": [
        [{"text": "保存", "callback_data": "v:save"}, {"text": "原文", "url": "https://a.cn"}]
    ]
}


async def test_hello_says_who_one_is(house: House) -> None:
    """Name, role and place come from the roster; the demo says so."""
    house.demo = True
    async with house.client() as client:
        await house.enter(client)
        async with client.ws_connect("/chat") as socket:
            hello = await socket.receive_json()
        assert hello["demo"] is True
        assert (hello["me"]["name"], hello["me"]["place"], hello["me"]["chat_id"]) == ("张小梅", "石桥村", 1)


async def test_a_stranger_has_no_socket(house: House) -> None:
    """The closing code tells the page to go to the door."""
    async with house.client() as client, client.ws_connect("/chat") as socket:
        await socket.receive()
        assert socket.close_code == 4401


async def test_a_page_of_another_site_has_no_socket(house: House) -> None:
    """The browser would send the cookie along; the origin gives it away."""
    async with house.client() as client:
        await house.enter(client)
        for origin in ("https://evil.example", "null", f"http://127.0.0.1.evil.example:{client.port}"):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await client.ws_connect("/chat", headers={"Origin": origin})
        own = f"http://{client.host}:{client.port}"
        async with client.ws_connect("/chat", headers={"Origin": own}) as socket:
            assert (await socket.receive_json())["type"] == "hello"


async def test_text_becomes_an_update_and_a_message(house: House) -> None:
    """The inbox has a Bot API update; the page has the message under its client id, and the ack."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            client_id = await page.says("send", text=" 电话算不算走访\n")
            ack = await page.hear("ack")
            (item,) = (await page.hear("messages"))["items"]
    assert ack == {"type": "ack", "client_id": client_id, "message_id": item["id"]}
    assert (item["author"], item["text"], item["client_id"]) == ("me", "电话算不算走访", client_id)
    (received,) = house.inbox()
    assert (received.key, received.channel, received.chat_id) == (f"web:1:{client_id}", "web", 1)
    assert received.payload["message"] == {
        "message_id": item["id"],
        "date": int(house.now.timestamp()),
        "chat": {"id": 1, "type": "private", "first_name": "张小梅"},
        "from": {"id": 1, "is_bot": False, "first_name": "张小梅"},
        "text": "电话算不算走访",
    }
    assert isinstance(received.payload["update_id"], int)


async def test_a_newcomer_is_greeted_once(house: House) -> None:
    """The first entry says /start for the person, later ones do not."""
    async with house.client() as client, house.client() as other:
        await house.enter(client)
        await house.enter(other)
        async with house.store.unit():
            (start,) = house.store.inbox.next()
        assert start.payload["message"]["text"] == "/start"
        assert house.wakes == 2


async def test_the_ack_waits_for_the_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the commit hangs nothing is acknowledged, and nothing can be seen from outside."""
    disk, flush = threading.Event(), house.store._flush

    def slow(commit: Any) -> None:
        disk.wait(5)
        flush(commit)

    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            monkeypatch.setattr(house.store, "_flush", slow)
            await page.says("send", text="慢慢来")
            hearing = asyncio.ensure_future(page.hear("ack"))  # noqa: TID251
            await asyncio.sleep(0.2)
            assert not hearing.done()
            assert house.wakes == 1
            disk.set()
            assert (await hearing)["type"] == "ack"
    assert len(house.inbox()) == 1


async def test_what_did_not_reach_the_disk_is_neither_acknowledged_nor_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page keeps it and sends it again; then it is there once."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            add = house.store.inbox.add

            def full(**_row: object) -> bool:
                raise StorageError("没有存上，请稍后再试。", "disk full")

            monkeypatch.setattr(house.store.inbox, "add", full)
            client_id = await page.says("send", text="记一笔")
            assert (await page.hear_any())["type"] == "notice"
            assert house.inbox() == []
            monkeypatch.setattr(house.store.inbox, "add", add)
            await page.says("send", client_id=client_id, text="记一笔")
            assert (await page.hear("ack"))["client_id"] == client_id
    assert len(house.inbox()) == 1


async def test_a_replay_is_acknowledged_and_written_once(house: House) -> None:
    """Also on another socket, also when it says something else under the same name."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.says("send", client_id="client-same", text="一")
            first = await page.hear("ack")
        async with house.page(client) as page:
            for text in ("一", "二"):
                await page.says("send", client_id="client-same", text=text)
                assert await page.hear("ack") == first
    (received,) = house.inbox()
    assert received.payload["message"]["text"] == "一"


async def test_frames_of_one_page_keep_their_order(house: House) -> None:
    """Twenty sent at once arrive as they were sent."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            for number in range(20):
                await page.says("send", text=str(number))
            for _ in range(20):
                await page.hear("ack")
    assert [r.payload["message"]["text"] for r in house.inbox()] == [str(number) for number in range(20)]


async def test_a_location_becomes_an_update(house: House) -> None:
    """With its accuracy where the browser knows one."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.says("location", latitude=26.1, longitude=100.2, accuracy=12.5)
            await page.hear("ack")
            (item,) = (await page.hear("messages"))["items"]
            await page.says("location", latitude=26, longitude=100, accuracy=None)
            await page.hear("ack")
    place = {"latitude": 26.1, "longitude": 100.2, "horizontal_accuracy": 12.5}
    assert item["location"] == place
    first, second = (received.payload["message"] for received in house.inbox())
    assert first["location"] == place
    assert "text" not in first
    assert second["location"] == {"latitude": 26.0, "longitude": 100.0}


async def test_a_press_becomes_a_callback_query_with_the_message_it_stands_under(house: House) -> None:
    """The message is as it is now, edits included; nothing is added to the log."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="旧的")
            (item,) = (await page.hear("messages"))["items"]
            bold = [{"type": "bold", "offset": 0, "length": 2}]
            await house.say(
                "editMessageText", message_id=item["id"], text="请看一下", entities=bold, reply_markup=BUTTONS
            )
            await page.hear("messages")
            client_id = await page.says("press", message_id=item["id"], data="v:save")
            ack = await page.hear("ack")
    assert ack["message_id"] == item["id"]
    (received,) = house.inbox()
    query = received.payload["callback_query"]
    assert received.key == f"web:1:{client_id}"
    assert (query["data"], query["from"]["id"], query["chat_instance"]) == ("v:save", 1, "1")
    assert query["message"] == {
        "message_id": item["id"],
        "date": int(house.now.timestamp()),
        "chat": {"id": 1, "type": "private", "first_name": "张小梅"},
        "from": {"id": 1, "is_bot": True, "first_name": "驻村助手"},
        "text": "请看一下",
        "entities": bold,
        "reply_markup": BUTTONS,
    }


async def test_only_buttons_that_stand_there_can_be_pressed(house: House) -> None:
    """Made-up data, a link's button, another person's message, one that is gone: all refused in words."""
    async with house.client() as client, house.client() as other:
        await house.enter(client)
        await house.enter(other, "L1")
        await house.say("sendMessage", text="保存吗", reply_markup=BUTTONS)
        await house.say("sendMessage", chat_id=2, text="您的", reply_markup=BUTTONS)
        async with house.page(client) as page:
            for message_id, data in (
                (1, "v:drop"),
                (1, "https://a.cn"),
                (1, ""),
                (2, "v:save"),
                (99, "v:save"),
            ):
                client_id = await page.says("press", message_id=message_id, data=data)
                refused = await page.hear_any()
                assert (refused["type"], refused["client_id"]) == ("refused", client_id)
                assert "最新" in refused["text"]
            nonsense: list[tuple[object, object]] = [
                (True, "v:save"),
                (2**70, "v:save"),
                ("1", "v:save"),
                (1, None),
                (1, "\ud800"),
            ]
            for bad_id, bad_data in nonsense:
                await page.says("press", message_id=bad_id, data=bad_data)
                assert (await page.hear_any())["type"] == "refused"
    assert house.inbox() == []


async def test_a_press_that_was_taken_is_acknowledged_even_when_its_button_has_gone(house: House) -> None:
    """The ack was lost, the form has moved on: the replay is no news and no fault."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await house.say("sendMessage", text="保存吗", reply_markup=BUTTONS)
            await page.says("press", client_id="press-one", message_id=1, data="v:save")
            await page.hear("ack")
            await house.say("editMessageText", message_id=1, text="已保存")
            await page.says("press", client_id="press-one", message_id=1, data="v:save")
            assert (await page.hear("ack"))["message_id"] == 1
            await page.says("press", client_id="press-two", message_id=1, data="v:save")
            assert (await page.hear("refused"))["client_id"] == "press-two"
    assert len(house.inbox()) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "no json",
        "[]",
        "null",
        "[" * 60000,
        '{"type": "fly"}',
        '{"type": ["send"]}',
        '{"type": "send", "client_id": "client-1", "text": null}',
        '{"type": "send", "client_id": "client-1", "text": "  \\n "}',
        '{"type": "send", "client_id": "client-1", "text": "\\ud800"}',
        '{"type": "send", "client_id": "short", "text": "好"}',
        '{"type": "send", "client_id": 7, "text": "好"}',
        '{"type": "send", "client_id": "中文的名字也不行的", "text": "好"}',
        json.dumps({"type": "send", "client_id": "client-1", "text": "长" * 4097}),
        '{"type": "location", "client_id": "client-1", "latitude": 91, "longitude": 100}',
        '{"type": "location", "client_id": "client-1", "latitude": NaN, "longitude": 100}',
        '{"type": "location", "client_id": "client-1", "latitude": 26, "longitude": Infinity}',
        '{"type": "location", "client_id": "client-1", "latitude": "26", "longitude": 100}',
        '{"type": "location", "client_id": "client-1", "latitude": true, "longitude": 100}',
        '{"type": "location", "client_id": "client-1", "latitude": 26, "longitude": 100, "accuracy": -1}',
        '{"type": "location", "client_id": "client-1", "latitude": 26, "longitude": 100, "accuracy": 1e999}',
        '{"type": "older", "before": "x"}',
        '{"type": "older", "before": 1e400}',
    ],
)
async def test_bad_input_gets_a_sentence_and_the_page_stays_open(house: House, raw: str) -> None:
    """Nothing of it reaches the inbox, and the next good word is taken."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.socket.send_str(raw)
            refused = await page.hear_any()
            assert refused["type"] == "refused"
            assert refused["text"].endswith(("。", "试。"))
            await page.says("send", text="好")
            await page.hear("ack")
    assert len(house.inbox()) == 1


async def test_a_binary_frame_is_refused_too(house: House) -> None:
    """A page sends text only."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.socket.send_bytes(b"\x00\xff")
            assert (await page.hear_any())["type"] == "refused"


async def test_the_longest_text_is_taken(house: House) -> None:
    """4096 characters, of whatever size."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.says("send", text="🏔" * 4096)
            await page.hear("ack")


async def test_a_page_that_comes_back_hears_what_it_missed_and_no_more(house: House) -> None:
    """New messages and changed ones, behind the seq it knows; the keyboard in any case."""
    menu = {"keyboard": [[{"text": "今日签到"}, "记走访"]], "input_field_placeholder": "打字就是提问"}
    async with house.client() as client:
        await house.enter(client)
        await house.say("sendMessage", text="一", reply_markup=menu)
        known = (await page_sync(client))["items"][-1]["seq"]
        await house.say("sendMessage", text="二")
        await house.say("editMessageText", message_id=1, text="一（改）")
        missed = await page_sync(client, known)
        assert [(item["id"], item["text"]) for item in missed["items"]] == [(2, "二"), (1, "一（改）")]
        assert missed["more"] is None
        keys = [{"text": "今日签到", "asks": None}, {"text": "记走访", "asks": None}]
        assert missed["keyboard"] == {"rows": [keys], "placeholder": "打字就是提问"}
        nothing = await page_sync(client, missed["items"][-1]["seq"])
        assert (nothing["items"], nothing["keyboard"]) == ([], missed["keyboard"])


async def page_sync(client: Any, after: int = 0) -> dict[str, Any]:
    async with client.ws_connect("/chat") as socket:
        await socket.receive_json()
        await socket.send_json({"type": "sync", "after": after})
        answer: dict[str, Any] = await socket.receive_json()
        return answer


async def test_a_page_from_before_the_log_was_emptied_begins_anew(house: House) -> None:
    """A seq that the log has not reached yet is from another life."""
    async with house.client() as client:
        await house.enter(client)
        await house.say("sendMessage", text="新的")
        answer = await page_sync(client, 500)
    assert answer["reset"] is True
    assert [item["text"] for item in answer["items"]] == ["新的"]


async def test_a_long_absence_is_caught_up_in_order(house: House) -> None:
    """More than fits into one batch comes in several, each seq once."""
    async with house.client() as client:
        await house.enter(client)
        await house.say("sendMessage", text="0")
        async with house.store.unit():
            for number in range(1, 251):
                house.store.outbox.add(
                    channel="web", chat_id=1, kind="reply", method="sendMessage",
                    payload={"text": str(number)}, at=house.now,
                )  # fmt: skip
        await house.work(lambda _received: [])
        async with client.ws_connect("/chat") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "sync", "after": 1})
            seen: list[int] = []
            while len(seen) < 250:
                event = await asyncio.wait_for(socket.receive_json(), 5)
                seen += [item["seq"] for item in event["items"]]
    assert seen == list(range(2, 252))


async def test_history_is_read_backwards(house: House) -> None:
    """The newest first, older ones on demand, until there are none."""
    async with house.client() as client:
        await house.enter(client)
        async with house.store.unit():
            for number in range(PAGE + 5):
                house.store.outbox.add(
                    channel="web", chat_id=1, kind="reply", method="sendMessage",
                    payload={"text": str(number)}, at=house.now,
                )  # fmt: skip
        await house.work(lambda _received: [])
        async with client.ws_connect("/chat") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "sync", "after": 0})
            newest = await socket.receive_json()
            assert (len(newest["items"]), newest["more"]) == (PAGE, True)
            await socket.send_json({"type": "older", "before": newest["items"][0]["id"]})
            older = await socket.receive_json()
            assert ([item["text"] for item in older["items"]], older["more"]) == (
                ["0", "1", "2", "3", "4"],
                False,
            )


async def test_all_pages_of_a_person_show_the_same_and_nobody_elses_do(house: House) -> None:
    """What is said on one appears on the other; another person's page hears nothing."""
    async with house.client() as client, house.client() as other:
        await house.enter(client)
        await house.enter(other, "L1")
        async with house.page(client) as one, house.page(client) as two, house.page(other) as stranger:
            await one.says("send", text="在吗")
            assert (await two.hear("messages"))["items"][0]["text"] == "在吗"
            await house.say("sendMessage", text="在")
            assert (await two.hear("messages"))["items"][0]["text"] == "在"
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(stranger.socket.receive(), 0.2)


async def test_a_ping_is_answered(house: House) -> None:
    """The page's way to know that the line is alive."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            await page.socket.send_json({"type": "ping"})
            assert (await page.hear_any())["type"] == "pong"


async def test_a_session_that_ends_while_a_page_is_open_takes_nothing_more(house: House) -> None:
    """The page is closed with the code that leads to the door."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            async with house.store.unit():
                house.store.roster.clear()
            await page.says("send", text="还在吗")
            while not page.socket.closed:
                await page.socket.receive()
            assert page.socket.close_code == 4401
    assert house.inbox() == []


async def test_the_server_goes_down_in_good_order(house: House) -> None:
    """Open pages are told to come back, and hold nothing up."""
    with contextlib.suppress(ConnectionError):
        async with house.client() as client:
            await house.enter(client)
            async with client.ws_connect("/chat") as socket:
                await socket.receive_json()
                closing = asyncio.ensure_future(client.server.close())  # noqa: TID251
                while not socket.closed:
                    await asyncio.wait_for(socket.receive(), 5)
                await asyncio.wait_for(closing, 5)
                assert socket.close_code == 1012


async def test_the_page_says_up_to_where_the_log_was_seen(house: House) -> None:
    """Kept for each chat; what is no seq is refused and changes nothing."""
    async with house.client() as client:
        await house.enter(client)
        await house.say("sendMessage", text="在吗")
        async with house.page(client) as page:
            await page.says("read", seq=1)
            for odd in (-1, "1", 2**70, None):
                await page.says("read", seq=odd)
                await page.hear("refused")
    assert house.store.webchat.read_seq(1) == 1
