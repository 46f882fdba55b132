"""How many questions a second are answered: by the knowledge base alone, small and large, and through the web chat."""

import contextlib
import itertools
import time
from functools import partial
from pathlib import Path

from bench import made_up
from bench.inbox import demo_people, serving
from bench.load import Load, pour
from bench.page import Page, opened
from bot.app import utc_now
from policy_kb import KnowledgeBase

TO_THE_STARTER = (
    *("走访可以打电话代替吗", "首轮遍访什么时候完成", "工作队有多少支", "队员长期不在岗怎么办"),
    *("全市动员会是什么时候开的", "年度考核看什么", "联席办负责什么", "落实的帮扶资金有多少"),
    *("经费由谁提供", "日常工作台账由谁建立", "今晚吃什么", "村里的猫叫什么名字"),
)
PAGES = (1, 16)


async def asked(kb: KnowledgeBase, questions: tuple[str, ...], seconds: float) -> Load:
    """Ask one question after the other; the first, which loads the index, is not counted."""
    kb.ask(questions[0])
    following = itertools.cycle(questions)

    async def ask() -> None:
        kb.ask(next(following))

    return await pour([ask], seconds=seconds)


async def through_the_chat(folder: Path, pages: int, seconds: float) -> Load:
    """Ask from open pages of different people, each the next question when the one before is answered."""
    async with serving(folder) as server, contextlib.AsyncExitStack() as stack:
        people = demo_people(folder)[:pages]
        opening = [await stack.enter_async_context(opened(server.url, person)) for person in people]
        for page in opening:
            await page.heard()
            await page.ask(TO_THE_STARTER[0])
        return await pour(
            [partial(_ask, page, itertools.cycle(TO_THE_STARTER)) for page in opening], seconds=seconds
        )


async def _ask(page: Page, questions: "itertools.cycle[str]") -> None:
    await page.ask(next(questions))


async def measure(
    folder: Path, *, seconds: float = 5.0, documents: int = 100, clauses: int = 50, chat: bool = True
) -> dict[str, object]:
    """Ask the starter base and one of `documents` made-up documents, then the server from 1 and 16 pages."""
    figures: dict[str, object] = {}
    starter = KnowledgeBase.open(folder / "starter")
    starter.load_starter(now=utc_now())
    _note(figures, f"starter base, {_size(starter)} clauses", await asked(starter, TO_THE_STARTER, seconds))
    large = KnowledgeBase.open(folder / "large")
    figures["large base: reading and cutting, s"] = _fill(large, folder, documents, clauses)
    began = time.perf_counter()
    large.refresh()
    figures["large base: building the index, s"] = time.perf_counter() - began
    _note(
        figures,
        f"large base, {_size(large)} clauses",
        await asked(large, tuple(made_up.questions()), seconds),
    )
    for pages in PAGES if chat else ():
        home = folder / f"chat-{pages}"
        home.mkdir()
        load = await through_the_chat(home / "data", pages, seconds)
        _note(figures, f"through the web chat, {pages} at once", load)
    return figures


def _note(figures: dict[str, object], what: str, load: Load) -> None:
    figures[f"{what}: answers a second"] = load.a_second
    figures[f"{what}: median and 99th in a hundred, ms"] = (
        f"{load.percentile_ms(50):.1f}, {load.percentile_ms(99):.1f}"
    )


def _size(kb: KnowledgeBase) -> int:
    return sum(document.clauses for document in kb.documents())


def _fill(kb: KnowledgeBase, folder: Path, documents: int, clauses: int) -> float:
    """Put made-up documents into the base; return the seconds it took."""
    began = time.perf_counter()
    for name, text in made_up.documents(documents, clauses):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        kb.add(path, now=utc_now())
    return time.perf_counter() - began
