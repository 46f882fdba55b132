"""Recording a visit by buttons, in a browser: list, location granted or denied, duties, words, receipt."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from fieldwork import visits
from storage.visits import Visit
from tests.bot.demo_day import HELPER, MEMBER, Day, Phone, demo_day

pytestmark = [pytest.mark.browser]

VILLAGE = "539900101201"
NOTE = "看了住房和饮水，核对了家里人口"
GRANTED = {"permissions": ["geolocation"]}


async def test_the_unvisited_come_first(tmp_path: Path) -> None:
    """Page by page: who has not been seen, then who was seen longest ago."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.taps("记走访")
        await phone.hears("走访的是哪一户？没见过面的排在前面。")
        listed = await pages(phone)
        seen = [line.partition(" · ")[2] for line in listed]
        assert len(listed) == 20
        unseen = seen.count("还没见过")
        assert 0 < unseen < 20
        assert seen[:unseen] == ["还没见过"] * unseen
        days = [int(re.fullmatch(r"11月(\d+)日见过", text)[1]) for text in seen[unseen:]]  # type: ignore[index]
        assert days == sorted(days)


async def test_a_visit_with_its_location_gets_a_receipt(tmp_path: Path) -> None:
    """Found by name, 180 metres away, two duties, a problem; evidence in words, the month, and the list."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER, **GRANTED)
        before = await progress(day)
        head = await chooses_unseen(phone)
        await phone.goes_to(await day.household(head, VILLAGE), metres_north=180)
        await phone.taps("📍 发送位置")
        await phone.found("声明位置距该户 180 米（精度约 10 米）")
        await phone.hears("这次做的是哪几项工作？可以多选。")
        await phone.presses("☐ 调查员")
        await phone.presses("☐ 服务员")
        await phone.presses("下一步")
        await phone.hears("请用一两句话写写做了什么。")
        await phone.says(NOTE)
        await phone.hears(f"走访：{head}", "工作：调查员、服务员", f"做了什么：{NOTE}")
        await phone.presses("＋ 发现问题")
        await phone.says("西墙裂了一道缝")
        await phone.hears("问题：西墙裂了一道缝")
        await phone.presses("✓ 保存")
        said = await phone.hears("已保存，回执号", "位置：声明位置距该户 180 米")
        after = await progress(day)
        assert (after.seen, after.left) == (before.seen + 1, before.left - 1)
        assert after.words() in said
        visit = await newest(day)
        assert visit.receipt in said
        assert (visit.duties, visit.note) == (("investigator", "service"), NOTE)
        assert visit.distance_m == pytest.approx(180, abs=1)
        await phone.taps("我的走访")
        await phone.hears(visit.receipt, head, NOTE, "问题：西墙裂了一道缝", "声明位置距该户 180 米")


async def test_two_quick_taps_on_save_are_one_visit(tmp_path: Path) -> None:
    """One receipt, one more visit of the person's."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        person = await day.person(MEMBER)
        had = day.app.store.visits.count_of(person.code)
        await chooses_unseen(phone)
        await phone.taps("没有位置")
        await phone.taps("没有信号")
        await ticks_and_goes_on(phone)
        await phone.says(NOTE)
        await phone.button("✓ 保存").dblclick()
        await phone.hears("已保存，回执号")
        await phone.taps("我的走访")
        await phone.hears(f"共 {had + 1} 条")
        await expect(phone.said.filter(has_text="已保存，回执号")).to_have_count(1)


async def test_a_visit_without_a_location_is_saved_with_the_reason(tmp_path: Path) -> None:
    """Denied: kind words; a reason by a key; the receipt says so and the visit counts."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        before = await progress(day)
        await chooses_unseen(phone)
        await phone.taps("📍 发送位置")
        await expect(phone.page.get_by_role("dialog")).to_contain_text("没有得到定位的许可。不带位置也能继续")
        await phone.page.get_by_role("button", name="知道了").click()
        await phone.taps("没有位置")
        await phone.hears("没有位置的原因是什么？")
        await phone.taps("没有信号")
        await fills_in_the_rest(phone)
        await phone.hears("已保存，回执号", "位置：没有位置，原因：没有信号")
        assert (await progress(day)).seen == before.seen + 1
        visit = await newest(day)
        assert (visit.location, visit.location_reason, visit.latitude) == ("skipped", "没有信号", None)


async def test_back_leads_through_every_step_and_nothing_is_lost(tmp_path: Path) -> None:
    """From the last look back to the list, and forward again with what had been ticked and chosen."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        head = await chooses_unseen(phone)
        await phone.taps("没有位置")
        await phone.taps("‹ 上一步")
        await phone.hears(head, "请发一下位置")
        await phone.taps("没有位置")
        await phone.taps("定位打不开")
        await phone.hears("这次做的是哪几项工作？")
        await phone.presses("☐ 宣传员")
        await phone.presses("下一步")
        await phone.says("写错了的一句")
        await phone.hears("请看一下，没问题就保存。")
        for question in ("请用一两句话写写做了什么。", "这次做的是哪几项工作？", "请发一下位置"):
            await phone.presses("‹ 上一步")
            await phone.hears(question)
        await phone.taps("‹ 上一步")
        await phone.hears("走访的是哪一户？")
        other = await chooses_from_list(phone, 1)
        await phone.hears(other, "请发一下位置")
        await phone.taps("没有位置")
        await phone.taps("不方便")
        await fills_in_the_rest(phone)
        await phone.hears("已保存")
        assert (await newest(day)).note == NOTE


@pytest.mark.parametrize("steps", range(6))
async def test_cancel_is_at_every_step(tmp_path: Path, steps: int) -> None:
    """It leaves the form at once, with nothing saved and the menu back."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        had = await newest(day)
        await phone.taps("记走访")
        await phone.hears("走访的是哪一户？")
        walk = (
            lambda: chooses_from_list(phone, 0),
            lambda: phone.taps("没有位置"),
            lambda: phone.taps("没有信号"),
            lambda: ticks_and_goes_on(phone),
            lambda: phone.says(NOTE),
        )
        asked = ("哪一户", "请发一下位置", "原因是什么", "哪几项工作", "写写做了什么", "没问题就保存")
        for step, question in zip(walk[:steps], asked[1:], strict=False):
            await step()
            await phone.hears(question)
        await (phone.taps("取消") if steps in (1, 2) else phone.presses("取消"))
        await phone.hears("好的，已取消，没有保存。")
        await expect(phone.keys.get_by_role("button", name="记走访")).to_be_visible()
        assert await newest(day) == had


async def test_a_form_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    """The page comes back by itself, and the next tap goes on where one was."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER, **GRANTED)
        head = await chooses_unseen(phone)
        await phone.goes_to(await day.household(head, VILLAGE), metres_north=60)
        await phone.taps("📍 发送位置")
        await phone.presses("☐ 调解员")
        await expect(phone.button("☑ 调解员")).to_be_visible()
        await day.down()
        await expect(phone.page.locator("#line")).to_contain_text("您的话会保留并自动发出")
        await phone.presses("下一步")
        await day.up()
        await phone.hears("请用一两句话写写做了什么。")
        await phone.says(NOTE)
        await phone.presses("✓ 保存")
        await phone.hears("已保存，回执号", "声明位置距该户 60 米")
        visit = await newest(day)
        assert (visit.duties, visit.note) == (("mediator",), NOTE)


async def test_a_contact_by_telephone_is_kept_and_never_counts(tmp_path: Path) -> None:
    """It gets a receipt as a contact; the month does not move; the list says what it was."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(HELPER)
        before = await progress(day, HELPER)
        await phone.taps("记走访")
        await phone.hears("走访的是哪一户？")
        await chooses_from_list(phone, 0)
        await phone.taps("只打了电话")
        await phone.found("记为电话联系：留作记录，不算入户走访")
        await fills_in_the_rest(phone)
        said = await phone.hears("已记为电话联系，回执号", "不算入户走访")
        assert before.words() in said
        visit = await newest(day, HELPER)
        assert visit.kind == "contact"
        await phone.taps("我的走访")
        await phone.hears(f"电话联系 {await head_of(day, visit)}（{visit.receipt}）")


async def chooses_unseen(phone: Phone) -> str:
    """Open the form, note who stands first, search for the name and choose it; return the name."""
    await phone.taps("记走访")
    await phone.hears("走访的是哪一户？")
    head = re.split("[（ ]", (await phone.buttons())[0])[0]
    await phone.says(head)
    await phone.hears("找到这些户，请点选：")
    await phone.presses(head)
    await phone.hears(head, "请发一下位置")
    return head


async def chooses_from_list(phone: Phone, number: int) -> str:
    """Press the household that stands there in the list; return its head."""
    line = (await phone.buttons())[number]
    await phone.presses(line)
    head = re.split("[（ ]", line)[0]
    await phone.hears(head, "请发一下位置")
    return head


async def ticks_and_goes_on(phone: Phone) -> None:
    """Tick a duty, go on to the words."""
    await phone.presses("☐ 服务员")
    await phone.presses("下一步")


async def fills_in_the_rest(phone: Phone) -> None:
    """From the duties to the receipt."""
    await phone.hears("这次做的是哪几项工作？")
    await ticks_and_goes_on(phone)
    await phone.hears("写写做了什么")
    await phone.says(NOTE)
    await phone.hears("没问题就保存", f"做了什么：{NOTE}")
    await phone.presses("✓ 保存")


async def pages(phone: Phone) -> list[str]:
    """Return the households of all pages of the list."""
    listed: list[str] = []
    while True:
        shown = await phone.buttons()
        listed += [text for text in shown if " · " in text]
        forward = [text for text in shown if text.startswith("下一页")]
        if not forward:
            return listed
        await phone.presses(forward[0])
        await expect(phone.button(forward[0])).to_have_count(0)


async def progress(day: Day, name: str = MEMBER) -> visits.Progress:
    """Return how far the person's month has come."""
    person = await day.person(name)
    async with day.app.store.unit():
        return visits.progress(day.app.store, person, day.now)


async def newest(day: Day, name: str = MEMBER) -> Visit:
    """Return what the person recorded last."""
    person = await day.person(name)
    async with day.app.store.unit():
        return day.app.store.visits.of_person(person.code, limit=1)[0]


async def head_of(day: Day, visit: Visit) -> str:
    """Return the head of the household that was visited."""
    async with day.app.store.unit():
        household = day.app.store.roster.household(visit.household or "")
    assert household
    return household.head
