"""What is still undone, on request: the same words as the morning's reminder, and the way to its hour."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import Message

from fieldwork import undone
from handlers.keyboards import TODO, buttons
from handlers.reminders import REMINDERS, Reminders
from storage import Store
from storage.roster import Person

ALL_DONE = "按现有记录，该做的都做了。"


def router() -> Router:
    """Handle the button and its command."""
    router = Router(name="todo")
    router.message.register(show, StateFilter(None), F.text == TODO)
    router.message.register(show, Command("todo"))
    return router


async def show(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Say what is undone, or that nothing is."""
    left = undone.undone(store, person, now)
    text = undone.digest(left) if left else ALL_DONE
    await message.answer(text, reply_markup=buttons([(REMINDERS, Reminders())]))
