"""Whether two texts are the same document, and whether one is a later version of the other."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_ALIKE = 0.5  # of two texts whose days do not tell which is newer; below it only their titles are the same
_SHORTEST = 5
_MARKS = re.compile(
    r"[（(〔\[【][^）)〕\]】]{0,30}?(?:修订|修正|修改|试行|暂行|年|版|稿|废止|失效)[^）)〕\]】]{0,12}[）)〕\]】]|(?:19|20|二[〇○零]|一九)[\d〇○零一二三四五六七八九]{2}年?(?:度|版)?|"
    r"修订版|修正版|修订稿|修正案|最新版|修订|修正"
)


@dataclass(frozen=True)
class Version:
    """What tells one version of a document from another; `day` is ISO 8601."""

    title: str
    issuer: str | None
    number: str | None
    day: str | None


def digest(title: str, body: str) -> str:
    """Return a sum of the text that file format, line breaks, widths and Markdown's signs do not change."""
    text = unicodedata.normalize("NFKC", f"{title}\n{body}").lower()
    return hashlib.sha256(re.sub(r"[\s#|*]", "", text).encode("utf-8", "replace")).hexdigest()


def same_document(one: Version, other: Version) -> bool:
    """Whether two are versions of one document: the same number, or the same title apart from year and marks of revision."""
    if one.issuer and other.issuer and _plain(one.issuer) != _plain(other.issuer):
        return False
    if one.number and one.number == other.number:
        return True
    family = _family(one.title)
    return len(family) >= _SHORTEST and family == _family(other.title)


def replaces(new: Version, old: Version, alike: Callable[[], float]) -> bool | None:
    """Whether `new`, which came later, is the newer text, else it is the older; None where they are not to be taken as one.

    `alike` gives the likeness of the two texts; it is asked only where their days do not tell.
    """
    if new.day and old.day and new.day != old.day:
        return new.day > old.day
    return True if alike() >= _ALIKE else None


def likeness(one: str, other: str) -> float:
    """Return how much two texts share, 0 to 1: Dice's coefficient over pairs of characters."""
    return dice(pairs(one), pairs(other))


def dice(first: set[str], second: set[str]) -> float:
    """Return how much two sets share, 0 to 1 (Dice 1945)."""
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 1.0


def pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text, blanks and punctuation left aside."""
    plain = _plain(text)
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


def _family(title: str) -> str:
    return _plain(_MARKS.sub("", unicodedata.normalize("NFKC", title)))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))
