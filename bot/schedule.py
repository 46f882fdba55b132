"""Runs what is due by the clock: each job's next run stands in the data file and moves on in the unit that fills the outbox."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fieldwork import undone, week
from fieldwork.days import SHANGHAI, Week, day_of, workday
from storage import Store
from storage.roster import Person
from storage.schedules import Schedule

log = logging.getLogger(__name__)

CHUNK = 200
TICK_S = 1.0


@dataclass(frozen=True)
class Job:
    """A recurring message: at what time of which days, for how long it is of use, and what it says to whom (None: nothing)."""

    name: str
    at: time
    on: Callable[[datetime], bool]
    useful_for: timedelta
    compose: Callable[[Store, Person, datetime], str | None]


def _digest(store: Store, person: Person, due: datetime) -> str | None:
    left = undone.undone(store, person, due)
    return undone.digest(left) if left else None


def _week(store: Store, person: Person, due: datetime) -> str | None:
    if person.role != "leader" or not person.team:
        return None
    team = store.roster.team(person.team)
    return week.words(week.summary(store, team, Week.of(day_of(due)), due)) if team else None


JOBS = (
    Job("remind", time(8, 30), lambda at: workday(at.date()), timedelta(hours=9, minutes=30), _digest),
    Job("week", time(17, 0), lambda at: at.isoweekday() == 5, timedelta(days=2), _week),  # noqa: PLR2004 - Friday
)


def next_run(job: Job, after: datetime, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return the first instant later than `after` at which the job is due."""
    local = after.astimezone(zone)
    at = datetime.combine(local.date(), job.at, zone)
    while at <= local or not job.on(at):
        at = datetime.combine(at.date() + timedelta(days=1), job.at, zone)
    return at


class Scheduler:
    """The one that looks at the clock. Downtime is caught up once, with the newest run only, and only while it is of use."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Callable[[], datetime],
        filled: Callable[[], None],
        jobs: tuple[Job, ...] = JOBS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._filled = filled
        self._jobs = {job.name: job for job in jobs}

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK_S)

    async def tick(self) -> None:
        """Do all that is due now."""
        async with self._store.unit():
            for job in self._jobs.values():
                self._store.schedules.ensure(
                    name=job.name, next_run=next_run(job, self._clock()), zone=SHANGHAI.key
                )
            due = [
                s
                for s in self._store.schedules.all()
                if s.name in self._jobs and (s.running or s.next_run <= self._clock())
            ]
            due = [self._begin(schedule) for schedule in due]
        for schedule in due:
            while await self._chunk(schedule.name):
                self._filled()

    def _begin(self, schedule: Schedule) -> Schedule:
        """Start the newest run that is due; one that was in work goes on unless a newer one is due."""
        now, job = self._clock(), self._jobs[schedule.name]
        if schedule.next_run > now:
            return schedule
        due, after = schedule.next_run, next_run(job, schedule.next_run)
        while after <= now:
            due, after = after, next_run(job, after)
        self._store.schedules.start(job.name, due=due, next_run=after)
        return schedule

    async def _chunk(self, name: str) -> bool:
        """Do the next people of the run in one unit; False when there are none left."""
        job, now = self._jobs[name], self._clock()
        async with self._store.unit():
            schedule = next(s for s in self._store.schedules.all() if s.name == name)
            people = (
                self._store.roster.everyone(after=schedule.cursor, limit=CHUNK) if schedule.running else []
            )
            if not schedule.running or not people or schedule.running + job.useful_for <= now:
                self._store.schedules.finish(name)
                return False
            for person in people:
                self._send(job, person, schedule.running)
            self._store.schedules.advance(name, people[-1].code)
        return True

    def _send(self, job: Job, person: Person, due: datetime) -> None:
        """Put the person's message on its way, once, on the channel last used."""
        account = next(
            (a for a in self._store.accounts.of_person(person.code) if a.unreachable_at is None), None
        )
        text = job.compose(self._store, person, due) if account else None
        if account is None or not text:
            return
        self._store.outbox.add(
            key=f"{job.name}:{person.code}:{day_of(due)}",
            channel=account.channel,
            chat_id=account.chat_id,
            kind="digest",
            method="sendMessage",
            payload={"chat_id": account.chat_id, "text": text},
            at=self._clock(),
            expires_at=due + job.useful_for,
        )
