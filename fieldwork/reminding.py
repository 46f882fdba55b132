"""A person's own say in reminders: the hour, and a pause of up to seven days. What is reminded of is `undone`'s."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from fieldwork.days import day_of, label
from fieldwork.errors import Incomplete
from fieldwork.quiet import HOURS, USUAL
from storage import Store
from storage.roster import Person

AT = "工作日 {hour} 提醒您还没做的事，都做完了就不打扰；请假的日子也不打扰。"
PAUSED = "提醒已暂停到 {day}（含当天），之后照常。"
NO_SUCH_HOUR = "提醒时间请从按钮里选：早上 7 点半到晚上 7 点之间，中午不打扰。"
NO_SUCH_PAUSE = "最多可以暂停 {most} 天，请从按钮里选。"
LONGEST_PAUSE = 7


def hour_of(store: Store, person: Person) -> time:
    """Return the hour in Shanghai at which the person is reminded."""
    return store.preferences.of(person.code).remind_at or USUAL


def paused(store: Store, person: Person, day: date) -> bool:
    """Say whether the person wants no reminder on the day."""
    until = store.preferences.of(person.code).paused_until
    return until is not None and day <= until


def choose_hour(store: Store, person: Person, hour: str) -> None:
    """Remind the person at this hour (`08:30`) from now on; raises Incomplete for one that is not offered."""
    chosen = next((each for each in HOURS if f"{each:%H:%M}" == hour), None)
    if chosen is None:
        raise Incomplete(NO_SUCH_HOUR, f"hour {hour!r}")
    store.preferences.put(person.code, replace(store.preferences.of(person.code), remind_at=chosen))


def pause(store: Store, person: Person, days: int, now: datetime) -> None:
    """Leave the person in peace for so many days, today included; 0 ends a pause. Raises Incomplete."""
    if not 0 <= days <= LONGEST_PAUSE:
        raise Incomplete(NO_SUCH_PAUSE.format(most=LONGEST_PAUSE), f"pause of {days}")
    until = day_of(now) + timedelta(days=days - 1) if days else None
    store.preferences.put(person.code, replace(store.preferences.of(person.code), paused_until=until))


def words(store: Store, person: Person, now: datetime) -> str:
    """Say when the person is reminded, and whether that is paused."""
    text = AT.format(hour=f"{hour_of(store, person):%H:%M}")
    until = store.preferences.of(person.code).paused_until
    if until is None or until < day_of(now):
        return text
    return f"{text}\n{PAUSED.format(day=label(until))}"
