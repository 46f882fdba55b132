"""A visit in one message: the card, what can be mended on it, and questions that are none of its business."""

from dataclasses import replace
from datetime import date

import pytest

from storage.roster import Member
from storage.visits import Visit
from tests.handlers.talk import Talk, Town

SAID = "昨天下午去了罗兴旺家，讲了医保政策，送了200元慰问金，灶房漏雨，下周带瓦匠来看"


def visits_of(talk: Talk) -> list[Visit]:
    """Return what the person has recorded by hand, the newest first; the demo's own visits are older."""
    found = talk.town.store.visits.of_person(talk.code)
    return [visit for visit in found if not visit.source.startswith("demo")]


async def test_one_message_and_one_tap_record_a_visit(town: Town, member: Talk) -> None:
    """Household, day, duties and problem are read; the whole message is the note."""
    card = await member.says(SAID)
    assert card.splitlines() == [
        "我理解为：",
        "走访：罗兴旺（一组）",
        "日期：11月24日 周二",
        "位置：没有位置，原因：用一条消息记的，没有发位置",
        "工作：宣传员、服务员",
        f"做了什么：{SAID}",
        "问题：灶房漏雨",
        "帮扶：200 元（原话里有，随原话保存）",
        "下一步：下周带瓦匠来看（原话里有，随原话保存）",
    ]
    receipt = await member.presses("✓ 保存")
    assert (member.taps, member.texts) == (1, 1)
    (visit,) = visits_of(member)
    assert f"回执号 {visit.receipt}" in receipt
    assert visit.receipt.startswith("1124-")
    assert (visit.household, visit.day, visit.kind) == ("demo-h109", date(2026, 11, 24), "visit")
    assert (visit.duties, visit.problem, visit.note) == (("publicist", "service"), "灶房漏雨", SAID)
    assert visit.recorded_at == town.now


@pytest.mark.parametrize(
    "text",
    [
        "打个电话问问贫困户情况算不算走访",
        "走访要不要本人去",
        "入户走访的要求",
        "罗兴旺家能不能办低保？",
        "明天去罗兴旺家要带什么材料",
        "谢谢",
    ],
)
async def test_a_question_is_answered_as_one(member: Talk, text: str) -> None:
    """Whatever it speaks of."""
    assert "我理解为" not in await member.says(text)
    assert "看起来是一次走访" not in member.last
    assert visits_of(member) == []


async def test_what_was_no_visit_becomes_a_question(member: Talk) -> None:
    """One tap, and the same words go to the documents; nothing is recorded."""
    await member.says("去了罗兴旺家，他说电话里讲也一样")
    answer = await member.presses("不是走访，我在提问")
    assert "走访须本人入户" in answer
    assert "好的，当作提问。" in answer
    assert "✓ 保存" not in member.buttons
    assert visits_of(member) == []


async def test_a_question_beside_the_open_card_is_answered_and_the_card_stays(member: Talk) -> None:
    """Nothing that was read is lost."""
    await member.says(SAID)
    assert "走访须本人入户" in await member.says("打个电话算不算走访")
    assert "回执号" in await member.presses("✓ 保存")
    assert len(visits_of(member)) == 1


async def test_another_visit_beside_the_open_card_shows_the_card_again(member: Talk) -> None:
    """One after the other: the first is saved or dropped before the next is read."""
    await member.says(SAID)
    assert "走访：罗兴旺" in await member.says("去了白树清家，送了米")
    await member.presses("✓ 保存")
    assert "走访：白树清" in await member.says("去了白树清家，送了米")


async def test_two_that_fit_are_asked_about(member: Talk) -> None:
    """Only they are offered; the rest of the card has been read already."""
    assert "对得上的不止一户" in await member.says("去了白家，劝了架，他们跟邻居吵架")
    offered = [text.partition("（")[0] for text in member.buttons if "·" in text]
    assert sorted(offered) == ["白家兴", "白树清"]
    card = await member.presses("白树清")
    assert "走访：白树清（四组）" in card
    assert "工作：调解员" in card
    assert "回执号" in await member.presses("✓ 保存")
    assert visits_of(member)[0].household == "demo-h104"


async def test_a_visit_without_a_name_asks_whose_it_was(member: Talk) -> None:
    """All of one's own are offered, a name may be typed, and it may have been a question after all."""
    assert "没看出是哪一户" in await member.says("今天走访了一户，老人身体硬朗，量了血压")
    assert "不是走访，我在提问" in member.buttons
    assert "找到这些户" in await member.says("杨老实")
    assert "不是走访，我在提问" in member.buttons
    assert "走访：杨老实（四组）" in await member.presses("杨老实")


async def test_several_households_are_recorded_one_after_the_other(member: Talk) -> None:
    """A card each; whose the problems are is left to the person."""
    told = await member.says("今天去了罗兴旺家和杨老实家，都送了棉被，灶房漏雨")
    assert "话里有 2 户" in told
    assert "走访：罗兴旺" in member.last
    assert "问题" not in member.last
    assert "走访：杨老实" in await member.presses("✓ 保存")
    assert "回执号" in await member.presses("✓ 保存")
    assert [visit.household for visit in visits_of(member)] == ["demo-h116", "demo-h109"]
    assert "✓ 保存" not in member.buttons


async def test_every_part_can_be_mended_and_leads_back_to_the_card(member: Talk) -> None:
    """Household, day, duties, words, problem: each in two or three taps."""
    await member.says(SAID)
    await member.presses("改一改")
    await member.presses("哪一户")
    await member.says("杨老实")
    assert "走访：杨老实" in await member.presses("杨老实")
    await member.presses("改一改")
    await member.presses("哪一天")
    assert "日期：11月23日 周一" in await member.presses("11月23日")
    await member.presses("改一改")
    await member.presses("哪一天")
    assert "日期：11月17日 周二" in await member.says("上周二")
    await member.presses("改一改")
    await member.presses("工作")
    await member.presses("☑ 宣传员")
    assert "工作：服务员\n" in await member.presses("下一步")
    await member.presses("改一改")
    await member.presses("做了什么")
    assert "做了什么：送了慰问金" in await member.says("送了慰问金")
    await member.presses("改一改")
    await member.presses("问题")
    assert "问题：灶房后墙漏雨" in await member.says("灶房后墙漏雨")
    await member.presses("✓ 保存")
    (visit,) = visits_of(member)
    assert (visit.household, visit.day, visit.duties) == ("demo-h116", date(2026, 11, 17), ("service",))
    assert (visit.note, visit.problem) == ("送了慰问金", "灶房后墙漏雨")


async def test_a_location_may_follow_the_message(town: Town, member: Talk) -> None:
    """Sent at the card, or by the form's own step; it becomes the visit's evidence."""
    point = town.store.roster.household("demo-h109").point  # type: ignore[union-attr]
    assert point
    await member.says(SAID)
    told = await member.location(point[0], point[1], 15)
    assert "声明位置距该户" in told
    assert "我理解为" in told
    await member.presses("改一改")
    await member.presses("位置")
    assert "我理解为" in await member.sends_location(point[0], point[1], 20)
    await member.presses("✓ 保存")
    assert visits_of(member)[0].location == "given"


async def test_a_step_back_from_mending_shows_the_card(member: Talk) -> None:
    """From the list of parts and from a part."""
    await member.says(SAID)
    await member.presses("改一改")
    assert "我理解为" in await member.presses("‹ 上一步")
    await member.presses("改一改")
    await member.presses("哪一户")
    await member.presses("取消")
    assert "已取消" in member.last
    assert visits_of(member) == []


@pytest.mark.parametrize("text", ["前几天去了罗兴旺家，送了米", "9月3号去了罗兴旺家，送了米"])
async def test_a_day_that_is_vague_or_long_ago_is_asked_for(member: Talk, text: str) -> None:
    """Nothing is saved until it is told; what cannot be understood is said so."""
    assert "日期：没说准，请选一下" in await member.says(text)
    assert "✓ 保存" not in member.buttons
    await member.presses("选一下是哪一天")
    assert "没看懂是哪一天" in await member.says("9月3号")
    assert "没看懂是哪一天" in await member.says("有一天")
    assert "日期：11月20日 周五" in await member.says("11.20")
    assert "回执号" in await member.presses("✓ 保存")
    assert visits_of(member)[0].day == date(2026, 11, 20)


async def test_duties_that_were_not_read_are_asked_for(member: Talk) -> None:
    """A mere look in serves none that could be read."""
    assert "工作：还没选" in await member.says("去罗兴旺家坐了坐")
    assert "✓ 保存" not in member.buttons
    await member.presses("选一下做了哪些工作")
    await member.presses("☐ 调查员")
    await member.presses("下一步")
    assert "回执号" in await member.presses("✓ 保存")


async def test_a_call_is_kept_as_a_contact(member: Talk) -> None:
    """It never counts as a visit, and has no location to mend."""
    assert "联系或代访（不算走访）：罗兴旺" in await member.says("给罗兴旺打了电话，讲了医保政策")
    await member.presses("改一改")
    assert "位置" not in member.buttons
    await member.presses("‹ 上一步")
    assert "不算入户走访" in await member.presses("✓ 保存")
    assert visits_of(member)[0].kind == "contact"


async def test_others_households_are_not_read(town: Town) -> None:
    """A helper's message about a household that is not paired asks whose it was."""
    helper = await town.talk("demo-helper-11")
    paired = {household.code for household in town.store.roster.households_paired_with("demo-helper-11")}
    assert "demo-h109" not in paired
    assert "没看出是哪一户" in await helper.says("今天去了罗兴旺家，送了米")


async def test_the_office_visits_nobody(office: Talk) -> None:
    """What it writes is a question."""
    assert "我理解为" not in await office.says(SAID)


async def test_the_card_survives_a_restart(town: Town, member: Talk) -> None:
    """It lives in the conversation state like the form."""
    await member.says(SAID)
    town.restart()
    assert "回执号" in await member.presses("✓ 保存")


async def test_a_nickname_and_a_member_of_the_family_stand_for_the_household(
    town: Town, member: Talk
) -> None:
    """As the roster has them."""
    household = town.store.roster.household("demo-h109")
    assert household is not None
    members = (Member("苏玉梅", "妻子"),)
    with town.store.transaction():
        town.store.roster.put_household(replace(household, nickname="罗篾匠", members=members))
    assert "走访：罗兴旺（一组）" in await member.says("今天去看了罗篾匠，讲了医保政策")
    await member.presses("取消")
    assert "走访：罗兴旺（一组）" in await member.says("今天去看苏玉梅，讲了医保政策")
