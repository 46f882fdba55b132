"""What stands on the roster: places, units, teams, people and households, as values.

Knows how each becomes a row and comes back from one; asks for nothing and writes nothing.
"""

import json
import re
from collections.abc import Callable, Sequence
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


@dataclass(frozen=True, slots=True)
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


def columns(kind: type[Kind]) -> tuple[str, ...]:
    """Return the columns of a kind's table, in the order of its fields."""
    return _COLUMNS[kind]


def select(kind: type[Kind]) -> str:
    """Return the beginning of a query for entries of a kind."""
    return f"SELECT {', '.join(_COLUMNS[kind])} FROM {TABLES[kind]}"


def row_of(entry: Entry) -> list[Any]:
    """Return the entry as the values of its columns."""
    values = list(vars(entry).values())
    for place, (pack, _) in _PACKED[type(entry)]:
        values[place] = pack(values[place])
    return values


def entry_of(kind: type[Kind], row: Sequence[Any]) -> Kind:
    """Return the entry that a row of its columns holds."""
    values = list(row)
    for place, (_, unpack) in _PACKED[kind]:
        values[place] = unpack(values[place])
    return kind(*values)


def phone_of(text: str) -> str:
    """Return the digits of a mainland number, without +86, spaces and dashes."""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


def _text_of_members(members: tuple[Member, ...]) -> str:
    if not members:
        return ""
    return json.dumps([[member.name, member.relation] for member in members], ensure_ascii=False)


def _members_of_text(text: str) -> tuple[Member, ...]:
    return tuple(Member(*each) for each in json.loads(text)) if text else ()


def _list_of_text(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _text_of_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_of_text(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_Form = tuple[Callable[[Any], object], Callable[[Any], object]]
_LIST: _Form = (",".join, _list_of_text)
_DAY: _Form = (_text_of_day, _day_of_text)
_FORMS: dict[str, _Form] = {
    "hats": _LIST,
    "tags": _LIST,
    "villages": _LIST,
    "left_on": _DAY,
    "closed_on": _DAY,
    "members": (_text_of_members, _members_of_text),
}
_COLUMN = {"group": "village_group"}
_COLUMNS: dict[type, tuple[str, ...]] = {
    kind: tuple(_COLUMN.get(field.name, field.name) for field in fields(kind)) for kind in TABLES
}
# Which columns hold something else than the field does, and the way there and back.
_PACKED: dict[type, list[tuple[int, _Form]]] = {
    kind: [(place, _FORMS[field.name]) for place, field in enumerate(fields(kind)) if field.name in _FORMS]
    for kind in TABLES
}


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
