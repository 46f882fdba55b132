"""A file sent by an office: shown as a card, changed on it, and in the base only when the office says so."""

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import documents
from tests.handlers.conftest import WEDNESDAY
from tests.handlers.county import County
from tests.handlers.talk import Talk

RULES = """关于加强驻村考勤的通知

杉政发〔2026〕7号

第一条 驻村队员每月在村不少于二十天，节假日轮流值守。
第二条 请假三天以内由队长批准，三天以上报镇里批准。
第三条 本通知自2026年12月1日起施行。
"""
LEAVE = "请假三天以内由谁批准？"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """Give the county."""
    county = County(tmp_path, WEDNESDAY)
    yield county
    county.store.close()


async def sends(county: County, talk: Talk, name: str = "考勤通知.txt", text: str = RULES) -> str:
    """Send a file; its channel keeps it under its name."""
    (county.folder / name).write_text(text, encoding="utf-8")
    return await talk.sends(document={"file_id": name, "file_unique_id": name, "file_name": name})


def titles(county: County) -> list[str]:
    """Return the titles of the base's documents."""
    return [document.title for document in county.base.documents()]


async def test_nothing_enters_the_base_before_the_office_has_seen_the_card(county: County) -> None:
    """Title, number, how many clauses, the first and the last; then one tap, and it is answered from."""
    office, member = await county.enters("demo-office"), await county.enters("demo-member-11")
    card = await sends(county, office)
    assert "还没有收入" in card
    assert "《关于加强驻村考勤的通知》" in card
    assert "文号：杉政发〔2026〕7号" in card
    assert "共 3 条\n首条：第一条 驻村队员每月在村" in card
    assert "末条：第三条 本通知自2026年12月1日起施行。" in card
    assert "谁能看：禾云县（演示）所有人" in card
    assert titles(county) == []
    assert "没有查到" in await member.says(LEAVE)
    assert "已收入《关于加强驻村考勤的通知》，共 3 条" in await office.presses("✓ 收入")
    assert "由队长批准" in await member.says(LEAVE)


async def test_title_and_readers_are_changed_on_the_card_and_survive_a_restart(county: County) -> None:
    """What the township's office adds for its heads is for them and for offices above alone."""
    office = await county.enters("office-11")
    await sends(county, office)
    assert "请写文件的标题" in await office.presses("改标题")
    county.restart()
    assert "《考勤办法》" in await office.says("《考勤办法》")
    assert "谁能查到" in await office.presses("谁能看")
    assert "只给哪里" in await office.presses("只给下面一个")
    assert "谁能看：白鹭村所有人" in await office.presses("白鹭村")
    await office.presses("谁能看")
    assert "谁能看：只给杉岭镇的队长、第一书记" in await office.presses("只给杉岭镇的队长")
    await office.presses("✓ 收入")
    assert titles(county) == ["考勤办法"]
    may = {
        code: county.asks(code, LEAVE).answered
        for code in ("demo-leader-1", "demo-member-11", "demo-leader-3", "demo-office")
    }
    assert may == {
        "demo-leader-1": True,
        "demo-member-11": False,
        "demo-leader-3": False,
        "demo-office": True,
    }


async def test_a_file_that_is_not_wanted_leaves_no_trace_in_the_base(county: County) -> None:
    """And the card's buttons are dead from then on."""
    office = await county.enters("demo-office")
    await sends(county, office)
    card, take = office.messages[-1], office.messages[-1].buttons["✓ 收入"]
    assert "没有收入" in await office.presses("不要了")
    assert "已经处理过了" in await office.presses_data(card, take)
    assert titles(county) == []


async def test_the_same_again_and_a_new_version_are_recognised(county: County) -> None:
    """The same text has no button; a later text says that it takes the place of the older."""
    office = await county.enters("demo-office")
    await sends(county, office)
    await office.presses("✓ 收入")
    assert "已经在库里了" in await sends(county, office, "又一份.txt")
    newer = (
        RULES.replace("二十天", "二十二天")
        .replace("〔2026〕7号", "〔2027〕3号")
        .replace("2026年12月1日", "2027年12月1日")
    )
    assert "旧版" in await sends(county, office, "新的.txt", newer)
    await office.presses("✓ 收入")
    assert [document.active for document in county.base.documents()] == [False, True]


async def test_several_files_wait_side_by_side(county: County) -> None:
    """Each card is for its own file; a form that is open is not disturbed by them."""
    office, member = await county.enters("demo-office"), await county.enters("demo-member-11")
    await member.says("冬天水管冻住了归谁修")
    await sends(county, office)
    first = office.messages[-1]
    await sends(
        county,
        office,
        "供水.txt",
        "关于供水管护的通知\n\n第一条 供水管网由村委会看护，损坏的及时抢修。\n第二条 水费按季收取。\n",
    )
    await office.presses_data(first, first.buttons["✓ 收入"])
    assert titles(county) == ["关于加强驻村考勤的通知"]
    await office.taps_key("待答问题")
    await office.presses("答复")
    await office.presses("自己写答复")
    assert "您正在答复一个问题" in await sends(county, office, "三.txt")


async def test_an_archive_is_one_card(county: County) -> None:
    """What is in it by title; what cannot be read with the reason; taken in together."""
    office = await county.enters("demo-office")
    with zipfile.ZipFile(county.folder / "全部.zip", "w") as archive:
        archive.writestr("a.txt", RULES)
        archive.writestr(
            "b.txt",
            "关于供水管护的通知\n\n第一条 供水管网由村委会看护，损坏的及时抢修。\n第二条 水费按季收取。\n",
        )
        archive.writestr("c.exe", b"MZ")
    card = await office.sends(
        document={"file_id": "全部.zip", "file_unique_id": "z", "file_name": "全部.zip"}
    )
    assert "压缩包里读出 2 份" in card
    assert "1.《关于加强驻村考勤的通知》3 条" in card
    assert "2.《关于供水管护的通知》2 条" in card
    assert "c.exe" in card
    assert "改标题" not in office.buttons
    assert "《关于供水管护的通知》，共 2 条" in await office.presses("✓ 收入")
    assert len(titles(county)) == 2


async def test_reading_that_takes_long_is_said_at_once(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the card, in a message of its own."""
    monkeypatch.setattr(documents, "SLOW_S", 0.05)
    real = county.base.preview_each

    def slow(*args: object, **kwargs: object) -> object:
        time.sleep(0.3)  # noqa: TID251 - in the reader's thread
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(county.base, "preview_each", slow)
    office = await county.enters("demo-office")
    office.came = []
    said = (await sends(county, office)).split("\n")
    assert said[0].startswith("正在读“考勤通知.txt”")
    assert "还没有收入" in office.came[1]


async def test_what_cannot_be_read_is_refused_with_the_reason(county: County) -> None:
    """The reason is the reader's own, and the chat goes on."""
    office = await county.enters("demo-office")
    refused = await sends(county, office, "空.txt", " ")
    assert "空.txt" in refused
    assert "✓ 收入" not in office.buttons
    assert "您好" in await office.says("/start")


async def test_a_file_that_does_not_come_is_not_silence(county: County) -> None:
    """The channel could not bring it."""
    office = await county.enters("demo-office")
    said = await office.sends(
        document={"file_id": "gone.txt", "file_unique_id": "g", "file_name": "gone.txt"}
    )
    assert "gone.txt" in said


async def test_a_members_document_goes_to_the_office(county: County) -> None:
    """The member is told who adds documents; nobody else's card can be used."""
    member, office = await county.enters("demo-member-11"), await county.enters("demo-office")
    assert "由联席办添加" in await sends(county, member)
    await sends(county, office)
    take = office.messages[-1].buttons["✓ 收入"]
    assert "已经处理过了" in await member.presses_data(member.messages[-1], take)
    assert titles(county) == []
