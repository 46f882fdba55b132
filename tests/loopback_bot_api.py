"""A Bot API server of our own on the loopback, with a person's side: what tests talk to in Telegram's place.

Has what third-party servers lack: long polling with offsets, redelivery, a webhook that insists, refusals on
demand, files. `python -m tests.loopback_bot_api --port 8081` serves it alone.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from tests.telegram_test_api.chats import Chats, Refusal
from tests.telegram_test_api.person import Json, Person, Said

TOKEN = "1234:loopback"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MARKED = frozenset({"sendMessage", "sendLocation", "sendDocument"})
WORDS = frozenset({"text", "caption", "callback_query_id", "file_id", "secret_token"})


@dataclass(frozen=True)
class Called:
    """One call that the bot made, `at` seconds of the monotonic clock."""

    method: str
    parameters: Json
    at: float


@dataclass
class Fault:
    """What the next `times` calls of `method` (empty: any that sends) meet. Code 0 is silence."""

    code: int
    times: int
    method: str
    retry_after: int
    text: str
    done_anyway: bool

    def strikes(self, method: str) -> bool:
        return self.times > 0 and (self.method == method or (not self.method and method in MARKED))


class LoopbackBotApi(Chats, Person):
    """The server. `a_second`: how many messages it takes in a second before it answers 429."""

    def __init__(self, *, token: str = TOKEN, a_second: int | None = None) -> None:
        Chats.__init__(self)
        Person.__init__(self)
        self.token = token
        self.a_second = a_second
        self.url = ""
        self.calls: list[Called] = []
        self.handed_out: Counter[int] = Counter()
        self.confirmed: Counter[str] = Counter()
        self.webhook: Json = {}
        self._faults: list[Fault] = []
        self._updates: list[Json] = []
        self._all_updates: list[Json] = []
        self._update_ids = itertools.count(1)
        self._polls = 0
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["LoopbackBotApi"]:
        """Serve on 127.0.0.1 until the block is left."""
        site = web.Application(client_max_size=64 * 2**20)
        site.router.add_route("*", "/bot{token}/{method}", self._serve)
        site.router.add_get("/file/bot{token}/documents/{name}", self._serve_file)
        runner = web.AppRunner(site, shutdown_timeout=1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with asyncio.TaskGroup() as tasks:
            pushing = tasks.create_task(self._push())
            try:
                yield self
            finally:
                self._closing.set()
                self._changed.set()
                pushing.cancel()
                await runner.cleanup()

    # A person's side

    async def bring(self, kind: str, event: Json) -> None:
        if kind == "message":
            event["message_id"] = next(self.message_ids)
        if kind == "callback_query":
            self.open_callbacks.add(event["id"])
        self.push_raw({kind: event})

    def push_raw(self, update: Json) -> int:
        """Bring an update just as it is, under the next number."""
        number = next(self._update_ids)
        self._all_updates.append({"update_id": number, **update})
        self._updates.append(self._all_updates[-1])
        self._changed.set()
        return number

    async def heard(self, chat: int) -> list[Said]:
        return self.transcripts[chat]

    async def send_document(self, chat: int, name: str, content: bytes) -> None:
        """Send a file."""
        file_id = self.keep_file(name, content)
        what = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": len(content)}
        await self._message(chat, document=what)

    # The tests' side

    def fail(
        self,
        code: int,
        *,
        times: int = 1,
        method: str = "",
        retry_after: int = 1,
        text: str = "",
        done_anyway: bool = False,
    ) -> None:
        """Have the next calls refused (0: never answered); `done_anyway` carries them out all the same."""
        self._faults.append(Fault(code, times, method, retry_after, text, done_anyway))

    def bring_all_again(self) -> int:
        """Forget that anything was ever confirmed; return how many updates that are."""
        self._updates = list(self._all_updates)
        self._changed.set()
        return len(self._updates)

    def counts(self) -> Counter[str]:
        """Return how often each method was called."""
        return Counter(call.method for call in self.calls)

    def busiest_second(self) -> int:
        """Return the most messages that came within any one second."""
        times = [call.at for call in self.calls if call.method in MARKED]
        return max((sum(at <= other < at + 1 for other in times) for at in times), default=0)

    def unconfirmed(self) -> int:
        """Return how many updates the bot has not confirmed yet."""
        return len(self._updates)

    # The bot's side

    async def _serve(self, request: web.Request) -> web.Response:
        method, token = request.match_info["method"], request.match_info["token"]
        try:
            result = await self._answer(method, token, await _parameters(request))
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        return web.json_response({"ok": True, "result": result})

    async def _answer(self, method: str, token: str, parameters: Json) -> Any:
        handler = getattr(self, "on_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", method).lower(), None)
        if token != self.token:
            raise Refusal(401, "Unauthorized")
        if handler is None:
            raise Refusal(404, "Not Found")
        self.calls.append(Called(method, parameters, time.monotonic()))
        if method in MARKED:
            self._enforce_pace()
        fault = next((fault for fault in self._faults if fault.strikes(method)), None)
        if fault:
            fault.times -= 1
        if fault and not fault.done_anyway:
            await self._meet(fault)
        result = await handler(parameters)
        if fault:
            await self._meet(fault)
        return result

    async def _meet(self, fault: Fault) -> None:
        if fault.code == 0:
            await self._closing.wait()
        if fault.code == 429:
            words = f"Too Many Requests: retry after {fault.retry_after}"
            raise Refusal(429, words, retry_after=fault.retry_after)
        texts = {400: "Bad Request: refused", 403: "Forbidden: bot was blocked by the user"}
        raise Refusal(fault.code or 500, fault.text or texts.get(fault.code, "Internal Server Error"))

    def _enforce_pace(self) -> None:
        since = time.monotonic() - 1
        recent = itertools.takewhile(lambda call: call.at > since, reversed(self.calls))
        if self.a_second is not None and sum(call.method in MARKED for call in recent) > self.a_second:
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)

    async def on_get_updates(self, parameters: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine, until = self._polls, time.monotonic() + float(parameters.get("timeout", 0))
        self._changed.set()
        offset = int(parameters.get("offset", 0))
        self._confirm("polling", [update for update in self._updates if update["update_id"] < offset])
        while not self._updates and not self._closing.is_set() and (left := until - time.monotonic()) > 0:
            await self._wait_for_change(min(left, 1))
            if mine != self._polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        batch = self._updates[: int(parameters.get("limit", 100))]
        self.handed_out.update(update["update_id"] for update in batch)
        return batch

    def _confirm(self, way: str, updates: list[Json]) -> None:
        """Forget updates that the bot has taken, which it may have done on the other way meanwhile."""
        left = [update for update in self._updates if update not in updates]
        self.confirmed[way] += len(self._updates) - len(left)
        self._updates = left

    async def _wait_for_change(self, seconds: float) -> None:
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    async def on_set_webhook(self, parameters: Json) -> bool:
        self.webhook = parameters if parameters.get("url") else {}
        self._changed.set()
        return True

    async def on_delete_webhook(self, parameters: Json) -> bool:
        self.webhook = {}
        if parameters.get("drop_pending_updates"):
            self._updates.clear()
        return True

    async def on_get_webhook_info(self, _: Json) -> Json:
        return {"url": self.webhook.get("url", ""), "pending_update_count": len(self._updates)}

    async def _push(self) -> None:
        """Bring updates to the webhook in order, each until it is answered with 200."""
        async with aiohttp.ClientSession() as session:
            while True:
                await self._wait_for_change(0.1)
                while self.webhook and self._updates and await self._push_one(session, self._updates[0]):
                    pass

    async def _push_one(self, session: aiohttp.ClientSession, update: Json) -> bool:
        self.handed_out[update["update_id"]] += 1
        secret = self.webhook.get("secret_token")
        try:
            headers = {HEADER: secret} if secret else {}
            async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                if answer.status == 200:
                    self._confirm("webhook", [update])
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def _serve_file(self, request: web.Request) -> web.Response:
        known = self.files.get(request.match_info["name"].partition(".")[0])
        if known is None or request.match_info["token"] != self.token:
            raise web.HTTPNotFound
        return web.Response(body=known[1])


async def _parameters(request: web.Request) -> Json:
    """Return a call's parameters, however they were sent; all but words is read as JSON if it can be."""
    if request.content_type == "application/json":
        return dict(await request.json())
    parameters: Json = dict(request.query)
    for name, value in (await request.post()).items():
        parameters[name] = value
        if isinstance(value, str) and name not in WORDS:
            with contextlib.suppress(ValueError):
                parameters[name] = json.loads(value)
    return parameters


async def _alone(port: int) -> None:
    async with LoopbackBotApi().running(port) as api:
        sys.stdout.write(f"TELEGRAM_API={api.url} TELEGRAM_TOKEN={api.token}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8081)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_alone(arguments.parse_args().port))
