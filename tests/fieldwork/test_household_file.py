"""A household's file: what stands in it, who may open it, what is written down about the opening."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fieldwork import household_file
from fieldwork.errors import NotAllowed
from storage import Store
from storage.roster import Household, Member, Person
from storage.visits import Visit
from tests.fieldwork.test_demo import NOW

Who = Callable[[str], Person]
TODAY = date(2026, 11, 25)


def test_the_card_holds_facts_people_and_records(store: Store, who: Who, record: Callable[..., Any]) -> None:
    """The newest record first, contacts apart, problems by themselves."""
    record("m1", "h1", date(2026, 11, 20), note="看了屋顶", problem="屋顶漏雨")
    record("m2", "h1", date(2026, 11, 21), kind="contact", note="问了药费")
    told = household_file.words(household_file.open_file(store, who("leader"), "h1", NOW)).splitlines()
    assert told == [
        "普有福（白鹭村一组）",
        "3 口人 · 因病 · 编号：h1",
        "标签：低保、残疾",
        "别名：老普",
        "家庭成员：王秀兰（配偶）、普小明（儿子）",
        "帮扶干部：沈文秀 农技站 139****0002",
        "",
        "走访 1 次，电话联系 1 次",
        "最近的记录：",
        "· 2026-11-21 段立新（电话）：问了药费",
        "· 2026-11-20 何秋雨：看了屋顶",
        "发现的问题：",
        "· 2026-11-20：屋顶漏雨",
    ]


def test_what_is_not_known_is_left_out(store: Store, who: Who) -> None:
    """No empty lines of headings; a closed household says so."""
    store.roster.put_household(Household("h3", "王顺", "111", "二组", closed_on=TODAY))
    told = household_file.words(household_file.open_file(store, who("m1"), "h3", NOW)).splitlines()
    assert told == ["王顺（白鹭村二组）", "已于 2026-11-25 注销", "编号：h3", "", "还没有走访记录。"]


def test_an_offices_look_is_written_down_and_a_teams_is_not(store: Store, who: Who) -> None:
    """Who, what and when; searching too."""
    household_file.open_file(store, who("m1"), "h1", NOW)
    household_file.search(store, who("m1"), "普", NOW)
    assert store.audit.of_household("h1") == []
    file = household_file.open_file(store, who("office"), "h1", NOW)
    assert household_file.words(file).endswith("您的这次查看已记入查看记录。")
    assert [found.code for found in household_file.search(store, who("office"), "秀兰", NOW)] == ["h1"]
    searched, looked = store.audit.of_person("office")
    assert (searched.what, searched.text, searched.household) == ("search", "秀兰", None)
    assert (looked.what, looked.household, looked.at) == ("file", "h1", NOW)
    assert household_file.looks(store, who("m1"), "h1") == [(looked, "许知远")]


@pytest.mark.parametrize(
    ("code", "household"), [("m1", "k1"), ("helper", "h2"), ("office12", "h1"), ("unit", "h1")]
)
def test_nobody_opens_what_is_not_theirs(store: Store, who: Who, code: str, household: str) -> None:
    """Neither file nor looks; nothing is written down of what was not seen."""
    with pytest.raises(NotAllowed):
        household_file.open_file(store, who(code), household, NOW)
    with pytest.raises(NotAllowed):
        household_file.looks(store, who(code), household)
    assert household_file.search(store, who(code), household, NOW) == []
    assert store.audit.of_household(household) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("普有福", ["h1"]),
        ("有福", ["h1"]),
        ("老普", ["h1"]),
        ("小明", ["h1"]),
        ("普 一组", ["h1"]),
        ("普 二组", []),
        ("小明 普有福", ["h1"]),
        (" ", []),
        ("没有此人", []),
    ],
)
@pytest.mark.parametrize("code", ["m1", "office"])
def test_a_household_is_found_by_any_of_its_names(
    store: Store, who: Who, code: str, text: str, found: list[str]
) -> None:
    """By any piece of them, the same for a team and for an office."""
    assert [household.code for household in household_file.search(store, who(code), text, NOW)] == found


def test_heads_stand_before_members(store: Store, who: Who) -> None:
    """Who bears the name that was typed is meant rather than who is related to one."""
    store.roster.put_household(Household("h0", "白家旺", "111", members=(Member("王小丫"),)))
    assert [h.code for h in household_file.search(store, who("m1"), "王", NOW)] == ["h3", "h1", "h0"]


def test_many_records_are_shown_as_a_few(store: Store, who: Who, record: Callable[..., Visit]) -> None:
    """The figures count all of them."""
    for day in range(1, 21):
        record("m1", "h1", date(2026, 11, day), note="话" * 500, problem="难" * 500)
    told = household_file.words(household_file.open_file(store, who("m1"), "h1", NOW))
    assert "走访 20 次" in told
    assert told.count("· 2026-11-") == 10
    assert len(told) < 2000
