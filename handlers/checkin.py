"""The daily check-in: one tap says where the day is spent; a location and a line of text if one likes."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import checkin
from fieldwork.errors import FieldworkError
from handlers.keyboards import CHECKIN, MENU_WORDS, buttons, main_menu
from handlers.locations import location_of
from handlers.messages import rewrite, under
from storage import Store
from storage.checkins import Whereabouts
from storage.roster import Person

WHERE = "今天在哪儿？点一下就签到了。"
CHOICES: tuple[tuple[str, Whereabouts], ...] = (
    ("在村", "village"),
    ("外出办事", "errand"),
    ("请假", "leave"),
)
ADD_NOTE = "补一句话"
MORE = "想加位置就点“发送位置”，不加也可以。"
ASK_NOTE = "请写一句今天的情况，比如“上午开会，下午入户”。"
NO_CHECKIN_YET = "收到一个位置。今天还没有签到，请先点一下今天在哪儿，位置会一起记上。"


class CheckinForm(StatesGroup):
    """After the tap: waiting for a line of text."""

    note = State()


class Where(CallbackData, prefix="in"):
    """Where the day is spent."""

    whereabouts: str


class AddNote(CallbackData, prefix="in_note"):
    """A line of text is to follow."""


def router() -> Router:
    """Handle the check-in's button, its choices and what is added to it."""
    router = Router(name="checkin")
    router.message.register(ask_where, StateFilter(None), F.text == CHECKIN)
    router.callback_query.register(check_in, Where.filter())
    router.callback_query.register(ask_note, AddNote.filter())
    router.message.register(add_location, StateFilter(None, CheckinForm.note), F.location)
    router.message.register(
        add_note, CheckinForm.note, F.text, ~F.text.in_(MENU_WORDS), ~F.text.startswith("/")
    )
    return router


async def ask_where(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Offer the three answers, with what stands there today."""
    so_far = checkin.today_words(store, person, now)
    await message.answer(f"{so_far}\n{WHERE}" if so_far else WHERE, reply_markup=_choices())


async def check_in(
    query: CallbackQuery, *, callback_data: Where, person: Person, store: Store, now: datetime, source: str
) -> None:
    """Write it down at once; nothing said before is overwritten."""
    whereabouts = next((code for _, code in CHOICES if code == callback_data.whereabouts), None)
    assert whereabouts, "the button stands on a message of ours"
    checkin.check_in(store, person, whereabouts, now=now, source=source)
    await query.answer()
    await rewrite(
        query, f"已签到。{checkin.today_words(store, person, now)}", buttons([(ADD_NOTE, AddNote())])
    )
    await under(query).answer(MORE, reply_markup=main_menu(person, with_location=True))


async def ask_note(query: CallbackQuery, state: FSMContext) -> None:
    """Ask for the line."""
    await state.set_state(CheckinForm.note)
    await query.answer()
    await under(query).answer(ASK_NOTE)


async def add_note(
    message: Message, *, person: Person, store: Store, now: datetime, source: str, state: FSMContext
) -> None:
    """Add the line to today's check-in."""
    try:
        checkin.add_note(store, person, message.text or "", now=now, source=source)
    except FieldworkError as error:
        await message.answer(error.text)
        return
    await state.clear()
    await message.answer(f"已补上。{checkin.today_words(store, person, now)}", reply_markup=main_menu(person))


async def add_location(message: Message, person: Person, store: Store, now: datetime, source: str) -> None:
    """Add a location to today's check-in, or ask for the check-in first; a line of text may still follow."""
    location = location_of(message)
    had_checked_in = bool(checkin.today_words(store, person, now))
    words = checkin.add_location(store, person, location, now=now, source=source)
    if had_checked_in or location.forwarded:
        await message.answer(words, reply_markup=main_menu(person))
    else:
        await message.answer(NO_CHECKIN_YET, reply_markup=_choices())


def _choices() -> InlineKeyboardMarkup:
    return buttons([(text, Where(whereabouts=code)) for text, code in CHOICES])
