"""Coming in, in a browser: the demo's door on an empty folder, and the one-time invitation outside the demo."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.app import utc_now
from fieldwork import demo
from tests.bot.demo_day import FIRST_SECRETARY, HELPER, LEADER, MEMBER, OFFICE, demo_day
from tests.bot.test_cli import filled_roster

pytestmark = [pytest.mark.browser]

ROLES = {
    "驻村队员": (MEMBER, "今日签到", "我的台账"),
    "工作队长": (LEADER, "本周小结", "今日签到"),
    "帮扶干部": (HELPER, "记走访", "我的走访"),
    "第一书记": (FIRST_SECRETARY, "本周小结", "记走访"),
    "联席办": (OFFICE, "待答问题", "本周小结"),
}


async def test_the_first_start_asks_who_one_wants_to_be(tmp_path: Path) -> None:
    """It says that this is a demo, and offers somebody of each of the five roles."""
    async with demo_day(tmp_path / "data") as day:
        page = (await day.phone()).page
        await expect(page.get_by_text("您想先以谁的身份试试？")).to_be_visible()
        await expect(page.get_by_label("演示说明")).to_contain_text("这是演示，人和地方都是编的")
        for role, (name, *_) in ROLES.items():
            group = page.get_by_role("region", name=role)
            await expect(group.get_by_role("button", name=name)).to_be_visible()


async def test_each_role_comes_in_to_a_menu_of_its_own(tmp_path: Path) -> None:
    """Greeted by name and role, with the keys of that role; then one tap leads back to the choice."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.phone()
        for role, (name, *keys) in ROLES.items():
            await phone.page.get_by_role("button", name=name).click()
            await phone.hears(f"{name}您好！", f"的{role}。")
            await expect(phone.page.get_by_role("banner")).to_contain_text(f"{role} · ")
            for key in keys:
                await expect(phone.keys.get_by_role("button", name=key)).to_be_visible()
            await phone.page.get_by_role("button", name="换一个人").click()
            await expect(phone.page.get_by_text("您想先以谁的身份试试？")).to_be_visible()


async def test_clearing_the_demo_ends_it_for_the_pages_that_are_open(tmp_path: Path) -> None:
    """Whoever plays in it is led out; banner and county are gone; the page asks for an invitation."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await expect(phone.page.get_by_label("演示说明")).to_be_visible()
        await day.types("demo", "clear")
        await phone.says("还在吗？")
        await expect(phone.page.get_by_role("heading", name="怎么进来")).to_be_visible()
        await expect(phone.page.get_by_text("请打开联席办发给您的邀请链接进入")).to_be_visible()
        await expect(phone.page.get_by_label("演示说明")).to_have_count(0)
        async with day.app.store.unit():
            assert day.app.store.roster.is_empty()
            assert not demo.loaded(day.app.store)


async def test_an_invitation_lets_in_once(tmp_path: Path) -> None:
    """Looking at the link uses nothing up; the second who presses is told what to do; the first stays in."""
    async with demo_day(tmp_path / "data") as day:
        day.now = utc_now()  # the command line lives in the real time, and an invitation lasts a week
        await day.types("demo", "clear")
        await day.types("roster", "template", str(tmp_path / "roster.xlsx"))
        filled_roster(tmp_path / "roster.xlsx")
        await day.types("roster", "import", str(tmp_path / "roster.xlsx"))
        [line] = (await day.types("roster", "invite", "--person", "P2")).splitlines()
        code = line.split("\t")[2].rsplit("/", 1)[1]
        first, second = await day.phone(), await day.phone()
        for phone in (first, second):
            await phone.page.goto(f"{day.app.url}/join/{code}")
            await expect(phone.page.get_by_text("邀请链接只能用一次")).to_be_visible()
        await first.page.get_by_role("button", name="进入驻村助手").click()
        await first.hears("田小禾您好！您在名册上是柳沟村的驻村队员。")
        await expect(first.page.get_by_label("演示说明")).to_have_count(0)
        day.phones.expected.add("410 (Gone)")
        await second.page.get_by_role("button", name="进入驻村助手").click()
        await expect(second.page.get_by_text("可能已经用过、过期了")).to_be_visible()
        await expect(second.page.get_by_text("请向联席办再要一个")).to_be_visible()
        await first.page.goto(day.app.url)
        await first.hears("田小禾您好！")
