"""The third-party Bot API server `telegram-test-api` (npm), for a test, with a person's side to it."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.telegram_test_api.person import Json, Person, Said, said

HERE = Path(__file__).parent
TOKEN = "666:third-party"


class TelegramTestApi(Person):
    """The server at `url`; it has no long polling, no redelivery, no files, and refuses nothing."""

    def __init__(self, url: str, session: aiohttp.ClientSession, *, token: str = TOKEN) -> None:
        super().__init__()
        self.url = url
        self.token = token
        self._session = session

    async def bring(self, kind: str, event: Json) -> None:
        path = {"message": "sendMessage", "callback_query": "sendCallback"}[kind]
        await self._post(path, {**event, "botToken": self.token})

    async def heard(self, chat: int) -> list[Said]:
        history = (await self._post("getUpdatesHistory", {"token": self.token}))["result"]
        mine = [each for each in history if str(each.get("message", {}).get("chat_id")) == str(chat)]
        return [said(each["messageId"], each["message"]) for each in mine]

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(f"{self.url}/{path}", json=body, raise_for_status=True) as answer:
            return dict(await answer.json())


def need_node() -> None:
    """Skip the test, aloud, where node is missing; fail it on a build server."""
    if not (shutil.which("node") and shutil.which("npm")):
        words = "node and npm are missing: the conversations over telegram-test-api are not held"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(words)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[TelegramTestApi]:
    """Install the server as the lock file has it, once, and serve on a free port until the block is left."""
    need_node()
    await _install()
    node = await asyncio.create_subprocess_exec(
        "node", "shim.js", "0", cwd=HERE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert node.stdout
    try:
        url = (await asyncio.wait_for(node.stdout.readline(), 30)).decode().strip()
        assert url, "telegram-test-api did not start"
        async with aiohttp.ClientSession() as session:
            yield TelegramTestApi(url, session)
    finally:
        with contextlib.suppress(ProcessLookupError):
            node.terminate()
        await node.communicate()


async def _install() -> None:
    """Run `npm ci` unless what is there is younger than the lock file."""
    lock, there = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if there.is_file() and there.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = await asyncio.create_subprocess_exec(
        "npm",
        "ci",
        "--ignore-scripts",
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await npm.communicate()
    assert npm.returncode == 0, output.decode()
    there.touch()
