"""Days are Shanghai's, weeks are ISO's, working days are the State Council's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork.days import Week, calendar_ends, clock_of, day_of, label, month_start, weekday_name, workday

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    """Sixteen hours UTC are the next day already."""
    before, after = datetime(2026, 11, 24, 15, 59, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert (day_of(before), day_of(after)) == (date(2026, 11, 24), date(2026, 11, 25))
    assert (clock_of(before), clock_of(after)) == ("23:59", "00:00")


def test_an_instant_without_a_zone_is_refused() -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="zone"):
        day_of(datetime(2026, 11, 25))  # noqa: DTZ001 - what is refused


def test_words_of_a_day() -> None:
    """As people write them."""
    assert (label(date(2026, 11, 5)), weekday_name(date(2026, 11, 25))) == ("11月5日", "周三")
    assert month_start(date(2026, 11, 25)) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2199, 10, 1), True),
        (date(2199, 10, 5), False),
    ],
)
def test_holidays_and_make_up_days_count_where_they_are_known(day: date, *, worked: bool) -> None:
    """A Saturday that makes up for a holiday is worked; beyond the known years the week alone counts."""
    assert workday(day) is worked


def test_the_calendar_says_how_far_it_reaches() -> None:
    """Its last year is one it knows, the next is one it does not."""
    assert calendar_ends() >= 2026
    assert not workday(date(calendar_ends(), 10, 1))


@given(DAYS)
def test_every_day_lies_in_its_week(day: date) -> None:
    """Weeks have seven days, follow each other, and survive being written down."""
    week = Week.of(day)
    assert week.monday <= day <= week.sunday
    assert day in week.days()
    assert len(week.days()) == 7
    assert week.monday.weekday() == 0
    assert Week.parse(str(week)) == week
    assert week.previous().sunday + timedelta(days=1) == week.monday
    assert week.previous() < week


@pytest.mark.parametrize("text", ["", "2026", "2026-W54", "2026-W00", "2026-48", "0001-W01", "2025-W53"])
def test_what_is_no_week_is_refused(text: str) -> None:
    """The year 2025 has 52 weeks."""
    with pytest.raises(ValueError, match=r"week|Week"):
        Week.parse(text)


def test_a_weeks_label_names_the_month_once_unless_it_changes() -> None:
    """Across the year's end too."""
    assert Week.parse("2026-W48").label == "11月23日–29日"
    assert Week.parse("2026w53").label == "12月28日–1月3日"
