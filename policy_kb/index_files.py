"""Keeps segments of an index as files that are mapped, not read: arrays without pickle, and a manifest that names them.

A segment is written to a folder of its own and named in the manifest last, by an atomic rename: whatever is killed
whenever, the old index is whole. Knows nothing of questions.
"""

import json
import os
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_kb.index import Segment
from policy_kb.postings import Field

VERSION = 1  # of the files; one of another version is built anew
MANIFEST = "manifest.json"
_FIELDS = ("characters", "pairs", "words")
_FIELD_ARRAYS = ("keys", "starts", "places", "parts")
_OWN_ARRAYS = ("clauses", "documents", "tokens", "token_starts")
_CHUNK, _PAGE = 1 << 22, 4096


class DamagedIndex(Exception):
    """The files are not what the manifest says, or of another version; the text says which. Internal: the index is built anew."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A segment by its name: the number of each of its clauses and of their documents, and the titles of these as indexed.

    A segment holds documents of one `group` of readers only.
    """

    segment: Segment
    clauses: NDArray[np.int64]
    documents: NDArray[np.int64]
    titles: dict[int, str]
    group: str
    name: str


def write(folder: Path, kept: Kept) -> Kept:
    """Write a segment to a folder of its name and return it mapped; it does not count until it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    at, unfinished = folder / kept.name, folder / f"{kept.name}.unfinished"
    for old in (at, unfinished):
        shutil.rmtree(old, ignore_errors=True)
    unfinished.mkdir()
    sums = {}
    for array, values in _arrays(kept).items():
        path = unfinished / f"{array}.npy"
        with path.open("wb") as file:
            np.save(file, values, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        sums[array] = _sum(path)
    titles = {str(number): title for number, title in kept.titles.items()}
    about = {"size": kept.segment.size, "group": kept.group, "sums": sums, "titles": titles}
    _write_json(unfinished / "about.json", about)
    unfinished.rename(at)
    return _read(at)


def publish(folder: Path, names: Sequence[str]) -> None:
    """Make these segments the index, in this order, and take away files that belong to none."""
    names = list(names)
    _write_json(folder / MANIFEST, {"version": VERSION, "segments": names, "sum": _sum_of_names(names)})
    for each in folder.iterdir():
        if each.is_dir() and each.name not in names:
            shutil.rmtree(each, ignore_errors=True)


def read(folder: Path, known: Sequence[Kept]) -> list[Kept]:
    """Return the segments of the index, mapped, none when there is no index yet; raises DamagedIndex.

    Those that are `known` already are not read again.
    """
    path = folder / MANIFEST
    if not path.exists():
        return []
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        names = [str(name) for name in manifest["segments"]]
        version, total = manifest["version"], manifest["sum"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DamagedIndex(f"{MANIFEST}: {error}") from error
    if version != VERSION:
        raise DamagedIndex(f"version {version}")
    if total != _sum_of_names(names):
        raise DamagedIndex(MANIFEST)
    there = {each.name: each for each in known}
    return [there.get(name) or _read(folder / name) for name in names]


def _read(at: Path) -> Kept:
    try:
        about = json.loads((at / "about.json").read_text(encoding="utf-8"))
        arrays = {array: _mapped(at / f"{array}.npy", total) for array, total in about["sums"].items()}
        fields = [Field(*(arrays[f"{name}.{each}"] for each in _FIELD_ARRAYS)) for name in _FIELDS]
        characters, pairs, words = fields
        segment = Segment(about["size"], characters, pairs, words, arrays["tokens"], arrays["token_starts"])
        titles = {int(number): title for number, title in about["titles"].items()}
        return Kept(segment, arrays["clauses"], arrays["documents"], titles, about["group"], at.name)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DamagedIndex(f"{at.name}: {error}") from error


def _mapped(path: Path, total: int) -> NDArray[Any]:
    if _sum(path) != total:
        raise ValueError(path.name)
    small = path.stat().st_size < _PAGE  # an empty array cannot be mapped
    loaded: NDArray[Any] = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
    return loaded


def _arrays(kept: Kept) -> dict[str, NDArray[Any]]:
    found = {
        f"{n}.{each}": getattr(getattr(kept.segment, n), each) for n in _FIELDS for each in _FIELD_ARRAYS
    }
    own = (kept.clauses, kept.documents, kept.segment.tokens, kept.segment.token_starts)
    return {**found, **dict(zip(_OWN_ARRAYS, own, strict=True))}


def _sum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total = zlib.crc32(chunk, total)
    return total


def _sum_of_names(names: Sequence[str]) -> int:
    return zlib.crc32("\n".join(names).encode())


def _write_json(path: Path, values: dict[str, Any]) -> None:
    """Write whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
