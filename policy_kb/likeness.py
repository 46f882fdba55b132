"""How alike words are in meaning: a table of word vectors that comes with the program, and what texts share by it.

The table was distilled from multilingual-e5-small (Wang et al. 2024, MIT) by `bench/distil_vectors.py`; no model runs here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FOLDER = Path(__file__).parent / "lexicon"
WORDS, VECTORS, WEIGHTS = _FOLDER / "words.txt", _FOLDER / "vectors.npy", _FOLDER / "weights.npy"
_SCALE = 127  # vectors are of length one, in steps of 1/127

Tokens = NDArray[np.uint16]


@dataclass(frozen=True)
class Lexicon:
    """Words and characters by number: int8[words, dimensions] vectors, float16[words] weights, the rarer the heavier."""

    numbers: dict[str, int]
    vectors: NDArray[np.int8]
    weights: NDArray[np.float16]

    def tokens(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words; one that is not known gives those of its characters."""
        found: list[int] = []
        for word in words:
            number = self.numbers.get(word)
            if number is not None:
                found.append(number)
            elif len(word) > 1:
                found += [self.numbers[each] for each in word if each in self.numbers]
        return found


@cache
def lexicon() -> Lexicon:
    """Return the table; its vectors are mapped, not read."""
    words = WORDS.read_text(encoding="utf-8").split("\n")
    return Lexicon(
        {word: number for number, word in enumerate(words)},
        np.load(VECTORS, mmap_mode="r", allow_pickle=False),
        np.load(WEIGHTS, allow_pickle=False),
    )


@dataclass(frozen=True)
class Likeness:
    """What a text shares in meaning with a question: `whole` by their mean vectors, `words` as the share of words met, 0 to 1."""

    whole: NDArray[np.float32]
    words: NDArray[np.float32]


def likeness(question: Sequence[int], texts: Sequence[Tokens]) -> Likeness:
    """Compare the tokens of a question with those of some texts."""
    table = lexicon()
    asked = np.array(list(dict.fromkeys(question)), dtype=np.int64)
    nothing = np.zeros(len(texts), dtype=np.float32)
    if not len(asked) or not texts:
        return Likeness(nothing, nothing)
    known, where = np.unique(np.concatenate([asked, *texts]).astype(np.int64), return_inverse=True)
    vectors = table.vectors[known].astype(np.float32) / _SCALE
    weights = table.weights[known].astype(np.float32)
    own, rest = where[: len(asked)], where[len(asked) :]
    close = vectors[own] @ vectors.T  # float32[words asked, words known]
    shares = weights[own] / weights[own].sum()
    mean = _direction(weights[own] @ vectors[own])
    whole, met = nothing.copy(), nothing.copy()
    begin = 0
    for n, text in enumerate(texts):
        held = rest[begin : begin + len(text)]
        begin += len(text)
        if len(held):
            whole[n] = mean @ _direction(weights[held] @ vectors[held])
            met[n] = shares @ close[:, held].max(axis=1)
    return Likeness(whole, met)


def _direction(vector: NDArray[Any]) -> NDArray[Any]:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector
