"""The office's answer while it is being written: its steps, what it holds, what each step shows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, TelegramObject

from fieldwork import scope
from fieldwork.days import day_of
from handlers import office_cards as cards
from handlers import scope_cards
from handlers.clauses import place_words
from handlers.messages import under
from handlers.open_questions import still_open
from handlers.readers import reader_of
from policy_kb import KnowledgeBase, Scope, may_read
from storage import Store, Unit
from storage.questions import Question
from storage.roster import Person

MOST_CLAUSES = 5
Card = tuple[str, InlineKeyboardMarkup]


class AnswerForm(StatesGroup):
    """The steps of both ways."""

    way = State()
    seek = State()
    cited = State()
    sentence = State()
    words = State()
    until = State()
    scope = State()
    confirm = State()


BEFORE = {
    AnswerForm.seek: AnswerForm.way,
    AnswerForm.cited: AnswerForm.seek,
    AnswerForm.sentence: AnswerForm.cited,
    AnswerForm.words: AnswerForm.way,
    AnswerForm.until: AnswerForm.words,
    AnswerForm.scope: AnswerForm.until,
    AnswerForm.confirm: AnswerForm.scope,
}
STEPS = {state.state: state for state in AnswerForm}


@dataclass(frozen=True)
class Form:
    """The open form with everything at hand that its steps need."""

    person: Person
    store: Store
    unit: Unit
    kb: KnowledgeBase
    state: FSMContext
    now: datetime
    source: str

    async def step(self) -> State:
        """Return the open step."""
        return STEPS[await self.state.get_state()]

    async def show(self, event: Message | CallbackQuery, step: State, **changes: Any) -> None:  # noqa: ANN401 - JSON
        """Move the form to `step` with what has changed, and ask its question. Nothing may have been written before."""
        data = await self.state.get_data() | changes
        text, markup = await self._card(step, data)
        await self.state.set_data(data)
        await self.state.set_state(step)
        if isinstance(event, CallbackQuery):
            await event.answer()
            await under(event).answer(text, reply_markup=markup)
        else:
            await event.answer(text, reply_markup=markup)

    def questions(self, data: dict[str, Any]) -> list[Question]:
        """Return those of the form's questions that still wait."""
        return still_open(self.store, self.person, data["questions"])

    def within(self, questions: list[Question], wanted: Scope) -> list[Question]:
        """Return the questions whose askers may read what has this scope."""
        readers = {code: reader_of(self.store, person) for code, person in self._askers(questions).items()}
        return [
            each for each in questions if each.person in readers and may_read(wanted, readers[each.person])
        ]

    def _askers(self, questions: list[Question]) -> dict[str, Person]:
        found = {question.person: self.store.roster.person(question.person) for question in questions}
        return {code: person for code, person in found.items() if person}

    async def _card(self, step: State, data: dict[str, Any]) -> Card:
        if step == AnswerForm.seek:
            return await self._seek(data)
        if step == AnswerForm.cited:
            return await self._cited(data)
        return self._plain_card(step, data)

    def _plain_card(self, step: State, data: dict[str, Any]) -> Card:
        """Return the card of a step that needs nothing of the base."""
        if step == AnswerForm.way:
            return cards.way(data["question"], people(self.questions(data)))
        if step == AnswerForm.sentence:
            return cards.ASK_SENTENCE, cards.text_step()
        if step == AnswerForm.words:
            return cards.ASK_WORDS.format(most=cards.MOST_WORDS, question=data["question"]), cards.text_step()
        if step == AnswerForm.until:
            return cards.ASK_UNTIL, cards.until(day_of(self.now))
        if step == AnswerForm.scope:
            places = scope.answers_for(self.store, self.person)
            return scope_cards.ASK_SCOPE, scope_cards.for_whom(places, foot=cards.back_and_cancel())
        return self._confirm(data)

    async def _seek(self, data: dict[str, Any]) -> Card:
        reader = reader_of(self.store, self.person)
        async with self.unit.outside():
            hits = await asyncio.to_thread(
                self.kb.find,
                data.get("search") or data["question"],
                reader=reader,
                day=day_of(self.now),
                most=MOST_CLAUSES,
            )
        return cards.clauses(hits)

    async def _cited(self, data: dict[str, Any]) -> Card:
        reader = reader_of(self.store, self.person)
        async with self.unit.outside():
            clause = await asyncio.to_thread(self.kb.clause, data["clause"], reader=reader)
        if clause is None:
            return cards.CLAUSE_GONE, cards.text_step()
        return cards.cited(place_words(clause), clause.text, data.get("sentence", ""))

    def _confirm(self, data: dict[str, Any]) -> Card:
        asked, wanted = self.questions(data), scope_in(data)
        told = self.within(asked, wanted)
        left_out = len({each.person for each in asked} - {each.person for each in told})
        return cards.confirm(
            data["question"],
            data["words"],
            until=data["until"] or cards.FOR_GOOD,
            scope=scope_cards.scope_words(self.store, wanted),
            by=f"{cards.office_name(self.store, self.person)} {self.person.name}",
            day=day_of(self.now).isoformat(),
            people=people(told) + (cards.LEFT_OUT.format(n=left_out) if left_out else ""),
        )


def scope_in(data: dict[str, Any]) -> Scope:
    """Return the scope that the form holds."""
    return Scope(data["place"], tuple(data["roles"]))


def people(questions: list[Question]) -> str:
    """Say how many people asked."""
    return f"{len({question.person for question in questions})} 个提问的人"


async def with_form(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> object:
    """Put `form` beside every update of the form's router."""
    form = Form(**{each.name: data[each.name] for each in fields(Form)})
    return await handler(event, data | {"form": form})
