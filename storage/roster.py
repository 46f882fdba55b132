"""Who is who: places, units, teams, people, poor households and who is paired with whom.

Answers for upserts and for the tree of places. Does not decide who may see what.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Literal

from sqlite_utils import Database

from storage import household_names
from storage.erase import erase_everything
from storage.roster_entries import (
    TABLES,
    Entry,
    Household,
    Kind,
    Member,
    Person,
    Place,
    Point,
    Team,
    Unit,
    columns,
    entry_of,
    phone_of,
    row_of,
    select,
)

__all__ = [
    "Entry",
    "Household",
    "Member",
    "Person",
    "Place",
    "Point",
    "Put",
    "Roster",
    "Team",
    "Unit",
    "phone_of",
]

Put = Literal["new", "changed", "same"]

_BELOW = """WITH RECURSIVE below(code) AS (
    SELECT code FROM places WHERE code = ?
    UNION SELECT p.code FROM places p JOIN below b ON p.parent = b.code)"""
_PERSON, _PLACE, _TEAM, _HOUSEHOLD = (select(kind) for kind in (Person, Place, Team, Household))
_BATCH, _SIFTED = 5000, 3000


class Roster:
    """The roster; whatever is put replaces what stood under the same code."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def place(self, code: str) -> Place | None:
        """Return the place, or None."""
        return self._find(Place, code)

    def places_below(self, code: str) -> list[Place]:
        """Return the place itself and everything under it, by code."""
        rows = self._all(f"{_BELOW} {_PLACE} WHERE code IN (SELECT code FROM below) ORDER BY code", code)
        return [Place(*row) for row in rows]

    def is_below(self, code: str, place: str) -> bool:
        """Say whether the place `code` is the place or lies somewhere under it."""
        sql = """WITH RECURSIVE above(code) AS (
                     VALUES(?) UNION SELECT p.parent FROM places p JOIN above a ON p.code = a.code)
                 SELECT EXISTS (SELECT 1 FROM above WHERE code = ?)"""
        return bool(self._one(sql, code, place)[0])

    def unit(self, code: str) -> Unit | None:
        """Return the unit, or None."""
        return self._find(Unit, code)

    def unit_name(self, code: str) -> str:
        """Return what the unit is called, its code where it is not on the roster."""
        found = self.unit(code)
        return found.name if found else code

    def team(self, code: str) -> Team | None:
        """Return the team, or None."""
        return self._find(Team, code)

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
        return self._find(Person, code)

    def person_by_phone(self, phone: str) -> Person | None:
        """Return who has this number and has not left, however the number is written."""
        row = self._one(f"{_PERSON} WHERE phone = ? AND left_on IS NULL", phone_of(phone))
        return entry_of(Person, row) if row else None

    def people(
        self,
        *,
        team: str | None = None,
        role: str | None = None,
        unit: str | None = None,
        below: str | None = None,
        left_too: bool = False,
    ) -> list[Person]:
        """Return people by name: of a team, role or unit, at or under a place; without those who left."""
        wanted: list[tuple[str, str | None]] = [("team = ?", team), ("role = ?", role), ("unit = ?", unit)]
        wanted.append(("place IN (SELECT code FROM below)", below))
        where = [text for text, value in wanted if value is not None]
        where += [] if left_too else ["left_on IS NULL"]
        values = [value for value in (below, team, role, unit) if value is not None]
        sql = f"{_BELOW if below is not None else ''} {_PERSON} WHERE {' AND '.join(where) or 'true'}"
        return [entry_of(Person, row) for row in self._all(f"{sql} ORDER BY name, code", *values)]

    def everyone(self, *, after: str = "", limit: int = 500) -> list[Person]:
        """Return people who have not left, by code, from behind the code `after`."""
        sql = f"{_PERSON} WHERE code > ? AND left_on IS NULL ORDER BY code LIMIT ?"
        return [entry_of(Person, row) for row in self._all(sql, after, limit)]

    def household(self, code: str) -> Household | None:
        """Return the household, or None; also one that has been closed."""
        return self._find(Household, code)

    def households_in(self, villages: Iterable[str], *, closed_too: bool = False) -> list[Household]:
        """Return the households of these villages, by village and head."""
        sql = f"""{_HOUSEHOLD} WHERE village IN (SELECT value FROM json_each(?))
                  {"" if closed_too else "AND closed_on IS NULL"} ORDER BY village, head, code"""
        return [entry_of(Household, row) for row in self._all(sql, json.dumps(list(villages)))]

    def households_paired_with(self, person: str, *, closed_too: bool = False) -> list[Household]:
        """Return the households that the person is paired with, by village and head."""
        sql = f"""{_HOUSEHOLD} WHERE code IN (SELECT household FROM pairings WHERE person = ?)
                  {"" if closed_too else "AND closed_on IS NULL"} ORDER BY village, head, code"""
        return [entry_of(Household, row) for row in self._all(sql, person)]

    def households_named(
        self, text: str, *, below: str, also: Sequence[str] = (), limit: int = -1
    ) -> list[Household]:
        """Return households at or under the place, closed ones too, in whose names the text stands, by village and head.

        Names are those of head and members, and the nickname. Whatever is in `also` stands there too, or in group or
        code. At most `limit`, if any; of a name that thousands bear only the first thousands are looked at for `also`.
        """
        among = "village_group || ' ' || code || ' ' || head || ' ' || nickname || ' ' || members"
        sql = f"""{_BELOW} {_HOUSEHOLD} WHERE code IN (
                      SELECT DISTINCT household FROM household_names
                      WHERE ending >= ? AND ending < ? AND village IN (SELECT code FROM below) LIMIT ?)
                  {f"AND instr(lower({among}), ?) " * len(also)} ORDER BY village, head, code LIMIT ?"""
        sifted = _SIFTED if also else limit
        words = (word.casefold() for word in also)
        rows = self._all(sql, below, *household_names.bounds(text), sifted, *words, limit)
        return [entry_of(Household, row) for row in rows]

    def helpers_of(self, household: str) -> list[Person]:
        """Return who is paired with the household and has not left."""
        sql = f"""{_PERSON} WHERE code IN (SELECT person FROM pairings WHERE household = ?)
                  AND left_on IS NULL ORDER BY name, code"""
        return [entry_of(Person, row) for row in self._all(sql, household)]

    def every(self, kind: type[Kind]) -> Iterator[Kind]:
        """Yield all entries of a kind one by one, those too who have left or been closed; write nothing meanwhile."""
        return (entry_of(kind, row) for row in self._db.execute(f"{select(kind)} ORDER BY code"))

    def pairings(self) -> set[tuple[str, str]]:
        """Return every pairing as (person, household)."""
        return {
            (person, household) for person, household in self._all("SELECT person, household FROM pairings")
        }

    def put_place(self, place: Place) -> Put:
        """Write a place; its parent must be there."""
        return self._put(place, self.place(place.code))

    def put_unit(self, unit: Unit) -> Put:
        """Write a unit."""
        return self._put(unit, self.unit(unit.code))

    def put_team(self, team: Team) -> Put:
        """Write a team; its village must be there."""
        return self._put(team, self.team(team.code))

    def put_person(self, person: Person) -> Put:
        """Write a person; place and team must be there. A number goes to whoever was put with it last."""
        person = replace(person, phone=phone_of(person.phone or "") or None)
        return self._put(person, self.person(person.code))

    def put_household(self, household: Household) -> Put:
        """Write a household; its village must be there."""
        return self._put(household, self.household(household.code))

    def put_all(self, entries: Sequence[Entry]) -> Iterator[int]:
        """Write entries of one kind, what they refer to being there already; yield how many are written so far.

        Phones are taken as they stand: digits, and none twice among the entries.
        """
        rest, done = iter(entries), 0
        for number, batch in enumerate(iter(lambda: list(islice(rest, _BATCH)), [])):
            if number == 0:
                self._free_phones([entry for entry in entries if isinstance(entry, Person)])
            self._write(batch)
            done += len(batch)
            yield done

    def pair(self, person: str, household: str) -> Put:
        """Pair a helper with a household."""
        return "new" if self.pair_all([(person, household)]) else "same"

    def pair_all(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Pair helpers with households; return how many of the pairings are new."""
        sql = "INSERT INTO pairings (person, household) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return self._many(sql, pairs)

    def unpair(self, person: str, household: str) -> None:
        """End a pairing."""
        self.unpair_all([(person, household)])

    def unpair_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """End pairings."""
        self._many("DELETE FROM pairings WHERE person = ? AND household = ?", pairs)

    def counts(self) -> dict[str, int]:
        """Return how many places, units, teams, people, households and pairings there are."""
        tables = (*TABLES.values(), "pairings")
        return {table: int(self._one(f"SELECT count(*) FROM {table}")[0]) for table in tables}

    def is_empty(self) -> bool:
        """Say whether nobody and no place is on the roster."""
        sql = "SELECT EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM places)"
        return not self._one(sql)[0]

    def clear(self) -> None:
        """Delete the roster and everything that hangs on it: records, accounts, conversations, messages."""
        erase_everything(self._db)

    def _put(self, given: Entry, known: Entry | None) -> Put:
        if known is not None and given == known:
            return "same"
        self._free_phones([given] if isinstance(given, Person) else [])
        self._write([given])
        return "new" if known is None else "changed"

    def _free_phones(self, people: Sequence[Person]) -> None:
        """Take the numbers from whoever else has them."""
        self._many(
            "UPDATE people SET phone = NULL WHERE phone = ? AND code <> ?",
            [(person.phone, person.code) for person in people if person.phone],
        )

    def _write(self, batch: Sequence[Entry]) -> None:
        """Write entries of one kind, the names of households with them."""
        names = columns(type(batch[0]))
        changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != "code")
        households = [entry for entry in batch if isinstance(entry, Household)]
        before = self._households([household.code for household in households])
        self._many(
            f"""INSERT INTO {TABLES[type(batch[0])]} ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})
                ON CONFLICT (code) DO UPDATE SET {changes}""",
            map(row_of, batch),
        )
        household_names.replace(self._db, before, households)

    def _households(self, codes: list[str]) -> list[Household]:
        rows = self._all(f"{_HOUSEHOLD} WHERE code IN (SELECT value FROM json_each(?))", json.dumps(codes))
        return [entry_of(Household, row) for row in rows]

    def _find(self, kind: type[Kind], code: str) -> Kind | None:
        row = self._one(f"{select(kind)} WHERE code = ?", code)
        return entry_of(kind, row) if row else None

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        connection = self._db.conn
        assert connection is not None, "the store has opened it"
        return connection.executemany(sql, rows).rowcount

    def _one(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a row
        return self._db.execute(sql, values).fetchone()

    def _all(self, sql: str, *values: object) -> list[Any]:
        return self._db.execute(sql, values).fetchall()
