"""The greeting, help and cancel: what is always at hand."""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from fieldwork.duties import role_label
from handlers.keyboards import CANCEL, HELP, main_menu
from storage import Store
from storage.roster import Person

GREETING = "{name}您好！您在名册上是{place}的{role}。\n有政策上的问题，直接打字问就行；其他的点下面的按钮。"
CANCELLED = "好的，已取消，没有保存。"
NOTHING_TO_CANCEL = "现在没有正在填的内容。"
_ASK = (
    "· 问政策：直接打字，比如“电话问问算不算走访”。有条文就给您条文和出处，没有就如实说没有，并记入联席办的待答清单。\n"
    "· 常问：您这里近三个月问得多的，点一下就问。"
)
_FIELD = (
    "· 今日签到：点一下说今天在哪儿，位置和一句话想加就加。\n"
    "· 记走访：选户、发位置、选职责、写一句话、保存，得一个回执号。\n"
    "· 也可以一句话记走访：“昨天去了某某家，讲了医保，屋顶漏雨”，我读成卡片，您看过再保存。\n"
    "· 我的走访、我的台账：看自己记过的。"
)
_HOUSEHOLD = "· 查户：打“查户 名字”，看这一户的档案、走访和发现的问题。"
_TODO = (
    "· 待办：只列还没做的；工作日早上 8 点半也会提醒一次，都做完了就不打扰。"
    "想换时间或者停几天，点待办下面的“提醒时间”。"
)
_HELP_BY_ROLE = {
    "member": (_ASK, _FIELD, _HOUSEHOLD, _TODO),
    "leader": (_ASK, _FIELD, _HOUSEHOLD, _TODO, "· 本周小结：全队这一周，周五下午 5 点也会自动发给您。"),
    "first_secretary": (_ASK, _FIELD, _HOUSEHOLD, _TODO, "· 本周小结：全队这一周。"),
    "helper": (_ASK, "· 记走访：结对的户都在里面，没见过面的排在前面。", _HOUSEHOLD, _TODO),
    "unit": (_ASK, "· 我的台账：看本单位派出的每位干部的台账。"),
    "office": (
        _ASK,
        "· 待答问题：没查到的、提问的人说没用的，问得一样的合成一个。引用条文或自己写，答一次，问过的人都会收到，以后也能查到。",
        "· 已发的答复：在“待答问题”下面，自己写的答复可以撤回。",
        "· 本周小结：看辖区内任何一支工作队的一周。",
        "· 查户：按名字查辖区内的一户。每次查看都会记下来。",
        "· 发文件：把政策文件直接发到这里，看过卡片、选好谁能看，点“收入”才能被查到。",
    ),
}


def router() -> Router:
    """Handle /start, /help, /cancel and their buttons."""
    router = Router(name="menu")
    router.message.register(start, CommandStart())
    router.message.register(show_help, Command("help"))
    router.message.register(show_help, F.text == HELP)
    router.message.register(cancel, Command("cancel"))
    router.message.register(cancel, F.text == CANCEL)
    return router


def greeting(person: Person, store: Store) -> str:
    """Say who the roster says this is."""
    place = store.roster.place(person.place)
    return GREETING.format(name=person.name, place=place.name if place else "", role=role_label(person.role))


async def start(message: Message, person: Person, store: Store) -> None:
    """Greet; a form that is being filled in stays as it is."""
    await message.answer(greeting(person, store), reply_markup=main_menu(person))


async def show_help(message: Message, person: Person) -> None:
    """Say what can be done here, by role."""
    await message.answer("\n".join(_HELP_BY_ROLE[person.role]), reply_markup=main_menu(person))


async def cancel(message: Message, person: Person, state: FSMContext) -> None:
    """Leave whatever form is open."""
    was_open = await state.get_state() is not None
    await state.clear()
    await message.answer(CANCELLED if was_open else NOTHING_TO_CANCEL, reply_markup=main_menu(person))
