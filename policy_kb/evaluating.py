"""Measures the way from question to answer on a set of questions with known clauses, with the very code that answers people.

Reads and counts; what it measures lives in `finding.py`.
"""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policy_kb.errors import Unreadable
from policy_kb.finding import Finder, Passage
from policy_kb.terms import normal

NEAR = "unans_near"  # the kind of question that is of the field and yet not answered by the documents
MOST = 10
BAD_LINE = "“{name}”第 {line} 行读不了，需要每行一个 JSON 对象，含 {fields}。"
_PASSAGE = ("id", "doc", "heading_path", "text")
_QUESTION = ("id", "text", "relevant")

Figures = dict[str, float | int | None]


@dataclass(frozen=True)
class Asked:
    """A question of a set; without `relevant` the documents do not answer it. Each of `answers` would do."""

    id: str
    text: str
    relevant: frozenset[str]
    answers: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Outcome:
    """What came of a question: the ids of the best clauses, whether it was answered and how certain that was."""

    asked: Asked
    ranked: tuple[str, ...]
    top_text: str
    certainty: float
    answered: bool
    ms: float

    def as_rank(self) -> dict[str, Any]:
        """Return the line for a file of ranks."""
        return {
            "id": self.asked.id,
            "ranked": list(self.ranked),
            "score": round(self.certainty, 6),
            "answered": self.answered,
        }


def evaluate(questions: Path, corpus: Path) -> list[Outcome]:
    """Ask every question of a file over the passages of another; raises Unreadable."""
    ids, passages = read_corpus(corpus)
    asked = read_questions(questions)
    finder = Finder.over(passages)
    finder.find("预热")  # the first question loads jieba's dictionary
    return [_outcome(finder, each, ids, passages) for each in asked]


def read_corpus(path: Path) -> tuple[list[str], list[Passage]]:
    """Return ids and passages; raises Unreadable."""
    rows = list(_rows(path, _PASSAGE))
    documents = {title: number for number, title in enumerate(dict.fromkeys(row["doc"] for row in rows))}
    return [row["id"] for row in rows], [
        Passage(documents[row["doc"]], row["doc"], tuple(row["heading_path"]), row["text"]) for row in rows
    ]


def read_questions(path: Path) -> list[Asked]:
    """Return the questions of a file; raises Unreadable."""
    return [
        Asked(
            id=row["id"],
            text=row["text"],
            relevant=frozenset(row["relevant"]),
            answers=tuple(filter(None, (row.get("answer") or "").split("|"))),
            kind=row.get("kind", ""),
        )
        for row in _rows(path, _QUESTION)
    ]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return all measures; one that the questions give no ground for is None."""
    answerable = [each for each in outcomes if each.asked.relevant]
    others = [each for each in outcomes if not each.asked.relevant]
    near = [each for each in others if each.asked.kind == NEAR]
    spent = [each.ms for each in outcomes]
    return {
        "questions": len(outcomes),
        "R@1": _mean(_hit(each, 1) for each in answerable),
        "R@5": _mean(_hit(each, 5) for each in answerable),
        "MRR@10": _mean(_reciprocal_rank(each) for each in answerable),
        "nDCG@10": _mean(_gain(each) for each in answerable),
        "answer_in_top1": _mean(_holds_answer(each) for each in answerable if each.asked.answers),
        "auroc": _auroc(answerable, others),
        "auroc_same_field": _auroc(answerable, near),
        "false_answers": _mean(each.answered for each in others),
        "false_refusals": _mean(not each.answered for each in answerable),
        "p50_ms": round(float(np.percentile(spent, 50)), 2) if spent else None,
        "p99_ms": round(float(np.percentile(spent, 99)), 2) if spent else None,
    }


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all measures over all questions, then `by_kind`."""
    kinds = sorted({each.asked.kind for each in outcomes})
    return {
        **figures(outcomes),
        "by_kind": {kind: figures([each for each in outcomes if each.asked.kind == kind]) for kind in kinds},
    }


def _outcome(finder: Finder, asked: Asked, ids: Sequence[str], passages: Sequence[Passage]) -> Outcome:
    began = time.perf_counter()
    finding = finder.find(asked.text)
    ms = (time.perf_counter() - began) * 1000
    places = [found.place for found in finding.ranked[:MOST]]
    return Outcome(
        asked=asked,
        ranked=tuple(ids[place] for place in places),
        top_text=passages[places[0]].text if places else "",
        certainty=finding.certainty,
        answered=finding.answered,
        ms=ms,
    )


def _rows(path: Path, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or any(field not in row for field in fields):
            raise Unreadable(BAD_LINE.format(name=path.name, line=number, fields="、".join(fields)))
        yield row


def _hit(outcome: Outcome, most: int) -> bool:
    return not outcome.asked.relevant.isdisjoint(outcome.ranked[:most])


def _ranks(outcome: Outcome) -> list[int]:
    return [n for n, each in enumerate(outcome.ranked, 1) if each in outcome.asked.relevant]


def _reciprocal_rank(outcome: Outcome) -> float:
    return 1 / min(_ranks(outcome)) if _ranks(outcome) else 0.0


def _gain(outcome: Outcome) -> float:
    """Return the normalised discounted cumulative gain over the first ten (Järvelin & Kekäläinen 2002)."""
    ideal = sum(1 / np.log2(n + 1) for n in range(1, min(len(outcome.asked.relevant), MOST) + 1))
    return float(sum(1 / np.log2(n + 1) for n in _ranks(outcome)) / ideal)


def _holds_answer(outcome: Outcome) -> bool:
    text = "".join(normal(outcome.top_text).split())
    return any("".join(normal(answer).split()) in text for answer in outcome.asked.answers)


def _auroc(answerable: Sequence[Outcome], others: Sequence[Outcome]) -> float | None:
    """Return how often an answerable question scores above one that is not."""
    if not answerable or not others:
        return None
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - slow to import, needed only here

    truth = [1] * len(answerable) + [0] * len(others)
    return round(float(roc_auc_score(truth, [each.certainty for each in (*answerable, *others)])), 4)


def _mean(values: Iterable[float]) -> float | None:
    counted = [float(value) for value in values]
    return round(sum(counted) / len(counted), 4) if counted else None
