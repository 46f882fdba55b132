"""A conversation in small: what people say and press goes through the real dispatcher onto a real data file.

Answers for a harness that fails on silence, on a button that is not there, and on a press without an answer.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bot.handling import Handling
from bot.schedule import Scheduler
from fieldwork import demo, quiet
from fieldwork.days import SHANGHAI
from policy_kb import KnowledgeBase, Reader
from storage import Store
from storage.outbox import Outgoing
from storage.roster import Person

MOST_ANSWERS = 3
WITHIN_REACH = 3  # how many messages from the bottom a person looks for a button


@dataclass(frozen=True)
class Hit:
    """A clause as the knowledge base would find it."""

    clause_id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str
    score: float = 1.0
    issuer: str | None = None
    kind: str = "document"


@dataclass(frozen=True)
class Answer:
    """An answer as the knowledge base would give it."""

    answered: bool
    answer: str | None
    clauses: tuple[Hit, ...]
    bold: tuple[tuple[int, int], ...] = ()
    listed: int = 0


DOCUMENT = "驻村工作办法"
BY_TELEPHONE = Hit(
    7, DOCUMENT, "2015-11-16", (DOCUMENT, "走访"), "走访须本人入户，不得以电话代替走访。登记要当日完成。"
)
LONG = Hit(8, DOCUMENT, None, (DOCUMENT, "请假"), "请假三天以内由队长批准，" * 20)


class Noted:
    """Wordings that are noted and never searched."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, _clause: int, texts: list[str], **_by: object) -> int:
        """Note them."""
        self.texts += texts
        return len(texts)

    def take_back(self, _clause: int, text: str, **_by: object) -> bool:
        """Cross one out."""
        self.texts.remove(text)
        return True


class Library:
    """A knowledge base of two clauses that knows one question."""

    def __init__(self) -> None:
        self.wordings = Noted()
        self.clauses = {hit.clause_id: hit for hit in (BY_TELEPHONE, LONG)}
        self.before: list[str | None] = []

    def ask(self, text: str, *, before: str | None = None, reader: Reader, day: date) -> Answer:
        """Answer what is said about telephones, with more than one clause where a list is asked for, and nothing else."""
        self.before.append(before)
        assert reader.role, "somebody asks"
        assert isinstance(day, date)
        if "电话" in text:
            return Answer(
                answered=True,
                answer="走访须本人入户，不得以电话代替走访。",
                clauses=(BY_TELEPHONE, LONG),
                bold=((8, 10),),
                listed=int("哪些" in text),
            )
        near = () if "今晚" in text else (LONG, BY_TELEPHONE)
        return Answer(answered=False, answer=None, clauses=near)

    def clause(self, clause_id: int, *, reader: Reader) -> Hit | None:
        """Return the clause, None once it has gone."""
        assert reader.role, "somebody looks"
        return self.clauses.get(clause_id)


@dataclass
class Shown:
    """A message of the assistant as it stands now."""

    number: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    bold: list[str] = field(default_factory=list)


class Town:
    """The demo county, its data file and one assistant; time stands still until `wait`."""

    def __init__(self, folder: Path, now: datetime, kb: KnowledgeBase | None = None) -> None:
        self.folder = folder
        self.now = now
        self.shelf = Library()
        self.kb = kb or cast("KnowledgeBase", self.shelf)
        self.store = Store(folder / "data")
        self.talks: dict[tuple[str, int], Talk] = {}
        self.numbers = itertools.count(1)
        with self.store.transaction():
            demo.load(self.store, now)
        self.restart()

    def restart(self) -> None:
        """Let a new program take over the same data folder."""
        self.store.close()
        self.store = Store(self.folder / "data")
        self.handling = Handling(
            store=self.store,
            kb=self.kb,
            clock=lambda: self.now,
            fetch={"web": self._fetch, "telegram": self._fetch},
        )
        self.scheduler = Scheduler(store=self.store, clock=lambda: self.now, filled=lambda: None)

    async def _fetch(self, file_id: str) -> Path:
        return self.folder / file_id

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def at(self, day: str, clock: str) -> None:
        """Let it be this time of this day in Shanghai."""
        self.now = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)

    async def talk(self, person: str, channel: str = "web") -> "Talk":
        """Open the chat of somebody of the demo who has been let in."""
        talk = self.stranger(channel)
        async with self.store.unit():
            self.store.accounts.open(channel=channel, chat_id=talk.chat, person=person, at=self.now)
        talk.code = person
        return talk

    def stranger(self, channel: str = "telegram") -> "Talk":
        """Open the chat of somebody who has not been let in."""
        talk = Talk(self, channel, 7000 + len(self.talks))
        self.talks[channel, talk.chat] = talk
        return talk

    async def deliver(self) -> None:
        """Show everybody what the outbox holds for them and may say now, each message once and in order."""
        digests = not quiet.resting(self.now)
        for channel in ("web", "telegram"):
            while True:
                async with self.store.unit():
                    rows = self.store.outbox.claim(channel, at=self.now, limit=100, digests=digests)
                    for row in rows:
                        self.store.outbox.finish(row.id, "sent", at=self.now)
                for row in rows:
                    self.talks[row.channel, row.chat_id].show(row)
                if not rows:
                    break

    async def feed(self, channel: str, chat: int, update: dict[str, Any], key: str | None = None) -> None:
        """Bring an update in as a channel would, and have it done in one unit."""
        number = next(self.numbers)
        key, payload = key or f"test:{number}", {"update_id": number, **update}
        async with self.store.unit():
            self.store.inbox.add(key=key, channel=channel, chat_id=chat, payload=payload, at=self.now)
        for received in self.store.inbox.next():
            async with self.store.unit() as unit:
                await self.handling(received, unit)
                self.store.inbox.done(received.id)
        await self.deliver()


class Talk:
    """One person's chat. `said` and the like return the texts that came, new or rewritten."""

    def __init__(self, town: Town, channel: str, chat: int) -> None:
        self.town, self.channel, self.chat = town, channel, chat
        self.code = ""
        self.messages: list[Shown] = []
        self.keyboard: list[str] = []
        self.came: list[str] = []
        self.notices: list[str] = []
        self.answered_presses: list[str] = []
        self.taps = self.texts = 0

    @property
    def person(self) -> Person:
        """Who sits here."""
        person = self.town.store.roster.person(self.code)
        assert person
        return person

    @property
    def last(self) -> str:
        """The text at the bottom."""
        return self.messages[-1].text

    @property
    def buttons(self) -> list[str]:
        """The buttons within reach, from the top, then the keyboard's."""
        shown = [text for message in self.messages[-WITHIN_REACH:] for text in message.buttons]
        return shown + self.keyboard

    def show(self, row: Outgoing) -> None:
        """Take one message of the outbox, as the person's telephone would."""
        given, markup = row.payload, row.payload.get("reply_markup") or {}
        buttons = {
            key["text"]: key["callback_data"] for line in markup.get("inline_keyboard", ()) for key in line
        }
        assert all(len(data.encode()) <= 64 for data in buttons.values()), "Telegram takes no longer ones"
        if row.method == "sendMessage":
            assert given["text"].strip(), "an empty message"
            assert len(given["text"]) <= 4096, "Telegram takes no longer ones"
            bold = [
                given["text"][each["offset"] : each["offset"] + each["length"]]
                for each in given.get("entities") or ()
                if each["type"] == "bold"
            ]
            self.messages.append(Shown(len(self.messages) + 1, given["text"], buttons, bold))
            if "keyboard" in markup:
                self.keyboard = [key["text"] for line in markup["keyboard"] for key in line]
            elif markup.get("remove_keyboard"):
                self.keyboard = []
            self.came.append(given["text"])
        elif row.method == "editMessageText":
            message = self.messages[given["message_id"] - 1]
            assert (message.text, message.buttons) != (given["text"], buttons), "an edit that changes nothing"
            message.text, message.buttons = given["text"], buttons
            self.came.append(given["text"])
        else:
            assert row.method == "answerCallbackQuery", row.method
            self.answered_presses.append(given["callback_query_id"])
            self.notices += [given["text"]] if given.get("text") else []

    async def says(self, text: str) -> str:
        """Say something and return what comes back."""
        self.texts += 1
        length = len(text.split(maxsplit=1)[0])
        command = [{"type": "bot_command", "offset": 0, "length": length}] if text.startswith("/") else None
        return await self._message(text=text, **({"entities": command} if command else {}))

    async def taps_key(self, text: str) -> str:
        """Tap a key of the keyboard that stands there now."""
        assert text in self.keyboard, f"no key {text!r} among {self.keyboard}"
        self.taps += 1
        return await self._message(text=text)

    async def sends_location(self, latitude: float, longitude: float, accuracy: float | None = None) -> str:
        """Tap the key that sends where one is."""
        assert "📍 发送位置" in self.keyboard, f"no key for a location among {self.keyboard}"
        self.taps += 1
        return await self.location(latitude, longitude, accuracy)

    async def location(
        self, latitude: float, longitude: float, accuracy: float | None = None, **more: object
    ) -> str:
        """Send a location from the telephone's own menu; `more` as of a forwarded message."""
        where = {"latitude": latitude, "longitude": longitude}
        return await self._message(
            location=where | ({"horizontal_accuracy": accuracy} if accuracy else {}), **more
        )

    async def forwards_location(self, latitude: float, longitude: float) -> str:
        """Forward a location that somebody else has sent."""
        origin = {"type": "hidden_user", "sender_user_name": "别人", "date": int(self.town.now.timestamp())}
        return await self.location(latitude, longitude, forward_origin=origin)

    async def sends(self, **content: object) -> str:
        """Send anything else that a message may hold."""
        return await self._message(**content)

    async def presses(self, label: str) -> str:
        """Press a button within reach whose text begins so; return what comes back."""
        for message in reversed(self.messages[-WITHIN_REACH:]):
            for text, data in message.buttons.items():
                if text.startswith(label):
                    return await self.presses_data(message, data)
        raise AssertionError(f"no button {label!r} among {self.buttons}")

    async def presses_data(self, message: Shown, data: str) -> str:
        """Press a button with this meaning under a message, even one that is long gone."""
        self.taps += 1
        query = f"q{next(self.town.numbers)}"
        keyboard = [[{"text": text, "callback_data": data} for text, data in message.buttons.items()]]
        under = {"message_id": message.number, "date": int(self.town.now.timestamp()), "text": message.text}
        under |= {"chat": self._chat(), "reply_markup": {"inline_keyboard": keyboard}}
        event = {"id": query, "from": self._from(), "chat_instance": "1", "data": data, "message": under}
        self.came, self.notices = [], []
        await self.town.feed(self.channel, self.chat, {"callback_query": event})
        assert self.answered_presses.count(query) == 1, f"the press of {data!r} was not answered once"
        return self._what_came(self.notices)

    async def _message(self, **content: object) -> str:
        self.came, self.notices = [], []
        message = {"message_id": 100000 + next(self.town.numbers), "date": int(self.town.now.timestamp())}
        event = message | {"chat": self._chat(), "from": self._from()} | content
        await self.town.feed(self.channel, self.chat, {"message": event})
        return self._what_came([])

    def _what_came(self, notices: list[str]) -> str:
        assert self.came or notices, "silence"
        assert len(self.came) <= MOST_ANSWERS, f"too many answers: {self.came}"
        return "\n".join([*self.came, *notices])

    def _chat(self) -> dict[str, object]:
        return {"id": self.chat, "type": "private", "first_name": "测试"}

    def _from(self) -> dict[str, object]:
        return {"id": self.chat, "is_bot": False, "first_name": "测试"}
