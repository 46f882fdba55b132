"""The stagger: never dry, never far ahead, whatever the number and however late one looks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule import A_SECOND, CHUNK
from bot.stagger import AHEAD_S, Stagger

START = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def run(count: int, looks_s: list[float]) -> tuple[float, float]:
    """Put so many on their way, looking after these times in turn.

    Return when the last leaves at 28 a second, and the longest that one waited in the queue.
    """
    stagger, now, left, free_at, longest, looks = Stagger(A_SECOND), 0.0, count, 0.0, 0.0, 0
    while left:
        while left and (part := min(CHUNK, left, stagger.room(START + timedelta(seconds=now)))):
            stagger.took(part)
            left -= part
            free_at = max(free_at, now) + part / A_SECOND
            longest = max(longest, free_at - now)
        now += looks_s[looks % len(looks_s)]
        looks += 1
    return free_at, longest


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 80_000), st.lists(st.floats(0.1, 8.0), min_size=1, max_size=20))
def test_all_leave_at_the_floor_and_none_is_composed_long_before(count: int, looks_s: list[float]) -> None:
    """Done within 1.02 × N/28 s, and nothing waits longer than ten seconds and a look."""
    done, longest = run(count, looks_s)
    assert count / A_SECOND <= done + 1e-6
    assert done <= 1.02 * count / A_SECOND + 1e-6
    assert longest <= AHEAD_S + 1 / A_SECOND + 1e-6


def test_eighty_thousand_take_48_minutes() -> None:
    """The figure of the note."""
    done, longest = run(80_000, [1.0])
    assert 2857 <= done <= 2915
    assert longest <= 10.1


def test_a_clock_set_back_or_forward_gives_no_more_than_the_bucket_holds() -> None:
    """Neither a flood nor a standstill."""
    stagger, holds = Stagger(A_SECOND), int(A_SECOND * AHEAD_S)
    assert stagger.room(START) == holds
    stagger.took(holds)
    assert stagger.room(START + timedelta(days=365)) == holds
    stagger.took(holds)
    assert stagger.room(START) == 0
    assert stagger.room(START + timedelta(seconds=2)) == 2 * A_SECOND
