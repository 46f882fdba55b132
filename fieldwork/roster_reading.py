"""A roster workbook's rows made into places, teams, people, households and pairings, with all their faults.

The file is judged by itself: what its rows refer to must stand in it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from fieldwork import roster_sheets as sheets
from fieldwork.duties import HATS, ROLES
from fieldwork.geo import in_china
from fieldwork.roster_sheets import Row
from fieldwork.scope import IN_VILLAGE
from storage.roster import Household, Person, Place, Team, phone_of

FAULT = "{sheet} 第{row}行：{words}"
NEEDED = "“{heading}”不能空着。"
TWICE = "“{heading}”{text} 与第{row}行重复。"
UNKNOWN = "“{heading}”{text} 在“{sheet}”表里找不到。"
NOT_ONE_OF = "“{heading}”写的是“{text}”，可以写：{accepted}。"
WRONG_PARENT = "“上级代码”{text} 应当是更高一级的地方。"
NEEDS_PARENT = "村要填“上级代码”。"
NOT_A_VILLAGE = "“{heading}”{text} 不是村。"
NOT_A_NUMBER = "“{heading}”写的是“{text}”，应当是数字。"
NOT_A_DAY = "“{heading}”写的是“{text}”，应当像 2026-11-25。"
NOT_A_PHONE = "“手机号”{text} 不是 11 位手机号。"
HALF_A_POINT = "纬度和经度要么都填，要么都空着。"
SWAPPED = "纬度和经度可能填反了（纬度在前）。"
ABROAD = "坐标不在国内，请核对。"
NEEDS_TEAM = "{role}要填“工作队代码”。"
NEEDS_PLACE = "{role}要填“所在地代码”。"
NOT_A_HELPER = "“人员代码”{text} 不是帮扶干部。"

LEVELS = ("city", "county", "township", "village")
_LEVEL_WORDS = {
    "市": "city",
    "州": "city",
    "县": "county",
    "区": "county",
    "乡镇": "township",
    "乡": "township",
    "镇": "township",
    "街道": "township",
    "村": "village",
    "行政村": "village",
}
_ROLE_WORDS = {label: role for role, label in ROLES.items()} | {
    "队员": "member",
    "工作队员": "member",
    "驻村工作队员": "member",
    "队长": "leader",
    "工作队队长": "leader",
    "帮扶责任人": "helper",
    "结对干部": "helper",
    "联席会议办公室": "office",
}
_HAT_WORDS = {hat.name: hat.code for hat in HATS}
_NORTHERNMOST = 60.0
_T = TypeVar("_T")


@dataclass
class Reading:
    """A workbook on its way to a roster: what has been read so far, and what is wrong."""

    rows: dict[str, list[Row]]
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = self._by_code(sheets.PLACES, self._place)
        for row in self.rows[sheets.PLACES.name]:
            self._check_parent(row)
        self.teams = self._by_code(sheets.TEAMS, self._team)
        self._unique(sheets.TEAMS.name, "名称", lambda text: text)
        self.people = self._by_code(sheets.PEOPLE, self._person)
        self._unique(sheets.PEOPLE.name, "手机号", phone_of)
        self.households = self._by_code(sheets.HOUSEHOLDS, self._household)
        self.pairs = [pair for row in self.rows[sheets.PAIRS.name] if (pair := self._pair(row))]

    def _fault(self, row: Row, fault: str, /, **values: object) -> None:
        self.faults.append(FAULT.format(sheet=row.sheet, row=row.number, words=fault.format(**values)))

    def _by_code(self, sheet: sheets.Sheet, make: Callable[[Row], _T]) -> dict[str, _T]:
        self._unique(sheet.name, "代码", lambda text: text)
        found = {}
        for row in self.rows[sheet.name]:
            self._check_needed(sheet, row)
            found[row["代码"]] = make(row)
        return found

    def _check_needed(self, sheet: sheets.Sheet, row: Row) -> None:
        for column in sheet.columns:
            if column.needed and not row[column.heading]:
                self._fault(row, NEEDED, heading=column.heading)

    def _unique(self, sheet: str, heading: str, plain: Callable[[str], str]) -> None:
        first: dict[str, int] = {}
        for row in self.rows[sheet]:
            if text := plain(row[heading]):
                if text in first:
                    self._fault(row, TWICE, heading=heading, text=text, row=first[text])
                first.setdefault(text, row.number)

    def _place(self, row: Row) -> Place:
        level = self._word(row, "级别", _LEVEL_WORDS, LEVELS)
        latitude, longitude = self._point(row)
        radius = self._number(row, "半径（米）")
        return Place(row["代码"], row["名称"], level, row["上级代码"] or None, latitude, longitude, radius)

    def _check_parent(self, row: Row) -> None:
        place = self.places[row["代码"]]
        if place.level not in LEVELS:
            return
        if place.parent is None:
            if place.level == "village":
                self._fault(row, NEEDS_PARENT)
            return
        parent = self._known(row, "上级代码", self.places, sheets.PLACES)
        if parent and parent.level in LEVELS and LEVELS.index(parent.level) >= LEVELS.index(place.level):
            self._fault(row, WRONG_PARENT, text=parent.code)

    def _team(self, row: Row) -> Team:
        self._village(row, "驻村代码")
        return Team(row["代码"], row["名称"], row["驻村代码"])

    def _person(self, row: Row) -> Person:
        role = self._word(row, "角色", _ROLE_WORDS, tuple(ROLES))
        team = self._known(row, "工作队代码", self.teams, sheets.TEAMS)
        place = self._known(row, "所在地代码", self.places, sheets.PLACES)
        if role in IN_VILLAGE and not row["工作队代码"]:
            self._fault(row, NEEDS_TEAM, role=ROLES[role])
        if not row["所在地代码"] and not team:
            self._fault(row, NEEDS_PLACE, role=ROLES.get(role, role))
        if row["手机号"] and not re.fullmatch(r"1\d{10}", phone_of(row["手机号"])):
            self._fault(row, NOT_A_PHONE, text=row["手机号"])
        return Person(
            code=row["代码"],
            name=row["姓名"],
            phone=phone_of(row["手机号"]) or None,
            role=role,
            place=place.code if place else team.village if team else "",
            team=team.code if team else None,
            hats=self._hats(row),
            unit=row["单位"],
            left_on=self._day(row, "离任日期"),
        )

    def _hats(self, row: Row) -> tuple[str, ...]:
        words = re.split(r"[、,，;；/\s]+", row["职责"])
        codes = {
            self._one_of(row, "职责", word, _HAT_WORDS, tuple(_HAT_WORDS.values())) for word in words if word
        }
        return tuple(hat.code for hat in HATS if hat.code in codes)

    def _household(self, row: Row) -> Household:
        self._village(row, "村代码")
        latitude, longitude = self._point(row)
        size = self._number(row, "人口")
        return Household(
            code=row["代码"],
            head=row["户主"],
            village=row["村代码"],
            group=row["村民组"],
            size=None if size is None else int(size),
            cause=row["致贫原因"],
            latitude=latitude,
            longitude=longitude,
        )

    def _pair(self, row: Row) -> tuple[str, str] | None:
        self._check_needed(sheets.PAIRS, row)
        person = self._known(row, "人员代码", self.people, sheets.PEOPLE)
        household = self._known(row, "贫困户代码", self.households, sheets.HOUSEHOLDS)
        if person and person.role != "helper":
            self._fault(row, NOT_A_HELPER, text=person.code)
        return (person.code, household.code) if person and household else None

    def _known(self, row: Row, heading: str, known: dict[str, _T], sheet: sheets.Sheet) -> _T | None:
        text = row[heading]
        if text and text not in known:
            self._fault(row, UNKNOWN, heading=heading, text=text, sheet=sheet.name)
        return known.get(text) if text else None

    def _village(self, row: Row, heading: str) -> None:
        place = self._known(row, heading, self.places, sheets.PLACES)
        if place and place.level != "village":
            self._fault(row, NOT_A_VILLAGE, heading=heading, text=place.code)

    def _word(self, row: Row, heading: str, words: dict[str, str], codes: tuple[str, ...]) -> str:
        return self._one_of(row, heading, row[heading], words, codes) if row[heading] else ""

    def _one_of(
        self, row: Row, heading: str, text: str, words: dict[str, str], codes: tuple[str, ...]
    ) -> str:
        code = words.get(text, text)
        if code not in codes:
            self._fault(row, NOT_ONE_OF, heading=heading, text=text, accepted="、".join(words))
        return code

    def _number(self, row: Row, heading: str) -> float | None:
        if not row[heading]:
            return None
        try:
            number = float(row[heading])
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self._fault(row, NOT_A_NUMBER, heading=heading, text=row[heading])
        return None

    def _day(self, row: Row, heading: str) -> date | None:
        try:
            return date.fromisoformat(row[heading].replace("/", "-")) if row[heading] else None
        except ValueError:
            self._fault(row, NOT_A_DAY, heading=heading, text=row[heading])
            return None

    def _point(self, row: Row) -> tuple[float | None, float | None]:
        latitude, longitude = self._number(row, "纬度"), self._number(row, "经度")
        if latitude is None or longitude is None:
            if (latitude is None) != (longitude is None):
                self._fault(row, HALF_A_POINT)
            return None, None
        if latitude > _NORTHERNMOST > longitude:
            self._fault(row, SWAPPED)
        elif not in_china((latitude, longitude)):
            self._fault(row, ABROAD)
        return latitude, longitude
