"""A file sent into the chat."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy_kb import Added, Document, Refused, Unreadable
from tests.handlers.talk import Talk, Town

FILE = {"file_id": "sent.txt", "file_unique_id": "u", "file_name": "补充办法.txt"}


def added(*, already: bool = False) -> Added:
    """Return what came of a document of nine clauses."""
    document = Document(
        id=1,
        title="补充办法",
        issuer=None,
        date=None,
        source=FILE["file_name"],
        sha256="",
        added_at=datetime(2026, 11, 25, tzinfo=UTC),
        starter=False,
        clauses=9,
        active=True,
    )
    return Added(document, already, 0.1, "第一条 为规范驻村工作", "第九条 本办法自印发之日起施行")


def takes(town: Town, monkeypatch: pytest.MonkeyPatch, *outcomes: Added | Refused) -> list[tuple[str, str]]:
    """Have the knowledge base take files so; return the list of what it was given."""
    given: list[tuple[str, str]] = []

    def add_each(path: Path, *, name: str, now: datetime) -> Iterator[Added | Refused]:
        assert now == town.now
        given.append((path.name, name))
        yield from outcomes

    monkeypatch.setattr(town.library, "add_each", add_each, raising=False)
    return given


async def test_the_office_adds_a_document(town: Town, office: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hears how many clauses were found, the first and the last; the second time, that it is there."""
    given = takes(town, monkeypatch, added())
    answer = await office.sends(document=FILE)
    assert "《补充办法》已入库，共 9 条" in answer
    assert "第一条 为规范驻村工作" in answer
    assert given == [("sent.txt", "补充办法.txt")]
    takes(town, monkeypatch, added(already=True))
    assert "没有重复添加" in await office.sends(document=FILE)


async def test_a_document_while_an_answer_is_awaited_is_added_too(
    town: Town, office: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the answer is still awaited."""
    takes(town, monkeypatch, added())
    await office.taps_key("待答问题")
    await office.presses("答复")
    assert "已入库" in await office.sends(document=FILE)
    assert "答复已转给" in await office.says("见补充办法第三条")


async def test_what_cannot_be_read_is_refused_with_the_reason(
    town: Town, office: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is the reader's own, and the chat goes on."""
    takes(town, monkeypatch, Refused("补充办法.txt", Unreadable("这个文件里没有文字。")))
    assert await office.sends(document=FILE) == "这个文件里没有文字。"
    assert "您好" in await office.says("/start")


async def test_each_document_of_an_archive_is_told_of(
    town: Town, office: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken in and what was not, in one message."""
    takes(town, monkeypatch, added(), Refused("包.zip/坏.pdf", Unreadable("“包.zip/坏.pdf”打不开。")))
    answer = await office.sends(document=FILE)
    assert "收入 1 份，没有收入 1 份" in answer
    assert "《补充办法》已入库" in answer
    assert "“包.zip/坏.pdf”打不开" in answer


async def test_a_file_that_does_not_come_is_not_silence(
    town: Town, office: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel could not bring it."""

    def add_each(_path: Path, *, name: str, now: datetime) -> Iterator[Added | Refused]:
        raise FileNotFoundError(name, now)

    monkeypatch.setattr(town.library, "add_each", add_each, raising=False)
    assert "没有取下来" in await office.sends(document=FILE)


async def test_a_members_document_goes_to_the_office(member: Talk) -> None:
    """The member is told who adds documents."""
    assert "由联席办添加" in await member.sends(document=FILE)
