"""The roster from a workbook: read, checked as a whole with all faults told at once, then applied.

Importing the same file again changes nothing; what is not in the file stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fieldwork import demo
from fieldwork import roster_sheets as sheets
from fieldwork.errors import DemoLoaded, RosterFaults
from fieldwork.roster_reading import LEVELS, Reading
from fieldwork.roster_sheets import template
from storage import Store
from storage.roster import Household, Person, Place, Put, Team

__all__ = ["Changes", "RosterFile", "apply", "read", "template"]

TEAM_NAME_TAKEN = "工作队：名称“{name}”已被代码 {code} 的工作队使用，请核对代码。"
DEMO = "现在装着演示数据，不能导入真实名册。请先清除演示（demo clear），再导入一次。"
CHANGES = "名册已导入：新增 {new} 条，更新 {changed} 条，没有变化 {same} 条。"


@dataclass(frozen=True)
class RosterFile:
    """A roster without faults, places from the top of the tree down."""

    places: tuple[Place, ...]
    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    households: tuple[Household, ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Changes:
    """How many entries an import added, changed and left as they were."""

    new: int
    changed: int
    same: int

    def words(self) -> str:
        """Return it as a sentence."""
        return CHANGES.format(new=self.new, changed=self.changed, same=self.same)


def read(path: Path) -> RosterFile:
    """Read and check a workbook; raises RosterFaults with everything that is wrong in it."""
    reading = Reading(sheets.rows(path))
    if reading.faults:
        raise RosterFaults(reading.faults)
    places = sorted(reading.places.values(), key=lambda place: (LEVELS.index(place.level), place.code))
    return RosterFile(
        tuple(places),
        tuple(reading.teams.values()),
        tuple(reading.people.values()),
        tuple(reading.households.values()),
        tuple(reading.pairs),
    )


def apply(store: Store, roster: RosterFile) -> Changes:
    """Write the roster; raises DemoLoaded while the demo stands, RosterFaults where team names collide."""
    if demo.loaded(store):
        raise DemoLoaded(DEMO, "roster import over a demo")
    known = [(team, store.roster.team_named(team.name)) for team in roster.teams]
    taken = [(team.name, other.code) for team, other in known if other and other.code != team.code]
    if taken:
        raise RosterFaults([TEAM_NAME_TAKEN.format(name=name, code=code) for name, code in taken])
    done: list[Put] = [store.roster.put_place(place) for place in roster.places]
    done += [store.roster.put_team(team) for team in roster.teams]
    done += [store.roster.put_person(person) for person in roster.people]
    done += [store.roster.put_household(household) for household in roster.households]
    done += _pair(store, roster.pairs)
    return Changes(done.count("new"), done.count("changed"), done.count("same"))


def _pair(store: Store, pairs: Iterable[tuple[str, str]]) -> list[Put]:
    """Make the pairings of every helper in the file those of the file."""
    wanted: dict[str, set[str]] = {}
    for person, household in pairs:
        wanted.setdefault(person, set()).add(household)
    done: list[Put] = []
    for person, households in wanted.items():
        for known in store.roster.households_paired_with(person):
            if known.code not in households:
                store.roster.unpair(person, known.code)
                done.append("changed")
        done += [store.roster.pair(person, household) for household in sorted(households)]
    return done
