"""Who is who: places, teams, people, poor households and who is paired with whom.

Answers for upserts and for the tree of places. Does not decide who may see what.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from sqlite_utils import Database

from storage.erase import erase_everything

Put = Literal["new", "changed", "same"]
Point = tuple[float, float]

_BELOW = """WITH RECURSIVE below(code) AS (
    SELECT code FROM places WHERE code = ?
    UNION SELECT p.code FROM places p JOIN below b ON p.parent = b.code)"""
_PERSON = "SELECT code, name, phone, role, place, team, hats, unit, left_on FROM people"
_PLACE = "SELECT code, name, level, parent, latitude, longitude, radius_m FROM places"
_TEAM = "SELECT code, name, village FROM teams"
_HOUSEHOLD = "SELECT code, head, village, village_group, size, cause, latitude, longitude FROM households"


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
class Team:
    """A team stationed in one village."""

    code: str
    name: str
    village: str


@dataclass(frozen=True)
class Person:
    """Anyone on the roster. `left_on` is set once the person has left the work."""

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
class Household:
    """A registered poor household, named after its head."""

    code: str
    head: str
    village: str
    group: str = ""
    size: int | None = None
    cause: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def point(self) -> Point | None:
        """The registered latitude and longitude."""
        return _point(self.latitude, self.longitude)


def phone_of(text: str) -> str:
    """Return the digits of a mainland number, without +86, spaces and dashes."""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


_Row = TypeVar("_Row", Place, Team, Person, Household)


class Roster:
    """The roster; whatever is put replaces what stood under the same code."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def place(self, code: str) -> Place | None:
        """Return the place, or None."""
        row = self._one(f"{_PLACE} WHERE code = ?", code)
        return Place(*row) if row else None

    def places_below(self, code: str) -> list[Place]:
        """Return the place itself and everything under it, by code."""
        rows = self._all(f"{_BELOW} {_PLACE} WHERE code IN (SELECT code FROM below) ORDER BY code", code)
        return [Place(*row) for row in rows]

    def team(self, code: str) -> Team | None:
        """Return the team, or None."""
        row = self._one(f"{_TEAM} WHERE code = ?", code)
        return Team(*row) if row else None

    def team_named(self, name: str) -> Team | None:
        """Return the team of exactly this name, or None."""
        row = self._one(f"{_TEAM} WHERE name = ?", name)
        return Team(*row) if row else None

    def teams(self, *, below: str | None = None) -> list[Team]:
        """Return all teams, or those stationed at or under the place `below`, by name."""
        if below is None:
            return [Team(*row) for row in self._all(f"{_TEAM} ORDER BY name")]
        rows = self._all(f"{_BELOW} {_TEAM} WHERE village IN (SELECT code FROM below) ORDER BY name", below)
        return [Team(*row) for row in rows]

    def person(self, code: str) -> Person | None:
        """Return the person, or None; also one who has left."""
        row = self._one(f"{_PERSON} WHERE code = ?", code)
        return _person(row) if row else None

    def person_by_phone(self, phone: str) -> Person | None:
        """Return who has this number and has not left, however the number is written."""
        row = self._one(f"{_PERSON} WHERE phone = ? AND left_on IS NULL", phone_of(phone))
        return _person(row) if row else None

    def people(
        self,
        *,
        team: str | None = None,
        role: str | None = None,
        below: str | None = None,
        left_too: bool = False,
    ) -> list[Person]:
        """Return people by name: of a team, of a role, at or under a place; without those who left."""
        wanted: list[tuple[str, str | None]] = [("team = ?", team), ("role = ?", role)]
        wanted.append(("place IN (SELECT code FROM below)", below))
        where = [text for text, value in wanted if value is not None]
        where += [] if left_too else ["left_on IS NULL"]
        values = [value for value in (below, team, role) if value is not None]
        sql = f"{_BELOW if below is not None else ''} {_PERSON} WHERE {' AND '.join(where) or 'true'}"
        return [_person(row) for row in self._all(f"{sql} ORDER BY name, code", *values)]

    def everyone(self, *, after: str = "", limit: int = 500) -> list[Person]:
        """Return people who have not left, by code, from behind the code `after`."""
        sql = f"{_PERSON} WHERE code > ? AND left_on IS NULL ORDER BY code LIMIT ?"
        return [_person(row) for row in self._all(sql, after, limit)]

    def household(self, code: str) -> Household | None:
        """Return the household, or None."""
        row = self._one(f"{_HOUSEHOLD} WHERE code = ?", code)
        return Household(*row) if row else None

    def households_in(self, villages: Iterable[str]) -> list[Household]:
        """Return the households of these villages, by village and head."""
        sql = f"{_HOUSEHOLD} WHERE village IN (SELECT value FROM json_each(?)) ORDER BY village, head, code"
        return [Household(*row) for row in self._all(sql, json.dumps(list(villages)))]

    def households_paired_with(self, person: str) -> list[Household]:
        """Return the households that the person is paired with, by village and head."""
        sql = f"""{_HOUSEHOLD} WHERE code IN (SELECT household FROM pairings WHERE person = ?)
                  ORDER BY village, head, code"""
        return [Household(*row) for row in self._all(sql, person)]

    def helpers_of(self, household: str) -> list[Person]:
        """Return who is paired with the household and has not left."""
        sql = f"""{_PERSON} WHERE code IN (SELECT person FROM pairings WHERE household = ?)
                  AND left_on IS NULL ORDER BY name, code"""
        return [_person(row) for row in self._all(sql, household)]

    def put_place(self, place: Place) -> Put:
        """Write a place; its parent must be there."""
        return self._put("places", place, self.place(place.code), {})

    def put_team(self, team: Team) -> Put:
        """Write a team; its village must be there."""
        return self._put("teams", team, self.team(team.code), {})

    def put_person(self, person: Person) -> Put:
        """Write a person; place and team must be there. A number goes to whoever was put with it last."""
        person = replace(person, phone=phone_of(person.phone or "") or None)
        self._db.execute(
            "UPDATE people SET phone = NULL WHERE phone = ? AND code <> ?", (person.phone, person.code)
        )
        columns = {
            "hats": ",".join(person.hats),
            "left_on": person.left_on.isoformat() if person.left_on else None,
        }
        return self._put("people", person, self.person(person.code), columns)

    def put_household(self, household: Household) -> Put:
        """Write a household; its village must be there."""
        return self._put("households", household, self.household(household.code), {})

    def pair(self, person: str, household: str) -> Put:
        """Pair a helper with a household."""
        sql = "INSERT INTO pairings (person, household) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return "new" if self._db.execute(sql, (person, household)).rowcount == 1 else "same"

    def unpair(self, person: str, household: str) -> None:
        """End a pairing."""
        self._db.execute("DELETE FROM pairings WHERE person = ? AND household = ?", (person, household))

    def counts(self) -> dict[str, int]:
        """Return how many places, teams, people, households and pairings there are."""
        tables = ("places", "teams", "people", "households", "pairings")
        return {table: int(self._one(f"SELECT count(*) FROM {table}")[0]) for table in tables}

    def is_empty(self) -> bool:
        """Say whether nobody and no place is on the roster."""
        sql = "SELECT EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM places)"
        return not self._one(sql)[0]

    def clear(self) -> None:
        """Delete the roster and everything that hangs on it: records, accounts, conversations, messages."""
        erase_everything(self._db)

    def _put(self, table: str, given: _Row, known: _Row | None, columns: dict[str, Any]) -> Put:
        row = {**vars(given), **columns}
        if "group" in row:
            row["village_group"] = row.pop("group")
        if known is not None and given == known:
            return "same"
        names, rest = list(row), [name for name in row if name != "code"]
        changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
        self._db.execute(
            f"""INSERT INTO {table} ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})
                ON CONFLICT (code) DO UPDATE SET {changes}""",
            list(row.values()),
        )
        return "new" if known is None else "changed"

    def _one(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a row
        return self._db.execute(sql, values).fetchone()

    def _all(self, sql: str, *values: object) -> list[Any]:
        return self._db.execute(sql, values).fetchall()


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _person(row: tuple[Any, ...]) -> Person:
    values = list(row)
    values[6] = tuple(filter(None, row[6].split(",")))
    values[8] = date.fromisoformat(row[8]) if row[8] else None
    return Person(*values)
