"""The roster as the reading needs it: households with their people, and the cadres who share their surnames.

Independent of storage, so that any list of households can be read against.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """One person of a household; `relation` to the head as registered, e.g. 妻子."""

    name: str
    relation: str = ""


@dataclass(frozen=True)
class Household:
    """A household by its head; `members` may leave the head out."""

    code: str
    head: str
    group: str = ""
    nickname: str = ""
    members: tuple[Member, ...] = ()

    @property
    def people(self) -> tuple[Member, ...]:
        """Return the head and the other members, each once."""
        others = tuple(member for member in self.members if member.name != self.head)
        return (Member(self.head, "户主"), *others)


@dataclass(frozen=True)
class Cadre:
    """One who visits and is not visited."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Roster:
    """All households that a message may speak of, and the cadres."""

    households: tuple[Household, ...]
    cadres: tuple[Cadre, ...] = ()
