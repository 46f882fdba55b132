"""The word lists: each is used, each compiles, none names anybody."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from fieldwork.reading import Roster, lexicon

FOLDER = Path(lexicon.__file__).parent
TEXT = (FOLDER / "lexicon.toml").read_text(encoding="utf-8")
LISTS = [f"{table}.{name}" for table, lists in tomllib.loads(TEXT).items() for name in lists]


def code() -> str:
    """Give all modules of the reading in one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py")))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_compiles_and_matches_no_empty_text(name: str) -> None:
    """An empty match would find the words everywhere; `$` in a list that looks ahead is meant."""
    assert lexicon.pattern(name).search("·") is None or name == "mentions.does_after"


def test_every_list_is_used() -> None:
    """By the code, by another list, or as one of the causes and duties that the code names one by one."""
    assert len(LISTS) > 50
    modules = code()
    unused = [
        name
        for name in LISTS
        if f'"{name}"' not in modules
        and f"'{name}'" not in modules
        and f"<{name}>" not in TEXT
        and not re.search(rf'"{re.escape(name.partition(".")[2])}"', modules)
    ]
    assert unused == []


def test_every_list_says_what_it_is_for() -> None:
    """A line of comment stands above each list that is long enough to need one."""
    lines = TEXT.splitlines()
    bare = [line for above, line in pairwise(lines) if line.endswith("= [") and not above.startswith("#")]
    assert bare == []


def test_nobody_of_the_village_stands_in_a_list(roster: Roster) -> None:
    """The lists hold for any village; everyday words that happen to be names are left aside."""
    names = {
        member.name for household in roster.households for member in household.people if len(member.name) > 2
    }
    assert len(names) > 30
    assert [name for name in names if name in TEXT] == []
