"""The word lists of `lexicon.toml` as patterns; knows nothing of what they are looked for in."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("lexicon.toml")
_OTHER_LIST = re.compile(r"<([a-z_]+\.[a-z_]+)>")


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@lru_cache
def words(name: str) -> str:
    """Return the list `table.name` as one regular expression, other lists that it names put in."""
    table, _, key = name.partition(".")
    joined = "|".join(_lists()[table][key])
    return _OTHER_LIST.sub(lambda match: f"(?:{words(match[1])})", joined)


@lru_cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the list `table.name`, compiled."""
    return re.compile(words(name))
