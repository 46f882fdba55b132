"""One update through aiogram's Dispatcher, with everything that handlers ask for by name."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from aiogram import Bot
from aiogram.types import Update

from bot.fsm import ConversationStorage
from bot.session import OutboxSession
from handlers import dispatcher
from policy_kb import KnowledgeBase
from storage import Store, Unit
from storage.inbox import Received

Fetch = Callable[[str], Awaitable[Path]]

# The handlers' Bots never touch a network: the number before the colon is all that aiogram wants to know.
_BOTS = {"web": "1:web", "telegram": "2:telegram"}


class Handling:
    """Turns what the inbox holds into calls of the handlers.

    `fetch` maps a channel's name to the function that brings a file of that channel onto the disk.
    """

    def __init__(
        self, *, store: Store, kb: KnowledgeBase, clock: Callable[[], datetime], fetch: Mapping[str, Fetch]
    ) -> None:
        self._store = store
        self._kb = kb
        self._clock = clock
        self._fetch = fetch
        self._dispatcher = dispatcher(ConversationStorage(store))

    async def __call__(self, received: Received, unit: Unit) -> None:
        """Have the update done within `unit`."""
        now = self._clock()
        session = OutboxSession(
            store=self._store, channel=received.channel, chat_id=received.chat_id, now=now
        )
        bot = Bot(_BOTS[received.channel], session=session)
        await self._dispatcher.feed_update(
            bot,
            Update.model_validate(received.payload, context={"bot": bot}),
            unit=unit,
            store=self._store,
            kb=self._kb,
            now=now,
            channel=received.channel,
            source=received.key,
            fetch=self._fetch[received.channel],
        )
