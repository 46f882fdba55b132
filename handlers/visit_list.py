"""One's own visits, newest first."""

from collections.abc import Iterable
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import scope, visits
from fieldwork.days import label
from handlers import household
from handlers.keyboards import MY_VISITS, buttons
from handlers.messages import clipped, rewrite
from storage import Store
from storage.roster import Person
from storage.visits import Visit

PAGE = 5
MOST_NOTE = 120
NONE_YET = "您还没有记过走访。点“记走访”开始，二十秒就好。"
SEE = "看{head}家"
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
    return "\n\n".join(lines), buttons(*_files(person, store, shown), [*newer, *older])


def _line(visit: Visit, store: Store) -> str:
    where = visits.where(store, visit)
    kind = "电话联系 " if visit.kind == "contact" else ""
    problem = f"\n问题：{clipped(visit.problem, MOST_NOTE)}" if visit.problem else ""
    head = f"{label(visit.day)} {kind}{where}（{visit.receipt}）"
    return f"{head}\n{clipped(visit.note, MOST_NOTE)}{problem}\n位置：{visit.evidence}"


def _files(person: Person, store: Store, shown: Iterable[Visit]) -> list[list[tuple[str, CallbackData]]]:
    """Offer the files of the households visited that one may still see, two a row."""
    codes = dict.fromkeys(visit.household for visit in shown if visit.household)
    seen = [found for code in codes if (found := scope.household(store, person, code))]
    cells = [household.button(found.code, SEE.format(head=found.head)) for found in seen]
    return [cells[i : i + 2] for i in range(0, len(cells), 2)]
