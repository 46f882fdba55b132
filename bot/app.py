"""The one place where everything is put together, and the one TaskGroup in which it runs."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from filelock import FileLock, Timeout

from bot.channels.web.channel import WebChannel
from bot.delivery import Delivery
from bot.schedule import Scheduler
from bot.settings import Settings
from bot.worker import Worker
from fieldwork import demo
from policy_kb import KnowledgeBase
from storage import Store, Unit
from storage.inbox import Received

log = logging.getLogger(__name__)

LOCK = "server.lock"
WATCH_S = 1.0
WEB_IN_FLIGHT, TELEGRAM_IN_FLIGHT = 32, 6
LARGEST_UPLOAD = 21 * 2**20

Clock = Callable[[], datetime]


class AlreadyRunning(Exception):
    """Another server works on this data folder."""


def utc_now() -> datetime:
    """The clock of the real world, and the only place where time comes in."""
    return datetime.now(UTC)  # noqa: TID251


def policy_folder(data: Path) -> Path:
    """Where the knowledge base lives in the data folder."""
    return data / "policy"


def server_lock(data: Path) -> FileLock:
    """The lock that a running server holds on its data folder."""
    data.mkdir(parents=True, exist_ok=True)
    return FileLock(data / LOCK, timeout=0)


def first_start(store: Store, kb: KnowledgeBase, now: datetime) -> bool:
    """Give an empty data folder the starter knowledge base and the demo county; True when the demo was loaded."""
    if kb.is_new:
        kb.load_starter(now=now)
    with store.transaction():
        empty = store.roster.is_empty() and store.facts.get("started") is None
        store.facts.put("started", now.isoformat())
        if empty:
            demo.load(store, now)
    return empty


@dataclass(frozen=True)
class App:
    """A program that is serving: what tests and benches look into."""

    settings: Settings
    store: Store
    kb: KnowledgeBase
    scheduler: Scheduler
    url: str


@contextlib.asynccontextmanager
async def running(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[App]:
    """Serve until the block is left. The page is there first; what takes long to load comes behind it.

    Raises AlreadyRunning where another server holds the data folder, OSError where the port is taken.
    """
    try:
        lock = server_lock(settings.data).acquire()
    except Timeout as error:
        raise AlreadyRunning from error
    with lock, contextlib.closing(Store(settings.data)) as store:
        kb = KnowledgeBase.open(policy_folder(settings.data))
        first_start(store, kb, clock())
        async with _Server(settings, store, kb, clock).running() as app:
            yield app


class _Server:
    """Everything that runs at the same time, and how it hangs together."""

    def __init__(self, settings: Settings, store: Store, kb: KnowledgeBase, clock: Clock) -> None:
        self._settings, self._store, self._kb, self._clock = settings, store, kb, clock
        self._loaded = asyncio.Event()
        self.worker = Worker(store=store, handle=self._handle, clock=clock)
        self.scheduler = Scheduler(store=store, clock=clock, filled=self._wake)
        self.web = WebChannel(
            store=store, folder=settings.data, clock=clock, loopback=settings.loopback, arrived=self.worker.arrived
        )
        self.deliveries = [
            Delivery(store=store, channel="web", deliver=self.web.deliver, clock=clock, in_flight=WEB_IN_FLIGHT)
        ]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        site = web.Application(client_max_size=LARGEST_UPLOAD)
        self.web.routes(site)
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            listening = web.TCPSite(runner, self._settings.host, self._settings.port)
            await listening.start()
            ...
            async with asyncio.TaskGroup() as tasks:
                main = tasks.create_task(self._work(tasks))
                yield App(self._settings, self._store, self._kb, self.scheduler, url)
                main.cancel()
        finally:
            await runner.cleanup()
