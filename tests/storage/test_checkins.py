"""Check-ins: added to a day, never overwritten."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from storage import Store
from storage.checkins import Checkins
from storage.roster import Person, Place

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
DAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)


@pytest.fixture
def checkins(tmp_path: Path) -> Iterator[Checkins]:
    """Give an empty record of two people, inside a transaction."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "村", "village"))
        for code in ("p1", "p2"):
            store.roster.put_person(Person(code, code, None, "member", "1"))
        yield store.checkins
    store.close()


def test_a_second_word_the_same_day_adds_to_the_first(checkins: Checkins) -> None:
    """Nothing is overwritten, and the order is that of the clock."""
    later = checkins.add(source="b", person="p1", day=DAY, at=NOW + HOUR, whereabouts="leave")
    first = checkins.add(source="a", person="p1", day=DAY, at=NOW, whereabouts="village", note="入户")
    assert checkins.on("p1", DAY) == [first, later]
    assert checkins.on("p1", DAY + timedelta(days=1)) == checkins.on("p2", DAY) == []


def test_the_same_source_is_one_check_in(checkins: Checkins) -> None:
    """A replay finds what stands there."""
    first = checkins.add(source="a", person="p1", day=DAY, at=NOW, latitude=25.6, longitude=103.4)
    again = checkins.add(source="a", person="p1", day=DAY, at=NOW + HOUR, whereabouts="errand")
    assert again == first == checkins.by_source("a")
    assert checkins.on("p1", DAY) == [first]


def test_days_are_included_at_both_ends(checkins: Checkins) -> None:
    """Only the people asked about are there."""
    for n in range(4):
        day = DAY + timedelta(days=n)
        checkins.add(source=f"a{n}", person="p1", day=day, at=NOW + timedelta(days=n))
        checkins.add(source=f"b{n}", person="p2", day=day, at=NOW + timedelta(days=n))
    found = checkins.between(["p1"], DAY + timedelta(days=1), DAY + timedelta(days=2))
    assert [entry.source for entry in found] == ["a1", "a2"]
    assert len(checkins.between(["p1", "p2"], DAY, DAY)) == 2
    assert checkins.between([], DAY, DAY) == []
