"""Days as official documents print them: 2015年11月16日, 二〇一五年十一月十六日, 2015-11-16, half or full width."""

import re
import unicodedata
from datetime import date

_YEAR = "[〇零○Ｏ一二三四五六七八九\\d]{4}"
DAY = rf"{_YEAR}\s*[年\-./]\s*[一二三四五六七八九十\d]{{1,3}}\s*[月\-./]\s*[一二三四五六七八九十\d]{{1,3}}\s*日?"
_DAY = re.compile(
    rf"({_YEAR})\s*[年\-./]\s*([一二三四五六七八九十\d]{{1,3}})\s*[月\-./]\s*([一二三四五六七八九十\d]{{1,3}})\s*日?"
)
_NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "O": 0}


def first(text: str) -> str | None:
    """Return the first day that a text names, ISO 8601; None where there is none."""
    days = (_iso(match) for match in _DAY.finditer(_plain(text)))
    return next((day for day in days if day), None)


def only(line: str) -> str | None:
    """Return the day that a line consists of, brackets left aside, ISO 8601; None where it says anything else."""
    match = _DAY.fullmatch(_plain(line).strip("() \u3000"))
    return _iso(match) if match else None


def later(day: str, years: int) -> str:
    """Return the day so many years later; the 29th of February moves to the 28th."""
    start = date.fromisoformat(day)
    try:
        return start.replace(year=start.year + years).isoformat()
    except ValueError:
        return start.replace(year=start.year + years, day=28).isoformat()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _iso(match: re.Match[str]) -> str | None:
    try:
        year = int("".join(str(_NUMERALS.get(c, c)) for c in match[1]))
        return date(year, _number(match[2]), _number(match[3])).isoformat()
    except ValueError:
        return None


def _number(text: str) -> int:
    """Return the value of 1 to 99 in Arabic or Chinese figures."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    try:
        return (10 * (_NUMERALS[tens] if tens else 1) if ten else 0) + (_NUMERALS[ones] if ones else 0)
    except KeyError as error:
        raise ValueError(text) from error
