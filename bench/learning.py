"""What use brings: half of a set's questions confirmed with their known clauses, the other half measured before and after.

    python bench/learning.py QUESTIONS.jsonl CORPUS.jsonl [--halves 5] [--json]

The format is that of `kb eval`. Each half is drawn anew; figures are means over all halves. `touched` are the measured questions
whose clause some other question was confirmed for: nothing can be gained beyond them. `pulled` counts how often a clause with a
confirmed wording that does not answer came to the front and was not there before.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policy_kb.evaluating import Asked, read_corpus, read_questions
from policy_kb.finding import Finder, Finding, searchable
from policy_kb.learned import Beside, Learned

MOST = 10


@dataclass(frozen=True)
class Outcome:
    """What came of one measured question before and after the others were confirmed."""

    asked: Asked
    before: Finding
    after: Finding
    touched: bool
    beside: frozenset[int]
    right: frozenset[int]

    def rank(self, finding: Finding) -> int:
        """Return the place of the first clause that answers, from 1 on; MOST + 1 where it is not among the first."""
        places = [found.place for found in finding.ranked[:MOST]]
        return next((n for n, place in enumerate(places, 1) if place in self.right), MOST + 1)

    @property
    def pulled(self) -> bool:
        """Whether a clause that does not answer came to the front by a wording."""
        first = self.after.ranked[0].place if self.after.ranked else -1
        was = self.before.ranked[0].place if self.before.ranked else -1
        return first != was and first in self.beside and first not in self.right


def measured(
    asked: Sequence[Asked], halves: int, finder: Finder, places: dict[str, int], texts: Sequence[str]
) -> Iterator[Outcome]:
    """Confirm a random half, measure the other; so many times."""
    before = {each.id: finder.find(each.text) for each in asked}
    for seed in range(halves):
        drawn = random.Random(seed).sample(asked, len(asked))
        known, rest = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
        pairs = [
            (each.text, places[gold]) for each in known for gold in sorted(each.relevant) if gold in places
        ]
        learned = Learned([Beside(place, text, texts[place]) for text, place in pairs])
        beside = frozenset(place for _, place in pairs)
        for each in rest:
            right = frozenset(places[gold] for gold in each.relevant if gold in places)
            after = finder.find(each.text, learned=learned)
            yield Outcome(each, before[each.id], after, bool(right & beside), beside, right)


def figures(outcomes: Sequence[Outcome], *, after: bool) -> dict[str, float]:
    """Return the measures of one state; rates at the shipped threshold."""
    answerable = [each for each in outcomes if each.right]
    others = [each for each in outcomes if not each.right]
    findings = {id(each): each.after if after else each.before for each in outcomes}
    ranks = [each.rank(findings[id(each)]) for each in answerable]
    return {
        "R@1": share(rank == 1 for rank in ranks),
        "R@5": share(rank <= 5 for rank in ranks),
        "MRR@10": share(1 / rank if rank <= MOST else 0 for rank in ranks),
        "false_refusals": share(not findings[id(each)].answered for each in answerable),
        "false_answers": share(findings[id(each)].answered for each in others),
    }


def share(values: Iterator[float]) -> float:
    """Return the mean of numbers or of yes and no."""
    found = [float(each) for each in values]
    return round(sum(found) / len(found), 4) if found else 0.0


def report(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return before, after, and who won and lost."""
    answerable = [each for each in outcomes if each.right]
    touched = [each for each in answerable if each.touched]
    return {
        "measured": len(outcomes),
        "touched": share(each.touched for each in answerable),
        "before": figures(outcomes, after=False),
        "after": figures(outcomes, after=True),
        "touched_before": figures(touched, after=False),
        "touched_after": figures(touched, after=True),
        "won_first": share(each.rank(each.before) > 1 and each.rank(each.after) == 1 for each in answerable),
        "lost_first": share(each.rank(each.before) == 1 and each.rank(each.after) > 1 for each in answerable),
        "pulled": share(each.pulled for each in outcomes),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--halves", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    ids, passages = read_corpus(given.corpus)
    places = {name: place for place, name in enumerate(ids)}
    texts = [searchable(passage) for passage in passages]
    asked = read_questions(given.questions)
    found = report(list(measured(asked, given.halves, Finder.over(passages), places, texts)))
    print(json.dumps(found, ensure_ascii=False, indent=None if given.json else 1))


if __name__ == "__main__":
    main()
