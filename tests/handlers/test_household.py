"""Looking a household up: by name, by the button beside a visit; who may, and what is written down."""

from dataclasses import replace

import pytest

from tests.handlers.talk import Talk, Town


def a_household(town: Town, number: int = 0) -> tuple[str, str]:
    """Give code and head of a household of the first village."""
    household = town.store.roster.households_in(["539900101201"])[number]
    return household.code, household.head


@pytest.fixture
def household(town: Town) -> tuple[str, str]:
    """Give the first."""
    return a_household(town)


async def test_a_member_finds_a_household_by_its_name(
    town: Town, member: Talk, household: tuple[str, str]
) -> None:
    """One that fits is shown at once, by command and by word; no look of a team is written down."""
    code, head = household
    card = await member.says(f"/household {head}")
    assert card.startswith(f"{head}（白鹭村")
    assert f"编号：{code}" in card
    assert await member.says(f"查户 {head}") == card
    assert "还没有联席办看过这一户" in await member.presses("谁看过")
    assert town.store.audit.of_household(code) == []


async def test_without_a_name_one_is_asked_for_it(member: Talk, household: tuple[str, str]) -> None:
    """The menu leads out of it again."""
    assert "请打户主" in await member.says("查户")
    assert (await member.says(household[1])).startswith(household[1])
    await member.says("/household")
    assert "待办" not in await member.taps_key("待办")
    assert "没有正在填的内容" in await member.says("/cancel")


async def test_many_that_fit_are_offered_and_more_words_make_them_fewer(town: Town, office: Talk) -> None:
    """Eight at most; each button opens a card."""
    surname = a_household(town)[1][0]
    head = await office.says(f"/household {surname}")
    assert head.startswith("找到 ")
    offered = [text for text in office.buttons if "村" in text and "（" in text]
    assert 2 <= len(offered) <= 8
    card = await office.presses(offered[0])
    assert card.startswith(offered[0].partition("（")[0].partition("·")[0])
    assert "没有找到“不存在的人”" in await office.says("/household 不存在的人")


async def test_the_office_is_told_that_its_look_is_written_down(
    town: Town, office: Talk, member: Talk, household: tuple[str, str]
) -> None:
    """The team can see who looked and when."""
    code, head = household
    await office.taps_key("查户")
    assert "已记入查看记录" in await office.says(f"{head} {code}")
    (look,) = town.store.audit.of_household(code)
    assert (look.person, look.what, look.at) == ("demo-office", "file", town.now)
    await member.says(f"/household {head}")
    assert "2026-11-25 09:00 许知远" in await member.presses("谁看过")


async def test_after_the_receipt_and_in_ones_list_the_file_is_a_tap_away(
    member: Talk, household: tuple[str, str]
) -> None:
    """And what has just been recorded stands in it."""
    code, head = household
    await member.taps_key("记走访")
    await member.says(head)
    await member.presses(head)
    await member.taps_key("没有位置")
    await member.taps_key("没有信号")
    await member.presses("☐ 服务员")
    await member.presses("下一步")
    await member.says("一起修好了水管")
    receipt = await member.presses("✓ 保存")
    card = await member.presses("看这户")
    assert card.startswith(head)
    assert "一起修好了水管" in card
    assert f"编号：{code}" in card
    assert receipt.splitlines()[-1] not in card
    await member.taps_key("我的走访")
    assert "一起修好了水管" in await member.presses(f"看{head}家")


async def test_another_villages_household_stays_shut(town: Town, member: Talk) -> None:
    """By its name, and by somebody else's button."""
    other = town.store.roster.households_in(["539900201201"])[0]
    third = await town.talk("demo-member-31")
    await third.says("/start")
    await third.says(f"/household {other.head} {other.code}")
    button = third.messages[-1].buttons["谁看过"]
    assert "没有找到" in await member.says(f"/household {other.code}")
    for data in (button, button.replace("hh_l", "hh")):
        assert "不在您能看的范围" in await member.presses_data(member.messages[-1], data)


async def test_a_closed_household_is_not_offered_for_a_visit(
    town: Town, member: Talk, household: tuple[str, str]
) -> None:
    """A button from before it was closed does nothing."""
    code, head = household
    await member.taps_key("记走访")
    await member.says(head)
    before = member.messages[-1]
    data = next(data for text, data in before.buttons.items() if text.startswith(head))
    closed = town.store.roster.household(code)
    assert closed
    with town.store.transaction():
        town.store.roster.put_household(replace(closed, closed_on=town.now.date()))
    assert "已经过期" in await member.presses_data(before, data)
    await member.says("/cancel")
    assert "没有找到" in await member.says(f"/household {head} {code}")
