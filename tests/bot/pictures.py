"""Takes the README's pictures of the running demo: `python -m tests.bot.pictures` writes docs/pictures/*.png.

No test: what the pictures show is tested in test_day_*.py.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bot.demo_day import LEADER, MEMBER, ROOT, Day, Phone, demo_day

PICTURES = ROOT / "docs" / "pictures"
SHARP = {"device_scale_factor": 2, "reduced_motion": "reduce"}
TALL = SHARP | {"device_scale_factor": 1.5, "viewport": {"width": 390, "height": 1120}}
QUESTION = "打电话问问情况算不算走访"
NOTE = "看了住房和饮水，帮着填了小额信贷的申请表"


async def answer(day: Day) -> Phone:
    """Ask as a member, and read the sentence with its source."""
    phone = await day.enter(MEMBER, **SHARP)
    await phone.says(QUESTION)
    await phone.hears("出处：")
    return phone


async def receipt(day: Day) -> Phone:
    """Record a visit as a member, 180 metres from the household's registered point."""
    phone = await day.enter(MEMBER, **SHARP, permissions=["geolocation"])
    await phone.taps("记走访")
    await phone.hears("走访的是哪一户？")
    line = (await phone.buttons())[0]
    village = (await day.person(MEMBER)).place
    await phone.goes_to(await day.household(line.partition("（")[0], village), metres_north=180)
    await phone.presses(line)
    await phone.taps("📍 发送位置")
    await phone.presses("☐ 调查员")
    await phone.presses("☐ 服务员")
    await phone.presses("下一步")
    await phone.says(NOTE)
    await phone.presses("✓ 保存")
    await phone.hears("已保存，回执号")
    return phone


async def week(day: Day) -> Phone:
    """Let it be Friday, 17:00, when the leader is given the week; the screen is tall, to show all of it."""
    phone = await day.enter(LEADER, **TALL)
    day.at("2026-11-27", "17:00")
    await phone.hears("小结", "完整程度")
    return phone


async def take(folder: Path) -> None:
    """Take every picture, each in a demo of its own."""
    for scene in (answer, receipt, week):
        with tempfile.TemporaryDirectory() as data:
            async with demo_day(Path(data) / "data", "2026-11-27", "15:40") as day:
                phone = await scene(day)
                await phone.page.wait_for_timeout(500)
                await phone.page.screenshot(path=folder / f"{scene.__name__}.png")


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(PICTURES))
