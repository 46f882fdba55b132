"""What waits for an office, like questions together; and telling those who asked what came of it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiogram.types import InlineKeyboardMarkup

from fieldwork.days import day_of
from policy_kb import repeats
from storage import Store, Unit
from storage.questions import Question
from storage.roster import Person

MOST = 1000  # of the open questions, the oldest


@dataclass(frozen=True)
class OpenGroup:
    """Open questions that ask the same thing; the first is the one most asked."""

    questions: tuple[Question, ...]

    @property
    def lead(self) -> Question:
        """The question in the words most asked."""
        return self.questions[0]

    @property
    def ids(self) -> list[int]:
        """The questions' ids."""
        return [question.id for question in self.questions]

    @property
    def people(self) -> list[str]:
        """The codes of those who asked, each once."""
        return list(dict.fromkeys(question.person for question in self.questions))

    @property
    def awaited_by(self) -> int:
        """How many people have asked for the office's word."""
        return len({question.person for question in self.questions if question.awaited})

    @property
    def since(self) -> date:
        """The day of the oldest."""
        return day_of(min(question.asked_at for question in self.questions))

    @property
    def wordings(self) -> list[Question]:
        """One question for each way of asking, the most asked first."""
        counts = Counter(question.text for question in self.questions)
        first: dict[str, Question] = {}
        for question in self.questions:
            first.setdefault(question.text, question)
        return sorted(first.values(), key=lambda question: -counts[question.text])


async def open_groups(store: Store, person: Person, unit: Unit) -> list[OpenGroup]:
    """Return what waits for the office: what most people asked first, then the oldest. Nothing may have been written before."""
    waiting = store.questions.pending(person.place, limit=MOST) if person.role == "office" else []
    async with unit.outside():
        found = await asyncio.to_thread(repeats.groups, [question.text for question in waiting])
    groups = [OpenGroup(tuple(waiting[n] for n in members)) for members in found]
    return sorted(groups, key=lambda group: (-len(group.people), min(group.ids)))


def still_open(store: Store, person: Person, ids: Sequence[int]) -> list[Question]:
    """Return those of the questions that still wait and belong to the office's place."""
    wanted = set(ids)
    waiting = store.questions.pending(person.place) if person.role == "office" else []
    return [question for question in waiting if question.id in wanted]


def rule(
    store: Store, questions: Sequence[Question], ruling: str, *, clause: int, by: Person, now: datetime
) -> list[Question]:
    """Write the office's word and its clause down on questions; return those that nobody has ruled on before."""
    return [
        question
        for question in questions
        if store.questions.rule(question.id, ruling=ruling, by=by.code, at=now, clause=str(clause))
    ]


def tell(
    store: Store,
    questions: Sequence[Question],
    words: str,
    *,
    now: datetime,
    markup: InlineKeyboardMarkup | None = None,
) -> int:
    """Tell everybody who asked, once each, on the channel last used; return how many could be told.

    `{question}` in the words becomes what the person asked.
    """
    keyboard = {"reply_markup": markup.model_dump(exclude_none=True)} if markup else {}
    told = 0
    for question in {question.person: question for question in reversed(questions)}.values():
        asker = store.roster.person(question.person)
        accounts = store.accounts.of_person(question.person) if asker and asker.left_on is None else []
        for account in accounts[:1]:
            text = words.replace("{question}", question.text)
            store.outbox.add(
                key=f"ruling:{question.id}",
                channel=account.channel,
                chat_id=account.chat_id,
                kind="notice",
                method="sendMessage",
                payload={"chat_id": account.chat_id, "text": text, **keyboard},
                at=now,
            )
            told += 1
    return told
