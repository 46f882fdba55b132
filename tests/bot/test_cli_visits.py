"""Measuring from the command line: nine lines, or one JSON object."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli import main

ROSTER = {
    "households": [{"id": "A", "head": "尹春生", "group": "一组"}, {"id": "B", "head": "卢玉珍"}],
    "today": "2026-11-18",
}
GOLD = {"household": "A", "date": "2026-11-17", "duties": ["service"], "money_yuan": 100}
MESSAGES = ({"id": "1", "text": "昨天去尹春生家，送了一百元慰问金", "gold": GOLD},)


def typed(folder: Path, *words: str) -> Result:
    """Type the command over files that lie in the folder."""
    roster, messages = folder / "roster.json", folder / "messages.jsonl"
    roster.write_text(json.dumps(ROSTER), encoding="utf-8")
    messages.write_text("\n".join(map(json.dumps, MESSAGES)), encoding="utf-8")
    return CliRunner().invoke(main, ["visits", "eval", str(messages), "--roster", str(roster), *words])


def test_the_nine_figures_are_printed(tmp_path: Path) -> None:
    """One a line: name, value, what it means."""
    result = typed(tmp_path)
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert (result.exit_code, len(lines)) == (0, 9)
    assert lines[0] == ["household", "1.000", "找对户"]


def test_json_has_the_same_figures(tmp_path: Path) -> None:
    """By name, as numbers."""
    values = json.loads(typed(tmp_path, "--json").stdout)
    assert list(values)[:2] == ["household", "date"]
    assert values["money"] == values["duties_f1"] == 1


def test_faults_are_told_one_by_one(tmp_path: Path) -> None:
    """Which message, and what was read instead."""
    GOLD["money_yuan"] = 200
    try:
        assert "1: 100" in typed(tmp_path, "--faults").stdout
    finally:
        GOLD["money_yuan"] = 100


def test_files_that_are_missing_or_wrong_are_told(tmp_path: Path) -> None:
    """In a sentence, with exit code 1."""
    typed(tmp_path)
    missing = CliRunner().invoke(
        main, ["visits", "eval", str(tmp_path / "none"), "--roster", str(tmp_path / "roster.json")]
    )
    swapped = CliRunner().invoke(
        main, ["visits", "eval", str(tmp_path / "roster.json"), "--roster", str(tmp_path / "roster.json")]
    )
    assert (missing.exit_code, swapped.exit_code) == (1, 1)
    assert "不是这里能读的消息" in swapped.stderr
