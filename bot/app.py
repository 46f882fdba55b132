"""The one place where everything is put together, and the one TaskGroup in which it runs."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from bot.settings import Settings
from fieldwork import demo
from policy_kb import KnowledgeBase
from storage import Store, Unit
from storage.inbox import Received

if TYPE_CHECKING:  # the command line takes the clock from here and waits for none of these
    from aiohttp import web

    from bot.delivery import Delivery
    from bot.handling import Handling
    from bot.schedule import Scheduler

log = logging.getLogger(__name__)

LOCK = "server.lock"
WATCH_S = 1.0
WEB_IN_FLIGHT, TELEGRAM_IN_FLIGHT = 32, 6
LARGEST_UPLOAD = 21 * 2**20

Clock = Callable[[], datetime]


class AlreadyRunning(Exception):
    """Another server works on this data folder."""


def utc_now() -> datetime:
    """Return the time of the real world: the only place where time comes in."""
    return datetime.now(UTC)  # noqa: TID251


def policy_folder(data: Path) -> Path:
    """Where the knowledge base lives in the data folder."""
    return data / "policy"


def server_lock(data: Path) -> FileLock:
    """Return the lock that a running server holds on its data folder."""
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
    scheduler: "Scheduler"
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
        from bot.channels.telegram import Telegram  # noqa: PLC0415 - see the top
        from bot.channels.web.channel import WebChannel  # noqa: PLC0415
        from bot.delivery import Delivery  # noqa: PLC0415
        from bot.schedule import Scheduler  # noqa: PLC0415
        from bot.worker import Worker  # noqa: PLC0415

        self._settings, self._store, self._kb, self._clock = settings, store, kb, clock
        self._handling: Handling | None = None
        self._deliveries: list[Delivery] = []
        self._worker = Worker(store=store, handle=self._handle, clock=clock)
        self._scheduler = Scheduler(store=store, clock=clock, filled=self._wake, link_base=settings.link_base)
        arrived = self._worker.arrived
        self._web = WebChannel(
            store=store,
            folder=settings.data,
            clock=clock,
            loopback=settings.loopback,
            arrived=arrived,
            public_url=settings.public_url,
        )
        self._fetch = {"web": self._web.fetch}
        self._add_delivery(
            Delivery(
                store=store,
                channel="web",
                deliver=self._web.deliver,
                clock=clock,
                in_flight=WEB_IN_FLIGHT,
                refresh=self._scheduler.refreshed,
            )
        )
        self._telegram: Telegram | None = None
        if settings.telegram_token:
            self._telegram = Telegram(
                settings=settings,
                store=store,
                clock=clock,
                arrived=arrived,
                random=random.Random(),  # noqa: S311 - spreads retries
            )
            self._fetch["telegram"] = self._telegram.fetch
            deliver = self._telegram.deliver
            self._add_delivery(
                Delivery(
                    store=store,
                    channel="telegram",
                    deliver=deliver,
                    clock=clock,
                    in_flight=TELEGRAM_IN_FLIGHT,
                    refresh=self._scheduler.refreshed,
                )
            )

    def _add_delivery(self, delivery: "Delivery") -> None:
        self._deliveries.append(delivery)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        """Open the page, then start the rest; end all of it with the block."""
        from aiohttp import web  # noqa: PLC0415

        for delivery in self._deliveries:
            await delivery.recover()
        site = web.Application(client_max_size=LARGEST_UPLOAD)
        self._web.routes(site)
        if self._telegram:
            self._telegram.routes(site)
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            url = await self._listen(runner)
            async with asyncio.TaskGroup() as tasks:
                started = [tasks.create_task(work) for work in self._work()]
                yield App(self._settings, self._store, self._kb, self._scheduler, url)
                for task in started:
                    task.cancel()
        finally:
            await runner.cleanup()
            if self._telegram:
                await self._telegram.close()

    async def _listen(self, runner: "web.AppRunner") -> str:
        from aiohttp import web  # noqa: PLC0415

        await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{runner.addresses[0][1]}"

    def _work(self) -> list[Coroutine[Any, Any, None]]:
        work = [
            self._think(),
            self._scheduler.run(),
            self._watch(),
            *(delivery.run() for delivery in self._deliveries),
        ]
        return [*work, self._telegram.run()] if self._telegram else work

    async def _think(self) -> None:
        """Load aiogram, which takes seconds, behind the page that is already there; then do what has come in."""
        self._handling = await asyncio.to_thread(self._load)
        await self._worker.run()

    def _load(self) -> "Handling":
        from bot.handling import Handling  # noqa: PLC0415

        return Handling(store=self._store, kb=self._kb, clock=self._clock, fetch=self._fetch)

    async def _handle(self, received: Received, unit: Unit) -> None:
        assert self._handling, "the worker starts when it is loaded"
        await self._handling(received, unit)
        unit.afterwards(self._wake)

    async def _watch(self) -> None:
        """Notice within a second what another process changed in the knowledge base."""
        while True:
            await asyncio.to_thread(self._kb.refresh)
            await asyncio.sleep(WATCH_S)

    def _wake(self) -> None:
        for delivery in self._deliveries:
            delivery.wake()
