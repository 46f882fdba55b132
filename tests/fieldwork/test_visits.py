"""Recording a visit: the list, the checks, the receipt, the month's progress."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fieldwork import visits
from fieldwork.errors import Incomplete, NotAllowed
from fieldwork.evidence import Location
from fieldwork.visits import Draft
from storage import Store
from storage.roster import Person, Place
from storage.visits import Visit

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
HERE = Location(25.6220, 103.4130, 15)
DRAFT = Draft("visit", "h1", "111", ("service", "publicist"), " 收玉米 ", "漏雨", HERE)
Who = Callable[[str], Person]
Record = Callable[..., Visit]


def codes(choices: list[visits.HouseholdChoice]) -> list[str]:
    """Give the households' codes."""
    return [choice.household.code for choice in choices]


def test_the_list_begins_with_whom_nobody_has_seen(store: Store, who: Who, record: Record) -> None:
    """Never seen, then seen before this month, then seen this month, each the longest ago first."""
    record("m2", "h1", date(2026, 11, 20))
    record("leader", "h4", date(2026, 11, 3))
    record("m1", "h2", date(2026, 10, 30))
    choices = visits.own_households(store, who("m1"), NOW)
    assert codes(choices) == ["h3", "h2", "h4", "h1"]
    assert [c.last_seen for c in choices][:2] == [None, date(2026, 10, 30)]


def test_for_a_helper_only_the_own_eyes_count(store: Store, who: Who, record: Record) -> None:
    """What the team saw, the helper has still to see."""
    record("m1", "h1", date(2026, 11, 20))
    record("helper", "k1", date(2026, 11, 21), team=None, village="121")
    assert codes(visits.own_households(store, who("helper"), NOW)) == ["h1", "k1"]


def test_search_takes_head_group_and_code(store: Store, who: Who) -> None:
    """All words count, capitals do not; other villages' households are not found."""
    member = who("m1")
    assert codes(visits.search(store, member, NOW, "普")) == ["h1"]
    assert codes(visits.search(store, member, NOW, "二组")) == ["h3", "h4"]
    assert codes(visits.search(store, member, NOW, "白 二组")) == ["h4"]
    assert codes(visits.search(store, member, NOW, "H2")) == ["h2"]
    assert visits.search(store, member, NOW, "施家兴") == []


def test_a_visit_is_saved_with_receipt_evidence_and_progress(store: Store, who: Who) -> None:
    """What the person is told stands on the row."""
    saved = visits.save(store, who("m1"), DRAFT, now=NOW, source="u:1")
    visit = saved.visit
    assert (visit.day, visit.team, visit.village, visit.household) == (date(2026, 11, 25), "t1", "111", "h1")
    assert (visit.duties, visit.note, visit.problem) == (("publicist", "service"), "收玉米", "漏雨")
    assert visit.receipt.startswith("1125-")
    assert visit.evidence == "声明位置距该户 0 米（精度约 20 米）"
    assert saved.progress.words() == "11月您已走访 1 户（目标 10 户）。全村 4 户，还有 3 户本月未见面。"


def test_the_same_update_again_gives_the_same_receipt(store: Store, who: Who) -> None:
    """Even when what it says would no longer pass."""
    first = visits.save(store, who("m1"), DRAFT, now=NOW, source="u:1")
    again = visits.save(store, who("m1"), replace(DRAFT, note=""), now=NOW, source="u:1")
    assert again == first


def test_a_forwarded_location_stops_nothing(store: Store, who: Who) -> None:
    """The visit is saved, the location is not."""
    draft = replace(DRAFT, location=replace(HERE, forwarded=True))
    visit = visits.save(store, who("m1"), draft, now=NOW, source="u:1").visit
    assert (visit.location, visit.latitude) == ("forwarded", None)


def test_a_contact_is_kept_and_never_counts(store: Store, who: Who) -> None:
    """Not in the progress, not as seen."""
    draft = replace(DRAFT, kind="contact", location=None, location_reason="电话联系")
    saved = visits.save(store, who("m1"), draft, now=NOW, source="u:1")
    assert (saved.visit.kind, saved.visit.evidence) == ("contact", "电话联系，不计入走访")
    assert (saved.progress.seen, saved.progress.left, saved.progress.visits) == (0, 4, 0)


def test_a_visit_to_the_village_is_weighed_by_the_villages_circle(store: Store, who: Who) -> None:
    """It counts as a visit, though no household was seen."""
    saved = visits.save(store, who("m1"), replace(DRAFT, household=None), now=NOW, source="u:1")
    assert saved.visit.evidence.startswith("声明位置距村登记点 ")
    assert (saved.visit.household, saved.progress.visits, saved.progress.seen) == (None, 1, 0)


def test_a_household_without_a_point_is_weighed_by_its_village(store: Store) -> None:
    """Where the village has none either, that is said."""
    draft = replace(DRAFT, household="h3")
    assert visits.weigh(store, draft).words.startswith("声明位置距村登记点 ")
    store.roster.put_place(Place("111", "白鹭村", "village", "11"))
    assert "该户还没有登记坐标" in visits.weigh(store, draft).words
    assert "本村还没有登记坐标" in visits.weigh(store, replace(draft, household=None)).words


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"note": "  "}, "做了什么"),
        ({"duties": ()}, "至少选一项"),
        ({"duties": ("manage",)}, "至少选一项"),
        ({"location": None}, "原因"),
        ({"note": "话" * 2001}, "2000 字"),
        ({"kind": "contact", "household": None}, "具体的一户"),
        ({"kind": "dream"}, "上门走访"),
    ],
)
def test_what_is_missing_is_asked_for(store: Store, who: Who, change: dict[str, Any], says: str) -> None:
    """In words that say what to do next, and nothing is written."""
    with pytest.raises(Incomplete) as caught:
        visits.save(store, who("m1"), replace(DRAFT, **change), now=NOW, source="u:1")
    assert says in caught.value.text
    assert store.visits.count_of("m1") == 0


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("n1", {}),
        ("helper", {"household": "h2"}),
        ("office", {}),
        ("office", {"household": None}),
        ("m1", {"household": "none"}),
        ("m1", {"household": None, "village": "121"}),
        ("m1", {"household": None, "village": None}),
    ],
)
def test_only_ones_own_households_and_villages(
    store: Store, who: Who, code: str, change: dict[str, Any]
) -> None:
    """A button from an old list, or a made-up one, saves nothing."""
    with pytest.raises(NotAllowed):
        visits.save(store, who(code), replace(DRAFT, **change), now=NOW, source="u:1")


def test_progress_of_a_helper_and_of_a_full_month(store: Store, who: Who, record: Record) -> None:
    """No goal but the paired households; a month in which all were seen says so."""
    record("helper", "h1", date(2026, 11, 1), team=None)
    assert visits.progress(store, who("helper"), NOW).words() == (
        "11月您已走访 1 户。结对 2 户，还有 1 户本月未见面。"
    )
    record("helper", "k1", date(2026, 11, 25), team=None, village="121")
    assert visits.progress(store, who("helper"), NOW).words().endswith("名下 2 户本月都见过面了。")
    next_month = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert visits.progress(store, who("helper"), next_month).words().startswith("12月您已走访 0 户")


def test_a_visit_of_an_earlier_day_keeps_its_own_day(store: Store, who: Who) -> None:
    """The instant at which it was recorded stays beside it."""
    visit = visits.save(store, who("m1"), replace(DRAFT, day=date(2026, 10, 25)), now=NOW, source="u:1").visit
    assert (visit.day, visit.recorded_at) == (date(2026, 10, 25), NOW)
    assert visit.receipt.startswith("1025-")


@pytest.mark.parametrize(("day", "told"), [(date(2026, 11, 26), "还没到"), (date(2026, 10, 24), "31 天以内")])
def test_a_day_ahead_or_long_ago_is_refused(store: Store, who: Who, day: date, told: str) -> None:
    """Said in words, nothing written."""
    with pytest.raises(Incomplete) as refused:
        visits.save(store, who("m1"), replace(DRAFT, day=day), now=NOW, source="u:1")
    assert told in refused.value.text
    assert store.visits.count_of("m1") == 0
