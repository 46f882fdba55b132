"""Coming in on Telegram: by a code, by one's own contact, and by nothing else."""

from dataclasses import replace

from fieldwork import invitations
from tests.handlers.talk import Talk, Town

PHONE = "13800001111"


def contact(phone: str, user: int | None) -> dict[str, object]:
    """Return a contact as Telegram shares it."""
    whose = {"user_id": user} if user else {}
    return {"phone_number": phone, "first_name": "测试", **whose}


async def code_for(town: Town, person: str) -> str:
    """Invite somebody."""
    invited = town.store.roster.person(person)
    assert invited
    async with town.store.unit():
        return invitations.create(town.store, invited, town.now)


async def with_phone(town: Town, person: str) -> None:
    """Put a number on the roster."""
    known = town.store.roster.person(person)
    assert known
    async with town.store.unit():
        town.store.roster.put_person(replace(known, phone=PHONE))


async def test_a_stranger_is_told_how_to_come_in_whatever_they_do(town: Town) -> None:
    """Words, menu words, locations, files, buttons: nothing of it is done."""
    stranger = town.stranger()
    for words in ("/start", "你好", "今日签到", "记走访", "/visits"):
        assert "进来有两个办法" in await stranger.says(words)
    assert "进来有两个办法" in await stranger.location(25.6, 103.4)
    assert "进来有两个办法" in await stranger.sends(document={"file_id": "f", "file_unique_id": "f"})
    assert "请先用邀请码" in await stranger.presses_data(stranger.messages[-1], "in:village")
    assert stranger.keyboard == ["分享我的手机号"]
    assert town.store.questions.count() == 2


async def test_a_code_lets_in_once(town: Town) -> None:
    """The second to come with it stays outside."""
    code = await code_for(town, "demo-member-12")
    first, second = town.stranger(), town.stranger()
    assert "段立新您好" in await first.says(f"/start {code}")
    assert "今日签到" in first.keyboard
    assert "用不了" in await second.says(f"/start {code}")
    assert "进来有两个办法" in await second.says("在吗")


async def test_a_code_expires(town: Town) -> None:
    """After a week it is worth nothing."""
    code = await code_for(town, "demo-member-12")
    town.wait(days=8)
    assert "用不了" in await town.stranger().says(f"/start {code}")


async def test_ones_own_contact_lets_in(town: Town) -> None:
    """However the number is written."""
    await with_phone(town, "demo-member-12")
    person = town.stranger()
    assert "段立新您好" in await person.sends(contact=contact(f"+86 {PHONE}", person.chat))


async def test_the_contact_of_another_is_refused(town: Town) -> None:
    """Of another account, of none, or forwarded: a number that one only knows opens nothing."""
    await with_phone(town, "demo-member-12")
    person = town.stranger()
    for user in (person.chat + 1, None):
        assert "请分享您本人的手机号" in await person.sends(contact=contact(PHONE, user))
    origin = {"type": "hidden_user", "sender_user_name": "别人", "date": 1}
    own = contact(PHONE, person.chat)
    assert "请分享您本人的手机号" in await person.sends(contact=own, forward_origin=origin)
    assert "进来有两个办法" in await person.says("在吗")


async def test_a_number_that_is_not_on_the_roster_is_refused(town: Town) -> None:
    """It says whom to ask."""
    person = town.stranger()
    assert "名册上没有这个手机号" in await person.sends(contact=contact("13911112222", person.chat))


async def test_who_has_left_is_a_stranger(town: Town, member: Talk) -> None:
    """From the day on which the roster says so."""
    async with town.store.unit():
        town.store.roster.put_person(replace(member.person, left_on=town.now.date()))
    assert "进来有两个办法" in await member.says("我的走访")
