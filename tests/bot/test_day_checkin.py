"""The daily check-in, in a browser: one tap, what one likes to add, and the line of the ledger."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from fieldwork.days import day_of
from tests.bot.demo_day import LEADER, MEMBER, demo_day

pytestmark = [pytest.mark.browser]


async def test_one_tap_is_a_checkin(tmp_path: Path) -> None:
    """Key, tap, done; the ledger has the line, yesterday's day is not touched."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.taps("今日签到")
        await phone.hears("今天在哪儿？点一下就签到了。")
        assert await phone.buttons() == ["在村", "外出办事", "请假"]
        await phone.presses("在村")
        await phone.found("已签到。今天：在村 09:00。")
        await phone.taps("我的台账")
        await phone.hears(f"{MEMBER}的台账 11月23日–29日", "11月25日（周三）在村 09:00")
        person = await day.person(MEMBER)
        async with day.app.store.unit():
            [said] = day.app.store.checkins.on(person.code, day_of(day.now))
        assert said.whereabouts == "village"


async def test_a_location_is_added_and_put_into_words(tmp_path: Path) -> None:
    """The phone's own position, with the distance to the village's point."""
    async with demo_day(tmp_path / "data") as day:
        village = {"latitude": 25.6213, "longitude": 103.4127, "accuracy": 15}
        phone = await day.enter(MEMBER, geolocation=village, permissions=["geolocation"])
        await phone.taps("今日签到")
        await phone.presses("在村")
        await phone.taps("📍 发送位置")
        await phone.hears("位置已记上。声明位置距村登记点 0 米（精度约 20 米）。")
        await phone.taps("我的台账")
        await phone.hears("在村 09:00；已带位置")


async def test_a_denied_location_stops_nothing(tmp_path: Path) -> None:
    """A kind word, and the check-in stands."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.taps("今日签到")
        await phone.presses("在村")
        await phone.taps("📍 发送位置")
        await expect(phone.page.get_by_role("dialog")).to_contain_text("不带位置也能继续")
        await phone.page.get_by_role("button", name="知道了").click()
        await phone.taps("我的台账")
        await phone.hears("11月25日（周三）在村 09:00")


async def test_a_second_checkin_of_the_day_adds_to_the_first(tmp_path: Path) -> None:
    """Both stand with their times, and the line of text with them; nothing is overwritten."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.taps("今日签到")
        await phone.presses("在村")
        await phone.presses("补一句话")
        await phone.hears("请写一句今天的情况")
        await phone.says("上午开会，下午入户")
        await phone.hears("已补上。今天：在村 09:00；上午开会，下午入户。")
        day.at("2026-11-25", "14:30")
        await phone.taps("今日签到")
        await phone.hears("今天：在村 09:00；上午开会，下午入户。", "今天在哪儿？")
        await phone.presses("外出办事")
        await phone.found("已签到。今天：在村 09:00；外出办事 14:30；上午开会，下午入户。")
        await phone.taps("我的台账")
        await phone.hears("11月25日（周三）在村 09:00；外出办事 14:30；上午开会，下午入户")


async def test_the_leader_sees_the_ledger_of_the_team(tmp_path: Path) -> None:
    """A member's line of today stands there as soon as it is said."""
    async with demo_day(tmp_path / "data") as day:
        member, leader = await day.enter(MEMBER), await day.enter(LEADER)
        await member.taps("今日签到")
        await member.presses("请假")
        await member.found("已签到。今天：请假 09:00。")
        await leader.taps("我的台账")
        await leader.presses("看队员的")
        await leader.presses(MEMBER)
        await leader.hears(f"{MEMBER}的台账", "11月25日（周三）请假 09:00")
