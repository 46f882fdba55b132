"""Coming in: a stranger shows a code or shares their own contact; everybody else passes through."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, KeyboardButton, Message, ReplyKeyboardMarkup

from fieldwork import invitations
from fieldwork.errors import FieldworkError
from handlers.keyboards import main_menu
from handlers.menu import greeting
from storage import Store
from storage.roster import Person

STRANGER = (
    "您好，这里是驻村助手。\n进来有两个办法：点联席办发给您的邀请链接；或者点下面的按钮，分享您本人的手机号。"
)
SHARE = "分享我的手机号"
NOT_OWN = "请分享您本人的手机号：点下面的按钮就行，不要转发别人的名片。"
PRESSED = "请先用邀请码或本人手机号进来，再点按钮。"


def router() -> Router:
    """Handle strangers, and anybody's `/start CODE`."""
    router = Router(name="entry")
    router.message.register(start_with_code, CommandStart(deep_link=True))
    stranger = Router(name="stranger")
    for observer in (stranger.message, stranger.callback_query):
        observer.filter(_is_stranger)
    stranger.message.register(share_contact, F.contact)
    stranger.message.register(stranger_says)
    stranger.callback_query.register(stranger_presses)
    router.include_router(stranger)
    return router


def _is_stranger(_event: object, person: Person | None) -> bool:
    return person is None


async def start_with_code(
    message: Message, *, command: CommandObject, state: FSMContext, store: Store, channel: str, now: datetime
) -> None:
    """Let in whoever holds a fresh invitation."""
    try:
        person = invitations.redeem(store, command.args or "", now)
    except FieldworkError as error:
        await message.answer(error.text)
        return
    await _let_in(message, person, state, store, channel, now)


async def share_contact(
    message: Message, state: FSMContext, store: Store, channel: str, now: datetime
) -> None:
    """Let in whoever shares a contact that is their own and whose number stands on the roster."""
    contact = message.contact
    if (
        contact is None
        or message.from_user is None
        or contact.user_id != message.from_user.id
        or message.forward_origin
    ):
        await message.answer(NOT_OWN, reply_markup=_share())
        return
    try:
        person = invitations.person_by_phone(store, contact.phone_number)
    except FieldworkError as error:
        await message.answer(error.text)
        return
    await _let_in(message, person, state, store, channel, now)


async def stranger_says(message: Message) -> None:
    """Tell a stranger how to come in."""
    await message.answer(STRANGER, reply_markup=_share())


async def stranger_presses(query: CallbackQuery) -> None:
    """Tell a stranger how to come in."""
    await query.answer(PRESSED, show_alert=True)


async def _let_in(  # noqa: PLR0917 - what both ways in have at hand, in one order
    message: Message, person: Person, state: FSMContext, store: Store, channel: str, now: datetime
) -> None:
    store.accounts.open(channel=channel, chat_id=message.chat.id, person=person.code, at=now)
    await state.clear()
    await message.answer(greeting(person, store), reply_markup=main_menu(person))


def _share() -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=SHARE, request_contact=True)]], resize_keyboard=True
    )
