"""BM25 over characters, their pairs, and half as much over words (Robertson & Zaragoza 2009)."""

import logging
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

K1, B = 1.2, 0.75
WORDS_WEIGHT = 0.5
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")
# The language's own words of asking and joining: they say nothing of what is asked about.
_EMPTY = re.compile(
    r"请问|什么时候|什么|怎么样|怎么|怎样|如何|为什么|多少|哪些|哪个|哪里|哪儿|是不是|能不能|可不可以|算不算|有没有|要不要|"
    r"吗|呢|吧|啊|呀|的|了|是|在|和|与|我|你|您|他|她|我们|咱们|到底|一下"
)


@dataclass(frozen=True)
class Found:
    """The place of a clause in the list that was indexed, and how well it fits.

    `score` is BM25; `coverage` is the share (0 to 1) of the question's words, those of asking left out, that stand in the clause:
    it means the same in a base of 25 clauses as in one of 100,000.
    """

    place: int
    score: float
    coverage: float


class Index:
    """An index that is built once and then only read, from any thread."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [normal(text) for text in texts]
        self._grams = _Bm25(texts, grams)
        self._words = _Bm25(texts, words)

    def __len__(self) -> int:
        return len(self._texts)

    def search(self, question: str, *, most: int = 10) -> list[Found]:
        """Return the clauses that fit best, best first."""
        import numpy as np  # noqa: PLC0415 - a slow import, needed only here

        if not self._texts:
            return []
        scores = self._grams.scores(grams(question)) + WORDS_WEIGHT * self._words.scores(words(question))
        most = min(most, len(self._texts))
        best = np.argpartition(-scores, most - 1)[:most]
        best = best[np.lexsort((best, -scores[best]))]
        asked = set(words(_EMPTY.sub(" ", normal(question))))
        return [Found(int(n), float(scores[n]), self._coverage(asked, int(n))) for n in best if scores[n] > 0]

    def _coverage(self, asked: set[str], place: int) -> float:
        return sum(word in self._texts[place] for word in asked) / len(asked) if asked else 0.0

    def weight(self, term: str) -> float:
        """Return how rare a pair of characters is in the base (its inverse document frequency)."""
        return self._grams.rarity(term)


class _Bm25:
    """Term weights of all clauses as one sparse matrix (clauses × terms)."""

    def __init__(self, texts: Sequence[str], analyze: Any) -> None:  # noqa: ANN401 - scikit-learn takes any callable
        import numpy as np  # noqa: PLC0415
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415

        counter = CountVectorizer(analyzer=analyze, dtype=np.float32)
        try:
            counts = counter.fit_transform(texts)
        except ValueError:  # nothing but empty texts
            counts = None
        self._vocabulary: dict[str, int] = counter.vocabulary_ if counts is not None else {}
        self._unknown = float(np.log(1 + (len(texts) + 0.5) / 0.5))
        if counts is None:
            return
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        self._idf = np.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-9))
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        counts.data = self._idf[counts.indices] * counts.data * (K1 + 1) / (counts.data + norms[rows])
        self._columns = counts.tocsc()
        self._size = len(texts)

    def scores(self, terms: Iterable[str]) -> Any:  # noqa: ANN401 - a numpy array, float32[clauses]
        import numpy as np  # noqa: PLC0415

        total = np.zeros(self._size, dtype=np.float32)
        for term in terms:
            column = self._vocabulary.get(term)
            if column is not None:
                span = slice(self._columns.indptr[column], self._columns.indptr[column + 1])
                total[self._columns.indices[span]] += self._columns.data[span]
        return total

    def rarity(self, term: str) -> float:
        column = self._vocabulary.get(term)
        return self._unknown if column is None else float(self._idf[column])


def normal(text: str) -> str:
    """Return the text with full-width forms, capitals and 号 for 日 made alike."""
    return re.sub(r"(?<=\d)号", "日", unicodedata.normalize("NFKC", text).lower())


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring Chinese characters, and whole figures and Latin words."""
    found: list[str] = []
    for run in _RUN.findall(text):
        chinese = "\u4e00" <= run[0] <= "\u9fff"
        found += [run[n : n + 2] for n in range(len(run) - 1)] if chinese else [run]
    return found


def grams(text: str) -> list[str]:
    """Return single characters and pairs of a text."""
    text = normal(text)
    return [c for c in text if "\u4e00" <= c <= "\u9fff"] + pairs(text)


def words(text: str) -> list[str]:
    """Return the words of a text as jieba finds them."""
    return [word for word in _jieba().cut(normal(text)) if len(word) > 1]


@cache
def _jieba() -> Any:  # noqa: ANN401 - jieba has no types
    import jieba  # noqa: PLC0415

    jieba.setLogLevel(logging.WARNING)
    return jieba
