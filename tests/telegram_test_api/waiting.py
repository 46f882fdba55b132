"""Waiting for what the other side does, in tests."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], object], *, within_s: float = 15) -> None:
    """Return when the condition holds; TimeoutError when it does not come to that."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - what is waited for knows of no event
            await asyncio.sleep(0.005)


async def quiet() -> None:
    """Give a delivery several ticks in which it could do what it must not."""
    await asyncio.sleep(0.1)


async def free_port() -> int:
    """Return a port that nobody listens on."""
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = int(listener.sockets[0].getsockname()[1])
    listener.close()
    await listener.wait_closed()
    return port
