"""A file that an office sends: read, shown as a card, and taken into the knowledge base when the office says so, not before."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, TelegramObject

from fieldwork import scope
from handlers import document_cards as cards
from handlers import scope_cards
from handlers.document_cards import Act
from handlers.keyboards import MENU_WORDS
from handlers.messages import rewrite, under
from policy_kb import Added, Given, KnowledgeBase, Refused, Scope, Unreadable
from storage import Store, Unit
from storage.offers import Offer
from storage.roster import Person

SLOW_S = 1.5

Fetch = Callable[[str], Awaitable[Path]]
T = TypeVar("T")


class TitleForm(StatesGroup):
    """Waiting for a title."""

    title = State()


@dataclass(frozen=True)
class Desk:
    """What every step of taking a file in has at hand."""

    person: Person
    store: Store
    unit: Unit
    kb: KnowledgeBase
    fetch: Fetch
    now: datetime
    source: str
    channel: str

    async def preview(self, offer: Offer, chat_id: int) -> list[Added | Refused] | str:
        """Return what the file holds, or why it cannot be read."""
        given = self._given(offer)

        def look(path: Path) -> list[Added | Refused]:
            return list(self.kb.preview_each(path, now=self.now, name=offer.name, given=given))

        return await self._with_file(offer, chat_id, look)

    async def take_in(self, offer: Offer, chat_id: int) -> list[Added | Refused] | str:
        """Put the file into the base, or return why that cannot be done."""
        given = self._given(offer)

        def add(path: Path) -> list[Added | Refused]:
            return list(self.kb.add_each(path, now=self.now, name=offer.name, given=given))

        return await self._with_file(offer, chat_id, add)

    def _given(self, offer: Offer) -> Given:
        return Given(offer.title or None, Scope(offer.place, offer.roles), self.person.place)

    async def _with_file(self, offer: Offer, chat_id: int, work: Callable[[Path], list[T]]) -> list[T] | str:
        """Do slow work on the file outside the unit; say so at once where it takes long. Nothing may have been written before."""
        async with self.unit.outside(), asyncio.TaskGroup() as tasks:
            working = tasks.create_task(self._fetched(offer, work))
            done, _ = await asyncio.wait([working], timeout=SLOW_S)
            if not done:
                await self._say_reading(offer, chat_id)
        return working.result()

    async def _fetched(self, offer: Offer, work: Callable[[Path], list[T]]) -> list[T] | str:
        try:
            return await asyncio.to_thread(work, await self.fetch(offer.file))
        except Unreadable as error:
            return error.text
        except OSError as error:  # the channel's own words where it has any
            return str(getattr(error, "text", cards.NOT_FETCHED))

    async def _say_reading(self, offer: Offer, chat_id: int) -> None:
        """Put the word on its way now, in a unit of its own; once, even if the update has to be done again."""
        text = cards.READING.format(name=offer.name)
        async with self.store.unit():
            self.store.outbox.add(
                key=f"reading:{self.source}",
                channel=self.channel,
                chat_id=chat_id,
                kind="reply",
                method="sendMessage",
                payload={"chat_id": chat_id, "text": text},
                at=self.now,
            )


def router() -> Router:
    """Handle files, and the buttons under their cards."""
    router = Router(name="documents")
    router.message.middleware(with_desk)
    router.callback_query.middleware(with_desk)
    router.message.register(take, F.document)
    router.message.register(
        retitled, TitleForm.title, F.text, ~F.text.in_(MENU_WORDS), ~F.text.startswith("/")
    )
    router.callback_query.register(take_in, Act.filter(F.to == "take"))
    router.callback_query.register(ask_title, Act.filter(F.to == "title"))
    router.callback_query.register(ask_who, Act.filter(F.to == "who"))
    router.callback_query.register(drop, Act.filter(F.to == "drop"))
    router.callback_query.register(show_again, Act.filter(F.to == "back"))
    router.callback_query.register(turn_page, scope_cards.Places.filter(F.of > 0))
    router.callback_query.register(choose_who, scope_cards.For.filter(F.of > 0))
    return router


async def take(message: Message, desk: Desk) -> None:
    """Read the file and show the card, or say why it cannot be read."""
    document = message.document
    assert document, "registered for messages with a document"
    if desk.person.role != "office":
        await message.answer(cards.NOT_OFFICE)
        return
    name = document.file_name or document.file_id
    offer = Offer(0, desk.person.code, document.file_id, name, "", desk.person.place, ())
    found = await desk.preview(offer, message.chat.id)
    if isinstance(found, str):
        await message.answer(found)
        return
    offer = desk.store.offers.put(
        source=desk.source, person=offer.person, file=offer.file, name=name, place=offer.place, at=desk.now
    )
    text, markup = cards.card(found, offer, desk.store)
    await message.answer(text, reply_markup=markup)


async def take_in(query: CallbackQuery, callback_data: Act, desk: Desk) -> None:
    """Put the file into the base."""
    offer = desk.store.offers.get(callback_data.offer, person=desk.person.code)
    wanted = Scope(offer.place, offer.roles) if offer else None
    if offer is None or wanted is None or not scope_cards.within_reach(desk.store, desk.person, wanted):
        await _closed(query)
        return
    added = await desk.take_in(offer, under(query).chat.id)
    await query.answer()
    if isinstance(added, str):
        await under(query).answer(added)
        return
    desk.store.offers.close(offer.id, at=desk.now)
    await rewrite(query, cards.taken(added, scope_cards.scope_words(desk.store, wanted)))


async def ask_title(query: CallbackQuery, callback_data: Act, desk: Desk, state: FSMContext) -> None:
    """Ask for another title, unless another form is open."""
    offer = desk.store.offers.get(callback_data.offer, person=desk.person.code)
    if offer is None:
        await _closed(query)
        return
    if await state.get_state() not in {None, TitleForm.title.state}:
        await query.answer(cards.OTHER_FORM, show_alert=True)
        return
    await query.answer()
    await state.set_state(TitleForm.title)
    await state.set_data({"offer": offer.id})
    await under(query).answer(cards.ASK_TITLE, reply_markup=cards.title_step(offer))


async def retitled(message: Message, desk: Desk, state: FSMContext) -> None:
    """Take the title and show the card again."""
    title = (message.text or "").strip().strip("《》")
    if not title or len(title) > cards.LONGEST_TITLE:
        await message.answer(cards.TITLE_TOO_LONG.format(most=cards.LONGEST_TITLE))
        return
    number = (await state.get_data())["offer"]
    offer = desk.store.offers.get(number, person=desk.person.code)
    found = await desk.preview(replace(offer, title=title), message.chat.id) if offer else cards.CLOSED
    if offer:
        desk.store.offers.title(number, title)
    await state.clear()
    await _show(message, found, desk, number)


async def ask_who(query: CallbackQuery, callback_data: Act, desk: Desk) -> None:
    """Ask for whom the file is."""
    offer = desk.store.offers.get(callback_data.offer, person=desk.person.code)
    if offer is None:
        await _closed(query)
        return
    await query.answer()
    places = scope.answers_for(desk.store, desk.person)
    await rewrite(query, scope_cards.ASK_SCOPE, scope_cards.for_whom(places, foot=_foot(offer), of=offer.id))


async def turn_page(query: CallbackQuery, callback_data: scope_cards.Places, desk: Desk) -> None:
    """Show a page of the places below."""
    offer = desk.store.offers.get(callback_data.of, person=desk.person.code)
    if offer is None:
        await _closed(query)
        return
    await query.answer()
    places = scope.answers_for(desk.store, desk.person)
    markup = scope_cards.one_place(places, callback_data.number, foot=_foot(offer), of=offer.id)
    await rewrite(query, scope_cards.WHICH_PLACE, markup)


async def choose_who(query: CallbackQuery, callback_data: scope_cards.For, desk: Desk) -> None:
    """Note for whom the file is, within the office's reach, and show the card again."""
    offer = desk.store.offers.get(callback_data.of, person=desk.person.code)
    wanted = scope_cards.scope_of(callback_data)
    if offer is None or wanted.place is None or not scope_cards.within_reach(desk.store, desk.person, wanted):
        await _closed(query)
        return
    meant = replace(offer, place=wanted.place, roles=wanted.roles)
    found = await desk.preview(meant, under(query).chat.id)
    desk.store.offers.meant_for(offer.id, place=wanted.place, roles=wanted.roles)
    await query.answer()
    await _show(query, found, desk, offer.id)


async def show_again(query: CallbackQuery, callback_data: Act, desk: Desk, state: FSMContext) -> None:
    """Show the card again."""
    offer = desk.store.offers.get(callback_data.offer, person=desk.person.code)
    if offer is None:
        await _closed(query)
        return
    found = await desk.preview(offer, under(query).chat.id)
    if await state.get_state() == TitleForm.title.state:
        await state.clear()
    await query.answer()
    await _show(query, found, desk, offer.id)


async def drop(query: CallbackQuery, callback_data: Act, desk: Desk) -> None:
    """Throw the file away; nothing of it has entered the base."""
    offer = desk.store.offers.get(callback_data.offer, person=desk.person.code)
    if offer is None:
        await _closed(query)
        return
    desk.store.offers.close(offer.id, at=desk.now)
    await query.answer()
    await rewrite(query, cards.DROPPED.format(name=offer.name))


async def _show(
    event: Message | CallbackQuery, found: Sequence[Added | Refused] | str, desk: Desk, number: int
) -> None:
    """Show the card of an offer as it stands now, in place of the one whose button was pressed."""
    offer = desk.store.offers.get(number, person=desk.person.code)
    text, markup = (
        cards.card(found, offer, desk.store) if offer and not isinstance(found, str) else (str(found), None)
    )
    if isinstance(event, Message):
        await event.answer(text, reply_markup=markup)
    else:
        await rewrite(event, text, markup)


async def _closed(query: CallbackQuery) -> None:
    await query.answer()
    await under(query).answer(cards.CLOSED)


def _foot(offer: Offer) -> scope_cards.Row:
    return [(cards.BACK_TO_CARD, Act(offer=offer.id, to="back"))]


async def with_desk(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> object:
    """Put `desk` beside every update of the router."""
    return await handler(
        event, data | {"desk": Desk(**{each.name: data[each.name] for each in fields(Desk)})}
    )
