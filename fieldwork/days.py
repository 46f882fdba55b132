"""Days, weeks and months as they are lived in Shanghai's time, and which days are worked.

Working days come from the State Council's notices (package chinesecalendar); beyond them, Monday to Friday.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEK = re.compile(r"([12]\d{3})-?W(\d{1,2})", re.IGNORECASE)
_SATURDAY = 5


def day_of(now: datetime) -> date:
    """Return the day in Shanghai on which the aware instant falls."""
    if now.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return now.astimezone(SHANGHAI).date()


def clock_of(now: datetime) -> str:
    """Return the hour and minute in Shanghai, e.g. `08:30`."""
    return f"{now.astimezone(SHANGHAI):%H:%M}"


def label(day: date) -> str:
    """Return the day as people write it, e.g. `11月23日`."""
    return f"{day.month}月{day.day}日"


def weekday_name(day: date) -> str:
    """Return 周一 to 周日."""
    return WEEKDAYS[day.weekday()]


def month_start(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def month_of(day: date) -> str:
    """Return the month as people write it, e.g. `11月`."""
    return f"{day.month}月"


def workday(day: date) -> bool:
    """Say whether the day is worked, public holidays and make-up days considered as far as they are known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def calendar_ends() -> int:
    """Return the last year whose public holidays are known."""
    last: date = max(chinese_calendar.holidays)
    return last.year


@dataclass(frozen=True, order=True)
class Week:
    """A week from Monday to Sunday, numbered as in ISO 8601."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Week":
        """Return the week in which the day lies."""
        return cls(*day.isocalendar()[:2])

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Read `2026-W48`; raises ValueError for what is no such week."""
        match = _WEEK.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a week: {text!r}; write it like 2026-W48")
        week = cls(int(match[1]), int(match[2]))
        week.monday.isocalendar()
        return week

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def label(self) -> str:
        """The week as people write it, e.g. `11月23日–29日`."""
        first, last = self.monday, self.sunday
        end = f"{last.day}日" if last.month == first.month else label(last)
        return f"{label(first)}–{end}"

    def days(self) -> list[date]:
        """Return its seven days."""
        return days_between(self.monday, self.sunday)

    def previous(self) -> "Week":
        """Return the week before."""
        return Week.of(self.monday - timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


def days_between(since: date, until: date) -> list[date]:
    """Return the days from `since` to `until`, both included."""
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]
