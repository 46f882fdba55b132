"""The numbers at which Chinese official writing is jointed, at the head of a line or within a paragraph. Does not cut.

附件 · 编 章 节 条 · 一、 · （一） · 1. · (1) · ① · 第一，… · 一是… · 1.1 · 问：
Brackets may be broken, figures full or half width.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

LONGEST_HEADING = 60
STOP = re.compile(r"[。！？!?；;]")


class Level(IntEnum):
    """How deep a joint lies, from the outermost to the innermost; Markdown's headings have six depths from `MARKED` on.

    1.1.1 lies deeper than 1.1 by a tenth.
    """

    APPENDIX = 0
    MARKED = 1
    PART = 7
    CHAPTER = 8
    SECTION = 9
    ARTICLE = 10
    QUESTION = 11
    CHINESE = 12
    CHINESE_BRACKETS = 13
    DECIMAL = 14
    ARABIC = 15
    ARABIC_BRACKETS = 16
    CIRCLED = 17
    ORDINAL = 18
    POINT = 19


@dataclass(frozen=True)
class Joint:
    """A number as printed, its depth and its value; `marks` counts Markdown's signs before it."""

    level: float
    number: str
    value: int
    marks: int = 0


_C = "[一二三四五六七八九十百零〇]"
_D = "[0-9０-９]"
_N = f"(?:{_C}|{_D})+"
_OPEN, _CLOSE, _S = "[（(〔【\\[]", "[）)〕】\\]]", "[ \t\u3000]{0,4}"
_ARTICLE = re.compile(rf"第{_S}{_N}{_S}条(?:{_S}之{_S}{_N})?")
_UNCLOSED = re.compile(rf"{_OPEN}({_C}+)(?![一二三四五六七八九十百零〇年月日])")
_BARE_FIGURE = re.compile(rf"{_D}{{1,2}}(?=[ \u3000]+\S{{2,30}}$)")
_DOTTED = re.compile(rf"{_D}{{1,2}}(?:[.．]{_D}{{1,2}}){{1,3}}(?=[ \u3000])")
_PATTERNS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.APPENDIX,
        re.compile(
            rf"附{_S}[件录表图]{_S}(?:{_N})?(?={_S}$|{_S}[:：]{_S}(?!{_D})[^。；;]{{0,60}}$|[ \u3000]+[^。；;，,]{{1,60}}$)"
        ),
    ),
    (Level.PART, re.compile(rf"第{_S}{_N}{_S}编(?=[^。；;]{{0,60}}$)")),
    (Level.CHAPTER, re.compile(rf"第{_S}{_N}{_S}章(?=[^。；;]{{0,60}}$)")),
    (Level.SECTION, re.compile(rf"第{_S}{_N}{_S}节(?=[^。；;]{{0,60}}$)")),
    (Level.QUESTION, re.compile(rf"(?:问|[QＱ]){_S}(?:{_N})?{_S}[:：]")),
    (Level.CHINESE, re.compile(rf"{_C}+{_S}[、.．]")),
    (Level.CHINESE_BRACKETS, re.compile(rf"{_OPEN}?{_S}{_C}+{_S}{_CLOSE}|[㈠-㈩]")),
    (Level.DECIMAL, _DOTTED),
    (Level.ARABIC, re.compile(rf"{_D}{{1,3}}{_S}[.．、](?!{_D})|[⒈-⒛]")),
    (Level.ARABIC_BRACKETS, re.compile(rf"{_OPEN}?{_S}{_D}{{1,2}}{_S}{_CLOSE}|[⑴-⒇]")),
    (Level.CIRCLED, re.compile("[①-⑳]")),
    (Level.ORDINAL, re.compile(rf"第{_C}+(?=[,，、])")),
    (Level.POINT, re.compile(rf"{_C}{{1,3}}(?:是|要)")),
)
_INLINE = tuple(
    (level, pattern)
    for level, pattern in _PATTERNS
    if level >= Level.CHINESE_BRACKETS and level != Level.DECIMAL
)
_BEGINNINGS = frozenset(
    "#附第问QＱ（(〔【[一二三四五六七八九十百零〇0123456789０１２３４５６７８９㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
) | {chr(ord(first) + n) for first in "①⑴⒈" for n in range(20)}
_BEFORE = re.compile(r"(?:^|[。！？!?；;：:，,、])[”’」』）)\s]*$")
_SINGLES = {
    c: n
    for first, most in (("㈠", 10), ("⒈", 20), ("⑴", 20), ("①", 20))
    for n in range(1, most + 1)
    for c in [chr(ord(first) + n - 1)]
}
_FIGURES = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}


def joints(lines: Sequence[str]) -> list[Joint | None]:
    """Return the joint at the head of each line, None where there is none; doubtful ones count where they go on counting."""
    dotted = any(_DOTTED.match(line) for line in lines)
    last: dict[float, int] = {}
    found: list[Joint | None] = []
    for line in lines:
        joint = _joint(line, last, dotted=dotted)
        found.append(joint)
        if joint:
            last = {
                level: value for level, value in last.items() if level < joint.level or level == Level.ARTICLE
            }
            last[joint.level] = joint.value
    return found


def inline(text: str) -> list[int]:
    """Return where a paragraph's own enumeration (一是…二是…, 第一，…第二，…) is to be cut; empty where it has none.

    An enumeration begins at one, goes on without a gap, has at least two members, and each follows a stop.
    """
    found: list[list[int]] = []
    for _, pattern in _INLINE:
        places: list[int] = []
        for match in pattern.finditer(text):
            if _value(match[0]) == len(places) + 1 and _BEFORE.search(
                text, max(0, match.start() - 6), match.start()
            ):
                places.append(match.start())
        if len(places) > 1:
            found.append(places)
    return min(found, default=[])


def _joint(line: str, last: dict[float, int], *, dotted: bool) -> Joint | None:
    if line[:1] not in _BEGINNINGS:
        return None
    bare = line.lstrip("#").lstrip() if line.startswith("#") else line
    marks = min(len(line) - len(line.lstrip("#")), 6) if re.match(r"#+\s", line) else 0
    for level, number in _heads(bare, last, dotted=dotted):
        deeper = len(re.findall("[.．]", number)) / 10 if level == Level.DECIMAL else 0
        return Joint(level + deeper, number.strip(), _value(number), marks)
    return Joint(Level.MARKED + marks - 1, "", 0, marks) if marks else None


def _heads(line: str, last: dict[float, int], *, dotted: bool) -> Iterator[tuple[Level, str]]:
    """Give what the head of a line may be, likeliest first."""
    if (m := _ARTICLE.match(line)) and (_apart(line, m.end()) or _follows(m[0], last, Level.ARTICLE)):
        yield Level.ARTICLE, m[0]
    for level, pattern in _PATTERNS:
        if m := pattern.match(line):
            yield level, m[0]
    if (m := _UNCLOSED.match(line)) and last.get(Level.CHINESE_BRACKETS) == _value(m[1]) - 1:
        yield Level.CHINESE_BRACKETS, m[0]
    if dotted and (m := _BARE_FIGURE.match(line)) and not STOP.search(line):
        yield Level.CHINESE, m[0]


def _apart(line: str, end: int) -> bool:
    """Whether something parts the number from what follows, as printers do."""
    return end == len(line) or line[end] in " \t\u3000【[（(:："


def _follows(number: str, last: dict[float, int], level: Level) -> bool:
    """Whether a number that runs into its text counts on: else it is a paragraph that speaks of an article."""
    return _value(number) == last.get(level, 0) + 1 or (level not in last)


def _value(number: str) -> int:
    """Return the value of the first figure in a number as printed."""
    if number[:1] in _SINGLES:
        return _SINGLES[number[0]]
    match = re.search(f"{_D}+|{_C}+", number)
    return figure(match[0]) if match else 0


def figure(text: str) -> int:
    """Return the value of Arabic or Chinese figures below a thousand: 12, 十二, 一百零三, 二〇."""
    if text.isdigit():
        return int(text)
    if not re.search("[十百]", text):
        return int("".join(str(_FIGURES[c]) for c in text))
    total = one = 0
    for c in text:
        if c in "十百":
            total += (one or 1) * (10 if c == "十" else 100)
            one = 0
        else:
            one = _FIGURES[c]
    return total + one
