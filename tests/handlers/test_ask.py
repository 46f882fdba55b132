"""Asking: an answer with its source, or an honest no; and the office's word in the end."""

from tests.handlers.talk import BY_TELEPHONE, Answer, Talk, Town


async def test_an_answered_question_gives_the_sentence_its_source_and_four_buttons(member: Talk) -> None:
    """Any text outside a form is a question."""
    answer = await member.says("打个电话算不算走访")
    assert answer == "走访须本人入户，不得以电话代替走访。\n\n出处：《驻村工作办法》（2015-11-16） 走访"
    assert member.buttons[:4] == ["看整条", "问联席办", "有用", "没用"]
    assert BY_TELEPHONE.text in await member.presses("看整条")


async def test_a_sentence_stands_exactly_as_printed(town: Town, member: Talk) -> None:
    """One that ends in a semicolon goes on in the whole clause, and is not made to look as if it ended."""
    found = Answer(answered=True, answer="走访须本人入户；", clauses=(BY_TELEPHONE,))
    town.shelf.ask = lambda *_, **__: found  # type: ignore[method-assign]
    assert (await member.says("打个电话算不算走访")).startswith("走访须本人入户；\n\n出处：")


async def test_useful_and_not_useful_are_noted(town: Town, member: Talk) -> None:
    """What was of use is learned, what was not is taken back and goes on the office's list."""
    await member.says("打个电话算不算走访")
    assert "记下了" in await member.presses("有用")
    assert town.store.questions.get(3)
    assert town.store.questions.get(3).verdict == "useful"  # type: ignore[union-attr]
    assert town.shelf.wordings.texts == ["打个电话算不算走访"]
    assert "已记入联席办的待答清单" in await member.presses("没用")
    assert town.store.questions.get(3).verdict == "not_useful"  # type: ignore[union-attr]
    assert town.shelf.wordings.texts == []
    assert "已告诉联席办您在等" in await member.presses("请联席办答复")
    assert "联席办已经知道您在等" in await member.presses("问联席办")


async def test_what_the_documents_do_not_say_is_said_plainly_and_kept_for_the_office(
    town: Town, member: Talk
) -> None:
    """At most two nearest clauses, named as such; each can be read whole."""
    answer = await member.says("周末能不能请假")
    assert answer.startswith("现有文件里没有查到")
    assert "相近条款（仅供参考，不是答案）" in answer
    assert "已记入联席办的待答清单" in answer
    assert [text for text in member.buttons if "相近" in text] == ["看相近条款 1", "看相近条款 2"]
    assert "请假三天以内" in await member.presses("看相近条款 1")
    assert town.store.questions.pending_count("539900") == 3


async def test_with_nothing_near_nothing_is_offered(member: Talk) -> None:
    """No clause is better than one that has nothing to do with it."""
    assert "相近" not in await member.says("今晚吃什么")
    assert not any("相近" in text for text in member.buttons)


async def test_a_clause_that_has_gone_is_said_to_have_gone(town: Town, member: Talk) -> None:
    """The document was replaced meanwhile."""
    await member.says("打个电话算不算走访")
    town.shelf.clauses.clear()
    assert "请再问一次" in await member.presses("看整条")


async def test_the_longest_clause_still_makes_a_message(town: Town, member: Talk) -> None:
    """Longer ones than Telegram takes are cut, not lost."""
    await member.says("周末能不能请假")
    clause = town.shelf.clauses[8]
    town.shelf.clauses[8] = type(clause)(8, clause.document, None, clause.heading, "条" * 9000)
    assert (await member.presses("看相近条款 1")).endswith("…")


async def test_greetings_scraps_and_essays_are_no_questions(town: Town, member: Talk) -> None:
    """Each is answered with what would be one."""
    assert "直接打字" in await member.says("你好！")
    assert "写得完整一点" in await member.says("啊")
    assert "写得完整一点" in await member.says("/unknown")
    assert "500 字以内" in await member.says("长" * 501)
    assert town.store.questions.count() == 2, "those of the demo"


async def test_what_cannot_be_read_is_answered_too(member: Talk) -> None:
    """A picture is not silence."""
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    assert "看懂文字、位置和政策文件" in await member.sends(photo=photo)


async def test_a_button_of_somebody_elses_question_does_nothing(
    town: Town, member: Talk, leader: Talk
) -> None:
    """Question 3 is the member's."""
    await member.says("打个电话算不算走访")
    button = member.messages[-1].buttons["问联席办"]
    assert "再问一次" in await leader.presses_data(leader.messages[-1], button)
    question = town.store.questions.get(3)
    assert question
    assert not question.for_office


async def test_an_office_that_turns_to_the_menu_answers_nothing(town: Town, office: Talk) -> None:
    """As long as nothing is written, a word of the menu or a command simply leaves."""
    await office.taps_key("待答问题")
    await office.presses("答复")
    assert "看哪支工作队" in await office.taps_key("本周小结")
    assert "没有查到" in await office.says("本月几号交材料")
    await office.says("待答问题")
    await office.presses("答复")
    await office.presses("自己写答复")
    assert "已取消" in await office.says("/cancel")
    assert town.store.questions.pending_count("539900") == 3


async def test_an_answer_that_is_too_long_is_sent_back(office: Talk) -> None:
    """It would not be one clause."""
    await office.taps_key("待答问题")
    await office.presses("答复")
    await office.presses("自己写答复")
    assert "500 字以内（现在 501 字）" in await office.says("长" * 501)
    assert "管到什么时候" in await office.says("长" * 500)


async def test_what_is_no_text_while_an_answer_is_awaited_is_answered(office: Talk) -> None:
    """A picture instead of words."""
    await office.taps_key("待答问题")
    await office.presses("答复")
    await office.presses("自己写答复")
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    assert "请写答复" in await office.sends(photo=photo)


async def test_duties_amounts_and_dates_of_an_answer_are_bold(member: Talk) -> None:
    """What must not be overlooked stands out; the words are as printed."""
    answer = await member.says("打个电话算不算走访")
    assert member.messages[-1].bold == ["不得"]
    assert "另见" not in answer


async def test_a_question_for_a_list_shows_further_clauses(member: Talk) -> None:
    """Each with the place where it stands."""
    answer = await member.says("电话走访有哪些规定")
    assert "另见：\n\n《驻村工作办法》 请假\n请假三天以内" in answer


async def test_a_question_may_lean_on_the_one_asked_just_before(
    town: Town, member: Talk, leader: Talk
) -> None:
    """One's own, and not one from longer ago than ten minutes."""
    await member.says("打个电话算不算走访")
    await leader.says("那第一书记呢")
    await member.says("那第一书记呢")
    town.wait(minutes=11)
    await member.says("那队长呢")
    assert town.shelf.before == [None, None, "打个电话算不算走访", None]
