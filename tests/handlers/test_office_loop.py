"""The office's loop lived through: asked, collected, answered, told; and the next one who asks finds it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_kb import Scope
from tests.handlers.conftest import WEDNESDAY
from tests.handlers.county import TOWNSHIP, County
from tests.handlers.talk import Talk

LAMP = "村口的路灯坏了找谁"
DARK = "晚上黑漆漆的那一段归哪个管"
UTILITIES = """村级公用设施管理办法

第一条 供水管网由村委会日常看护，损坏的及时抢修。
第二条 公共照明由乡镇社会事务办统一登记报修，五个工作日内派人到场。
"""


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """Give the county."""
    county = County(tmp_path, WEDNESDAY)
    yield county
    county.store.close()


async def ruled(office: Talk, words: str, *, until: str = "长期", who: str = "") -> str:
    """Answer what the list shows in the office's own words and send it."""
    await office.says("待答问题")
    await office.presses("答复")
    await office.presses("自己写答复")
    await office.says(words)
    await office.presses(until)
    await office.presses(who or next(text for text in office.buttons if text.endswith("所有人")))
    return await office.presses("✓ 发出")


async def test_like_questions_stand_on_the_list_as_one(county: County) -> None:
    """The words most asked, how many people, the oldest day; the other wordings on a button."""
    first, second = await county.enters("demo-member-11"), await county.enters("demo-member-31")
    office = await county.enters("demo-office")
    assert "已记入联席办的待答清单" in await first.says("村口路灯坏了找谁修？")
    county.wait(days=1)
    await second.says(LAMP)
    await first.says(LAMP)
    await first.says("合作医疗今年交多少钱")
    shown = await office.taps_key("待答问题")
    assert shown.startswith("待答问题 1/2")
    assert LAMP in shown
    assert "2 个人问过（白鹭村 1、石桥村 1），最早 2026-11-25" in shown
    ways = await office.presses("还有 1 种问法")
    assert "1. 村口的路灯坏了找谁" in ways
    assert "2. 村口路灯坏了找谁修？" in ways
    assert "合作医疗" in await office.presses("下一个")
    assert LAMP in await office.presses("下一个")


async def test_the_offices_own_answer_reaches_all_who_asked_and_the_next_one_who_asks(county: County) -> None:
    """Each once, in their own words, with the office's name and day; and it is a document of its own with its source."""
    first, second = await county.enters("demo-member-11"), await county.enters("demo-member-31", "telegram")
    office, third = await county.enters("demo-office"), await county.enters("demo-leader-2")
    await first.says(LAMP)
    await first.says("路灯坏了该找谁？村口的")
    await second.says("村口的路灯坏了找谁修？")
    first.came, second.came = [], []
    sent = await ruled(office, "打镇社会事务办的值班电话，三天内来修。", until="到今年年底")
    assert "已发给 2 个提问的人" in sent
    (told,) = first.came
    assert "您问过：村口的路灯坏了找谁\n" in told
    assert "县联席办答复：打镇社会事务办的值班电话，三天内来修。\n（管到 2026-12-31）" in told
    assert told.endswith("许知远，2026-11-25")
    (told,) = second.came
    assert "您问过：村口的路灯坏了找谁修？" in told
    answer = await third.says("请问村口路灯坏了找谁")
    assert "打镇社会事务办的值班电话，三天内来修。" in answer
    assert "县联席办 许知远" in answer
    assert "2026-11-25" in answer
    assert "没有等着答复的问题" in await office.says("待答问题")


async def test_a_ruling_that_has_ended_is_found_no_more(county: County) -> None:
    """On its last day it still holds."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    await ruled(office, "这周值班的是老方，打他电话。", until="到今年年底")
    county.at("2026-12-31", "20:00")
    assert "老方" in await member.says(LAMP)
    county.at("2027-01-01", "08:00")
    assert "老方" not in await member.says(LAMP)


async def test_back_and_cancel_are_at_every_step_and_a_restart_loses_nothing(county: County) -> None:
    """Each step is gone back from and forward again; the program is restarted in between; in the end nothing is sent."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    await office.taps_key("待答问题")
    assert "答复这个问题（1 个提问的人）" in await office.presses("答复")
    assert "请写答复" in await office.presses("自己写答复")
    assert "答复这个问题" in await office.presses("‹ 上一步")
    await office.presses("自己写答复")
    assert "管到什么时候" in await office.says("打值班电话。")
    county.restart()
    assert "请写答复" in await office.presses("‹ 上一步")
    await office.says("打镇上值班电话。")
    assert "没有看懂这个日期" in await office.says("明年")
    assert "没有看懂这个日期" in await office.says("2020-01-01")
    assert "谁能查到" in await office.says("2027-06-30")
    assert "管到什么时候" in await office.presses("‹ 上一步")
    await office.presses("长期")
    await office.presses("只给下面一个乡镇或村")
    card = await office.presses("杉岭镇")
    assert "答复：打镇上值班电话。" in card
    assert (
        "有效期：长期\n谁能查到：杉岭镇所有人\n署名：县联席办 许知远，2026-11-25\n会通知：1 个提问的人"
        in card
    )
    assert "您正在答复一个问题" in await office.says("本周小结")
    assert "答复：打镇上值班电话。" in await office.presses("继续写")
    assert "谁能查到" in await office.presses("‹ 上一步")
    await office.presses("禾云县（演示）所有人")
    member.came = []
    assert "没有保存" in await office.presses("取消")
    assert member.came == []
    assert LAMP in await office.taps_key("待答问题")


async def test_an_office_answers_for_its_own_place(county: County) -> None:
    """The township's office sees its people's questions only, its ruling reaches no other township, and the county reads it."""
    near, far = await county.enters("demo-member-11"), await county.enters("demo-member-31")
    township, office = await county.enters("office-11"), await county.enters("demo-office")
    await near.says(LAMP)
    await far.says(LAMP)
    assert "何秋雨（白鹭村）" in await township.taps_key("待答问题")
    far.came = []
    assert "已发给 1 个提问的人" in await ruled(township, "打杉岭镇值班室。", who="杉岭镇所有人")
    assert far.came == []
    assert not any("禾云县" in text for text in township.buttons), "an office issues nothing beyond its place"
    assert "打杉岭镇值班室" in await near.says(LAMP)
    assert "打杉岭镇值班室" not in await far.says(LAMP)
    assert "打杉岭镇值班室" in (county.asks("demo-office", LAMP).answer or "")
    assert "冯一诺" in await office.taps_key("待答问题")


async def test_whoever_may_not_read_the_ruling_is_not_told_and_stays_on_the_list(county: County) -> None:
    """For heads only: the member who asked waits on."""
    member, leader = await county.enters("demo-member-11"), await county.enters("demo-leader-1")
    office = await county.enters("demo-office")
    await member.says(LAMP)
    await leader.says(LAMP)
    member.came, leader.came = [], []
    sent = await ruled(office, "从机动经费里出。", who="只给禾云县（演示）的队长、第一书记")
    assert "已发给 1 个提问的人" in sent
    assert "有 1 个提问的人看不到它" in sent
    assert (len(leader.came), member.came) == (1, [])
    assert "何秋雨" in await office.taps_key("待答问题")
    assert "机动经费" not in await member.says(LAMP)
    assert "机动经费" in await leader.says(LAMP)


async def test_a_clause_is_cited_and_found_by_the_words_it_was_asked_with(county: County) -> None:
    """Searched for by a few words, looked at whole, with a sentence added; the next one who asks so gets the clause."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    assert "没有查到" in await member.says(DARK)
    county.add("公用设施.txt", UTILITIES)
    await office.taps_key("待答问题")
    await office.presses("答复")
    await office.presses("引用条文")
    assert "哪一条能回答" in await office.says("公共照明报修")
    whole = await office.presses(next(text for text in office.buttons if "公共照明" in text))
    assert "第二条 公共照明由乡镇社会事务办统一登记报修" in whole
    await office.presses("＋ 补一句话")
    assert "您补的话：先报给村里。" in await office.says("先报给村里。")
    member.came = []
    assert "已发给 1 个提问的人" in await office.presses("✓ 就用这条")
    (told,) = member.came
    assert "县联席办答复，请看《村级公用设施管理办法》" in told
    assert "先报给村里。" in told
    assert "公共照明" in await member.presses("看整条")
    assert "公共照明由乡镇社会事务办" in (county.asks("demo-member-31", DARK).answer or "")


async def test_a_clause_that_the_asker_may_not_read_is_not_cited(county: County) -> None:
    """The office hears of it and chooses another way; nothing is sent."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    secret = "内部口径（测试）\n\n一、路灯维修的钱从机动经费中列支，不对外说明。\n二、其他事项另行研究。\n"
    county.add("内部口径.txt", secret, Scope(TOWNSHIP, ("office",)))
    await office.taps_key("待答问题")
    await office.presses("答复")
    await office.presses("引用条文")
    await office.says("机动经费")
    await office.presses(next(text for text in office.buttons if "机动经费" in text))
    member.came = []
    assert "提问的人都看不到这份文件" in await office.presses("✓ 就用这条")
    assert member.came == []


async def test_one_wording_of_a_group_is_answered_alone(county: County) -> None:
    """Where it means something else after all."""
    first, second = await county.enters("demo-member-11"), await county.enters("demo-member-31")
    office = await county.enters("demo-office")
    await first.says(LAMP)
    await second.says("村口的路灯坏了找谁赔")
    await office.taps_key("待答问题")
    await office.presses("还有 1 种问法")
    assert "找谁赔" in await office.presses("2" if "2. 村口的路灯坏了找谁赔" in office.last else "1")
    await office.presses("自己写答复")
    await office.says("谁弄坏的谁赔。")
    await office.presses("长期")
    first.came, second.came = [], []
    await office.presses("禾云县（演示）所有人")
    await office.presses("✓ 发出")
    assert (first.came, len(second.came)) == ([], 1)
    assert LAMP in await office.taps_key("待答问题")


async def test_what_needs_no_answer_is_taken_off_the_list_and_can_be_put_back(county: County) -> None:
    """Nobody is told anything."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says("今晚食堂吃什么菜")
    await office.taps_key("待答问题")
    member.came = []
    assert "已移出清单" in await office.presses("不用答")
    assert "没有等着答复的问题" in await office.says("待答问题")
    assert "放回" in await office.presses("放回去")
    assert "今晚食堂" in await office.says("待答问题")
    assert member.came == []


async def test_scraps_are_not_kept_for_the_office_unless_asked_for(county: County) -> None:
    """The reply says what is true; the button passes even that on, and the list says who waits."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    assert "没有记入联席办的待答清单" in await member.says("补贴呢")
    assert "没有等着答复的问题" in await office.taps_key("待答问题")
    assert "已告诉联席办您在等" in await member.presses("请联席办答复")
    assert "联席办已经知道" in await member.presses("请联席办答复")
    assert "，在等答复" in await office.taps_key("待答问题")


async def test_a_group_is_answered_once(county: County) -> None:
    """Two of the same office: whoever sends first has answered; the other's text does not go out, nor into the base."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    with county.store.transaction():
        person = county.store.roster.person("demo-office")
        assert person
        county.store.roster.put_person(type(person)("office-2", "梁守正", None, "office", person.place))
    other = await county.enters("office-2")
    await member.says(LAMP)
    await other.taps_key("待答问题")
    await other.presses("答复")
    await other.presses("自己写答复")
    await other.says("晚到的答复。")
    await other.presses("长期")
    await other.presses("禾云县（演示）所有人")
    await ruled(office, "先到的答复。")
    member.came = []
    assert "已经有人答复过" in await other.presses("✓ 发出")
    assert member.came == []
    assert county.asks("demo-member-11", LAMP).answer == "先到的答复。"
    assert [each.words for each in county.base.rulings.of("539900")] == ["先到的答复。"]


async def test_an_office_withdraws_its_own_ruling(county: County) -> None:
    """Asked first whether it is sure; another office cannot."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    township = await county.enters("office-11")
    await member.says(LAMP)
    await ruled(office, "打值班电话。")
    assert "还没有自己写的答复" in await township.says("已发的答复")
    shown = await office.says("已发的答复")
    assert "打值班电话。" in shown
    assert "有效期：长期\n谁能查到：禾云县（演示）所有人" in shown
    button = office.messages[-1].buttons["撤回"]
    assert "查不到这条答复了" in await office.presses("撤回")
    assert "已经撤回" in await township.presses_data(township.messages[-1], button.replace(":0", ":1"))
    assert "打值班电话" in await office.presses("不撤")
    await office.presses("撤回")
    assert "已撤回" in await office.presses("确定撤回")
    assert "打值班电话" not in await member.says(LAMP)


async def test_what_was_of_no_use_comes_to_the_office_with_what_was_said(county: County) -> None:
    """The documents answered, the asker says badly."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    await ruled(office, "打值班电话。")
    await member.says(LAMP)
    assert "已记入联席办的待答清单" in await member.presses("没用")
    shown = await office.taps_key("待答问题")
    assert "提问的人说没用：\n打值班电话。" in shown


async def test_other_people_have_no_business_with_the_offices_buttons(county: County) -> None:
    """A member's presses of an office's buttons do nothing."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    await office.taps_key("待答问题")
    for label in ("答复", "不用答"):
        data = office.messages[-1].buttons[label]
        await member.says("/start")
        assert "已经有人答复过" in await member.presses_data(member.messages[-1], data)
    assert LAMP in await office.taps_key("待答问题")
    assert "由联席办处理" in await member.says("/questions")
    assert "由联席办管理" in await member.says("/rulings")


async def test_the_office_may_answer_at_night(county: County) -> None:
    """Who asked waits for it: it goes at once."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    await member.says(LAMP)
    county.at("2026-11-25", "22:00")
    member.came = []
    await ruled(office, "打镇上值班电话。")
    assert "打镇上值班电话。" in member.came[0]
