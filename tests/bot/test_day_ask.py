"""Asking, in a browser: an answer with its source and its buttons; no answer, the office, and its word on it."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.bot.demo_day import MEMBER, OFFICE, Day, demo_day

pytestmark = [pytest.mark.browser]

DOCUMENT = "《“挂包帮”“转走访”工作要点（本程序摘编）》（2015-11-16）"
IN_PERSON = "打个电话问问贫困户情况算不算走访"
NOT_SAID = "请假要找谁批"
RULING = "三天以内由工作队长批准，并报乡镇备案。"


async def test_a_question_is_answered_with_its_source(tmp_path: Path) -> None:
    """The sentence, then where it stands; the whole clause follows on a tap."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.says(IN_PERSON)
        answer = await phone.hears("走访必须本人上门", f"出处：{DOCUMENT}", "存在的问题")
        assert answer.index("走访必须本人上门") < answer.index("出处：")
        assert await phone.buttons() == ["看整条", "问联席办", "有用", "没用"]
        await phone.presses("看整条")
        await phone.hears("走访必须本人上门", "仍有人在犯")


async def test_an_answer_is_of_use_or_not(tmp_path: Path) -> None:
    """Both are thanked for and kept; what was of no use can go to the office."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.says(IN_PERSON)
        await phone.hears("出处：")
        await phone.presses("有用")
        await expect(phone.page.locator(".toast")).to_contain_text("谢谢，记下了。")
        assert await verdict(day, IN_PERSON) == "useful"
        await phone.presses("没用")
        await phone.hears("问题已记入联席办的待答清单")
        assert await verdict(day, IN_PERSON) == "not_useful"
        await phone.presses("请联席办答复")
        await phone.hears("已告诉联席办您在等这个答复")
        await phone.presses("请联席办答复")
        await phone.hears("联席办已经知道您在等")


async def test_what_the_documents_do_not_say_goes_to_the_office_and_comes_back(tmp_path: Path) -> None:
    """It is said plainly, with what lies near as such; the office finds it, answers, and the asker is told."""
    async with demo_day(tmp_path / "data") as day:
        asker, office = await day.enter(MEMBER), await day.enter(OFFICE)
        await asker.says(NOT_SAID)
        await asker.hears("没有查到能回答这个问题的条文", "问题已记入联席办的待答清单", "仅供参考，不是答案")
        near = await asker.buttons()
        assert near in (["看相近条款 1", "请联席办答复"], ["看相近条款 1", "看相近条款 2", "请联席办答复"])
        await asker.presses(near[0])
        await asker.hears(DOCUMENT)
        await office.taps("待答问题")
        await office.hears("待答问题 1/3")
        for place in (2, 3):
            await office.presses("下一个")
            await office.hears(f"待答问题 {place}/3")
        await office.hears(NOT_SAID, f"{MEMBER}（白鹭村）")
        await office.answers(RULING)
        await office.hears("答复已发给 1 个提问的人。")
        await asker.hears(NOT_SAID, RULING, OFFICE)
        await office.taps("待答问题")
        await office.hears("待答问题 1/2")
        await asker.says(NOT_SAID)
        await asker.hears(RULING, "出处：")


async def test_what_has_nothing_near_is_still_kept(tmp_path: Path) -> None:
    """No clause is dragged in where none is near."""
    async with demo_day(tmp_path / "data") as day:
        phone = await day.enter(MEMBER)
        await phone.says("今晚吃什么")
        said = await phone.hears("没有查到能回答这个问题的条文", "问题已记入联席办的待答清单")
        assert "相近条款" not in said
        async with day.app.store.unit():
            waiting = day.app.store.questions.pending("539900")
        assert "今晚吃什么" in [question.text for question in waiting]


async def verdict(day: Day, text: str) -> str | None:
    """Return what the asker has said of the answer to this question."""
    async with day.app.store.unit():
        questions = day.app.store.questions
        found = [q for n in range(1, questions.count() + 1) if (q := questions.get(n)) and q.text == text]
    return found[-1].verdict
