"""Files that wait for the office's word: kept once, changed while they wait, gone when closed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import Store
from storage.offers import Offers
from storage.roster import Person, Place

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def offers(tmp_path: Path) -> Iterator[Offers]:
    """Give an empty record and an office."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "乡", "township"))
        store.roster.put_person(Person("o", "许知远", None, "office", "1"))
        yield store.offers
    store.close()


def test_a_file_waits_once_for_its_own_sender(offers: Offers) -> None:
    """The same message brought twice is one offer; nobody else finds it."""
    offer = offers.put(source="a", person="o", file="f1", name="办法.docx", place="1", at=NOW)
    assert offers.put(source="a", person="o", file="f1", name="办法.docx", place="1", at=NOW) == offer
    assert (offer.file, offer.name, offer.title, offer.place, offer.roles) == ("f1", "办法.docx", "", "1", ())
    assert offers.get(offer.id, person="o") == offer
    assert offers.get(offer.id, person="p") is None


def test_what_the_office_says_of_it_is_kept_until_it_is_closed(offers: Offers) -> None:
    """Title and readers change; a closed one is there no more."""
    number = offers.put(source="a", person="o", file="f1", name="办法.docx", place="1", at=NOW).id
    offers.title(number, "走访办法")
    offers.meant_for(number, place="11", roles=("leader", "office"))
    changed = offers.get(number, person="o")
    assert changed is not None
    assert (changed.title, changed.place, changed.roles) == ("走访办法", "11", ("leader", "office"))
    offers.close(number, at=NOW)
    assert offers.get(number, person="o") is None
