"""Forms in which nothing has been filled in yet: whoever turns to something else simply leaves them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import Message, TelegramObject

from handlers import checkin, household, visit_form
from handlers.documents import TitleForm
from handlers.keyboards import MENU_WORDS
from handlers.office_form import AnswerForm

_EMPTY = frozenset(
    {
        checkin.CheckinForm.note.state,
        household.HouseholdForm.name.state,
        AnswerForm.way.state,
        AnswerForm.seek.state,
        TitleForm.title.state,
    }
)


async def leave(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> object:
    """Close such a form before a word of the menu or a command is looked at; the others stay open."""
    state: FSMContext = data["state"]
    if (
        isinstance(event, Message)
        and _turns_away(event.text or "")
        and await _nothing_filled_in(state, data["raw_state"])
    ):
        await state.clear()
        data = data | {"raw_state": None}
    return await handler(event, data)


def _turns_away(text: str) -> bool:
    return text in MENU_WORDS or (text.startswith("/") and text != "/cancel")


async def _nothing_filled_in(state: FSMContext, raw_state: str | None) -> bool:
    if raw_state == visit_form.VisitForm.target.state:
        return "kind" not in await state.get_data()
    return raw_state in _EMPTY
