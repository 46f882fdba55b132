"""One field of an index: for each key the texts that have it and how much it counts there (BM25; Robertson & Zaragoza 2009).

What is kept of a posting is the part that does not depend on how rare the key is, so that segments can be searched together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

K1, B = 1.2, 0.75
_MOST = 255
STEP = (K1 + 1) / _MOST  # the largest part of a score, in 255 steps


@dataclass(frozen=True)
class Field:
    """Postings by key: those of `keys[n]` are `places[starts[n]:starts[n + 1]]`, ascending, with their parts of a score.

    int64 keys, ascending; int64 starts; int32 places; uint8 parts. The arrays may be mapped from files.
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    places: NDArray[np.int32]
    parts: NDArray[np.uint8]

    @classmethod
    def build(cls, keys: NDArray[np.int64], places: NDArray[np.int32], size: int) -> "Field":
        """Return the field of `size` texts from one pair of key and place for each time a key stands in a text."""
        known, columns = np.unique(keys, return_inverse=True)
        ones = np.ones(len(keys), dtype=np.float32)
        counts = coo_array((ones, (places, columns)), shape=(size, len(known))).tocsc()
        counts.sum_duplicates()
        lengths = np.bincount(places, minlength=size)
        norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if size else 0.0, 1e-9))
        parts = counts.data * (K1 + 1) / (counts.data + norms[counts.indices])
        return cls(
            known,
            counts.indptr.astype(np.int64),
            counts.indices.astype(np.int32),
            np.rint(parts / STEP).astype(np.uint8),
        )

    @classmethod
    def together(cls, fields: Sequence["Field"], kept: Sequence[NDArray[np.bool_]]) -> "Field":
        """Put fields into one, text after text, of each only the texts that are `kept`, bool[size]; the parts stay as they are."""
        keys, places, parts, begin = [], [], [], 0
        for each, held in zip(fields, kept, strict=True):
            chosen = held[each.places]
            moved = begin + np.cumsum(held) - 1
            keys.append(np.repeat(each.keys, np.diff(each.starts))[chosen])
            places.append(moved[each.places[chosen]])
            parts.append(each.parts[chosen])
            begin += int(np.count_nonzero(held))
        every = np.concatenate(keys)
        order = np.argsort(every, kind="stable")
        known, counts = np.unique(every, return_counts=True)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        in_order = np.concatenate(places)[order].astype(np.int32)
        return cls(known, starts, in_order, np.concatenate(parts)[order])

    def frequency(self, key: int) -> int:
        """Return in how many texts a key stands."""
        found = self._span(key)
        return int(found.stop - found.start)

    def places_of(self, key: int) -> NDArray[np.int32]:
        """Return the texts in which a key stands, ascending."""
        return self.places[self._span(key)]

    def add_to(self, scores: NDArray[np.float32], weights: Mapping[int, float]) -> None:
        """Add to each text's score its part of each key times the key's weight."""
        for key, weight in weights.items():
            span = self._span(key)
            scores[self.places[span]] += self.parts[span] * np.float32(weight * STEP)

    def scores_at(self, places: NDArray[np.int32], weights: Mapping[int, float]) -> NDArray[np.float32]:
        """Return the scores of a few texts only."""
        total = np.zeros(len(places), dtype=np.float32)
        for key, weight in weights.items():
            span = self._span(key)
            if span.start == span.stop:
                continue
            column = self.places[span]
            at = np.minimum(np.searchsorted(column, places), len(column) - 1)
            held = column[at] == places
            total[held] += self.parts[span][at[held]] * np.float32(weight * STEP)
        return total

    def _span(self, key: int) -> slice:
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))


def rarity(frequency: int, size: int) -> float:
    """Return the inverse document frequency of what stands in `frequency` of `size` texts."""
    return float(np.log(1 + (size - frequency + 0.5) / (frequency + 0.5)))


def counted(keys: Sequence[int]) -> dict[int, int]:
    """Return how often each key stands in a question."""
    found: dict[int, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found
