"""How long a start takes, on an empty data folder and on one that has been used, and what the idle process holds.

The peer beside it, in the same run, is a bare Python that loads the same large libraries and does nothing.
"""

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.page import opened
from tests.program import Server
from tests.telegram_test_api.waiting import free_port

PERSON = "demo-member-11"
QUESTION = "可以打电话代替走访吗"
IDLE_S = 3.0
LIBRARIES = "import aiogram, jieba, sklearn.feature_extraction.text; jieba.initialize()"


@dataclass(frozen=True)
class Started:
    """One start: seconds to the first page and to the first answered question, and the idle memory in MiB."""

    page_s: float
    answer_s: float
    idle_mib: float | None


async def start(folder: Path) -> Started:
    """Start on the folder, ask a question as soon as there is a page, look at the memory, and kill."""
    server = Server(folder, await free_port())
    began = time.perf_counter()
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            await server.up(session, "/")
            page_s = time.perf_counter() - began
        async with opened(server.url, PERSON) as page:
            await page.heard()
            await page.ask(QUESTION)
            answer_s = time.perf_counter() - began
        await asyncio.sleep(IDLE_S)
        return Started(page_s, answer_s, server.resident_mib())
    finally:
        await server.kill()


async def libraries_alone() -> float:
    """Return the seconds of a Python that loads the libraries without which no answer is given."""
    began = time.perf_counter()
    silent = asyncio.subprocess.DEVNULL
    peer = await asyncio.create_subprocess_exec(sys.executable, "-c", LIBRARIES, stdout=silent, stderr=silent)
    assert await peer.wait() == 0
    return time.perf_counter() - began


async def measure(folder: Path, *, runs: int = 3) -> dict[str, object]:
    """Start `runs` times on an empty folder and as often on the same again; give medians."""
    cold, warm, peers = [], [], []
    for run in range(runs):
        home = folder / str(run)
        home.mkdir()
        cold.append(await start(home / "data"))
        warm.append(await start(home / "data"))
        peers.append(await libraries_alone())
    figures: dict[str, object] = {"starts": f"{runs} on an empty data folder, {runs} on a used one, medians"}
    for name, starts in (("empty folder", cold), ("used folder", warm)):
        figures[f"{name}: first page, s"] = statistics.median(each.page_s for each in starts)
        figures[f"{name}: first question answered, s"] = statistics.median(each.answer_s for each in starts)
    figures["slowest first page, s"] = max(each.page_s for each in (*cold, *warm))
    peer = figures["peer, Python loading the libraries alone, s"] = statistics.median(peers)
    answered = statistics.median(each.answer_s for each in warm)
    figures["first question answered (used folder) over peer"] = f"× {answered / peer:.1f}"
    resident = [each.idle_mib for each in warm if each.idle_mib is not None]
    if resident:
        figures["idle process, MiB resident"] = statistics.median(resident)
    return figures
