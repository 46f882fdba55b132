"""What Telegram's refusals mean for the message that met them."""

from typing import Literal

from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

Verdict = Literal["sent", "blocked", "failed", "token", "offline", "silence", "trouble"]

# What httpx raises while nothing has been said yet.
_NEVER_LEFT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
)


def verdict(error: TelegramError) -> Verdict:
    """Say what became of the message.

    `offline`: it never left this machine. `silence`: it left, and no answer came, so it may have been sent.
    `trouble`: the server answers that something is wrong with itself. `token`: it refuses us as a whole.
    """
    match error:
        case BadRequest():
            return "sent" if "message is not modified" in error.message.lower() else "failed"
        case Forbidden():
            return "blocked"
        case InvalidToken():
            return "token"
        case NetworkError():
            return _of_the_network(error)
        case Conflict():
            return "trouble"
        case _:
            return "failed"


def too_old(error: TelegramError) -> bool:
    """Say whether a button was answered after Telegram had stopped waiting: it happens, and hurts nobody."""
    return isinstance(error, BadRequest) and "query is too old" in error.message.lower()


def _of_the_network(error: NetworkError) -> Verdict:
    if error.__cause__ is None or isinstance(error.__cause__, TelegramError):
        return "trouble"
    return "offline" if type(error.__cause__).__name__ in _NEVER_LEFT else "silence"
