"""Reading what has been recorded: visits, the ledger, what is undone, the week."""

from fieldwork.days import Week
from storage.visits import Visit
from tests.handlers.talk import Talk, Town


def record(town: Town, person: str, household: str, number: int, **changes: object) -> Visit:
    """Record a visit of today."""
    values: dict[str, object] = {
        "source": f"given:{person}:{number}",
        "kind": "visit",
        "person": person,
        "team": "demo-team-1",
        "village": "539900101201",
        "household": household,
        "day": town.now.date(),
        "recorded_at": town.now,
        "duties": ("publicist", "investigator"),
        "note": f"第{number}次",
        "location": "given",
        "evidence": "声明位置距该户 20 米",
    }
    return town.store.visits.record(**(values | changes))  # type: ignore[arg-type]


async def test_my_visits_are_listed_newest_first_by_pages(town: Town, member: Talk) -> None:
    """Five a page, with receipt, words, evidence, and the month's progress on the first."""
    with town.store.transaction():
        for number in range(7):
            record(town, member.code, "demo-h101", number, problem="漏雨" if number == 6 else "")
    first = await member.taps_key("我的走访")
    assert first.startswith("您的走访（共 ")
    assert first.index("第6次") < first.index("第5次") < first.index("第2次")
    assert "第1次" not in first
    assert "问题：漏雨" in first
    assert "位置：声明位置距该户 20 米" in first
    assert "11月您已走访" in first
    assert "第1次" in await member.presses("较早")
    assert "第6次" in await member.presses("‹ 较新")


async def test_without_visits_the_list_says_how_to_begin(office: Talk) -> None:
    """Nothing is no empty page."""
    assert "您还没有记过走访" in await office.says("/visits")


async def test_the_ledger_has_a_line_a_day(member: Talk) -> None:
    """Monday to today, weeks back and forth."""
    await member.taps_key("今日签到")
    await member.presses("请假")
    lines = (await member.taps_key("我的台账")).splitlines()
    assert lines[0].startswith("何秋雨的台账")
    assert [line[:10] for line in lines[1:]] == ["11月23日（周一）", "11月24日（周二）", "11月25日（周三）"]
    assert "请假 09:00" in lines[-1]
    back = (await member.presses("‹ 上一周")).splitlines()
    assert len(back) == 8
    assert "11月25日" in await member.presses("下一周")
    assert "下一周 ›" not in member.buttons
    assert "看队员的" not in member.buttons


async def test_a_leader_reads_the_teams_ledgers_and_a_member_does_not(member: Talk, leader: Talk) -> None:
    """A leader chooses one of five; the same button does nothing for a member."""
    await leader.taps_key("我的台账")
    await leader.presses("看队员的")
    assert (
        len([text for text in leader.buttons if text in {"周明山", "林晓岚", "何秋雨", "段立新", "罗小满"}])
        == 5
    )
    button = leader.messages[-1].buttons["段立新"]
    assert "段立新的台账" in await leader.presses("段立新")
    assert "不在您能看的范围" in await member.presses_data(member.messages[-1], button)


async def test_todo_lists_what_is_undone_and_says_when_nothing_is(town: Town, member: Talk) -> None:
    """The same words as in the morning."""
    undone = await member.taps_key("待办")
    assert "还没走访到" in undone
    assert "何秋雨您好" in undone
    with town.store.transaction():
        for number, household in enumerate(town.store.roster.households_in(["539900101201"])):
            record(town, member.code, household.code, number)
    assert await member.taps_key("待办") == "按现有记录，该做的都做了。"


async def test_the_office_is_told_of_open_questions(office: Talk) -> None:
    """Those are its undone things."""
    assert "有 2 个问题等联席办答复" in await office.taps_key("待办")


async def test_a_leader_gets_the_week_of_the_own_team(leader: Talk) -> None:
    """With everybody in it, and the week before at a tap."""
    week = await leader.taps_key("本周小结")
    assert week.startswith("白鹭村工作队")
    for name in ("周明山", "林晓岚", "何秋雨", "段立新", "罗小满"):
        assert f"· {name}（" in week
    assert "完整程度：" in week
    assert "上周：" in week
    before = await leader.presses("‹ 上一周")
    assert before.splitlines()[0] != week.splitlines()[0]
    assert await leader.presses("回到本周") == week


async def test_a_member_is_refused_the_week(leader: Talk, member: Talk) -> None:
    """By word, by command, and by somebody else's button."""
    assert "由队长、第一书记和联席办查看" in await member.says("本周小结")
    assert "由队长、第一书记和联席办查看" in await member.says("/week")
    await leader.taps_key("本周小结")
    button = leader.messages[-1].buttons["‹ 上一周"]
    assert "由队长、第一书记和联席办查看" in await member.presses_data(member.messages[-1], button)


async def test_the_office_chooses_a_team(town: Town, office: Talk) -> None:
    """All three of the county; each opens with this week."""
    assert await office.taps_key("本周小结") == "看哪支工作队？"
    teams = [text for text in office.buttons if text.endswith("工作队")]
    assert sorted(teams) == sorted(["白鹭村工作队", "茶山村工作队", "石桥村工作队"])
    shown = await office.presses("石桥村工作队")
    assert shown.startswith(f"石桥村工作队 {Week.of(town.now.date()).label}")


async def test_help_and_greeting_are_by_role(member: Talk, office: Talk) -> None:
    """Each hears what there is for them."""
    assert "白鹭村的驻村队员" in await member.says("/start")
    assert "待答问题" not in await member.taps_key("帮助")
    assert "待答问题" in await office.taps_key("帮助")
