"""Puts the clauses that an index found in a better order, by a few general features with learned weights.

The features know nothing of a subject. The weights are numbers in `lexicon/ranking.json`, made by `bench/learn_ranking.py`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_kb.cutting import sentences
from policy_kb.index import Index, Query
from policy_kb.kinds import KINDS, Kind, asked_kinds, owes
from policy_kb.likeness import lexicon, likeness
from policy_kb.postings import K1, B, rarity
from policy_kb.terms import characters, core, normal, pairs, segmented

WEIGHTS = Path(__file__).parent / "lexicon" / "ranking.json"
_RANKED_KINDS = tuple(
    kind for kind in KINDS if kind.name in {"when", "who", "may", "punish", "how", "list", "define"}
)
NAMES = (
    "characters",  # shares of the BM25 score that could be had, by field
    "pairs",
    "words",
    "base",  # the index's score as a share of the best one
    "body",  # BM25 of the text alone and of the headings alone, as shares of what could be had
    "heading",
    "covered_pairs",  # what of the question stands in the clause, by rarity, words of asking left out
    "covered_characters",
    "covered_rare",  # the same with more weight on what is rarest
    "body_pairs",
    "sentence",  # the same for the best single sentence
    "run",  # long pieces of the question that stand in the clause
    "document_best",  # how well the document does as a whole
    "document_sum",
    "length",
    "whole",  # likeness of meaning
    "met",
    "owes",  # lacks a number, a date that is asked for
    *(f"kind_{kind.name}" for kind in _RANKED_KINDS),
)
_JOINED = re.compile(r"\W+")


@dataclass(frozen=True)
class Text:
    """A clause as ranking needs it: normal headings and text, and the document it is of."""

    document: int
    heading: str
    body: str


@dataclass(frozen=True)
class Terms:
    """What of a question is looked for in texts, with rarities: all of it, and without the words of asking."""

    question: str
    all: dict[str, float]
    pairs: dict[str, float]
    characters: dict[str, float]
    kinds: tuple[Kind, ...]
    tokens: tuple[int, ...]
    nowhere: frozenset[str]  # what stands in no clause at all

    @classmethod
    def of(cls, query: Query, index: Index) -> "Terms":
        """Return the terms of a question."""
        asked = core(query.text)
        if not characters(asked) and not pairs(asked):
            asked = query.text

        own = [*characters(query.text), *pairs(query.text), *pairs(asked)]
        frequencies = {term: query.frequency(index, term) for term in dict.fromkeys(own)}
        size = index.readable_size(query.readable)
        rarities = {term: rarity(frequency, size) for term, frequency in frequencies.items()}
        return cls(
            query.text,
            rarities,
            {term: rarities[term] for term in dict.fromkeys(pairs(asked))},
            {term: rarities[term] for term in dict.fromkeys(characters(asked))},
            tuple(asked_kinds(query.text)),
            tuple(lexicon().tokens(segmented(asked))),
            frozenset(term for term, frequency in frequencies.items() if not frequency),
        )


@cache
def weights() -> NDArray[np.float64]:
    """Return the learned weight of each feature."""
    learned = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return np.array([learned[name] for name in NAMES])


def features(
    query: Query,
    terms: Terms,
    index: Index,
    *,
    places: NDArray[np.int32],
    scores: NDArray[np.float32],
    texts: Sequence[Text],
) -> NDArray[np.float64]:
    """Return float64[clauses, features] in the order of NAMES for clauses that were found with those scores, best first."""
    alike = likeness(terms.tokens, index.tokens(places))
    relative = scores / max(float(scores[0]), 1e-9)
    best, total = _by_document(texts, relative)
    shares = index.shares(query, places)
    body_length = float(np.mean([len(text.body) for text in texts])) + 1
    heading_length = float(np.mean([len(text.heading) for text in texts])) + 1
    joined = _JOINED.sub("", terms.question)
    rows = []
    for n, text in enumerate(texts):
        both = f"{text.heading} {text.body}"
        rows.append(
            [
                *shares[n],
                relative[n],
                _bm25(terms.all, text.body, body_length),
                _bm25(terms.all, text.heading, heading_length),
                covered(terms.pairs, both),
                covered(terms.characters, both),
                covered({term: rare * rare for term, rare in terms.pairs.items()}, both),
                covered(terms.pairs, text.body),
                max(
                    (
                        covered(terms.pairs, each) + covered(terms.characters, each)
                        for each in sentences(text.body)
                    ),
                    default=0,
                ),
                _runs(joined, both),
                best[text.document],
                total[text.document] / 10,
                np.log(20 + len(text.body)),
                alike.whole[n],
                alike.words[n],
                owes(terms.question, terms.kinds, text.body),
                *(kind in terms.kinds and bool(kind.has.search(text.body)) for kind in _RANKED_KINDS),
            ]
        )
    return np.array(rows, dtype=np.float64).reshape(len(texts), len(NAMES))


def rescored(
    measured: NDArray[np.float64], scores: NDArray[np.float32], texts: Sequence[Text]
) -> NDArray[np.float64]:
    """Return the features as they would be had the clauses been found with other scores."""
    relative = scores / max(float(scores.max()), 1e-9)
    best, total = _by_document(texts, relative)
    changed = measured.copy()
    changed[:, NAMES.index("base")] = relative
    changed[:, NAMES.index("document_best")] = [best[text.document] for text in texts]
    changed[:, NAMES.index("document_sum")] = [total[text.document] / 10 for text in texts]
    return changed


def covered(terms: dict[str, float], text: str) -> float:
    """Return the share of terms that stand in a text, by rarity, 0 to 1."""
    total = sum(terms.values())
    return sum(rare for term, rare in terms.items() if term in text) / total if total else 0.0


def plain(document: int, title: str, heading: Iterable[str], body: str) -> Text:
    """Return a clause as ranking needs it."""
    return Text(document, normal(" ".join(under(title, heading))), normal(body))


def under(title: str, heading: Iterable[str]) -> list[str]:
    """Return the whole path of headings, the title first and once."""
    path = list(heading)
    return path if path and path[0] == title else [title, *path]


def _by_document(
    texts: Sequence[Text], relative: NDArray[np.float32]
) -> tuple[dict[int, float], dict[int, float]]:
    best: dict[int, float] = {}
    total: dict[int, float] = {}
    for text, score in zip(texts, relative.tolist(), strict=True):
        best[text.document] = max(best.get(text.document, 0.0), score)
        total[text.document] = total.get(text.document, 0.0) + score
    return best, total


def _bm25(terms: dict[str, float], text: str, usual_length: float) -> float:
    norm = K1 * (1 - B + B * len(text) / usual_length)
    score = 0.0
    for term, rare in terms.items():
        if times := text.count(term):
            score += rare * times / (times + norm)
    return score / (sum(terms.values()) or 1.0)


def _runs(question: str, text: str) -> float:
    """Return how much of a question stands in a text in one piece: squares of the lengths, against that of the whole."""
    begin, total = 0, 0
    while begin < len(question):
        end = begin + 1
        while end <= len(question) and question[begin:end] in text:
            end += 1
        length = end - 1 - begin
        total += length * length if length > 1 else 0
        begin += max(length, 1)
    return float(total / (len(question) ** 1.5 + 1))
