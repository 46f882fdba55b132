"""All names by which a village's households are known, and which of them words may be: as written or as spoken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fieldwork.reading.dictionary import is_word
from fieldwork.reading.roster import Household
from fieldwork.reading.sounds import blurred, sound
from fieldwork.reading.surnames import given_of

Alike = Literal["same", "sound", "near"]
SHORT = 2


@dataclass(frozen=True)
class Name:
    """A name and whose it is; `how`: name, nickname or given (without the surname).

    `splits`: its beginning stands for itself too, so that its end may belong to the next word.
    """

    text: str
    codes: frozenset[str]
    how: str
    splits: bool = False

    @property
    def doubtful(self) -> bool:
        """Say whether it is an everyday word too, e.g. 高兴."""
        return self.how == "given" or (len(self.text) <= SHORT and is_word(self.text))


class Names:
    """The names of households, looked up by the words of a message."""

    def __init__(self, households: tuple[Household, ...]) -> None:
        names = tuple(_names(households))
        self.longest = max((len(name.text) for name in names), default=0)
        self._same, self._sound, self._near = (
            defaultdict[tuple[str, ...], list[Name]](list) for _ in range(3)
        )
        for name in names:
            self._same[tuple(name.text)].append(name)
            if name.how == "name":
                self._sound[tuple(map(sound, name.text))].append(name)
                self._near[tuple(map(blurred, name.text))].append(name)

    def like(self, words: str, alike: Alike) -> list[Name]:
        """Return the names that are written so, sound so, or nearly so; short ones keep their surname."""
        if alike == "same":
            return self._same.get(tuple(words), [])
        if alike == "near" and len(words) <= SHORT:
            return []
        found = (
            self._sound.get(tuple(map(sound, words)), [])
            if alike == "sound"
            else self._near.get(tuple(map(blurred, words)), [])
        )
        return [name for name in found if len(words) > SHORT or name.text[0] == words[0]]


@lru_cache(maxsize=8)
def names_of(households: tuple[Household, ...]) -> Names:
    """Return the names of a roster's households."""
    return Names(households)


def _names(households: tuple[Household, ...]) -> Iterator[Name]:
    """Yield each name once, with the codes of all households that bear it."""
    codes: dict[tuple[str, str], set[str]] = {}
    for household in households:
        for how, text in _spoken(household):
            codes.setdefault((how, text), set()).add(household.code)
    texts = {text for _, text in codes}
    for (how, text), whose in codes.items():
        splits = len(text) <= SHORT or is_word(text[:-1]) or text[:-1] in texts
        yield Name(text, frozenset(whose), how, splits)


def _spoken(household: Household) -> Iterator[tuple[str, str]]:
    nickname = household.nickname.removesuffix("家")
    if len(nickname) > 1:
        yield "nickname", nickname
    for member in household.people:
        if len(member.name) > 1:
            yield "name", member.name
        if len(given_of(member.name)) > 1:
            yield "given", given_of(member.name)
