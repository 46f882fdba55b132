"""A document sent into the chat by an office becomes part of the knowledge base."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiogram import F, Router
from aiogram.types import Document, Message

from policy_kb import KnowledgeBase, Unreadable
from storage import Unit
from storage.roster import Person

NOT_OFFICE = "收到文件了。政策文件由联席办添加，请转给他们；您这里可以直接打字提问。"
ADDED = "《{title}》已入库，共 {clauses} 条，用了 {seconds:.1f} 秒。\n第一条：{first}\n最后一条：{last}"
ALREADY = "《{title}》已经在库里了，内容一样，没有重复添加。"
NOT_FETCHED = "文件没有取下来。请过一会儿再发一次。"
LONGEST = 60

Fetch = Callable[[str], Awaitable[Path]]


def router() -> Router:
    """Handle files."""
    router = Router(name="documents")
    router.message.register(take, F.document)
    return router


async def take(
    message: Message, *, person: Person, unit: Unit, kb: KnowledgeBase, fetch: Fetch, now: datetime
) -> None:
    """Read the file and say what was found in it, or why it cannot be read."""
    document = message.document
    assert document, "registered for messages with a document"
    if person.role != "office":
        await message.answer(NOT_OFFICE)
        return
    async with unit.outside():
        words = await _add(document, kb, fetch, now)
    await message.answer(words)


async def _add(document: Document, kb: KnowledgeBase, fetch: Fetch, now: datetime) -> str:
    """Put the file into the knowledge base and say what became of it."""
    try:
        path = await fetch(document.file_id)
        added = await asyncio.to_thread(kb.add, path, name=document.file_name or path.name, now=now)
    except Unreadable as error:
        return error.text
    except OSError as error:  # the channel's own words where it has any
        return str(getattr(error, "text", NOT_FETCHED))
    return (ALREADY if added.already else ADDED).format(
        title=added.document.title,
        clauses=added.document.clauses,
        seconds=added.seconds,
        first=added.first[:LONGEST],
        last=added.last[:LONGEST],
    )
