"""Answering to a pressed button, by rewriting its message or with a new one; how long a message may be."""

from aiogram.types import CallbackQuery, InaccessibleMessage, InlineKeyboardMarkup, Message

LONGEST = 4000  # Telegram refuses more than 4096 characters, and a refused message is silence


def under(query: CallbackQuery) -> Message | InaccessibleMessage:
    """Return the message that carries the button."""
    assert query.message, "buttons of inline mode are not used"
    return query.message


async def rewrite(query: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Put `text` in place of the message that carries the button."""
    message = under(query)
    if isinstance(message, Message):
        await message.edit_text(text, reply_markup=markup)
    else:
        await message.answer(text, reply_markup=markup)


def clipped(text: str, most: int = LONGEST) -> str:
    """Return the text, cut where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
