"""Who sits behind the chat: puts `person` beside every update, None for a stranger."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram.types import TelegramObject, Update

from storage import Store


async def known_person(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> object:
    """Look the chat up in the accounts; people who have left the roster are strangers."""
    store: Store = data["store"]
    channel: str = data["channel"]
    now: datetime = data["now"]
    assert isinstance(event, Update)
    chat_id = chat_of(event)
    account = store.accounts.of(channel, chat_id)
    person = store.roster.person(account.person) if account else None
    if person is not None and person.left_on is not None:
        person = None
    result = await handler(event, data | {"person": person})
    if person is not None:
        store.accounts.touch(
            channel, chat_id, at=now
        )  # last: a handler may step out of a unit that has not written yet
    return result


def chat_of(update: Update) -> int:
    """Return the id of the private chat that the update belongs to; 0 where it has none."""
    if update.message:
        return update.message.chat.id
    if update.callback_query and update.callback_query.message:
        return update.callback_query.message.chat.id
    return 0
