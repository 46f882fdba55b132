"""Recording a visit: household or village → location or why none → duties → words → look → receipt.

A form that was read out of one message (`read`) begins at the look; each step that is mended leads back there.

The form lives in the conversation state, so it survives a restart; back and cancel are at every step.
"""

from datetime import date, datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardRemove,
)

from fieldwork import scope, visits
from fieldwork.days import day_of
from fieldwork.errors import FieldworkError
from fieldwork.evidence import Location
from handlers import household as household_card
from handlers import visit_cards as cards
from handlers.keyboards import BACK, MENU_WORDS, VISIT, buttons, main_menu
from handlers.locations import location_of
from handlers.menu import CANCELLED
from handlers.messages import rewrite, under
from storage import Store
from storage.roster import Person, Place

NOBODY = "名册上没有要您走访的户。如果不对，请联系联席办核对名册。"
EXPIRED = "这份名单已经过期，请重新点“记走访”。"
CHOOSE_AGAIN = "好的，重新选。"
SAVED = "已保存，回执号 {receipt}。\n位置：{evidence}\n{progress}"
SAVED_CONTACT = "已记为电话联系，回执号 {receipt}。\n电话联系留作记录，不算入户走访。\n{progress}"


class VisitForm(StatesGroup):
    """The steps, in their order."""

    target = State()
    location = State()
    reason = State()
    duties = State()
    note = State()
    problem = State()
    day = State()
    confirm = State()


BEFORE = {
    VisitForm.location: VisitForm.target,
    VisitForm.reason: VisitForm.location,
    VisitForm.duties: VisitForm.location,
    VisitForm.note: VisitForm.duties,
    VisitForm.confirm: VisitForm.note,
    VisitForm.problem: VisitForm.confirm,
    VisitForm.day: VisitForm.confirm,
}
STEPS = {state.state: state for state in VisitForm}


def router() -> Router:
    """Handle the form from its first button to its receipt."""
    router = Router(name="visit_form")
    message, press = router.message.register, router.callback_query.register
    message(remind_open, StateFilter(VisitForm), F.text.in_(MENU_WORDS) | F.text.startswith("/"))
    message(begin, F.text == VISIT)
    message(begin, Command("visit"))
    message(go_back, StateFilter(VisitForm), F.text == BACK)
    message(search, VisitForm.target, F.text)
    message(take_location, StateFilter(VisitForm.location, VisitForm.confirm), F.location)
    message(no_location, VisitForm.location, F.text == cards.NO_LOCATION)
    message(by_telephone, VisitForm.location, F.text == cards.BY_TELEPHONE)
    message(take_reason, VisitForm.reason, F.text)
    message(take_location, VisitForm.reason, F.location)
    message(take_note, VisitForm.note, F.text)
    message(take_problem, VisitForm.problem, F.text)
    message(show_again, StateFilter(VisitForm))
    press(turn_page, VisitForm.target, cards.Page.filter())
    press(choose, VisitForm.target, cards.Target.filter())
    press(tick, VisitForm.duties, cards.Hat.filter())
    press(drop, StateFilter(VisitForm), cards.Step.filter(F.to == "cancel"))
    press(step_back, StateFilter(VisitForm), cards.Step.filter(F.to == "back"))
    press(resume, StateFilter(VisitForm), cards.Step.filter(F.to == "resume"))
    press(to_note, VisitForm.duties, cards.Step.filter(F.to == "note"))
    press(to_problem, VisitForm.confirm, cards.Step.filter(F.to == "problem"))
    press(save, VisitForm.confirm, cards.Step.filter(F.to == "save"))
    return router


async def begin(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Open the form with one's own list."""
    await state.clear()
    await show(message, VisitForm.target, person, store, state, now)


async def turn_page(
    query: CallbackQuery,
    *,
    callback_data: cards.Page,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Show another page of the list."""
    await query.answer()
    form = await state.update_data(page=callback_data.number)
    choices, villages = _list(form, person, store, now)
    await rewrite(
        query,
        cards.CHOOSE,
        cards.target_list(choices, villages, callback_data.number, read=bool(form.get("read"))),
    )


async def search(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Find households by what was typed."""
    text = (message.text or "").strip()
    choices = visits.search(store, person, now, text)
    if not choices:
        await message.answer(cards.NOT_FOUND.format(text=text[:20]))
        return
    form = await state.update_data(page=0, search=text)
    await message.answer(
        cards.FOUND, reply_markup=cards.target_list(choices, [], 0, read=bool(form.get("read")))
    )


async def choose(
    query: CallbackQuery,
    *,
    callback_data: cards.Target,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Take the household or village, if it is one's own."""
    await query.answer()
    to_household = callback_data.kind == "h"
    allowed = (
        scope.may_visit(store, person, callback_data.code)
        if to_household
        else callback_data.code in scope.villages_seen_by(store, person)
    )
    if not allowed:
        await under(query).answer(EXPIRED, reply_markup=main_menu(person))
        await state.clear()
        return
    household = scope.household(store, person, callback_data.code) if to_household else None
    village = household.village if household else callback_data.code
    chosen: dict[str, Any] = {"household": household.code if household else None, "village": village}
    read = (await state.get_data()).get("read")
    form = await state.update_data(chosen if read else chosen | {"kind": "visit", "duties": []})
    await rewrite(query, f"走访：{_where(form, person, store)}")
    await _next(under(query), VisitForm.location, person, store, state, now)


async def take_location(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Take the location and say what it is worth; one that cannot serve as evidence stops nothing."""
    location = location_of(message)
    form = await state.update_data(
        location=[location.latitude, location.longitude, location.accuracy_m, location.forwarded],
        reason="",
        kind="visit",
    )
    await message.answer(_evidence(form, store), reply_markup=ReplyKeyboardRemove())
    await _next(message, VisitForm.duties, person, store, state, now)


async def no_location(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Ask why there is none."""
    await show(message, VisitForm.reason, person, store, state, now)


async def take_reason(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Take the reason as it was said."""
    if await _too_long(message):
        return
    await state.update_data(location=None, reason=(message.text or "").strip(), kind="visit")
    await message.answer("好的，记下了。", reply_markup=ReplyKeyboardRemove())
    await _next(message, VisitForm.duties, person, store, state, now)


async def by_telephone(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Keep it as a contact, which never counts as a visit."""
    if not (await state.get_data()).get("household"):
        await message.answer(visits.CONTACT_NEEDS_HOUSEHOLD)
        return
    await state.update_data(location=None, reason="电话联系", kind="contact")
    await message.answer("好的，记为电话联系：留作记录，不算入户走访。", reply_markup=ReplyKeyboardRemove())
    await _next(message, VisitForm.duties, person, store, state, now)


async def tick(query: CallbackQuery, callback_data: cards.Hat, state: FSMContext) -> None:
    """Tick or untick a duty."""
    await query.answer()
    chosen = set((await state.get_data()).get("duties", []))
    form = await state.update_data(duties=sorted(chosen ^ {callback_data.code}))
    await rewrite(query, cards.ASK_DUTIES, cards.duties_list(form["duties"]))


async def to_note(
    query: CallbackQuery, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Go on to the words."""
    await query.answer()
    await _next(under(query), VisitForm.note, person, store, state, now)


async def take_note(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Take what was done."""
    if await _too_long(message):
        return
    await state.update_data(note=(message.text or "").strip())
    await show(message, VisitForm.confirm, person, store, state, now)


async def to_problem(
    query: CallbackQuery, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Go on to the problem found."""
    await query.answer()
    await show(under(query), VisitForm.problem, person, store, state, now)


async def take_problem(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Take the problem found."""
    if await _too_long(message):
        return
    await state.update_data(problem=(message.text or "").strip())
    await show(message, VisitForm.confirm, person, store, state, now)


async def save(
    query: CallbackQuery, *, person: Person, store: Store, state: FSMContext, now: datetime, source: str
) -> None:
    """Write the visit down and hand out the receipt."""
    await query.answer()
    form = await state.get_data()
    try:
        saved = visits.save(store, person, _draft(form), now=now, source=source)
    except FieldworkError as error:
        await under(query).answer(error.text)
        return
    await state.clear()
    await rewrite(query, look(form, person, store).partition("\n")[2], _see(saved.visit.household))
    words = SAVED_CONTACT if saved.visit.kind == "contact" else SAVED
    text = words.format(
        receipt=saved.visit.receipt, evidence=saved.visit.evidence, progress=saved.progress.words()
    )
    await under(query).answer(text, reply_markup=main_menu(person))
    if left := form.get("rest"):
        await _go_on_with(left, form, query, person, store, state, now)


async def drop(query: CallbackQuery, person: Person, state: FSMContext) -> None:
    """Leave the form."""
    await query.answer()
    await state.clear()
    await under(query).answer(CANCELLED, reply_markup=main_menu(person))


async def step_back(
    query: CallbackQuery, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Go one step back by the button under a message."""
    await query.answer()
    await _back(under(query), person, store, state, now)


async def go_back(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Go one step back by the keyboard."""
    if await _step(state) == VisitForm.location:  # its keyboard must not stay under the list
        await message.answer(CHOOSE_AGAIN, reply_markup=ReplyKeyboardRemove())
    await _back(message, person, store, state, now)


async def resume(
    query: CallbackQuery, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Show the open step again."""
    await query.answer()
    await show(under(query), await _step(state), person, store, state, now)


async def remind_open(message: Message) -> None:
    """Somebody pressed the menu in the middle of a form: nothing is thrown away unasked."""
    await message.answer(cards.STILL_OPEN, reply_markup=cards.still_open())


async def show_again(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Show the step again: what came does not fit it. Words are told that they were not taken as a question."""
    if message.text:
        await message.answer(cards.PRESS_A_BUTTON)
    await show(message, await _step(state), person, store, state, now)


async def _too_long(message: Message) -> bool:
    """Say so at once when the words are more than can be kept."""
    have, most = len(message.text or ""), visits.MOST_WORDS
    if have > most:
        await message.answer(visits.TOO_LONG.format(most=most, have=have))
    return have > most


async def _go_on_with(  # noqa: PLR0917 - what every step has at hand, in one order
    left: list[str],
    form: dict[str, Any],
    query: CallbackQuery,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Show the card for the next household of a message that told of several."""
    await state.set_data(form | {"household": left[0], "rest": left[1:], "location": None})
    await show(under(query), VisitForm.confirm, person, store, state, now)


async def _step(state: FSMContext) -> State:
    return STEPS[await state.get_state()]


async def _back(
    message: Message | InaccessibleMessage, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    await _next(message, BEFORE.get(await _step(state), VisitForm.target), person, store, state, now)


async def _next(  # noqa: PLR0917 - what every step has at hand, in one order
    message: Message | InaccessibleMessage,
    step: State,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Go on to `step`; a form that was read is looked at again instead."""
    form = await state.get_data()
    look_again = form.get("read") and form.get("household")
    await show(message, VisitForm.confirm if look_again else step, person, store, state, now)


async def show(  # noqa: PLR0917 - what every step has at hand, in one order
    message: Message | InaccessibleMessage,
    step: State,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Move the form to `step` and ask its question."""
    await state.set_state(step)
    form = await state.get_data()
    if step == VisitForm.target:
        form = await state.update_data(page=0, search="")
        choices, villages = _list(form, person, store, now)
        if not choices and not villages:
            await state.clear()
            await message.answer(NOBODY, reply_markup=main_menu(person))
            return
        await message.answer(cards.CHOOSE, reply_markup=cards.target_list(choices, villages, 0))
    elif step == VisitForm.location:
        keyboard = cards.location_keyboard(household=bool(form.get("household")))
        await message.answer(
            cards.ASK_LOCATION.format(where=_where(form, person, store)), reply_markup=keyboard
        )
    elif step == VisitForm.reason:
        await message.answer(cards.ASK_REASON, reply_markup=cards.reason_keyboard())
    elif step == VisitForm.duties:
        await message.answer(cards.ASK_DUTIES, reply_markup=cards.duties_list(form.get("duties", [])))
    elif step == VisitForm.note:
        await message.answer(cards.ASK_NOTE, reply_markup=cards.text_step())
    elif step == VisitForm.problem:
        await message.answer(cards.ASK_PROBLEM, reply_markup=cards.text_step())
    elif step == VisitForm.day:
        await message.answer(cards.ASK_DAY, reply_markup=cards.days_list(day_of(now)))
    else:
        await message.answer(look(form, person, store), reply_markup=cards.confirm_buttons(form))


def look(form: dict[str, Any], person: Person, store: Store) -> str:
    """Return everything that is about to be saved."""
    return cards.confirm_text(form, _where(form, person, store), _evidence(form, store))


def _list(
    form: dict[str, Any], person: Person, store: Store, now: datetime
) -> tuple[list[visits.HouseholdChoice], list[Place]]:
    """Return the households to choose from (what was searched for, or all of one's own) and the villages."""
    if form.get("search"):
        return visits.search(store, person, now, form["search"]), []
    if person.role == "office":
        return [], []
    villages = [
        place for code in scope.villages_seen_by(store, person) if (place := store.roster.place(code))
    ]
    return visits.own_households(store, person, now), villages


def _see(household: str | None) -> InlineKeyboardMarkup | None:
    """Offer the file of the household that has just been visited."""
    return buttons([household_card.button(household)]) if household else None


def _where(form: dict[str, Any], person: Person, store: Store) -> str:
    household = scope.household(store, person, form["household"]) if form.get("household") else None
    if household:
        return f"{household.head}（{household.group}）" if household.group else household.head
    place = store.roster.place(form["village"])
    return visits.at_large(place) if place else ""


def _draft(form: dict[str, Any]) -> visits.Draft:
    location = form.get("location")
    return visits.Draft(
        kind=form["kind"],
        household=form["household"],
        village=form["village"],
        duties=tuple(form["duties"]),
        note=form.get("note", ""),
        problem=form.get("problem", ""),
        location=Location(*location) if location else None,
        location_reason=form.get("reason", ""),
        day=date.fromisoformat(form["day"]) if form.get("day") else None,
    )


def _evidence(form: dict[str, Any], store: Store) -> str:
    return visits.weigh(store, _draft(form)).words
