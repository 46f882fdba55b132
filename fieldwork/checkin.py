"""The daily check-in and the ledger (台账): a word to one's team, never a punch clock.

What is said later in a day adds to what was said before. A day without a word is 无记录, never an absence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from fieldwork import rules, scope
from fieldwork.days import clock_of, day_of, days_between, label, weekday_name
from fieldwork.errors import Incomplete
from fieldwork.evidence import Location, Target, weigh
from storage import Store
from storage.checkins import Checkin, Whereabouts
from storage.roster import Person
from storage.visits import Visit

WHEREABOUTS = {"village": "在村", "errand": "外出办事", "leave": "请假"}
TODAY = "今天：{words}。"
LOCATED = "已带位置"
VISITS, CONTACTS = "走访 {n} 次", "电话联系 {n} 次"
NO_RECORD = "无记录"
LINE = "{day}（{weekday}）{words}"
NOTHING_SAID = "没有收到文字，请写一句话，比如“上午开会，下午入户”。"
NOTE_TOO_LONG = "这句话太长了，请控制在 {most} 字以内。"
NOT_A_PLACE = "请点“在村”“外出办事”或“请假”。"
LOCATION_ADDED, LOCATION_WEIGHED = "位置已记上。", "位置已记上。{words}。"
FORWARDED = "这个位置是转发来的，不能算作您现在的位置，没有记上。签到不受影响；想加位置，请点“发送位置”按钮。"
VILLAGE_POINT, THIS_VILLAGE = "村登记点", "本村"
MOST_NOTE = 500


@dataclass(frozen=True)
class LedgerLine:
    """One person's day: where it was spent with the times it was said, notes, visits and contacts."""

    day: date
    whereabouts: tuple[tuple[str, Whereabouts], ...]
    notes: tuple[str, ...]
    visits: int
    contacts: int
    located: bool

    @property
    def weekday(self) -> str:
        """周一 to 周日."""
        return weekday_name(self.day)

    @property
    def recorded(self) -> bool:
        """Whether there is any word of the day."""
        return bool(self.whereabouts or self.notes or self.visits or self.contacts or self.located)

    def parts(self) -> list[str]:
        """Return what there is to say of the day, piece by piece."""
        said = [f"{WHEREABOUTS[code]} {at}" for at, code in self.whereabouts]
        located = [LOCATED] if self.located else []
        visits = [VISITS.format(n=self.visits)] if self.visits else []
        contacts = [CONTACTS.format(n=self.contacts)] if self.contacts else []
        return [*said, *located, *visits, *contacts, *self.notes]

    def words(self) -> str:
        """Return the line of the ledger."""
        words = "；".join(self.parts()) or NO_RECORD
        return LINE.format(day=label(self.day), weekday=self.weekday, words=words)


def check_in(
    store: Store, person: Person, whereabouts: Whereabouts, *, now: datetime, source: str, note: str = ""
) -> Checkin:
    """Write down where the person spends the day."""
    if whereabouts not in WHEREABOUTS:
        raise Incomplete(NOT_A_PLACE, f"whereabouts {whereabouts!r}")
    return store.checkins.add(
        source=source,
        person=person.code,
        day=day_of(now),
        at=now,
        whereabouts=whereabouts,
        note=_note(note) if note else "",
    )


def add_note(store: Store, person: Person, text: str, *, now: datetime, source: str) -> Checkin:
    """Add a line of text to the day."""
    return store.checkins.add(source=source, person=person.code, day=day_of(now), at=now, note=_note(text))


def add_location(store: Store, person: Person, location: Location, *, now: datetime, source: str) -> str:
    """Add a location to the day and say what it is worth; a forwarded one is not kept."""
    if location.forwarded:
        return FORWARDED
    store.checkins.add(
        source=source,
        person=person.code,
        day=day_of(now),
        at=now,
        latitude=location.latitude,
        longitude=location.longitude,
        accuracy_m=location.accuracy_m,
    )
    if _whereabouts(store, person, day_of(now)) in ("errand", "leave"):
        return LOCATION_ADDED
    return LOCATION_WEIGHED.format(words=weigh(location, "", _area(store, person)).words)


def today_words(store: Store, person: Person, now: datetime) -> str:
    """Return the person's day so far; an empty text as long as nobody knows where it is spent."""
    today = day_of(now)
    [line] = ledger(store, person, today, today)
    return TODAY.format(words="；".join(line.parts())) if line.whereabouts else ""


def on_leave(store: Store, person: Person, day: date) -> bool:
    """Say whether the last word of the day on where it is spent is leave."""
    return _whereabouts(store, person, day) == "leave"


def ledger(store: Store, person: Person, since: date, until: date) -> list[LedgerLine]:
    """Return one line a day from `since` to `until`, both included."""
    said = store.checkins.between([person.code], since, until)
    visits = store.visits.of_person(person.code, since=since, until=until)
    return lines(said, visits, days_between(since, until))


def team_ledger(store: Store, team: str, since: date, until: date) -> list[tuple[Person, list[LedgerLine]]]:
    """Return the ledger of each of the team, by name."""
    return [(p, ledger(store, p, since, until)) for p in store.roster.people(team=team)]


def lines(said: Iterable[Checkin], visits: Iterable[Visit], days: Iterable[date]) -> list[LedgerLine]:
    """Put one person's check-ins and visits into one line a day."""
    said, visits = list(said), list(visits)
    return [
        _line(day, [c for c in said if c.day == day], [v for v in visits if v.day == day]) for day in days
    ]


def _whereabouts(store: Store, person: Person, day: date) -> Whereabouts | None:
    """Return where, by the last word on it, the person spends the day."""
    said = [entry.whereabouts for entry in store.checkins.on(person.code, day) if entry.whereabouts]
    return said[-1] if said else None


def _line(day: date, said: list[Checkin], visits: list[Visit]) -> LedgerLine:
    return LedgerLine(
        day=day,
        whereabouts=tuple((clock_of(c.at), c.whereabouts) for c in said if c.whereabouts),
        notes=tuple(c.note for c in said if c.note),
        visits=sum(visit.kind == "visit" for visit in visits),
        contacts=sum(visit.kind == "contact" for visit in visits),
        located=any(c.latitude is not None for c in said),
    )


def _note(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Incomplete(NOTHING_SAID)
    if len(text) > MOST_NOTE:
        raise Incomplete(NOTE_TOO_LONG.format(most=MOST_NOTE))
    return text


def _area(store: Store, person: Person) -> Target:
    """Return the circle of the village where the person is stationed."""
    code = scope.village_of(store, person)
    place = store.roster.place(code) if code else None
    radius = place.radius_m if place and place.radius_m else rules.value("village_radius")
    point = place.point if place else None
    return Target(VILLAGE_POINT if point else THIS_VILLAGE, point, radius)
