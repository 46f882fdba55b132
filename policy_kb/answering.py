"""From the clauses that were found to what they say, or to silence.

Two things must hold before anything is said: it must be certain enough that the documents answer, judged by general
evidence with learned weights (`lexicon/certainty.json`, made by `bench/learn_ranking.py`); and the clause must have what
the question makes it owe.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_kb.cutting import sentences
from policy_kb.kinds import LIST, owes
from policy_kb.ranking import NAMES, Terms, covered
from policy_kb.terms import normal

WEIGHTS = Path(__file__).parent / "lexicon" / "certainty.json"
_OF_THE_FIRST = (
    "characters",
    "pairs",
    "words",
    "heading",
    "covered_pairs",
    "covered_characters",
    "sentence",
    "run",
    "whole",
    "met",
    "owes",
)
EVIDENCE = (
    *_OF_THE_FIRST,
    "fit",  # what ranking makes of the first clause, and how far the second and the fifth lie behind
    "lead_second",
    "lead_fifth",
    "covered_by_any",  # the most that any of the first five covers
    "met_by_any",
    "unknown_pairs",  # what of the question stands in no clause at all, by rarity
    "unknown_characters",
    "question_length",
)
_NEAR_THE_FIRST = 5
_MOST_LISTED = 4  # clauses that are named when a list is asked for
_LISTED_BEHIND = 1.0  # how far behind the first, in the ranking's measure, a clause may lie and be listed
_OWING = 0.3  # what is left of certainty when no clause near has it
_TELLING = re.compile(
    r"(?:[\d一二三四五六七八九十百千万亿]+(?:\.\d+)?(?:余|多)?(?:[个]?(?:年|月|日|天|工作日|小时|周)(?:\d{1,2}月)?(?:\d{1,2}[日号])?"
    r"(?:以?[内前后上下])?|[万亿]?元|%|倍|[万亿]?[人户名支次亩]))|百分之[一二三四五六七八九十百]+|[一二三四五六七八九十]+分之[一二三四五六七八九十]+|"
    r"不得|不准|不许|不允许|禁止|严禁|应当|必须|不予|有权"
)


@dataclass(frozen=True)
class Said:
    """What the documents say: words exactly as printed, the spans of them to be shown bold, and which clauses (by order) say it."""

    answer: str
    bold: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]


@dataclass(frozen=True)
class _Learned:
    weights: NDArray[np.float64]
    offset: float
    threshold: float


@cache
def _learned() -> _Learned:
    found = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return _Learned(
        np.array([found["weights"][name] for name in EVIDENCE]), found["offset"], found["threshold"]
    )


def evidence(terms: Terms, measured: NDArray[np.float64], fits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[EVIDENCE] for clauses in their final order, with the features they were ranked by."""
    first = [measured[0, NAMES.index(name)] for name in _OF_THE_FIRST]
    near = measured[:_NEAR_THE_FIRST]
    padded = np.concatenate([fits, np.full(_NEAR_THE_FIRST, fits.min())])
    return np.array(
        [
            *first,
            fits[0],
            fits[0] - padded[1],
            fits[0] - padded[_NEAR_THE_FIRST - 1],
            near[:, NAMES.index("covered_pairs")].max(),
            near[:, NAMES.index("met")].max(),
            _share(terms.pairs, terms.nowhere),
            _share(terms.characters, terms.nowhere),
            np.log1p(len(terms.characters)),
        ]
    )


def certainty(evidence: NDArray[np.float64], *, pays: bool) -> float:
    """Return how likely it is, 0 to 1, that the documents answer; `pays`: the first clause has what the question makes it owe."""
    learned = _learned()
    certain = float(1 / (1 + np.exp(-(evidence @ learned.weights + learned.offset))))
    return certain if pays else certain * _OWING


def enough(certain: float) -> bool:
    """Say whether that is certain enough to answer."""
    return certain >= _learned().threshold


def say(terms: Terms, texts: Sequence[str], fits: NDArray[np.float64]) -> Said:
    """Return what the clauses say to a question that the first of them answers."""
    others = _listed(terms, texts, fits) if LIST in terms.kinds else ()
    answer = _sentence(terms, texts[0])
    return Said(answer, tuple(_telling(answer)), (0, *others))


def quote(terms: Terms, text: str) -> Said:
    """Return what a clause says to a question that it is known to answer."""
    answer = _sentence(terms, text)
    return Said(answer, tuple(_telling(answer)), (0,))


def _listed(terms: Terms, texts: Sequence[str], fits: NDArray[np.float64]) -> tuple[int, ...]:
    """Return further clauses that answer a question for a list."""
    near = [n for n in range(1, len(texts)) if fits[0] - fits[n] <= _LISTED_BEHIND]
    return tuple(n for n in near if not owes(terms.question, terms.kinds, normal(texts[n])))[
        : _MOST_LISTED - 1
    ]


def _sentence(terms: Terms, text: str) -> str:
    """Return the sentence that shares most with the question, by rarity, and has what it asks for."""

    def fit(sentence: str) -> float:
        said = normal(sentence)
        shared = covered(terms.pairs, said) + 0.5 * covered(terms.characters, said)
        has = sum(bool(kind.has.search(said)) for kind in terms.kinds)
        return (shared + 0.05) * (1 + 0.5 * has)

    return max(sentences(text), key=fit).strip()


def _telling(answer: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of amounts, dates and duties."""
    for match in _TELLING.finditer(answer):
        yield match.span()


def _share(terms: dict[str, float], of: frozenset[str]) -> float:
    total = sum(terms.values())
    return sum(rare for term, rare in terms.items() if term in of) / total if total else 1.0
