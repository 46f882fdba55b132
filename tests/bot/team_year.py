"""A year of one team, made up from a number: what people do and when, and what the program says to whom meanwhile.

Keeps its own simple record of what was done, so that what is said can be held against something that is not the
program. Judges nothing; `test_year.py` does.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.delivery import Delivery, Later
from bot.schedule import Scheduler
from fieldwork import checkin, quiet, reminding
from fieldwork.days import SHANGHAI, Week, day_of, days_between
from storage import Store
from storage.outbox import Outgoing
from storage.roster import Household, Person, Place, Team
from storage.webchat import Content

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
PEOPLE = (
    Person("leader", "周明山", None, "leader", "11", "t"),
    Person("first", "林晓岚", None, "first_secretary", "11", "t"),
    Person("m1", "何秋雨", None, "member", "11", "t", ("publicist", "investigator")),
    Person("m2", "段立新", None, "member", "11", "t", ("liaison", "service")),
    Person("m3", "罗小满", None, "member", "11", "t", ("mediator",)),
    Person("h1", "沈文秀", None, "helper", "11"),
    Person("h2", "高远航", None, "helper", "11"),
    Person("office", "许知远", None, "office", "1"),
)
BY_CODE = {person.code: person for person in PEOPLE}
TEAM = [person.code for person in PEOPLE if person.team]
HEADS = {"k1": "普有福", "k2": "李桂枝", "k3": "王顺", "k4": "白满仓", "k5": "施家兴", "k6": "段玉珍"}
PAIRED = {"h1": ("k1", "k2"), "h2": ("k3",)}
CHATS = {
    **{code: (("telegram", number),) for number, code in enumerate(("leader", "m1", "h1"), 101)},
    **{code: (("web", number),) for number, code in enumerate(("first", "m2", "h2", "office"), 1)},
    "m3": (("web", 9), ("telegram", 109)),
}
MAY_BLOCK = ("m1", "h1")


@dataclass(frozen=True)
class Said:
    """A message that reached its person."""

    at: datetime
    person: str
    channel: str
    kind: str
    key: str
    text: str
    expires_at: datetime


@dataclass
class Done:
    """What was really done, by the simulation's own book; `word` is anything heard of a person."""

    seen: dict[str, set[tuple[str, date]]] = field(default_factory=lambda: defaultdict(set))
    served: set[tuple[str, str, Week]] = field(default_factory=set)
    word: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    whereabouts: dict[tuple[str, date], str] = field(default_factory=dict)
    paused: set[tuple[str, date]] = field(default_factory=set)
    hour: dict[str, time] = field(default_factory=lambda: defaultdict(lambda: quiet.USUAL))
    questions: set[int] = field(default_factory=set)
    read: dict[int, datetime] = field(default_factory=dict)
    last_channel: dict[str, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def unseen(self, person: str, day: date) -> set[str]:
        """Return the heads of the households that the person has still to see that month."""
        month = day.replace(day=1)
        own = PAIRED.get(person, tuple(HEADS))
        eyes = [person] if person in PAIRED else TEAM
        return {HEADS[k] for k in own if not any((k, month) in self.seen[eye] for eye in eyes)}

    def unserved(self, person: str, day: date) -> set[str]:
        return {hat for hat in BY_CODE[person].hats if (person, hat, Week.of(day)) not in self.served}

    def silent(self, day: date) -> set[str]:
        """Return the names of the leader's mates of whom there was no word for a week."""
        since = day - timedelta(days=7)
        mates = [code for code in TEAM if code != "leader"]
        return {BY_CODE[m].name for m in mates if not any(since <= d <= day for d in self.word[m][-20:])}

    def undone(self, person: str, day: date) -> bool:
        """Say whether there is anything to remind of."""
        if person == "office":
            return bool(self.questions)
        silent = person == "leader" and self.silent(day)
        return bool(self.unseen(person, day) or self.unserved(person, day) or silent)

    def wants_peace(self, person: str, day: date) -> bool:
        return self.whereabouts.get((person, day)) == "leave" or (person, day) in self.paused


class Year:
    """The program with a clock that jumps from one instant at which something happens to the next.

    Two dozen times it is down, for half an hour to four days; ten times Telegram is `away`, for up to a day. What then
    reaches a person is `uncertain`, for it may die waiting; that it is true when it comes is not.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.store = Store(folder)
        self.store._connection.execute("PRAGMA synchronous=OFF")  # nobody pulls the plug here
        self.now = datetime.combine(FIRST, time(0), SHANGHAI)
        self.done = Done()
        self.said: list[Said] = []
        self.refused: list[tuple[datetime, str]] = []
        self.looks: list[datetime] = []
        self.due: dict[tuple[str, date], bool] = {}
        self.away = self._spans(10, (0.5, 2, 5, 9, 24))
        self.uncertain: set[tuple[str, date]] = set()
        self.rulings: dict[str, datetime] = {}
        self.restarts = 0
        self._sources = 0
        self._settle_in()
        self.restart()

    def _settle_in(self) -> None:
        roster = self.store.roster
        with self.store.transaction():
            roster.put_place(Place("1", "禾云县", "county"))
            roster.put_place(Place("11", "白鹭村", "village", "1"))
            roster.put_team(Team("t", "白鹭村工作队", "11"))
            for code, head in HEADS.items():
                roster.put_household(Household(code, head, "11"))
            for person in PEOPLE:
                roster.put_person(person)
                for channel, chat in CHATS[person.code]:
                    self.store.accounts.open(channel=channel, chat_id=chat, person=person.code, at=self.now)
            for helper, households in PAIRED.items():
                for household in households:
                    roster.pair(helper, household)

    def restart(self) -> None:
        """Start the program, as after a stop."""
        self.restarts += 1
        self.scheduler = Scheduler(store=self.store, clock=self.clock, filled=lambda: None)
        self.deliveries = [
            Delivery(
                store=self.store,
                channel=name,
                deliver=self.deliver,
                clock=self.clock,
                in_flight=6,
                refresh=self.scheduler.refreshed,
            )
            for name in ("web", "telegram")
        ]

    def clock(self) -> datetime:
        return self.now

    async def look(self) -> None:
        """Let the scheduler look, and everything leave that may."""
        self.looks.append(self.now)
        self._note_what_is_due()
        await self.scheduler.tick()
        for delivery in self.deliveries:
            while messages := await delivery._claim():
                for message in messages:
                    delivery._on_way += 1
                    await delivery._one(message)

    def _note_what_is_due(self) -> None:
        """Note, at the first look after each person's hour, whether there is something to remind of."""
        day = day_of(self.now)
        if quiet.resting(self.now):
            return
        for person in BY_CODE:
            due = datetime.combine(day, self.done.hour[person], SHANGHAI)
            until = min(due + timedelta(hours=9, minutes=30), datetime.combine(day, quiet.CLOSES, SHANGHAI))
            if (person, day) not in self.due and due <= self.now < until:
                wanted = self.done.undone(person, day) and not self.done.wants_peace(person, day)
                self.due[person, day] = wanted and person not in self.done.blocked
                on_telegram = "telegram" in dict(CHATS[person])
                if on_telegram and any(begins < until and due < ends for begins, ends in self.away):
                    self.uncertain |= {(person, day)}

    async def deliver(self, message: Outgoing) -> None:
        """Show the message to its person as both channels do, or refuse it."""
        person = next(code for code, chats in CHATS.items() if (message.channel, message.chat_id) in chats)
        if message.channel == "telegram" and any(begin <= self.now < end for begin, end in self.away):
            raise Later("away", pause=timedelta(minutes=5), everyone=True)
        async with self.store.unit():
            if person in self.done.blocked:
                self.refused.append((self.now, person))
                self.store.outbox.finish(message.id, "blocked", at=self.now)
                self.store.accounts.mark_unreachable(message.channel, message.chat_id, at=self.now)
                return
            text = message.payload["text"]
            if message.channel == "web":
                content = Content(text=text)
                self.store.webchat.add(chat_id=message.chat_id, author="bot", content=content, at=self.now)
            self.store.outbox.finish(message.id, "sent", at=self.now)
        key, expires = self.store._connection.execute(
            "SELECT key, expires_at FROM outbox WHERE id = ?", (message.id,)
        ).fetchone()
        expiry = datetime.fromisoformat(expires)
        self.said.append(Said(self.now, person, message.channel, message.kind, key, text, expiry))

    async def live(self) -> "Year":
        """Live through the year."""
        down = self._spans(24, (0.5, 3, 8, 30, 96))
        for day in days_between(FIRST, LAST):
            for at, step in self._plan(day):
                if any(begins <= at < ends for begins, ends in down):
                    continue
                if any(self.now < ends <= at for _, ends in down):
                    self.restart()
                self.now = at
                if step:
                    async with self.store.unit():
                        step()
                await self.look()
        return self

    def _spans(self, times: int, hours: tuple[float, ...]) -> list[tuple[datetime, datetime]]:
        """Return spans of so many hours, at so many random times of the year."""
        start = datetime.combine(FIRST, time(0), SHANGHAI)
        begins = [start + timedelta(hours=self.chance.uniform(24, 364 * 24)) for _ in range(times)]
        return [(begin, begin + timedelta(hours=self.chance.choice(hours))) for begin in begins]

    def _plan(self, day: date) -> list[tuple[datetime, Callable[[], None] | None]]:
        """Return the day's instants in order: when the program looks, and what people do."""
        ticks = {quiet.OPENS, quiet.AFTER_NOON, time(17), time(19, 59), *self.done.hour.values()}
        plan: list[tuple[datetime, Callable[[], None] | None]] = [
            (datetime.combine(day, tick, SHANGHAI), None) for tick in ticks
        ]
        worked = day.isoweekday() <= 5
        for person in BY_CODE:
            if self.chance.random() < (0.75 if worked else 0.15):
                plan += [(self._at(day, 6, 22), step) for step in self._steps(person)]
        return sorted(plan, key=lambda each: each[0])

    def _at(self, day: date, since: int, until: int) -> datetime:
        minutes = self.chance.randrange(since * 60, until * 60)
        return datetime.combine(day, time(0), SHANGHAI) + timedelta(minutes=minutes, seconds=7)

    def _steps(self, person: str) -> list[Callable[[], None]]:
        """Choose what the person does that day."""
        steps: list[Callable[[], None]] = []
        roll = self.chance.random
        if person != "office" and roll() < 0.5:
            steps.append(lambda: self.check_in(person))
        if person != "office" and roll() < 0.45:
            steps.append(lambda: self.visit(person))
        if person == "office" and roll() < 0.5:
            steps.append(self.rule)
        if roll() < 0.03 and person != "office":
            steps.append(lambda: self.ask(person))
        if roll() < 0.03:
            steps.append(lambda: self.pause(person))
        if person in MAY_BLOCK and roll() < 0.03:
            steps.append(lambda: self.done.blocked.add(person))
        return steps

    def _speaks(self, person: str) -> str:
        """Have something come from the person's chat; return its source."""
        channel, chat = self.chance.choice(CHATS[person])
        self.store.accounts.touch(channel, chat, at=self.now)
        self.done.last_channel[person] = channel
        self.done.blocked.discard(person)
        if channel == "web":
            self.store.webchat.read(chat, seq=self.store.webchat.last_seq(chat))
        self._sources += 1
        return f"year:{self._sources}"

    def check_in(self, person: str) -> None:
        """Say where the day is spent, one time in six on leave."""
        where = self.chance.choice(("village", "village", "village", "village", "errand", "leave"))
        checkin.check_in(self.store, BY_CODE[person], where, now=self.now, source=self._speaks(person))  # type: ignore[arg-type]
        self.done.whereabouts[person, day_of(self.now)] = where
        self.done.word[person].append(day_of(self.now))

    def visit(self, person: str) -> None:
        """Visit a household, in the service of one or two hats."""
        day = day_of(self.now)
        household = self.chance.choice(PAIRED.get(person, tuple(HEADS)))
        hats = self.chance.sample(BY_CODE[person].hats or ("service",), k=1)
        self.store.visits.record(
            source=self._speaks(person),
            kind="visit",
            person=person,
            team=BY_CODE[person].team,
            village="11",
            household=household,
            day=day,
            recorded_at=self.now,
            duties=hats,
            note="看了看",
            location="skipped",
            evidence="",
        )
        self.done.seen[person].add((household, day.replace(day=1)))
        self.done.served |= {(person, hat, Week.of(day)) for hat in hats}
        self.done.word[person].append(day)

    def ask(self, person: str) -> None:
        """Ask what the documents do not answer."""
        source = self._speaks(person)
        number = self.store.questions.ask(
            source=source, person=person, text="怎么办", at=self.now, answered=False
        )
        self.done.questions.add(number)

    def rule(self) -> None:
        """Have the office answer its oldest question, at whatever hour."""
        self._speaks("office")
        for question in self.store.questions.pending("1", limit=1):
            self.store.questions.rule(question.id, ruling="可以", by="office", at=self.now)
            self.done.questions.discard(question.id)
            account = self.store.accounts.of_person(question.person)[0]
            key = f"ruling:{question.id}"
            self.rulings[key] = self.now
            self.store.outbox.add(
                key=key,
                channel=account.channel,
                chat_id=account.chat_id,
                kind="notice",
                method="sendMessage",
                payload={"chat_id": account.chat_id, "text": f"联席办答复：可以。{question.id}"},
                at=self.now,
            )

    def pause(self, person: str) -> None:
        """Choose an hour for the days to come, or a pause from today on; only in the evening."""
        self._speaks(person)
        if quiet.closing(self.now) > self.now:
            return
        if self.chance.random() < 0.5:
            hour = self.chance.choice(quiet.HOURS)
            reminding.choose_hour(self.store, BY_CODE[person], f"{hour:%H:%M}")
            self.done.hour[person] = hour
        else:
            days = self.chance.randint(1, 7)
            reminding.pause(self.store, BY_CODE[person], days, self.now)
            today = day_of(self.now)
            self.done.paused -= {(person, today + timedelta(days=n)) for n in range(8)}
            self.done.paused |= {(person, today + timedelta(days=n)) for n in range(days)}
