"""Village groups (村民小组) as they are named in messages and on rosters: 三组, 第3小组, 3社."""

import re
from dataclasses import dataclass

from fieldwork.reading.clauses import Span
from fieldwork.reading.numerals import whole

# Villages say 组, 队 (from the people's communes) or 社 (Sichuan) for the same thing.
_GROUP = re.compile(r"(?<![\d每])第?([一二三四五六七八九十]{1,3}|\d{1,2})(?:村民)?小?[组社队](?!长|员|会|织)")


@dataclass(frozen=True)
class Group:
    """A group by its number, and where it was said."""

    number: int
    span: Span


def groups_in(text: str) -> tuple[Group, ...]:
    """Return the groups that a text names, in order."""
    return tuple(
        Group(number, Span(*match.span()))
        for match in _GROUP.finditer(text)
        if (number := whole(match[1])) is not None
    )


def number_of(group: str) -> int | None:
    """Return the number of a group as the roster writes it; None where it has a name."""
    match = re.search(r"[一二三四五六七八九十]+|\d+", group)
    return whole(match.group()) if match else None
