"""A person's own say in reminders: at which hour, and a pause of a few days."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import reminding
from fieldwork.days import day_of
from fieldwork.errors import FieldworkError
from fieldwork.quiet import HOURS
from handlers.keyboards import buttons
from handlers.messages import rewrite, under
from storage import Store
from storage.roster import Person

REMINDERS = "提醒时间"
CHOSEN = "✓ {hour}"
PAUSES = (("停到今天晚上", 1), ("停 3 天", 3), ("停 7 天", 7))
GO_ON = "恢复提醒"
UNCHANGED = "已经是这样了。"
A_ROW = 3


class Reminders(CallbackData, prefix="rm"):
    """Ask when one is reminded."""


class AtHour(CallbackData, prefix="rm_h"):
    """Remind me at this hour; without the colon, which separates the parts of such data."""

    hour: str


class Pause(CallbackData, prefix="rm_p"):
    """Leave me in peace for so many days; 0 goes on."""

    days: int


def router() -> Router:
    """Handle the button under what is undone, its command, and the choices."""
    router = Router(name="reminders")
    router.message.register(show, StateFilter(None), F.text == REMINDERS)
    router.message.register(show, Command("reminders"))
    router.callback_query.register(open_choices, Reminders.filter())
    router.callback_query.register(choose_hour, AtHour.filter())
    router.callback_query.register(pause, Pause.filter())
    return router


async def show(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Say when the person is reminded, and offer the choices."""
    await message.answer(reminding.words(store, person, now), reply_markup=_choices(store, person, now))


async def open_choices(query: CallbackQuery, person: Person, store: Store, now: datetime) -> None:
    """Do so under what is undone, which stays as it is."""
    await query.answer()
    await under(query).answer(reminding.words(store, person, now), reply_markup=_choices(store, person, now))


async def choose_hour(
    query: CallbackQuery, callback_data: AtHour, person: Person, store: Store, now: datetime
) -> None:
    """Take the hour."""
    before = reminding.words(store, person, now)
    try:
        reminding.choose_hour(store, person, f"{callback_data.hour[:2]}:{callback_data.hour[2:]}")
    except FieldworkError as error:
        await query.answer(error.text, show_alert=True)
        return
    await _show_again(query, before, person, store, now)


async def pause(
    query: CallbackQuery, callback_data: Pause, person: Person, store: Store, now: datetime
) -> None:
    """Pause for some days, or go on."""
    before = reminding.words(store, person, now)
    try:
        reminding.pause(store, person, callback_data.days, now)
    except FieldworkError as error:
        await query.answer(error.text, show_alert=True)
        return
    await _show_again(query, before, person, store, now)


async def _show_again(query: CallbackQuery, before: str, person: Person, store: Store, now: datetime) -> None:
    text = reminding.words(store, person, now)
    await query.answer(UNCHANGED if text == before else None)
    if text != before:
        await rewrite(query, text, _choices(store, person, now))


def _choices(store: Store, person: Person, now: datetime) -> InlineKeyboardMarkup:
    chosen = reminding.hour_of(store, person)
    hours = [
        ((CHOSEN if hour == chosen else "{hour}").format(hour=f"{hour:%H:%M}"), AtHour(hour=f"{hour:%H%M}"))
        for hour in HOURS
    ]
    rows = [hours[start : start + A_ROW] for start in range(0, len(hours), A_ROW)]
    paused = reminding.paused(store, person, day_of(now))
    stops = [(text, Pause(days=days)) for text, days in PAUSES]
    return buttons(*rows, [(GO_ON, Pause(days=0))] if paused else stops)
