"""What one's place asks most, as buttons that ask it; no names, and nothing that hints at what one may not read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import scope
from fieldwork.days import day_of
from handlers.ask import answer
from handlers.keyboards import FREQUENT, buttons
from handlers.messages import clipped, under
from handlers.readers import reader_of
from policy_kb import KnowledgeBase, Reader, repeats
from storage import Store, Unit
from storage.questions import Question
from storage.roster import Person

MOST_ASKED = "{place}近三个月问得多的（点一下就问）："
UNANSWERED = "（还没有答案）"
NOTHING_YET = "近三个月还没有人问过什么。有问题直接打字就行。"
TIMES = "{question}（{n} 次）"
DAYS, MOST, LONGEST, ENOUGH, LOOKED_AT = 90, 8, 36, 3, 24


class Again(CallbackData, prefix="fq"):
    """Ask what this question asked."""

    question: int


@dataclass(frozen=True)
class Asked:
    """Like questions: one in the words most asked, how often, and whether the documents answer it to whoever looks."""

    lead: Question
    times: int
    answered: bool


def router() -> Router:
    """Handle the key and the questions under it."""
    router = Router(name="frequent")
    router.message.register(show, StateFilter(None), F.text == FREQUENT)
    router.message.register(show, Command("faq"))
    router.callback_query.register(again, Again.filter())
    return router


async def show(
    message: Message, *, person: Person, store: Store, unit: Unit, kb: KnowledgeBase, now: datetime
) -> None:
    """Show what is asked most in the person's place, or, where little was asked, in the one above."""
    reader, since = reader_of(store, person), now - timedelta(days=DAYS)
    for code in scope.chain_of(store, person.place):
        questions = store.questions.asked_in(code, since=since)
        async with unit.outside():
            found = await asyncio.to_thread(most_asked, questions, kb, reader, day_of(now))
        if len(found) >= ENOUGH:
            break
    if not found:
        await message.answer(NOTHING_YET)
        return
    place = store.roster.place(code)
    await message.answer(MOST_ASKED.format(place=place.name if place else ""), reply_markup=_buttons(found))


async def again(
    query: CallbackQuery,
    *,
    callback_data: Again,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
    source: str,
) -> None:
    """Ask it as if it had been typed."""
    question = store.questions.get(callback_data.question)
    assert question, "questions are never deleted one by one"
    await answer(
        under(query),
        question.text,
        person=person,
        store=store,
        unit=unit,
        kb=kb,
        now=now,
        source=source,
    )
    await query.answer()


def most_asked(questions: Sequence[Question], kb: KnowledgeBase, reader: Reader, day: date) -> list[Asked]:
    """Return what is asked most, what the reader gets an answer to first.

    A question that was answered from what this reader may not read is left out, and is not counted.
    """
    said = {
        question.id: int(question.clause_ids[0])
        for question in questions
        if question.answered or question.ruling
    }
    readable = kb.readable(said.values(), reader)
    shown = [question for question in questions if said.get(question.id) in readable | {None}]
    found = []
    for members in repeats.groups([question.text for question in shown])[:LOOKED_AT]:
        lead = shown[members[0]]
        found.append(Asked(lead, len(members), kb.ask(lead.text, reader=reader, day=day).answered))
    return sorted(found, key=lambda asked: not asked.answered)[:MOST]


def _buttons(found: Sequence[Asked]) -> InlineKeyboardMarkup:
    return buttons(
        *(
            [
                (
                    TIMES.format(question=clipped(each.lead.text, LONGEST), n=each.times)
                    + ("" if each.answered else UNANSWERED),
                    Again(question=each.lead.id),
                )
            ]
            for each in found
        )
    )
