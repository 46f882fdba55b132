"""What a text is taken to consist of: characters, their pairs, figures and Latin words, and the words jieba finds.

Characters and pairs become 64-bit keys without a table, so that an index needs no vocabulary. Knows nothing of documents or scores.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TRADE = Path(__file__).parent / "lexicon" / "trade.txt"
_FIRST, _LAST = 0x4E00, 0x9FFF
_PAIR_SHIFT = 21  # a code point has 21 bits
_OTHER_BIT = 1 << 62  # keys of figures and Latin words lie above those of characters
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")
_OTHER = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_DAY = re.compile(r"(?<=\d)号")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff])[ \t]+(?=[\u4e00-\u9fff])")
# The language's own words of asking and joining: they say nothing of what is asked about.
_EMPTY = re.compile(
    r"请问|什么时候|啥时候|什么|怎么样|怎么办|怎么|怎样|如何|为什么|为啥|多少|多久|多长时间|哪些|哪个|哪里|哪儿|哪[家级天年月]|是不是|"
    r"能不能|可不可以|算不算|有没有|要不要|是否|吗|呢|吧|啊|呀|嘛|的|了|是|在|和|与|及|我们|咱们|我|你|您|他|她|它|到底|一下|"
    r"谁|咋办|咋样|咋|啥|几|哪|就|都|也|还|又|把|被|给"
)


@dataclass(frozen=True)
class Postings:
    """Which text has which key, once for each time it stands there: two arrays of the same length."""

    keys: NDArray[np.int64]
    places: NDArray[np.int32]


def normal(text: str) -> str:
    """Return the text with full-width forms, capitals and 号 for 日 made alike."""
    return _DAY.sub("日", unicodedata.normalize("NFKC", text).lower())


def core(question: str) -> str:
    """Return a normal question without the words of asking and joining; blanks stand in their place."""
    return _EMPTY.sub(" ", question)


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring Chinese characters, and whole figures and Latin words, of a normal text."""
    found: list[str] = []
    for run in _RUN.findall(text):
        found += [run[n : n + 2] for n in range(len(run) - 1)] if _chinese(run[0]) else [run]
    return found


def characters(text: str) -> list[str]:
    """Return the Chinese characters of a text."""
    return [character for character in text if _chinese(character)]


def segmented(text: str) -> list[str]:
    """Return the pieces of a normal text as jieba cuts it with the dictionary of the trade: words, single characters, signs."""
    return list(_jieba().cut(text))


def key(term: str) -> int:
    """Return the key of a character, a pair, a figure or a Latin word."""
    if len(term) == 1 and _chinese(term):
        return ord(term)
    if len(term) == 2 and _chinese(term[0]):  # noqa: PLR2004 - a pair
        return ord(term[0]) << _PAIR_SHIFT | ord(term[1])
    return word_key(term) | _OTHER_BIT


@cache
def word_key(word: str) -> int:
    """Return the key of a word: 61 bits of its BLAKE2 digest, the same in every process."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big") >> 3


def grams(texts: Sequence[str]) -> tuple[Postings, Postings]:
    """Return the characters, and the pairs, figures and Latin words, of many normal texts at once."""
    joined = "\n".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    places = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)[: len(points)]
    chinese = (points >= _FIRST) & (points <= _LAST)
    neighbours = chinese[:-1] & chinese[1:]
    pair_keys = points[:-1][neighbours].astype(np.int64) << _PAIR_SHIFT | points[1:][neighbours]
    others = [(match.start(), key(match.group())) for match in _OTHER.finditer(joined)]
    at = np.array([start for start, _ in others], dtype=np.int64)
    return (
        Postings(points[chinese].astype(np.int64), places[chinese]),
        Postings(
            np.concatenate([pair_keys, np.array([number for _, number in others], dtype=np.int64)]),
            np.concatenate([places[:-1][neighbours], places[at]]),
        ),
    )


def _chinese(character: str) -> bool:
    return _FIRST <= ord(character) <= _LAST


@cache
def _jieba() -> Any:  # noqa: ANN401 - jieba has no types
    import jieba  # noqa: PLC0415 - takes a second

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with TRADE.open("rb") as file:  # given a name, jieba leaves the file open
        tokenizer.load_userdict(file)
    return tokenizer
