"""The ledger (台账): a line a day. One's own, and for leaders that of each of the team."""

from datetime import datetime, timedelta

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import checkin, scope
from fieldwork.days import Week, day_of
from handlers.keyboards import LEDGER, buttons
from handlers.messages import clipped, rewrite
from storage import Store
from storage.roster import Person

HEAD = "{name}的台账 {week}"
NOBODY = "这份台账不在您能看的范围里。"
OTHERS = "看谁的？"
OF_TEAM, OF_UNIT = "看队员的", "看本单位干部的"
LONGEST_LINE = 500  # seven of them make a message


class Show(CallbackData, prefix="lg"):
    """Somebody's week."""

    person: str
    week: str


class Whose(CallbackData, prefix="lg_who"):
    """Choose one of the team."""


def router() -> Router:
    """Handle the button, the weeks before, and the choice of a member."""
    router = Router(name="ledger")
    router.message.register(begin, StateFilter(None), F.text == LEDGER)
    router.message.register(begin, Command("ledger"))
    router.callback_query.register(choose, Whose.filter())
    router.callback_query.register(show, Show.filter())
    return router


async def begin(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Show one's own week."""
    text, markup = _page(store, person, person, Week.of(day_of(now)), now)
    await message.answer(text, reply_markup=markup)


async def choose(query: CallbackQuery, person: Person, store: Store, now: datetime) -> None:
    """Offer the people of the team."""
    await query.answer()
    this_week = str(Week.of(day_of(now)))
    team = scope.ledgers_seen_by(store, person)
    await rewrite(query, OTHERS, buttons(*([(p.name, Show(person=p.code, week=this_week))] for p in team)))


async def show(
    query: CallbackQuery, callback_data: Show, person: Person, store: Store, now: datetime
) -> None:
    """Show a week of somebody whose ledger one may see."""
    whose = next((p for p in scope.ledgers_seen_by(store, person) if p.code == callback_data.person), None)
    if whose is None:
        await query.answer(NOBODY, show_alert=True)
        return
    await query.answer()
    text, markup = _page(store, person, whose, Week.parse(callback_data.week), now)
    await rewrite(query, text, markup)


def _page(
    store: Store, reader: Person, whose: Person, week: Week, now: datetime
) -> tuple[str, InlineKeyboardMarkup]:
    until = min(week.sunday, day_of(now))
    lines = [clipped(line.words(), LONGEST_LINE) for line in checkin.ledger(store, whose, week.monday, until)]
    row = [("‹ 上一周", Show(person=whose.code, week=str(week.previous())))]
    if week.sunday < day_of(now):
        row.append(("下一周 ›", Show(person=whose.code, week=str(Week.of(week.sunday + timedelta(days=1))))))
    word = OF_UNIT if reader.role == "unit" else OF_TEAM
    others = [(word, Whose())] if len(scope.ledgers_seen_by(store, reader)) > 1 else []
    return "\n".join([HEAD.format(name=whose.name, week=week.label), *lines]), buttons(row, others)
