"""The web chat's log: what a page that comes back has to be told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import Store
from storage.webchat import Button, Content, Document, Key, Keyboard, Place, Webchat

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
ZHANG, LI = 1, 2


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Webchat]:
    """Open an empty log."""
    store = Store(tmp_path)
    with store.transaction():
        yield store.webchat
    store.close()


def says(log: Webchat, text: str, chat_id: int = ZHANG) -> int:
    """Have the assistant say something and return the message's id."""
    return log.add(chat_id=chat_id, author="bot", content=Content(text=text), at=NOW).id


def test_everything_that_a_message_holds_comes_back(log: Webchat) -> None:
    """Text, entities, buttons, place and document are the same after storing."""
    content = Content(
        text="走访：和文军",
        entities=({"type": "bold", "offset": 0, "length": 2},),
        buttons=(
            (Button("保存", data="v:save"), Button("原文", url="https://example.cn")),
            (Button("取消", data="c"),),
        ),
        place=Place(26.1, 100.2, 12.5),
        document=Document("abc", "通知.txt", "text/plain", 12),
    )
    message = log.add(chat_id=ZHANG, author="me", content=content, at=NOW, client_id="c-1")
    stored = log.message(ZHANG, message.id)
    assert stored == message
    assert (message.content, message.at, message.client_id, message.author) == (content, NOW, "c-1", "me")


def test_a_client_id_is_written_once_per_chat(log: Webchat) -> None:
    """A replay returns the same message and adds nothing; another chat may use the same name."""
    first = log.add(chat_id=ZHANG, author="me", content=Content("一"), at=NOW, client_id="same")
    again = log.add(chat_id=ZHANG, author="me", content=Content("二"), at=NOW, client_id="same")
    other = log.add(chat_id=LI, author="me", content=Content("三"), at=NOW, client_id="same")
    assert again == first
    assert other.id != first.id
    assert len(log.changes(ZHANG, after=0, limit=10)) == 1


def test_seq_grows_chat_by_chat(log: Webchat) -> None:
    """What one chat writes does not move another's seq."""
    says(log, "一")
    says(log, "一", LI)
    says(log, "二")
    assert [message.seq for message in log.changes(ZHANG, after=0, limit=10)] == [1, 2]
    assert (log.last_seq(ZHANG), log.last_seq(LI), log.last_seq(99)) == (2, 1, 0)


def test_a_changed_message_comes_again_behind_the_last_seq(log: Webchat) -> None:
    """A page that knew everything is told of the edit, under the old id and at the old time."""
    first = says(log, "选择")
    says(log, "别的")
    assert log.change(ZHANG, first, Content("已选"))
    (changed,) = log.changes(ZHANG, after=2, limit=10)
    assert (changed.id, changed.seq, changed.content.text, changed.at) == (first, 3, "已选", NOW)


def test_a_deleted_message_leaves_the_history_but_not_the_changes(log: Webchat) -> None:
    """A page is told that it is gone; its words are gone from the file."""
    first = says(log, "秘密")
    assert log.delete(ZHANG, first)
    assert log.message(ZHANG, first) is None
    assert log.newest(ZHANG, limit=10) == ([], False)
    (gone,) = log.changes(ZHANG, after=1, limit=10)
    assert gone.deleted
    assert gone.content == Content()
    assert not log.delete(ZHANG, first)
    assert not log.change(ZHANG, first, Content("又来"))


def test_a_message_of_another_chat_is_out_of_reach(log: Webchat) -> None:
    """Ids are no keys to other people's chats."""
    message = says(log, "只给张看")
    assert log.message(LI, message) is None
    assert not log.change(LI, message, Content("改"))
    assert not log.delete(LI, message)


def test_history_goes_back_page_by_page(log: Webchat) -> None:
    """Pages are in order, and say whether there are older ones."""
    ids = [says(log, str(number)) for number in range(7)]
    newest, more = log.newest(ZHANG, limit=3)
    assert ([message.id for message in newest], more) == (ids[4:], True)
    middle, more = log.before(ZHANG, ids[4], limit=3)
    assert ([message.id for message in middle], more) == (ids[1:4], True)
    oldest, more = log.before(ZHANG, ids[1], limit=3)
    assert ([message.id for message in oldest], more) == (ids[:1], False)


def test_the_last_reply_keyboard_is_kept_per_chat(log: Webchat) -> None:
    """A new one replaces it, None takes it away."""
    assert log.keyboard(ZHANG) is None
    menu = Keyboard(
        ((Key("今日签到"), Key("记走访")), (Key("📍 发送位置", asks="location"),)), "打字就是提问"
    )
    log.set_keyboard(ZHANG, Keyboard(((Key("旧的"),),)))
    log.set_keyboard(ZHANG, menu)
    assert log.keyboard(ZHANG) == menu
    assert log.keyboard(LI) is None
    log.set_keyboard(ZHANG, None)
    assert log.keyboard(ZHANG) is None


def test_what_has_been_shown_is_never_less_than_before_nor_more_than_there_is(log: Webchat) -> None:
    """An old page says less, an odd one more."""
    assert log.read_seq(1) == 0
    for text in ("一", "二", "三"):
        says(log, text)
    log.read(1, seq=2)
    log.read(1, seq=1)
    assert log.read_seq(1) == 2
    log.read(1, seq=10**9)
    assert log.read_seq(1) == 3
    assert log.read_seq(2) == 0
