"""The Telegram channel: aiogram hears, python-telegram-bot speaks, the data file stands between the two."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.telegram.files import Files, NotFetched
from bot.channels.telegram.ingress import CHANNEL, Desk, Poller, Webhook
from bot.settings import Settings
from storage import Store
from storage.outbox import Outgoing

if TYPE_CHECKING:
    from bot.channels.telegram.hearing import Hearing

__all__ = ["CHANNEL", "NotFetched", "Telegram"]


class Telegram:
    """One bot, put together from its parts. `run` until cancelled, then `close`."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        arrived: Callable[[], None],
        random: Random,
    ) -> None:
        from bot.channels.telegram.sender import TelegramSender  # noqa: PLC0415 - who has no token need not wait for it

        self._token, self._api = settings.telegram_token, settings.telegram_api
        self._hearing: Hearing | None = None
        self._first = asyncio.Lock()
        desk = Desk(store=store, clock=clock, arrived=arrived)
        self._ingress: Poller | Webhook = Poller(desk=desk, connect=self._connect)
        if settings.webhook_url:
            url, secret = settings.webhook_url, settings.webhook_secret
            self._ingress = Webhook(desk=desk, connect=self._connect, url=url, secret=secret)
        self._sender = TelegramSender(
            token=self._token, api=self._api, store=store, clock=clock, random=random
        )
        self._files = Files(folder=settings.data, connect=self._connect)

    def routes(self, site: web.Application) -> None:
        """Add the webhook's address where one is set."""
        if isinstance(self._ingress, Webhook):
            self._ingress.routes(site)

    async def run(self) -> None:
        """Take updates in until cancelled; with a webhook, return as soon as Telegram knows of it."""
        await self._ingress.run()

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()
        if self._hearing:
            await self._hearing.close()

    async def deliver(self, message: Outgoing) -> None:
        """Send one message of the outbox; raises Later."""
        await self._sender.deliver(message)

    async def fetch(self, file_id: str) -> Path:
        """Bring a document into the data folder; raises NotFetched."""
        return await self._files.fetch(file_id)

    async def _connect(self) -> "Hearing":
        async with self._first:
            if self._hearing is None:
                make = await asyncio.to_thread(_import_hearing)
                self._hearing = make(token=self._token, api=self._api)
            return self._hearing


def _import_hearing() -> "type[Hearing]":
    from bot.channels.telegram.hearing import Hearing  # noqa: PLC0415 - three seconds, spent on a thread of their own

    return Hearing
