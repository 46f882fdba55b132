"""A household's file (一户一档): its facts, who belongs to it, who helps it, what was recorded; who has looked.

Every look by an office is written down. Who may look is decided in `scope`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fieldwork import scope
from fieldwork.errors import NotAllowed
from storage import Store
from storage.audit import Look
from storage.roster import Household, Person, Place
from storage.visits import Visit

NOT_YOURS = "这一户不在您能看的范围里。名单不对请联系联席办核对名册。"
HEAD, CLOSED = "{head}（{place}{group}）", "已于 {day} 注销"
SIZE, NICKNAME, CODE = "{n} 口人", "别名：{nickname}", "编号：{code}"
TAGS, MEMBERS, HELPERS = "标签：{tags}", "家庭成员：{members}", "帮扶干部：{helpers}"
RECORDED = "走访 {visits} 次，电话联系 {contacts} 次"
NEVER = "还没有走访记录。"
VISIT, CONTACT, PROBLEM = "· {day} {name}：{note}", "· {day} {name}（电话）：{note}", "· {day}：{problem}"
PROBLEMS, SHOWN = "发现的问题：", "最近的记录："
WRITTEN_DOWN = "您的这次查看已记入查看记录。"
MOST_VISITS, MOST_PROBLEMS, MOST_NOTE = 5, 5, 120


@dataclass(frozen=True)
class Helper:
    """Who is paired with the household; the phone as the reader may see it."""

    name: str
    unit: str
    phone: str


@dataclass(frozen=True)
class HouseholdFile:
    """What one reader may know of a household; records are the newest first."""

    household: Household
    place: Place | None
    helpers: tuple[Helper, ...]
    records: tuple[Visit, ...]
    names: dict[str, str]
    written_down: bool

    @property
    def visits(self) -> int:
        """How many visits in person there were."""
        return sum(record.kind == "visit" for record in self.records)

    @property
    def problems(self) -> tuple[Visit, ...]:
        """The records that note a problem."""
        return tuple(record for record in self.records if record.problem)


def open_file(store: Store, person: Person, code: str, now: datetime) -> HouseholdFile:
    """Return the household's file for the person, and write an office's look down; raises NotAllowed."""
    household = scope.household(store, person, code)
    if household is None:
        raise NotAllowed(NOT_YOURS, f"{person.code} may not see household {code}")
    if person.role == "office":
        store.audit.record(person=person.code, what="file", household=code, at=now)
    records = tuple(store.visits.of_household(code))
    return HouseholdFile(
        household=household,
        place=store.roster.place(household.village),
        helpers=tuple(_helper(store, person, each) for each in store.roster.helpers_of(code)),
        records=records,
        names=_names(store, {record.person for record in records}),
        written_down=person.role == "office",
    )


def search(store: Store, person: Person, text: str, now: datetime) -> list[Household]:
    """Return the households one may see whose names the text fits; an office's search is written down."""
    if person.role == "office":
        store.audit.record(person=person.code, what="search", text=text, at=now)
    return scope.find_households(store, person, text)


def looks(store: Store, person: Person, code: str) -> list[tuple[Look, str]]:
    """Return the last looks of offices at the household's file and who looked, for one who may see it."""
    if not scope.may_see_household(store, person, code):
        raise NotAllowed(NOT_YOURS, f"{person.code} may not see household {code}")
    found = store.audit.of_household(code)
    names = _names(store, {look.person for look in found})
    return [(look, names[look.person]) for look in found]


def words(file: HouseholdFile) -> str:
    """Return the file as one card."""
    household = file.household
    place = file.place.name if file.place else ""
    lines = [HEAD.format(head=household.head, place=place, group=household.group)]
    lines += [CLOSED.format(day=household.closed_on.isoformat())] if household.closed_on else []
    size = SIZE.format(n=household.size) if household.size is not None else ""
    lines.append(" · ".join(filter(None, (size, household.cause, CODE.format(code=household.code)))))
    lines += [TAGS.format(tags="、".join(household.tags))] if household.tags else []
    lines += [NICKNAME.format(nickname=household.nickname)] if household.nickname else []
    lines += [MEMBERS.format(members="、".join(_members(household)))] if household.members else []
    lines += [HELPERS.format(helpers="；".join(map(_helper_words, file.helpers)))] if file.helpers else []
    return "\n".join([*lines, "", *_recorded(file), *([WRITTEN_DOWN] if file.written_down else [])])


def _recorded(file: HouseholdFile) -> Iterable[str]:
    if not file.records:
        yield NEVER
        return
    yield RECORDED.format(visits=file.visits, contacts=len(file.records) - file.visits)
    yield SHOWN
    for record in file.records[:MOST_VISITS]:
        form = VISIT if record.kind == "visit" else CONTACT
        name, note = file.names[record.person], _clipped(record.note)
        yield form.format(day=record.day.isoformat(), name=name, note=note)
    if file.problems:
        yield PROBLEMS
        for record in file.problems[:MOST_PROBLEMS]:
            yield PROBLEM.format(day=record.day.isoformat(), problem=_clipped(record.problem))


def _members(household: Household) -> Iterable[str]:
    for member in household.members:
        yield f"{member.name}（{member.relation}）" if member.relation else member.name


def _helper_words(helper: Helper) -> str:
    return " ".join(filter(None, (helper.name, helper.unit, helper.phone)))


def _helper(store: Store, person: Person, helper: Person) -> Helper:
    unit = store.roster.unit_name(helper.unit)
    return Helper(helper.name, unit, scope.phone_for(store, person, helper))


def _names(store: Store, codes: Iterable[str]) -> dict[str, str]:
    people = {code: store.roster.person(code) for code in codes}
    return {code: person.name if person else "" for code, person in people.items()}


def _clipped(text: str) -> str:
    return text if len(text) <= MOST_NOTE else text[: MOST_NOTE - 1] + "…"
