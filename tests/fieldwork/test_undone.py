"""The one message a day: only what is undone, to whom it falls, and nothing when nothing is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from fieldwork import checkin
from fieldwork.duties import HATS
from fieldwork.undone import LONGEST, Round, Undone, digest, undone
from storage import Store
from storage.roster import Household, Person
from storage.visits import Visit

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
Who = Callable[[str], Person]
Record = Callable[..., Visit]


def text(store: Store, person: Person, now: datetime = NOW) -> str | None:
    """Give the message, None when there is none."""
    left = undone(store, person, now)
    return digest(left) if left else None


def see_all(record: Record, person: str = "m2") -> None:
    """Let somebody visit every household of the village this month."""
    for household in ("h1", "h2", "h3", "h4"):
        record(person, household, date(2026, 11, 2))


def test_a_member_hears_of_duties_and_households(store: Store, who: Who, record: Record) -> None:
    """The week's duties, the month's households, and how complete that is."""
    record("m1", "h1", MONDAY, duties=("publicist",))
    record("m2", "h2", date(2026, 11, 2))
    assert text(store, who("m1")) == (
        "何秋雨您好，还有这些等着您：\n"
        "· 本周还没有记录的职责：调查员。\n"
        "· 11月村里还没走访到的有 2 户（共 4 户）：王顺、白满仓。\n"
        "截至今天 08:30 的记录；已经做了还没记的，补记一下就好。"
    )


def test_what_is_done_is_not_mentioned(store: Store, who: Who, record: Record) -> None:
    """A reminder for something done is an insult; nothing undone, nothing said."""
    see_all(record)
    record("m1", "h1", MONDAY, duties=("publicist", "investigator"))
    assert text(store, who("m1")) is None
    assert "户" not in (text(store, who("m2")) or "")


def test_last_weeks_duties_and_last_months_visits_are_due_again(
    store: Store, who: Who, record: Record
) -> None:
    """The Sunday before does not serve this week."""
    see_all(record)
    record("m2", "h1", date(2026, 11, 22))
    assert "服务员" in (text(store, who("m2")) or "")
    assert "共 4 户" in (text(store, who("m2"), datetime(2026, 12, 1, 0, 30, tzinfo=UTC)) or "")


def test_a_telephone_call_leaves_it_undone(store: Store, who: Who, record: Record) -> None:
    """Neither the duty nor the household is served by a contact."""
    record("m2", "h1", MONDAY, kind="contact")
    words = text(store, who("m2")) or ""
    assert "服务员" in words
    assert "4 户（共 4 户）" in words


def test_a_helper_hears_of_the_paired_households_alone(store: Store, who: Who, record: Record) -> None:
    """What the team saw does not count for the helper."""
    record("m1", "h1", MONDAY)
    assert "2 户（共 2 户）：普有福、施家兴" in (text(store, who("helper")) or "")
    record("helper", "h1", MONDAY, team=None)
    record("helper", "k1", MONDAY, team=None, village="121")
    assert text(store, who("helper")) is None


def test_a_leader_is_asked_to_help_those_of_whom_there_is_no_word(
    store: Store, who: Who, record: Record
) -> None:
    """Whoever checked in or visited has been heard of; the first secretary is not asked."""
    see_all(record)
    checkin.check_in(store, who("m1"), "village", now=NOW, source="u:1")
    record("first", "h1", MONDAY)
    words = text(store, who("leader")) or ""
    assert "一周没看到段立新的记录了，可能是忙或者没信号" in words
    assert "何秋雨" not in words
    assert text(store, who("first")) is None


def test_silence_counts_from_a_week_on(store: Store, who: Who, record: Record) -> None:
    """A word on the seventh day before is a word, one on the eighth is not; so is leave."""
    see_all(record)
    for mate, source in (("first", "a"), ("m1", "b")):
        checkin.check_in(store, who(mate), "village", now=NOW, source=source)
    checkin.check_in(store, who("m2"), "leave", now=NOW - timedelta(days=7), source="c")
    assert text(store, who("leader")) is None
    assert "一周没看到段立新的记录" in (text(store, who("leader"), NOW + timedelta(days=1)) or "")


def test_the_office_hears_of_open_questions(store: Store, who: Who) -> None:
    """How many, and since when."""
    assert text(store, who("office")) is None
    for number in (1, 2):
        at = datetime(2026, 11, 20 + number, 3, tzinfo=UTC)
        store.questions.ask(source=f"q{number}", person="m1", text="怎么办", at=at, answered=False)
    assert "有 2 个问题等联席办答复，最早的一个是 11月21日 提的" in (text(store, who("office")) or "")
    assert text(store, who("office12")) is None


def test_nobody_on_leave_is_disturbed(store: Store, who: Who) -> None:
    """Until the leave is over."""
    checkin.check_in(store, who("m1"), "leave", now=NOW, source="u:1")
    assert text(store, who("m1")) is None
    assert text(store, who("m1"), datetime(2026, 11, 26, 0, 30, tzinfo=UTC))


def test_one_look_at_many_finds_what_a_look_at_each_finds(store: Store, record: Record) -> None:
    """Teammates share the village's households; nobody gets those of somebody else."""
    record("m2", "h2", date(2026, 11, 2))
    record("helper", "h1", MONDAY, team=None)
    look = Round(store, NOW)
    everybody = store.roster.people()
    assert [look.undone(person) for person in everybody] == [undone(store, p, NOW) for p in everybody]
    assert sum(look.undone(person) is not None for person in everybody) >= 6


def test_the_longest_message_is_short_and_keeps_its_source(who: Who) -> None:
    """Five names and a number, whatever the names."""
    households = tuple(Household(str(n), "很长的名字" * 20, "111") for n in range(40))
    left = Undone(who("m1"), NOW, HATS, households, 40, ("某某",) * 9, 3, NOW)
    assert len(digest(left)) <= LONGEST
    assert "截至今天 08:30" in digest(left)
    short = Undone(
        who("m1"), NOW, households=tuple(Household(str(n), "某", "111") for n in range(7)), total=9
    )
    assert "某、某、某、某、某等 7 户" in digest(short)
