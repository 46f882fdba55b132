"""Which questions ask the same thing, by their letters alone.

Answers for a measure between 0 and 1 and for groups of like questions. It knows no meaning: what is written differently is
different, and whoever answers a group should see its wordings.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

ALIKE = 0.7  # from here on two questions count as one; see docs/knowledge-base.md
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+")
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?|[二两三四五六七八九十百千万][一二三四五六七八九十百千万]*(?=[个户支名人元次天条岁级年月日号亩斤%])"
)
_FILLER = re.compile(r"请问|麻烦问一下|问一下|你好|您好|到底|一下|我们|咱们|[我你您咱的了吗呢吧啊呀嘛哦]")
# What kind of thing is asked for: the language's own interrogatives, the first that fits.
_ASKED = (
    ("when", re.compile(r"什么时候|啥时候|何时|几时|几[号日月]|哪[天年月]|多久|多长时间|截止")),
    ("amount", re.compile(r"多少|多大|多高|几(?=[个户支名人万元次天条岁级])")),
    ("who", re.compile(r"谁|(?:哪个|什么|哪些)(?:部门|单位|人)")),
    ("why", re.compile(r"为什么|为啥|为何")),
    ("where", re.compile(r"哪里|哪儿|在哪|去哪|什么地方")),
    ("how", re.compile(r"怎么样|怎么办|怎么|怎样|如何|咋办|咋")),
    (
        "may",
        re.compile(r"能不能|可不可以|可以|可否|能否|行不行|允许|算不算|是不是|要不要|有没有|是否|能(?=.*吗)"),
    ),
)


def plain(text: str) -> str:
    """Return the question without what makes no difference: width, capitals, punctuation, fillers."""
    text = unicodedata.normalize("NFKC", text).lower()
    return _FILLER.sub("", re.sub(r"[^\w.%]+", "", text))


def alike(one: str, other: str) -> bool:
    """Say whether the two ask the same thing."""
    return likeness(one, [other])[0] >= ALIKE


def likeness(question: str, others: Sequence[str]) -> list[float]:
    """Return how like the question each of the others is: 1 the same, 0 nothing in common or another kind of thing asked for."""
    return Compared([plain(each) for each in others]).like(plain(question))


def groups(questions: Sequence[str]) -> list[tuple[int, ...]]:
    """Return groups of like questions, the largest first: their places in the list, those of the most asked wording leading.

    The outcome does not depend on the order of the questions: the wordings lead in the order of how often they were asked, then
    by text, and each of the others goes with the leader it is most like, or leads a group of its own.
    """
    asked: dict[str, list[int]] = {}
    for place in sorted(range(len(questions)), key=lambda each: questions[each]):
        asked.setdefault(plain(questions[place]), []).append(place)
    wordings = sorted(asked, key=lambda wording: (-len(asked[wording]), wording))
    found: dict[str, list[int]] = {}
    for wording, leader in _led(wordings).items():
        found.setdefault(leader, []).extend(asked[wording])
    return sorted(map(tuple, found.values()), key=lambda group: (-len(group), plain(questions[group[0]])))


def _led(wordings: Sequence[str]) -> dict[str, str]:
    """Return the leader of each wording; leaders come first in `wordings`."""
    compared = Compared(wordings)
    leaders: list[int] = []
    led: dict[str, str] = {}
    for n, wording in enumerate(wordings):
        near = dict(compared.near(n))
        best = max((each for each in leaders if each in near), key=lambda each: near[each], default=n)
        leaders += [n] if best == n else []
        led[wording] = wordings[best]
    return led


class Compared:
    """Plain wordings as one sparse matrix, to be compared with many questions."""

    def __init__(self, wordings: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - a slow import, needed only here
        from sklearn.preprocessing import normalize  # noqa: PLC0415

        self._wordings = wordings
        self._asked = [_asked(each) for each in wordings]
        self._counter = CountVectorizer(analyzer=_features)
        try:
            self._rows: Any = normalize(self._counter.fit_transform(wordings).astype(float))
        except ValueError:  # nothing but empty wordings
            self._rows = None

    def like(self, wording: str) -> list[float]:
        """Return the likeness of a plain wording to each."""
        kind, features = _asked(wording), _features(wording)
        if self._rows is None or not features:
            return [float(each == wording) for each in self._wordings]
        shared = self._rows @ self._counter.transform([wording]).T / len(features) ** 0.5
        return [
            1.0 if each == wording else min(1.0, float(cosine)) * _same_kind(kind, asked)
            for each, cosine, asked in zip(self._wordings, shared.toarray().ravel(), self._asked, strict=True)
        ]

    def near(self, number: int) -> list[tuple[int, float]]:
        """Return those of the wordings that ask the same as one of them, by their places, each with its likeness."""
        if self._rows is None:
            return []
        row = self._rows[[number]] @ self._rows.T
        kind = self._asked[number]
        return [
            (int(other), float(cosine))
            for other, cosine in zip(row.indices, row.data, strict=True)
            if cosine >= ALIKE and _same_kind(kind, self._asked[other])
        ]


def _features(wording: str) -> set[str]:
    """Return the single characters and pairs of what is left when the asking is taken out."""
    rest = _FIGURE.sub(" ", wording)
    for _, asking in _ASKED:
        rest = asking.sub(" ", rest)
    found: set[str] = set()
    for run in _RUN.findall(rest):
        found |= {*run, *(run[n : n + 2] for n in range(len(run) - 1))} if run[0] > "z" else {run}
    return found


def _asked(wording: str) -> tuple[str, frozenset[str]]:
    """Return the kind of thing that is asked for ("" where it does not show) and the figures in the question."""
    kind = next((kind for kind, asking in _ASKED if asking.search(wording)), "")
    return kind, frozenset(map(_value, _FIGURE.findall(wording)))


def _value(figure: str) -> str:
    """Return one figure for 3 and 三; longer Chinese ones as they stand."""
    figure = figure.replace("两", "二")
    return str(int(unicodedata.numeric(figure))) if len(figure) == 1 else figure


def _same_kind(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or not one[0] or not other[0])
