"""Coming in by code or by number."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fieldwork import invitations
from fieldwork.errors import NotLetIn
from storage import Store
from storage.roster import Person

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
Who = Callable[[str], Person]


def test_a_code_lets_in_once(store: Store, who: Who) -> None:
    """However it is typed; then it is used up."""
    code = invitations.create(store, who("m1"), NOW, token=lambda: "ABCDE23456")
    assert code == "ABCDE23456"
    assert invitations.redeem(store, " abcde-23456 ", NOW) == who("m1")
    with pytest.raises(NotLetIn, match="unknown"):
        invitations.redeem(store, code, NOW)


def test_a_code_ends_after_a_week(store: Store, who: Who) -> None:
    """The words say whom to ask."""
    code = invitations.create(store, who("m1"), NOW)
    with pytest.raises(NotLetIn) as caught:
        invitations.redeem(store, code, NOW + timedelta(days=7))
    assert "联席办" in caught.value.text


def test_codes_are_long_unambiguous_and_different() -> None:
    """Also within what a Telegram deep link takes."""
    codes = {invitations.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{10}", code) for code in codes)


def test_the_code_itself_is_not_kept(store: Store, who: Who) -> None:
    """Whoever reads the file cannot come in."""
    code = invitations.create(store, who("m1"), NOW)
    kept = store._connection.execute("SELECT code_hash FROM invites").fetchone()[0]
    assert code not in kept
    assert len(kept) == 64


def test_a_number_on_the_roster_lets_in(store: Store, who: Who) -> None:
    """With or without the country code; others are told what to do."""
    assert invitations.person_by_phone(store, "+86 138 0000 0001") == who("m1")
    with pytest.raises(NotLetIn, match="number"):
        invitations.person_by_phone(store, "13900000000")


def test_whoever_has_left_does_not_come_in(store: Store, who: Who) -> None:
    """Neither by an old code nor by a new one."""
    code = invitations.create(store, who("m1"), NOW)
    store.roster.put_person(replace(who("m1"), left_on=date(2026, 11, 25)))
    with pytest.raises(NotLetIn, match="left"):
        invitations.redeem(store, code, NOW)
    with pytest.raises(NotLetIn, match="left"):
        invitations.create(store, who("m1"), NOW)
    with pytest.raises(NotLetIn):
        invitations.person_by_phone(store, "13800000001")
