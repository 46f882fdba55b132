"""A load that ends by itself: so many workers, each doing the next thing when the one before is done."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came of it: how many were done in how many seconds, and how long each took, in seconds."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def a_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """Return the time that `percent` of a hundred stayed within, in milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


async def pour(steps: Sequence[Callable[[], Awaitable[object]]], *, seconds: float) -> Load:
    """Repeat every step in a worker of its own until the time is over; steps that are under way are finished."""
    latencies: list[float] = []
    began = time.perf_counter()

    async def work(step: Callable[[], Awaitable[object]]) -> None:
        while (start := time.perf_counter()) - began < seconds or not latencies:
            await step()
            latencies.append(time.perf_counter() - start)

    async with asyncio.TaskGroup() as tasks:
        for step in steps:
            tasks.create_task(work(step))
    return Load(time.perf_counter() - began, tuple(latencies))
