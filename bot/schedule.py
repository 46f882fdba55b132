"""Runs what is due by the clock: each job's next run stands in the data file and moves on in the unit that fills the outbox.

Downtime and a clock that was set wrong are caught up with the newest run only. What is said is fieldwork's.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot import unheard
from bot.stagger import Stagger
from fieldwork import quiet, reminding, undone, week
from fieldwork.days import SHANGHAI, Week, day_of, workday
from fieldwork.undone import Round
from storage import Store
from storage.outbox import Outgoing
from storage.roster import Person
from storage.schedules import Schedule

log = logging.getLogger(__name__)

CHUNK = 100  # composed in one unit, during which nobody is answered: some 50 ms
TICK_S = 1.0
LOOK_AGAIN = timedelta(minutes=1)
REMINDER_LASTS = timedelta(hours=9, minutes=30)
WEEK_LASTS = timedelta(days=2)
FRIDAY = 5
TELEGRAM = "telegram"
A_SECOND = 28


@dataclass(frozen=True)
class Job:
    """A recurring message: when it is due, until when it is of use, to whom it goes and what it says (None: nothing).

    `key` names the fact of which a person hears once a day; `hour` is given where each person chooses their own.
    """

    name: str
    key: str
    at: time
    on: Callable[[date], bool]
    until: Callable[[datetime], datetime]
    compose: Callable[[Round, Person, datetime], str | None]
    role: str | None = None
    hour: time | None = None


def reminds_until(due: datetime) -> datetime:
    """Return when a reminder is of no use any more: after nine and a half hours, and at the end of the day."""
    return min(due + REMINDER_LASTS, quiet.closing(due))


def week_ends(day: date) -> bool:
    """Say whether the leaders' week comes on this day: on Friday, before holidays on the last day worked until then."""
    return (
        workday(day) and next((d for d in reversed(Week.of(day).days()[:FRIDAY]) if workday(d)), None) == day
    )


def _digest(look: Round, person: Person, due: datetime) -> str | None:
    """Say what is undone now; a leader's one digest of a Friday is the week."""
    if reminding.paused(look.store, person, day_of(due)) or (_leads(person) and week_ends(day_of(due))):
        return None
    left = look.undone(person)
    return undone.digest(left) if left else None


def _week(look: Round, person: Person, due: datetime) -> str | None:
    team = look.store.roster.team(person.team) if person.team and _leads(person) else None
    return week.words(week.summary(look.store, team, Week.of(day_of(due)), due)) if team else None


def _leads(person: Person) -> bool:
    return person.role == "leader" and person.team is not None


def _reminder(hour: time) -> Job:
    return Job(f"remind {hour:%H:%M}", "remind", hour, workday, reminds_until, _digest, hour=hour)


JOBS = (
    *(_reminder(hour) for hour in quiet.HOURS),
    Job("week", "week", time(17, 0), week_ends, lambda due: due + WEEK_LASTS, _week, role="leader"),
)


def next_run(job: Job, after: datetime) -> datetime:
    """Return the first instant later than `after` at which the job is due."""
    day = day_of(after)
    while (at := datetime.combine(day, job.at, SHANGHAI)) <= after or not job.on(day):
        day += timedelta(days=1)
    return at


def last_run(job: Job, now: datetime) -> datetime:
    """Return the last instant, `now` or earlier, at which the job was due."""
    day = day_of(now)
    while (at := datetime.combine(day, job.at, SHANGHAI)) > now or not job.on(day):
        day -= timedelta(days=1)
    return at


class Scheduler:
    """The one that looks at the clock. `filled` is called when the outbox has something new."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Callable[[], datetime],
        filled: Callable[[], None],
        link_base: str = "",
        jobs: tuple[Job, ...] = JOBS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._filled = filled
        self._link_base = link_base
        self._jobs = {job.name: job for job in jobs}
        self._stagger = Stagger(A_SECOND)
        self._looked: datetime | None = None

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK_S)

    async def tick(self) -> None:
        """Do what may be done now; what must wait for its turn is left to the next tick."""
        now = self._clock()
        async with self._store.unit():
            known = {schedule.name: schedule for schedule in self._store.schedules.all()}
            at_work = [name for name, job in self._jobs.items() if self._at_work(job, known.get(name), now)]
        if quiet.resting(now):
            return
        for name in at_work:
            while await self._chunk(self._jobs[name]):
                self._filled()
        await self._look_for_the_unheard(now)

    def _at_work(self, job: Job, known: Schedule | None, now: datetime) -> bool:
        """Begin the newest run that is due; say whether there is one to work on."""
        upcoming = next_run(job, now)
        if known is None or known.next_run > upcoming:  # new, or the clock was set back
            self._store.schedules.plan(name=job.name, next_run=upcoming, zone=SHANGHAI.key)
        elif known.next_run <= now:
            self._store.schedules.start(job.name, due=last_run(job, now), next_run=upcoming)
            return True
        return known is not None and known.running is not None

    async def _chunk(self, job: Job) -> bool:
        """Do the next people of the run in one unit; False when there are none left, or no more may go now."""
        now, store = self._clock(), self._store
        limit = min(CHUNK, self._stagger.room(now))
        if not limit:
            return False
        async with store.unit():
            schedule = store.schedules.of(job.name)
            due = schedule.running if schedule else None
            people: list[str] = []
            if schedule and due and due <= now < job.until(due):
                people = store.audience.next(
                    after=schedule.cursor, limit=limit, role=job.role, hour=job.hour, usual=quiet.USUAL
                )
            if not due or not people:
                store.schedules.finish(job.name)
                return False
            look = Round(store, now)
            for code in people:
                self._send(job, code, due, look)
            store.schedules.advance(job.name, people[-1])
        return True

    def _send(self, job: Job, code: str, due: datetime, look: Round) -> None:
        """Put the person's message on its way, once, on the channel last used."""
        person, account = self._store.roster.person(code), self._store.accounts.reachable(code)
        text = job.compose(look, person, due) if person and account else None
        if account is None or not text:
            return
        added = self._store.outbox.add(
            key=f"{job.key}:{code}:{day_of(due)}",
            channel=account.channel,
            chat_id=account.chat_id,
            kind="digest",
            method="sendMessage",
            payload={"chat_id": account.chat_id, "text": text},
            at=look.now,
            expires_at=job.until(due),
        )
        self._stagger.took(int(added is not None and account.channel == TELEGRAM))

    def refreshed(self, message: Outgoing) -> Outgoing | None:
        """Say a digest that has waited as it would be said now; None when there is nothing to say any more."""
        fact, _, rest = (message.key or "").partition(":")
        code, _, day = rest.rpartition(":")
        job = next((job for job in self._jobs.values() if job.key == fact), None)
        person = self._store.roster.person(code)
        if job is None or person is None:
            return message
        due = datetime.combine(date.fromisoformat(day), job.at, SHANGHAI)
        text = job.compose(Round(self._store, self._clock()), person, due)
        return replace(message, payload={**message.payload, "text": text}) if text else None

    async def _look_for_the_unheard(self, now: datetime) -> None:
        """Once a minute: give a second way to what did not reach its person."""
        if self._looked and timedelta(0) <= now - self._looked < LOOK_AGAIN:
            return
        self._looked = now
        async with self._store.unit():
            found = unheard.second_ways(self._store, now) + unheard.tell(self._store, self._link_base, now)
        if found:
            self._filled()
