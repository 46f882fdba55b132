"""A made-up village on a Friday, and messages about it with what an annotator says of them."""

from datetime import date
from pathlib import Path

import pytest

from fieldwork.reading import Roster, measuring

HERE = Path(__file__).parent
ROSTER, MESSAGES = HERE / "roster.json", HERE / "messages.jsonl"


@pytest.fixture(scope="session")
def roster() -> Roster:
    """Give the village's roster."""
    return measuring.roster_of(ROSTER)[0]


@pytest.fixture(scope="session")
def today() -> date:
    """Give the Friday."""
    return measuring.roster_of(ROSTER)[1]
