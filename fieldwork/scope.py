"""Who may see what, by the roster and the tree of places. It is decided here and nowhere else.

People who have left see nothing.
"""

from collections.abc import Sequence

from storage import Store
from storage.roster import Household, Person, Place, Team

IN_VILLAGE = ("member", "leader", "first_secretary")
HEADS = ("leader", "first_secretary")


def village_of(store: Store, person: Person) -> str | None:
    """Return the village in which the person is stationed, None for helpers and offices."""
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


def may_see_household(store: Store, person: Person, code: str) -> bool:
    """Say whether the person may see the household's file and record a visit to it."""
    household = store.roster.household(code)
    if household is None or person.left_on is not None:
        return False
    if person.role == "helper":
        return any(paired.code == code for paired in store.roster.households_paired_with(person.code))
    return household.village in villages_seen_by(store, person)


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
    """Return whose ledger the person may read, oneself first; offices read a team's week instead."""
    if person.left_on is not None:
        return []
    if person.role not in HEADS or not person.team:
        return [person]
    return [person, *(other for other in store.roster.people(team=person.team) if other.code != person.code)]


def may_rule_for(store: Store, person: Person, asker: Person) -> bool:
    """Say whether the person is of the office that answers the asker's questions."""
    if person.left_on is not None or person.role != "office":
        return False
    return any(place.code == asker.place for place in store.roster.places_below(person.place))


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
