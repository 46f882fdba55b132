"""Files that go up and down; each lies in the data folder under a random name."""

import os
import re
import secrets
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import quote

from aiohttp import BodyPartReader, MultipartReader, web

from bot.channels.web.errors import NoEntry, Refused
from bot.channels.web.guard import require_same_origin
from bot.channels.web.ingress import NO_ENTRY, Ingress
from bot.channels.web.sessions import Sessions, hash_of, token_in
from bot.channels.web.speech import file_in
from bot.channels.web.talk import ack
from storage import StorageError, Store
from storage.webchat import Document

MOST_BYTES = 20 * 2**20
TOO_LARGE = "这个文件超过 20 MB，发不了。请压缩或拆开再发。"
NO_FILE = "没有收到文件，请重新选择再发。"
EMPTY_FILE = "这个文件是空的，请换一个再发。"
UNNAMED = "文件"
NOT_THERE = "没有找到这个文件。"

_CHUNK = 2**16
_LONGEST_NAME = 120
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}")


class Files:
    """Takes uploads, hands out downloads, finds a file by its token."""

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        ingress: Ingress,
        folder: Path,
        public_url: str,
        new_token: Callable[[], str] = secrets.token_hex,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._ingress = ingress
        self._folder = folder
        self._public_url = public_url
        self._new_token = new_token

    def path_of(self, token: str) -> Path:
        """Return where the file lies; FileNotFoundError when there is none."""
        path = file_in(self._folder, token)
        if path is None:
            raise FileNotFoundError(token)
        return path

    async def upload(self, request: web.Request) -> web.Response:
        """Take one file: a form of `client_id`, then `file`. Acknowledged once both are on disk."""
        require_same_origin(request, self._public_url)
        client_id: str | None = None
        try:
            token_hash = hash_of(token_in(request) or "")
            form = await _form_in(request)
            client_id = await _client_id(await form.next())
            taken = await self._ingress.known(token_hash, client_id)
            if taken is None:
                taken = await self._take(token_hash, client_id, await form.next())
        except NoEntry:
            return web.json_response(
                {"type": "refused", "client_id": client_id, "text": NO_ENTRY}, status=401
            )
        except (Refused, ValueError) as refusal:
            text = refusal.text if isinstance(refusal, Refused) else NO_FILE
            return web.json_response({"type": "refused", "client_id": client_id, "text": text}, status=400)
        except StorageError as error:
            return web.json_response({"type": "notice", "text": error.text, "alert": False}, status=503)
        return web.json_response(ack(client_id, taken))

    async def _take(self, token_hash: str, client_id: str, part: object) -> int:
        if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
            raise Refused(NO_FILE)
        token = self._new_token()
        path = self._folder / token
        try:
            size = await self._save(part, path)
            kind = part.headers.get("Content-Type", "").partition(";")[0].strip()
            mime_type = kind if _MIME.fullmatch(kind) else "application/octet-stream"
            document = Document(token, name_of(part.filename), mime_type, size)
            taken = await self._ingress.document(token_hash, client_id, document)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        await self._drop_unless_kept(token_hash, client_id, path)
        return taken

    async def _save(self, part: BodyPartReader, path: Path) -> int:
        """Write the file through to the disk and return its size."""
        self._folder.mkdir(parents=True, exist_ok=True)
        size = 0
        with path.open("xb") as file:
            while chunk := await part.read_chunk(_CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Refused(TOO_LARGE)
                file.write(chunk)
            if size == 0:
                raise Refused(EMPTY_FILE)
            file.flush()
            await to_thread(self._settle, file.fileno())
        return size

    def _settle(self, file: int) -> None:
        """Put the file and its name on the disk."""
        os.fsync(file)
        if os.name == "posix":
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    async def _drop_unless_kept(self, token_hash: str, client_id: str, path: Path) -> None:
        """Delete the file when the same upload, sent twice at once, has been taken with its other copy."""
        async with self._store.unit():
            visitor = self._sessions.holder(token_hash)
            message = self._store.webchat.by_client_id(visitor.chat_id, client_id) if visitor else None
        if message and message.content.document and message.content.document.token != path.name:
            await to_thread(path.unlink, missing_ok=True)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out the file of a message in the visitor's own chat, always as a download."""
        visitor = await self._sessions.visitor(request)
        if visitor is None:
            raise web.HTTPUnauthorized(text=NO_ENTRY)
        async with self._store.unit():
            message = self._store.webchat.message(visitor.chat_id, int(request.match_info["message_id"]))
        document = message.content.document if message else None
        path = file_in(self._folder, document.token) if document else None
        if document is None or path is None:
            raise web.HTTPNotFound(text=NOT_THERE)
        disposition = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
        return web.FileResponse(
            path, headers={"Content-Disposition": disposition, "Content-Type": "application/octet-stream"}
        )


async def _form_in(request: web.Request) -> MultipartReader:
    if request.content_type != "multipart/form-data":
        raise Refused(NO_FILE)
    return await request.multipart()


async def _client_id(part: object) -> str:
    if not isinstance(part, BodyPartReader) or part.name != "client_id":
        raise Refused(NO_FILE)
    return (await part.read_chunk(_CHUNK)).decode("ascii", "replace")


def name_of(given: str) -> str:
    """Return a file's bare name as it may be shown: no folders, no invisible characters, not endless."""
    bare = PurePosixPath(PureWindowsPath(_UNPRINTABLE.sub("", given)).name).name.strip()
    if not bare.strip("."):
        return UNNAMED
    return bare if len(bare) <= _LONGEST_NAME else bare[: _LONGEST_NAME - 20] + "…" + bare[-19:]
