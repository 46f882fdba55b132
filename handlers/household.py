"""A household's file on one card: by a name that is typed, or by a button beside its visit."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import household_file
from fieldwork.days import clock_of, day_of
from fieldwork.errors import FieldworkError
from handlers.keyboards import HOUSEHOLD, MENU_WORDS, buttons, main_menu
from handlers.messages import clipped, under
from storage import Store
from storage.roster import Household, Person

ASK_NAME = "查哪一户？请打户主、家里人的名字或别名，几个字就行。"
NOT_FOUND = "您能看的户里没有找到“{text}”。请换个写法再查一次，比如只打名字里的两个字。"
WHICH = "找到 {n} 户，看哪一户？"
TOO_MANY = "找到 {n} 户以上，这里是前 {shown} 户；多打几个字会更准。"
NO_LOOKS = "还没有联席办看过这一户。"
LOOKS, LOOK = "联席办最近的查看：", "· {day} {at} {name}"
SEE, WHO_LOOKED = "看这户", "谁看过"
MOST_SHOWN = 8
LONGEST = 20


class HouseholdForm(StatesGroup):
    """Waiting for a name."""

    name = State()


class See(CallbackData, prefix="hh"):
    """A household's file."""

    code: str


class Looks(CallbackData, prefix="hh_l"):
    """Who of the offices has looked at it."""

    code: str


def router() -> Router:
    """Handle the word, the command, the name that follows, and the buttons."""
    router = Router(name="household")
    message, press = router.message.register, router.callback_query.register
    message(by_command, Command("household"))
    message(ask_name, StateFilter(None), F.text == HOUSEHOLD)
    message(by_word, StateFilter(None), F.text.startswith(f"{HOUSEHOLD} "))
    message(by_name, HouseholdForm.name, F.text, ~F.text.in_(MENU_WORDS), ~F.text.startswith("/"))
    press(see, See.filter())
    press(show_looks, Looks.filter())
    return router


def button(code: str, text: str = SEE) -> tuple[str, CallbackData]:
    """Return the button that opens the household's file."""
    return text, See(code=code)


async def by_command(
    message: Message,
    *,
    command: CommandObject,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Look for the name behind the command, or ask for one."""
    if command.args:
        await _find(message, command.args, person, store, state, now)
    else:
        await ask_name(message, state)


async def ask_name(message: Message, state: FSMContext) -> None:
    """Ask whom to look for."""
    await state.set_state(HouseholdForm.name)
    await message.answer(ASK_NAME)


async def by_word(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Look for the name behind the word."""
    await _find(message, (message.text or "").removeprefix(HOUSEHOLD), person, store, state, now)


async def by_name(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Look for the name that was asked for."""
    await _find(message, message.text or "", person, store, state, now)


async def see(query: CallbackQuery, callback_data: See, person: Person, store: Store, now: datetime) -> None:
    """Show the file of a household."""
    try:
        text, markup = _card(store, person, callback_data.code, now)
    except FieldworkError as error:
        await query.answer(error.text, show_alert=True)
        return
    await query.answer()
    await under(query).answer(text, reply_markup=markup)


async def show_looks(query: CallbackQuery, callback_data: Looks, person: Person, store: Store) -> None:
    """Show which offices have looked at the household."""
    try:
        looks = household_file.looks(store, person, callback_data.code)
    except FieldworkError as error:
        await query.answer(error.text, show_alert=True)
        return
    await query.answer()
    lines = [
        LOOK.format(day=day_of(look.at).isoformat(), at=clock_of(look.at), name=name) for look, name in looks
    ]
    await under(query).answer("\n".join([LOOKS, *lines]) if lines else NO_LOOKS)


async def _find(  # noqa: PLR0917 - what all ways in have at hand, in one order
    message: Message, text: str, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Show the one household that fits, or those that do to choose from."""
    await state.clear()
    found = household_file.search(store, person, text.strip(), now)
    if not found:
        await message.answer(
            NOT_FOUND.format(text=clipped(text.strip(), LONGEST)), reply_markup=main_menu(person)
        )
    elif len(found) == 1:
        card, markup = _card(store, person, found[0].code, now)
        await message.answer(card, reply_markup=markup)
    else:
        shown = found[:MOST_SHOWN]
        head = WHICH if len(found) <= MOST_SHOWN else TOO_MANY
        rows = [[button(household.code, _label(store, household))] for household in shown]
        await message.answer(head.format(n=len(found), shown=len(shown)), reply_markup=buttons(*rows))


def _card(store: Store, person: Person, code: str, now: datetime) -> tuple[str, InlineKeyboardMarkup | None]:
    file = household_file.open_file(store, person, code, now)
    return clipped(household_file.words(file)), buttons([(WHO_LOOKED, Looks(code=code))])


def _label(store: Store, household: Household) -> str:
    village = store.roster.place(household.village)
    nickname = f"·{household.nickname}" if household.nickname else ""
    return f"{household.head}{nickname}（{village.name if village else ''}{household.group}）"
