"""Recording a visit, step by step, with all the ways out of it."""

from collections.abc import Awaitable, Callable

import pytest

from storage.roster import Household
from storage.visits import Visit
from tests.handlers.talk import Talk, Town

VILLAGE = "539900101201"


def households(town: Town) -> list[Household]:
    """Return the village's households."""
    return town.store.roster.households_in([VILLAGE])


def newest(talk: Talk) -> Visit | None:
    """Return the person's newest visit of today."""
    today = talk.town.now.date()
    found = talk.town.store.visits.of_person(talk.code, since=today, until=today)
    return found[0] if found else None


def near(town: Town, talk: Talk, offered: int = 0) -> tuple[str, tuple[float, float]]:
    """Return the head and the place of the household that stands on the list there."""
    head = next(iter([text for text in talk.buttons if "·" in text][offered:])).partition("（")[0]
    point = next(household.point for household in households(town) if household.head == head)
    assert point
    return head, point


async def to_location(town: Town, talk: Talk) -> tuple[float, float]:
    """Open the form and choose the first household; return where that is."""
    await talk.taps_key("记走访")
    head, point = near(town, talk)
    assert head in await talk.presses(head)
    return point


async def to_duties(town: Town, talk: Talk) -> None:
    """Go on with a location in the yard."""
    latitude, longitude = await to_location(town, talk)
    await talk.sends_location(latitude + 0.001, longitude, 15)


async def to_note(town: Town, talk: Talk) -> None:
    """Go on with one duty."""
    await to_duties(town, talk)
    await talk.presses("☐ 服务员")
    await talk.presses("下一步")


async def to_confirm(town: Town, talk: Talk) -> None:
    """Go on to the last look."""
    await to_note(town, talk)
    await talk.says("一起收了两袋玉米")


async def test_a_visit_takes_six_taps_and_one_text(town: Town, member: Talk) -> None:
    """From the menu to the receipt; the receipt has number, evidence and the month's progress."""
    await to_confirm(town, member)
    assert "声明位置距该户 110 米" in member.last
    receipt = await member.presses("✓ 保存")
    assert (member.taps, member.texts) == (6, 1)
    visit = newest(member)
    assert visit
    assert f"回执号 {visit.receipt}" in receipt
    assert "声明位置距该户" in receipt
    assert "11月您已走访" in receipt
    assert "目标 10 户" in receipt
    assert (visit.kind, visit.duties, visit.note, visit.location) == (
        "visit",
        ("service",),
        "一起收了两袋玉米",
        "given",
    )
    assert visit.distance_m == pytest.approx(111, abs=2)
    assert "记走访" in member.keyboard


async def test_households_not_seen_yet_come_first_and_all_can_be_paged_to(town: Town, member: Talk) -> None:
    """Twenty households on four pages, each once."""
    await member.taps_key("记走访")
    assert "还没见过" in member.buttons[0]
    seen = [text for text in member.buttons if "·" in text]
    for _ in range(3):
        await member.presses("下一页")
        seen += [text for text in member.buttons if "·" in text]
    assert len({text.partition("（")[0] for text in seen}) == len(seen) == len(households(town))
    assert "下一页" not in "".join(member.buttons)
    await member.presses("‹ 上一页")
    assert any(text.startswith("下一页（3/4）") for text in member.buttons)


async def test_a_household_is_found_by_name(town: Town, member: Talk) -> None:
    """What is typed at the list searches it; what is not found says what else to try."""
    await member.taps_key("记走访")
    assert "没有找到“欧阳不在”" in await member.says("欧阳不在")
    wanted = households(town)[-1].head
    assert "找到这些户" in await member.says(wanted)
    assert f"走访：{wanted}" in await member.presses(wanted)
    assert "请发一下位置" in member.last


async def test_after_a_search_and_a_way_back_the_whole_list_is_paged(town: Town, member: Talk) -> None:
    """The search is forgotten with the list it made."""
    await member.taps_key("记走访")
    wanted = households(town)[-1].head
    await member.says(wanted)
    await member.presses(wanted)
    await member.taps_key("‹ 上一步")
    await member.presses("下一页")
    assert len([text for text in member.buttons if "·" in text]) == 6


async def test_a_visit_to_the_village_itself(member: Talk) -> None:
    """No household: the village's point counts, and there is no telephone to have called."""
    await member.taps_key("记走访")
    await member.presses("走访白鹭村里")
    assert "只打了电话" not in member.keyboard
    assert "声明位置距村登记点" in await member.sends_location(25.6213, 103.4127, 12)
    await member.presses("☐ 宣传员")
    await member.presses("下一步")
    await member.says("院坝会讲了医保")
    assert "回执号" in await member.presses("✓ 保存")
    visit = newest(member)
    assert visit
    assert (visit.household, visit.village) == (None, VILLAGE)


async def test_a_location_far_away_is_recorded_as_it_is(town: Town, member: Talk) -> None:
    """It never blocks."""
    await to_location(town, member)
    assert "比登记的范围远一些，照常记录" in await member.sends_location(25.7, 103.5, 10)


async def test_a_forwarded_location_is_no_evidence_and_the_visit_is_saved(town: Town, member: Talk) -> None:
    """A kind word, and on with the form."""
    point = await to_location(town, member)
    assert "转发来的，不能作为位置依据，走访照常记录" in await member.forwards_location(*point)
    await member.presses("☐ 服务员")
    await member.presses("下一步")
    await member.says("看了看")
    assert "回执号" in await member.presses("✓ 保存")
    visit = newest(member)
    assert visit
    assert (visit.location, visit.latitude) == ("forwarded", None)


@pytest.mark.parametrize("reason", ["没有信号", "手机没电了"])
async def test_a_location_is_skipped_with_a_reason(town: Town, member: Talk, reason: str) -> None:
    """One of the usual ones, or one's own."""
    await to_location(town, member)
    assert "原因" in await member.taps_key("没有位置")
    await member.says(reason)
    await member.presses("☐ 服务员")
    await member.presses("下一步")
    await member.says("看了看")
    assert f"没有位置，原因：{reason}" in member.last
    await member.presses("✓ 保存")
    visit = newest(member)
    assert visit
    assert (visit.kind, visit.location, visit.location_reason) == ("visit", "skipped", reason)


async def test_a_location_that_comes_after_all_is_taken(town: Town, member: Talk) -> None:
    """Asked for the reason, one sends the location."""
    point = await to_location(town, member)
    await member.taps_key("没有位置")
    assert "声明位置距该户" in await member.location(*point)


async def test_a_contact_by_telephone_is_kept_and_never_counts(town: Town, member: Talk) -> None:
    """Its receipt says so, the month's figure stays, the household stays unseen."""
    before = await member.says("我的走访")
    await to_location(town, member)
    assert "不算入户走访" in await member.taps_key("只打了电话")
    await member.presses("☐ 信息员")
    await member.presses("下一步")
    await member.says("问了孩子上学的事")
    assert "电话联系（不算走访）" in member.last
    receipt = await member.presses("✓ 保存")
    assert "不算入户走访" in receipt
    assert receipt.splitlines()[-1] == before.splitlines()[-1]
    visit = newest(member)
    assert visit
    assert visit.kind == "contact"
    await member.taps_key("记走访")
    assert next(iter(member.messages[-1].buttons)).endswith("还没见过")


async def test_a_problem_is_added_and_changed(town: Town, member: Talk) -> None:
    """It stands on the last look and in the record."""
    await to_confirm(town, member)
    assert "发现了什么问题" in await member.presses("＋ 发现问题")
    assert "问题：屋顶漏雨" in await member.says("屋顶漏雨")
    await member.presses("改问题")
    assert "问题：牛圈塌了" in await member.says("牛圈塌了")
    await member.presses("✓ 保存")
    visit = newest(member)
    assert visit
    assert visit.problem == "牛圈塌了"


async def test_duties_are_ticked_and_unticked(town: Town, member: Talk) -> None:
    """One goes on only with at least one."""
    await to_duties(town, member)
    assert "下一步 ›" not in member.buttons
    await member.presses("☐ 服务员")
    await member.presses("☐ 宣传员")
    await member.presses("☑ 服务员")
    assert [text for text in member.buttons if text.startswith("☑")] == ["☑ 宣传员"]
    await member.presses("☑ 宣传员")
    assert "下一步 ›" not in member.buttons


async def test_back_at_every_step_leads_to_the_list_and_forward_again(town: Town, member: Talk) -> None:
    """From the last look all the way back, then through once more to one receipt."""
    await to_confirm(town, member)
    await member.presses("＋ 发现问题")
    assert "没问题就保存" in await member.presses("‹ 上一步")
    assert "写写做了什么" in await member.presses("‹ 上一步")
    assert "哪几项工作" in await member.presses("‹ 上一步")
    assert "☑ 服务员" in member.buttons
    assert "请发一下位置" in await member.presses("‹ 上一步")
    await member.taps_key("没有位置")
    assert "请发一下位置" in await member.taps_key("‹ 上一步")
    assert "走访的是哪一户" in await member.taps_key("‹ 上一步")
    assert member.keyboard == [], "the list has no keys of the step before under it"
    head, point = near(town, member, 1)
    await member.presses(head)
    await member.sends_location(*point)
    await member.presses("☐ 调解员")
    await member.presses("下一步")
    await member.says("换了一户")
    assert "回执号" in await member.presses("✓ 保存")
    visit = newest(member)
    assert visit
    assert (visit.note, visit.duties) == ("换了一户", ("mediator",))


STEPS = ["target", "location", "reason", "duties", "note", "confirm", "problem"]


async def go_to(step: str, town: Town, talk: Talk) -> None:
    """Go to a step of the form."""
    if step == "target":
        await talk.taps_key("记走访")
    elif step in {"location", "reason"}:
        await to_location(town, talk)
    elif step == "duties":
        await to_duties(town, talk)
    elif step == "note":
        await to_note(town, talk)
    else:
        await to_confirm(town, talk)
    if step == "reason":
        await talk.taps_key("没有位置")
    if step == "problem":
        await talk.presses("＋ 发现问题")


@pytest.mark.parametrize("step", STEPS)
async def test_cancel_at_every_step(town: Town, member: Talk, step: str) -> None:
    """By its button or key; nothing is saved and the menu is back."""
    await go_to(step, town, member)
    answer = await (member.taps_key("取消") if "取消" in member.keyboard else member.presses("取消"))
    assert "已取消，没有保存" in answer
    assert newest(member) is None
    assert "记走访" in member.keyboard
    assert "现在没有正在填的内容" in await member.says("/cancel")


@pytest.mark.parametrize("step", STEPS)
async def test_the_command_cancels_at_every_step(town: Town, member: Talk, step: str) -> None:
    """Whoever types it is understood as well."""
    await go_to(step, town, member)
    assert "已取消" in await member.says("/cancel")


@pytest.mark.parametrize("step", STEPS[1:])
async def test_a_menu_word_in_the_middle_keeps_the_form(town: Town, member: Talk, step: str) -> None:
    """It is neither recorded nor asked as a question; one goes on where one was."""
    await go_to(step, town, member)
    asked = member.last
    assert "走访正填着" in await member.says("今日签到")
    assert await member.presses("继续填") == asked
    assert "走访正填着" in await member.says("/week")
    assert "已取消" in await member.presses("不记了")


async def test_a_menu_word_at_the_bare_list_simply_leaves_it(member: Talk) -> None:
    """Nothing has been filled in yet: nothing is kept, and nothing is asked of the documents."""
    await member.taps_key("记走访")
    assert "今天在哪儿" in await member.taps_key("今日签到")
    await member.presses("在村")
    assert member.town.store.questions.count() == 2, "those of the demo"


async def test_a_menu_word_at_the_list_to_which_one_came_back_keeps_the_form(
    town: Town, member: Talk
) -> None:
    """There is something to lose."""
    await to_location(town, member)
    await member.taps_key("‹ 上一步")
    assert "走访正填着" in await member.says("记走访")
    assert "走访的是哪一户" in await member.presses("继续填")


@pytest.mark.parametrize("go", [to_location, to_duties, to_confirm])
async def test_words_at_a_step_that_waits_for_a_button_are_told_so(
    town: Town, member: Talk, go: Callable[[Town, Talk], Awaitable[object]]
) -> None:
    """They are no question, no note and no search: that is said, and the step stands there again."""
    await go(town, member)
    asked = member.last
    assert "这一步请点下面的按钮" in await member.says("低保怎么申请")
    assert member.last == asked
    assert member.town.store.questions.count() == 2, "those of the demo"


@pytest.mark.parametrize("step", STEPS)
async def test_what_does_not_fit_a_step_is_answered_with_the_step(
    town: Town, member: Talk, step: str
) -> None:
    """A sticker, wherever one is, is no reason for silence."""
    await go_to(step, town, member)
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
    sticker |= {"is_animated": False, "is_video": False}
    assert await member.sends(sticker=sticker) == member.last


@pytest.mark.parametrize("step", STEPS)
async def test_the_form_survives_a_restart_at_every_step(town: Town, member: Talk, step: str) -> None:
    """A new program finds it where the old one left it."""
    await go_to(step, town, member)
    town.restart()
    if step == "target":
        head, _ = near(town, member)
        assert "请发一下位置" in await member.presses(head)
    elif step == "location":
        assert "声明位置" in await member.sends_location(25.62, 103.41)
    elif step == "reason":
        assert "记下了" in await member.taps_key("没有信号")
    elif step == "duties":
        assert "哪几项" in await member.presses("☐ 服务员")
    elif step == "note":
        assert "没问题就保存" in await member.says("看了看")
    elif step == "confirm":
        assert "回执号" in await member.presses("✓ 保存")
    else:
        assert "问题：漏雨" in await member.says("漏雨")


async def test_saving_twice_saves_once(town: Town, member: Talk) -> None:
    """The button of the last look has done its work; pressed again it says that it is outdated."""
    await to_confirm(town, member)
    look = member.messages[-1]
    save = look.buttons["✓ 保存"]
    await member.presses("✓ 保存")
    assert "过期" in await member.presses_data(look, save)
    assert town.store.visits.count_of("demo-member-11") == len(town.store.visits.of_person("demo-member-11"))
    notes = [v.note for v in town.store.visits.of_person("demo-member-11", since=town.now.date())]
    assert notes == ["一起收了两袋玉米"]


async def test_the_same_update_brought_twice_is_done_once(town: Town, member: Talk) -> None:
    """A channel may deliver again; the inbox knows it by its key."""
    await to_confirm(town, member)
    look = member.messages[-1]
    message = {"message_id": look.number, "date": 1, "text": look.text}
    message |= {"chat": {"id": member.chat, "type": "private"}}
    who = {"id": member.chat, "is_bot": False, "first_name": "测试"}
    query = {"id": "q", "from": who, "chat_instance": "1", "data": look.buttons["✓ 保存"], "message": message}
    await town.feed(member.channel, member.chat, {"callback_query": query}, key="twice")
    heard = len(member.messages)
    await town.feed(member.channel, member.chat, {"callback_query": query}, key="twice")
    assert len(member.messages) == heard
    assert len(town.store.visits.of_person(member.code, since=town.now.date())) == 1


async def test_a_note_that_is_too_long_is_sent_back(town: Town, member: Talk) -> None:
    """At once, not at the end."""
    await to_note(town, member)
    assert "2000 字以内" in await member.says("长" * 2001)
    assert "没问题就保存" in await member.says("长" * 2000)
    await member.presses("＋ 发现问题")
    assert "没问题就保存" in await member.says("难" * 2000)
    assert "回执号" in await member.presses("✓ 保存")
    assert "长长" in await member.says("我的走访")
    assert "的台账" in await member.says("我的台账")


async def test_a_household_of_others_cannot_be_chosen(member: Talk) -> None:
    """A button from another roster leads nowhere."""
    await member.taps_key("记走访")
    assert "过期" in await member.presses_data(member.messages[-1], "v_to:h:demo-h201")
    assert newest(member) is None


async def test_a_helper_sees_the_paired_households_only(town: Town) -> None:
    """Five of them, and the receipt speaks of those."""
    helper = await town.talk("demo-helper-11")
    await helper.says("/start")
    await helper.taps_key("记走访")
    assert len([text for text in helper.buttons if "·" in text]) == 5
    head, point = near(town, helper)
    await helper.presses(head)
    await helper.sends_location(*point, 10)
    await helper.presses("☐ 服务员")
    await helper.presses("下一步")
    await helper.says("送了化肥")
    assert "结对 5 户" in await helper.presses("✓ 保存")


async def test_the_office_has_nobody_to_visit(office: Talk) -> None:
    """It is told so before anything is filled in."""
    assert "没有要您走访的户" in await office.says("记走访")
    assert "现在没有正在填的内容" in await office.says("取消")
