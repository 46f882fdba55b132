"""The office's side of asking: questions that the documents did not answer, and the office's word on them."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork.days import day_of
from handlers.keyboards import MENU_WORDS, OPEN_QUESTIONS, buttons, main_menu
from handlers.messages import rewrite, under
from storage import Store
from storage.questions import Question
from storage.roster import Person

NOT_OFFICE = "待答问题由联席办处理。您的问题可以直接打字来问。"
NONE_OPEN = "没有等着答复的问题。"
ONE_OF = "待答问题（还有 {total} 个，最早的在前）\n\n{question}\n\n{name}（{place}），{day}"
ANSWER, NEXT = "答复", "下一个 ›"
WRITE = "请写给{name}的答复。写好发出就会转给对方。\n\n问题：{question}"
DONE = "答复已转给{name}。"
ALREADY = "这个问题已经有人答复过了。"
LONGEST = 3000
TOO_LONG = f"答复请控制在 {LONGEST} 字以内，请改短一些再发。"
RULING = "您问过：{question}\n\n联席办答复：{ruling}\n\n{name}，{day}"


class RulingForm(StatesGroup):
    """Writing an answer."""

    ruling = State()


class Look(CallbackData, prefix="of_n"):
    """The question after this one."""

    after: int


class Write(CallbackData, prefix="of_a"):
    """Answer this question."""

    question: int


def router() -> Router:
    """Handle the list of open questions and the answer to one."""
    router = Router(name="office")
    router.message.register(begin, StateFilter(None), F.text == OPEN_QUESTIONS)
    router.message.register(begin, Command("questions"))
    router.message.register(rule, RulingForm.ruling, F.text, ~F.text.in_(MENU_WORDS), ~F.text.startswith("/"))
    router.callback_query.register(look, Look.filter())
    router.callback_query.register(write, Write.filter())
    return router


async def begin(message: Message, person: Person, store: Store) -> None:
    """Show the oldest open question of the office's place."""
    if person.role != "office":
        await message.answer(NOT_OFFICE)
        return
    waiting = store.questions.pending(person.place)
    if not waiting:
        await message.answer(NONE_OPEN)
        return
    await message.answer(
        _words(waiting[0], len(waiting), store), reply_markup=_buttons(waiting[0], len(waiting))
    )


async def look(query: CallbackQuery, callback_data: Look, person: Person, store: Store) -> None:
    """Show the next one, the first again after the last."""
    await query.answer()
    waiting = store.questions.pending(person.place) if person.role == "office" else []
    if not waiting:
        await rewrite(query, NONE_OPEN)
        return
    shown = next((question for question in waiting if question.id > callback_data.after), waiting[0])
    await rewrite(query, _words(shown, len(waiting), store), _buttons(shown, len(waiting)))


async def write(
    query: CallbackQuery, callback_data: Write, person: Person, store: Store, state: FSMContext
) -> None:
    """Ask for the answer's words."""
    await query.answer()
    question = _open(callback_data.question, person, store)
    if question is None:
        await under(query).answer(ALREADY)
        return
    await state.set_state(RulingForm.ruling)
    await state.set_data({"question": question.id})
    asker = store.roster.person(question.person)
    await under(query).answer(WRITE.format(name=asker.name if asker else "", question=question.text))


async def rule(message: Message, person: Person, store: Store, state: FSMContext, now: datetime) -> None:
    """Write the answer down and send it to the one who asked."""
    if len(message.text or "") > LONGEST:
        await message.answer(TOO_LONG)
        return
    question = _open((await state.get_data())["question"], person, store)
    await state.clear()
    if question is None or not store.questions.rule(
        question.id, ruling=message.text or "", by=person.code, at=now
    ):
        await message.answer(ALREADY, reply_markup=main_menu(person))
        return
    asker = store.roster.person(question.person)
    day = day_of(now).isoformat()
    text = RULING.format(question=question.text, ruling=message.text, name=person.name, day=day)
    for account in store.accounts.of_person(question.person)[:1]:
        store.outbox.add(
            key=f"ruling:{question.id}",
            channel=account.channel,
            chat_id=account.chat_id,
            kind="notice",
            method="sendMessage",
            payload={"chat_id": account.chat_id, "text": text},
            at=now,
        )
    await message.answer(DONE.format(name=asker.name if asker else ""), reply_markup=main_menu(person))


def _open(question_id: int, person: Person, store: Store) -> Question | None:
    """Return the question if it still waits and belongs to the office's place."""
    waiting = store.questions.pending(person.place) if person.role == "office" else []
    return next((question for question in waiting if question.id == question_id), None)


def _words(question: Question, total: int, store: Store) -> str:
    asker = store.roster.person(question.person)
    place = store.roster.place(asker.place) if asker else None
    return ONE_OF.format(
        total=total,
        question=question.text,
        name=asker.name if asker else "",
        place=place.name if place else "",
        day=day_of(question.asked_at).isoformat(),
    )


def _buttons(question: Question, total: int) -> InlineKeyboardMarkup:
    row = [(ANSWER, Write(question=question.id))]
    return buttons(row + ([(NEXT, Look(after=question.id))] if total > 1 else []))
