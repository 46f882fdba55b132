"""The way from a question to clauses in order, and to an answer or an honest no: what people are answered by and what is measured.

Where clauses come from is the caller's business.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_kb import answering, ranking
from policy_kb.index import Index
from policy_kb.learned import Learned
from policy_kb.terms import core, normal

MOST = 50  # clauses that are looked at closely
_NOT_FAR = 0.8  # in the ranking's measure
_FOLLOWS = re.compile(r"^(?:那|那么|还有|另外|然后|如果是|换成)|呢[?？。]?$")
_SHORT = 2  # characters, words of asking left out: such a question says too little alone
_OLD = re.compile(r"旧|废止|废除|失效|原来|以前的|原先|老版|修订前|修改前")


@dataclass(frozen=True)
class Passage:
    """A clause with its document's number and title; one that is not `current` was repealed or replaced."""

    document: int
    title: str
    heading: tuple[str, ...]
    text: str
    current: bool = True


Passages = Callable[[Sequence[int]], Sequence[Passage]]


@dataclass(frozen=True)
class Found:
    """The place of a clause in the index and how well it fits; scores compare only within one answer."""

    place: int
    score: float


@dataclass(frozen=True)
class Finding:
    """Clauses, those that answer first, then by fit; how certain it is (0 to 1) that the documents answer; what they say."""

    ranked: tuple[Found, ...]
    certainty: float
    said: answering.Said | None

    @property
    def answered(self) -> bool:
        """Whether the documents answer."""
        return self.said is not None


_NOTHING = Finding((), 0.0, None)


class Finder:
    """Finds in an index; `passages` gives clauses by their places in it."""

    def __init__(self, index: Index, passages: Passages) -> None:
        self.index = index
        self._passages = passages

    @classmethod
    def over(cls, *parts: Sequence[Passage]) -> "Finder":
        """Index passages and find in them; parts are for different readers."""
        passages = [passage for part in parts for passage in part]
        index = Index.build(*([searchable(passage) for passage in part] for part in parts))
        return cls(index, lambda places: [passages[place] for place in places])

    def find(
        self,
        question: str,
        *,
        before: str | None = None,
        readable: NDArray[np.bool_] | None = None,
        learned: Learned | None = None,
    ) -> Finding:
        """Find what answers a question; one that follows another takes its topic from the one `before`.

        `readable`, bool[clauses], says what may be read: the rest is as if it were not there. What was `learned` from use joins in:
        a clause of which people have said that it answers this very question does answer it.
        """
        same = learned.same(question, readable) if learned else None
        looked = self._look(following(question, before), readable, learned, same)
        if looked is None:
            return _NOTHING
        fits = looked.measured @ ranking.weights()
        order, pays = looked.order(fits)
        certainty = max(looked.certainty(looked.measured), looked.certainty(looked.unlearned))
        said = None
        if same is not None and not looked.behind[known := int(np.flatnonzero(looked.places == same)[0])]:
            said, certainty = answering.quote(looked.terms, looked.passages[known].text), 1.0
            order = np.concatenate([[known], order[order != known]])
        elif pays and answering.enough(certainty):
            said = answering.say(looked.terms, [looked.passages[n].text for n in order], fits[order])
            order = np.concatenate([order[list(said.clauses)], np.delete(order, said.clauses)])
        found = [Found(int(looked.places[n]), float(fits[n])) for n in order]
        return Finding(tuple(found), certainty, said)

    def measure(self, question: str) -> tuple[list[int], NDArray[np.float64]]:
        """Return the places of the clauses that are looked at closely, and their features, for learning weights."""
        looked = self._look(question, None)
        return (
            ([], np.zeros((0, len(ranking.NAMES))))
            if looked is None
            else (looked.places.tolist(), looked.measured)
        )

    def weigh(
        self, question: str, weights: NDArray[np.float64], readable: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return the evidence that the documents answer under given weights of ranking, for learning certainty."""
        looked = self._look(question, readable)
        if looked is None:
            return np.zeros(len(answering.EVIDENCE))
        fits = looked.measured @ weights
        order, _ = looked.order(fits)
        return answering.evidence(looked.terms, looked.measured[order], fits[order])

    def _look(
        self,
        question: str,
        readable: NDArray[np.bool_] | None,
        learned: Learned | None = None,
        same: int | None = None,
    ) -> "_Looked | None":
        query = self.index.query(question, readable)
        places, scores = self.index.best(query, MOST, learned)
        if same is not None and same not in places:
            places, scores = np.append(places, np.int32(same)), np.append(scores, np.float32(0))
        if not len(places):
            return None
        passages = self._passages(places.tolist())
        texts = [ranking.plain(each.document, each.title, each.heading, each.text) for each in passages]
        terms = ranking.Terms.of(query, self.index)
        measured = ranking.features(query, terms, self.index, places=places, scores=scores, texts=texts)
        behind = [not each.current and not _OLD.search(query.text) for each in passages]
        unlearned = measured
        if learned:
            without = scores - learned.share(query, self.index.size)[places]
            unlearned = ranking.rescored(measured, np.maximum(without, 0), texts)
        return _Looked(terms, places, passages, measured, unlearned, np.array(behind))


@dataclass(frozen=True)
class _Looked:
    """The clauses that are looked at closely: in the index's order, with their features, and which stand behind the others.

    `unlearned` are the features without what was learned from use.
    """

    terms: ranking.Terms
    places: NDArray[np.int32]
    passages: Sequence[Passage]
    measured: NDArray[np.float64]
    unlearned: NDArray[np.float64]
    behind: NDArray[np.bool_]

    def certainty(self, measured: NDArray[np.float64]) -> float:
        """Return how likely it is that the documents answer, by such features."""
        fits = measured @ ranking.weights()
        order, pays = self.order(fits)
        return answering.certainty(answering.evidence(self.terms, measured[order], fits[order]), pays=pays)

    def order(self, fits: NDArray[np.float64]) -> tuple[NDArray[np.int64], bool]:
        """Return the clauses best first, and whether the first has what the question makes it owe.

        One that has it, and is not far behind, stands before those that lack it.
        """
        order = np.lexsort((-fits, self.behind))
        owing = self.measured[order, ranking.NAMES.index("owes")] > 0
        near = fits[order[0]] - fits[order] <= _NOT_FAR
        paying = np.flatnonzero(~owing & near & (self.behind[order] == self.behind[order[0]]))
        if not len(paying):
            return order, False
        return np.concatenate([order[paying[:1]], np.delete(order, paying[0])]), True


def searchable(passage: Passage) -> str:
    """Return the text that is indexed: title, headings, text."""
    return " ".join([*ranking.under(passage.title, passage.heading), passage.text])


def following(question: str, before: str | None) -> str:
    """Return the question to look for: one that leans on the one before weighs double beside it."""
    if not before:
        return question
    own = core(normal(question)).strip()
    if _FOLLOWS.search(question.strip()) or len("".join(own.split())) <= _SHORT:
        return f"{own} {own} {before}"
    return question
