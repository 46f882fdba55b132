"""The office's answer to a group of open questions: by a clause of the documents, or by a ruling of its own.

cite: choose a clause → a sentence to it → send. Own words: words → valid until → for whom → look → send. The form lives in the
conversation state, so it survives a restart; back and cancel are at every step.
"""

from datetime import date

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from fieldwork import scope
from fieldwork.days import day_of
from handlers import office_cards as cards
from handlers import office_sending, scope_cards
from handlers.keyboards import BACK, MENU_WORDS, main_menu
from handlers.menu import CANCELLED
from handlers.messages import rewrite, under
from handlers.office import GONE
from handlers.office_form import BEFORE, AnswerForm, Form, with_form
from handlers.open_questions import open_groups


def router() -> Router:
    """Handle the form from the button under an open question to the word that it was sent."""
    router = Router(name="office_answer")
    router.message.middleware(with_form)
    router.callback_query.middleware(with_form)
    message, press = router.message.register, router.callback_query.register
    anywhere = StateFilter(AnswerForm)
    message(remind_open, anywhere, F.text.in_(MENU_WORDS) | F.text.startswith("/") | F.document)
    message(go_back, anywhere, F.text == BACK)
    message(seek, AnswerForm.seek, F.text)
    message(seek, AnswerForm.cited, F.text)
    message(take_sentence, AnswerForm.sentence, F.text)
    message(take_words, AnswerForm.words, F.text)
    message(take_day, AnswerForm.until, F.text)
    message(show_again, anywhere)
    press(begin, cards.Answer.filter())
    press(cancel, anywhere, cards.Step.filter(F.to == "cancel"))
    press(step_back, anywhere, cards.Step.filter(F.to == "back"))
    press(resume, anywhere, cards.Step.filter(F.to == "resume"))
    press(to_seek, AnswerForm.way, cards.Step.filter(F.to == "cite"))
    press(to_words, StateFilter(AnswerForm.way, AnswerForm.confirm), cards.Step.filter(F.to == "words"))
    press(to_sentence, AnswerForm.cited, cards.Step.filter(F.to == "sentence"))
    press(pick, StateFilter(AnswerForm.seek, AnswerForm.cited), cards.Pick.filter())
    press(choose_until, AnswerForm.until, cards.Until.filter())
    press(turn_page, AnswerForm.scope, scope_cards.Places.filter(F.of == 0))
    press(choose_scope, AnswerForm.scope, scope_cards.For.filter(F.of == 0))
    press(office_sending.send_clause, AnswerForm.cited, cards.Step.filter(F.to == "send"))
    press(office_sending.send_ruling, AnswerForm.confirm, cards.Step.filter(F.to == "send"))
    return router


async def begin(query: CallbackQuery, callback_data: cards.Answer, form: Form) -> None:
    """Open the form for a group, or for one of its wordings alone; one that is open is not thrown away."""
    if await form.state.get_state() is not None:
        await query.answer()
        await under(query).answer(cards.STILL_OPEN, reply_markup=cards.still_open())
        return
    groups = await open_groups(form.store, form.person, form.unit)
    group = next((group for group in groups if callback_data.question in group.ids), None)
    if group is None:
        await query.answer()
        await under(query).answer(GONE)
        return
    lead = next(question for question in group.questions if question.id == callback_data.question)
    asked = [each.id for each in group.questions if not callback_data.alone or each.text == lead.text]
    await form.show(query, AnswerForm.way, questions=asked, question=lead.text)


async def to_seek(query: CallbackQuery, form: Form) -> None:
    """Offer the clauses nearest to the question."""
    await form.show(query, AnswerForm.seek, search="")


async def seek(message: Message, form: Form) -> None:
    """Offer the clauses nearest to what was typed."""
    await form.show(message, AnswerForm.seek, search=(message.text or "").strip()[:100])


async def pick(query: CallbackQuery, callback_data: cards.Pick, form: Form) -> None:
    """Show the clause whole before it goes out."""
    await form.show(query, AnswerForm.cited, clause=callback_data.clause)


async def to_sentence(query: CallbackQuery, form: Form) -> None:
    """Ask for a sentence to the clause."""
    await form.show(query, AnswerForm.sentence)


async def take_sentence(message: Message, form: Form) -> None:
    """Take the sentence."""
    if not await _too_long(message):
        await form.show(message, AnswerForm.cited, sentence=(message.text or "").strip())


async def to_words(query: CallbackQuery, form: Form) -> None:
    """Ask for the ruling's words."""
    await form.show(query, AnswerForm.words)


async def take_words(message: Message, form: Form) -> None:
    """Take the ruling's words."""
    if not await _too_long(message):
        await form.show(message, AnswerForm.until, words=(message.text or "").strip())


async def choose_until(query: CallbackQuery, callback_data: cards.Until, form: Form) -> None:
    """Take how long it holds, by a button."""
    await form.show(query, AnswerForm.scope, until="" if callback_data.day == "good" else callback_data.day)


async def take_day(message: Message, form: Form) -> None:
    """Take how long it holds, as a day that was typed and is not over."""
    try:
        day = date.fromisoformat((message.text or "").strip())
    except ValueError:
        day = date.min
    if day < day_of(form.now):
        await message.answer(cards.NOT_A_DAY, reply_markup=cards.until(day_of(form.now)))
        return
    await form.show(message, AnswerForm.scope, until=day.isoformat())


async def turn_page(query: CallbackQuery, callback_data: scope_cards.Places, form: Form) -> None:
    """Show a page of the places below."""
    await query.answer()
    places = scope.answers_for(form.store, form.person)
    markup = scope_cards.one_place(places, callback_data.number, foot=cards.back_and_cancel())
    await rewrite(query, scope_cards.WHICH_PLACE, markup)


async def choose_scope(query: CallbackQuery, callback_data: scope_cards.For, form: Form) -> None:
    """Take for whom it is, within the office's reach."""
    wanted = scope_cards.scope_of(callback_data)
    if not scope_cards.within_reach(form.store, form.person, wanted):
        await form.show(query, AnswerForm.scope)
        return
    await form.show(query, AnswerForm.confirm, place=wanted.place, roles=list(wanted.roles))


async def cancel(query: CallbackQuery, form: Form) -> None:
    """Leave the form; the question stays on the list."""
    await query.answer()
    await form.state.clear()
    await under(query).answer(CANCELLED, reply_markup=main_menu(form.person))


async def step_back(query: CallbackQuery, form: Form) -> None:
    """Go one step back by the button under a message."""
    await form.show(query, BEFORE.get(await form.step(), AnswerForm.way))


async def go_back(message: Message, form: Form) -> None:
    """Go one step back by typing so."""
    await form.show(message, BEFORE.get(await form.step(), AnswerForm.way))


async def resume(query: CallbackQuery, form: Form) -> None:
    """Show the open step again."""
    await form.show(query, await form.step())


async def remind_open(message: Message) -> None:
    """Somebody turned to something else in the middle: nothing is thrown away unasked."""
    await message.answer(cards.STILL_OPEN, reply_markup=cards.still_open())


async def show_again(message: Message, form: Form) -> None:
    """Show the step again: what came does not fit it."""
    await form.show(message, await form.step())


async def _too_long(message: Message) -> bool:
    have = len(message.text or "")
    if have > cards.MOST_WORDS:
        await message.answer(cards.WORDS_TOO_LONG.format(most=cards.MOST_WORDS, have=have))
    return have > cards.MOST_WORDS
