"""The check-in adds, the ledger has a line a day, silence is no absence."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from fieldwork import checkin
from fieldwork.errors import Incomplete
from fieldwork.evidence import Location
from storage import Store
from storage.roster import Person
from storage.visits import Visit

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 25)
HERE = Location(25.6220, 103.4130, 15)
Who = Callable[[str], Person]


def test_one_tap_is_enough_and_a_second_adds(store: Store, who: Who) -> None:
    """Both stand in the words of the day."""
    member = who("m1")
    assert checkin.today_words(store, member, NOW) == ""
    checkin.check_in(store, member, "village", now=NOW, source="u:1")
    assert checkin.today_words(store, member, NOW) == "今天：在村 08:30。"
    later = NOW + timedelta(hours=6)
    checkin.check_in(store, member, "errand", now=later, source="u:2")
    checkin.add_note(store, member, " 去镇上\n送材料 ", now=later, source="u:3")
    assert checkin.today_words(store, member, later) == "今天：在村 08:30；外出办事 14:30；去镇上 送材料。"


def test_a_day_ends_at_midnight_in_shanghai(store: Store, who: Who) -> None:
    """The word of yesterday is not today's."""
    checkin.check_in(store, who("m1"), "village", now=NOW, source="u:1")
    assert checkin.today_words(store, who("m1"), datetime(2026, 11, 25, 16, tzinfo=UTC)) == ""


def test_a_location_is_weighed_against_the_village(store: Store, who: Who) -> None:
    """In words, and it shows in the ledger without its coordinates."""
    member = who("m1")
    checkin.check_in(store, member, "village", now=NOW, source="u:1")
    words = checkin.add_location(store, member, HERE, now=NOW, source="u:2")
    assert words == "位置已记上。声明位置距村登记点 80 米（精度约 20 米）。"
    assert checkin.today_words(store, member, NOW) == "今天：在村 08:30；已带位置。"


def test_on_an_errand_nobody_measures(store: Store, who: Who) -> None:
    """The distance to the village says nothing then."""
    checkin.check_in(store, who("m1"), "errand", now=NOW, source="u:1")
    assert checkin.add_location(store, who("m1"), HERE, now=NOW, source="u:2") == "位置已记上。"


def test_a_location_before_the_check_in_is_kept_for_it(store: Store, who: Who) -> None:
    """Where the day is spent is still to be said."""
    assert "位置已记上" in checkin.add_location(store, who("m1"), HERE, now=NOW, source="u:1")
    assert checkin.today_words(store, who("m1"), NOW) == ""
    checkin.check_in(store, who("m1"), "village", now=NOW, source="u:2")
    assert "已带位置" in checkin.today_words(store, who("m1"), NOW)


def test_a_forwarded_location_is_kindly_left_out(store: Store, who: Who) -> None:
    """The check-in does not suffer."""
    forwarded = Location(25.6, 103.4, forwarded=True)
    assert "签到不受影响" in checkin.add_location(store, who("m1"), forwarded, now=NOW, source="u:1")
    assert store.checkins.on("m1", TODAY) == []


@pytest.mark.parametrize("text", ["", "  ", "话" * 501])
def test_a_line_has_to_be_a_line(store: Store, who: Who, text: str) -> None:
    """Neither nothing nor a book."""
    with pytest.raises(Incomplete):
        checkin.add_note(store, who("m1"), text, now=NOW, source="u:1")


def test_the_ledger_has_a_line_for_every_day(store: Store, who: Who, record: Callable[..., Visit]) -> None:
    """A day without a word says 无记录, never absence."""
    checkin.check_in(store, who("m1"), "village", now=NOW, source="u:1", note="理台账")
    record("m1", "h1", TODAY)
    record("m1", "h2", TODAY, kind="contact")
    record("m2", "h2", date(2026, 11, 24))
    lines = [line.words() for line in checkin.ledger(store, who("m1"), date(2026, 11, 24), TODAY)]
    assert lines == [
        "11月24日（周二）无记录",
        "11月25日（周三）在村 08:30；走访 1 次；电话联系 1 次；理台账",
    ]


def test_the_teams_ledger_has_everyone(store: Store) -> None:
    """By name, whether or not there is a word of them."""
    ledger = checkin.team_ledger(store, "t1", TODAY, TODAY)
    assert [person.code for person, _ in ledger] == ["m1", "leader", "first", "m2"]
    assert all(not line.recorded for _, lines in ledger for line in lines)


def test_the_last_word_on_leave_counts(store: Store, who: Who) -> None:
    """Whoever comes back early is back; a note afterwards changes nothing."""
    member = who("m1")
    checkin.check_in(store, member, "leave", now=NOW, source="u:1")
    checkin.add_note(store, member, "带孩子看病", now=NOW + timedelta(hours=1), source="u:2")
    assert checkin.on_leave(store, member, TODAY)
    checkin.check_in(store, member, "village", now=NOW + timedelta(hours=2), source="u:3")
    assert not checkin.on_leave(store, member, TODAY)
