"""Measuring: figures against ones worked out by hand, and the command from files to lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from policy_kb import Unreadable
from policy_kb.evaluating import Asked, Outcome, figures, read_questions, report

CORPUS = [
    {"id": "a", "doc": "河口县水费办法", "heading_path": ["河口县水费办法"], "text": "水费每季度收一次。"},
    {
        "id": "b",
        "doc": "河口县水费办法",
        "heading_path": ["河口县水费办法"],
        "text": "欠水费六个月以上的可以停水。",
    },
    {"id": "c", "doc": "河口县校车办法", "heading_path": ["河口县校车办法"], "text": "校车不得超员。"},
]
QUESTIONS = [
    {"id": "1", "text": "水费多久收一次", "relevant": ["a"], "answer": "每季度|按季", "kind": "deadline"},
    {"id": "2", "text": "校车能不能超员", "relevant": ["c"], "answer": "不得超员", "kind": "may"},
    {"id": "3", "text": "月亮有多大", "relevant": [], "answer": "", "kind": "unans_off"},
]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def outcome(
    relevant: set[str], ranked: tuple[str, ...], certainty: float, *, answered: bool, kind: str = "x"
) -> Outcome:
    """Make an outcome up."""
    asked = Asked("q", "?", frozenset(relevant), ("乙",), kind)
    return Outcome(asked, ranked, "甲 乙 丙", certainty, answered, 1.0)


def test_figures_are_those_worked_out_by_hand() -> None:
    """Two answerable questions, found first and third; two that are not, one of them of the field."""
    found = figures(
        [
            outcome({"a"}, ("a", "b", "c"), 0.9, answered=True),
            outcome({"c", "z"}, ("a", "b", "c"), 0.4, answered=False),
            outcome(set(), ("a",), 0.5, answered=True, kind="unans_near"),
            outcome(set(), (), 0.1, answered=False, kind="unans_off"),
        ]
    )
    assert found["R@1"] == 0.5
    assert found["R@5"] == 1.0
    assert found["MRR@10"] == pytest.approx((1 + 1 / 3) / 2, abs=1e-4)
    assert found["nDCG@10"] == pytest.approx((1 + 0.5 / (1 + 0.63093)) / 2, abs=1e-4)
    assert found["answer_in_top1"] == 1.0
    assert (found["auroc"], found["auroc_same_field"]) == (0.75, 0.5)
    assert (found["false_answers"], found["false_refusals"]) == (0.5, 0.5)


def test_what_there_is_no_ground_for_is_not_a_figure() -> None:
    """No questions of a sort: None, not nought."""
    found = report([outcome(set(), (), 0.1, answered=False, kind="unans_off")])
    assert found["R@1"] is None
    assert found["auroc"] is None
    assert found["by_kind"]["unans_off"]["false_answers"] == 0.0


def test_the_command_measures_files(tmp_path: Path) -> None:
    """Lines and JSON say the same; ranks are a line a question."""
    corpus, questions, ranks = tmp_path / "corpus.jsonl", tmp_path / "dev.jsonl", tmp_path / "ranks.jsonl"
    for path, rows in ((corpus, CORPUS), (questions, QUESTIONS)):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    command = ["--data", str(tmp_path / "data"), "kb", "eval", str(questions), "--corpus", str(corpus)]
    said = CliRunner().invoke(main, [*command, "--ranks", str(ranks), "--json"])
    found = json.loads(said.stdout)
    assert (found["questions"], found["R@1"], found["answer_in_top1"]) == (3, 1.0, 1.0)
    assert set(found["by_kind"]) == {"deadline", "may", "unans_off"}
    lines = read(ranks)
    assert [row["ranked"][:1] for row in lines[:2]] == [["a"], ["c"]]
    assert [row["answered"] for row in lines] == [True, True, False]
    assert "R@1\t1.0" in CliRunner().invoke(main, command).stdout


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """With its number and what it should hold."""
    (tmp_path / "q.jsonl").write_text('\n{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(Unreadable, match="第 2 行"):
        read_questions(tmp_path / "q.jsonl")
