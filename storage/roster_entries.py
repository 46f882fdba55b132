"""What stands on the roster: places, units, teams, people and households, as values.

Knows how each becomes a row and comes back from one; asks for nothing and writes nothing.
"""

import json
import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A county, township or village; coordinates are WGS-84 as registered, the radius is in metres."""

    code: str
    name: str
    level: str
    parent: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_m: float | None = None

    @property
    def point(self) -> Point | None:
        """The registered latitude and longitude."""
        return _point(self.latitude, self.longitude)


@dataclass(frozen=True)
class Unit:
    """A department (单位) and the villages that it has taken on."""

    code: str
    name: str
    level: str = ""
    villages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """A team stationed in one village."""

    code: str
    name: str
    village: str


@dataclass(frozen=True)
class Person:
    """Anyone on the roster; `unit` is the unit's code. `left_on` is set once the person has left the work."""

    code: str
    name: str
    phone: str | None
    role: str
    place: str
    team: str | None = None
    hats: tuple[str, ...] = ()
    unit: str = ""
    left_on: date | None = None


@dataclass(frozen=True)
class Member:
    """Somebody who belongs to a household, and what they are to its head."""

    name: str
    relation: str = ""


@dataclass(frozen=True)
class Household:
    """A registered poor household, named after its head. `closed_on` is set once it is one no longer."""

    code: str
    head: str
    village: str
    group: str = ""
    size: int | None = None
    cause: str = ""
    latitude: float | None = None
    longitude: float | None = None
    tags: tuple[str, ...] = ()
    nickname: str = ""
    members: tuple[Member, ...] = ()
    closed_on: date | None = None

    @property
    def point(self) -> Point | None:
        """The registered latitude and longitude."""
        return _point(self.latitude, self.longitude)


Entry = Place | Unit | Team | Person | Household
Kind = TypeVar("Kind", bound=Entry)

TABLES: dict[type, str] = {
    Place: "places",
    Unit: "units",
    Team: "teams",
    Person: "people",
    Household: "households",
}
_COLUMN = {"group": "village_group"}
_LISTS, _DAYS = {"hats", "tags", "villages"}, {"left_on", "closed_on"}


def columns(kind: type[Kind]) -> tuple[str, ...]:
    """Return the columns of a kind's table, in the order of its fields."""
    return tuple(_COLUMN.get(field.name, field.name) for field in fields(kind))


def select(kind: type[Kind]) -> str:
    """Return the beginning of a query for entries of a kind."""
    return f"SELECT {', '.join(columns(kind))} FROM {TABLES[kind]}"


def row_of(entry: Entry) -> tuple[object, ...]:
    """Return the entry as the values of its columns."""
    return tuple(_packed(name, value) for name, value in vars(entry).items())


def entry_of(kind: type[Kind], row: tuple[Any, ...]) -> Kind:
    """Return the entry that a row of its columns holds."""
    return kind(*(_unpacked(field.name, value) for field, value in zip(fields(kind), row, strict=True)))


def phone_of(text: str) -> str:
    """Return the digits of a mainland number, without +86, spaces and dashes."""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


def _packed(name: str, value: Any) -> object:  # noqa: ANN401 - any field
    if name in _LISTS:
        return ",".join(value)
    if name in _DAYS:
        return value.isoformat() if value else None
    if name == "members":
        return json.dumps([[m.name, m.relation] for m in value], ensure_ascii=False) if value else ""
    return value


def _unpacked(name: str, value: Any) -> Any:  # noqa: ANN401 - any column
    if name in _LISTS:
        return tuple(value.split(",")) if value else ()
    if name in _DAYS:
        return date.fromisoformat(value) if value else None
    if name == "members":
        return tuple(Member(*each) for each in json.loads(value)) if value else ()
    return value


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
