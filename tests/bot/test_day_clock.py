"""What comes by the clock, in a browser: the morning's reminder, and the team's week on Friday and on request."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from fieldwork.days import Week, day_of
from fieldwork.duties import names_of
from storage.visits import Visit
from tests.bot.demo_day import LEADER, MEMBER, OFFICE, Day, Phone, demo_day, shanghai

pytestmark = [pytest.mark.browser]

TEAM, CREW = "demo-team-1", ("周明山", "林晓岚", "何秋雨", "段立新", "罗小满")
HELLO = "{name}您好，还有这些等着您："


async def test_a_workday_begins_with_what_is_undone(tmp_path: Path) -> None:
    """At 08:30, once: duties without a record this week, households not seen this month; no sooner."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        day.at("2026-11-26", "08:29")
        assert (await day.schedule("remind 08:30")).next_run == shanghai("2026-11-26", "08:30")
        await phone.never_heard("还有这些等着您")
        day.at("2026-11-26", "08:30")
        said = await phone.hears(HELLO.format(name=MEMBER), "截至今天 08:30 的记录")
        assert "11月村里还没走访到的有" in said
        unserved = [name for name in ("宣传员", "调查员") if name not in await served(day)]
        assert all(name in said for name in unserved)
        assert ("本周还没有记录的职责" in said) == bool(unserved)
        await phone.taps("待办")
        await expect(phone.said.filter(has_text="还有这些等着您")).to_have_count(2)
        await day.down()
        await day.up()
        assert (await day.schedule("remind 08:30")).next_run == shanghai("2026-11-27", "08:30")
        await phone.taps("帮助")
        await phone.hears("我的走访")
        await expect(phone.said.filter(has_text="还有这些等着您")).to_have_count(2)


async def test_whoever_has_nothing_undone_is_left_in_peace(tmp_path: Path) -> None:
    """The office that has answered every question hears nothing at 08:30; the member next door does."""
    async with demo_day(tmp_path / "data") as day:
        member, office = await day.enter(MEMBER), await day.enter(OFFICE)
        for left in (2, 1):
            await office.taps("待答问题")
            await office.hears(f"待答问题 1/{left}")
            await office.answers("已在政务公开栏说明。")
            await office.hears("答复已发给")
        await office.taps("待办")
        await office.hears("按现有记录，该做的都做了。")
        day.at("2026-11-26", "08:30")
        await member.hears(HELLO.format(name=MEMBER))
        await day.schedule("remind 08:30")
        await office.taps("待答问题")
        await office.hears("没有等着答复的问题。")
        await office.never_heard("还有这些等着您")


async def test_a_sunday_is_silent(tmp_path: Path) -> None:
    """Nothing at 08:30 on Sunday; what is undone waits for Monday."""
    async with demo_day(tmp_path / "data", "2026-11-28", "12:00") as day:
        phone = await day.enter(MEMBER)
        day.at("2026-11-29", "08:31")
        assert (await day.schedule("remind 08:30")).next_run == shanghai("2026-11-30", "08:30")
        await phone.taps("帮助")
        await phone.hears("我的走访")
        await phone.never_heard("还有这些等着您")
        day.at("2026-11-30", "08:30")
        await phone.hears(HELLO.format(name=MEMBER))


async def test_the_leader_gets_the_week_on_friday(tmp_path: Path) -> None:
    """At 17:00, by itself, in the figures that stand in the data; a member gets none."""
    async with demo_day(tmp_path / "data", "2026-11-27", "09:00") as day:
        leader, member = await day.enter(LEADER), await day.enter(MEMBER)
        day.at("2026-11-27", "17:00")
        said = await leader.hears("白鹭村工作队 11月23日–29日 小结", "截至 11月27日 17:00")
        await shows_the_week(day, said)
        await day.schedule("week")
        await member.taps("帮助")
        await member.hears("我的走访")
        await member.never_heard("小结")


async def test_the_week_is_there_on_request(tmp_path: Path) -> None:
    """A visit of a minute ago is in it; the weeks before are one tap away, and one tap back."""
    async with demo_day(tmp_path / "data", "2026-11-27", "09:00") as day:
        leader = await day.enter(LEADER)
        await leader.taps("本周小结")
        await shows_the_week(day, await leader.hears("截至 11月27日 09:00"))
        await records_a_problem(leader)
        await leader.taps("本周小结")
        said = await leader.hears("村里：水沟被落石堵了")
        await shows_the_week(day, said)
        await leader.presses("‹ 上一周")
        await leader.hears("白鹭村工作队 11月16日–22日 小结")
        await leader.presses("回到本周")
        await leader.hears("白鹭村工作队 11月23日–29日 小结")


async def test_a_member_may_not_see_the_week(tmp_path: Path) -> None:
    """There is no key for it, and the words are answered kindly."""
    async with demo_day(tmp_path / "data", "2026-11-27", "09:00") as day:
        member = await day.enter(MEMBER)
        await expect(member.keys.get_by_role("button", name="本周小结")).to_have_count(0)
        await member.says("本周小结")
        await member.hears("小结由队长、第一书记和联席办查看。您自己的记录在“我的台账”里。")


async def records_a_problem(phone: Phone) -> None:
    """Record a visit to the village at large with a problem."""
    await phone.taps("记走访")
    await phone.presses("走访白鹭村里")
    await phone.taps("没有位置")
    await phone.taps("没有信号")
    await phone.presses("☐ 服务员")
    await phone.presses("下一步")
    await phone.says("看了水沟")
    await phone.presses("＋ 发现问题")
    await phone.says("水沟被落石堵了")
    await phone.presses("✓ 保存")
    await phone.hears("已保存")


async def shows_the_week(day: Day, said: str) -> None:
    """See that the text has the team, the members, the problems, what is missing and the week before."""
    now, before = await visits_of(day, weeks_ago=0), await visits_of(day, weeks_ago=1)
    assert f"全队：走访 {in_person(now)} 次，见到 {seen(now)}/20 户" in said
    assert f"上周：走访 {in_person(before)} 次，见到 {seen(before)} 户" in said
    for name in CREW:
        person = await day.person(name)
        own = [visit for visit in now if visit.person == person.code]
        [line] = [line for line in said.splitlines() if line.startswith(f"· {name}（")]
        assert (f"走访 {in_person(own)} 次、{seen(own)} 户" in line) == (in_person(own) > 0)
    problems = [visit.problem for visit in now if visit.problem]
    assert all(problem in said for problem in problems)
    assert ("发现的问题：" in said) == bool(problems)
    assert "完整程度：5 人中" in said


async def visits_of(day: Day, *, weeks_ago: int) -> list[Visit]:
    """Return what the team recorded in a week."""
    week = Week.of(day_of(day.now))
    for _ in range(weeks_ago):
        week = week.previous()
    async with day.app.store.unit():
        return day.app.store.visits.of_team(TEAM, since=week.monday, until=week.sunday)


def in_person(visits: list[Visit]) -> int:
    """Count the visits that are no contacts."""
    return sum(visit.kind == "visit" for visit in visits)


def seen(visits: list[Visit]) -> int:
    """Count the households seen in person."""
    return len({visit.household for visit in visits if visit.kind == "visit"} - {None})


async def served(day: Day) -> str:
    """Return the names of the duties that the member's visits of this week have served."""
    person = await day.person(MEMBER)
    own = [visit for visit in await visits_of(day, weeks_ago=0) if visit.person == person.code]
    return names_of(duty for visit in own if visit.kind == "visit" for duty in visit.duties)
