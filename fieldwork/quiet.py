"""When something may be said that nobody has asked for: by day, outside the noon rest.

What a person's own step brings about is always answered; the table of kinds stands in `storage/outbox.py`.
"""

from datetime import datetime, time, timedelta

from fieldwork.days import SHANGHAI

OPENS, CLOSES = time(7, 30), time(20, 0)
NOON, AFTER_NOON = time(12, 0), time(14, 0)
# The hours that a person may choose for the reminder; the usual one is that of whoever chooses none.
HOURS = tuple(
    time.fromisoformat(text)
    for text in (
        *("07:30", "08:00", "08:30", "09:00", "10:00", "11:00"),
        *("14:00", "15:00", "16:00", "17:00", "18:00", "19:00"),
    )
)
USUAL = time(8, 30)


def resting(now: datetime) -> bool:
    """Say whether it is night or noon in Shanghai: nothing is begun then."""
    clock = now.astimezone(SHANGHAI).time()
    return not (OPENS <= clock < NOON or AFTER_NOON <= clock < CLOSES)


def closing(now: datetime) -> datetime:
    """Return when the day of `now` closes."""
    return datetime.combine(now.astimezone(SHANGHAI).date(), CLOSES, SHANGHAI)


def next_open(now: datetime) -> datetime:
    """Return `now` where something may be said, else when it may again."""
    if not resting(now):
        return now
    local = now.astimezone(SHANGHAI)
    today = [datetime.combine(local.date(), clock, SHANGHAI) for clock in (OPENS, AFTER_NOON)]
    tomorrow = datetime.combine(local.date() + timedelta(days=1), OPENS, SHANGHAI)
    return next(at for at in (*today, tomorrow) if at > local)
