"""An index that follows the base: what is new is indexed beside what is there, what is gone is left out, all is kept as files.

Segments are only ever added or put together, never changed; whoever asks meanwhile goes on with those that they have.
Processes take turns. Where the folder cannot be written the index lives in memory only.
"""

import logging
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from policy_kb import index_files
from policy_kb.finding import Passage, searchable
from policy_kb.index import Index, Segment
from policy_kb.index_files import DamagedIndex, Kept

log = logging.getLogger(__name__)

_LOCK = "lock"
_MOST_SMALL = 8  # segments of a group; more are put together
_SMALL = 20_000  # clauses; larger segments stay as they are
_MOST_DEAD = 0.3  # of a segment; beyond it the dead are taken out
_BATCH = 50_000  # clauses asked for at once

NEW, WHOLE, DAMAGED = "new", "whole", "damaged"


class Label(NamedTuple):
    """Under what a document is indexed: its title, and the group of readers whose segments it belongs to."""

    group: str
    title: str


Fetch = Callable[[Sequence[int]], Mapping[int, Passage]]  # clauses by their numbers


@dataclass(frozen=True)
class Living:
    """An index, and for each place in it the numbers of clause and document, int64; nothing is found of those not alive, bool."""

    index: Index
    clauses: NDArray[np.int64]
    documents: NDArray[np.int64]
    alive: NDArray[np.bool_]


class LivingIndex:
    """The index of one folder; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[Kept] = []

    def state(self) -> str:
        """Say what lies in the folder: nothing yet, a whole index, or a damaged or old one, which is built anew when next used."""
        try:
            return WHOLE if index_files.read(self._folder, []) else NEW
        except DamagedIndex:
            return DAMAGED

    def follow(
        self,
        clauses: NDArray[np.int64],
        documents: NDArray[np.int64],
        labels: Mapping[int, Label],
        fetch: Fetch,
    ) -> Living:
        """Bring the index up to these clauses, ascending, of these documents with these labels, and return it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / _LOCK):
                before = self._opened()
                kept = [
                    each if each in before else index_files.write(self._folder, each)
                    for each in _followed(before, clauses, documents, labels, fetch)
                ]
                if kept != before:
                    index_files.publish(self._folder, [each.name for each in kept])
        except OSError as error:
            log.warning("the index is kept in memory only: %s", error)
            kept = _followed(self._kept, clauses, documents, labels, fetch)
        self._kept = kept
        return _living(kept, [_alive(each, clauses, labels) for each in kept])

    def _opened(self) -> list[Kept]:
        try:
            return index_files.read(self._folder, self._kept)
        except DamagedIndex as error:
            log.warning("the index is built anew: %s", error)
            return []


def _followed(
    kept: Sequence[Kept],
    clauses: NDArray[np.int64],
    documents: NDArray[np.int64],
    labels: Mapping[int, Label],
    fetch: Fetch,
) -> list[Kept]:
    """Return segments that hold these clauses: those that are there, without many dead, and new ones for what is missing."""
    found = []
    for each in kept:
        alive = _alive(each, clauses, labels)
        if alive.all() or np.count_nonzero(~alive) <= _MOST_DEAD * len(alive):
            found.append(each)
        elif alive.any():
            found.append(_together([each], [alive], _number([*kept, *found])))
    known = [each.clauses[_alive(each, clauses, labels)] for each in found]
    missing = ~np.isin(clauses, np.concatenate([np.zeros(0, dtype=np.int64), *known]))
    rows = sorted(zip(documents[missing].tolist(), clauses[missing].tolist(), strict=True))
    rows.sort(key=lambda row: labels[row[0]].group)
    for group, members in groupby(rows, key=lambda row: labels[row[0]].group):
        numbers = [clause for _, clause in members]
        for begin in range(0, len(numbers), _BATCH):
            found.append(_built(fetch(numbers[begin : begin + _BATCH]), group, _number([*kept, *found])))
    return _fewer(found, clauses, labels)


def _fewer(kept: Sequence[Kept], clauses: NDArray[np.int64], labels: Mapping[int, Label]) -> list[Kept]:
    """Put small segments of a group together once there are many; no text is cut again."""
    found = list(kept)
    for group in dict.fromkeys(each.group for each in kept):
        small = [each for each in found if each.group == group and each.segment.size <= _SMALL]
        if len(small) > _MOST_SMALL:
            alive = [_alive(each, clauses, labels) for each in small]
            joined = _together(small, alive, _number(found))
            found = [*(each for each in found if each not in small), joined]
    return found


def _alive(kept: Kept, clauses: NDArray[np.int64], labels: Mapping[int, Label]) -> NDArray[np.bool_]:
    """Return which clauses of a segment are still there, under the label that they were indexed with."""
    same = [number for number, title in kept.titles.items() if labels.get(number) == Label(kept.group, title)]
    return np.isin(kept.clauses, clauses) & np.isin(kept.documents, same)


def _built(passages: Mapping[int, Passage], group: str, number: int) -> Kept:
    segment = Segment.build([searchable(passage) for passage in passages.values()])
    clauses = np.array(list(passages), dtype=np.int64)
    documents = np.array([passage.document for passage in passages.values()], dtype=np.int64)
    titles = {passage.document: passage.title for passage in passages.values()}
    return Kept(segment, clauses, documents, titles, group, _name(number, clauses))


def _together(parts: Sequence[Kept], alive: Sequence[NDArray[np.bool_]], number: int) -> Kept:
    """Put the living of some segments of a group into one."""
    clauses = np.concatenate([each.clauses[living] for each, living in zip(parts, alive, strict=True)])
    documents = np.concatenate([each.documents[living] for each, living in zip(parts, alive, strict=True)])
    titles = {
        number: each.titles[number]
        for each, living in zip(parts, alive, strict=True)
        for number in np.unique(each.documents[living]).tolist()
    }
    segment = Segment.together([each.segment for each in parts], alive)
    return Kept(segment, clauses, documents, titles, parts[0].group, _name(number, clauses))


def _number(kept: Iterable[Kept]) -> int:
    return 1 + max((int(each.name.partition("-")[0]) for each in kept), default=0)


def _name(number: int, clauses: NDArray[np.int64]) -> str:
    """Return a name that no other segment of the folder ever has: its number, and what it holds."""
    return f"{number:08d}-{zlib.crc32(clauses.tobytes()):08x}"


def _living(kept: Sequence[Kept], alive: Sequence[NDArray[np.bool_]]) -> Living:
    nothing = np.zeros(0, dtype=np.int64)
    living = np.concatenate([np.zeros(0, dtype=bool), *alive])
    return Living(
        Index([each.segment for each in kept], None if living.all() else living),
        np.concatenate([nothing, *(each.clauses for each in kept)]),
        np.concatenate([nothing, *(each.documents for each in kept)]),
        living,
    )
