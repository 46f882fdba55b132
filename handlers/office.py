"""The office's list: questions that the documents did not answer, or answered badly; like ones together as one."""

from collections import Counter
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.keyboards import OPEN_QUESTIONS, buttons
from handlers.messages import clipped, rewrite, under
from handlers.office_cards import Answer
from handlers.open_questions import OpenGroup, open_groups, still_open
from handlers.rulings import OWN_RULINGS, Own
from storage import Store, Unit
from storage.roster import Person

NOT_OFFICE = "待答问题由联席办处理。您的问题可以直接打字来问。"
NONE_OPEN = "没有等着答复的问题。"
LIST = "待答问题 {place}/{total}（问的人多的在前）"
ONE_ASKED = "{name}（{where}）{day} 问的{awaited}"
SEVERAL_ASKED = "{people} 个人问过（{where}），最早 {day}{awaited}"
AWAITED_ONE, AWAITED, ALL_AWAIT = "，在等答复", "，其中 {n} 人在等答复", "，都在等答复"
WAS_ANSWERED = "文件里查到过这一句，但提问的人说没用：\n{answer}"
ANSWER, WORDINGS, DROP, NEXT = "答复", "还有 {n} 种问法", "不用答", "下一个 ›"
WAYS_OF_ASKING = (
    "这些问法算作同一个问题，答复会发给所有问过的人。\n意思不一样的，点它的号码单独答复：\n\n{list}"
)
DROPPED, PUT_BACK = "已移出清单，没有答复：{question}", "放回去"
BACK_AGAIN = "已放回待答清单。"
GONE = "这个问题已经有人答复过了。"
MOST_WORDINGS, LONGEST_SHOWN = 12, 400


class Look(CallbackData, prefix="of_n"):
    """The group behind the one that this question is in."""

    after: int


class Ways(CallbackData, prefix="of_w"):
    """The other wordings of the group that this question is in."""

    question: int


class Drop(CallbackData, prefix="of_d"):
    """Take the group off the list."""

    question: int


class PutBack(CallbackData, prefix="of_b"):
    """Undo that."""

    question: int


def router() -> Router:
    """Handle the list of open questions; the answer to one is a form of its own."""
    router = Router(name="office")
    router.message.register(begin, StateFilter(None), F.text == OPEN_QUESTIONS)
    router.message.register(begin, StateFilter(None), Command("questions"))
    router.callback_query.register(look, Look.filter())
    router.callback_query.register(ways, Ways.filter())
    router.callback_query.register(drop, Drop.filter())
    router.callback_query.register(put_back, PutBack.filter())
    return router


async def begin(message: Message, person: Person, store: Store, unit: Unit) -> None:
    """Show what most people in the office's place have asked."""
    if person.role != "office":
        await message.answer(NOT_OFFICE)
        return
    groups = await open_groups(store, person, unit)
    if not groups:
        await message.answer(NONE_OPEN, reply_markup=buttons([(OWN_RULINGS, Own(after=0))]))
        return
    await message.answer(_words(groups, 0, store), reply_markup=_buttons(groups, 0))


async def look(query: CallbackQuery, callback_data: Look, person: Person, store: Store, unit: Unit) -> None:
    """Show the next one, the first again after the last."""
    groups = await open_groups(store, person, unit)
    await query.answer()
    if not groups:
        await rewrite(query, NONE_OPEN, buttons([(OWN_RULINGS, Own(after=0))]))
        return
    shown = next((n for n, group in enumerate(groups) if callback_data.after in group.ids), -1)
    place = (shown + 1) % len(groups)
    await rewrite(query, _words(groups, place, store), _buttons(groups, place))


async def ways(query: CallbackQuery, callback_data: Ways, person: Person, store: Store, unit: Unit) -> None:
    """Show how else it was asked; each wording can be answered by itself."""
    groups = await open_groups(store, person, unit)
    await query.answer()
    group = next((group for group in groups if callback_data.question in group.ids), None)
    if group is None:
        await under(query).answer(GONE)
        return
    wordings = group.wordings[:MOST_WORDINGS]
    lines = [f"{n}. {clipped(each.text, 100)}" for n, each in enumerate(wordings, 1)]
    numbers = [(str(n), Answer(question=each.id, alone=1)) for n, each in enumerate(wordings, 1)]
    await under(query).answer(
        WAYS_OF_ASKING.format(list="\n".join(lines)),
        reply_markup=buttons(*(numbers[n : n + 6] for n in range(0, len(numbers), 6))),
    )


async def drop(
    query: CallbackQuery, *, callback_data: Drop, person: Person, store: Store, unit: Unit, now: datetime
) -> None:
    """Take the group off the list; nobody is told, and it can be undone."""
    groups = await open_groups(store, person, unit)
    await query.answer()
    group = next((group for group in groups if callback_data.question in group.ids), None)
    if group is None:
        await rewrite(query, GONE)
        return
    store.questions.drop(group.ids, by=person.code, at=now)
    left = buttons([(PUT_BACK, PutBack(question=group.lead.id)), (NEXT, Look(after=0))])
    await rewrite(query, DROPPED.format(question=clipped(group.lead.text, LONGEST_SHOWN)), left)


async def put_back(query: CallbackQuery, callback_data: PutBack, person: Person, store: Store) -> None:
    """Put the group back on the list."""
    await query.answer()
    question = store.questions.get(callback_data.question)
    if question is None or question.ruled_by != person.code or not store.questions.take_back(question.id):
        await rewrite(query, GONE)
        return
    assert still_open(store, person, [question.id]), "it was on the office's own list"
    await rewrite(query, BACK_AGAIN, buttons([(NEXT, Look(after=0))]))


def _words(groups: list[OpenGroup], place: int, store: Store) -> str:
    group = groups[place]
    parts = [LIST.format(place=place + 1, total=len(groups)), clipped(group.lead.text, LONGEST_SHOWN)]
    if group.lead.answered:
        parts.append(WAS_ANSWERED.format(answer=clipped(group.lead.answer, LONGEST_SHOWN)))
    return "\n\n".join([*parts, _who(group, store)])


def _who(group: OpenGroup, store: Store) -> str:
    """Say who asked: by name where it is one, by village where there are several."""
    people = [person for code in group.people if (person := store.roster.person(code))]
    places = Counter(place.name for person in people if (place := store.roster.place(person.place)))
    day = group.since.isoformat()
    if len(people) == 1:
        where = next(iter(places), "")
        awaited = AWAITED_ONE if group.awaited_by else ""
        return ONE_ASKED.format(name=people[0].name, where=where, day=day, awaited=awaited)
    where = "、".join(f"{name} {count}" for name, count in sorted(places.items(), key=_most_first)[:5])
    awaited = AWAITED.format(n=group.awaited_by) if group.awaited_by else ""
    awaited = ALL_AWAIT if group.awaited_by == len(people) else awaited
    return SEVERAL_ASKED.format(people=len(people), where=where, day=day, awaited=awaited)


def _buttons(groups: list[OpenGroup], place: int) -> InlineKeyboardMarkup:
    group = groups[place]
    more = len(group.wordings) - 1
    first: list[tuple[str, CallbackData]] = [(ANSWER, Answer(question=group.lead.id, alone=0))]
    first += [(WORDINGS.format(n=more), Ways(question=group.lead.id))] if more else []
    second: list[tuple[str, CallbackData]] = [(DROP, Drop(question=group.lead.id))]
    second += [(NEXT, Look(after=group.lead.id))] if len(groups) > 1 else []
    return buttons(first, second, [(OWN_RULINGS, Own(after=0))])


def _most_first(place: tuple[str, int]) -> tuple[int, str]:
    return -place[1], place[0]
