"""What an import would change in the roster, in words and figures, and the change itself.

People and households that a file no longer names are closed with a date, never deleted; their records stay.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic

from fieldwork import demo
from fieldwork import roster_sheets as sheets
from fieldwork.days import day_of
from fieldwork.errors import DemoLoaded, NotAllowed, RosterFaults
from fieldwork.roster_file import RosterFile
from fieldwork.roster_points import moved_by_the_shift
from storage import Store
from storage.roster import Entry, Household, Person, Place, Team, Unit
from storage.roster_entries import Kind

TEAM_NAME_TAKEN = "工作队：名称“{name}”已被代码 {code} 的工作队使用，请核对代码。"
DEMO = "现在装着演示数据，不能导入真实名册。请先清除演示（demo clear），再导入一次。"
OVERTAKEN = "刚才又有一次名册导入，这一次没有写入。请再导入一次，看看有什么变化。"
SHEET_LINE = "{sheet}：新增 {new}，改动 {changed}，不变 {same}{gone}"
GONE = {
    "人员": "，不在文件里、将标为离任 {n}",
    "贫困户": "，不在文件里、将标为注销 {n}",
    "结对": "，解除 {n}",
}
KEPT = "，不在文件里、保持不动 {n}"
CHANGED_ONE, NEW_ONE, GONE_ONE = "  改动 {name}：{what}", "  新增 {name}", "  不在文件里 {name}"
MORE = "  ……另有 {n} 条"
REMARKS = "另有 {n} 处请留意（不妨碍导入）："
DONE = "名册已导入：新增 {new} 条，更新 {changed} 条，没有变化 {same} 条{closed}。"
CLOSED, NOT_CLOSED = "，标为离任或注销 {n} 条", "，不在文件里的 {n} 条保持不动"
NOTHING = "与名册一致，什么也没有改：没有变化 {same} 条。"
MOST_SHOWN = 10
FACT = "roster imported"
_LABELS = {
    "name": "名称",
    "level": "级别",
    "parent": "上级",
    "latitude": "坐标",
    "longitude": "坐标",
    "radius_m": "半径",
    "villages": "挂包村",
    "village": "村",
    "phone": "手机号",
    "role": "角色",
    "place": "所在地",
    "team": "工作队",
    "hats": "职责",
    "unit": "单位",
    "left_on": "离任日期",
    "head": "户主",
    "group": "村民组",
    "size": "人口",
    "cause": "致贫原因",
    "tags": "标签",
    "nickname": "别名",
    "members": "家庭成员",
    "closed_on": "注销日期",
}


@dataclass(frozen=True)
class Changes(Generic[Kind]):
    """What becomes of one sheet's entries; `changed` holds them as they were and as they will be."""

    sheet: str
    new: tuple[Kind, ...]
    changed: tuple[tuple[Kind, Kind], ...]
    gone: tuple[Kind, ...]
    same: int

    @property
    def put(self) -> list[Kind]:
        """What has to be written."""
        return [*self.new, *(after for _, after in self.changed)]


@dataclass(frozen=True)
class Pairings:
    """What becomes of the pairings."""

    new: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]
    same: int


@dataclass(frozen=True)
class Plan:
    """What an import would do; `since` is the import on which it builds."""

    places: Changes[Place]
    units: Changes[Unit]
    teams: Changes[Team]
    people: Changes[Person]
    households: Changes[Household]
    pairs: Pairings
    remarks: tuple[str, ...]
    since: str | None

    @property
    def _sheets(self) -> tuple[Changes[Any], ...]:
        return (self.places, self.units, self.teams, self.people, self.households)

    @property
    def new(self) -> int:
        """How many entries are new."""
        return sum(len(each.new) for each in self._sheets) + len(self.pairs.new)

    @property
    def changed(self) -> int:
        """How many entries change; pairings that end count among them."""
        return sum(len(each.changed) for each in self._sheets) + len(self.pairs.gone)

    @property
    def gone(self) -> int:
        """How many people and households the file no longer names."""
        return len(self.people.gone) + len(self.households.gone)

    @property
    def same(self) -> int:
        """How many entries stay as they are."""
        return sum(each.same for each in self._sheets) + self.pairs.same

    def words(self, *, close: bool) -> str:
        """Return what would change, sheet by sheet, with the first of each kind by name."""
        lines = [line for each in self._sheets for line in _sheet_words(each, close=close)]
        gone = GONE["结对"].format(n=len(self.pairs.gone)) if self.pairs.gone else ""
        pairs = {"new": len(self.pairs.new), "changed": 0, "same": self.pairs.same, "gone": gone}
        lines.append(SHEET_LINE.format(sheet=sheets.PAIRS.name, **pairs))
        if self.remarks:
            lines += [REMARKS.format(n=len(self.remarks)), *(f"  {each}" for each in self.remarks)]
        return "\n".join(lines)

    def done(self, *, close: bool) -> str:
        """Return the sentence that says what has been done."""
        if not (self.new or self.changed or (self.gone and close)):
            return NOTHING.format(same=self.same)
        closed = (CLOSED if close else NOT_CLOSED).format(n=self.gone) if self.gone else ""
        return DONE.format(new=self.new, changed=self.changed, same=self.same, closed=closed)


def plan(store: Store, roster: RosterFile) -> Plan:
    """Compare a file with the roster; raises DemoLoaded, and RosterFaults where team names collide."""
    if demo.loaded(store):
        raise DemoLoaded(DEMO, "roster import over a demo")
    _check_team_names(store, roster.teams)
    named = {place.code for place in roster.places}
    people = _changes(sheets.PEOPLE, roster.people, store.roster.every(Person))
    households = _changes(sheets.HOUSEHOLDS, roster.households, store.roster.every(Household))
    left = tuple(each for each in people.gone if each.left_on is None and each.place in named)
    closed = tuple(each for each in households.gone if each.closed_on is None and each.village in named)
    return Plan(
        places=replace(_changes(sheets.PLACES, roster.places, store.roster.every(Place)), gone=()),
        units=replace(_changes(sheets.UNITS, roster.units, store.roster.every(Unit)), gone=()),
        teams=replace(_changes(sheets.TEAMS, roster.teams, store.roster.every(Team)), gone=()),
        people=replace(people, gone=left if roster.people else ()),
        households=replace(households, gone=closed if roster.households else ()),
        pairs=_pairings(store, roster.pairs),
        remarks=(*roster.remarks, *moved_by_the_shift(households.changed)),
        since=store.facts.get(FACT),
    )


def apply(
    store: Store,
    plan: Plan,
    *,
    now: datetime,
    close: bool = True,
    told: Callable[[str, int], None] = lambda _sheet, _rows: None,
) -> None:
    """Write what was planned; who is gone leaves today, if `close`. Raises NotAllowed after another import."""
    if store.facts.get(FACT) != plan.since:
        raise NotAllowed(OVERTAKEN, "another import came first")
    people, households = plan.people.put, plan.households.put
    if close:
        today = day_of(now)
        people += [replace(person, left_on=today) for person in plan.people.gone]
        households += [replace(household, closed_on=today) for household in plan.households.gone]
    batches: tuple[tuple[sheets.Sheet, Sequence[Entry]], ...] = (
        (sheets.PLACES, _from_the_top(plan.places.put)),
        (sheets.UNITS, plan.units.put),
        (sheets.TEAMS, plan.teams.put),
        (sheets.PEOPLE, people),
        (sheets.HOUSEHOLDS, households),
    )
    for sheet, entries in batches:
        for written in store.roster.put_all(entries):
            told(sheet.name, written)
    store.roster.unpair_all(plan.pairs.gone)
    store.roster.pair_all(plan.pairs.new)
    if plan.new or plan.changed or (plan.gone and close):
        store.facts.put(FACT, now.isoformat())


def _from_the_top(places: Sequence[Place]) -> list[Place]:
    levels = tuple(sheets.PLACE_LEVELS)
    return sorted(places, key=lambda place: (levels.index(place.level), place.code))


def _check_team_names(store: Store, teams: Iterable[Team]) -> None:
    known = [(team, store.roster.team_named(team.name)) for team in teams]
    taken = [(team.name, other.code) for team, other in known if other and other.code != team.code]
    if taken:
        raise RosterFaults([TEAM_NAME_TAKEN.format(name=name, code=code) for name, code in taken])


def _changes(sheet: sheets.Sheet, given: Iterable[Kind], known: Iterable[Kind]) -> Changes[Kind]:
    """Compare a sheet's entries with those that stand, one by one."""
    rest = {entry.code: entry for entry in given}
    changed: list[tuple[Kind, Kind]] = []
    gone: list[Kind] = []
    same = 0
    for before in known:
        after = rest.pop(before.code, None)
        if after is None:
            gone.append(before)
        elif after == before:
            same += 1
        else:
            changed.append((before, after))
    return Changes(sheet.name, tuple(rest.values()), tuple(changed), tuple(gone), same)


def _pairings(store: Store, given: Sequence[tuple[str, str]]) -> Pairings:
    """Make the pairings of every helper in the file those of the file."""
    wanted, known = set(given), store.roster.pairings()
    helpers = {person for person, _ in wanted}
    gone = {pair for pair in known if pair[0] in helpers} - wanted
    return Pairings(tuple(sorted(wanted - known)), tuple(sorted(gone)), len(wanted & known))


def _sheet_words(changes: Changes[Any], *, close: bool) -> Iterable[str]:
    gone = (GONE[changes.sheet] if close else KEPT).format(n=len(changes.gone)) if changes.gone else ""
    counts = {"new": len(changes.new), "changed": len(changes.changed), "same": changes.same, "gone": gone}
    yield SHEET_LINE.format(sheet=changes.sheet, **counts)
    yield from _first(NEW_ONE.format(name=_name(entry)) for entry in changes.new)
    yield from _first(
        CHANGED_ONE.format(name=_name(after), what=_differences(before, after))
        for before, after in changes.changed
    )
    yield from _first(GONE_ONE.format(name=_name(entry)) for entry in changes.gone)


def _first(lines: Iterable[str]) -> Iterable[str]:
    every = list(lines)
    yield from every[:MOST_SHOWN]
    if len(every) > MOST_SHOWN:
        yield MORE.format(n=len(every) - MOST_SHOWN)


def _name(entry: Entry) -> str:
    return f"{entry.code} {entry.head if isinstance(entry, Household) else entry.name}"


def _differences(before: Entry, after: Entry) -> str:
    """Name the columns that differ; what stands in them is nobody's business on a screen."""
    old, new = vars(before), vars(after)
    return "、".join(dict.fromkeys(_LABELS[name] for name in new if old[name] != new[name]))
