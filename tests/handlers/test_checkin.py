"""The daily check-in, as it is said and answered."""

from tests.handlers.talk import Talk, Town

VILLAGE = (25.6213, 103.4127)


def today(talk: Talk) -> list[tuple[str | None, str, bool]]:
    """Return what the data file has of today: where, what was said, whether there was a location."""
    entries = talk.town.store.checkins.on(talk.code, talk.town.now.date())
    return [(entry.whereabouts, entry.note, entry.latitude is not None) for entry in entries]


async def test_one_tap_checks_in(member: Talk) -> None:
    """The question stands with three buttons; one of them is enough."""
    assert "今天在哪儿" in await member.taps_key("今日签到")
    assert member.buttons[:3] == ["在村", "外出办事", "请假"]
    assert "已签到。今天：在村 09:00" in await member.presses("在村")
    assert today(member) == [("village", "", False)]
    assert member.keyboard[0] == "📍 发送位置"
    assert {"今日签到", "记走访", "我的台账"} <= set(member.keyboard), "whoever adds nothing just goes on"


async def test_a_second_check_in_adds_and_overwrites_nothing(town: Town, member: Talk) -> None:
    """What was said in the morning still stands in the afternoon."""
    await member.taps_key("今日签到")
    await member.presses("在村")
    town.wait(hours=5)
    assert "今天：在村 09:00。\n今天在哪儿" in await member.taps_key("今日签到")
    assert "今天：在村 09:00；外出办事 14:00。" in await member.presses("外出办事")
    assert [where for where, _, _ in today(member)] == ["village", "errand"]


async def test_a_line_of_text_and_a_location_are_added_if_one_likes(member: Talk) -> None:
    """Each is optional, and each is answered."""
    await member.taps_key("今日签到")
    await member.presses("在村")
    await member.presses("补一句话")
    assert "上午开会，下午入户" in await member.says("上午开会，下午入户")
    assert "位置已记上。声明位置距村登记点" in await member.location(*VILLAGE, 12)
    assert today(member) == [("village", "", False), (None, "上午开会，下午入户", False), (None, "", True)]


async def test_a_location_comes_in_while_a_line_is_awaited(member: Talk) -> None:
    """The keyboard offers it at that moment; afterwards the line is still taken."""
    await member.taps_key("今日签到")
    await member.presses("在村")
    await member.presses("补一句话")
    assert "位置已记上" in await member.sends_location(*VILLAGE)
    assert "已补上" in await member.says("下午入户")
    assert today(member) == [("village", "", False), (None, "", True), (None, "下午入户", False)]


async def test_a_menu_word_is_not_taken_for_a_line_nor_for_a_question(town: Town, member: Talk) -> None:
    """Whoever turns to the menu leaves the line unwritten."""
    await member.taps_key("今日签到")
    await member.presses("在村")
    await member.presses("补一句话")
    assert "的台账" in await member.says("我的台账")
    assert "没有查到" in await member.says("路灯坏了找谁")
    assert today(member) == [("village", "", False)]
    assert town.store.questions.count() == 3, "two of the demo and the one just asked"


async def test_a_line_that_is_too_long_is_sent_back_and_awaited_again(member: Talk) -> None:
    """The sentence says how long it may be."""
    await member.taps_key("今日签到")
    await member.presses("在村")
    await member.presses("补一句话")
    assert "500 字以内" in await member.says("长" * 501)
    assert "已补上" in await member.says("短一点")


async def test_a_location_without_a_check_in_asks_for_it(member: Talk) -> None:
    """It is kept, and the three buttons stand at once."""
    assert "今天还没有签到" in await member.location(*VILLAGE)
    assert "已签到" in await member.presses("在村")
    assert today(member) == [(None, "", True), ("village", "", False)]


async def test_a_forwarded_location_is_refused_kindly(member: Talk) -> None:
    """With and without a check-in it says so, and nothing is kept of it."""
    assert "转发来的" in await member.forwards_location(*VILLAGE)
    await member.taps_key("今日签到")
    await member.presses("在村")
    assert "签到不受影响" in await member.forwards_location(*VILLAGE)
    assert today(member) == [("village", "", False)]
