"""When something may be said unasked: by day, outside the noon rest, whatever zone the clock speaks in."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork import quiet
from fieldwork.days import SHANGHAI

INSTANTS = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001 - the zone comes with it
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("America/New_York")]),
)


@pytest.mark.parametrize(
    ("clock", "rests"),
    [
        ("00:00", True),
        ("07:29:59", True),
        ("07:30", False),
        ("11:59:59", False),
        ("12:00", True),
        ("13:59:59", True),
        ("14:00", False),
        ("19:59:59", False),
        ("20:00", True),
        ("23:59", True),
    ],
)
def test_night_and_noon(clock: str, rests: bool) -> None:
    """To the second, on both sides."""
    assert quiet.resting(datetime.fromisoformat(f"2026-11-25T{clock}").replace(tzinfo=SHANGHAI)) == rests


@given(INSTANTS)
def test_it_is_shanghais_time_that_counts(now: datetime) -> None:
    """A host elsewhere, with summer time, changes nothing."""
    assert quiet.resting(now) == quiet.resting(now.astimezone(SHANGHAI))


@given(INSTANTS)
def test_the_next_opening_is_the_first_instant_that_does_not_rest(now: datetime) -> None:
    """Over midnight and new year too; until then all of it is rest."""
    opens = quiet.next_open(now)
    assert opens >= now
    assert not quiet.resting(opens)
    assert opens - now <= timedelta(hours=11, minutes=30)
    if opens > now:
        assert quiet.resting(opens - timedelta(seconds=1))


def test_every_hour_that_can_be_chosen_is_outside_the_rest() -> None:
    """And the usual one is among them."""
    assert len(quiet.HOURS) == 12
    for hour in quiet.HOURS:
        assert not quiet.resting(datetime.combine(datetime(2026, 11, 25, tzinfo=UTC), hour, SHANGHAI))
    assert quiet.USUAL in quiet.HOURS
    assert list(quiet.HOURS) == sorted(quiet.HOURS)


def test_a_day_closes_at_eight() -> None:
    """In Shanghai, on Shanghai's day."""
    late = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert quiet.closing(late) == datetime.combine(datetime(2027, 1, 1, tzinfo=UTC), time(20), SHANGHAI)
