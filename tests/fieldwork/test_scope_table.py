"""Every role against every verb in every place of a made-up tree, held against a table written by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from fieldwork import scope, visits
from fieldwork.days import day_of
from fieldwork.duties import ROLES
from fieldwork.errors import NotAllowed
from storage import Store
from storage.roster import Household, Person, Place, Team, Unit
from tests.fieldwork.test_demo import NOW

# A county with two townships, north and south, a village in each; in each village a team, a person of it who is
# looked at, a household that the helper is paired with (*) and one that the helper is not paired with.
PLACES = (
    Place("C", "禾云县", "county"),
    *(Place("N", "北坡镇", "township", "C"), Place("S", "南涧乡", "township", "C")),
    *(Place("n", "青杨村", "village", "N"), Place("s", "红石村", "village", "S")),
)
PEOPLE = (
    *(
        Person("leader", "甲", None, "leader", "n", "tn"),
        Person("first", "乙", None, "first_secretary", "n", "tn"),
    ),
    *(
        Person("member", "丙", None, "member", "n", "tn"),
        Person("member of s", "丁", None, "member", "s", "ts"),
    ),
    *(
        Person("helper", "戊", None, "helper", "C", unit="u2"),
        Person("unit", "己", None, "unit", "C", unit="u1"),
    ),
    *(Person("office of C", "庚", None, "office", "C"), Person("office of N", "辛", None, "office", "N")),
    *(Person("office of S", "壬", None, "office", "S"), Person("office of n", "癸", None, "office", "n")),
    Person("has left", "子", None, "leader", "n", "tn", left_on=date(2026, 11, 1)),
)
# Whom one looks at: in the north of the unit u1, in the south of none.
THERE = {
    "n": Person("x-n", "丑", "13800000011", "member", "n", "tn", unit="u1"),
    "s": Person("x-s", "寅", "13800000012", "member", "s", "ts"),
}
PAIRED = {"n": "n*", "s": "s*"}

# who           | see household | record visit | read ledger | read week | see phone | rule on question
TABLE = """
leader          | n n*          | n n*         | n           | n         | n         |
first           | n n*          | n n*         | n           | n         | n         |
member          | n n*          | n n*         |             |           | n         |
member of s     | s s*          | s s*         |             |           | s         |
helper          | n* s*         | n* s*        |             |           |           |
unit            |               |              | n           |           | n         |
office of C     | n n* s s*     |              |             | n s       | n s       | n s
office of N     | n n*          |              |             | n         | n         | n
office of S     | s s*          |              |             | s         | s         | s
office of n     | n n*          |              |             | n         | n         | n
has left        |               |              |             |           |           |
"""
VERBS = ("see household", "record visit", "read ledger", "read week", "see phone", "rule on question")
HOUSEHOLDS = ("n", "n*", "s", "s*")


def expected() -> dict[str, dict[str, set[str]]]:
    """Read the table: who, verb, places."""
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return {who: dict(zip(VERBS, map(set, map(str.split, cells)), strict=True)) for who, *cells in rows}


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Store]:
    """Give the county."""
    store = Store(tmp_path)
    with store.transaction():
        for place in PLACES:
            store.roster.put_place(place)
        store.roster.put_unit(Unit("u1", "农技站"))
        store.roster.put_unit(Unit("u2", "水务站"))
        for village in ("n", "s"):
            store.roster.put_team(Team(f"t{village}", f"{village}队", village))
        for person in (*PEOPLE, *THERE.values()):
            store.roster.put_person(person)
        for code in HOUSEHOLDS:
            store.roster.put_household(Household(code, f"户{code}", code[0]))
        for code in PAIRED.values():
            store.roster.pair("helper", code)
        yield store
    store.close()


def may_record(store: Store, person: Person, code: str) -> bool:
    """Try to record a visit, as one who has been handed the household's button would."""
    draft = visits.Draft("visit", code, None, ("service",), "坐了坐", location_reason="没有信号")
    try:
        visits.save(store, person, draft, now=NOW, source=f"{person.code}:{code}")
    except NotAllowed:
        return False
    return True


Ask = Callable[[Store, Person, str], bool]
ASK: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "see household": (scope.may_see_household, HOUSEHOLDS),
    "record visit": (may_record, HOUSEHOLDS),
    "read ledger": (lambda store, person, v: THERE[v] in scope.ledgers_seen_by(store, person), ("n", "s")),
    "read week": (lambda store, person, v: scope.may_see_team(store, person, f"t{v}"), ("n", "s")),
    "see phone": (
        lambda store, person, v: scope.phone_for(store, person, THERE[v]) == THERE[v].phone,
        ("n", "s"),
    ),
    "rule on question": (lambda store, person, v: scope.may_rule_for(store, person, THERE[v]), ("n", "s")),
}


def test_the_table_is_whole() -> None:
    """Every role stands in it, every verb is asked, every cell names places that there are."""
    assert {person.role for person in PEOPLE} == set(ROLES)
    assert list(expected()) == [*(person.code for person in PEOPLE)]
    assert tuple(ASK) == VERBS
    assert all(cell <= set(HOUSEHOLDS) for row in expected().values() for cell in row.values())


@pytest.mark.parametrize(
    ("person", "verb"), list(product(PEOPLE, VERBS)), ids=lambda each: str(getattr(each, "code", each))
)
def test_each_may_do_what_the_table_says_and_nothing_else(tree: Store, person: Person, verb: str) -> None:
    """Asked for every place one by one."""
    ask, places = ASK[verb]
    assert {place for place in places if ask(tree, person, place)} == expected()[person.code][verb]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.code)
def test_lists_and_searches_show_the_same_as_asking_one_by_one(tree: Store, person: Person) -> None:
    """No list leads to more than one may open."""
    seen = expected()[person.code]["see household"]
    assert {household.code for household in scope.households_seen_by(tree, person)} == seen
    assert {household.code for household in scope.find_households(tree, person, "户")} == seen


def test_a_closed_household_is_read_but_not_visited(tree: Store) -> None:
    """Its file stays; it stands in no list of those to be visited."""
    tree.roster.put_household(Household("n*", "户n*", "n", closed_on=day_of(NOW)))
    for code in ("member", "helper", "office of N"):
        person = tree.roster.person(code)
        assert person
        assert scope.may_see_household(tree, person, "n*")
        assert not may_record(tree, person, "n*")
        assert "n*" not in {household.code for household in scope.households_seen_by(tree, person)}


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), (None, ""), ("0871123", "*******"), ("08711234", "087*1234")],
)
def test_a_number_is_hidden_in_its_middle(tree: Store, phone: str | None, shown: str) -> None:
    """From whoever does not work with its owner."""
    stranger = tree.roster.person("helper")
    assert stranger
    assert scope.phone_for(tree, stranger, replace(THERE["n"], phone=phone)) == shown


def test_ones_own_number_is_whole(tree: Store) -> None:
    """As long as one has not left."""
    own = replace(PEOPLE[4], phone="13800000013")
    assert scope.phone_for(tree, own, own) == own.phone
    assert scope.phone_for(tree, replace(own, left_on=date(2026, 11, 1)), own) == "138****0013"
