"""A roster workbook's rows made into places, units, teams, people, households, pairings, with all their faults.

The file is judged by itself: what its rows refer to must stand in it.
"""

from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import TypeVar

from fieldwork import roster_sheets as sheets
from fieldwork.duties import HATS, ROLES
from fieldwork.roster_cells import Cells, Once, words_of
from fieldwork.roster_points import County, remarks
from fieldwork.roster_sheets import Row, Sheet
from fieldwork.roster_workbook import Workbook
from fieldwork.scope import IN_VILLAGE
from storage.roster import Household, Person, Place, Team, Unit, phone_of

NEEDED = "“{heading}”不能空着。"
TWICE = "“{heading}”{text} 与第{row}行重复。"
UNKNOWN = "“{heading}”{text} 在“{sheet}”表里找不到。"
WRONG_PARENT = "“上级代码”{text} 应当是更高一级的地方。"
NEEDS_PARENT = "村要填“上级代码”。"
NOT_A_VILLAGE = "“{heading}”{text} 不是村。"
NEEDS_TEAM = "{role}要填“工作队代码”。"
NEEDS_PLACE = "{role}要填“所在地代码”。"
NEEDS_UNIT = "{role}要填“单位”。"
NOT_A_HELPER = "“人员代码”{text} 不是帮扶干部。"

LEVELS = tuple(sheets.PLACE_LEVELS)
_LEVEL_WORDS = {word: level for level, word in sheets.PLACE_LEVELS.items()} | {
    "州": "city",
    "区": "county",
    "乡": "township",
    "镇": "township",
    "街道": "township",
    "行政村": "village",
}
_UNIT_LEVEL_WORDS = {
    spelt: level for level, word in sheets.UNIT_LEVELS.items() for spelt in (word, f"{word}级")
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
EVERY = 5000
_T = TypeVar("_T")
_ToldNumber = Callable[[str, int], None]


class Reading(Cells):
    """A workbook on its way to a roster: what has been read, what is wrong, what should be looked at."""

    def __init__(self, book: Workbook, told: _ToldNumber = lambda _sheet, _rows: None) -> None:
        super().__init__()
        self._book, self._told = book, told
        self._place_rows: list[Row] = []
        self.places = self._by_code(sheets.PLACES, self._place)
        for row in self._place_rows:
            self._check_parent(row)
        self._check_villages()
        self._names = Once()
        self.units = self._by_code(sheets.UNITS, self._unit)
        self._unit_codes = {unit.name: unit.code for unit in self.units.values()}
        self._names = Once()
        self.teams = self._by_code(sheets.TEAMS, self._team)
        self._phones = Once(phone_of)
        self.people = self._by_code(sheets.PEOPLE, self._person)
        self.households = self._by_code(sheets.HOUSEHOLDS, self._household)
        self.pairs = dict.fromkeys(self._pairs())
        self.faults = [*book.faults, *self.faults]
        self.remarks = [] if self.faults else list(remarks(self.places, self.households.values()))

    def _by_code(self, sheet: Sheet, make: Callable[[Row], _T]) -> dict[str, _T]:
        found: dict[str, _T] = {}
        codes = Once()
        for row in self._rows(sheet):
            self.check_code(row, "代码")
            self._check_once(row, "代码", codes)
            found[row["代码"]] = make(row)
        return found

    def _rows(self, sheet: Sheet) -> Iterable[Row]:
        needed = [column.heading for column in sheet.columns if column.needed]
        for number, row in enumerate(self._book.rows(sheet), 1):
            for heading in needed:
                if not row[heading]:
                    self.fault(row, NEEDED, heading=heading)
            if number % EVERY == 0:
                self._told(sheet.name, number)
            yield row

    def _check_once(self, row: Row, heading: str, once: Once) -> None:
        if before := once.first(row, heading):
            self.fault(row, TWICE, heading=heading, text=before[0], row=before[1])

    def _place(self, row: Row) -> Place:
        self._place_rows.append(row)
        level = self.one_of(row, "级别", row["级别"], _LEVEL_WORDS)
        latitude, longitude = self.point(row)
        radius = self.radius(row, "半径（米）")
        return Place(row["代码"], row["名称"], level, row["上级代码"] or None, latitude, longitude, radius)

    def _check_parent(self, row: Row) -> None:
        """Hold the place against the one above it; levels that rise with each step leave no room for a ring."""
        place = self.places[row["代码"]]
        if place.level not in LEVELS:
            return
        if place.parent is None:
            if place.level == "village":
                self.fault(row, NEEDS_PARENT)
            return
        parent = self._known(row, "上级代码", self.places, sheets.PLACES)
        if parent and parent.level in LEVELS and LEVELS.index(parent.level) >= LEVELS.index(place.level):
            self.fault(row, WRONG_PARENT, text=parent.code)

    def _check_villages(self) -> None:
        self._county = County(self.places)
        for row in self._place_rows:
            place = self.places[row["代码"]]
            if place.level == "village" and (fault := self._county.fault_of_village(place)):
                self.fault(row, fault)

    def _unit(self, row: Row) -> Unit:
        self._check_once(row, "名称", self._names)
        villages = words_of(row["挂包村代码"])
        for code in villages:
            self._check_village(row, "挂包村代码", code)
        level = self.one_of(row, "级别", row["级别"], _UNIT_LEVEL_WORDS)
        return Unit(row["代码"], row["名称"], level, tuple(villages))

    def _team(self, row: Row) -> Team:
        self._check_once(row, "名称", self._names)
        self._check_village(row, "驻村代码", row["驻村代码"])
        return Team(row["代码"], row["名称"], row["驻村代码"])

    def _person(self, row: Row) -> Person:
        self._check_once(row, "手机号", self._phones)
        role = self.one_of(row, "角色", row["角色"], _ROLE_WORDS)
        team = self._known(row, "工作队代码", self.teams, sheets.TEAMS)
        place = self._known(row, "所在地代码", self.places, sheets.PLACES)
        self._check_role(row, role, has_team=team is not None)
        unit = self._unit_codes.get(row["单位"], row["单位"])
        if unit and unit not in self.units:
            self.fault(row, UNKNOWN, heading="单位", text=unit, sheet=sheets.UNITS.name)
        return Person(
            code=row["代码"],
            name=row["姓名"],
            phone=self.phone(row, "手机号"),
            role=role,
            place=place.code if place else team.village if team else "",
            team=team.code if team else None,
            hats=self._hats(row),
            unit=unit,
            left_on=self.day(row, "离任日期"),
        )

    def _check_role(self, row: Row, role: str, *, has_team: bool) -> None:
        """See that the row says where somebody of this role belongs."""
        label = ROLES.get(role, role)
        if role in IN_VILLAGE and not row["工作队代码"]:
            self.fault(row, NEEDS_TEAM, role=label)
        if not row["所在地代码"] and not has_team:
            self.fault(row, NEEDS_PLACE, role=label)
        if role == "unit" and not row["单位"]:
            self.fault(row, NEEDS_UNIT, role=label)

    def _hats(self, row: Row) -> tuple[str, ...]:
        codes = {self.one_of(row, "职责", word, _HAT_WORDS) for word in words_of(row["职责"])}
        return tuple(hat.code for hat in HATS if hat.code in codes)

    def _household(self, row: Row) -> Household:
        village = self._check_village(row, "村代码", row["村代码"])
        latitude, longitude = self.point(row)
        household = Household(
            code=row["代码"],
            head=row["户主"],
            village=village.code if village else "",
            group=intern(row["村民组"]),
            size=self.size(row, "人口"),
            cause=intern(row["致贫原因"]),
            latitude=latitude,
            longitude=longitude,
            tags=tuple(words_of(row["标签"])),
            nickname=row["别名"],
            members=self.members(row, "家庭成员"),
            closed_on=self.day(row, "注销日期"),
        )
        if household.point and (fault := self._county.fault_of_household(village, household.point)):
            self.fault(row, fault)
        return household

    def _pairs(self) -> Iterable[tuple[str, str]]:
        for row in self._rows(sheets.PAIRS):
            person = self._known(row, "人员代码", self.people, sheets.PEOPLE)
            household = self._known(row, "贫困户代码", self.households, sheets.HOUSEHOLDS)
            if person and person.role != "helper":
                self.fault(row, NOT_A_HELPER, text=person.code)
            if person and household:
                yield person.code, household.code

    def _known(self, row: Row, heading: str, known: Mapping[str, _T], sheet: Sheet) -> _T | None:
        text = row[heading]
        if text and text not in known:
            self.fault(row, UNKNOWN, heading=heading, text=text, sheet=sheet.name)
        return known.get(text) if text else None

    def _check_village(self, row: Row, heading: str, code: str) -> Place | None:
        place = self.places.get(code)
        if code and place is None:
            self.fault(row, UNKNOWN, heading=heading, text=code, sheet=sheets.PLACES.name)
        if place and place.level != "village":
            self.fault(row, NOT_A_VILLAGE, heading=heading, text=place.code)
        return place
