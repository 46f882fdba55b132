"""Answering to a pressed button: the message under it is rewritten, or a new one sent where Telegram withholds the old."""

from aiogram.types import CallbackQuery, InaccessibleMessage, InlineKeyboardMarkup, Message


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
