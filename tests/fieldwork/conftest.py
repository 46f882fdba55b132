"""A small county for the field's tests: two villages of two townships, their teams, a helper, two offices."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from fieldwork.days import SHANGHAI
from storage import Store
from storage.roster import Household, Member, Person, Place, Team, Unit
from storage.visits import Visit

PLACES = (
    Place("1", "禾云县", "county"),
    Place("11", "杉岭镇", "township", "1"),
    Place("12", "鹿坪乡", "township", "1"),
    Place("111", "白鹭村", "village", "11", 25.6213, 103.4127, 1200),
    Place("121", "石桥村", "village", "12"),
)
PEOPLE = (
    Person("leader", "周明山", None, "leader", "111", "t1"),
    Person("first", "林晓岚", None, "first_secretary", "111", "t1"),
    Person("m1", "何秋雨", "13800000001", "member", "111", "t1", ("publicist", "investigator")),
    Person("m2", "段立新", None, "member", "111", "t1", ("service",)),
    Person("n1", "冯一诺", None, "member", "121", "t2", ("mediator",)),
    Person("helper", "沈文秀", "13900000002", "helper", "12", unit="u1"),
    Person("unit", "唐若溪", None, "unit", "1", unit="u1"),
    Person("office", "许知远", None, "office", "1"),
    Person("office12", "蒋平川", None, "office", "12"),
)
HOUSEHOLDS = (
    Household(
        *("h1", "普有福", "111", "一组", 3, "因病", 25.6220, 103.4130),
        tags=("低保", "残疾"),
        nickname="老普",
        members=(Member("王秀兰", "配偶"), Member("普小明", "儿子")),
    ),
    Household("h2", "李桂枝", "111", "一组", latitude=25.6205, longitude=103.4110),
    Household("h3", "王顺", "111", "二组"),
    Household("h4", "白满仓", "111", "二组"),
    Household("k1", "施家兴", "121", "一组"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give the county, inside a transaction."""
    store = Store(tmp_path)
    with store.transaction():
        for place in PLACES:
            store.roster.put_place(place)
        store.roster.put_unit(Unit("u1", "农技站", "county", ("111",)))
        store.roster.put_team(Team("t1", "白鹭村工作队", "111"))
        store.roster.put_team(Team("t2", "石桥村工作队", "121"))
        for person in PEOPLE:
            store.roster.put_person(person)
        for household in HOUSEHOLDS:
            store.roster.put_household(household)
        store.roster.pair("helper", "h1")
        store.roster.pair("helper", "k1")
        yield store
    store.close()


@pytest.fixture
def who(store: Store) -> Callable[[str], Person]:
    """Give people by code."""

    def find(code: str) -> Person:
        person = store.roster.person(code)
        assert person
        return person

    return find


@pytest.fixture
def record(store: Store, who: Callable[[str], Person]) -> Callable[..., Visit]:
    """Record a visit by `person` to `household` on `day`; anything else as named."""
    numbers = count(1)

    def write(person: str, household: str | None, day: date, **changes: Any) -> Visit:
        values: dict[str, Any] = {
            "source": f"test:{next(numbers)}",
            "kind": "visit",
            "person": person,
            "team": who(person).team,
            "village": "111",
            "household": household,
            "day": day,
            "recorded_at": datetime.combine(day, time(10), SHANGHAI),
            "duties": ("service",),
            "note": "坐了坐",
            "location": "given",
            "evidence": "",
        }
        return store.visits.record(**(values | changes))

    return write
