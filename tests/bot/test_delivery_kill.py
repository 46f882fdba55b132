"""Kill -9 while the outbox is being emptied: nothing is lost, and only what was on its way is in doubt."""

from pathlib import Path

import pytest

from bot.app import TELEGRAM_IN_FLIGHT
from tests.delivery_kill import keep_killing


@pytest.mark.slow
async def test_kills_lose_nothing_and_leave_in_doubt_only_what_was_on_its_way(tmp_path: Path) -> None:
    """Four kills in the middle of three hundred rows: no digest twice, each reply at least once, in order."""
    outcome = await keep_killing(tmp_path, rows=300, kills=4, a_second=0, answer_s=0.1)
    assert set(outcome.states) <= {"sent", "unknown"}
    assert sum(outcome.states.values()) == 300
    assert outcome.lost == []
    assert outcome.digests_twice == []
    assert outcome.out_of_order == []
    assert outcome.on_way_at_kills > 0, "the kills found something on its way"
    assert outcome.doubtful <= TELEGRAM_IN_FLIGHT * outcome.kills
