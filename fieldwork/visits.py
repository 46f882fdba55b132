"""Recording a visit: whom to choose from, what is checked, what the receipt says, how far the month has come.

A contact by telephone is kept as a contact and never counts. A location never blocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from fieldwork import rules, scope
from fieldwork.days import day_of, month_of, month_start
from fieldwork.duties import HATS
from fieldwork.errors import Incomplete, NotAllowed
from fieldwork.evidence import Evidence, Location, Target
from fieldwork.evidence import weigh as weigh_location
from storage import Store
from storage.roster import Household, Person, Place
from storage.visits import Kind, Visit

NOT_YOURS = "这一户（村）不在您的名单里，没有保存。请从名单里重新选择；名单不对请联系联席办核对名册。"
NO_NOTE = "还没有写做了什么，请补一两句话再保存。"
TOO_LONG = "文字请控制在 {most} 字以内，现在是 {have} 字。"
NO_DUTY = "请至少选一项这次做的工作。"
NO_REASON = "没有位置时请说一下原因，比如“没有信号”。"
NOT_YET = "走访的日子还没到，请改一下日期。"
TOO_LONG_AGO = "只能补记 {most} 天以内的走访，更早的请联系联席办。"
NOT_A_KIND = "请先选择是上门走访还是电话联系。"
CONTACT_NEEDS_HOUSEHOLD = "电话联系要选到具体的一户，请重新选择。"
THIS_HOUSEHOLD, THIS_VILLAGE, VILLAGE_POINT = "该户", "本村", "村登记点"
CONTACT_WORDS = "电话联系，不计入走访"
PROGRESS = "{month}您已走访 {seen} 户{goal}。"
GOAL = "（目标 {goal} 户）"
VILLAGE_LEFT = "全村 {total} 户，还有 {left} 户本月未见面。"
PAIRED_LEFT = "结对 {total} 户，还有 {left} 户本月未见面。"
ALL_SEEN = "名下 {total} 户本月都见过面了。"
IN_VILLAGE = "{village}村里"
MOST_WORDS = 2000
MOST_DAYS_BACK = 31


@dataclass(frozen=True)
class HouseholdChoice:
    """A household one may visit, and the day it was last visited by one's team (a helper: by oneself)."""

    household: Household
    last_seen: date | None


@dataclass(frozen=True)
class Draft:
    """A visit as it was filled in, not yet checked; `day` is the day of the visit, None for today."""

    kind: Kind
    household: str | None
    village: str | None
    duties: tuple[str, ...]
    note: str
    problem: str = ""
    location: Location | None = None
    location_reason: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Progress:
    """A month so far: households seen by the person, and which of those under the person's name are left.

    For those stationed in the village a household counts as seen when anyone of the team saw it.
    """

    month: str
    seen: int
    total: int
    left: int
    visits: int
    goal: int | None
    paired: bool

    def words(self) -> str:
        """Return it as one or two sentences."""
        goal = GOAL.format(goal=self.goal) if self.goal else ""
        words = PROGRESS.format(month=self.month, seen=self.seen, goal=goal)
        if not self.total:
            return words
        rest = PAIRED_LEFT if self.paired else VILLAGE_LEFT
        return words + (rest if self.left else ALL_SEEN).format(total=self.total, left=self.left)


@dataclass(frozen=True)
class Saved:
    """What the person is told: the visit with its receipt and evidence, and the month's progress."""

    visit: Visit
    progress: Progress


def own_households(store: Store, person: Person, now: datetime) -> list[HouseholdChoice]:
    """Return the households one may visit: not seen this month first, then those seen longest ago."""
    if person.role == "office":
        return []
    return _choices(store, person, now, scope.households_seen_by(store, person))


def search(store: Store, person: Person, now: datetime, text: str) -> list[HouseholdChoice]:
    """Return those of one's own households whose names, group or code contain every word of the text."""
    if person.role == "office":
        return []
    return _choices(store, person, now, scope.find_households(store, person, text))


def _choices(
    store: Store, person: Person, now: datetime, households: list[Household]
) -> list[HouseholdChoice]:
    by, team = _eyes(person)
    last = store.visits.last_seen([household.code for household in households], by=by, team=team)
    choices = [HouseholdChoice(household, last.get(household.code)) for household in households]
    this_month = month_start(day_of(now))

    def order(choice: HouseholdChoice) -> tuple[bool, date, str, str]:
        seen = choice.last_seen or date.min
        return seen >= this_month, seen, choice.household.group, choice.household.code

    return sorted(choices, key=order)


def where(store: Store, visit: Visit) -> str:
    """Name the household or the village of a visit that one may read."""
    household = store.roster.household(visit.household) if visit.household else None
    village = store.roster.place(visit.village)
    return household.head if household else at_large(village) if village else ""


def at_large(village: Place) -> str:
    """Return the village as where one was, no household in particular: `白鹭村里`."""
    return IN_VILLAGE.format(village=village.name.removesuffix("村"))


def save(store: Store, person: Person, draft: Draft, *, now: datetime, source: str) -> Saved:
    """Write the visit down, once for a `source`; raises Incomplete or NotAllowed."""
    visit = store.visits.by_source(source) or _record(store, person, draft, now, source)
    return Saved(visit, progress(store, person, now))


def weigh(store: Store, draft: Draft) -> Evidence:
    """Say what the draft's location is worth."""
    if draft.kind == "contact":
        return Evidence("skipped", CONTACT_WORDS)
    return weigh_location(draft.location, draft.location_reason, _target(store, draft))


def progress(store: Store, person: Person, now: datetime) -> Progress:
    """Return how far the person's month has come."""
    today = day_of(now)
    since = month_start(today)
    own = {choice.household.code for choice in own_households(store, person, now)}
    seen = store.visits.seen_households(person=person.code, since=since, until=today)
    _, team = _eyes(person)
    by_all = store.visits.seen_households(team=team, since=since, until=today) if team else seen
    recorded = store.visits.of_person(person.code, since=since, until=today)
    return Progress(
        month=month_of(today),
        seen=len(seen),
        total=len(own),
        left=len(own - by_all),
        visits=sum(visit.kind == "visit" for visit in recorded),
        goal=rules.value("member_visits") if person.role == "member" else None,
        paired=person.role == "helper",
    )


def unseen(choices: Iterable[HouseholdChoice], now: datetime) -> list[Household]:
    """Return those of one's households that have not been seen this month."""
    since = month_start(day_of(now))
    return [c.household for c in choices if c.last_seen is None or c.last_seen < since]


def _eyes(person: Person) -> tuple[str | None, str | None]:
    """Return whose visits count as seeing a household: the person's own, or the team's."""
    return (None, person.team) if person.role in scope.IN_VILLAGE and person.team else (person.code, None)


def _record(store: Store, person: Person, draft: Draft, now: datetime, source: str) -> Visit:
    village = _village(store, person, draft)
    _check(draft, day_of(now))
    evidence = weigh(store, draft)
    return store.visits.record(
        source=source,
        kind=draft.kind,
        person=person.code,
        team=person.team,
        village=village,
        household=draft.household,
        day=draft.day or day_of(now),
        recorded_at=now,
        duties=tuple(hat.code for hat in HATS if hat.code in draft.duties),
        note=draft.note.strip(),
        problem=draft.problem.strip(),
        location=evidence.status,
        location_reason=draft.location_reason.strip(),
        latitude=evidence.latitude,
        longitude=evidence.longitude,
        accuracy_m=evidence.accuracy_m,
        distance_m=evidence.distance_m,
        evidence=evidence.words,
    )


def _village(store: Store, person: Person, draft: Draft) -> str:
    """Return the village of the visit, if the person may record one there."""
    if draft.household is not None:
        household = scope.household(store, person, draft.household)
        if household and scope.may_visit(store, person, household.code):
            return household.village
    elif draft.village in scope.villages_seen_by(store, person) and person.role != "office":
        return draft.village or ""
    raise NotAllowed(NOT_YOURS, f"{person.code} may not visit {draft.household or draft.village}")


def _check(draft: Draft, today: date) -> None:
    if draft.day and draft.day > today:
        raise Incomplete(NOT_YET, f"{draft.day} is after {today}")
    if draft.day and (today - draft.day).days > MOST_DAYS_BACK:
        raise Incomplete(TOO_LONG_AGO.format(most=MOST_DAYS_BACK), f"{draft.day} is long before {today}")
    if draft.kind not in get_args(Kind):
        raise Incomplete(NOT_A_KIND, f"kind {draft.kind!r}")
    if draft.kind == "contact" and draft.household is None:
        raise Incomplete(CONTACT_NEEDS_HOUSEHOLD)
    if not set(draft.duties) & {hat.code for hat in HATS}:
        raise Incomplete(NO_DUTY)
    if not draft.note.strip():
        raise Incomplete(NO_NOTE)
    for text in (draft.note, draft.problem, draft.location_reason):
        if len(text) > MOST_WORDS:
            raise Incomplete(TOO_LONG.format(most=MOST_WORDS, have=len(text)))
    if draft.kind == "visit" and draft.location is None and not draft.location_reason.strip():
        raise Incomplete(NO_REASON)


def _target(store: Store, draft: Draft) -> Target:
    """Return the household's point where it has one, else the village's with its wider circle."""
    household = store.roster.household(draft.household) if draft.household else None
    if household and household.point:
        return Target(THIS_HOUSEHOLD, household.point, rules.value("household_radius"))
    place = store.roster.place(household.village if household else draft.village or "")
    if place is None or place.point is None:
        return Target(THIS_HOUSEHOLD if household else THIS_VILLAGE, None, rules.value("household_radius"))
    return Target(VILLAGE_POINT, place.point, place.radius_m or rules.value("village_radius"))
