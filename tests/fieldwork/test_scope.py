"""Who may see what: every role against every verb."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from fieldwork import scope
from fieldwork.duties import ROLES
from storage import Store
from storage.roster import Person

VILLAGE = {"h1", "h2", "h3", "h4"}
SIGHT: dict[str, tuple[set[str], list[str], list[str], list[str]]] = {
    # code: households, villages, teams whose week, ledgers
    "m1": (VILLAGE, ["111"], [], ["m1"]),
    "leader": (VILLAGE, ["111"], ["t1"], ["leader", "m1", "first", "m2"]),
    "first": (VILLAGE, ["111"], ["t1"], ["first", "m1", "leader", "m2"]),
    "helper": ({"h1", "k1"}, ["111", "121"], [], ["helper"]),
    "unit": (set(), [], [], ["unit", "helper"]),
    "office": (VILLAGE | {"k1"}, ["111", "121"], ["t1", "t2"], ["office"]),
    "office12": ({"k1"}, ["121"], ["t2"], ["office12"]),
}


def test_every_role_is_in_the_table(who: Callable[[str], Person]) -> None:
    """A new role cannot slip by."""
    assert {who(code).role for code in SIGHT} == set(ROLES)


@pytest.mark.parametrize("code", SIGHT)
def test_each_sees_what_the_roster_gives_them(store: Store, who: Callable[[str], Person], code: str) -> None:
    """Households, villages, teams, ledgers, asked as lists and one by one."""
    households, villages, teams, ledgers = SIGHT[code]
    person = who(code)
    assert {h.code for h in scope.households_seen_by(store, person)} == households
    assert {h for h in [*VILLAGE, "k1", "none"] if scope.may_see_household(store, person, h)} == households
    assert scope.villages_seen_by(store, person) == villages
    assert [team.code for team in scope.teams_seen_by(store, person)] == teams
    assert [team for team in ("t1", "t2", "none") if scope.may_see_team(store, person, team)] == teams
    assert sorted(p.code for p in scope.ledgers_seen_by(store, person)) == sorted(ledgers)
    assert scope.ledgers_seen_by(store, person)[0] == person


@pytest.mark.parametrize("code", SIGHT)
def test_whoever_has_left_sees_nothing(store: Store, who: Callable[[str], Person], code: str) -> None:
    """From the day the roster says so."""
    person = replace(who(code), left_on=date(2026, 11, 1))
    assert scope.households_seen_by(store, person) == []
    assert not scope.may_see_household(store, person, "h1")
    assert scope.villages_seen_by(store, person) == []
    assert scope.teams_seen_by(store, person) == []
    assert scope.ledgers_seen_by(store, person) == []
    assert not scope.may_rule_for(store, person, who("m1"))


def test_only_the_office_above_answers(store: Store, who: Callable[[str], Person]) -> None:
    """A township's office does not answer for another township."""
    may = [code for code in SIGHT if scope.may_rule_for(store, who(code), who("m1"))]
    assert may == ["office"]
    assert scope.may_rule_for(store, who("office12"), who("n1"))


def test_everybody_stands_where_they_work_and_in_all_that_lies_above(
    store: Store, who: Callable[[str], Person]
) -> None:
    """A helper also in the villages of the paired households; an office in its own place only."""
    stands = {
        code: "".join(f" {place}" for place in sorted(scope.stands_in(store, who(code)))) for code in SIGHT
    }
    assert stands == {
        "m1": " 1 11 111",
        "leader": " 1 11 111",
        "first": " 1 11 111",
        "helper": " 1 11 111 12 121",
        "office": " 1",
        "office12": " 1 12",
        "unit": " 1",
    }
    gone = replace(who("m1"), left_on=date(2026, 11, 1))
    assert scope.stands_in(store, gone) == set()


def test_an_office_answers_for_its_place_and_below(store: Store, who: Callable[[str], Person]) -> None:
    """Its own place first; nobody else answers for any."""
    assert [place.code for place in scope.answers_for(store, who("office"))] == [
        "1",
        "11",
        "111",
        "12",
        "121",
    ]
    assert [place.code for place in scope.answers_for(store, who("office12"))] == ["12", "121"]
    assert scope.answers_for(store, who("leader")) == []
    assert scope.answers_for(store, replace(who("office"), left_on=date(2026, 11, 1))) == []
