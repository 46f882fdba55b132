"""The roster: upserts, the tree of places, phone numbers, pairings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from storage import Store
from storage.roster import Household, Member, Person, Place, Roster, Team, Unit, phone_of

COUNTY = Place("1", "县", "county")
TOWNSHIP = Place("11", "乡", "township", "1")
VILLAGES = (Place("111", "甲村", "village", "11", 25.6, 103.4, 1200), Place("112", "乙村", "village", "11"))
MEMBER = Person("p1", "何秋雨", "13800000001", "member", "111", "t1", ("publicist", "liaison"))
HELPER = Person("p2", "沈文秀", None, "helper", "112", unit="农技站")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a small county."""
    store = Store(tmp_path)
    with store.transaction():
        for place in (COUNTY, TOWNSHIP, *VILLAGES):
            store.roster.put_place(place)
        store.roster.put_team(Team("t1", "甲村工作队", "111"))
        store.roster.put_person(MEMBER)
        store.roster.put_person(HELPER)
        store.roster.put_household(Household("h1", "普有福", "111", "一组", 4, "因病", 25.6, 103.4))
        store.roster.put_household(Household("h2", "李桂枝", "112"))
        store.roster.pair("p2", "h2")
    yield store
    store.close()


@pytest.fixture
def roster(store: Store) -> Iterator[Roster]:
    """Give its roster inside a transaction."""
    with store.transaction():
        yield store.roster


def test_what_is_put_comes_back_the_same(roster: Roster) -> None:
    """Places, teams, people and households come back as they were put."""
    assert roster.place("111") == VILLAGES[0]
    assert roster.team("t1") == roster.team_named("甲村工作队") == Team("t1", "甲村工作队", "111")
    assert roster.person("p1") == MEMBER
    assert roster.household("h1") == Household("h1", "普有福", "111", "一组", 4, "因病", 25.6, 103.4)


def test_what_is_unknown_is_none(roster: Roster) -> None:
    """Nothing is made up for a code that nobody has."""
    found: list[object] = [roster.place("9"), roster.team("9"), roster.person("9"), roster.household("9")]
    found += [roster.team_named("甲村"), roster.person_by_phone("")]
    assert found == [None] * 6


def test_putting_tells_new_from_changed_from_same(roster: Roster) -> None:
    """The second time nothing changes, and a change is told as one."""
    moved = Person("p1", "何秋雨", "13800000001", "leader", "111", "t1")
    assert roster.put_person(MEMBER) == "same"
    assert roster.put_person(moved) == "changed"
    assert roster.person("p1") == moved
    assert roster.put_household(Household("h3", "王顺", "112")) == "new"
    assert (roster.pair("p2", "h3"), roster.pair("p2", "h3")) == ("new", "same")


def test_the_tree_below_a_place_includes_itself(roster: Roster) -> None:
    """A county sees all of its villages, a village itself."""
    assert [place.code for place in roster.places_below("1")] == ["1", "11", "111", "112"]
    assert roster.places_below("112") == [VILLAGES[1]]
    assert [team.code for team in roster.teams(below="1")] == ["t1"]
    assert roster.teams(below="112") == []
    assert len(roster.teams()) == 1


@pytest.mark.parametrize(
    "written", ["13800000001", "+86 138 0000 0001", "0086-138-0000-0001", "86 13800000001"]
)
def test_a_number_is_found_however_it_is_written(roster: Roster, written: str) -> None:
    """Country code, spaces and dashes make no difference."""
    assert phone_of(written) == "13800000001"
    assert roster.person_by_phone(written) == MEMBER


def test_a_number_goes_to_whoever_was_put_with_it_last(roster: Roster) -> None:
    """Two people who swap numbers can both be put."""
    roster.put_person(Person("p3", "甲", "13900000000", "member", "111", "t1"))
    roster.put_person(Person("p3", "甲", "138 0000 0001", "member", "111", "t1"))
    roster.put_person(Person("p1", "何秋雨", "13900000000", "member", "111", "t1"))
    holders = [roster.person_by_phone("13800000001"), roster.person_by_phone("13900000000")]
    assert [person.code for person in holders if person] == ["p3", "p1"]


def test_people_are_asked_for_by_team_role_and_place(roster: Roster) -> None:
    """The three can be combined, and come by name."""
    assert [p.code for p in roster.people()] == ["p1", "p2"]
    assert [p.code for p in roster.people(team="t1")] == ["p1"]
    assert [p.code for p in roster.people(role="helper", below="11")] == ["p2"]
    assert roster.people(role="helper", below="111") == []


def test_whoever_left_is_kept_but_not_counted_on(roster: Roster) -> None:
    """They cannot come in by their number and get no reminders; their records keep a name."""
    gone = Person("p1", "何秋雨", "13800000001", "member", "111", "t1", left_on=date(2026, 11, 1))
    roster.put_person(gone)
    assert roster.person("p1") == gone
    assert roster.person_by_phone("13800000001") is None
    assert [p.code for p in roster.everyone()] == ["p2"]
    assert roster.people(team="t1") == []
    assert roster.people(team="t1", left_too=True) == [gone]


def test_everyone_comes_in_pieces(roster: Roster) -> None:
    """A reminder run goes on behind the code it had come to."""
    first = roster.everyone(limit=1)
    assert [p.code for p in first + roster.everyone(after=first[-1].code, limit=1)] == ["p1", "p2"]
    assert roster.everyone(after="p2") == []


def test_households_by_village_and_by_helper(roster: Roster) -> None:
    """Pairings lead both ways and can end."""
    assert [h.code for h in roster.households_in(["111", "112"])] == ["h1", "h2"]
    assert roster.households_in([]) == []
    assert [h.code for h in roster.households_paired_with("p2")] == ["h2"]
    assert [p.code for p in roster.helpers_of("h2")] == ["p2"]
    roster.unpair("p2", "h2")
    assert roster.households_paired_with("p2") == []


def test_points_are_whole_or_none(roster: Roster) -> None:
    """A place without both coordinates has no point."""
    assert [place.point for place in roster.places_below("11")] == [None, (25.6, 103.4), None]


def test_clear_leaves_an_empty_roster(roster: Roster) -> None:
    """Everything goes, the facts stay."""
    assert not roster.is_empty()
    assert roster.counts() == {
        "places": 4,
        "units": 0,
        "teams": 1,
        "people": 2,
        "households": 2,
        "pairings": 1,
    }
    roster.clear()
    assert roster.is_empty()
    assert set(roster.counts().values()) == {0}


def test_what_belongs_to_a_household_comes_back_the_same(roster: Roster) -> None:
    """Tags, nickname, members in their order, the day it was closed."""
    household = Household(
        *("h4", "李春生", "111", "二组", 3),
        tags=("低保", "残疾"),
        nickname="老李",
        members=(Member("王桂花", "配偶"), Member("李小宝")),
        closed_on=date(2026, 11, 1),
    )
    assert roster.put_household(household) == "new"
    assert roster.put_household(household) == "same"
    assert roster.household("h4") == household
    assert [h.code for h in roster.households_in(["111"])] == ["h1"]
    assert [h.code for h in roster.households_in(["111"], closed_too=True)] == ["h1", "h4"]


def test_a_unit_is_a_row_and_has_its_people(roster: Roster) -> None:
    """With the villages it has taken on."""
    unit = Unit("u1", "农技站", "county", ("111", "112"))
    assert (roster.put_unit(unit), roster.put_unit(unit)) == ("new", "same")
    assert roster.unit("u1") == unit
    roster.put_person(Person("p4", "某", None, "helper", "11", unit="u1"))
    assert [p.code for p in roster.people(unit="u1")] == ["p4"]


def test_households_are_found_by_any_piece_of_any_name(roster: Roster) -> None:
    """Under a place, at most so many; old names go with the change."""
    named = Household("h5", "Ma海", "112", nickname="海哥", members=(Member("李小宝"),))
    roster.put_household(named)

    def found(text: str, below: str = "1", limit: int = 50) -> list[str]:
        return [h.code for h in roster.households_named(text, below=below, limit=limit)]

    assert found("小宝") == found("ma") == found("哥") == ["h5"]
    assert sorted(found("李")) == ["h2", "h5"]
    assert len(found("李", limit=1)) == 1
    assert found("李", below="111") == []
    roster.put_household(replace(named, head="白海", members=()))
    assert (found("小宝"), found("白海")) == ([], ["h5"])
    roster.put_household(replace(named, village="111"))
    assert (found("海", below="112"), found("海", below="111")) == ([], ["h5"])


def test_many_are_put_at_once(roster: Roster) -> None:
    """In batches, as one by one; two people swap their numbers in one go."""
    households = [Household(f"m{number:05d}", f"户{number}", "111") for number in range(5001)]
    assert list(roster.put_all(households)) == [5000, 5001]
    assert roster.household("m05000") == households[-1]
    assert [h.code for h in roster.households_named("户5000", below="1")] == ["m05000"]
    roster.put_person(Person("p3", "甲", "13900000000", "member", "111", "t1"))
    swapped = [replace(MEMBER, phone="13900000000"), Person("p3", "甲", MEMBER.phone, "member", "111", "t1")]
    assert list(roster.put_all(swapped)) == [2]
    holders = [roster.person_by_phone("13800000001"), roster.person_by_phone("13900000000")]
    assert [person.code for person in holders if person] == ["p3", "p1"]
    assert list(roster.put_all([])) == []


def test_pairings_are_made_and_ended_by_the_list(roster: Roster) -> None:
    """Those that stand already are not counted again."""
    assert roster.pair_all([("p2", "h1"), ("p2", "h2")]) == 1
    assert roster.pairings() == {("p2", "h1"), ("p2", "h2")}
    roster.unpair_all([("p2", "h1"), ("p2", "h2")])
    assert roster.pairings() == set()


def test_every_entry_of_a_kind_comes_by_code(roster: Roster) -> None:
    """Those too who have left."""
    roster.put_person(replace(MEMBER, left_on=date(2026, 11, 1)))
    assert [p.code for p in roster.every(Person)] == ["p1", "p2"]
    assert [p.code for p in roster.every(Place)] == ["1", "11", "111", "112"]
