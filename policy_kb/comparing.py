"""Two versions of a document side by side, clause by clause: what came in, what went out, what reads differently."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from policy_kb.documents import Clause, Document
from policy_kb.versions import dice
from policy_kb.versions import pairs as pairs_of

_SURE, _NUMBERED, _LIKE = (
    0.75,
    0.3,
    0.5,
)  # likeness from which two clauses are one: by itself, with the same number, among what is left
Piece = tuple[Literal["same", "out", "in"], str]


@dataclass(frozen=True)
class Change:
    """A clause that differs; `before` or `after` is None where it was added or removed; numbers as printed."""

    before: Clause | None
    after: Clause | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What became of it."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text in pieces that stayed, went out and came in."""
        return tuple(_pieces(self.before.text if self.before else "", self.after.text if self.after else ""))


@dataclass(frozen=True)
class Comparison:
    """Two documents and what differs between them, in the order of the newer text; `same` clauses read alike."""

    old: Document
    new: Document
    changes: tuple[Change, ...]
    same: int


def compare(old: Document, new: Document, before: Sequence[Clause], after: Sequence[Clause]) -> Comparison:
    """Set clause against clause: the same words first, then much alike, then the same number and headings, then alike at all.

    Likeness goes before the number, for one new article moves the numbers of all that follow.
    """
    pairs = _aligned(before, after)
    changes = [Change(before[a], after[b]) for b, a in pairs.items() if _words(before[a]) != _words(after[b])]
    gone = [n for n in range(len(before)) if n not in pairs.values()]
    come = [Change(None, after[n]) for n in range(len(after)) if n not in pairs]
    places = {id(each.after): each.after.start for each in [*changes, *come] if each.after}
    ordered = sorted([*changes, *come], key=lambda each: places[id(each.after)])
    return Comparison(old, new, tuple(_with_gone(ordered, before, gone)), len(pairs) - len(changes))


def _with_gone(ordered: list[Change], before: Sequence[Clause], gone: list[int]) -> list[Change]:
    """Put what went out before the next change of what stood behind it."""
    found = list(ordered)
    for n in gone:
        at = next(
            (k for k, each in enumerate(found) if each.before and each.before.start > before[n].start),
            len(found),
        )
        found.insert(at, Change(before[n], None))
    return found


def _aligned(before: Sequence[Clause], after: Sequence[Clause]) -> dict[int, int]:
    """Return which clause of the older text each of the newer one goes on from."""
    pairs: dict[int, int] = {}
    matcher = difflib.SequenceMatcher(
        None, [_words(each) for each in before], [_words(each) for each in after], autojunk=False
    )
    for block in matcher.get_matching_blocks():
        pairs |= {block.b + n: block.a + n for n in range(block.size)}
    scores = _scores(before, after, pairs)
    for least, by_number in ((_SURE, False), (_NUMBERED, True), (_LIKE, False)):
        for (a, b), score in scores:
            if (
                score >= least
                and b not in pairs
                and a not in pairs.values()
                and (not by_number or _same_place(before[a], after[b]))
            ):
                pairs[b] = a
    return pairs


def _scores(
    before: Sequence[Clause], after: Sequence[Clause], pairs: dict[int, int]
) -> list[tuple[tuple[int, int], float]]:
    """Return how like the clauses that are left are to each other, the likest first."""
    taken = set(pairs.values())
    left = {n: pairs_of(_words(each)) for n, each in enumerate(before) if n not in taken}
    right = {n: pairs_of(_words(each)) for n, each in enumerate(after) if n not in pairs}
    scores = [((a, b), dice(left[a], right[b])) for a in left for b in right]
    return sorted((each for each in scores if each[1] >= _NUMBERED), key=lambda each: -each[1])


def _same_place(one: Clause, other: Clause) -> bool:
    return bool(one.number) and one.number == other.number and one.heading[-1:] == other.heading[-1:]


def _words(clause: Clause) -> str:
    """Return a clause's text without its number, blanks and widths: a clause that only moved reads alike."""
    text = clause.text.removeprefix(clause.number or "")
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lstrip(",.、")


def _pieces(before: str, after: str) -> Iterator[Piece]:
    for op, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            yield "same", before[a:b]
            continue
        if b > a:
            yield "out", before[a:b]
        if d > c:
            yield "in", after[c:d]
