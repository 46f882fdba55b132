"""Kill -9 in the middle of a full outbox, again and again: what is lost, what is doubtful, what came twice.

`python -m tests.delivery_kill` prints the figures for 3,000 rows and twenty kills, which takes two to three minutes;
`test_delivery_kill.py` does the same in small. Only processes started here are killed.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import TELEGRAM_IN_FLIGHT
from bot.channels.telegram.limiter import A_SECOND
from bot.channels.telegram.sender import TelegramSender
from bot.delivery import Delivery
from storage import Store
from storage.outbox import Kind
from tests.loopback_bot_api import TOKEN, LoopbackBotApi
from tests.telegram_test_api.waiting import until

MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("digest", "notice", "reply")
OPEN = {"pending", "claimed", "sending"}
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0


class Slow(LoopbackBotApi):
    """A server that takes its time, so that a kill finds calls on their way; notes the texts as they came."""

    def __init__(self, answer_s: float) -> None:
        super().__init__()
        self.answer_s = answer_s
        self.texts: list[str] = []

    def has_got(self, count: int) -> bool:
        """Say whether so many messages have come."""
        return len(self.texts) >= count

    async def on_send_message(self, parameters: dict[str, Any]) -> Any:
        """Take the message, then think."""
        self.texts.append(parameters["text"])
        answer = await super().on_send_message(parameters)
        await asyncio.sleep(self.answer_s)
        return answer


@dataclass(frozen=True)
class Outcome:
    """What twenty kills did; `lost` and `out_of_order` name rows, `doubtful` and `repeated` count them."""

    kills: int
    on_way_at_kills: int
    states: dict[str, int]
    lost: list[str]
    digests_twice: list[str]
    repeated: int
    out_of_order: list[str]
    seconds: float

    @property
    def doubtful(self) -> int:
        """How many may have been sent, or were sent, without our knowing."""
        return self.states.get("unknown", 0) + self.repeated


def fill(store: Store, rows: int) -> None:
    """Put a digest, a notice and a reply on their way for each of as many chats as that makes."""
    with store.transaction():
        for number in range(rows):
            chat, kind = number // len(KINDS) + 1, KINDS[number % len(KINDS)]
            store.outbox.add(
                channel="telegram",
                chat_id=chat,
                kind=kind,
                method="sendMessage",
                payload={"chat_id": chat, "text": f"{kind} {chat}"},
                at=MORNING,
            )


async def drain(folder: Path, api: str, a_second: int) -> None:
    """Send what there is, as the server does, and end; this is what is killed."""
    began = time.monotonic()

    def clock() -> datetime:
        """Let it be morning whenever it is run, for digests rest at night."""
        return MORNING + timedelta(seconds=time.monotonic() - began)

    with contextlib.closing(Store(folder)) as store:
        sender = TelegramSender(
            token=TOKEN, api=api, store=store, clock=clock, random=random.Random(1), a_second=a_second
        )
        delivery = Delivery(
            store=store,
            channel="telegram",
            deliver=sender.deliver,
            clock=clock,
            in_flight=TELEGRAM_IN_FLIGHT,
        )
        await delivery.recover()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(delivery.run())
            while OPEN & set(store.outbox.counts()):  # noqa: ASYNC110 - the rows are in a file
                await asyncio.sleep(0.2)
            delivery.stop()
        await sender.close()


@contextlib.asynccontextmanager
async def drainer(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `drain` in a process of its own; it is gone when the block is left."""
    command = (sys.executable, "-m", "tests.delivery_kill", "--drain", *words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def keep_killing(
    folder: Path, *, rows: int, kills: int, a_second: int = A_SECOND, answer_s: float = 0.15, seed: int = 1
) -> Outcome:
    """Kill the drainer at random moments spread over the rows, then let it finish, and look at what is there."""
    chance, began, on_way = random.Random(seed), time.monotonic(), 0
    with contextlib.closing(Store(folder)) as store:
        fill(store, rows)
        async with Slow(answer_s).running() as api:
            assert isinstance(api, Slow)
            words = (str(folder), api.url, str(a_second))
            for kill in range(1, kills + 1):
                enough = rows * kill // (kills + 1)
                async with drainer(*words) as process:
                    await until(partial(api.has_got, enough), within_s=PATIENCE_S)
                    await asyncio.sleep(chance.uniform(0.0, 0.3))
                    assert process.returncode is None, "it was to be killed in the middle"
                on_way += store.outbox.counts().get("sending", 0)
            async with drainer(*words) as process, asyncio.timeout(PATIENCE_S + rows / A_SECOND):
                await process.wait()
        return judge(store, api.texts, kills, on_way, time.monotonic() - began)


def judge(store: Store, texts: list[str], kills: int, on_way: int, seconds: float) -> Outcome:
    """Hold what the outbox says against what the server got."""
    came, firsts = Counter(texts), {text: nth for nth, text in reversed(list(enumerate(texts)))}
    states = dict(store.outbox.counts())
    doubtful = {entry.chat_id for entry in store.deliveries.ended("unknown", limit=10**6)}
    chats = range(1, max(int(text.split()[1]) for text in texts) + 1)
    expected = [(kind, chat) for chat in chats for kind in KINDS]
    return Outcome(
        kills=kills,
        on_way_at_kills=on_way,
        states=states,
        lost=[
            f"{kind} {chat}"
            for kind, chat in expected
            if not came[f"{kind} {chat}"] and not (kind == "digest" and chat in doubtful)
        ],
        digests_twice=[text for text, times in came.items() if text.startswith("digest") and times > 1],
        repeated=sum(times - 1 for times in came.values()),
        out_of_order=[
            str(chat)
            for chat in chats
            if (order := [firsts[t] for kind in KINDS if (t := f"{kind} {chat}") in firsts]) != sorted(order)
        ],
        seconds=seconds,
    )


def main() -> None:
    """Read what is wanted and do it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=3000)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--drain", nargs=3, metavar=("FOLDER", "API", "A_SECOND"), help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.drain:
        folder, api, a_second = given.drain
        asyncio.run(drain(Path(folder), api, int(a_second)))
        return
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(keep_killing(Path(folder), rows=given.rows, kills=given.kills))
    sys.stdout.write(
        f"{outcome}\ndoubtful {outcome.doubtful}, at most {TELEGRAM_IN_FLIGHT * outcome.kills}\n"
    )


if __name__ == "__main__":
    main()
