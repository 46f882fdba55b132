"""A visit in one message: what was read out of it is shown as a filled card, mended by tapping, saved.

Questions are left to `ask`. The card is the visit form's last look; its steps mend it.
"""

import asyncio
from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from fieldwork import visit_messages, visits
from fieldwork.days import day_of
from fieldwork.reading import Reading
from handlers import ask
from handlers import visit_cards as cards
from handlers.keyboards import BACK, MENU_WORDS
from handlers.messages import rewrite, under
from handlers.visit_form import STEPS, VisitForm, look, show
from policy_kb import KnowledgeBase
from storage import Store, Unit
from storage.roster import Person

WHICH = "看起来是一次走访，对得上的不止一户。是哪一户？"
WHO = "看起来是一次走访，没看出是哪一户。请点选，也可以直接打户主的名字来找。"
SEVERAL = "话里有 {n} 户，一户记一条，先看第一户。哪一户有什么问题，请在卡片上补。"
NO_LOCATION = "用一条消息记的，没有发位置"
AS_QUESTION = "好的，当作提问。"
MONEY, NEXT_STEP = "帮扶：{yuan} 元（原话里有，随原话保存）", "下一步：{words}（原话里有，随原话保存）"
NO_SUCH_DAY = "没看懂是哪一天，或者不在最近 {most} 天里。请点一天，或者打“上周三”“11月3日”这样的日期。"


def router() -> Router:
    """Handle texts that tell of a visit, and the buttons of their card."""
    router = Router(name="visit_message")
    text = F.text & ~F.text.in_(MENU_WORDS) & ~F.text.startswith("/") & (F.text != BACK)
    message, press = router.message.register, router.callback_query.register
    message(begin, StateFilter(None), text, tells_of_a_visit)
    message(ask.ask, VisitForm.confirm, text, asks_beside_the_card)
    message(take_day_words, VisitForm.day, text)
    press(offer_changes, VisitForm.confirm, cards.Step.filter(F.to == "change"))
    press(change, VisitForm.confirm, cards.Change.filter())
    press(take_day, VisitForm.day, cards.Day.filter())
    press(take_as_question, StateFilter(VisitForm), cards.Step.filter(F.to == "ask"))
    return router


async def tells_of_a_visit(
    message: Message, person: Person, store: Store, unit: Unit, now: datetime
) -> dict[str, Reading] | bool:
    """Give the reading to the handler when the text reports a visit of the person's own."""
    text = (message.text or "").strip()
    if person.role == "office" or len(text) > visits.MOST_WORDS:
        return False
    roster = visit_messages.roster_of(store, person, now)
    async with unit.outside():
        reading = await asyncio.to_thread(visit_messages.report, text, roster, day_of(now))
    return {"reading": reading} if reading else False


async def asks_beside_the_card(  # noqa: PLR0917 - what a filter is given by name
    message: Message, person: Person, store: Store, unit: Unit, state: FSMContext, now: datetime
) -> bool:
    """Say whether a card is open and the text has nothing to do with visits: the question is answered, the card stays."""
    if not (await state.get_data()).get("read"):
        return False
    return not await tells_of_a_visit(message, person, store, unit, now)


async def begin(
    message: Message, *, reading: Reading, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Show the filled card, or ask which household is meant."""
    form = _form(reading, now)
    sure = [each.codes[0] for each in reading.households if len(each.codes) == 1]
    asked = next((each.codes for each in reading.households if len(each.codes) > 1), ())
    form |= {"household": None if asked or not sure else sure[0], "rest": sure if asked else sure[1:]}
    if form["rest"]:
        form |= {"problem": "", "also": []}  # of which household they are cannot be told
    await state.set_data(form)
    if form["household"] is None:
        await _ask_which(message, asked, person, store, state, now)
        return
    if form["rest"]:
        await message.answer(SEVERAL.format(n=len(sure)))
    await show(message, VisitForm.confirm, person, store, state, now)


async def offer_changes(query: CallbackQuery, person: Person, store: Store, state: FSMContext) -> None:
    """Offer the parts that can be mended."""
    await query.answer()
    form = await state.get_data()
    await rewrite(query, look(form, person, store), cards.changes(form))


async def change(
    query: CallbackQuery,
    *,
    callback_data: cards.Change,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Go to the step that mends a part."""
    await query.answer()
    step = STEPS[f"{VisitForm.__name__}:{callback_data.part}"]
    await show(under(query), step, person, store, state, now)


async def take_day(
    query: CallbackQuery,
    *,
    callback_data: cards.Day,
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Take the day of the visit by a button."""
    await query.answer()
    await state.update_data(day=callback_data.day)
    await show(under(query), VisitForm.confirm, person, store, state, now)


async def take_day_words(
    message: Message, person: Person, store: Store, state: FSMContext, now: datetime
) -> None:
    """Take the day of the visit as it was written."""
    day = visit_messages.day_in(message.text or "", now)
    if day is None:
        await message.answer(NO_SUCH_DAY.format(most=visits.MOST_DAYS_BACK))
        return
    await state.update_data(day=day.isoformat())
    await show(message, VisitForm.confirm, person, store, state, now)


async def take_as_question(
    query: CallbackQuery,
    *,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    state: FSMContext,
    now: datetime,
    source: str,
) -> None:
    """Put the message to the documents instead; first of all, since that steps out of the unit."""
    text = (await state.get_data())["note"]
    card = under(query)
    asked = Message(message_id=card.message_id, date=now, chat=card.chat, text=text).as_(query.bot)
    await ask.ask(asked, person=person, store=store, unit=unit, kb=kb, now=now, source=source)
    await query.answer()
    await state.clear()
    await rewrite(query, AS_QUESTION)


async def _ask_which(  # noqa: PLR0917 - what every step has at hand, in one order
    message: Message,
    codes: tuple[str, ...],
    person: Person,
    store: Store,
    state: FSMContext,
    now: datetime,
) -> None:
    """Offer the households that may be meant; all of one's own when the message names none."""
    choices = visits.own_households(store, person, now)
    meant = [choice for choice in choices if choice.household.code in codes]
    await state.set_state(VisitForm.target)
    keyboard = cards.target_list(meant or choices, [], 0, read=True)
    await message.answer(WHICH if meant else WHO, reply_markup=keyboard)


def _form(reading: Reading, now: datetime) -> dict[str, Any]:
    """Return the visit form's data as far as the message fills it."""
    also = [MONEY.format(yuan=reading.money.yuan)] if reading.money else []
    also += [NEXT_STEP.format(words=reading.words(reading.next_step))] if reading.next_step else []
    day = reading.day if visit_messages.day_within_reach(reading.day, now) else None
    return {
        "read": True,
        "kind": reading.kind,
        "day": day.isoformat() if day else None,
        "duties": [done.code for done in reading.duties],
        "note": reading.text,
        "problem": "；".join(problem.text for problem in reading.problems),
        "also": also,
        "location": None,
        "reason": "" if reading.kind == "contact" else NO_LOCATION,
        "village": None,
    }
