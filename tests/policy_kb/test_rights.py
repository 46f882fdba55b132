"""Who may read what: for every reader the base is exactly one that holds only what they may read."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from policy_kb import Answer, Given, KnowledgeBase, Reader, Ruling, Scope, documents, may_read

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
ABOVE = {"1": None, "11": "1", "12": "1", "111": "11", "112": "11", "121": "12", "2": None, "21": "2"}
ROLES = ("member", "leader", "first_secretary", "helper", "office", "unit")
SOME_ROLES: tuple[tuple[str, ...], ...] = ((), ("member",), ("leader", "first_secretary"), ("office",))
SCOPES = [Scope(place, roles) for place in (None, *ABOVE) for roles in SOME_ROLES]
SUBJECTS = ("鱼塘承包费", "茶厂分红", "路灯电费", "祠堂维修款", "苗圃租金", "石料场罚款")


def up(place: str) -> list[str]:
    """Return a place and all above it."""
    above = ABOVE[place]
    return [place, *(up(above) if above else [])]


def reader(role: str, place: str) -> Reader:
    """Return somebody of a role in a place."""
    answers_for = [each for each in ABOVE if place in up(each)] if role == "office" else []
    return Reader(role, frozenset(up(place)), frozenset(answers_for))


READERS = [reader(role, place) for role in ROLES for place in ABOVE]


def text(number: int) -> str:
    """Return a document of two articles about a subject, in words that others use too."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return (
        f"关于第{number}小组{subject}的通知\n\n"
        f"第一条 {subject}由第{number}小组统一收取，每年公示{number + 1}次。\n"
        f"第二条 {subject}不得挪作他用，违者由第{number}小组追回。\n"
    )


def put(base: KnowledgeBase, folder: Path, number: int, scope: Scope) -> None:
    """Put a document, a wording beside its first article and a ruling into a base."""
    path = folder / f"{number}.txt"
    path.write_text(text(number), encoding="utf-8")
    added = base.add(path, now=NOW, given=Given(scope=scope))
    with base._open() as db:
        clause, _ = documents.clauses_of(db, added.document.id)
    base.wordings.add(
        clause.id, [f"{SUBJECTS[number % len(SUBJECTS)]}找哪个交"], origin="confirmed", by="p", now=NOW
    )
    question = f"{SUBJECTS[number % len(SUBJECTS)]}能不能缓交"
    ruling = Ruling(
        f"r{number}", question, f"可以缓交{number}个月。", "联席办", "1", "o", "2026-11-25", None, scope
    )
    base.rulings.issue(ruling, now=NOW)


def said(answer: Answer) -> tuple[object, ...]:
    """Return all of an answer that a person could notice; ids and scores are not shown."""
    return (
        answer.answered,
        answer.answer,
        answer.bold,
        [(hit.document, hit.heading, hit.text) for hit in answer.clauses],
    )


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Give a base with a document, a wording and a ruling for every scope."""
    folder = tmp_path_factory.mktemp("all")
    base = KnowledgeBase.open(folder / "kb")
    for number, scope in enumerate(SCOPES):
        put(base, folder, number, scope)
    return base


QUESTIONS = [
    *(f"{subject}由谁统一收取，每年公示几次？" for subject in SUBJECTS),
    *(f"{subject}找哪个交" for subject in SUBJECTS),
    *(f"{subject}能不能缓交？" for subject in SUBJECTS[:2]),
    "第3小组收什么",
    "挪作他用怎么办",
]


def classes() -> Iterator[tuple[Reader, list[int]]]:
    """Give one reader for each set of documents that may be read, with the numbers of those."""
    seen = set()
    for each in READERS:
        readable = [number for number, scope in enumerate(SCOPES) if may_read(scope, each)]
        if tuple(readable) not in seen:
            seen.add(tuple(readable))
            yield each, readable


def test_every_role_in_every_place_against_every_scope() -> None:
    """Said once more in other words: the place must be in the line up from where one stands, or under one's office."""
    assert len(READERS) * len(SCOPES) == len(ROLES) * len(ABOVE) * (len(ABOVE) + 1) * len(SOME_ROLES)
    yes = 0
    for (role, place), scope in itertools.product(itertools.product(ROLES, ABOVE), SCOPES):
        named = not scope.roles or role in scope.roles
        in_line = scope.place is None or place.startswith(scope.place)
        over = role == "office" and scope.place is not None and scope.place.startswith(place)
        assert may_read(scope, reader(role, place)) == (over or (in_line and named)), (role, place, scope)
        yes += over or (in_line and named)
    assert 0 < yes < len(READERS) * len(SCOPES)
    assert all(may_read(scope, None) for scope in SCOPES), "whoever maintains the base reads all"


@pytest.mark.slow
def test_what_may_not_be_read_is_as_if_it_were_not_in_the_base(
    everything: KnowledgeBase, tmp_path: Path
) -> None:
    """Answered or not, the words, the sources and their order are those of a base that holds only what may be read."""
    compared = hidden = answered = 0
    for each, readable in classes():
        folder = tmp_path / f"{each.role}-{len(readable)}-{'-'.join(sorted(each.places))}"
        folder.mkdir()
        only = KnowledgeBase.open(folder / "kb")
        for number in readable:
            put(only, folder, number, SCOPES[number])
        hidden += len(SCOPES) - len(readable)
        for question in QUESTIONS:
            seen = everything.ask(question, reader=each, day=TODAY)
            assert said(seen) == said(only.ask(question, day=TODAY)), (each, question)
            compared, answered = compared + 1, answered + seen.answered
    assert compared >= 20 * len(QUESTIONS)
    assert hidden
    assert answered > 0


def test_a_clause_is_shown_to_whoever_may_read_its_document_and_to_nobody_else(
    everything: KnowledgeBase,
) -> None:
    """Over all readers and all clauses, rulings among them; the same when asked for by many ids, or looked for by words."""
    clauses = [everything.clause(number) for number in range(1, 400)]
    there = {clause.id: clause.scope for clause in clauses if clause}
    assert len(there) == 3 * len(SCOPES)
    for each in READERS:
        may = {number for number, scope in there.items() if may_read(scope, each)}
        assert {number for number in there if everything.clause(number, reader=each)} == may
        assert everything.readable(there, each) == may
        found = everything.find("小组统一收取公示", reader=each, day=TODAY, most=1000)
        assert {hit.clause_id for hit in found} <= may


def test_the_same_text_for_other_readers_is_another_document(tmp_path: Path) -> None:
    """Whoever sends it does not learn that others have it; for all it is there once."""
    base = KnowledgeBase.open(tmp_path / "kb")
    path = tmp_path / "a.txt"
    path.write_text(text(0), encoding="utf-8")
    given = [Given(scope=Scope("11")), Given(scope=Scope("12")), Given(scope=Scope("11"))]
    assert [base.add(path, now=NOW, given=each).already for each in given] == [False, False, True]
    assert all(document.active for document in base.documents()), "one does not take the place of the other"
    assert not base.add(path, now=NOW).already
    assert base.add(path, now=NOW, given=Given(scope=Scope("121"))).already, "everybody may read it already"


def test_a_narrower_version_does_not_take_the_wider_one_away(tmp_path: Path) -> None:
    """Who may not read the new text keeps the old one."""
    base = KnowledgeBase.open(tmp_path / "kb")
    for day, scope in (("2025年1月1日", Scope()), ("2026年1月1日", Scope("11"))):
        path = tmp_path / "a.txt"
        path.write_text(text(0) + f"第三条 本通知自{day}起施行。\n", encoding="utf-8")
        base.add(path, now=NOW, given=Given(scope=scope))
    assert [document.active for document in base.documents()] == [True, True]
    base.restrict(2, Scope())
    assert [document.active for document in base.documents()] == [False, True], "for the same readers it does"
    base.restrict(2, Scope("12", ("leader",)))
    assert [document.active for document in base.documents()] == [True, True]
    assert base.documents()[1].scope == Scope("12", ("leader",))
