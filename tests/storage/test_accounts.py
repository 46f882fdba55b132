"""Accounts, invitations and web sessions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import Store
from storage.accounts import Account, Accounts
from storage.roster import Person, Place

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    """Give the accounts of two people, inside a transaction."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "村", "village"))
        for code in ("p1", "p2"):
            store.roster.put_person(Person(code, code, None, "member", "1"))
        yield store.accounts
    store.close()


def test_a_chat_belongs_to_whoever_entered_last(accounts: Accounts) -> None:
    """A phone that is handed on is handed on."""
    assert accounts.of("telegram", 7) is None
    accounts.open(channel="telegram", chat_id=7, person="p1", at=NOW)
    opened = accounts.open(channel="telegram", chat_id=7, person="p2", at=NOW + HOUR)
    assert accounts.of("telegram", 7) == opened == Account("telegram", 7, "p2", NOW + HOUR, None)
    assert accounts.of_person("p1") == []
    accounts.close("telegram", 7)
    assert accounts.of("telegram", 7) is None


def test_the_channel_last_used_comes_first(accounts: Accounts) -> None:
    """What is sent unasked goes where the person was last."""
    accounts.open(channel="telegram", chat_id=7, person="p1", at=NOW)
    accounts.open(channel="web", chat_id=1, person="p1", at=NOW + HOUR)
    assert [a.channel for a in accounts.of_person("p1")] == ["web", "telegram"]
    accounts.touch("telegram", 7, at=NOW + 2 * HOUR)
    assert [a.channel for a in accounts.of_person("p1")] == ["telegram", "web"]


def test_a_chat_that_blocked_us_is_reachable_again_once_it_speaks(accounts: Accounts) -> None:
    """Unreachable lasts until the next message."""
    accounts.open(channel="telegram", chat_id=7, person="p1", at=NOW)
    accounts.mark_unreachable("telegram", 7, at=NOW + HOUR)
    assert accounts.of_person("p1")[0].unreachable_at == NOW + HOUR
    accounts.touch("telegram", 7, at=NOW + 2 * HOUR)
    assert accounts.of_person("p1")[0].unreachable_at is None


def test_who_cannot_be_reached_is_told_of_once_until_they_speak_again(accounts: Accounts) -> None:
    """The first refusal is kept as the instant; further ones are the same fact."""
    accounts.open(channel="telegram", chat_id=7, person="p1", at=NOW)
    assert accounts.untold() == []
    accounts.mark_unreachable("telegram", 7, at=NOW + HOUR)
    accounts.mark_unreachable("telegram", 7, at=NOW + 2 * HOUR)
    (account,) = accounts.untold()
    assert account.unreachable_at == NOW + HOUR
    accounts.told("telegram", 7, at=NOW + 2 * HOUR)
    assert accounts.untold() == []
    accounts.touch("telegram", 7, at=NOW + 3 * HOUR)
    accounts.mark_unreachable("telegram", 7, at=NOW + 4 * HOUR)
    assert len(accounts.untold()) == 1


def test_the_chat_that_can_be_reached_is_the_last_used_of_those(accounts: Accounts) -> None:
    """One that refuses is passed over; so is the channel that one wants none of."""
    assert accounts.reachable("p1") is None
    accounts.open(channel="telegram", chat_id=7, person="p1", at=NOW)
    accounts.open(channel="web", chat_id=1, person="p1", at=NOW + HOUR)
    assert accounts.reachable("p1") == accounts.of("web", 1)
    assert accounts.reachable("p1", but="web") == accounts.of("telegram", 7)
    accounts.mark_unreachable("telegram", 7, at=NOW)
    assert accounts.reachable("p1", but="web") is None


def test_each_person_has_one_web_chat(accounts: Accounts) -> None:
    """A second device meets the same conversation."""
    assert accounts.web_chat_of("p1") == 1
    accounts.open(channel="web", chat_id=1, person="p1", at=NOW)
    assert (accounts.web_chat_of("p1"), accounts.web_chat_of("p2")) == (1, 2)


def test_an_invitation_works_once_and_in_time(accounts: Accounts) -> None:
    """Unknown, used and expired codes open nothing."""
    accounts.invite("a", person="p1", at=NOW, expires_at=NOW + HOUR)
    accounts.invite("b", person="p2", at=NOW, expires_at=NOW + HOUR)
    assert accounts.redeem("c", at=NOW) is None
    assert accounts.redeem("a", at=NOW) == "p1"
    assert accounts.redeem("a", at=NOW) is None
    assert accounts.redeem("b", at=NOW + HOUR) is None


def test_a_new_invitation_replaces_the_one_before(accounts: Accounts) -> None:
    """Only the code told last works."""
    accounts.invite("a", person="p1", at=NOW, expires_at=NOW + HOUR)
    accounts.invite("b", person="p1", at=NOW, expires_at=NOW + HOUR)
    assert accounts.redeem("a", at=NOW) is None
    assert accounts.redeem("b", at=NOW) == "p1"


def test_a_session_ends_by_time_and_by_hand(accounts: Accounts) -> None:
    """A token opens its chat until then."""
    accounts.open_session("t", chat_id=1, at=NOW, expires_at=NOW + HOUR)
    assert accounts.session("t", at=NOW) == 1
    assert accounts.session("t", at=NOW + HOUR) is None
    accounts.open_session("t", chat_id=1, at=NOW, expires_at=NOW + 3 * HOUR)
    assert accounts.session("t", at=NOW + HOUR) == 1
    accounts.close_session("t")
    assert accounts.session("t", at=NOW) is None
