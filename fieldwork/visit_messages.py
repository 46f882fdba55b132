"""A person's free message read against the person's own roster, and whether it is a report to show a card for.

The reading itself is `fieldwork.reading`; nothing is recorded here.
"""

from datetime import date, datetime

from fieldwork import visits
from fieldwork.days import day_of
from fieldwork.reading import Cadre, Household, Member, Reading, Roster, read
from fieldwork.reading.clauses import clauses_of
from fieldwork.reading.dates import days_in
from storage import Store
from storage.roster import Household as Registered
from storage.roster import Person


def roster_of(store: Store, person: Person, now: datetime) -> Roster:
    """Return the households that the person may visit, and the team and helpers as those who visit."""
    own = [choice.household for choice in visits.own_households(store, person, now)]
    team = store.roster.people(team=person.team) if person.team else []
    return Roster(
        tuple(_readable(each) for each in own),
        tuple(Cadre(each.name, each.role) for each in (person, *team)),
    )


def _readable(household: Registered) -> Household:
    members = tuple(Member(member.name, member.relation) for member in household.members)
    return Household(household.code, household.head, household.group, household.nickname, members)


def report(text: str, roster: Roster, today: date) -> Reading | None:
    """Return the reading of a message that reports a visit or a contact; None for anything else.

    A name alone is no report: something must be said that was done, seen, given or found.
    """
    reading = read(text, roster, today)
    if not reading.is_report:
        return None
    says = (
        reading.day_span,
        reading.kind_span,
        reading.duties,
        reading.problems,
        reading.money,
        reading.goes,
    )
    return reading if any(says) else None


def day_in(text: str, now: datetime) -> date | None:
    """Return the day that the words name, if a visit of that day may still be recorded."""
    found = [day.date for clause in clauses_of(text) for day in days_in(clause, day_of(now))]
    return next((day for day in found if day_within_reach(day, now)), None)


def day_within_reach(day: date | None, now: datetime) -> bool:
    """Say whether a visit of this day may still be recorded: not ahead, at most 31 days back."""
    return day is not None and 0 <= (day_of(now) - day).days <= visits.MOST_DAYS_BACK
