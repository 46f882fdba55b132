"""The step that brings units, household files and the audit to a data file that has been in use."""

import sqlite3  # noqa: TID251 - an old file has to be made
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from storage import Store
from storage.audit import Look
from storage.migrations import migrations
from storage.roster import Household, Person, Unit
from storage.store import FILE

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def old_file(folder: Path) -> None:
    """Make a data file as it was before, with a person of a unit and a household in it."""
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    before = Migrations("zhucun")
    for step in migrations.pending(Database(connection)):
        if step.name == "household_files":
            break
        before(name=step.name)(step.fn)
    before.apply(Database(connection))
    connection.execute("INSERT INTO places (code, name, level) VALUES ('1', '甲村', 'village')")
    connection.execute(
        "INSERT INTO people (code, name, role, place, unit) VALUES ('p', '某', 'office', '1', '农技站')"
    )
    connection.execute("INSERT INTO households (code, head, village) VALUES ('h', '普有福', '1')")
    connection.close()


def test_an_old_file_keeps_everything_and_gains_the_rest(tmp_path: Path) -> None:
    """Units have become rows, households are found by their names."""
    old_file(tmp_path / "data")
    store = Store(tmp_path / "data")
    assert store.roster.person("p") == Person("p", "某", None, "office", "1", unit="农技站")
    assert store.roster.unit("农技站") == Unit("农技站", "农技站")
    assert store.roster.household("h") == Household("h", "普有福", "1")
    assert [h.code for h in store.roster.households_named("有福", below="1")] == ["h"]
    store.close()


def test_looks_are_kept_by_person_and_by_household(tmp_path: Path) -> None:
    """The newest first, no more than asked for."""
    old_file(tmp_path / "data")
    store = Store(tmp_path / "data")
    with store.transaction():
        store.audit.record(person="p", what="search", text="普", at=NOW)
        store.audit.record(person="p", what="file", household="h", at=NOW)
    file, search = Look(2, NOW, "p", "file", "h"), Look(1, NOW, "p", "search", None, "普")
    assert store.audit.of_person("p") == [file, search]
    assert store.audit.of_person("p", limit=1) == store.audit.of_household("h") == [file]
    assert store.audit.of_household("other") == []
    store.close()
