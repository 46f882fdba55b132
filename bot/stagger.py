"""How many digests may be put on their way now, so that each is composed shortly before it is sent.

Telegram takes 28 a second. A queue of 80,000 composed at half past eight would tell the last of them at a quarter
past nine what was undone then; topped up as it is emptied, it is never longer than ten seconds.
"""

from datetime import datetime

AHEAD_S = 10.0


class Stagger:
    """A bucket that fills at `a_second` and holds ten seconds' worth, so that a late look costs no time."""

    def __init__(self, a_second: float) -> None:
        self._a_second = a_second
        self._holds = a_second * AHEAD_S
        self._room = self._holds
        self._at: datetime | None = None

    def room(self, now: datetime) -> int:
        """Return how many may be put on their way now; a clock that was set back or forward changes little."""
        passed = (now - self._at).total_seconds() if self._at else 0.0
        self._room = min(self._holds, self._room + self._a_second * max(passed, 0.0))
        self._at = now
        return int(self._room)

    def took(self, count: int) -> None:
        """Note that so many were put on their way."""
        self._room -= count
