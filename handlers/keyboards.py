"""The buttons that several conversations share."""

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from storage.roster import Person

CHECKIN = "今日签到"
VISIT = "记走访"
MY_VISITS = "我的走访"
LEDGER = "我的台账"
TODO = "待办"
WEEK = "本周小结"
OPEN_QUESTIONS = "待答问题"
HOUSEHOLD = "查户"
FREQUENT = "常问"
HELP = "帮助"

BACK = "‹ 上一步"
CANCEL = "取消"
SEND_LOCATION = "📍 发送位置"

_BY_ROLE = {
    "member": ((CHECKIN, VISIT), (MY_VISITS, LEDGER, TODO), (FREQUENT, HELP)),
    "leader": ((CHECKIN, VISIT), (MY_VISITS, LEDGER, TODO), (WEEK, FREQUENT, HELP)),
    "first_secretary": ((CHECKIN, VISIT), (MY_VISITS, LEDGER, TODO), (WEEK, FREQUENT, HELP)),
    "helper": ((VISIT, MY_VISITS), (TODO, FREQUENT, HELP)),
    "unit": ((LEDGER, FREQUENT, HELP),),
    "office": ((OPEN_QUESTIONS, WEEK, HOUSEHOLD), (TODO, FREQUENT, HELP)),
}
MENU_WORDS = frozenset(word for rows in _BY_ROLE.values() for row in rows for word in row)


def main_menu(person: Person, *, with_location: bool = False) -> ReplyKeyboardMarkup:
    """Return the person's own menu, by role; above it, where one is welcome, the key that sends a location."""
    above = [(SEND_LOCATION,)] if with_location else []
    return replies(*above, *_BY_ROLE[person.role], placeholder="打字就是提问")


def replies(*rows: Iterable[str], placeholder: str | None = None) -> ReplyKeyboardMarkup:
    """Return a reply keyboard; the button that sends a location asks the phone for it."""
    return ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text=t, request_location=t == SEND_LOCATION or None) for t in row] for row in rows
        ],
        resize_keyboard=True,
        is_persistent=True,
        input_field_placeholder=placeholder,
    )


def buttons(*rows: Iterable[tuple[str, CallbackData]]) -> InlineKeyboardMarkup:
    """Buttons under a message: rows of (text, what it means)."""
    keyboard = [
        [InlineKeyboardButton(text=text, callback_data=data.pack()) for text, data in row] for row in rows
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in keyboard if row])
