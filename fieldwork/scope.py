"""Who may see what, by the roster and the tree of places. It is decided here and nowhere else.

People who have left see nothing.
"""

from collections.abc import Sequence

from storage import Store
from storage.roster import Household, Person, Place, Team

IN_VILLAGE = ("member", "leader", "first_secretary")
HEADS = ("leader", "first_secretary")
MOST_FOUND = 50
_SHOWN_BEFORE, _SHOWN_AFTER = 3, 4


def village_of(store: Store, person: Person) -> str | None:
    """Return the village in which the person is stationed, None for helpers, units and offices."""
    if person.role not in IN_VILLAGE:
        return None
    team = store.roster.team(person.team) if person.team else None
    return team.village if team else person.place


def households_seen_by(store: Store, person: Person) -> list[Household]:
    """Return the households the person may see: village's, paired, or those of the office's place."""
    if person.left_on is not None:
        return []
    if person.role == "helper":
        return store.roster.households_paired_with(person.code)
    return store.roster.households_in(villages_seen_by(store, person))


def household(store: Store, person: Person, code: str) -> Household | None:
    """Return the household if there is one and the person may see it, also one that has been closed."""
    found = store.roster.household(code)
    if found is None or person.left_on is not None:
        return None
    if person.role == "helper":
        return found if person in store.roster.helpers_of(code) else None
    ground = _ground(store, person)
    return found if ground and store.roster.is_below(found.village, ground) else None


def may_see_household(store: Store, person: Person, code: str) -> bool:
    """Say whether the person may see the household's file."""
    return household(store, person, code) is not None


def may_visit(store: Store, person: Person, code: str) -> bool:
    """Say whether the person may record a visit to the household: it is theirs to see and not closed."""
    found = household(store, person, code)
    return found is not None and found.closed_on is None and person.role != "office"


def find_households(store: Store, person: Person, text: str) -> list[Household]:
    """Return those of the households one may see that every word of the text fits, closed ones for offices only.

    An office's are a county's, so one word has to stand in a name, or be the code; it gets MOST_FOUND at most.
    """
    words = text.casefold().split()
    if not words or person.left_on is not None:
        return []
    ground = _ground(store, person)
    if ground and (named := _named(store, person, ground, words)):
        return named
    if person.role != "office":
        return [each for each in households_seen_by(store, person) if fits(each, words)]
    by_code = household(store, person, text.strip())
    return [by_code] if by_code else []


def _ground(store: Store, person: Person) -> str | None:
    """Return the place at and below which all households are the person's to see, None where it goes by pairings."""
    return person.place if person.role == "office" else village_of(store, person)


def _named(store: Store, person: Person, ground: str, words: Sequence[str]) -> list[Household]:
    """Return households on the person's ground: by the longest word that is part of a name, sifted by the others.

    Those whose head bears it stand before those of whom a member does.
    """
    limit = MOST_FOUND if person.role == "office" else -1
    for word in sorted(words, key=len, reverse=True):
        also = [other for other in words if other != word]
        named = store.roster.households_named(word, below=ground, also=also, limit=limit)
        open_too = [each for each in named if person.role == "office" or each.closed_on is None]
        if found := [each for each in open_too if fits(each, words)]:
            return sorted(found, key=lambda each: word not in each.head.casefold())
    return []


def fits(household: Household, words: Sequence[str]) -> bool:
    """Say whether each word (in small letters) stands in a name of the household, its group or its code."""
    names = (household.head, household.nickname, *(member.name for member in household.members))
    told = " ".join((*names, household.group, household.code)).casefold()
    return all(word in told for word in words)


def villages_seen_by(store: Store, person: Person) -> list[str]:
    """Return the codes of the villages in which the person works."""
    if person.left_on is not None:
        return []
    if person.role == "helper":
        paired = store.roster.households_paired_with(person.code)
        return list(dict.fromkeys(household.village for household in paired))
    if person.role == "office":
        return [place.code for place in store.roster.places_below(person.place) if place.level == "village"]
    village = village_of(store, person)
    return [village] if village else []


def teams_seen_by(store: Store, person: Person) -> list[Team]:
    """Return the teams whose week the person may read: a head's own, those under the office's place."""
    if person.left_on is not None:
        return []
    if person.role == "office":
        return store.roster.teams(below=person.place)
    team = store.roster.team(person.team) if person.team and person.role in HEADS else None
    return [team] if team else []


def may_see_team(store: Store, person: Person, code: str) -> bool:
    """Say whether the person may read the team's week."""
    return any(team.code == code for team in teams_seen_by(store, person))


def ledgers_seen_by(store: Store, person: Person) -> Sequence[Person]:
    """Return whose ledger the person may read, oneself first; offices read a team's week instead.

    Heads read those of their team, a unit's contact those of the unit's cadres.
    """
    if person.left_on is not None:
        return []
    others: list[Person] = []
    if person.role in HEADS and person.team:
        others = store.roster.people(team=person.team)
    elif person.role == "unit" and person.unit:
        others = store.roster.people(unit=person.unit)
    return [person, *(other for other in others if other.code != person.code)]


def may_rule_for(store: Store, person: Person, asker: Person) -> bool:
    """Say whether the person is of the office that answers the asker's questions."""
    return person.role == "office" and _is_below(store, person, asker)


def may_see_phone(store: Store, person: Person, whose: Person) -> bool:
    """Say whether the person's work needs the whole number.

    One's own, a teammate's, a unit contact's cadre's, and those at or under the office's place.
    """
    if person.left_on is not None:
        return False
    if person.code == whose.code:
        return True
    if person.role == "office":
        return _is_below(store, person, whose)
    if person.role == "unit":
        return bool(person.unit) and person.unit == whose.unit
    return person.role in IN_VILLAGE and person.team is not None and person.team == whose.team


def phone_for(store: Store, person: Person, whose: Person) -> str:
    """Return the number whole where the person may see it, else with its middle hidden; empty when there is none."""
    phone = whose.phone or ""
    if not phone or may_see_phone(store, person, whose):
        return phone
    hidden = len(phone) - _SHOWN_BEFORE - _SHOWN_AFTER
    if hidden <= 0:
        return "*" * len(phone)
    return phone[:_SHOWN_BEFORE] + "*" * hidden + phone[-_SHOWN_AFTER:]


def _is_below(store: Store, person: Person, other: Person) -> bool:
    """Say whether the other belongs to the person's place or one under it."""
    return person.left_on is None and store.roster.is_below(other.place, person.place)


def stands_in(store: Store, person: Person) -> set[str]:
    """Return the codes of the places whose documents concern the person: where the person works, and all that lies above."""
    if person.left_on is not None:
        return set()
    works_in = [person.place] if person.role == "office" else [person.place, *villages_seen_by(store, person)]
    return {above for code in works_in for above in chain_of(store, code)}


def answers_for(store: Store, person: Person) -> list[Place]:
    """Return the places for which the person speaks as their office, its own first, then what lies below; none for others."""
    if person.left_on is not None or person.role != "office":
        return []
    return sorted(store.roster.places_below(person.place), key=lambda place: place.code != person.place)


def chain_of(store: Store, code: str) -> list[str]:
    """Return the codes of the place and of all that it lies in, the nearest first."""
    found: list[str] = []
    place = store.roster.place(code)
    while place is not None and place.code not in found:
        found.append(place.code)
        place = store.roster.place(place.parent) if place.parent else None
    return found
