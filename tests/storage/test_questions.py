"""Questions: kept once, passed to the office of the asker's place, ruled on once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import Store
from storage.questions import Questions
from storage.roster import Person, Place

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def questions(tmp_path: Path) -> Iterator[Questions]:
    """Give an empty record; p1 and p2 work in different villages of one township."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "乡", "township"))
        for number in "12":
            store.roster.put_place(Place(f"1{number}", "村", "village", "1"))
            store.roster.put_person(Person(f"p{number}", "某", None, "member", f"1{number}"))
        store.roster.put_person(Person("o", "许知远", None, "office", "1"))
        yield store.questions
    store.close()


def ask(questions: Questions, source: str, *, person: str = "p1", answered: bool = False) -> int:
    """Ask something."""
    return questions.ask(
        source=source,
        person=person,
        text="怎么办",
        at=NOW,
        answered=answered,
        clause_ids=("3", "5"),
        answer="这样",
    )


def test_a_question_comes_back_as_it_was_asked(questions: Questions) -> None:
    """Clauses, answer and time survive; the same source is one question."""
    number = ask(questions, "a", answered=True)
    question = questions.get(number)
    assert question is not None
    assert (question.text, question.clause_ids, question.asked_at) == ("怎么办", ("3", "5"), NOW)
    assert (question.answered, question.for_office, question.ruled_at) == (True, False, None)
    assert ask(questions, "a") == number
    assert questions.count() == 1
    assert questions.get(number + 1) is None


def test_what_the_documents_do_not_say_waits_for_the_office(questions: Questions) -> None:
    """The oldest first, of the office's own places only."""
    first, second = ask(questions, "a"), ask(questions, "b", person="p2")
    ask(questions, "c", answered=True)
    assert [question.id for question in questions.pending("1")] == [first, second]
    assert [question.id for question in questions.pending("12")] == [second]
    assert [question.id for question in questions.pending("1", limit=1)] == [first]
    assert questions.pending_count("1") == 2


def test_the_person_can_ask_for_the_offices_word_once(questions: Questions) -> None:
    """Pressing the button again changes nothing."""
    number = ask(questions, "a", answered=True)
    assert questions.pass_to_office(number)
    assert not questions.pass_to_office(number)
    question = questions.get(number)
    assert question is not None
    assert (question.for_office, question.awaited) == (True, True)
    kept = questions.get(ask(questions, "b"))
    assert kept is not None
    assert (kept.for_office, kept.awaited) == (True, False)


def test_an_answer_of_no_use_leaves_the_question_open_until_it_is_of_use(questions: Questions) -> None:
    """The office sees what the documents answered badly; who changes their mind takes it off the list."""
    number = ask(questions, "a", answered=True)
    assert questions.pending("1") == []
    questions.verdict(number, "not_useful")
    assert [question.id for question in questions.pending("1")] == [number]
    questions.verdict(number, "useful")
    assert questions.pending_count("1") == 0


def test_what_is_dropped_can_be_put_back_as_a_whole(questions: Questions) -> None:
    """Only what was dropped together, and never what was answered."""
    one, two, other = (ask(questions, source) for source in "abc")
    questions.drop([one, two], by="o", at=NOW)
    questions.drop([other], by="o", at=NOW + timedelta(minutes=1))
    assert questions.pending("1") == []
    assert questions.take_back(two) == 2
    assert [question.id for question in questions.pending("1")] == [one, two]
    questions.rule(one, ruling="找乡里", by="o", at=NOW)
    assert questions.take_back(one) == 0


def test_what_a_place_asks_is_found_with_all_below_it(questions: Questions) -> None:
    """Answered or not, the newest first, nothing older than asked for."""
    old, new = ask(questions, "a"), ask(questions, "b", person="p2", answered=True)
    assert {question.id for question in questions.asked_in("1", since=NOW)} == {old, new}
    assert [question.id for question in questions.asked_in("12", since=NOW)] == [new]
    assert [question.id for question in questions.asked_in("1", since=NOW, limit=1)] == [new]
    assert questions.asked_in("1", since=NOW + timedelta(seconds=1)) == []


def test_the_first_ruling_stands(questions: Questions) -> None:
    """Two of the office cannot overrule each other unawares."""
    number = ask(questions, "a")
    later = NOW + timedelta(hours=2)
    assert questions.rule(number, ruling="找乡里", by="o", at=later, clause="17")
    assert not questions.rule(number, ruling="找县里", by="o", at=later)
    question = questions.get(number)
    assert question is not None
    assert (question.ruling, question.ruled_by, question.ruled_at) == ("找乡里", "o", later)
    assert question.clause_ids == ("17",)
    assert questions.pending("1") == []


def test_the_last_question_of_a_person_is_given_while_it_is_fresh(questions: Questions) -> None:
    """The latest one, of that person only, and not one from before `since`."""
    ask(questions, "a")
    last = ask(questions, "b")
    ask(questions, "c", person="p2")
    found = questions.last_of("p1", since=NOW)
    assert found is not None
    assert found.id == last
    assert questions.last_of("p1", since=NOW + timedelta(seconds=1)) is None
    assert questions.last_of("nobody", since=NOW) is None
