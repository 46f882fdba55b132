"""The roster from a workbook: read, and checked as a whole with all faults told at once.

Writes nothing; what an import would change, and the change itself, is `roster_changes`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldwork.errors import RosterFaults
from fieldwork.roster_reading import LEVELS, Reading
from fieldwork.roster_template import template
from fieldwork.roster_workbook import Workbook
from storage.roster import Household, Person, Place, Team, Unit

__all__ = ["RosterFile", "read", "template"]


@dataclass(frozen=True)
class RosterFile:
    """A roster without faults, places from the top of the tree down; `remarks` are points to look at again."""

    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    households: tuple[Household, ...]
    pairs: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()


def read(path: Path, told: Callable[[str, int], None] = lambda _sheet, _rows: None) -> RosterFile:
    """Read and check a workbook; raises RosterFaults with everything that is wrong in it.

    `told` hears now and then how many rows of which sheet have been read.
    """
    reading = Reading(Workbook(path), told)
    if reading.faults:
        raise RosterFaults(reading.faults)
    places = sorted(reading.places.values(), key=lambda place: (LEVELS.index(place.level), place.code))
    return RosterFile(
        tuple(places),
        tuple(reading.units.values()),
        tuple(reading.teams.values()),
        tuple(reading.people.values()),
        tuple(reading.households.values()),
        tuple(reading.pairs),
        tuple(reading.remarks),
    )
