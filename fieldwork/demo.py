"""A made-up county to try the program with: people, households, two past weeks of work; removed as a whole.

The same every time but for its dates, which lie before the day of loading.
"""

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from fieldwork import checkin, visits
from fieldwork import demo_county as county
from fieldwork.days import SHANGHAI, day_of, days_between, workday
from fieldwork.errors import NotAllowed
from fieldwork.evidence import Location
from storage import Store
from storage.checkins import Whereabouts
from storage.roster import Household, Member, Person, Place, Team, Unit

FACT = "demo"
NOT_EMPTY = "名册里已经有人，没有装入演示数据。演示只能装进空的数据文件夹。"
NOT_LOADED = "现在没有演示数据，什么也没有删除。"
SEED = 20151116
PAST_DAYS = 14
PER_VILLAGE = 20
PAIRED = 5
VISITED = 13
METRES_A_DEGREE = 111_195.0


def loaded(store: Store) -> bool:
    """Say whether the demo stands in the data file."""
    return store.facts.get(FACT) is not None


def load(store: Store, now: datetime) -> None:
    """Write the demo into an empty roster; nothing happens when it is there already."""
    if loaded(store):
        return
    if not store.roster.is_empty():
        raise NotAllowed(NOT_EMPTY, "demo load over a roster")
    chance = random.Random(SEED)  # noqa: S311 - made-up data, the same every time
    for place in (county.COUNTY, *county.TOWNSHIPS, *county.VILLAGES):
        store.roster.put_place(place)
    office = _unit(store, county.OFFICE_UNIT)
    store.roster.put_person(
        Person("demo-office", county.OFFICE, None, "office", county.COUNTY.code, unit=office.code)
    )
    for number, (village, crew) in enumerate(zip(county.VILLAGES, county.CREWS, strict=True), 1):
        team = Team(f"demo-team-{number}", f"{village.name}工作队", village.code)
        households = list(_households(village, number, chance))
        _staff(store, team, crew, households)
        _work(store, team, households, now, chance)
    _ask(store, now)
    store.facts.put(FACT, now.isoformat())


def clear(store: Store) -> None:
    """Remove the demo and all that was done in it; raises NotAllowed when there is none."""
    if not loaded(store):
        raise NotAllowed(NOT_LOADED, "demo clear without a demo")
    store.roster.clear()
    store.facts.drop(FACT)


def _households(village: Place, number: int, chance: random.Random) -> Iterator[Household]:
    """Make the households of a village, in its four groups, within a kilometre of its middle."""
    names = chance.sample(
        [surname + given for surname in county.SURNAMES for given in county.GIVEN], PER_VILLAGE
    )
    more = random.Random(number)  # noqa: S311 - apart, so that what is known of a family moves nothing else
    for index, head in enumerate(names):
        middle = _moved(village.point, 600, index % 4 / 4)
        latitude, longitude = _moved(middle, chance.uniform(20, 300), chance.random())
        size = chance.randint(1, 6)
        yield Household(
            code=f"demo-h{number}{index + 1:02d}",
            head=head,
            village=village.code,
            group=county.GROUPS[index % 4],
            size=size,
            cause=chance.choice(county.CAUSES),
            latitude=latitude,
            longitude=longitude,
            tags=tuple(tag for tag in county.TAGS if more.random() < 0.2),  # noqa: PLR2004 - one in five
            nickname=_nickname(head, more),
            members=_members(head, size, more),
        )


def _nickname(head: str, chance: random.Random) -> str:
    """Return what every third family is called in the village."""
    form = chance.choice(county.NICKNAMES).format(surname=head[0], given=head[1:])
    return form if chance.random() < 1 / 3 else ""


def _members(head: str, size: int, chance: random.Random) -> tuple[Member, ...]:
    """Return the family but for its head."""
    others = []
    for relation, by_blood in county.RELATIONS[: size - 1]:
        surname = head[0] if by_blood else chance.choice(county.SURNAMES)
        others.append(Member(surname + chance.choice(county.GIVEN), relation))
    return tuple(others)


def _unit(store: Store, name: str, *villages: str) -> Unit:
    unit = Unit(f"demo-unit-{name}", name, "county", villages)
    store.roster.put_unit(unit)
    return unit


def _staff(store: Store, team: Team, crew: county.Crew, households: list[Household]) -> None:
    """Put the team, its people, the helpers and their pairings on the roster."""
    roster, number = store.roster, team.code[-1]
    roster.put_team(team)
    for household in households:
        roster.put_household(household)
    for role, name in (("leader", crew.leader), ("first_secretary", crew.first_secretary)):
        roster.put_person(Person(f"demo-{role}-{number}", name, None, role, team.village, team.code))
    for index, name in enumerate(crew.members):
        code, hats = f"demo-member-{number}{index + 1}", county.HATS[index]
        roster.put_person(Person(code, name, None, "member", team.village, team.code, hats))
    for index, (name, unit) in enumerate(crew.helpers):
        code = f"demo-helper-{number}{index + 1}"
        sent_by = _unit(store, unit, team.village).code
        roster.put_person(Person(code, name, None, "helper", team.village, unit=sent_by))
        for household in households[index * PAIRED : (index + 1) * PAIRED]:
            roster.pair(code, household.code)


def _work(
    store: Store, team: Team, households: list[Household], now: datetime, chance: random.Random
) -> None:
    """Let the team and the village's helpers work through the two weeks before today."""
    today = day_of(now)
    stationed = store.roster.people(team=team.code)
    helpers = [p for p in store.roster.people(below=team.village) if p.role == "helper"]
    for day in days_between(today - timedelta(days=PAST_DAYS), today - timedelta(days=1)):
        if not workday(day):
            continue
        for person in stationed:
            _day_of_team(store, person, day, households[:VISITED], chance)
        for helper in helpers:
            if chance.random() < 0.2:  # noqa: PLR2004 - twice in two weeks
                own = store.roster.households_paired_with(helper.code)
                _visit(store, helper, chance.choice(own[:-1]), day, chance)


def _day_of_team(
    store: Store, person: Person, day: date, households: list[Household], chance: random.Random
) -> None:
    said: tuple[Whereabouts | None, ...] = ("village", "errand", "leave", None)
    whereabouts = chance.choices(said, (14, 3, 1, 1))[0]
    if whereabouts is None:
        return
    notes = {"village": county.VILLAGE_NOTES, "errand": county.ERRANDS, "leave": ("",)}[whereabouts]
    checkin.check_in(
        store,
        person,
        whereabouts,
        now=_at(day, 8, chance),
        source=f"demo:in:{person.code}:{day}",
        note=chance.choice(notes),
    )
    busy = {"member": 0.55, "leader": 0.25, "first_secretary": 0.25}[person.role]
    if whereabouts == "village" and chance.random() < busy:
        _visit(store, person, chance.choice(households), day, chance)


def _visit(store: Store, person: Person, household: Household, day: date, chance: random.Random) -> None:
    """Record a visit: mostly with a location, now and then by telephone, now and then with a problem."""
    hat = chance.choice(person.hats or tuple(county.NOTES))
    by_telephone, located = chance.random() < 0.1, chance.random() < 0.85  # noqa: PLR2004 - one in ten, six in seven
    draft = visits.Draft(
        kind="contact" if by_telephone else "visit",
        household=household.code,
        village=household.village,
        duties=(hat,),
        note=chance.choice(county.NOTES[hat]),
        problem=chance.choice(county.PROBLEMS) if chance.random() < 0.2 else "",  # noqa: PLR2004 - one in five
        location=_near(household, chance) if located and not by_telephone else None,
        location_reason="" if located or by_telephone else chance.choice(county.REASONS),
    )
    source = f"demo:visit:{person.code}:{day}"
    visits.save(store, person, draft, now=_at(day, chance.randint(9, 17), chance), source=source)


def _ask(store: Store, now: datetime) -> None:
    """Leave two questions to the office."""
    for number, text in enumerate(county.QUESTIONS, 1):
        asker = f"demo-member-{number}1"
        at = now - timedelta(days=1 + len(county.QUESTIONS) - number)  # the oldest first, as questions come
        store.questions.ask(source=f"demo:ask:{number}", person=asker, text=text, at=at, answered=False)


def _near(household: Household, chance: random.Random) -> Location:
    latitude, longitude = _moved(household.point, chance.uniform(5, 220), chance.random())
    return Location(latitude, longitude, accuracy_m=float(chance.randint(8, 40)))


def _moved(point: tuple[float, float] | None, metres: float, turn: float) -> tuple[float, float]:
    """Return the point moved by so many metres; `turn` is the direction as a part of the full circle."""
    assert point, "the demo's places have coordinates"
    latitude, longitude = point
    north, east = (metres * f(turn * 2 * math.pi) / METRES_A_DEGREE for f in (math.cos, math.sin))
    return round(latitude + north, 6), round(longitude + east / math.cos(math.radians(latitude)), 6)


def _at(day: date, hour: int, chance: random.Random) -> datetime:
    return datetime.combine(day, time(hour, chance.randint(0, 59)), SHANGHAI)
