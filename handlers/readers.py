"""What the roster says of a person, as the knowledge base understands it."""

from fieldwork import scope
from policy_kb import Reader
from storage import Store
from storage.roster import Person


def reader_of(store: Store, person: Person) -> Reader:
    """Return the person as a reader of documents."""
    answers_for = frozenset(place.code for place in scope.answers_for(store, person))
    return Reader(person.role, frozenset(scope.stands_in(store, person)), answers_for)
