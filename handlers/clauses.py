"""A clause as people are shown it: where it stands, its words; for offices also how people have asked for it."""

import asyncio
from datetime import datetime
from typing import Protocol

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, as_list

from handlers.keyboards import buttons
from handlers.messages import clipped, under
from handlers.readers import reader_of
from policy_kb import KnowledgeBase, Wording
from storage import Store, Unit
from storage.roster import Person

RULING = "{issuer} {date} 对“{question}”的答复"
GONE = "这一条所在的文件已经更新，请再问一次。"
ASKED_SO = "大家这样问过：\n{list}\n有不对的，点它的号码撤下，以后就不按它来找。"
WITHDRAW = "撤 {n}"
WITHDRAWN = "已撤下：{wording}"
WITHDRAWN_BEFORE = "这个问法已经不在了。"
LONGEST_CLAUSE, MOST_WORDINGS = 3500, 20


class Shown(Protocol):
    """What is needed of a clause to say where it stands."""

    @property
    def document(self) -> str: ...
    @property
    def date(self) -> str | None: ...
    @property
    def heading(self) -> tuple[str, ...]: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def kind(self) -> str: ...


class Clause(CallbackData, prefix="q_c"):
    """Show a whole clause."""

    clause: str


class Withdraw(CallbackData, prefix="q_w"):
    """Take a wording out of its clause's searchable text."""

    clause: int
    wording: int


def router() -> Router:
    """Handle the button that shows a whole clause, and the office's ones under it."""
    router = Router(name="clauses")
    router.callback_query.register(whole, Clause.filter())
    router.callback_query.register(withdraw, Withdraw.filter())
    return router


def place_words(clause: Shown) -> str:
    """Say where a clause stands: document, date, headings; of an office's own answer, whose it is and to what question."""
    if clause.kind == "ruling":
        return RULING.format(issuer=clause.issuer, date=clause.date, question=clipped(clause.document, 60))
    path = " › ".join(part for part in clause.heading if part != clause.document)
    return (
        f"《{clause.document}》"
        + (f"（{clause.date}）" if clause.date else "")
        + (f" {path}" if path else "")
    )


async def whole(
    query: CallbackQuery,
    *,
    callback_data: Clause,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
) -> None:
    """Show the clause as printed, under its headings, to whoever may read it."""
    reader, number = reader_of(store, person), int(callback_data.clause)
    async with unit.outside():
        clause = await asyncio.to_thread(kb.clause, number, reader=reader)
        wordings = (
            await asyncio.to_thread(kb.wordings.of, number) if clause and person.role == "office" else []
        )
    if clause is None:
        await query.answer(GONE, show_alert=True)
        return
    await query.answer()
    content = as_list(Bold(place_words(clause)), Text(clipped(clause.text, LONGEST_CLAUSE)))
    await under(query).answer(**content.as_kwargs())
    if wordings:
        text, markup = _asked_so(wordings[:MOST_WORDINGS])
        await under(query).answer(text, reply_markup=markup)


async def withdraw(
    query: CallbackQuery,
    *,
    callback_data: Withdraw,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
) -> None:
    """Take out a wording that leads astray; it does not come back."""
    reader = reader_of(store, person)
    forgotten = None
    async with unit.outside():
        seen = await asyncio.to_thread(kb.clause, callback_data.clause, reader=reader)
        standing = await asyncio.to_thread(kb.wordings.of, callback_data.clause) if seen else []
        if person.role == "office" and any(each.id == callback_data.wording for each in standing):
            forgotten = await asyncio.to_thread(kb.wordings.forget, callback_data.wording, now=now)
    await query.answer()
    words = WITHDRAWN.format(wording=forgotten.text) if forgotten else WITHDRAWN_BEFORE
    await under(query).answer(words)


def _asked_so(wordings: list[Wording]) -> tuple[str, InlineKeyboardMarkup]:
    lines = [f"{n}. {wording.text}" for n, wording in enumerate(wordings, 1)]
    keys = [
        (WITHDRAW.format(n=n), Withdraw(clause=wording.clause, wording=wording.id))
        for n, wording in enumerate(wordings, 1)
    ]
    rows = [keys[n : n + 5] for n in range(0, len(keys), 5)]
    return ASKED_SO.format(list="\n".join(lines)), buttons(*rows)
