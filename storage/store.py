"""The data file opened: one connection, one writer at a time, many units of work to a commit.

Everything that one update causes is one `Unit`: all of it is on disk when `async with store.unit()` ends, or none of it.
"""

import asyncio
import contextlib
import sqlite3  # noqa: TID251 - here and nowhere else
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlite_utils

from storage.accounts import Accounts
from storage.audience import Audience
from storage.audit import Audit
from storage.checkins import Checkins
from storage.conversations import Conversations
from storage.deliveries import Deliveries
from storage.errors import Busy, StorageError
from storage.facts import Facts
from storage.inbox import Inbox
from storage.migrations import migrations
from storage.offers import Offers
from storage.outbox import Outbox
from storage.preferences import Preferences
from storage.questions import Questions
from storage.roster import Roster
from storage.schedules import Schedules
from storage.visits import Visits
from storage.webchat import Webchat

FILE = "zhucun.sqlite"
PATIENCE_S = 30.0
CACHE = "cache_size=-32768"  # 32 MB: a city's roster is written in half the time
BUSY = "数据正被另一个程序占用，请稍等一分钟再试。"


class Store:
    """The data folder's one file.

    `folder` is created when missing. The connection runs at `synchronous=FULL`: what is committed survives a power cut.
    Each aggregate is an attribute that speaks the trade's language (`store.visits.record(...)`).
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        self._connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", CACHE):
            self._connection.execute(f"PRAGMA {pragma}")
        db = sqlite_utils.Database(self._connection)
        migrations.apply(db)
        self.accounts = Accounts(db)
        self.audience = Audience(db)
        self.audit = Audit(db)
        self.checkins = Checkins(db)
        self.conversations = Conversations(db)
        self.deliveries = Deliveries(db)
        self.facts = Facts(db)
        self.inbox = Inbox(db)
        self.offers = Offers(db)
        self.outbox = Outbox(db)
        self.preferences = Preferences(db)
        self.questions = Questions(db)
        self.roster = Roster(db)
        self.schedules = Schedules(db)
        self.visits = Visits(db)
        self.webchat = Webchat(db)
        self._turn = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._commit = _Commit()

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._disk.shutdown()
        self._connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything inside at once or not at all, for programs without an event loop; waits for other writers."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise Busy(BUSY, str(error)) from error
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextlib.asynccontextmanager
    async def unit(self) -> "AsyncIterator[Unit]":
        """One unit of work: on disk when the block has ended, or, where it raises, as if it had never begun.

        Units run one at a time; those that wait at the same moment share one commit (one flush of the disk).
        """
        unit = Unit(self)
        await unit.enter()
        try:
            yield unit
        except BaseException:
            commit = self._commit
            unit.leave(keep=False)
            await self._durable(
                commit
            )  # nothing of this unit; but the file's write lock is not kept from others
            raise
        commit = self._commit
        unit.leave(keep=True)
        await self._durable(commit)
        for call in unit.after:
            call()

    async def _durable(self, commit: "_Commit") -> None:
        """Wait until `commit` is on disk; whichever of its units gets the turn first carries it out for all."""
        while not commit.done:
            async with self._turn:
                if not commit.done:
                    self._commit = _Commit()
                    await self._on_disk_thread(self._flush, commit)
                    commit.done = True
        if commit.error:
            raise commit.error

    async def _on_disk_thread(self, work: Callable[["_Commit"], None], commit: "_Commit") -> None:
        """Run to the end even when the caller is cancelled: nobody else may touch the connection meanwhile."""
        running = asyncio.get_running_loop().run_in_executor(self._disk, work, commit)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise

    def _flush(self, commit: "_Commit") -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            commit.error = StorageError("没有存上，请稍后再试。", f"commit failed: {error}")

    async def _begin(self) -> None:
        """Open the shared transaction unless one is open, without holding up the loop while others write."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_S
        while not self._connection.in_transaction:
            self._connection.execute("PRAGMA busy_timeout=0")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if loop.time() > deadline:
                    raise Busy(BUSY, str(error)) from error
                await asyncio.sleep(0.02)

    def backup_to(self, path: Path) -> None:
        """Write a consistent copy of the file to `path`, while others go on reading and writing."""
        with (
            contextlib.closing(sqlite3.connect(self.path, timeout=PATIENCE_S)) as source,
            contextlib.closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)

    @staticmethod
    def verify(path: Path) -> str:
        """Say what is wrong with the database file at `path`; an empty string when it is whole."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.Error as error:
            return str(error)
        return "" if verdict == "ok" else str(verdict)


class _Commit:
    """One flush of the disk and the units that wait for it."""

    def __init__(self) -> None:
        self.done = False
        self.error: StorageError | None = None


class Unit:
    """The turn of one piece of work at the data file."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._inside = False
        self._changes = 0
        self.after: list[Callable[[], None]] = []

    def afterwards(self, call: Callable[[], None]) -> None:
        """Have `call` made once the unit is on disk."""
        self.after.append(call)

    async def enter(self) -> None:
        """Wait for the turn and take it."""
        store = self._store
        await store._turn.acquire()
        try:
            await store._begin()
            store._connection.execute("SAVEPOINT unit")
        except BaseException:
            store._turn.release()
            raise
        self._inside = True
        self._changes = store._connection.total_changes

    def leave(self, *, keep: bool) -> None:
        """Give the turn back, with what was written kept or undone."""
        if not self._inside:
            return
        self._inside = False
        try:
            if not keep:
                self._store._connection.execute("ROLLBACK TO unit")
            self._store._connection.execute("RELEASE unit")
        finally:
            self._store._turn.release()

    @contextlib.asynccontextmanager
    async def outside(self) -> AsyncIterator[None]:
        """Step out of the turn for slow work that touches no data, before anything has been written.

        What was read before may have changed afterwards; only the person's own conversation cannot have.
        """
        if self._store._connection.total_changes != self._changes:
            raise RuntimeError("a unit steps out only before it has written")
        self.leave(keep=True)
        try:
            yield
        finally:
            await self.enter()
