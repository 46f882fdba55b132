"""Questions put to the policy documents, what was answered, and those the office has to rule on."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.instants import instant_of, text_of

Verdict = Literal["useful", "not_useful"]

_COLUMNS = (
    "id, source, person, text, asked_at, answered, clause_ids, answer, "
    "verdict, for_office, ruling, ruled_by, ruled_at"
)
_QUESTION = f"SELECT {_COLUMNS} FROM questions"
_BELOW = """WITH RECURSIVE below(code) AS (
    SELECT code FROM places WHERE code = ?
    UNION SELECT p.code FROM places p JOIN below b ON p.parent = b.code)"""
_ASKED_BELOW = "person IN (SELECT code FROM people WHERE place IN (SELECT code FROM below))"
_OPEN = "(for_office > 0 OR verdict = 'not_useful') AND ruled_at IS NULL"
_PENDING = f"{_BELOW} {{}} WHERE {_OPEN} AND {_ASKED_BELOW}"


@dataclass(frozen=True)
class Question:
    """A question; `ruling` is the office's word on it, once there is one, empty where the office dropped it.

    `for_office` says that it is kept for the office, `awaited` that the person has asked the office for its word.
    """

    id: int
    source: str
    person: str
    text: str
    asked_at: datetime
    answered: bool
    clause_ids: tuple[str, ...]
    answer: str
    verdict: str
    for_office: bool
    awaited: bool
    ruling: str
    ruled_by: str | None
    ruled_at: datetime | None


class Questions:
    """Questions by id."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def ask(
        self,
        *,
        source: str,
        person: str,
        text: str,
        at: datetime,
        answered: bool,
        clause_ids: Iterable[str] = (),
        answer: str = "",
        for_office: bool | None = None,
    ) -> int:
        """Write a question down and return its id; one with the same `source` stands as it is.

        What was not answered goes to the office, unless `for_office` says otherwise.
        """
        row = self._db.execute("SELECT id FROM questions WHERE source = ?", (source,)).fetchone()
        if row is None:
            for_office = not answered if for_office is None else for_office
            clauses = json.dumps([str(clause) for clause in clause_ids])
            row = self._db.execute(
                """INSERT INTO questions
                    (source, person, text, asked_at, answered, clause_ids, answer, for_office)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (source, person, text, text_of(at), answered, clauses, answer, for_office),
            ).fetchone()
        return int(row[0])

    def get(self, question_id: int) -> Question | None:
        """Return the question, or None."""
        row = self._db.execute(f"{_QUESTION} WHERE id = ?", (question_id,)).fetchone()
        return _question(row) if row else None

    def last_of(self, person: str, *, since: datetime) -> Question | None:
        """Return what the person asked last, if it was asked at `since` or later."""
        sql = f"{_QUESTION} WHERE person = ? AND asked_at >= ? ORDER BY id DESC LIMIT 1"
        row = self._db.execute(sql, (person, text_of(since))).fetchone()
        return _question(row) if row else None

    def verdict(self, question_id: int, verdict: Verdict) -> None:
        """Note whether the answer was of use to the person."""
        self._db.execute("UPDATE questions SET verdict = ? WHERE id = ?", (verdict, question_id))

    def pass_to_office(self, question_id: int) -> bool:
        """Note that the person awaits the office's word; False when that is known already, or there is no such question."""
        sql = "UPDATE questions SET for_office = 2 WHERE id = ? AND for_office < 2"
        return self._db.execute(sql, (question_id,)).rowcount == 1

    def pending(self, below: str, *, limit: int = -1) -> list[Question]:
        """Return what the office of the place `below` has still to rule on, the oldest first."""
        sql = f"{_PENDING.format(_QUESTION)} ORDER BY id LIMIT ?"
        return [_question(row) for row in self._db.execute(sql, (below, limit))]

    def pending_count(self, below: str) -> int:
        """Return how many questions the office of the place `below` has still to rule on."""
        sql = _PENDING.format("SELECT count(*) FROM questions")
        return int(self._db.execute(sql, (below,)).fetchone()[0])

    def rule(
        self, question_id: int, *, ruling: str, by: str, at: datetime, clause: str | None = None
    ) -> bool:
        """Write the office's word and the clause that says it down; False when somebody was first, or no such question is there."""
        sql = """UPDATE questions SET ruling = ?, ruled_by = ?, ruled_at = ?, clause_ids = coalesce(?, clause_ids)
                 WHERE id = ? AND ruled_at IS NULL"""
        clauses = json.dumps([clause]) if clause else None
        return self._db.execute(sql, (ruling, by, text_of(at), clauses, question_id)).rowcount == 1

    def drop(self, question_ids: Iterable[int], *, by: str, at: datetime) -> None:
        """Take questions off the office's list without a word."""
        for question_id in question_ids:
            self.rule(question_id, ruling="", by=by, at=at)

    def take_back(self, question_id: int) -> int:
        """Put what was dropped together with this question back on the list; return how many there were."""
        sql = """UPDATE questions SET ruled_by = NULL, ruled_at = NULL WHERE ruling = '' AND EXISTS (
                    SELECT 1 FROM questions AS one WHERE one.id = ? AND one.ruling = ''
                    AND one.ruled_by = questions.ruled_by AND one.ruled_at = questions.ruled_at)"""
        return self._db.execute(sql, (question_id,)).rowcount

    def asked_in(self, below: str, *, since: datetime, limit: int = 2000) -> list[Question]:
        """Return the last questions from at or under the place since a time, whoever asked them, the newest first."""
        sql = f"""{_BELOW} {_QUESTION} WHERE asked_at >= ? AND {_ASKED_BELOW} ORDER BY asked_at DESC, id DESC LIMIT ?"""
        return [_question(row) for row in self._db.execute(sql, (below, text_of(since), limit))]

    def count(self) -> int:
        """Return how many questions have been asked."""
        return int(self._db.execute("SELECT count(*) FROM questions").fetchone()[0])


def _question(row: tuple[Any, ...]) -> Question:
    number, source, person, text, asked_at, answered, clause_ids, answer, verdict, for_office, *ruling = row
    words, by, at = ruling
    return Question(
        id=number,
        source=source,
        person=person,
        text=text,
        asked_at=instant_of(asked_at),
        answered=bool(answered),
        clause_ids=tuple(json.loads(clause_ids or "[]")),
        answer=answer,
        verdict=verdict,
        for_office=bool(for_office),
        awaited=for_office > 1,
        ruling=words,
        ruled_by=by,
        ruled_at=instant_of(at) if at else None,
    )
