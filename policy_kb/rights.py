"""Who may read a document. Decided here and nowhere else; the roster that it rests on is not known here.

A document has a scope, an asker is a reader: codes of places and a role, put together by whoever knows the roster.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """For whom a document is: a place and everything below it (None: everywhere), and any of the roles (none named: all)."""

    place: str | None = None
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", tuple(sorted(set(self.roles))))

    @property
    def public(self) -> bool:
        """Whether everybody may read it."""
        return self.place is None and not self.roles


PUBLIC = Scope()


@dataclass(frozen=True)
class Reader:
    """Who asks.

    `places` are the reader's own place and all above it; `answers_for` are the places whose office the reader is of, its own and
    all below: empty for everybody but offices.
    """

    role: str
    places: frozenset[str]
    answers_for: frozenset[str] = frozenset()


def may_read(scope: Scope, reader: Reader | None) -> bool:
    """Say whether the reader may read a document of this scope; None is whoever maintains the base, who may read all.

    An office reads whatever is meant for a place that it answers for. Everybody else must stand in the place and have a role named.
    """
    if reader is None or scope.place in reader.answers_for:
        return True
    there = scope.place is None or scope.place in reader.places
    return there and (not scope.roles or reader.role in scope.roles)
