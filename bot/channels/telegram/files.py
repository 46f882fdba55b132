"""Documents that people send on Telegram, brought into the data folder."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path, PurePosixPath
from typing import Protocol

from bot.channels.telegram.ingress import Refused

LIMIT = 20 * 2**20  # what a bot may download, https://core.telegram.org/bots/api#getfile
TOO_BIG = "文件超过 20 MB，Telegram 不让取。请分成几份再发，或在网页里上传。"
NOT_FETCHED = "文件没有取下来。请过一会儿再发一次。"


class NotFetched(OSError):
    """A file did not come; `text` is for the person."""

    def __init__(self, text: str, log: str = "") -> None:
        super().__init__(log or text)
        self.text = text


class Source(Protocol):
    """Where files come from; raises Refused."""

    async def download(self, file_id: str, *, limit: int) -> tuple[bytes, str] | None: ...


class Files:
    """The data folder's `files`. A file is named by what is in it, so that the same one is there once."""

    def __init__(self, *, folder: Path, connect: Callable[[], Awaitable[Source]]) -> None:
        self._folder = folder / "files"
        self._connect = connect

    async def fetch(self, file_id: str) -> Path:
        """Return where the file is now; raises NotFetched."""
        try:
            source = await self._connect()
            found = await source.download(file_id, limit=LIMIT)
        except Refused as error:
            raise NotFetched(NOT_FETCHED, str(error)) from error
        if found is None:
            raise NotFetched(TOO_BIG)
        content, name = found
        return await asyncio.to_thread(self._keep, content, PurePosixPath(name).suffix)

    def _keep(self, content: bytes, suffix: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        ending = suffix.lower() if suffix[1:].isalnum() else ""
        path = self._folder / (hashlib.sha256(content).hexdigest()[:32] + ending)
        coming = path.with_suffix(".part")
        coming.write_bytes(content)
        coming.replace(path)
        return path
