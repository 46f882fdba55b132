"""The names by which a household is found, from any character of a name on: head, nickname, members.

A name is kept once for each of its endings (李桂枝, 桂枝, 枝), so that a piece of it is the beginning of one.
"""

from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from storage.roster_entries import Household

LAST = chr(0x10FFFF)


def keys(household: Household) -> Iterator[tuple[str, str, str]]:
    """Yield each ending of each name, with village and household."""
    names = (household.head, household.nickname, *(member.name for member in household.members))
    endings = {name[start:].casefold() for name in names for start in range(len(name))}
    return ((ending, household.village, household.code) for ending in endings)


def replace(db: Database, before: Iterable[Household], after: Iterable[Household]) -> None:
    """Keep the names of the households as they are now in place of those they had."""
    gone = {key for household in before for key in keys(household)}
    there = {key for household in after for key in keys(household)}
    connection = db.conn
    assert connection is not None, "the store has opened it"
    connection.executemany(
        "DELETE FROM household_names WHERE ending = ? AND village = ? AND household = ?", sorted(gone - there)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO household_names (ending, village, household) VALUES (?, ?, ?)",
        sorted(there - gone),
    )


def bounds(text: str) -> tuple[str, str]:
    """Return between which endings lie those that begin with the text."""
    return text.casefold(), text.casefold() + LAST
