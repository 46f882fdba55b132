"""aiogram's side of the wire: all that is asked of Telegram except sending.

Takes seconds to import, so it is imported late.
"""

import contextlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetFile, SetWebhook, TelegramMethod

from bot.channels.telegram.ingress import ALLOWED, Refused

CONFLICT = "another program fetches this bot's updates with the same token; stop one of the two"
NOT_ADMITTED = "Telegram does not accept the bot's token; check TELEGRAM_TOKEN with BotFather"
HOLD_S, SPARE_S = 30, 15
TOO_BIG = "file is too big"
CHUNK = 2**16


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, left as JSON: one update that aiogram cannot read must not hold up the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = HOLD_S
    allowed_updates: tuple[str, ...] = ALLOWED


class Hearing:
    """One bot's ear. Where Telegram does not do what it is asked, Refused says so, without the token."""

    def __init__(self, *, token: str, api: str) -> None:
        self._token = token
        self._bot = Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(api)))

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.session.close()

    async def updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Return what came in from `offset` on, waiting up to half a minute; this confirms all before it."""
        with self._plainly():
            return await self._bot(GetRawUpdates(offset=offset), request_timeout=HOLD_S + SPARE_S)

    async def listen_by_asking(self) -> None:
        """End any webhook; what Telegram holds for us stays."""
        with self._plainly():
            await self._bot(DeleteWebhook(drop_pending_updates=False))

    async def listen_at(self, url: str, *, secret: str) -> None:
        """Have updates brought to `url`."""
        with self._plainly():
            await self._bot(SetWebhook(url=url, secret_token=secret, allowed_updates=list(ALLOWED)))

    async def download(self, file_id: str, *, limit: int) -> tuple[bytes, str] | None:
        """Return a file's bytes and its name with Telegram, or None when it has more than `limit` bytes."""
        with self._plainly():
            try:
                file = await self._bot(GetFile(file_id=file_id))
            except TelegramBadRequest as error:
                if TOO_BIG in error.message.lower():
                    return None
                raise
            if file.file_path is None or (file.file_size or 0) > limit:
                return None
            content = await self._content(file.file_path, limit)
        return None if content is None else (content, PurePosixPath(file.file_path).name)

    async def _content(self, path: str, limit: int) -> bytes | None:
        url = self._bot.session.api.file_url(self._token, path)
        content = bytearray()
        stream = self._bot.session.stream_content(url, timeout=120, chunk_size=CHUNK, raise_for_status=True)
        async with contextlib.aclosing(stream) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) > limit:
                    return None
        return bytes(content)

    @contextlib.contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except TelegramConflictError as error:
            raise Refused(CONFLICT) from error
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise Refused(NOT_ADMITTED) from error
        except TelegramRetryAfter as error:
            raise Refused(
                f"Telegram asks for {error.retry_after} s of quiet", pause_s=error.retry_after
            ) from error
        except (AiogramError, aiohttp.ClientError, TimeoutError) as error:
            # `from None`: what lies below may hold the address, and the address holds the token
            raise Refused(f"{type(error).__name__}: {error}".replace(self._token, "…")) from None
