"""aiogram's conversation state, kept in the data file within the unit of the update."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from storage import Store


class ConversationStorage(BaseStorage):
    """Forms survive a restart: the next update finds them as the last one left them."""

    def __init__(self, store: Store) -> None:
        self._conversations = store.conversations

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self._conversations.set_state(_text(key), state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        return self._conversations.state(_text(key))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self._conversations.set_data(_text(key), data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return self._conversations.data(_text(key))

    async def close(self) -> None:
        """Leave the store to whoever opened it."""


def _text(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}"
