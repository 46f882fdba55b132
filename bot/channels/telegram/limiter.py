"""The pace at which Telegram is spoken to, and the mark on a message between its turn and the network."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

from bot.delivery import Later

A_SECOND = 28
# Room to make up for a timer that rang late: at 1 every late wake-up is lost for good, 8 % on a busy machine. Below 2
# no second lets go more than the 29 that an even pace brings into it too.
ROOM = 1.5

Answer = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[..., Coroutine[Any, Any, Answer]]


class MarkingLimiter(AIORateLimiter):
    """Even pace, one message every 1/28 s and no burst of more than two; `a_second` of 0 is no pace at all, for benches.

    `rate_limit_args` is the id of the message: `before` is awaited with it after the limiter and just before
    the call, `after` is told it as soon as Telegram has said yes, whatever becomes of the answer then.
    """

    def __init__(
        self,
        *,
        before: Callable[[int], Awaitable[None]],
        after: Callable[[int], None],
        a_second: int = A_SECOND,
    ) -> None:
        # max_retries: the limiter's own waiting lets other calls slip through, so waiting is the delivery's.
        # group_max_rate: a full group would hold places in flight; the sender puts its messages off.
        super().__init__(
            overall_max_rate=ROOM if a_second else 0,
            overall_time_period=ROOM / a_second if a_second else 0,
            group_max_rate=0,
            max_retries=0,
        )
        self._before = before
        self._after = after

    async def process_request(  # noqa: PLR0917 - the base class's signature
        self,
        callback: Call,
        args: Any,  # noqa: ANN401 - the base class's signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Wait for the turn, mark, call."""

        async def marked(*args: Any, **kwargs: Any) -> Answer:  # noqa: ANN401
            if rate_limit_args is None:
                return await callback(*args, **kwargs)
            await self._before(rate_limit_args)
            try:
                answer = await callback(*args, **kwargs)
            except (
                RetryAfter
            ) as error:  # taken here, because the base class logs it as an error with its whole stack
                raise Later(str(error), pause=_pause(error), everyone=True) from error
            self._after(rate_limit_args)
            return answer

        return await super().process_request(marked, args, kwargs, endpoint, data, None)


def _pause(error: RetryAfter) -> timedelta:
    seconds = error.retry_after
    return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
