"""A document sent into the chat by an office becomes part of the knowledge base."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import Message

from policy_kb import KnowledgeBase, Unreadable
from storage import Unit
from storage.roster import Person

NOT_OFFICE = "收到文件了。政策文件由联席办添加，请转给他们；您这里可以直接打字提问。"
ADDED = "《{title}》已入库，共 {clauses} 条，用了 {seconds:.1f} 秒。\n第一条：{first}\n最后一条：{last}"
ALREADY = "《{title}》已经在库里了，内容一样，没有重复添加。"
LONGEST = 60

Fetch = Callable[[str], Awaitable[Path]]


def router() -> Router:
    """Handles files."""
    router = Router(name="documents")
    router.message.register(take, StateFilter(None), F.document)
    return router


async def take(message: Message, person: Person, unit: Unit, kb: KnowledgeBase, fetch: Fetch, now: datetime) -> None:
    """Read the file and say what was found in it, or why it cannot be read."""
    document = message.document
    assert document, "registered for messages with a document"
    if person.role != "office":
        await message.answer(NOT_OFFICE)
        return
    try:
        async with unit.outside():
            path = await fetch(document.file_id)
            added = await asyncio.to_thread(kb.add, path, name=document.file_name or path.name, now=now)
    except Unreadable as error:
        await message.answer(error.text)
        return
    words = ALREADY if added.already else ADDED
    await message.answer(
        words.format(
            title=added.document.title,
            clauses=added.document.clauses,
            seconds=added.seconds,
            first=added.first[:LONGEST],
            last=added.last[:LONGEST],
        )
    )
