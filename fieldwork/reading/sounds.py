"""How Chinese characters sound, so that a name typed with a homophone is still found."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

# Initials and finals that southern speakers, and the keyboards they type on, do not keep apart.
_BLURRED = ((r"^([zcs])h", r"\1"), (r"^n(?=[aeiou])", "l"), (r"([aei])ng$", r"\1n"), (r"^hu(?=[aoei])", "f"))


@lru_cache(maxsize=20_000)
def sound(character: str) -> str:
    """Return the toneless pinyin of one character."""
    return lazy_pinyin(character)[0]


@lru_cache(maxsize=20_000)
def blurred(character: str) -> str:
    """Return the sound with what is often confused made one: zh/z, ch/c, sh/s, n/l, ang/an, hu/f."""
    said = sound(character)
    for pattern, instead in _BLURRED:
        said = re.sub(pattern, instead, said)
    return said
