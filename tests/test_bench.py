"""The measures run, in small, and tell figures; how large those are is nobody's business here."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import answers, inbox, load, made_up, size, start
from policy_kb import KnowledgeBase


async def test_the_size_counts_code_apart_from_words() -> None:
    """Docstrings and comments are no code, strings that are used are, blank lines are nothing."""
    text = '"""Top.\n\nMore."""\n\nX = """a\nb"""  # why\n\n\n# alone\ndef f() -> int:\n    """Do."""\n    return 1\n'
    assert size.of_python(text) == size.Lines(1, code=4, words=5)
    figures = await size.measure(Path())
    assert set(figures) > set(size.ROOMS)


async def test_answers_are_counted_in_a_small_and_a_made_up_base(tmp_path: Path) -> None:
    """The questions to the made-up base are really answered by it."""
    figures = await answers.measure(tmp_path, seconds=0.02, documents=3, clauses=40, chat=False)
    rates = {name: value for name, value in figures.items() if name.endswith("answers a second")}
    assert len(rates) == 2
    assert all(isinstance(value, float) and value > 1 for value in rates.values())
    assert "large base, 120 clauses: answers a second" in rates
    base = KnowledgeBase.open(tmp_path / "large")
    assert sum(base.ask(question).answered for question in made_up.questions()) > 20
    starter = KnowledgeBase.open(tmp_path / "starter")
    assert sum(starter.ask(question).answered for question in answers.TO_THE_STARTER) > 6


@pytest.mark.parametrize("way", [inbox.file_alone, inbox.web_chat, inbox.webhook])
async def test_each_way_in_is_measured(
    tmp_path: Path, way: Callable[[Path, int, float], Awaitable[load.Load]]
) -> None:
    """Against the real program, from two connections."""
    poured = await way(tmp_path / "data", 2, 0.05)
    assert len(poured.latencies) >= 2
    assert poured.percentile_ms(50) <= poured.percentile_ms(99)


async def test_a_start_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is there before the first answer."""
    monkeypatch.setattr(start, "IDLE_S", 0.0)
    started = await start.start(tmp_path / "data")
    assert 0 < started.page_s < started.answer_s


def test_a_block_is_replaced_and_the_words_around_it_stay() -> None:
    """By hand before and after, another measure's block, a second writing: all of it is left alone."""
    day = date(2026, 11, 25)
    first = bench.written(
        "# Figures\n\nBy hand.\n", "size", bench.block("size", {"bot": "10 in 2 files"}, day)
    )
    document = bench.written(first, "start", bench.block("start", {"first page, s": 1.234}, day))
    document += "\n## Retrieval\n\nAlso by hand.\n"
    again = bench.written(document, "size", bench.block("size", {"bot": "11 in 2 files"}, day))
    assert again == document.replace("10 in 2 files", "11 in 2 files")
    assert "| first page, s | 1.23 |" in again
    assert "2026-11-25" in again
    with pytest.raises(ValueError, match="without"):
        bench.written(bench.BEGIN.format("size"), "size", "")
