"""What an index has learned from use: wordings beside clauses, as a small index of their own that is added to the large one.

Each wording adds half an occurrence of each of its words to its clause and leaves the clause's length as it is, so that nothing
depends on clauses that the asker may not read. A question that asks the same as a wording goes straight to that clause.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_kb import repeats
from policy_kb.index import FIELDS, WORDS_WEIGHT, Query, keys_of
from policy_kb.postings import K1, STEP, Field
from policy_kb.terms import core, normal

OCCURRENCE = 0.5  # of a word of a wording in its clause; see docs/knowledge-base.md
_SHARES = (1.0, 1.0, WORDS_WEIGHT)


@dataclass(frozen=True)
class Beside:
    """A wording, the place in the index of the clause that it stands beside, and that clause's text as it is indexed."""

    place: int
    wording: str
    text: str


class Learned:
    """Wordings, built once and then only read, from any thread."""

    def __init__(self, beside: Sequence[Beside]) -> None:
        self._places = np.array([each.place for each in beside], dtype=np.int32)
        self._wordings = repeats.Compared([repeats.plain(each.wording) for each in beside])
        self._fields = _fields(beside)

    def add_to(self, scores: NDArray[np.float32], query: Query) -> None:
        """Add to each clause's score, float32[clauses], what the question shares with its wordings."""
        for field, weights, share in zip(self._fields, query.weights, _SHARES, strict=True):
            field.add_to(scores, {each: weight * share for each, weight in weights.items()})

    def share(self, query: Query, size: int) -> NDArray[np.float32]:
        """Return float32[clauses]: what of each clause's score comes from its wordings."""
        found = np.zeros(size, dtype=np.float32)
        self.add_to(found, query)
        return found

    def same(self, question: str, readable: NDArray[np.bool_] | None) -> int | None:
        """Return the place of the readable clause with a wording that asks the same as the question, None where none does."""
        like = np.array(self._wordings.like(repeats.plain(question)))
        if readable is not None and len(like):
            like[~readable[self._places]] = 0
        best = int(like.argmax()) if len(like) else -1
        return int(self._places[best]) if best >= 0 and like[best] >= repeats.ALIKE else None


def _fields(beside: Sequence[Beside]) -> list[Field]:
    """Return for each field what the wordings add to a posting's part of a score (BM25 at the usual length)."""
    held = {each.place: [Counter(keys) for keys in keys_of(each.text)] for each in beside}
    asked = {place: [Counter[int]() for _ in FIELDS] for place in held}
    for each in beside:
        for counter, keys in zip(asked[each.place], keys_of(core(normal(each.wording))), strict=True):
            counter.update(set(keys))
    return [
        _field(
            [
                (key, place, _part(held[place][n][key] + OCCURRENCE * times) - _part(held[place][n][key]))
                for place, counters in asked.items()
                for key, times in counters[n].items()
            ]
        )
        for n in range(len(FIELDS))
    ]


def _part(times: float) -> float:
    return times * (K1 + 1) / (times + K1)


def _field(postings: list[tuple[int, int, float]]) -> Field:
    postings.sort()
    keys = np.array([key for key, _, _ in postings], dtype=np.int64)
    known, starts = np.unique(keys, return_index=True)
    return Field(
        known,
        np.append(starts, len(keys)).astype(np.int64),
        np.array([place for _, place, _ in postings], dtype=np.int32),
        np.rint(np.array([part for _, _, part in postings]) / STEP).astype(np.uint8),
    )
