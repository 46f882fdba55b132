"""Sends the outbox's messages to Telegram, through python-telegram-bot, and writes down how each ended.

Decides how long to keep still after which refusal. Knows nothing of what the messages say.
"""

import inspect
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.answers import Verdict, too_old, verdict
from bot.channels.telegram.limiter import A_SECOND, MarkingLimiter
from bot.delivery import Later, growing_pause
from storage import Store
from storage.outbox import LONGEST_WAIT, End, Outgoing

log = logging.getLogger(__name__)

NOT_ADMITTED = (
    "Telegram does not accept the bot's token, nothing is sent; check TELEGRAM_TOKEN with BotFather"
)
LONG_PAUSE = timedelta(minutes=5)
GROUP_PACE = timedelta(seconds=3)  # twenty a minute for a group, https://core.telegram.org/bots/faq
FLEETING = frozenset({"sendChatAction"})  # not worth a second try
MANY_TROUBLES = 8
LOUD = ("httpx", "httpcore", "telegram")  # they log whole addresses, and Telegram's hold the token


class _Bot(ExtBot[int]):
    """An ExtBot that does not show its token."""

    def __repr__(self) -> str:
        return "Bot[telegram]"


class TelegramSender:
    """One bot's mouth. `api` is the server's address, `read_s` how long its answer may take, `a_second` the pace."""

    def __init__(
        self,
        *,
        token: str,
        api: str,
        store: Store,
        clock: Callable[[], datetime],
        random: Random,
        read_s: float = 20.0,
        a_second: int = A_SECOND,
    ) -> None:
        # the library's own opt-in, without which each 429 is a deprecation warning
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        for name in LOUD:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._request = HTTPXRequest(
            connection_pool_size=16, read_timeout=read_s, connect_timeout=10, pool_timeout=10
        )
        self._bot = _Bot(
            token,
            base_url=f"{api.rstrip('/')}/bot",
            base_file_url=f"{api.rstrip('/')}/file/bot",
            request=self._request,
            rate_limiter=MarkingLimiter(before=self._before, after=self._after, a_second=a_second),
        )
        self._token = token
        self._store = store
        self._clock = clock
        self._random = random
        self._quiet_until = datetime.min.replace(tzinfo=clock().tzinfo)
        self._troubles = 0
        self._through: set[int] = set()
        self._groups: dict[int, datetime] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    async def deliver(self, message: Outgoing) -> None:
        """Send one message and write down its end; raises Later where it must be tried again."""
        try:
            self._keep_group_pace(message)
            await self._call(message)
        except Later as later:
            self._keep_quiet(later)
            raise
        except TelegramError as error:
            await self._refused(message, error)
        except Exception:
            if message.id not in self._through:
                raise
            log.exception("message %d was sent, but Telegram's answer cannot be read", message.id)
            await self._finish(message, "sent")
        else:
            await self._finish(message, "sent")
        finally:
            self._through.discard(message.id)

    async def _call(self, message: Outgoing) -> None:
        """Call the method of the message's name; parameters new to the library go along as they are."""
        method = getattr(self._bot, message.method, None)
        if method is None:
            await self._bot.do_api_request(message.method, message.payload, rate_limit_args=message.id)
            return
        known = inspect.signature(method).parameters
        arguments = {name: value for name, value in message.payload.items() if name in known}
        others = {name: value for name, value in message.payload.items() if name not in known}
        await method(**arguments, api_kwargs=others or None, rate_limit_args=message.id)

    async def _before(self, message_id: int) -> None:
        """Mark the message as being sent, unless we have meanwhile been told to keep still."""
        if rest := self._rest():
            raise Later("Telegram is left in peace", pause=rest)
        async with self._store.unit():
            self._store.outbox.sending(message_id)

    def _after(self, message_id: int) -> None:
        self._through.add(message_id)
        self._troubles = 0

    def _rest(self) -> timedelta:
        """Return how long we have still to keep still; what is longer than any pause dates from before the clock was set back."""
        rest = self._quiet_until - self._clock()
        return rest if timedelta(0) < rest <= LONGEST_WAIT else timedelta(0)

    def _keep_quiet(self, later: Later) -> None:
        if later.everyone:
            self._quiet_until = self._clock() + max(self._rest(), min(later.pause, LONGEST_WAIT))

    def _keep_group_pace(self, message: Outgoing) -> None:
        """Send a group's message back while the group is full, so that it holds up nobody else."""
        if message.chat_id >= 0:
            return
        now = self._clock()
        free = self._groups.get(message.chat_id, now)
        if timedelta(0) < free - now <= GROUP_PACE:
            raise Later("the group has had its share", pause=free - now)
        self._groups[message.chat_id] = now + GROUP_PACE

    async def _refused(self, message: Outgoing, error: TelegramError) -> None:
        """End the message, or put it off, as the refusal has it."""
        ruling = verdict(error)
        if ruling == "token" and not hasattr(self._bot, message.method):
            ruling = "failed"  # a method that neither we nor the server know is answered like a bad token
        match ruling:
            case "sent" | "blocked":
                await self._finish(message, ruling, error)
            case "failed":
                log.log(
                    logging.DEBUG if too_old(error) else logging.WARNING, "%s", self._words(message, error)
                )
                await self._finish(message, "failed", error)
            case "token":
                log.error(NOT_ADMITTED)
                self._put_off(NOT_ADMITTED, LONG_PAUSE, everyone=True)
            case "offline" | "silence" | "trouble":
                await self._trouble(message, error, ruling)

    async def _trouble(self, message: Outgoing, error: TelegramError, ruling: Verdict) -> None:
        """Try again later; leave a digest that may have been sent in doubt, for twice is worse than never."""
        words = self._words(message, error)
        if message.method in FLEETING:
            await self._finish(message, "failed", error)
        elif message.kind == "digest" and ruling == "silence":
            log.warning("in doubt: %s", words)
            await self._finish(message, "unknown", error)
        else:
            self._troubles += not self._rest()
            everyone = ruling == "offline" or self._troubles >= MANY_TROUBLES
            earlier = self._troubles - 1 if everyone else message.attempts
            pause = growing_pause(max(earlier, 0)) * self._random.uniform(0.75, 1.0)
            log.warning("again in %.0f s: %s", pause.total_seconds(), words)
            self._put_off(words, pause, everyone=everyone)

    def _put_off(self, reason: str, pause: timedelta, *, everyone: bool) -> None:
        later = Later(reason, pause=pause, everyone=everyone)
        self._keep_quiet(later)
        raise later

    def _words(self, message: Outgoing, error: TelegramError) -> str:
        """Say what happened to whom, without the token."""
        return f"{message.method} {message.id}: {error.message}".replace(self._token, "…")

    async def _finish(self, message: Outgoing, end: End, error: TelegramError | None = None) -> None:
        now = self._clock()
        async with self._store.unit():
            self._store.outbox.finish(
                message.id, end, at=now, error=self._words(message, error) if error else ""
            )
            if end == "blocked":
                self._store.accounts.mark_unreachable(message.channel, message.chat_id, at=now)
