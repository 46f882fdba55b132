"""Visits: written once, found again by person, team, household and receipt."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import Store
from storage.roster import Household, Person, Place, Team
from storage.visits import Visit, Visits, _receipts

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
DAY = date(2026, 11, 25)


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Visits]:
    """Give an empty record, with a small roster behind it, inside a transaction."""
    store = Store(tmp_path)
    with store.transaction():
        store.roster.put_place(Place("1", "村", "village"))
        store.roster.put_team(Team("t1", "队", "1"))
        for code, team in (("p1", "t1"), ("p2", "t1"), ("p3", None)):
            store.roster.put_person(Person(code, code, None, "member", "1", team))
        for code in ("h1", "h2", "h3"):
            store.roster.put_household(Household(code, code, "1"))
        yield store.visits
    store.close()


def record(visits: Visits, source: str, **changes: Any) -> Visit:
    """Record a visit of p1 to h1."""
    values: dict[str, Any] = {
        "kind": "visit",
        "person": "p1",
        "team": "t1",
        "village": "1",
        "household": "h1",
        "day": DAY,
        "recorded_at": NOW,
        "duties": ("service", "liaison"),
        "note": "收玉米",
        "location": "given",
        "latitude": 25.6,
        "longitude": 103.4,
        "distance_m": 180.0,
        "evidence": "声明位置距该户 180 米",
    }
    return visits.record(source=source, **(values | changes))


def test_what_is_recorded_comes_back_the_same(visits: Visits) -> None:
    """Every field survives, by source and by receipt, in whatever case it is typed."""
    visit = record(visits, "u:1", problem="漏雨")
    assert (visit.duties, visit.day, visit.recorded_at) == (("service", "liaison"), DAY, NOW)
    assert visits.by_source("u:1") == visits.by_receipt(f" {visit.receipt.lower()} ") == visit
    assert visits.by_receipt("1125-0000") is None


def test_the_same_source_is_one_visit_with_one_receipt(visits: Visits) -> None:
    """A replay finds what stands there, and tells the same receipt."""
    first = record(visits, "u:1")
    assert record(visits, "u:1", note="另一句话") == first
    assert visits.count_of("p1") == 1


def test_a_receipt_is_the_day_and_a_code_that_grows_where_it_collides(visits: Visits) -> None:
    """No letters that are mistaken for digits; a longer code when the short one is taken."""
    shorter, longer, *_ = _receipts(DAY, "u:2")
    taken = record(visits, "u:1")
    visits._db.execute("UPDATE visits SET receipt = ? WHERE id = ?", (shorter, taken.id))
    assert re.fullmatch(r"1125-[0-9A-HJKMNP-TV-Z]{4}", shorter)
    assert record(visits, "u:2").receipt == longer
    assert longer.startswith(shorter)


def test_a_persons_visits_come_newest_first_and_in_pages(visits: Visits) -> None:
    """Days are included at both ends."""
    for n in range(1, 6):
        record(visits, f"u:{n}", day=date(2026, 11, n))
    of_all = visits.of_person("p1")
    assert [visit.day.day for visit in of_all] == [5, 4, 3, 2, 1]
    assert visits.of_person("p1", limit=2, skip=2) == of_all[2:4]
    between = visits.of_person("p1", since=date(2026, 11, 2), until=date(2026, 11, 4))
    assert [visit.day.day for visit in between] == [4, 3, 2]


def test_a_teams_visits_come_oldest_first(visits: Visits) -> None:
    """Those of others stay out."""
    record(visits, "u:1", person="p2", day=date(2026, 11, 3))
    record(visits, "u:2", day=date(2026, 11, 2))
    record(visits, "u:3", person="p3", team=None, day=date(2026, 11, 2))
    found = visits.of_team("t1", since=date(2026, 11, 1), until=date(2026, 11, 3))
    assert [visit.source for visit in found] == ["u:2", "u:1"]


def test_only_visits_in_person_count_as_seen(visits: Visits) -> None:
    """A contact by telephone leaves the household unseen."""
    record(visits, "u:1", household="h1", day=date(2026, 11, 3))
    record(visits, "u:2", household="h2", kind="contact")
    record(visits, "u:3", household="h3", person="p2", day=date(2026, 11, 9))
    record(visits, "u:4", household=None)
    since, until = date(2026, 11, 1), date(2026, 11, 30)
    assert visits.last_seen(["h1", "h2", "h3"]) == {"h1": date(2026, 11, 3), "h3": date(2026, 11, 9)}
    assert visits.last_seen(["h1", "h3"], by="p2") == {"h3": date(2026, 11, 9)}
    assert visits.last_seen(["h1"], team="t2") == {}
    assert visits.seen_households(team="t1", since=since, until=until) == {"h1", "h3"}
    assert visits.seen_households(person="p1", since=since, until=until) == {"h1"}


def test_seen_is_asked_of_a_person_or_of_a_team(visits: Visits) -> None:
    """Neither or both is a mistake of the program."""
    with pytest.raises(ValueError, match="either"):
        visits.seen_households(since=DAY, until=DAY)
