"""A document sent into the chat by an office, or an archive of some, becomes part of the knowledge base."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiogram import F, Router
from aiogram.types import Document, Message

from policy_kb import Added, KnowledgeBase, Refused
from storage import Unit
from storage.roster import Person

NOT_OFFICE = "收到文件了。政策文件由联席办添加，请转给他们；您这里可以直接打字提问。"
ADDED = "《{title}》已入库，共 {clauses} 条，用了 {seconds:.1f} 秒。\n第一条：{first}\n最后一条：{last}"
ALREADY = "《{title}》已经在库里了，内容一样，没有重复添加。"
REPLACED = "它替换了库里的旧版；旧版仍可查阅，不再用来回答。"
OLDER = "库里已有更新的版本，这一份只供查阅，不用来回答。"
MANY = "压缩包里收入 {added} 份，没有收入 {refused} 份："
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
        outcomes = await asyncio.to_thread(_outcomes, kb, path, document.file_name or path.name, now)
    except OSError as error:  # the channel's own words where it has any
        return str(getattr(error, "text", NOT_FETCHED))
    if len(outcomes) == 1:
        return _words(outcomes[0])
    refused = sum(isinstance(each, Refused) for each in outcomes)
    head = MANY.format(added=len(outcomes) - refused, refused=refused)
    return "\n\n".join([head, *map(_words, outcomes)])


def _outcomes(kb: KnowledgeBase, path: Path, name: str, now: datetime) -> list[Added | Refused]:
    return list(kb.add_each(path, name=name, now=now))


def _words(outcome: Added | Refused) -> str:
    """Say what became of one document."""
    if isinstance(outcome, Refused):
        return outcome.reason.text
    words = (ALREADY if outcome.already else ADDED).format(
        title=outcome.document.title,
        clauses=outcome.document.clauses,
        seconds=outcome.seconds,
        first=outcome.first[:LONGEST],
        last=outcome.last[:LONGEST],
    )
    if outcome.replaced:
        return f"{words}\n{REPLACED}"
    return f"{words}\n{OLDER}" if outcome.document.replaced_by is not None and not outcome.already else words
