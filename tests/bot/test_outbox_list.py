"""The outbox as the command line tells it: how much waits, what was not sent and why, and nobody's words."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.outbox_list import LONGEST_REASON, reason
from storage import Store
from storage.outbox import End, Kind


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder."""
    return tmp_path / "data"


def typed(data: Path, *words: str) -> str:
    """Type a command and return what it prints."""
    result = CliRunner().invoke(main, ["--data", str(data), *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_outbox_is_told_without_its_words(data: Path) -> None:
    """Counts by state and kind, the oldest that waits, the dead with their reason, the doubtful; no text of a message."""
    now = datetime(2026, 11, 25, 1, tzinfo=UTC)
    ends: list[tuple[Kind, End | None, str]] = [
        ("digest", None, ""),
        ("reply", "sent", ""),
        ("digest", "failed", "sendMessage 3: Message is too long"),
        ("notice", "blocked", "sendMessage 4: Forbidden: bot was blocked by the user"),
        ("reply", "failed", "sendMessage 5: Something never heard of"),
        ("digest", "unknown", ""),
    ]
    with contextlib.closing(Store(data)) as store, store.transaction():
        for chat, (kind, end, error) in enumerate(ends, 1):
            payload = {"chat_id": chat, "text": "只给本人看的话"}
            number = store.outbox.add(
                channel="telegram",
                chat_id=chat,
                kind=kind,
                method="sendMessage",
                payload=payload,
                at=now,
            )
            if number and end:
                store.outbox.finish(number, end, at=now, error=error)
    told = typed(data, "outbox")
    assert "等着发\t提醒和小结\t1 条" in told
    assert "已发出\t回复\t1 条" in told
    assert "等得最久的：第 1 条，telegram，提醒和小结，11-25 09:00 放入，试过 0 次" in told
    assert "内容太长，被拒收" in told
    assert "对方停用了机器人" in told
    assert "Something never heard of" in told
    assert "不确定送到没有的（最近 1 条" in told
    as_json = typed(data, "outbox", "--json")
    values = json.loads(as_json)
    assert {"state": "unknown", "kind": "digest", "count": 1} in values["counts"]
    assert values["oldest_waiting"]["id"] == 1
    assert [each["id"] for each in values["dead"]] == [5, 4, 3]
    assert [each["id"] for each in values["doubtful"]] == [6]
    assert "只给本人看的话" not in told + as_json


def test_an_outbox_that_was_never_used_is_said_to_be(data: Path) -> None:
    """In a word."""
    assert typed(data, "outbox").strip() == "还没有发过消息。"


def test_a_refusal_nobody_has_heard_of_is_shown_as_it_came_but_not_at_length() -> None:
    """Whatever a server sends along."""
    assert reason("Bad Request: odd") == "Bad Request: odd"
    assert len(reason("x" * 5000)) == LONGEST_REASON
