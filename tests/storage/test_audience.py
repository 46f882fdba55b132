"""Whose turn it is: those who can be reached, team by team, each at the hour they have chosen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from storage import Store
from storage.preferences import Preference
from storage.roster import Person, Place, Team

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
USUAL, NINE = time(8, 30), time(9)
PEOPLE = (
    Person("p1", "p1", None, "member", "1", "tb"),
    Person("p2", "p2", None, "leader", "1", "ta"),
    Person("p3", "p3", None, "leader", "1", "tb"),
    Person("p4", "p4", None, "member", "1", "ta"),
    Person("p5", "p5", None, "helper", "1"),
    Person("p6", "p6", None, "member", "1", "ta"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give two teams whose codes lie across each other, a helper, and somebody without a chat."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "村", "village"))
        for team in ("ta", "tb"):
            store.roster.put_team(Team(team, team, "1"))
        for person in PEOPLE:
            store.roster.put_person(person)
            if (code := person.code) != "p6":
                store.accounts.open(channel="web", chat_id=int(code[1]), person=code, at=NOW)
        yield store
    store.close()


def turns(store: Store, limit: int = 9, **wanted: object) -> list[str]:
    """Return everybody in turn, so many at a time."""
    found: list[str] = []
    while part := store.audience.next(after=found[-1] if found else "", limit=limit, **wanted):  # type: ignore[arg-type]
        found += part
    return found


@pytest.mark.parametrize("limit", [1, 2, 9])
def test_teams_come_together_and_nobody_twice(store: Store, limit: int) -> None:
    """However many are taken at a time; who has no chat, or one that refuses, is left out."""
    assert turns(store, limit) == ["p5", "p2", "p4", "p1", "p3"]
    assert turns(store, limit, role="leader") == ["p2", "p3"]
    assert turns(store, limit, hour=USUAL, usual=USUAL) == ["p5", "p2", "p4", "p1", "p3"]
    store.accounts.mark_unreachable("web", 2, at=NOW)
    store.roster.put_person(Person("p3", "p3", None, "leader", "1", "tb", left_on=date(2026, 11, 1)))
    assert turns(store, limit) == ["p5", "p4", "p1"]


def test_each_hour_has_its_own_people(store: Store) -> None:
    """Who has chosen none, or only a pause, belongs to the usual one."""
    store.preferences.put("p4", Preference(NINE))
    store.preferences.put("p1", Preference(NINE, date(2026, 11, 30)))
    store.preferences.put("p2", Preference(None, date(2026, 11, 30)))
    assert turns(store, 1, hour=USUAL, usual=USUAL) == ["p5", "p2", "p3"]
    assert turns(store, 1, hour=NINE, usual=USUAL) == ["p4", "p1"]
    assert turns(store, 1, hour=time(10), usual=USUAL) == []


def test_a_choice_comes_back_as_it_was_put(store: Store) -> None:
    """In place of the one before."""
    assert store.preferences.of("p1") == Preference()
    for choice in (
        Preference(NINE),
        Preference(None, date(2026, 12, 1)),
        Preference(NINE, date(2026, 12, 1)),
    ):
        store.preferences.put("p1", choice)
        assert store.preferences.of("p1") == choice


def test_the_next_in_turn_are_found_without_sorting_everybody(store: Store) -> None:
    """Eighty thousand people are walked through a hundred at a time."""
    asked: list[str] = []
    store._connection.set_trace_callback(asked.append)
    store.audience.next(after="p2", limit=2, hour=USUAL, usual=USUAL)
    store.audience.next(after="p2", limit=2)
    store._connection.set_trace_callback(None)
    assert len(asked) == 2
    for question in asked:
        plan = [row[3] for row in store._connection.execute(f"EXPLAIN QUERY PLAN {question}")]
        assert any("people_in_turn" in step for step in plan), plan
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
