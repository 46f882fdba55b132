"""A team's week: what stands in it, how it is told, and that the order of recording makes no difference."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fieldwork import checkin, week
from fieldwork.days import Week
from fieldwork.duties import HATS
from storage import Store
from storage.checkins import Checkin
from storage.roster import Person, Team
from storage.visits import Visit

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
THIS_WEEK = Week(2026, 48)
MONDAY = THIS_WEEK.monday
TEAM = Team("t1", "白鹭村工作队", "111")
Who = Callable[[str], Person]
Drawn = list[dict[str, Any]]
Record = Callable[..., Visit]


def a_week(store: Store, who: Who, record: Record) -> week.Summary:
    """Let the team work through a week with a bit of everything."""
    record("m1", "h1", date(2026, 11, 18), duties=("publicist",))
    record("m1", "h1", MONDAY, duties=("publicist",), problem="屋顶漏雨")
    record("m1", "h2", MONDAY, duties=("publicist",), location="skipped")
    record("leader", "h1", MONDAY + timedelta(days=1))
    record("m1", "h3", MONDAY + timedelta(days=1), kind="contact", duties=("investigator",))
    record("m1", None, MONDAY + timedelta(days=2), problem="路塌了")
    checkin.check_in(store, who("first"), "leave", now=NOW - timedelta(days=1), source="u:1")
    return week.summary(store, TEAM, THIS_WEEK, NOW)


def test_the_figures_of_a_week(store: Store, who: Who, record: Record) -> None:
    """Visits in person, households once, contacts apart, duties by visits only."""
    summary = a_week(store, who, record)
    assert summary.this_week == week.TeamWeek(visits=4, contacts=1, seen=2, recorded=3)
    assert summary.last_week == week.TeamWeek(visits=1, contacts=0, seen=1, recorded=1)
    assert [member.name for member in summary.members] == sorted(member.name for member in summary.members)
    m1 = next(member for member in summary.members if member.code == "m1")
    assert (m1.days, m1.visits, m1.contacts, m1.households) == (3, 3, 1, 2)
    assert (m1.served, m1.not_served) == (("publicist", "service"), ("investigator",))
    assert next(member for member in summary.members if member.code == "first").leave_days == 1
    assert summary.silent == ("段立新",)
    assert summary.unserved == ("investigator",)
    assert summary.unlocated == 1


def test_the_words_of_a_week(store: Store, who: Who, record: Record) -> None:
    """One page: figures, people by name, problems, what is missing, as of when."""
    words = week.words(a_week(store, who, record))
    assert words == (
        "白鹭村工作队 11月23日–29日 小结\n"
        "全队：走访 4 次，见到 2/4 户，另有电话联系 1 次（不计入走访）。\n"
        "上周：走访 1 次，见到 1 户，1 人有记录。\n\n"
        "· 何秋雨（驻村队员）：3 天有记录，走访 3 次、2 户，已记宣传员、服务员，还没记调查员\n"
        "· 周明山（工作队长）：1 天有记录，走访 1 次、1 户，已记服务员\n"
        "· 林晓岚（第一书记）：1 天有记录，请假 1 天\n"
        "· 段立新（驻村队员）：无记录，还没记服务员\n\n"
        "发现的问题：\n"
        "· 11月23日 普有福：屋顶漏雨\n"
        "· 11月25日 村里：路塌了\n\n"
        "完整程度：4 人中 3 人有记录，截至 11月27日 17:00。\n"
        "无记录：段立新（可能没来得及记，不代表不在岗）。\n"
        "全队还没记到的职责：调查员。\n"
        "1 次走访没有位置。"
    )
    assert "缺勤" not in words


def test_a_week_as_json(store: Store, who: Who, record: Record) -> None:
    """Plain values with days as ISO texts."""
    told = json.loads(json.dumps(week.as_dict(a_week(store, who, record)), ensure_ascii=False))
    assert (told["team_name"], told["week"]) == ("白鹭村工作队", "2026-W48")
    assert told["problems"][0] == {
        "day": "2026-11-23",
        "household": "h1",
        "where": "普有福",
        "text": "屋顶漏雨",
    }
    assert told["silent"] == ["段立新"]
    assert told["this_week"]["visits"] == 4


def test_an_empty_week_is_told_as_one(store: Store) -> None:
    """Nothing is read into silence."""
    words = week.words(week.summary(store, TEAM, THIS_WEEK, NOW))
    assert "4 人中 0 人有记录" in words
    assert "缺勤" not in words


def test_whoever_left_stands_in_the_weeks_with_their_records(store: Store, who: Who, record: Record) -> None:
    """And in no other."""
    record("m2", "h1", MONDAY)
    gone = who("m2")
    store.roster.put_person(Person(**(vars(gone) | {"left_on": date(2026, 11, 25)})))
    assert "m2" in {m.code for m in week.summary(store, TEAM, THIS_WEEK, NOW).members}
    assert "m2" not in {m.code for m in week.summary(store, TEAM, THIS_WEEK.previous(), NOW).members}


def test_a_busy_week_still_fits_one_page(store: Store, record: Record) -> None:
    """Fewer problems are shown, their number is told."""
    for n in range(60):
        record("m1", "h1", MONDAY, problem=f"问题{n}" * 20)
    words = week.words(week.summary(store, TEAM, THIS_WEEK, NOW))
    assert len(words) <= week.LONGEST
    assert "另有" in words
    assert "完整程度" in words


PEOPLE = tuple(Person(code, code, None, "member", "1", "t1", ("service", "liaison")) for code in "abc")
VISITS: st.SearchStrategy[Drawn] = st.lists(
    st.builds(
        dict,
        person=st.sampled_from("abc"),
        day=st.integers(0, 6).map(lambda days: MONDAY + timedelta(days=days)),
        household=st.sampled_from(["h1", "h2", "h3", None]),
        kind=st.sampled_from(["visit", "contact"]),
        duties=st.sets(st.sampled_from([hat.code for hat in HATS]), min_size=1).map(tuple),
    ),
    max_size=20,
)


def visit_of(number: int, values: dict[str, Any]) -> Visit:
    """Make a visit of the drawn values."""
    rest: dict[str, Any] = dict.fromkeys(("latitude", "longitude", "accuracy_m", "distance_m"))
    texts = ("receipt", "source", "village", "note", "problem", "location_reason", "evidence")
    rest |= dict.fromkeys(texts, "")
    return Visit(id=number, team="t1", recorded_at=NOW, location="given", **rest, **values)


@given(VISITS, st.randoms(use_true_random=False))
def test_the_order_of_recording_makes_no_difference(drawn: Drawn, chance: Random) -> None:
    """Days without signal are recorded late, and the week is the same."""
    visits = [visit_of(number, values) for number, values in enumerate(drawn)]
    shuffled = list(visits)
    chance.shuffle(shuffled)
    assert week.tally(PEOPLE, [], visits, THIS_WEEK) == week.tally(PEOPLE, [], shuffled, THIS_WEEK)


@given(VISITS, VISITS)
def test_two_halves_of_a_week_add_up(first: Drawn, second: Drawn) -> None:
    """Visits and contacts add, households and duties unite, days are never counted twice."""
    visits = [visit_of(number, values) for number, values in enumerate([*first, *second])]
    halves = visits[: len(first)], visits[len(first) :]
    whole = week.tally(PEOPLE, [], visits, THIS_WEEK)
    for all_of, a, b in zip(
        whole, *(week.tally(PEOPLE, [], half, THIS_WEEK) for half in halves), strict=True
    ):
        assert (all_of.visits, all_of.contacts) == (a.visits + b.visits, a.contacts + b.contacts)
        assert max(a.households, b.households) <= all_of.households <= a.households + b.households
        assert set(all_of.served) == set(a.served) | set(b.served)
        assert max(a.days, b.days) <= all_of.days <= min(7, a.days + b.days)
        assert not set(all_of.not_served) & set(all_of.served)


def test_leave_taken_back_is_no_leave() -> None:
    """The last word of the day counts."""
    said = [
        Checkin(1, "", "a", MONDAY, NOW, "leave", "", None, None, None),
        Checkin(2, "", "a", MONDAY, NOW, "village", "", None, None, None),
    ]
    assert week.tally(PEOPLE, said, [], THIS_WEEK)[0].leave_days == 0
    assert week.tally(PEOPLE, said[:1], [], THIS_WEEK)[0].leave_days == 1
