"""What one cell of the roster's workbook means: codes, words, numbers, days, points, members of a household.

Tells each fault with its sheet and row; knows nothing of other rows.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from sys import intern

from fieldwork.geo import in_china
from fieldwork.roster_sheets import Row
from storage.roster import Member, phone_of

FAULT = "{sheet} 第{row}行：{words}"
BAD_CODE = "“{heading}”{text} 用不了：请用 40 个以内的字母、数字、点、横线或汉字，中间不要空格和冒号。"
ID_NUMBER = "“{heading}”像是身份证号。请换成不涉及隐私的编号，比如顺序号。"
NOT_ONE_OF = "“{heading}”写的是“{text}”，可以写：{accepted}。"
NOT_A_NUMBER = "“{heading}”写的是“{text}”，应当是数字。"
NOT_A_SIZE = "“{heading}”写的是“{text}”，应当是 0 到 {most} 的整数。"
NOT_A_RADIUS = "“{heading}”写的是“{text}”，应当大于 0。"
NOT_A_DAY = "“{heading}”写的是“{text}”，应当像 2026-11-25。"
NOT_A_PHONE = "“手机号”{text} 不是 11 位手机号。"
NOT_A_MEMBER = "“家庭成员”里的“{text}”看不懂，应当像“王秀兰（配偶）”，几个人用顿号隔开。"
HALF_A_POINT = "纬度和经度要么都填，要么都空着。"
SWAPPED = "纬度和经度可能填反了（纬度在前）。"
ABROAD = "坐标不在国内，请核对。"

LONGEST_CODE = 40  # in bytes: a code has to fit into a button's 64
MOST_PEOPLE = 50
_CODE = re.compile(r"[\w.\-]+")
_ID_NUMBER = re.compile(r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_PHONE = re.compile(r"1[3-9]\d{9}")
_SEPARATORS = re.compile(r"[、,，;；/\s]+")
_BEFORE_RELATION = re.compile(r"\s+(?=[（(])")
_MEMBER = re.compile(r"([^（）()]+)(?:[（(]([^（）()]*)[）)])?")
_NORTHERNMOST = 60.0


class Cells:
    """Reads cells, and writes down what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, row: Row, fault: str, /, **values: object) -> None:
        """Write a fault down."""
        self.faults.append(FAULT.format(sheet=row.sheet, row=row.number, words=fault.format(**values)))

    def check_code(self, row: Row, heading: str) -> None:
        """Refuse what cannot stand in a button, and what is a person's identity number."""
        text = row[heading]
        if text and (not _CODE.fullmatch(text) or len(text.encode()) > LONGEST_CODE):
            self.fault(row, BAD_CODE, heading=heading, text=text)
        elif _ID_NUMBER.fullmatch(text):
            self.fault(row, ID_NUMBER, heading=heading)

    def one_of(self, row: Row, heading: str, text: str, words: Mapping[str, str]) -> str:
        """Return the code that a word stands for; the code itself may be written too."""
        if not text:
            return ""
        code = words.get(text, text)
        if code not in words.values():
            self.fault(row, NOT_ONE_OF, heading=heading, text=text, accepted="、".join(words))
        return code

    def number(self, row: Row, heading: str) -> float | None:
        """Return a number, or None."""
        if not row[heading]:
            return None
        try:
            number = float(row[heading])
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self.fault(row, NOT_A_NUMBER, heading=heading, text=row[heading])
        return None

    def size(self, row: Row, heading: str) -> int | None:
        """Return a number of people, or None."""
        number = self.number(row, heading)
        if number is not None and not (number.is_integer() and 0 <= number <= MOST_PEOPLE):
            self.fault(row, NOT_A_SIZE, heading=heading, text=row[heading], most=MOST_PEOPLE)
            return None
        return None if number is None else int(number)

    def radius(self, row: Row, heading: str) -> float | None:
        """Return metres, or None."""
        number = self.number(row, heading)
        if number is not None and number <= 0:
            self.fault(row, NOT_A_RADIUS, heading=heading, text=row[heading])
        return number

    def day(self, row: Row, heading: str) -> date | None:
        """Return a day, or None."""
        try:
            return date.fromisoformat(row[heading].replace("/", "-")) if row[heading] else None
        except ValueError:
            self.fault(row, NOT_A_DAY, heading=heading, text=row[heading])
            return None

    def phone(self, row: Row, heading: str) -> str | None:
        """Return a mobile number's eleven digits, or None."""
        number = phone_of(row[heading])
        if row[heading] and not _PHONE.fullmatch(number):
            self.fault(row, NOT_A_PHONE, text=row[heading])
        return number or None

    def point(self, row: Row) -> tuple[float | None, float | None]:
        """Return latitude and longitude; both or neither."""
        latitude, longitude = self.number(row, "纬度"), self.number(row, "经度")
        if latitude is None or longitude is None:
            if (latitude is None) != (longitude is None):
                self.fault(row, HALF_A_POINT)
            return None, None
        if latitude > _NORTHERNMOST > longitude:
            self.fault(row, SWAPPED)
        elif not in_china((latitude, longitude)):
            self.fault(row, ABROAD)
        else:
            return latitude, longitude
        return None, None

    def members(self, row: Row, heading: str) -> tuple[Member, ...]:
        """Return the members of a household, as they stand."""
        return tuple(self._members(row, _BEFORE_RELATION.sub("", row[heading])))

    def _members(self, row: Row, text: str) -> Iterable[Member]:
        for part in words_of(text):
            if found := _MEMBER.fullmatch(part):
                yield Member(found[1], intern(found[2] or ""))
            else:
                self.fault(row, NOT_A_MEMBER, text=part)


def words_of(text: str) -> list[str]:
    """Return the words of a cell that holds several, each once."""
    return [intern(word) for word in dict.fromkeys(_SEPARATORS.split(text)) if word]


class Once:
    """Says where a text stood the first time."""

    def __init__(self, plain: Callable[[str], str] = str) -> None:
        self._plain = plain
        self._rows: dict[str, int] = {}

    def first(self, row: Row, heading: str) -> tuple[str, int] | None:
        """Return the text and the row in which it stood before, None when it is new or empty."""
        text = self._plain(row[heading])
        before = self._rows.setdefault(text, row.number) if text else row.number
        return None if before == row.number else (text, before)
