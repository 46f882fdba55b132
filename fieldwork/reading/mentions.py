"""Who of the roster is named where in a message: by name, nickname, given name, address, homophone.

Says which households a mention may mean. Does not say whether they were visited.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fieldwork.reading import addresses
from fieldwork.reading.clauses import Span
from fieldwork.reading.dictionary import is_word
from fieldwork.reading.groups import groups_in, number_of
from fieldwork.reading.lexicon import pattern, words
from fieldwork.reading.names import SHORT, Alike, Name, Names, names_of
from fieldwork.reading.roster import Roster
from fieldwork.reading.surnames import COMMON, LITTLE_WORDS

_ALIKE: tuple[Alike, ...] = ("same", "sound", "near")
# A word of the dictionary that is common enough to be meant.
_OFTEN = 100
_GONE_BEFORE = re.compile(r"(?:去|到|在|和|跟|与|同|叫|喊|请|让)(?:了|的)?$")
_STOP_AFTER = re.compile(r"[，,。；;、：:\s！!]|$")


@dataclass(frozen=True)
class Mention:
    """Words of the message that name households of the roster; several codes: any of them may be meant."""

    span: Span
    codes: frozenset[str]
    how: str
    group: int | None = None

    @property
    def certain(self) -> bool:
        """Say whether just one household can be meant."""
        return len(self.codes) == 1


def mentions_of(text: str, roster: Roster) -> tuple[Mention, ...]:
    """Return who is named in the text, by place; cadres are taken out first."""
    taken = [False] * len(text)
    for span in addresses.cadres_in(text, roster.cadres):
        _take(taken, span)
    found: list[Mention] = []
    for name, span in _named(text, roster, taken):
        _take(taken, span)
        found.append(Mention(span, name.codes, name.how))
    for span, codes in addresses.addressed(text, roster.households):
        if not any(taken[slice(*span)]):
            _take(taken, span)
            found.append(Mention(span, codes, "address"))
    return tuple(_by_group(each, text, roster) for each in sorted(found, key=lambda m: m.span))


def _named(text: str, roster: Roster, taken: list[bool]) -> Iterator[tuple[Name, Span]]:
    """Yield names in the text, the longest and most exact first; what is yielded must be taken."""
    names = names_of(roster.households)
    for length in range(names.longest, 1, -1):
        for alike in _ALIKE:
            for start in range(len(text) - length + 1):
                span = Span(start, start + length)
                if not any(taken[slice(*span)]) and (name := _match(text, span, names, alike)):
                    yield name, span


def _match(text: str, span: Span, names: Names, alike: Alike) -> Name | None:
    fitting = [name for name in names.like(text[slice(*span)], alike) if _stands(name, text, span, alike)]
    if not fitting:
        return None
    best = min(fitting, key=lambda name: ("name", "nickname", "given").index(name.how))
    codes = frozenset(code for name in fitting if name.how == best.how for code in name.codes)
    return Name(best.text, codes, best.how)


def _stands(name: Name, text: str, span: Span, alike: Alike) -> bool:
    """Say whether a name stands there, and not a piece of other words."""
    before, after = text[: span.start], text[span.end :]
    if name.how == "given" and before[-1:] in COMMON - LITTLE_WORDS:
        return False  # 李小军 is not 小军
    if pattern("mentions.person_after").match(after):
        return not (name.doubtful and before.endswith(("不", "很", "真", "好")))
    if (
        name.splits
        and is_word(text[span.end - 1 : span.end + 1], _OFTEN)
        and not ((_begins(before) and pattern("mentions.does_after").match(after)) or _seen(before))
    ):
        return False  # 张平|安排: its last character belongs to the next word
    if alike != "same":
        return len(name.text) > SHORT and not is_word(text[slice(*span)])
    return not name.doubtful or _meant(before, after, given=name.how == "given")


def _meant(before: str, after: str, *, given: bool) -> bool:
    """Say whether an everyday word is used as a name here."""
    if after.startswith("、") or (_seen(before) and not after.startswith("了")):
        return True
    if _GONE_BEFORE.search(before):
        return bool(_STOP_AFTER.match(after)) or after.startswith(("两", "商量", "说", "谈"))
    return (
        _begins(before) and bool(pattern("mentions.does_after").match(after)) and not (given and not before)
    )


def _begins(before: str) -> bool:
    """Say whether a clause begins after these words."""
    return not before or before[-1] in "，,。；;：: 的"


def _by_group(mention: Mention, text: str, roster: Roster) -> Mention:
    """Keep the households of the group that is named right before, if it has any of them."""
    near = [each for each in groups_in(text) if each.span.end <= mention.span.start]
    if not near or not _only_of(text[near[-1].span.end : mention.span.start]):
        return mention
    number = near[-1].number
    fitting = {h.code for h in roster.households if number_of(h.group) == number}
    return Mention(mention.span, (mention.codes & fitting) or mention.codes, mention.how, number)


def _only_of(between: str) -> bool:
    """Say whether a group and a name belong together: 三组的张家."""
    return not between or bool(pattern("mentions.of_group").fullmatch(between))


def _seen(before: str) -> bool:
    """Say whether words that lead to a person stand right before."""
    return bool(re.search(rf"(?:{words('mentions.seen_before')})(?:了|的|过)?$", before))


def _take(taken: list[bool], span: Span) -> None:
    taken[span.start : span.end] = [True] * (span.end - span.start)
