"""The demo: complete, the same every time, gone without a trace."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldwork import demo, undone, visits
from fieldwork.days import day_of
from fieldwork.duties import HATS
from fieldwork.errors import NotAllowed
from fieldwork.geo import distance_m
from storage import Store
from storage.erase import TABLES
from storage.roster import Household, Person, Place
from storage.visits import Visit

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """Give an empty data file, inside a transaction."""
    store = Store(tmp_path)
    with store.transaction():
        yield store
    store.close()


def all_visits(store: Store) -> list[Visit]:
    """Give everything recorded, person by person."""
    return [visit for person in store.roster.everyone() for visit in store.visits.of_person(person.code)]


def test_the_county_is_complete(empty: Store) -> None:
    """Two townships, three villages with teams, helpers with pairings, an office, sixty households."""
    demo.load(empty, NOW)
    assert demo.loaded(empty)
    assert empty.roster.counts() == {
        "places": 6,
        "units": 7,
        "teams": 3,
        "people": 22,
        "households": 60,
        "pairings": 30,
    }
    for team in empty.roster.teams():
        people = empty.roster.people(team=team.code)
        assert Counter(p.role for p in people) == {"leader": 1, "first_secretary": 1, "member": 3}
        assert {hat for p in people for hat in p.hats} == {hat.code for hat in HATS}
        place = empty.roster.place(team.village)
        assert place is not None
        assert place.point is not None
        for household in empty.roster.households_in([team.village]):
            assert household.point is not None
            assert distance_m(household.point, place.point) < 1000
    assert Counter(p.role for p in empty.roster.people()) == {
        "office": 1,
        "leader": 3,
        "first_secretary": 3,
        "member": 9,
        "helper": 6,
    }


def test_families_are_known(empty: Store) -> None:
    """Some have tags, some a nickname, all as many members as people beside the head; units are rows."""
    demo.load(empty, NOW)
    households = list(empty.roster.every(Household))
    assert all(len(household.members) == (household.size or 0) - 1 for household in households)
    assert 0 < sum(bool(household.tags) for household in households) < 60
    assert 0 < sum(bool(household.nickname) for household in households) < 60
    assert all(empty.roster.unit(p.unit) for p in empty.roster.people(role="helper"))


def test_two_weeks_of_work_lie_before_today(empty: Store) -> None:
    """Visits and contacts, with and without a location, some with problems, none on today or a holiday."""
    demo.load(empty, NOW)
    recorded = all_visits(empty)
    assert {visit.kind for visit in recorded} == {"visit", "contact"}
    assert {visit.location for visit in recorded} == {"given", "skipped"}
    assert any(visit.problem for visit in recorded)
    assert all(0 < (day_of(NOW) - visit.day).days <= demo.PAST_DAYS for visit in recorded)
    assert all(visit.day.weekday() < 5 for visit in recorded)


def test_there_is_something_left_to_do(empty: Store) -> None:
    """Households unseen this month for every member, helper, leader; a question for the office."""
    demo.load(empty, NOW)
    for person in empty.roster.everyone():
        assert undone.undone(empty, person, NOW), person.name
    asked = [question.asked_at for question in empty.questions.pending("539900")]
    assert len(asked) == 2
    assert asked == sorted(asked), "the oldest first, as the office's list says"


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    """But for the dates, which follow the day of loading."""
    found = []
    for name in ("a", "b"):
        store = Store(tmp_path / name)
        with store.transaction():
            demo.load(store, NOW)
            demo.load(store, NOW)
            found.append(
                (all_visits(store), store.roster.people(), store.roster.households_in(["539900101201"]))
            )
        store.close()
    assert found[0] == found[1]


@pytest.mark.parametrize("now", [datetime(2026, 10, 8, 1, tzinfo=UTC), datetime(2027, 3, 1, 1, tzinfo=UTC)])
def test_it_can_be_loaded_on_any_day(empty: Store, now: datetime) -> None:
    """After a long holiday, on the first of a month, in a year whose holidays nobody knows yet."""
    demo.load(empty, now)
    assert all_visits(empty)


def test_clearing_removes_everything_done_in_it(empty: Store) -> None:
    """Also what a visitor did: accounts, conversations, messages, visits."""
    demo.load(empty, NOW)
    empty.accounts.open(channel="web", chat_id=1, person="demo-member-11", at=NOW)
    empty.accounts.open_session("t", chat_id=1, at=NOW, expires_at=NOW.replace(year=2027))
    empty.accounts.invite("x", person="demo-member-11", at=NOW, expires_at=NOW)
    empty.conversations.set_state("web:1", "note")
    empty.inbox.add(key="k", channel="web", chat_id=1, payload={}, at=NOW)
    empty.outbox.add(channel="web", chat_id=1, kind="reply", method="sendMessage", payload={}, at=NOW)
    demo.clear(empty)
    assert not demo.loaded(empty)
    for table in TABLES:
        assert empty._connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_every_table_of_records_is_cleared(empty: Store) -> None:
    """Only schedules and facts stay; a new table has to be placed."""
    rows = empty._connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    assert {name for (name,) in rows} - set(TABLES) == {"schedules", "facts", "_sqlite_migrations"}


def test_real_people_are_safe(empty: Store) -> None:
    """The demo goes into an empty roster only, and only a demo is cleared."""
    with pytest.raises(NotAllowed):
        demo.clear(empty)
    empty.roster.put_place(Place("1", "村", "village"))
    empty.roster.put_person(Person("p", "某", None, "member", "1"))
    with pytest.raises(NotAllowed):
        demo.load(empty, NOW)
    assert empty.roster.person("p")


def test_a_demo_visit_can_be_recorded_by_hand(empty: Store) -> None:
    """The demo is used like the real thing."""
    demo.load(empty, NOW)
    member = empty.roster.person("demo-member-11")
    assert member
    household = visits.own_households(empty, member, NOW)[0].household
    draft = visits.Draft("visit", household.code, None, member.hats, "坐了坐", location_reason="没有信号")
    assert visits.save(empty, member, draft, now=NOW, source="u:1").visit.household == household.code
