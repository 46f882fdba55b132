"""The numbers that Word counts itself and does not write into the text: a list's definition, and how far it has counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class _Level:
    start: int
    kind: str
    pattern: str


class Lists:
    """All lists of a document."""

    def __init__(self, root: Any) -> None:  # noqa: ANN401 - an lxml element, or nothing
        children = list(root)
        abstract = {
            _attribute(each, "abstractNumId"): _levels(each) for each in children if _is(each, "abstractNum")
        }
        self._levels: dict[str, dict[int, _Level]] = {}
        self._family: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for each in children:
            if _is(each, "num"):
                name = _attribute(each, "numId")
                family = next((_attribute(below, "val") for below in each if _is(below, "abstractNumId")), "")
                self._levels[name] = abstract.get(family, {}) | _overrides(each, abstract.get(family, {}))
                overridden = any(_is(below, "lvlOverride") for below in each)
                self._family[name] = f"{family}/{name}" if overridden else family

    def next(self, name: str, depth: int) -> str:
        """Count one paragraph of a list and return its number as Word shows it; empty for bullets and unknown lists."""
        levels = self._levels.get(name, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._family[name], {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if level.kind in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            of = levels.get(place, level)
            return _FORMATS.get(of.kind, str)(counts.get(place, of.start))

        number = re.sub(r"%(\d)", shown, level.pattern)
        return number if not number or number[-1] in "、．.)），, 　" else f"{number} "


def chinese(n: int) -> str:
    """Return 1 to 9999 in Chinese figures as they are counted with: 十二, 一百零三."""
    if not 0 < n < 10_000:  # noqa: PLR2004 - further than any list counts
        return str(n)
    found, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            found += ("零" if zero and found else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return found.removeprefix("一") if found.startswith("一十") else found


def _letter(n: int) -> str:
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)


def _circled(n: int) -> str:
    return chr(0x2460 + n - 1) if 1 <= n <= 20 else str(n)  # noqa: PLR2004 - Unicode has twenty in a row


def _full_width(n: int) -> str:
    return str(n).translate({ord("0") + d: chr(0xFF10 + d) for d in range(10)})


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": _full_width,
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
}


def _levels(abstract: Any) -> dict[int, _Level]:  # noqa: ANN401
    return {int(_attribute(each, "ilvl") or 0): _level(each) for each in abstract if _is(each, "lvl")}


def _level(element: Any) -> _Level:  # noqa: ANN401
    said = {
        each.tag.rpartition("}")[2]: _attribute(each, "val") for each in element if isinstance(each.tag, str)
    }
    start = said.get("start", "1")
    return _Level(
        int(start) if start.isdigit() else 1, said.get("numFmt", "decimal"), said.get("lvlText", "")
    )


def _overrides(number: Any, levels: dict[int, _Level]) -> dict[int, _Level]:  # noqa: ANN401
    """Return the levels that one use of a list defines anew or lets start elsewhere."""
    found: dict[int, _Level] = {}
    for each in number:
        if not _is(each, "lvlOverride"):
            continue
        depth = int(_attribute(each, "ilvl") or 0)
        for below in each:
            if _is(below, "lvl"):
                found[depth] = _level(below)
            elif _is(below, "startOverride") and depth in levels:
                base = found.get(depth, levels[depth])
                found[depth] = _Level(int(_attribute(below, "val") or 1), base.kind, base.pattern)
    return found


def _is(element: Any, name: str) -> bool:  # noqa: ANN401
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


def _attribute(element: Any, name: str) -> str:  # noqa: ANN401
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")
