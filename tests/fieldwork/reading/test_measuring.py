"""The measure: what counts as right, and how well the village's messages are read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldwork.errors import BadMeasure
from fieldwork.reading import Roster, measuring, read
from tests.fieldwork.reading.conftest import MESSAGES

FRIDAY = date(2026, 10, 16)
TEXT = "去了宋老根家，屋顶漏雨，送了200元慰问金，下周带住建所的人来看"
RIGHT: dict[str, Any] = {
    "household": "W31",
    "date": "2026-10-16",
    "contact_only": False,
    "not_a_visit": False,
    "duties": ["service"],
    "problems": [{"cause": "housing", "text": "漏雨"}],
    "money_yuan": 200,
    "next_step": "带住建所的人来看",
}


def measured(roster: Roster, **said: object) -> dict[str, float]:
    """Measure the text above against what is right, changed as told."""
    gold = [measuring.Gold("1", TEXT, RIGHT | said)]
    return measuring.figures(measuring.measure(gold, roster, FRIDAY))


def test_what_is_right_counts_full(roster: Roster) -> None:
    """All nine figures are 1."""
    assert set(measured(roster).values()) == {1.0}
    assert len(measured(roster)) == 9


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("household", {"household": "W30"}),
        ("household", {"household": None}),
        ("household", {"household": ["W30", "W31"]}),
        ("household", {"household": None, "households": ["W30", "W31"]}),
        ("date", {"date": "2026-10-15"}),
        ("date", {"date": None}),
        ("not_a_visit_f1", {"not_a_visit": True}),
        ("contact_only_f1", {"contact_only": True}),
        ("duties_f1", {"duties": ["mediator"]}),
        ("problem_f1", {"problems": [{"cause": "housing", "text": "去了"}]}),
        ("cause", {"problems": [{"cause": "water", "text": "漏雨"}]}),
        ("money", {"money_yuan": 300}),
        ("money", {"money_yuan": None}),
        ("next_step_f1", {"next_step": "去了"}),
        ("next_step_f1", {"next_step": None}),
    ],
)
def test_what_is_wrong_counts_nothing(roster: Roster, figure: str, said: dict[str, object]) -> None:
    """And pulls no other figure down with it, but for the cause of a problem that was not found."""
    figures = measured(roster, **said)
    assert figures.pop(figure) == 0
    assert set(figures.values()) == {1.0}


def test_what_may_be_left_out_counts_neither_way(roster: Roster) -> None:
    """Optional duties, other causes, other next steps."""
    assert measured(roster, duties=[], duties_optional=["service"])["duties_f1"] == 1
    assert (
        measured(roster, problems=[{"cause": "water", "text": "漏雨", "cause_alt": ["housing"]}])["cause"]
        == 1
    )
    assert measured(roster, next_step=None, next_step_alt=["带住建所"])["next_step_f1"] == 1


def test_one_reading_pays_for_one_problem_only(roster: Roster) -> None:
    """Two wanted where one was found: half is missing."""
    twice = [{"cause": "housing", "text": "屋顶"}, {"cause": "housing", "text": "漏雨"}]
    assert measured(roster, problems=twice)["problem_f1"] == pytest.approx(2 / 3)


def test_asking_back_is_right_when_all_who_may_be_meant_are_offered(roster: Roster) -> None:
    """More candidates than the annotator's do no harm; fewer, or a sure answer, are wrong."""
    reading = read("去了马建军家", roster, FRIDAY)
    assert measuring.households_right({"household": ["W11", "W12"]}, reading)
    assert not measuring.households_right({"household": ["W11", "W13"]}, reading)
    assert not measuring.households_right({"household": "W11"}, reading)


def test_the_village_is_read_well(roster: Roster, today: date) -> None:
    """The messages made up for this village; a rule that breaks others is noticed here."""
    messages = measuring.messages_of(MESSAGES)
    assert len(messages) > 250
    figures = measuring.figures(measuring.measure(messages, roster, today))
    floor = {"duties_f1": 0.93, "problem_f1": 0.93, "cause": 0.9, "next_step_f1": 0.93}
    assert {name: value for name, value in figures.items() if value < floor.get(name, 0.97)} == {}


@pytest.mark.parametrize("text", ["[]", "{}", "nothing", '{"id": "1"}'])
def test_files_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    """With a sentence that says what they should be."""
    file = tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    for reads, told in ((measuring.roster_of, "名册"), (measuring.messages_of, "消息")):
        with pytest.raises(BadMeasure) as refused:
            reads(file)
        assert told in refused.value.text
