"""An index over clauses in segments, each built once and then only read.

It scores by BM25 over characters, their pairs, and half as much over words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policy_kb.likeness import Tokens, lexicon
from policy_kb.postings import K1, Field, counted, rarity
from policy_kb.terms import characters, grams, key, normal, pairs, segmented, word_key

if TYPE_CHECKING:
    from policy_kb.learned import Learned

WORDS_WEIGHT = 0.5
FIELDS = ("characters", "pairs", "words")


@dataclass(frozen=True)
class Segment:
    """Some clauses, by their places from 0 on: three fields, and each clause's tokens of the lexicon one after the other."""

    size: int
    characters: Field
    pairs: Field
    words: Field
    tokens: Tokens
    token_starts: NDArray[np.int64]

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Segment":
        """Index texts; each is a clause with the headings it stands under."""
        plain = [normal(text) for text in texts]
        singles, doubles = grams(plain)
        cuts = [segmented(text) for text in plain]
        numbers = [lexicon().tokens(cut) for cut in cuts]
        return cls(
            len(plain),
            Field.build(singles.keys, singles.places, len(plain)),
            Field.build(doubles.keys, doubles.places, len(plain)),
            _word_field(cuts),
            np.array([number for each in numbers for number in each], dtype=np.uint16),
            np.cumsum([0, *map(len, numbers)], dtype=np.int64),
        )

    @classmethod
    def together(cls, segments: Sequence["Segment"], kept: Sequence[NDArray[np.bool_]]) -> "Segment":
        """Put segments into one, of each only the clauses that are `kept`, bool[size]."""
        singles, doubles, words = (
            Field.together([segment.fields[n] for segment in segments], kept) for n in range(len(FIELDS))
        )
        lengths = [np.diff(s.token_starts)[held] for s, held in zip(segments, kept, strict=True)]
        tokens = [
            s.tokens[np.repeat(held, np.diff(s.token_starts))] for s, held in zip(segments, kept, strict=True)
        ]
        starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
        return cls(len(starts) - 1, singles, doubles, words, np.concatenate(tokens), starts)

    @property
    def fields(self) -> tuple[Field, Field, Field]:
        """Return the fields in the order of FIELDS."""
        return self.characters, self.pairs, self.words


def keys_of(text: str) -> tuple[list[int], list[int], list[int]]:
    """Return the keys of a text in each field, as often as they stand in it."""
    plain = normal(text)
    return (
        [key(term) for term in characters(plain)],
        [key(term) for term in pairs(plain)],
        [word_key(word) for word in _longer(segmented(plain))],
    )


def _longer(words: Iterable[str]) -> list[str]:
    """Return the words that are more than a character."""
    return [word for word in words if len(word) > 1]


def _word_field(texts: Sequence[Sequence[str]]) -> Field:
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - slow to import, needed only to build

    counter = CountVectorizer(analyzer=_longer, dtype=np.int32)
    try:
        counts = counter.fit_transform(texts).tocoo()
    except ValueError:  # no text has a word
        return Field.build(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), len(texts))
    known = np.array([word_key(word) for word in counter.get_feature_names_out()], dtype=np.int64)
    keys = np.repeat(known[counts.col], counts.data)
    return Field.build(keys, np.repeat(counts.row.astype(np.int32), counts.data), len(texts))


@dataclass(frozen=True)
class Query:
    """What a question weighs: for each field its keys and their weights, rarity times how often they are asked."""

    text: str
    weights: tuple[dict[int, float], dict[int, float], dict[int, float]]
    readable: NDArray[np.bool_] | None

    def frequency(self, index: "Index", term: str) -> int:
        """Return in how many of the clauses that may be read a character or a pair stands."""
        return index.frequency(0 if len(term) == 1 and characters(term) else 1, key(term), self.readable)


class Index:
    """Segments one after the other as one list of clauses; read from any thread."""

    def __init__(self, segments: Iterable[Segment], alive: NDArray[np.bool_] | None = None) -> None:
        self.segments = tuple(segments)
        self._alive = alive  # bool[clauses]: of the others nothing is found; None: all are
        self.size = sum(segment.size for segment in self.segments)

    def __len__(self) -> int:
        return self.size

    @classmethod
    def build(cls, *parts: Sequence[str]) -> "Index":
        """Index texts, each part in a segment of its own: what is usual in one does not depend on the others."""
        return cls([Segment.build(texts) for texts in parts if texts])

    def query(self, question: str, readable: NDArray[np.bool_] | None = None) -> Query:
        """Weigh the terms of a question by how rare they are in what is `readable`, bool[clauses]; all of it when None."""
        text, keys = normal(question), keys_of(question)
        size = self.readable_size(readable)
        first, second, third = (
            {
                each: times * rarity(self.frequency(field, each, readable), size)
                for each, times in counted(found).items()
            }
            for field, found in enumerate(keys)
        )
        return Query(text, (first, second, third), readable)

    def frequency(self, field: int, key: int, readable: NDArray[np.bool_] | None = None) -> int:
        """Return in how many of the readable clauses a key of a field stands."""
        if readable is None:
            return sum(segment.fields[field].frequency(key) for segment in self.segments)
        begin, held = 0, 0
        for segment in self.segments:
            held += int(
                np.count_nonzero(readable[begin : begin + segment.size][segment.fields[field].places_of(key)])
            )
            begin += segment.size
        return held

    def readable_size(self, readable: NDArray[np.bool_] | None) -> int:
        """Return how many clauses may be read."""
        return self.size if readable is None else int(np.count_nonzero(readable))

    def best(
        self, query: Query, most: int, learned: "Learned | None" = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the places of the readable clauses that score best, best first, with their scores."""
        scores = self._scores(query)
        if learned:
            learned.add_to(scores, query)
        if self._alive is not None:
            scores[~self._alive] = 0
        if query.readable is not None:
            scores[~query.readable] = 0
        most = min(most, len(scores))
        least = np.partition(scores, len(scores) - most)[len(scores) - most] if most else 0
        top = np.flatnonzero(
            (scores >= least) & (scores > 0)
        )  # with all that equal the last: the cut must not hang on chance
        top = top[np.lexsort((top, -scores[top]))][:most]
        return top.astype(np.int32), scores[top]

    def shares(self, query: Query, places: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return float32[clauses, fields]: each clause's score by field as a share of what the question's terms could bring."""
        found = np.zeros((len(places), len(FIELDS)), dtype=np.float32)
        begin = 0
        for segment in self.segments:
            here = (places >= begin) & (places < begin + segment.size)
            for n, (field, weights) in enumerate(zip(segment.fields, query.weights, strict=True)):
                attainable = sum(weights.values()) * (K1 + 1) or 1.0
                found[here, n] = field.scores_at(places[here] - begin, weights) / attainable
            begin += segment.size
        return found

    def tokens(self, places: Iterable[int]) -> list[Tokens]:
        """Return the lexicon's tokens of clauses."""
        found = []
        for place in places:
            segment, at = self._segment(int(place))
            found.append(segment.tokens[segment.token_starts[at] : segment.token_starts[at + 1]])
        return found

    def _segment(self, place: int) -> tuple[Segment, int]:
        for segment in self.segments:
            if place < segment.size:
                return segment, place
            place -= segment.size
        raise IndexError(place)

    def _scores(self, query: Query) -> NDArray[np.float32]:
        scores = np.zeros(self.size, dtype=np.float32)
        begin = 0
        for segment in self.segments:
            part = scores[begin : begin + segment.size]
            for field, weights, share in zip(
                segment.fields, query.weights, (1.0, 1.0, WORDS_WEIGHT), strict=True
            ):
                field.add_to(part, {each: weight * share for each, weight in weights.items()})
            begin += segment.size
        return scores
