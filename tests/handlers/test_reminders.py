"""What comes by the clock: the morning's reminder, Friday's week; once each, also after downtime."""

import pytest

from fieldwork.days import day_of, workday
from tests.handlers.talk import Talk, Town
from tests.handlers.test_records import record


async def until(town: Town, day: str, clock: str) -> None:
    """Let it be that time, with the scheduler looking."""
    town.at(day, clock)
    await town.scheduler.tick()
    await town.deliver()


def hears(talk: Talk) -> list[str]:
    """Return what came since the last time one looked."""
    came, talk.came = talk.came, []
    return came


async def test_at_half_past_eight_on_workdays_and_never_else(town: Town, member: Talk) -> None:
    """From Wednesday over the weekend to Monday: four mornings, each once."""
    hears(member)
    await town.scheduler.tick()
    heard = {}
    for day in range(26, 31):
        await until(town, f"2026-11-{day}", "08:29")
        assert hears(member) == []
        await until(town, f"2026-11-{day}", "08:30")
        heard[day] = len(hears(member))
        await until(town, f"2026-11-{day}", "12:00")
        assert hears(member) == []
    assert heard == {26: 1, 27: 1, 28: 0, 29: 0, 30: 1}


async def test_public_holidays_are_no_workdays_and_make_up_days_are(town: Town, member: Talk) -> None:
    """The spring festival of 2026 as the State Council gave it out."""
    town.at("2026-02-13", "12:00")
    await town.scheduler.tick()
    hears(member)
    for day in range(14, 29):
        await until(town, f"2026-02-{day}", "08:30")
        assert len(hears(member)) == workday(day_of(town.now)), day
    assert workday(day_of(town.now)), "28 February 2026 is a Saturday on which one works"


async def test_the_reminder_says_what_is_undone(town: Town, member: Talk) -> None:
    """The same words as on request."""
    await town.scheduler.tick()
    hears(member)
    await until(town, "2026-11-26", "08:30")
    (said,) = hears(member)
    assert said == await member.taps_key("待办")


async def test_nothing_is_said_when_all_is_done(town: Town, member: Talk, office: Talk) -> None:
    """The member has seen every household in every duty; the office has two open questions."""
    await town.scheduler.tick()
    with town.store.transaction():
        for number, household in enumerate(town.store.roster.households_in(["539900101201"])):
            record(town, member.code, household.code, number)
    hears(member)
    hears(office)
    await until(town, "2026-11-26", "08:30")
    assert hears(member) == []
    assert len(hears(office)) == 1


async def test_nobody_on_leave_is_reminded(town: Town, member: Talk) -> None:
    """Whoever said so before half past eight has the day off from us too."""
    await town.scheduler.tick()
    town.at("2026-11-26", "07:00")
    await member.taps_key("今日签到")
    await member.presses("请假")
    hears(member)
    await until(town, "2026-11-26", "08:30")
    assert hears(member) == []


async def test_nothing_is_sent_twice_after_a_restart(town: Town, member: Talk) -> None:
    """However often the program is started that morning."""
    await town.scheduler.tick()
    hears(member)
    await until(town, "2026-11-26", "08:30")
    assert len(hears(member)) == 1
    for clock in ("08:30", "08:31", "09:00", "17:00"):
        town.restart()
        await until(town, "2026-11-26", clock)
        assert hears(member) == []


async def test_downtime_is_caught_up_once_with_the_newest(town: Town, member: Talk) -> None:
    """Off from Wednesday to Friday at eleven: one reminder, and it says what is so at eleven."""
    await town.scheduler.tick()
    hears(member)
    town.restart()
    await until(town, "2026-11-27", "11:00")
    (said,) = hears(member)
    assert "截至今天 11:00" in said
    await until(town, "2026-11-27", "11:01")
    assert hears(member) == []


async def test_a_reminder_of_the_morning_is_of_no_use_in_the_evening(town: Town, member: Talk) -> None:
    """After six it is dropped, and the next morning's comes."""
    await town.scheduler.tick()
    hears(member)
    town.restart()
    await until(town, "2026-11-26", "18:00")
    assert hears(member) == []
    await until(town, "2026-11-27", "08:30")
    assert len(hears(member)) == 1


async def test_on_friday_at_five_the_leader_gets_the_week_and_nobody_else(
    town: Town, member: Talk, leader: Talk, office: Talk
) -> None:
    """The same page as on request, once."""
    await until(town, "2026-11-27", "16:59")
    for talk in (member, leader, office):
        hears(talk)
    await until(town, "2026-11-27", "17:00")
    (week,) = hears(leader)
    assert week.startswith("白鹭村工作队")
    assert (hears(member), hears(office)) == ([], [])
    assert await leader.taps_key("本周小结") == week
    hears(leader)
    town.restart()
    await until(town, "2026-11-27", "18:00")
    assert hears(leader) == []


async def test_the_week_is_caught_up_over_the_weekend(town: Town, leader: Talk) -> None:
    """Off on Friday, back on Saturday."""
    await town.scheduler.tick()
    hears(leader)
    town.restart()
    await until(town, "2026-11-28", "10:00")
    (week,) = hears(leader)
    assert "11月27日 17:00" in week


async def test_it_comes_on_the_channel_last_used(town: Town) -> None:
    """One message a person, however many chats they have."""
    web, telegram = await town.talk("demo-member-21"), await town.talk("demo-member-21", "telegram")
    await town.scheduler.tick()
    await web.says("/start")
    town.wait(minutes=1)
    await telegram.says("/start")
    hears(web)
    hears(telegram)
    await until(town, "2026-11-26", "08:30")
    assert (len(hears(web)), len(hears(telegram))) == (0, 1)


async def test_one_chooses_ones_own_hour(town: Town, member: Talk) -> None:
    """By buttons under what is undone; the hour that was usual passes in silence."""
    await town.scheduler.tick()
    await member.taps_key("待办")
    assert "工作日 08:30 提醒您" in await member.presses("提醒时间")
    assert "工作日 15:00 提醒您" in await member.presses("15:00")
    assert "✓ 15:00" in member.buttons
    heard = {}
    for clock in ("08:30", "14:59", "15:00", "16:00"):
        hears(member)
        await until(town, "2026-11-26", clock)
        heard[clock] = len(hears(member))
    assert heard == {"08:30": 0, "14:59": 0, "15:00": 1, "16:00": 0}


async def test_who_moves_the_hour_back_is_not_reminded_twice_that_day(town: Town, member: Talk) -> None:
    """Reminded at half past eight, then moved to three."""
    await town.scheduler.tick()
    hears(member)
    await until(town, "2026-11-26", "08:30")
    assert len(hears(member)) == 1
    await member.says("/reminders")
    await member.presses("15:00")
    hears(member)
    await until(town, "2026-11-26", "15:00")
    assert hears(member) == []
    await until(town, "2026-11-27", "15:00")
    assert len(hears(member)) == 1


async def test_the_same_hour_again_changes_nothing(member: Talk) -> None:
    """The press is answered, the message stays."""
    await member.says("提醒时间")
    assert await member.presses("✓ 08:30") == "已经是这样了。"


@pytest.mark.parametrize(("button", "silent"), [("停到今天晚上", 1), ("停 3 天", 3), ("停 7 天", 7)])
async def test_a_pause_lasts_its_days_and_no_longer(
    town: Town, member: Talk, button: str, silent: int
) -> None:
    """Counted from the day on which it is chosen, a Monday; the weekend is silent anyway."""
    town.at("2026-11-23", "08:00")
    await town.scheduler.tick()
    await member.says("提醒时间")
    assert "已暂停到" in await member.presses(button)
    heard = []
    for day in range(23, 31):
        hears(member)
        await until(town, f"2026-11-{day}", "08:30")
        heard.append(len(hears(member)))
    assert heard[:silent] == [0] * silent
    assert heard[silent:] == [1, 1, 1, 1, 1, 0, 0, 1][silent:]


async def test_a_pause_is_ended_by_a_button(town: Town, member: Talk) -> None:
    """And what was chosen as the hour is still there."""
    await town.scheduler.tick()
    await member.says("提醒时间")
    await member.presses("09:00")
    await member.presses("停 7 天")
    assert "暂停" not in await member.presses("恢复提醒")
    hears(member)
    await until(town, "2026-11-26", "09:00")
    assert len(hears(member)) == 1


async def test_an_hour_that_is_not_offered_is_refused(member: Talk) -> None:
    """Someone makes a button up."""
    await member.says("提醒时间")
    for data in ("rm_h:0300", "rm_h:1230", "rm_h:x", "rm_p:8", "rm_p:-1"):
        assert "请从按钮里选" in await member.presses_data(member.messages[-1], data)
    await member.says("提醒时间")
    assert "工作日 08:30 提醒您" in member.last
    assert "暂停" not in member.last


async def test_on_fridays_the_leaders_one_digest_is_the_week(town: Town, leader: Talk) -> None:
    """On Thursday the reminder; on Friday no reminder, for the week comes at five."""
    await town.scheduler.tick()
    heard = {}
    for day, clock in ((26, "08:30"), (27, "08:30"), (27, "17:00"), (30, "08:30")):
        hears(leader)
        await until(town, f"2026-11-{day}", clock)
        heard[day, clock] = [text[:5] for text in hears(leader)]
    assert heard == {
        (26, "08:30"): ["周明山您好"],
        (27, "08:30"): [],
        (27, "17:00"): ["白鹭村工作"],
        (30, "08:30"): ["周明山您好"],
    }


async def test_what_became_due_during_the_noon_rest_waits_until_it_is_over(town: Town, member: Talk) -> None:
    """The program came back at noon: nothing is said before two."""
    await town.scheduler.tick()
    hears(member)
    town.restart()
    for clock, count in (("12:00", 0), ("13:59", 0), ("14:00", 1)):
        await until(town, "2026-11-26", clock)
        assert len(hears(member)) == count


async def test_a_digest_that_is_late_rests_at_night_and_dies(town: Town, leader: Talk) -> None:
    """The week comes on Saturday morning, not on Friday night; on Sunday evening it is of no use any more."""
    await town.scheduler.tick()
    town.restart()
    await until(town, "2026-11-27", "20:00")
    hears(leader)
    await until(town, "2026-11-28", "07:29")
    assert hears(leader) == []
    await until(town, "2026-11-28", "07:30")
    assert len(hears(leader)) == 1
    town.restart()
    await until(town, "2026-12-06", "17:00")
    assert hears(leader) == []
