"""Updates coming in: on disk before they are confirmed, once, whatever they look like."""

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.telegram import ingress
from bot.channels.telegram.files import NOT_FETCHED, TOO_BIG, Files, NotFetched
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.ingress import HEADER, Desk, Poller, Webhook, chat_of
from storage import StorageError, Store
from storage.store import _Commit
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api.waiting import free_port, until

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
SECRET = "a-secret-of-the-webhook"


class Gate:
    """A data file with a desk before it, and the ways in."""

    def __init__(self, folder: Path, api: LoopbackBotApi) -> None:
        self.store = Store(folder)
        self.api = api
        self.woken = 0
        self.desk = Desk(store=self.store, clock=lambda: NOW, arrived=self._wake)

    def _wake(self) -> None:
        self.woken += 1

    @contextlib.asynccontextmanager
    async def connecting(self, *, token: str = "") -> AsyncIterator[Callable[[], Awaitable[Hearing]]]:
        hearing = Hearing(token=token or self.api.token, api=self.api.url)

        async def connect() -> Hearing:
            return hearing

        try:
            yield connect
        finally:
            await hearing.close()

    @contextlib.asynccontextmanager
    async def polling(self, *, token: str = "") -> AsyncIterator[None]:
        async with self.connecting(token=token) as connect, asyncio.TaskGroup() as tasks:
            running = tasks.create_task(Poller(desk=self.desk, connect=connect).run())
            try:
                yield
            finally:
                running.cancel()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve the webhook and tell Telegram of it; give its address."""
        site, port = web.Application(), await free_port()
        async with self.connecting() as connect:
            address = f"http://127.0.0.1:{port}/"
            webhook = Webhook(desk=self.desk, connect=connect, url=address, secret=SECRET)
            webhook.routes(site)
            runner = web.AppRunner(site)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
                await webhook.run()
                yield f"http://127.0.0.1:{port}{webhook.path}"
            finally:
                await runner.cleanup()

    def texts(self) -> list[Any]:
        return [received.payload.get("message", {}).get("text") for received in self.store.inbox.next()]

    def break_commits(self, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        """Have the next commits refused by the disk."""
        flush, left = self.store._flush, [None] * times

        def refuse(commit: _Commit) -> None:
            if left:
                left.pop()
                self.store._connection.execute("ROLLBACK")
                commit.error = StorageError("没有存上", "disk full")
            else:
                flush(commit)

        monkeypatch.setattr(self.store, "_flush", refuse)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    """Give a gate, and close it."""
    gate = Gate(tmp_path, LoopbackBotApi())
    yield gate
    gate.store.close()


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"update_id": 1, "edited_message": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -7}, "from": {"id": 8}}}, -7),
        ({"update_id": 1, "callback_query": {"from": {"id": 8}, "message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 8}, "inline_message_id": "x"}}, 8),
        ({"update_id": 1, "something_new": {"from": {"id": 8}}}, 8),
        ({"update_id": 1, "message": "nonsense"}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "7"}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": 2**70}}}, 0),
        ({"update_id": 1}, 0),
    ],
)
def test_every_update_has_a_chat(update: dict[str, Any], chat: int) -> None:
    """The chat, else the person, else none; never an exception."""
    assert chat_of(update) == chat


async def test_updates_are_taken_in_order_and_confirmed_afterwards(gate: Gate) -> None:
    """What is said stands in the inbox, under its key and chat, and Telegram may forget it."""
    async with gate.api.running(), gate.polling():
        for text in ("一", "二", "三"):
            await gate.api.say(7, text)
        await until(lambda: len(gate.texts()) == 3 and not gate.api.unconfirmed())
    assert gate.texts() == ["一", "二", "三"]
    first = gate.store.inbox.next()[0]
    assert (first.key, first.channel, first.chat_id) == ("tg:1", "telegram", 7)
    assert gate.woken


async def test_an_update_that_makes_no_sense_does_not_block_the_batch(gate: Gate) -> None:
    """Neither what no library can read nor what no file can hold keeps the next message from coming in."""
    async with gate.api.running():
        gate.api.push_raw({"message": {"message_id": "x", "chat": [], "date": None}})
        gate.api.push_raw({"message": {"text": "半个字符 \ud83d", "chat": {"id": 7}}})
        gate.api.push_raw({"message": {"text": "太大", "chat": {"id": 2**70}}})
        await gate.api.say(7, "后面的")
        async with gate.polling():
            await until(lambda: len(gate.texts()) == 4 and not gate.api.unconfirmed())
    assert gate.texts() == [None, "半个字符 \ufffd", "太大", "后面的"]


async def test_the_offset_stays_where_the_commit_failed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is not confirmed, and is written when Telegram brings it again."""
    gate.break_commits(monkeypatch, 1)
    async with gate.api.running():
        await gate.api.say(7, "一")
        async with gate.polling():
            await until(lambda: gate.api.handed_out[1])
            assert gate.api.unconfirmed() == 1
            assert not gate.woken
            await until(lambda: gate.woken)
    assert gate.texts() == ["一"]
    assert gate.api.handed_out[1] == 2


async def test_an_update_that_comes_again_is_stored_once(gate: Gate) -> None:
    """Stopped between disk and confirmation, the next run is brought the same update."""
    async with gate.api.running():
        await gate.api.say(7, "一")
        await gate.desk.take([{"update_id": 1, "message": {"text": "一", "chat": {"id": 7}}}])
        async with gate.polling():
            await until(lambda: gate.api.handed_out[1] and not gate.api.unconfirmed())
    assert gate.texts() == ["一"]


async def test_polling_ends_a_webhook_that_was_set(gate: Gate) -> None:
    """Who changes from one way to the other loses nothing."""
    gate.api.webhook = {"url": "http://127.0.0.1:9/"}
    async with gate.api.running():
        await gate.api.say(7, "一")
        async with gate.polling():
            await until(lambda: gate.texts() == ["一"])
    assert not gate.api.webhook


async def test_two_programs_with_one_token_are_told(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """The conflict is said in plain words, and polling goes on."""
    async with gate.api.running(), gate.polling(), gate.polling():
        await until(lambda: "another program fetches this bot's updates" in caplog.text)
        await gate.api.say(7, "一")
        await until(lambda: gate.texts() == ["一"])


async def test_faults_of_the_server_do_not_end_polling(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals of every kind are waited out."""
    monkeypatch.setattr(ingress, "FIRST_PAUSE_S", 0.01)
    for code in (500, 429, 409, 400):
        gate.api.fail(code, method="getUpdates")
    gate.api.fail(502, method="deleteWebhook")
    async with gate.api.running(), gate.polling():
        await gate.api.say(7, "一")
        await until(lambda: gate.texts() == ["一"])
    assert gate.api.counts()["getUpdates"] >= 5


async def test_a_refused_token_is_said_and_not_shown(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the setting, never the token."""
    caplog.set_level(logging.DEBUG)
    async with gate.api.running(), gate.polling(token="99:very-secret-token"):
        await until(lambda: "TELEGRAM_TOKEN" in caplog.text)
    async with gate.polling(token="99:very-secret-token"):
        await until(lambda: "TelegramNetworkError" in caplog.text)
    assert "very-secret-token" not in caplog.text


async def test_the_webhook_answers_when_the_update_is_on_disk(gate: Gate) -> None:
    """What Telegram brings stands in the inbox by the time it hears 200."""
    async with gate.api.running(), gate.listening():
        await gate.api.say(7, "一")
        await gate.api.say(7, "二")
        await until(lambda: not gate.api.unconfirmed())
        assert gate.texts() == ["一", "二"]
    assert gate.api.webhook["allowed_updates"][:2] == ["message", "edited_message"]


async def test_the_webhook_asks_for_the_secret(gate: Gate) -> None:
    """Without it, or with another, nothing is written; nor is what is not an update."""
    update = {"update_id": 5, "message": {"text": "冒充", "chat": {"id": 7}}}
    headers: list[dict[str, str]] = [{}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: "错"}]
    async with gate.api.running(), gate.listening() as address, aiohttp.ClientSession() as session:
        for each in headers:
            async with session.post(address, json=update, headers=each) as answer:
                assert answer.status == 403
        for nonsense in (b"{", b"[1]", b"\xff"):
            async with session.post(address, data=nonsense, headers={HEADER: SECRET}) as answer:
                assert answer.status == 400
    assert gate.texts() == []
    assert SECRET not in address


async def test_what_the_webhook_cannot_write_is_brought_again(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No 200 without the disk: Telegram insists until the update is stored, once."""
    async with gate.api.running(), gate.listening():
        gate.break_commits(monkeypatch, 2)
        await gate.api.say(7, "一")
        await until(lambda: not gate.api.unconfirmed())
    assert gate.texts() == ["一"]
    assert gate.api.handed_out[1] == 3
    assert "will bring it again" in caplog.text


async def test_a_webhook_is_set_as_often_as_it_takes(gate: Gate) -> None:
    """A server that is not ready at the start is asked again."""
    gate.api.fail(500, method="setWebhook")
    async with gate.api.running(), gate.listening():
        assert gate.api.webhook["secret_token"] == SECRET
    assert gate.api.counts()["setWebhook"] == 2


async def test_a_document_is_brought_into_the_data_folder(gate: Gate, tmp_path: Path) -> None:
    """The bytes are those that were sent, the name is ours with its ending; sent again it is there once."""
    async with gate.api.running(), gate.polling():
        await gate.api.send_document(7, "关于走访.DOCX", b"words")
        await gate.api.send_document(7, "无类型.pass wd", b"others")
        await until(lambda: len(gate.store.inbox.next()) == 2)
        async with gate.connecting() as connect:
            files = Files(folder=tmp_path, connect=connect)
            first, again, other = [await files.fetch(file) for file in ("file1", "file1", "file2")]
    assert first == again
    assert (first.parent, first.suffix, first.read_bytes()) == (tmp_path / "files", ".docx", b"words")
    assert (other.parent, other.suffix, other.read_bytes()) == (tmp_path / "files", "", b"others")
    assert len(list((tmp_path / "files").iterdir())) == 2


async def test_a_document_that_cannot_be_had_is_explained(gate: Gate, tmp_path: Path) -> None:
    """Too big, or not there: the person reads what to do."""
    async with gate.api.running():
        await gate.api.send_document(7, "大.pdf", bytes(20 * 2**20 + 1))
        async with gate.connecting() as connect:
            files = Files(folder=tmp_path, connect=connect)
            for file, words in (("file1", TOO_BIG), ("file9", NOT_FETCHED)):
                with pytest.raises(NotFetched) as caught:
                    await files.fetch(file)
                assert caught.value.text == words


def test_who_has_no_telegram_does_not_wait_for_it() -> None:
    """The package is imported without aiogram and without python-telegram-bot."""
    words = "import sys, bot.channels.telegram; print(sorted({'aiogram', 'telegram'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
