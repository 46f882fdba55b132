"""One's own visits, newest first."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import visits
from fieldwork.days import label
from handlers.keyboards import MY_VISITS, buttons
from handlers.messages import clipped, rewrite
from handlers.visit_cards import village_label
from storage import Store
from storage.roster import Person
from storage.visits import Visit

PAGE = 5
MOST_NOTE = 120
NONE_YET = "您还没有记过走访。点“记走访”开始，二十秒就好。"
HEAD = "您的走访（共 {total} 条，最新的在前）"


class Older(CallbackData, prefix="vl"):
    """Another page."""

    number: int


def router() -> Router:
    """Handle the list and its pages."""
    router = Router(name="visit_list")
    router.message.register(show, StateFilter(None), F.text == MY_VISITS)
    router.message.register(show, Command("visits"))
    router.callback_query.register(turn_page, Older.filter())
    return router


async def show(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Show the newest, with this month's progress."""
    text, markup = _page(person, store, now, 0)
    await message.answer(text, reply_markup=markup)


async def turn_page(
    query: CallbackQuery, callback_data: Older, person: Person, store: Store, now: datetime
) -> None:
    """Show another page."""
    await query.answer()
    text, markup = _page(person, store, now, callback_data.number)
    await rewrite(query, text, markup)


def _page(
    person: Person, store: Store, now: datetime, number: int
) -> tuple[str, InlineKeyboardMarkup | None]:
    total = store.visits.count_of(person.code)
    if not total:
        return NONE_YET, None
    shown = store.visits.of_person(person.code, limit=(number + 1) * PAGE)[number * PAGE :]
    lines = [HEAD.format(total=total), *(_line(visit, store) for visit in shown)]
    if number == 0:
        lines.append(visits.progress(store, person, now).words())
    newer = [("‹ 较新", Older(number=number - 1))] if number else []
    older = [("较早 ›", Older(number=number + 1))] if (number + 1) * PAGE < total else []
    return "\n\n".join(lines), buttons([*newer, *older]) if newer or older else None


def _line(visit: Visit, store: Store) -> str:
    household = store.roster.household(visit.household) if visit.household else None
    village = store.roster.place(visit.village)
    where = household.head if household else village_label(village) if village else ""
    kind = "电话联系 " if visit.kind == "contact" else ""
    problem = f"\n问题：{clipped(visit.problem, MOST_NOTE)}" if visit.problem else ""
    head = f"{label(visit.day)} {kind}{where}（{visit.receipt}）"
    return f"{head}\n{clipped(visit.note, MOST_NOTE)}{problem}\n位置：{visit.evidence}"
