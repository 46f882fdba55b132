"""What did not reach its person: a second way for the notice, a word to whoever can help, once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import unheard
from fieldwork import invitations
from storage import Store
from storage.outbox import Kind, Outgoing
from storage.roster import Person, Place, Team
from storage.webchat import Content

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LINK = "https://zhucun.example.cn"
PEOPLE = (
    Person("m", "何秋雨", None, "member", "11", "t"),
    Person("leader", "周明山", None, "leader", "11", "t"),
    Person("helper", "沈文秀", None, "helper", "11"),
    Person("county", "许知远", None, "office", "1"),
)


class Desk:
    """A store with people, their chats, and a channel that refuses or takes."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.now = NOW

    def enters(self, person: str, channel: str, chat: int) -> None:
        self.store.accounts.open(channel=channel, chat_id=chat, person=person, at=self.now)

    def sends(self, channel: str, chat: int, text: str = "答复", kind: Kind = "notice") -> Outgoing:
        """Put a message on its way and take it in hand."""
        self.store.outbox.add(
            channel=channel,
            chat_id=chat,
            kind=kind,
            method="sendMessage",
            payload={"chat_id": chat, "text": text},
            at=self.now,
        )
        (message,) = self.store.outbox.claim(channel, at=self.now, limit=1)
        return message

    def shows(self, chat: int, **what: Kind) -> None:
        """Put a message into the web chat, as the web channel does."""
        message = self.sends("web", chat, **what)
        self.store.webchat.add(chat_id=chat, author="bot", content=Content(text="答复"), at=self.now)
        self.store.outbox.finish(message.id, "sent", at=self.now)

    def refuses(self, channel: str, chat: int, kind: Kind = "notice") -> None:
        """Have the channel answer with a 403, as the Telegram sender does."""
        message = self.sends(channel, chat, kind=kind)
        self.store.outbox.finish(message.id, "blocked", at=self.now, error="Forbidden")
        self.store.accounts.mark_unreachable(channel, chat, at=self.now)

    def looks(self) -> list[tuple[str, int, str]]:
        """Look for the unheard; return what was put on its way for whom."""
        unheard.second_ways(self.store, self.now)
        unheard.tell(self.store, LINK, self.now)
        found: list[tuple[str, int, str]] = []
        for channel in ("web", "telegram"):
            while messages := self.store.outbox.claim(channel, at=self.now, limit=1):
                (message,) = messages
                assert message.payload["chat_id"] == message.chat_id
                found.append((channel, message.chat_id, message.payload["text"]))
                self.store.outbox.finish(message.id, "sent", at=self.now)
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give the desk, inside a transaction."""
    desk = Desk(tmp_path)
    with desk.store.transaction():
        desk.store.roster.put_place(Place("1", "禾云县", "county"))
        desk.store.roster.put_place(Place("11", "白鹭村", "village", "1"))
        desk.store.roster.put_team(Team("t", "白鹭村工作队", "11"))
        for person in PEOPLE:
            desk.store.roster.put_person(person)
        yield desk
    desk.store.close()


def test_a_notice_nobody_has_looked_at_for_a_day_goes_to_telegram_once(desk: Desk) -> None:
    """Not a minute earlier, and never again."""
    desk.enters("m", "telegram", 7)
    desk.enters("m", "web", 1)
    desk.shows(1)
    desk.now += DAY - MINUTE
    assert desk.looks() == []
    desk.now += MINUTE
    assert desk.looks() == [("telegram", 7, "答复")]
    desk.now += DAY
    assert desk.looks() == []


def test_what_a_page_has_shown_stays_where_it_is(desk: Desk) -> None:
    """Up to the seq that it named, and not beyond."""
    desk.enters("m", "telegram", 7)
    desk.enters("m", "web", 1)
    desk.shows(1)
    desk.store.webchat.read(1, seq=desk.store.webchat.last_seq(1))
    desk.now += MINUTE
    desk.shows(1)
    desk.now += DAY
    assert desk.looks() == [("telegram", 7, "答复")]


@pytest.mark.parametrize("kind", ["reply", "digest"])
def test_only_what_is_urgent_goes_a_second_way(desk: Desk, kind: Kind) -> None:
    """A reply stands where it was asked for, and tomorrow brings another digest."""
    desk.enters("m", "telegram", 7)
    desk.enters("m", "web", 1)
    desk.shows(1, kind=kind)
    desk.now += DAY
    assert desk.looks() == []


def test_without_another_channel_the_notice_waits_in_the_web_chat(desk: Desk) -> None:
    """There is no second way."""
    desk.enters("m", "web", 1)
    desk.shows(1)
    desk.now += 2 * DAY
    assert desk.looks() == []


def test_a_refused_notice_goes_to_the_web_chat_and_nobody_is_told(desk: Desk) -> None:
    """Who has another way is not out of reach."""
    desk.enters("leader", "telegram", 8)
    desk.enters("m", "web", 1)
    desk.now += MINUTE
    desk.enters("m", "telegram", 7)
    desk.refuses("telegram", 7)
    assert desk.looks() == [("web", 1, "答复")]
    assert desk.looks() == []


def test_a_refused_notice_is_said_when_its_person_is_back(desk: Desk) -> None:
    """On the chat that had refused it, once that speaks again."""
    desk.enters("m", "telegram", 7)
    desk.refuses("telegram", 7)
    assert desk.looks() == []
    desk.now += DAY
    desk.store.accounts.touch("telegram", 7, at=desk.now)
    assert desk.looks() == [("telegram", 7, "答复")]
    assert desk.looks() == []


def test_the_leader_is_told_once_with_an_invitation_that_works(desk: Desk) -> None:
    """Worded as a request for help; the code lets the person in."""
    desk.enters("m", "telegram", 7)
    desk.enters("leader", "web", 2)
    desk.refuses("telegram", 7, "digest")
    ((channel, chat, text),) = desk.looks()
    assert (channel, chat) == ("web", 2)
    assert text.startswith("何秋雨在Telegram上收不到消息了，多半是换了手机")
    assert "方便时请" in text
    code = re.search(r"/join/(\w+)", text)
    assert code
    assert f"/start {code[1]}" in text
    assert invitations.redeem(desk.store, code[1], desk.now).code == "m"
    desk.refuses("telegram", 7, "digest")
    desk.now += DAY
    assert desk.looks() == []


def test_who_blocks_again_after_having_come_back_is_told_of_again(desk: Desk) -> None:
    """It is another fact."""
    desk.enters("m", "telegram", 7)
    desk.enters("leader", "web", 2)
    desk.refuses("telegram", 7, "digest")
    assert len(desk.looks()) == 1
    desk.now += DAY
    desk.store.accounts.touch("telegram", 7, at=desk.now)
    desk.now += DAY
    desk.refuses("telegram", 7, "digest")
    assert len(desk.looks()) == 1


@pytest.mark.parametrize("code", ["helper", "leader"])
def test_for_people_without_a_leader_it_is_their_office(desk: Desk, code: str) -> None:
    """That of the place, or the next one above it; a leader is not told of oneself."""
    desk.enters(code, "telegram", 7)
    desk.enters("county", "web", 3)
    desk.refuses("telegram", 7, "digest")
    ((_, chat, _),) = desk.looks()
    assert chat == 3


def test_when_the_leader_is_out_of_reach_too_the_office_hears_of_both(desk: Desk) -> None:
    """The nearest who can be reached."""
    desk.enters("m", "telegram", 7)
    desk.enters("leader", "telegram", 8)
    desk.enters("county", "web", 3)
    desk.refuses("telegram", 8, "digest")
    desk.refuses("telegram", 7, "digest")
    assert [text[:3] for _, _, text in desk.looks()] == ["何秋雨", "周明山"]


def test_nobody_is_told_of_who_has_left(desk: Desk) -> None:
    """No invitation either."""
    desk.enters("m", "telegram", 7)
    desk.enters("leader", "web", 2)
    desk.refuses("telegram", 7, "digest")
    desk.store.roster.put_person(Person("m", "何秋雨", None, "member", "11", "t", left_on=NOW.date()))
    assert desk.looks() == []
