"""An office's own rulings: what it has answered, until when, for whom; each can be withdrawn."""

import asyncio
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork.days import day_of
from handlers import scope_cards
from handlers.keyboards import buttons
from handlers.messages import clipped, rewrite, under
from policy_kb import Issued, KnowledgeBase
from storage import Store, Unit
from storage.roster import Person

OWN_RULINGS = "已发的答复"
NOT_OFFICE = "这里列的是联席办发出的答复，由联席办管理。"
NONE = "这里还没有自己写的答复。引用条文的答复不用管理，条文变了会跟着变。"
ONE = "已发的答复 {place}/{total}（新的在前）\n\n{question}\n\n{words}\n\n{issuer}，{day}\n有效期：{until}{over}\n谁能查到：{scope}"
OVER = "（已过期，不再查到）"
FOR_GOOD = "长期"
WITHDRAW, SURE, KEEP, NEXT = "撤回", "确定撤回", "不撤", "下一个 ›"
ASK_SURE = "撤回后，再有人这样问就查不到这条答复了。已经收到的人不会另行通知。\n\n{question}"
WITHDRAWN = "已撤回：{question}"
GONE = "这条答复已经撤回了。"
LONGEST = 1500


class Own(CallbackData, prefix="rl_n"):
    """The ruling before this one; the newest after 0."""

    after: int


class Withdraw(CallbackData, prefix="rl_w"):
    """Withdraw a ruling: asked first, then done when `sure`."""

    document: int
    sure: int


def router() -> Router:
    """Handle the list and the withdrawing."""
    router = Router(name="rulings")
    router.message.register(begin, StateFilter(None), F.text == OWN_RULINGS)
    router.message.register(begin, StateFilter(None), Command("rulings"))
    router.callback_query.register(look, Own.filter())
    router.callback_query.register(withdraw, Withdraw.filter())
    return router


async def begin(
    message: Message, *, person: Person, store: Store, unit: Unit, kb: KnowledgeBase, now: datetime
) -> None:
    """Show the newest."""
    if person.role != "office":
        await message.answer(NOT_OFFICE)
        return
    text, markup = _card(await _own(person, unit, kb), 0, store, now)
    await message.answer(text, reply_markup=markup)


async def look(
    query: CallbackQuery,
    *,
    callback_data: Own,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
) -> None:
    """Show the one before, the newest again after the oldest."""
    own = await _own(person, unit, kb)
    await query.answer()
    place = next((n for n, each in enumerate(own) if each.document.id < callback_data.after), 0)
    text, markup = _card(own, place, store, now)
    if callback_data.after:
        await rewrite(query, text, markup)
    else:
        await under(query).answer(text, reply_markup=markup)


async def withdraw(
    query: CallbackQuery, callback_data: Withdraw, person: Person, unit: Unit, kb: KnowledgeBase
) -> None:
    """Take a ruling of one's own office out of the base, once the office is sure."""
    own = await _own(person, unit, kb)
    ruling = next((each.document for each in own if each.document.id == callback_data.document), None)
    if ruling and callback_data.sure:
        async with unit.outside():
            await asyncio.to_thread(kb.remove, ruling.id)
    await query.answer()
    if ruling is None:
        await rewrite(query, GONE)
    elif callback_data.sure:
        await rewrite(query, WITHDRAWN.format(question=ruling.title), buttons([(NEXT, Own(after=ruling.id))]))
    else:
        sure = [(SURE, Withdraw(document=ruling.id, sure=1)), (KEEP, Own(after=ruling.id + 1))]
        await rewrite(query, ASK_SURE.format(question=ruling.title), buttons(sure))


async def _own(person: Person, unit: Unit, kb: KnowledgeBase) -> list[Issued]:
    """Return the rulings of the office's place, the newest first. Nothing may have been written before."""
    if person.role != "office":
        return []
    async with unit.outside():
        return await asyncio.to_thread(kb.rulings.of, person.place)


def _card(
    own: list[Issued], place: int, store: Store, now: datetime
) -> tuple[str, InlineKeyboardMarkup | None]:
    if not own:
        return NONE, None
    ruling = own[place].document
    text = ONE.format(
        place=place + 1,
        total=len(own),
        question=ruling.title,
        words=clipped(own[place].words, LONGEST),
        issuer=ruling.issuer,
        day=ruling.date,
        until=ruling.until or FOR_GOOD,
        over=OVER if ruling.until and ruling.until < day_of(now).isoformat() else "",
        scope=scope_cards.scope_words(store, ruling.scope),
    )
    row = [(WITHDRAW, Withdraw(document=ruling.id, sure=0))]
    return text, buttons(row + ([(NEXT, Own(after=ruling.id))] if len(own) > 1 else []))
