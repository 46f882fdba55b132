"""The demo county on a Wednesday morning, with its assistant."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from fieldwork.days import SHANGHAI
from tests.handlers.talk import Talk, Town

WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Give the county."""
    town = Town(tmp_path, WEDNESDAY)
    yield town
    town.store.close()


@pytest.fixture
async def member(town: Town) -> Talk:
    """Give a member's chat, with the menu in it."""
    talk = await town.talk("demo-member-11")
    await talk.says("/start")
    talk.taps = talk.texts = 0
    return talk


@pytest.fixture
async def leader(town: Town) -> Talk:
    """Give the chat of the member's leader."""
    talk = await town.talk("demo-leader-1")
    await talk.says("/start")
    return talk


@pytest.fixture
async def office(town: Town) -> Talk:
    """Give the office's chat."""
    talk = await town.talk("demo-office")
    await talk.says("/start")
    return talk
