"""Asking: the sentence that answers, its source, the whole clause; or plainly that there is none."""

import asyncio
from datetime import datetime, timedelta

from aiogram import F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Bold, Text, as_list

from handlers.keyboards import buttons, main_menu
from handlers.messages import clipped, under
from policy_kb import Answer, Hit, KnowledgeBase
from storage import Store, Unit
from storage.roster import Person

GREETINGS = frozenset(
    {
        "你好",
        "您好",
        "在吗",
        "谢谢",
        "谢谢您",
        "多谢",
        "早上好",
        "下午好",
        "晚上好",
        "好的",
        "嗯",
        "hi",
        "hello",
    }
)
WELCOME = "您好！想问政策就直接打字，比如“第一书记的职责是什么”；要签到或记走访，点下面的按钮。"
TOO_SHORT = "请把问题写得完整一点，比如“走访要不要本人去”。"
ONLY_TEXT = "我现在能看懂文字、位置和政策文件。请用文字告诉我。"
DO_NOT_SAY = "现有文件里没有查到能回答这个问题的条文。问题已经转给联席办，有了答复会告诉您。"
NEAREST = "相近条款（仅供参考，不是答案）："
ALSO = "另见："
CONTEXT = 90
FRESH = timedelta(minutes=10)  # so long may a question like “那第一书记呢” lean on the one before
USEFUL, NOT_USEFUL, WHOLE, OFFICE = "有用", "没用", "看整条", "问联席办"
THANKS = "谢谢，记下了。"
SORRY = "谢谢告诉我们，记下了。要请联席办答复吗？"
PASSED = "已转给联席办，有了答复会告诉您。"
STANDS = "已经在联席办那里了，有了答复会告诉您。"
GONE = "这一条所在的文件已经更新，请再问一次。"
OUTDATED = "这个按钮已经过期了，请用最新的消息，或点下面的按钮。"
LONGEST, LONGEST_CLAUSE = 500, 3500
TOO_LONG = f"问题请控制在 {LONGEST} 字以内，挑最要紧的一句来问。"


class Clause(CallbackData, prefix="q_c"):
    """Show a whole clause."""

    clause: str


class Verdict(CallbackData, prefix="q_v"):
    """Useful or not."""

    question: int
    verdict: str


class ToOffice(CallbackData, prefix="q_o"):
    """The office should answer."""

    question: int


def router() -> Router:
    """Handle any text that nobody above wanted, and the buttons under an answer."""
    router = Router(name="ask")
    router.message.register(ask, F.text)
    router.message.register(not_text)
    router.callback_query.register(whole_clause, Clause.filter())
    router.callback_query.register(verdict, Verdict.filter())
    router.callback_query.register(to_office, ToOffice.filter())
    router.callback_query.register(outdated)
    return router


async def ask(
    message: Message,
    *,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
    source: str,
) -> None:
    """Answer a question from the documents, and keep it for the office when they do not say."""
    text = (message.text or "").strip()
    if text.lower().rstrip("！!。.？?～~") in GREETINGS:
        await message.answer(WELCOME, reply_markup=main_menu(person))
    elif len(text) < 2 or text.startswith("/"):  # noqa: PLR2004 - one character asks nothing
        await message.answer(TOO_SHORT)
    elif len(text) > LONGEST:
        await message.answer(TOO_LONG)
    else:
        last = store.questions.last_of(person.code, since=now - FRESH)
        async with unit.outside():
            answer = await asyncio.to_thread(kb.ask, text, before=last.text if last else None)
        question_id = store.questions.ask(
            source=source,
            person=person.code,
            text=text,
            answered=answer.answered,
            clause_ids=tuple(str(hit.clause_id) for hit in answer.clauses),
            answer=answer.answer or "",
            at=now,
        )
        content = _found(answer) if answer.answered else _not_found(answer)
        await message.answer(**content.as_kwargs(), reply_markup=_buttons(answer, question_id))


async def not_text(message: Message) -> None:
    """Say what can be read here."""
    await message.answer(ONLY_TEXT)


async def whole_clause(query: CallbackQuery, callback_data: Clause, unit: Unit, kb: KnowledgeBase) -> None:
    """Show the clause as printed, under its headings."""
    async with unit.outside():
        clause = await asyncio.to_thread(kb.clause, int(callback_data.clause))
    if clause is None:
        await query.answer(GONE, show_alert=True)
        return
    await query.answer()
    content = as_list(
        Bold(_place(clause.document, clause.date, clause.heading)), Text(clipped(clause.text, LONGEST_CLAUSE))
    )
    await under(query).answer(**content.as_kwargs())


async def verdict(query: CallbackQuery, callback_data: Verdict, person: Person, store: Store) -> None:
    """Note whether the answer was of use to the one who asked."""
    question = store.questions.get(callback_data.question)
    if question is None or question.person != person.code:
        await query.answer(GONE)
        return
    useful = callback_data.verdict == "useful"
    store.questions.verdict(question.id, "useful" if useful else "not_useful")
    await query.answer(THANKS if useful else None)
    if not useful:
        await under(query).answer(SORRY, reply_markup=buttons([(OFFICE, ToOffice(question=question.id))]))


async def to_office(query: CallbackQuery, callback_data: ToOffice, person: Person, store: Store) -> None:
    """Keep the question for the office."""
    question = store.questions.get(callback_data.question)
    if question is None or question.person != person.code:
        await query.answer(GONE)
        return
    await query.answer()
    await under(query).answer(PASSED if store.questions.pass_to_office(question.id) else STANDS)


async def outdated(query: CallbackQuery, person: Person) -> None:
    """Answer to a button that no step waits for any more."""
    await query.answer()
    await under(query).answer(OUTDATED, reply_markup=main_menu(person))


def _found(answer: Answer) -> Text:
    """Return the sentence with its source line, then the other clauses that answer a question for a list."""
    hit = answer.clauses[0]
    listed = [_near(other) for other in answer.clauses[1 : 1 + answer.listed]]
    source = Text("出处：", _place(hit.document, hit.date, hit.heading))
    return as_list(_emboldened(answer), source, *([ALSO, *listed] if listed else []), sep="\n\n")


def _emboldened(answer: Answer) -> Text:
    """Return the answer with amounts, dates and duties in bold."""
    words, parts, at = answer.answer or "", [], 0
    for begin, end in answer.bold:
        parts += [words[at:begin], Bold(words[begin:end])]
        at = end
    return Text(*parts, words[at:])


def _not_found(answer: Answer) -> Text:
    """Say that the documents do not say, then what lies nearest, as such."""
    near = [_near(hit) for hit in answer.clauses[:2]]
    return as_list(DO_NOT_SAY, *([NEAREST, *near] if near else []), sep="\n\n")


def _near(hit: Hit) -> Text:
    return Text(_place(hit.document, hit.date, hit.heading), "\n", clipped(hit.text, CONTEXT))


def _place(document: str, date: str | None, heading: tuple[str, ...]) -> str:
    path = " › ".join(part for part in heading if part != document)
    return f"《{document}》" + (f"（{date}）" if date else "") + (f" {path}" if path else "")


def _buttons(answer: Answer, question_id: int) -> InlineKeyboardMarkup | None:
    if not answer.answered:
        cells = [
            (f"看相近条款 {n}", Clause(clause=str(hit.clause_id)))
            for n, hit in enumerate(answer.clauses[:2], 1)
        ]
        return buttons(cells) if cells else None
    return buttons(
        [(WHOLE, Clause(clause=str(answer.clauses[0].clause_id))), (OFFICE, ToOffice(question=question_id))],
        [
            (USEFUL, Verdict(question=question_id, verdict="useful")),
            (NOT_USEFUL, Verdict(question=question_id, verdict="no")),
        ],
    )
