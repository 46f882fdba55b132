"""What is still undone for a person, and the one message a day that says so. Quiet about what is done.

Duties count by the week, households by the month. Nothing undone: nothing said. On leave: nothing said.
A leader hears of a mate of whom there has been no word for a week: to help, not to chase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldwork import scope
from fieldwork.checkin import on_leave
from fieldwork.days import Week, clock_of, day_of, month_of
from fieldwork.duties import Duty, hats_of
from fieldwork.visits import HouseholdChoice, own_households, unseen
from storage import Store
from storage.roster import Household, Person

HELLO = "{name}您好，还有这些等着您："
DUTIES = "· 本周还没有记录的职责：{duties}。"
OWN = "· {month}结对户里还没见面的有 {n} 户（共 {total} 户）：{names}。"
VILLAGE = "· {month}村里还没走访到的有 {n} 户（共 {total} 户）：{names}。"
MATES = "· 一周没看到{names}的记录了，可能是忙或者没信号，方便时请问问需不需要帮忙。"
QUESTIONS = "· 有 {n} 个问题等联席办答复，最早的一个是 {day} 提的。"
SOURCE = "截至今天 {at} 的记录；已经做了还没记的，补记一下就好。"
SOURCE_OFFICE = "截至今天 {at} 的记录。"
AND_MORE = "{names}等 {n} 户"
AND_OTHERS = "{names}等 {n} 人"
MOST_NAMES = 5
LONGEST = 600
SILENCE = timedelta(days=7)


@dataclass(frozen=True)
class Undone:
    """What is undone for one person as of an instant; `households` are those not seen, out of `total`."""

    person: Person
    as_of: datetime
    duties: tuple[Duty, ...] = ()
    households: tuple[Household, ...] = ()
    total: int = 0
    mates: tuple[str, ...] = ()
    questions: int = 0
    oldest_question: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.duties or self.households or self.mates or self.questions)


class Round:
    """One look at many people at one instant: what teammates share is looked up once."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now
        self._of_teams: dict[str, list[HouseholdChoice]] = {}

    def undone(self, person: Person) -> Undone | None:
        """Return what is undone for the person, or None when nothing is or the person is on leave today."""
        if person.left_on is not None or on_leave(self.store, person, day_of(self.now)):
            return None
        left = (
            _of_office(self.store, person, self.now)
            if person.role == "office"
            else _in_the_field(self.store, person, self.now, self._households(person))
        )
        return left or None

    def _households(self, person: Person) -> list[HouseholdChoice]:
        """Return the households that fall to the person; those of a village are its team's in common."""
        if not person.team or person.role not in scope.IN_VILLAGE:
            return own_households(self.store, person, self.now)
        if person.team not in self._of_teams:
            self._of_teams[person.team] = own_households(self.store, person, self.now)
        return self._of_teams[person.team]


def undone(store: Store, person: Person, now: datetime) -> Undone | None:
    """Return what is undone for one person, or None."""
    return Round(store, now).undone(person)


def digest(left: Undone) -> str:
    """Return the message, at most 600 characters."""
    month = month_of(day_of(left.as_of))
    parts = [HELLO.format(name=left.person.name)]
    if left.duties:
        parts.append(DUTIES.format(duties="、".join(duty.name for duty in left.duties)))
    if left.households:
        text = OWN if left.person.role == "helper" else VILLAGE
        names = _names([household.head for household in left.households], AND_MORE)
        parts.append(text.format(month=month, n=len(left.households), total=left.total, names=names))
    if left.mates:
        parts.append(MATES.format(names=_names(left.mates, AND_OTHERS)))
    if left.questions and left.oldest_question:
        day = day_of(left.oldest_question)
        parts.append(QUESTIONS.format(n=left.questions, day=f"{day.month}月{day.day}日"))
    source = (SOURCE_OFFICE if left.person.role == "office" else SOURCE).format(at=clock_of(left.as_of))
    return "\n".join(parts)[: LONGEST - len(source) - 1] + f"\n{source}"


def _in_the_field(store: Store, person: Person, now: datetime, choices: Sequence[HouseholdChoice]) -> Undone:
    return Undone(
        person=person,
        as_of=now,
        duties=_duties(store, person, now),
        households=tuple(unseen(choices, now)),
        total=len(choices),
        mates=_silent_mates(store, person, now),
    )


def _of_office(store: Store, person: Person, now: datetime) -> Undone:
    oldest = store.questions.pending(person.place, limit=1)
    return Undone(
        person=person,
        as_of=now,
        questions=store.questions.pending_count(person.place),
        oldest_question=oldest[0].asked_at if oldest else None,
    )


def _duties(store: Store, person: Person, now: datetime) -> tuple[Duty, ...]:
    """Return a member's hats that nothing recorded this week has served."""
    if person.role != "member":
        return ()
    today = day_of(now)
    recorded = store.visits.of_person(person.code, since=Week.of(today).monday, until=today)
    served = {duty for visit in recorded if visit.kind == "visit" for duty in visit.duties}
    return tuple(duty for duty in hats_of(person) if duty.code not in served)


def _silent_mates(store: Store, person: Person, now: datetime) -> tuple[str, ...]:
    """Return of whom in the team there has been no word, not even of leave, today and on the seven days before."""
    if person.role != "leader" or not person.team:
        return ()
    today = day_of(now)
    since = today - SILENCE
    mates = [mate for mate in store.roster.people(team=person.team) if mate.code != person.code]
    heard = {said.person for said in store.checkins.between([m.code for m in mates], since, today)}
    heard |= {visit.person for visit in store.visits.of_team(person.team, since=since, until=today)}
    return tuple(mate.name for mate in mates if mate.code not in heard)


def _names(names: Sequence[str], more: str) -> str:
    shown = "、".join(names[:MOST_NAMES])
    return more.format(names=shown, n=len(names)) if len(names) > MOST_NAMES else shown
