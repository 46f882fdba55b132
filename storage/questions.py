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
_PENDING = """WITH RECURSIVE below(code) AS (
        SELECT code FROM places WHERE code = ?
        UNION SELECT p.code FROM places p JOIN below b ON p.parent = b.code)
    {} WHERE for_office = 1 AND ruled_at IS NULL
        AND person IN (SELECT code FROM people WHERE place IN (SELECT code FROM below))"""


@dataclass(frozen=True)
class Question:
    """A question; `ruling` is the office's word on it, once there is one."""

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
        """Hand the question to the office; False when it is there already, or there is no such question."""
        sql = "UPDATE questions SET for_office = 1 WHERE id = ? AND for_office = 0"
        return self._db.execute(sql, (question_id,)).rowcount == 1

    def pending(self, below: str, *, limit: int = -1) -> list[Question]:
        """Return what the office of the place `below` has still to rule on, the oldest first."""
        sql = f"{_PENDING.format(_QUESTION)} ORDER BY id LIMIT ?"
        return [_question(row) for row in self._db.execute(sql, (below, limit))]

    def pending_count(self, below: str) -> int:
        """Return how many questions the office of the place `below` has still to rule on."""
        sql = _PENDING.format("SELECT count(*) FROM questions")
        return int(self._db.execute(sql, (below,)).fetchone()[0])

    def rule(self, question_id: int, *, ruling: str, by: str, at: datetime) -> bool:
        """Write the office's word down; False when somebody was first, or there is no such question."""
        sql = "UPDATE questions SET ruling = ?, ruled_by = ?, ruled_at = ? WHERE id = ? AND ruled_at IS NULL"
        return self._db.execute(sql, (ruling, by, text_of(at), question_id)).rowcount == 1

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
        ruling=words,
        ruled_by=by,
        ruled_at=instant_of(at) if at else None,
    )
