"""The scheduler and the clock: set back, set forward, in another zone, at midnight, at the year's end."""

import os
import time as host
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import JOBS, Job, Scheduler, last_run, next_run
from fieldwork.days import SHANGHAI, Week, workday
from storage import Store
from storage.roster import Household, Person, Place, Team

USUAL = next(job for job in JOBS if job.name == "remind 08:30")
WEEK = next(job for job in JOBS if job.name == "week")
NEW_YORK = ZoneInfo("America/New_York")
INSTANTS = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001 - the zone comes with it
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, NEW_YORK, SHANGHAI]),
)


def at(text: str, zone: tzinfo = SHANGHAI) -> datetime:
    """Return an instant written as in Shanghai, in the host's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(zone)


class County:
    """One member with everything undone, and a scheduler whose clock is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.now = at("2026-11-25 08:00")
        with self.store.transaction():
            roster = self.store.roster
            roster.put_place(Place("1", "白云村", "village"))
            roster.put_team(Team("t", "白云村工作队", "1"))
            roster.put_household(Household("h", "李桂枝", "1"))
            for code, role in (("leader", "leader"), ("m", "member"), ("first", "first_secretary")):
                roster.put_person(Person(code, code, None, role, "1", "t", ("service",)))
                self.store.accounts.open(channel="web", chat_id=ord(code[0]), person=code, at=self.now)
        self.restart()

    def restart(self) -> None:
        self.scheduler = Scheduler(store=self.store, clock=lambda: self.now, filled=lambda: None)

    async def tick(self, *instants: str, zone: tzinfo = SHANGHAI) -> list[str]:
        """Look at the clock at each instant; return the keys of what was put on its way."""
        before = self.keys()
        for instant in instants:
            self.now = at(instant, zone)
            await self.scheduler.tick()
        return sorted(self.keys() - before)

    def keys(self) -> set[str]:
        return {row[0] for row in self.store._connection.execute("SELECT key FROM outbox")}


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """Give the county."""
    county = County(tmp_path)
    yield county
    county.store.close()


@pytest.mark.parametrize(
    ("friday", "ends"),
    [
        ("2026-11-27", "2026-11-27"),
        ("2026-10-02", "2026-09-30"),  # National Day is a Thursday
        ("2026-02-20", None),  # the whole week is the spring festival
        ("2026-10-09", "2026-10-09"),  # one works on the Saturday after; the week is told on Friday
    ],
)
def test_the_week_is_told_on_its_last_day_worked_up_to_friday(friday: str, ends: str | None) -> None:
    """Nobody is written to on a holiday."""
    week = Week.of(date.fromisoformat(friday))
    assert [str(day) for day in week.days() if WEEK.on(day)] == ([ends] if ends else [])


@pytest.mark.parametrize("job", [USUAL, WEEK], ids=lambda job: job.name)
@given(now=INSTANTS)
def test_the_last_run_is_now_or_before_and_the_next_one_follows_it(job: Job, now: datetime) -> None:
    """Nothing lies between the two, in whatever zone the clock speaks."""
    last, following = last_run(job, now), next_run(job, now)
    assert last <= now < following
    assert next_run(job, last) == following
    assert last_run(job, following) == following
    for run in (last, following):
        local = run.astimezone(SHANGHAI)
        assert local.time() == job.at
        assert job.on(local.date())


def test_jobs_have_names_of_their_own() -> None:
    """Each is a row of the schedules."""
    assert len({job.name for job in JOBS}) == len(JOBS) == 13


async def test_a_day_of_one_member(county: County) -> None:
    """Once in the morning; the clock may be looked at as often as one likes."""
    assert await county.tick("2026-11-25 08:00", "2026-11-25 08:29:59") == []
    assert await county.tick("2026-11-25 08:30") == [
        f"remind:{code}:2026-11-25" for code in ("first", "leader", "m")
    ]
    assert await county.tick("2026-11-25 08:30:01", "2026-11-25 15:00", "2026-11-25 19:59") == []


async def test_a_clock_set_back_by_a_year_does_not_silence_a_year(county: County) -> None:
    """A wrong clock had run ahead; once it is right, the very next morning is heard of."""
    await county.tick("2026-11-25 08:00", "2027-11-25 09:00")
    assert await county.tick("2026-11-25 09:00", "2026-11-26 08:30") == [
        f"remind:{code}:2026-11-26" for code in ("first", "leader", "m")
    ]


async def test_a_clock_set_back_by_an_hour_repeats_nothing(county: County) -> None:
    """The morning comes twice, the reminder once."""
    await county.tick("2026-11-25 08:00")
    assert len(await county.tick("2026-11-25 08:30", "2026-11-25 08:31")) == 3
    assert await county.tick("2026-11-25 07:45", "2026-11-25 08:30", "2026-11-25 08:31") == []
    county.restart()
    assert await county.tick("2026-11-25 07:45", "2026-11-25 08:30") == []


async def test_a_clock_set_forward_by_ten_years_says_one_thing_and_then_goes_on(county: County) -> None:
    """Of two and a half thousand mornings only the newest counts, beyond the known holidays too."""
    await county.tick("2026-11-25 08:00")
    leap = await county.tick("2036-11-26 09:00", "2036-11-26 09:01")
    assert leap == [f"remind:{code}:2036-11-26" for code in ("first", "leader", "m")]
    assert len(await county.tick("2036-11-27 08:30")) == 3


async def test_a_run_from_the_future_is_dropped(county: County) -> None:
    """Killed in a run while the clock was wrong, then set right: nothing is said for that day."""
    await county.tick("2026-11-25 08:00")
    async with county.store.unit():
        county.store.schedules.start(
            "remind 08:30", due=at("2027-01-05 08:30"), next_run=at("2027-01-06 08:30")
        )
    assert await county.tick("2026-11-25 08:20") == []
    assert len(await county.tick("2026-11-25 08:30")) == 3


async def test_the_year_ends_and_begins(county: County) -> None:
    """New Year's Day is none to work on; the day after the holidays is one like any other."""
    heard, weeks = {}, list[str]()
    await county.tick("2025-12-30 12:00")
    for day in ("2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"):
        came = await county.tick(f"{day} 00:00", f"{day} 08:30", f"{day} 17:00", f"{day} 23:59:59")
        heard[day] = len([key for key in came if key.startswith("remind")])
        weeks += [key for key in came if key.startswith("week")]
    assert heard == {
        "2025-12-31": 2,  # the last day worked that week: the leader's digest is the week, at five
        "2026-01-01": 0,
        "2026-01-02": 0,
        "2026-01-03": 0,
        "2026-01-04": 3,  # a Sunday on which one works
        "2026-01-05": 3,
    }
    assert weeks == ["week:leader:2025-12-31"]


async def test_a_host_with_summer_time_changes_nothing(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In New York the clocks go back on 1 November 2026; half past eight in Shanghai stays half past eight."""
    monkeypatch.setitem(os.environ, "TZ", "America/New_York")
    host.tzset()
    try:
        await county.tick("2026-10-29 09:00", zone=NEW_YORK)
        heard = {
            day: len(
                await county.tick(f"{day} 07:31", f"{day} 08:29:59", zone=NEW_YORK) * 100
                + await county.tick(f"{day} 08:30", f"{day} 08:31", f"{day} 17:00", zone=NEW_YORK)
            )
            for day in ("2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03")
        }
    finally:
        monkeypatch.undo()
        host.tzset()
    assert heard == {
        "2026-10-30": 3,  # a Friday: the leader's is the week
        "2026-10-31": 0,
        "2026-11-01": 0,
        "2026-11-02": 3,
        "2026-11-03": 3,
    }


async def test_each_slot_catches_up_its_own_people(county: County) -> None:
    """Down from six to half past two: those of nine and those of two hear once each, who chose four hears at four."""
    from fieldwork import reminding  # noqa: PLC0415 - beside its one use

    for code, hour in (("m", "09:00"), ("first", "14:00"), ("leader", "16:00")):
        person = county.store.roster.person(code)
        assert person
        with county.store.transaction():
            reminding.choose_hour(county.store, person, hour)
    await county.tick("2026-11-25 06:00")
    assert await county.tick("2026-11-25 14:30") == ["remind:first:2026-11-25", "remind:m:2026-11-25"]
    assert await county.tick("2026-11-25 15:59", "2026-11-25 16:00") == ["remind:leader:2026-11-25"]


async def test_nothing_is_composed_in_the_rest_to_be_stale_after_it(county: County) -> None:
    """Due at night or found at noon, it is put on its way when it may leave."""
    await county.tick("2026-11-25 08:00")
    assert await county.tick("2026-11-25 12:00", "2026-11-25 13:59:59") == []
    assert len(await county.tick("2026-11-25 14:00")) == 3


async def test_a_run_that_was_killed_goes_on_where_it_stood(county: County) -> None:
    """With a stagger of a single person a tick, and a restart after each."""
    await county.tick("2026-11-25 08:00")
    came = []
    for second in range(6):
        county.restart()
        county.scheduler._stagger._room = 1.0
        county.scheduler._stagger._holds = 1.0
        async with county.store.unit():
            for account in county.store.accounts.of_person("m"):
                county.store.accounts.open(
                    channel="telegram", chat_id=9, person=account.person, at=county.now
                )
        came.append(await county.tick(f"2026-11-25 08:30:0{second}"))
    assert [key for keys in came for key in keys] == [
        f"remind:{code}:2026-11-25" for code in ("first", "leader", "m")
    ]


def test_the_calendar_that_has_run_out_still_knows_weekends() -> None:
    """Ten years on nobody knows the holidays; Monday to Friday is worked."""
    days = [next_run(USUAL, at("2040-01-01 12:00") + timedelta(days=n)).date() for n in range(7)]
    assert {day.isoweekday() for day in days} == {1, 2, 3, 4, 5}
    assert all(workday(day) for day in days)
