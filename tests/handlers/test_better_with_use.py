"""Answers get better from being used: what was of use is found again, by whoever may read it, until it is taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb import Scope
from tests.handlers.conftest import WEDNESDAY
from tests.handlers.county import OTHER_VILLAGE, VILLAGE, County

RULES = """村务值班安排

第一条 村委会办公室每天八点开门，十八点关门。
第二条 印章由文书保管，用印须经村主任签字。
"""
SEAL = "印章由文书保管，用印要经谁签字？"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """Give the county with a document of two articles."""
    county = County(tmp_path, WEDNESDAY)
    county.add("值班.txt", RULES)
    yield county
    county.store.close()


def wordings(county: County) -> list[str]:
    """Return all wordings that are searched."""
    return [wording.text for wording in county.base.wordings.all()]


async def test_what_was_of_use_joins_its_clause_until_the_same_person_takes_it_back(county: County) -> None:
    """Each person's word counts for itself: one who changes their mind does not silence another."""
    first, second = await county.enters("demo-member-11"), await county.enters("demo-member-31")
    for talk in (first, second):
        assert "用印须经村主任签字" in await talk.says(SEAL)
    assert "会先找到这一条" in await first.presses("有用")
    assert "记下了" in await second.presses("有用")
    assert wordings(county) == [SEAL]
    await first.presses("没用")
    assert wordings(county) == [SEAL]
    await second.presses("没用")
    assert wordings(county) == []
    await second.presses("有用")
    assert wordings(county) == [SEAL]


async def test_an_office_sees_how_people_asked_and_withdraws_it_for_good(county: County) -> None:
    """Members see the clause alone; what was withdrawn does not come back."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(SEAL)
    await member.presses("有用")
    assert "大家这样问过" not in await member.presses("看整条")
    await office.says(SEAL)
    shown = await office.presses("看整条")
    assert f"大家这样问过：\n1. {SEAL}" in shown
    button = office.messages[-1].buttons["撤 1"]
    assert "已经不在了" in await member.presses_data(member.messages[-1], button)
    assert f"已撤下：{SEAL}" in await office.presses("撤 1")
    assert "已经不在了" in await office.presses("撤 1")
    await member.says(SEAL)
    assert "会先找到" not in await member.presses("有用")
    assert wordings(county) == []


async def test_what_the_place_asks_most_is_asked_again_by_a_tap(county: County) -> None:
    """The answered first, with counts, without names; a tap asks it."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.taps_key("常问")
    assert any(text.endswith("（1 次）（还没有答案）") for text in member.messages[-1].buttons), (
        "the demo's own"
    )
    for _ in range(2):
        await member.says(SEAL)
    shown = await member.taps_key("常问")
    assert shown.startswith("杉岭镇近三个月问得多的"), "so little was asked in the village"
    (first, *_) = member.messages[-1].buttons
    assert first == f"{SEAL}（2 次）"
    assert "何秋雨" not in shown + "".join(member.messages[-1].buttons)
    assert "用印须经村主任签字" in await member.presses(first)
    county.wait(days=91)
    assert "还没有人问过" in await member.taps_key("常问")
    assert "还没有人问过" in await office.taps_key("常问")


async def test_what_one_may_not_read_does_not_show_among_what_is_asked_most(county: County) -> None:
    """Not the question whose answer it is, not its count; nor does anything of it when it is asked outright."""
    county.add("村内.txt", "村内口径\n\n一、鱼塘承包费由村集体统一收取，每年腊月公示一次。\n", Scope(VILLAGE))
    county.add("邻村.txt", "邻村口径\n\n一、茶厂分红由合作社核算，每年正月发放一次。\n", Scope(OTHER_VILLAGE))
    here, there = await county.enters("demo-member-11"), await county.enters("demo-member-31")
    office = await county.enters("demo-office")
    pond = "鱼塘承包费由谁统一收取？"
    assert "村集体" in await here.says(pond)
    assert pond in " ".join((await here.says("常问"), *here.messages[-1].buttons))
    assert "鱼塘" in " ".join((await office.says("常问"), *office.messages[-1].buttons))
    shown = await there.says("常问")
    assert "鱼塘" not in " ".join((shown, *there.messages[-1].buttons))
    assert "村集体" not in await there.says(pond)
    clause = here.messages[-1]
    await here.says(pond)
    button = here.messages[-1].buttons["看整条"]
    assert clause
    assert "请再问一次" in await there.presses_data(there.messages[-1], button)
