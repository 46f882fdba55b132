"""How fast digests are composed and sent: a made-up city, a Bot API server on the loopback, figures on stdout.

`python -m bench.delivery` takes a few minutes with its defaults; `--people 80000 --rows 80000` is the city of the
note. Nothing leaves the machine. The rates count the server's work in, which runs in the same process.
"""

import argparse
import asyncio
import contextlib
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.channels.telegram.sender import TelegramSender
from bot.delivery import Delivery
from bot.schedule import A_SECOND, JOBS, Scheduler
from bot.stagger import Stagger
from fieldwork.duties import HATS
from storage import Store
from storage.roster import Household, Person, Place, Team
from tests.loopback_bot_api import LoopbackBotApi

MORNING = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
A_TEAM, HOUSEHOLDS_A_TEAM, PAIRED = 9, 272, 3
ROLES = ("leader", "first_secretary", *("member",) * 7)
IN_FLIGHT = 6
REMIND = tuple(job for job in JOBS if job.name == "remind 08:30")


def fill(store: Store, people: int) -> dict[str, int]:
    """Write a city of so many people: one in eleven stationed in teams of nine, the others helpers of three households."""
    chance, chats = random.Random(20151116), count(1)
    teams = max(1, round(people / 95.6))
    helpers = max(0, people - teams * A_TEAM)
    with store.transaction():
        store.roster.put_place(Place("c", "城", "county"))
        for number in range(teams):
            village = Place(f"v{number:04}", f"{number}村", "village", "c")
            team = Team(f"t{number:04}", f"{number}村工作队", village.code)
            store.roster.put_place(village)
            store.roster.put_team(team)
            for nth in range(HOUSEHOLDS_A_TEAM):
                store.roster.put_household(Household(f"h{number:04}{nth:03}", f"户{nth}", village.code))
            for nth, role in enumerate(ROLES):
                hats = tuple(hat.code for hat in chance.sample(HATS, 2)) if role == "member" else ()
                put(
                    store,
                    Person(f"p{number:04}{nth}", f"队员{nth}", None, role, village.code, team.code, hats),
                    next(chats),
                )
        for number in range(helpers):
            home = number % teams
            put(
                store,
                helper := Person(f"q{number:05}", f"干部{number}", None, "helper", f"v{home:04}"),
                next(chats),
            )
            for _ in range(PAIRED):
                store.roster.pair(helper.code, f"h{home:04}{chance.randrange(HOUSEHOLDS_A_TEAM):03}")
        for number in range(people):
            record(store, chance, number, teams)
    return {"teams": teams, "people": people, "households": teams * HOUSEHOLDS_A_TEAM, "visits": people}


def put(store: Store, person: Person, chat: int) -> None:
    """Write a person with a chat on Telegram."""
    store.roster.put_person(person)
    store.accounts.open(channel="telegram", chat_id=chat, person=person.code, at=MORNING - timedelta(days=30))


def record(store: Store, chance: random.Random, number: int, teams: int) -> None:
    """Write a visit of this month by somebody of a team."""
    team = number % teams
    store.visits.record(
        source=f"bench:{number}",
        kind="visit",
        person=f"p{team:04}{chance.randrange(A_TEAM)}",
        team=f"t{team:04}",
        village=f"v{team:04}",
        household=f"h{team:04}{chance.randrange(HOUSEHOLDS_A_TEAM):03}",
        day=date(2026, 11, chance.randint(2, 24)),
        recorded_at=MORNING,
        duties=(chance.choice(HATS).code,),
        note="看了看",
        location="skipped",
        evidence="",
    )


async def compose(store: Store) -> int:
    """Have one morning's reminders composed and put on their way, with no stagger to wait for; return how many."""
    now = MORNING - timedelta(minutes=1)
    scheduler = Scheduler(store=store, clock=lambda: now, filled=lambda: None, jobs=REMIND)
    scheduler._stagger = Stagger(10**9)  # noqa: SLF001 - all at once, to measure it
    await scheduler.tick()
    now = MORNING
    await scheduler.tick()
    return store.outbox.counts().get("pending", 0)


async def send(store: Store, rows: int, *, a_second: int) -> list[float]:
    """Send at least so many of the digests that wait to a server on the loopback; return when each came."""
    async with LoopbackBotApi().running() as api:
        sender = TelegramSender(
            token=api.token,
            api=api.url,
            store=store,
            clock=lambda: MORNING,
            random=random.Random(1),
            a_second=a_second,
        )
        delivery = Delivery(
            store=store,
            channel="telegram",
            deliver=sender.deliver,
            clock=lambda: MORNING,
            in_flight=IN_FLIGHT,
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(delivery.run())
            while len(api.calls) < rows:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.1)
            delivery.stop()
            await running
        await sender.close()
        return [call.at for call in api.calls]


def busiest(times: list[float]) -> int:
    """Return the most that came within any one second."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


class Watch:
    """Seconds since it was made: by the wall, and of this process's own work."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    @property
    def wall(self) -> float:
        return time.monotonic() - self._wall

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({time.process_time() - self._cpu:.1f} s of CPU)"


def memory() -> str:
    """Return the most memory this process has had, the server on the loopback included."""
    unit = 1 if sys.platform == "darwin" else 1024
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20:.0f} MB"


async def figures(store: Store, given: argparse.Namespace) -> None:
    """Print the figures."""
    watch = Watch()
    print(f"city: {fill(store, given.people)}, written in {watch}")
    watch = Watch()
    found = await compose(store)
    print(f"morning: {found} digests for {given.people} people composed and queued in {watch}, {memory()}")
    watch = Watch()
    came = await send(store, given.sample, a_second=A_SECOND)
    times = (came[-1] - came[0]) * A_SECOND / (len(came) - 1)
    print(f"limiter on: {len(came)} in {watch}, {times:.3f} x the floor, busiest second {busiest(came)}")
    watch = Watch()
    came = await send(store, min(given.rows, found - len(came)), a_second=0)
    print(f"limiter off: {len(came)} in {watch}, {len(came) / watch.wall:.0f}/s, {memory()}")
    print(f"outbox: {store.outbox.counts()}")


def main() -> None:
    """Read the numbers and run."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=20_000)
    arguments.add_argument("--rows", type=int, default=20_000, help="sent with the limiter off, at most")
    arguments.add_argument("--sample", type=int, default=560, help="sent with the limiter on")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Store(Path(folder))) as store:
        asyncio.run(figures(store, given))


if __name__ == "__main__":
    main()
