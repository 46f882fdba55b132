"""Asking: the sentence that answers and its source; or plainly that there is none, and what becomes of the question."""

import asyncio
import re
from datetime import datetime, timedelta

from aiogram import F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InaccessibleMessage, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Bold, Text, as_list

from fieldwork.days import day_of
from handlers.clauses import Clause, place_words
from handlers.keyboards import buttons, main_menu
from handlers.messages import clipped, under
from handlers.readers import reader_of
from policy_kb import Answer, Hit, KnowledgeBase, repeats
from storage import Store, Unit
from storage.questions import Question
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
DO_NOT_SAY = "现有文件里没有查到能回答这个问题的条文。"
KEPT = "问题已记入联席办的待答清单，有了答复会发到这里。"
NOT_KEPT = "这句话太短，没有记入联席办的待答清单。请把问题写完整些再问；就想问这个，点“请联席办答复”。"
NEAREST = "相近条款（仅供参考，不是答案）："
ALSO = "另见："
CONTEXT = 90
FRESH = timedelta(minutes=10)  # so long may a question like “那第一书记呢” lean on the one before
USEFUL, NOT_USEFUL, WHOLE, OFFICE, PLEASE = "有用", "没用", "看整条", "问联席办", "请联席办答复"
THANKS = "谢谢，记下了。以后有人这样问，会先找到这一条。"
THANKS_ONLY = "谢谢，记下了。"
SORRY = "谢谢告诉我们。问题已记入联席办的待答清单，有了答复会发到这里。"
PASSED = "好的，已告诉联席办您在等这个答复，有了会发到这里。"
STANDS = "联席办已经知道您在等，有了答复会发到这里。"
GONE = "这一条所在的文件已经更新，请再问一次。"
OUTDATED = "这个按钮已经过期了，请用最新的消息，或点下面的按钮。"
LONGEST = 500
ENOUGH = 4  # different characters, fillers left out: with fewer nobody could tell what is asked
_HAN = re.compile(r"[\u4e00-\u9fff]")
TOO_LONG = f"问题请控制在 {LONGEST} 字以内，挑最要紧的一句来问。"


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
        await answer(message, text, person=person, store=store, unit=unit, kb=kb, now=now, source=source)


async def answer(
    to: Message | InaccessibleMessage,
    text: str,
    *,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
    source: str,
) -> None:
    """Answer a question with what the person may read, and keep it for the office when that does not say."""
    reader, last = reader_of(store, person), store.questions.last_of(person.code, since=now - FRESH)
    async with unit.outside():
        found = await asyncio.to_thread(
            kb.ask, text, before=last.text if last else None, reader=reader, day=day_of(now)
        )
    kept = not found.answered and _says_something(text)
    question_id = store.questions.ask(
        source=source,
        person=person.code,
        text=text,
        answered=found.answered,
        clause_ids=tuple(str(hit.clause_id) for hit in found.clauses),
        answer=found.answer or "",
        at=now,
        for_office=kept,
    )
    content = _found(found) if found.answered else _not_found(found, kept=kept)
    await to.answer(**content.as_kwargs(), reply_markup=_buttons(found, question_id))


async def not_text(message: Message) -> None:
    """Say what can be read here."""
    await message.answer(ONLY_TEXT)


async def verdict(
    query: CallbackQuery,
    *,
    callback_data: Verdict,
    person: Person,
    store: Store,
    unit: Unit,
    kb: KnowledgeBase,
    now: datetime,
) -> None:
    """Note whether the answer was of use; what was of use joins the searchable text of its clause until it is taken back."""
    question = store.questions.get(callback_data.question)
    if question is None or question.person != person.code:
        await query.answer(GONE)
        return
    useful = callback_data.verdict == "useful"
    async with unit.outside():
        learned = await asyncio.to_thread(_learn, kb, question, useful=useful, now=now)
    store.questions.verdict(question.id, "useful" if useful else "not_useful")
    await query.answer((THANKS if learned else THANKS_ONLY) if useful else None)
    if not useful:
        await under(query).answer(SORRY, reply_markup=buttons([(PLEASE, ToOffice(question=question.id))]))


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


def _learn(kb: KnowledgeBase, question: Question, *, useful: bool, now: datetime) -> int:
    """Put the question beside the clause that answered it, or take it back; return how many wordings are searched more."""
    if not question.answered:
        return 0
    clause, by = int(question.clause_ids[0]), question.person
    if useful:
        return kb.wordings.add(clause, [question.text], origin="confirmed", by=by, now=now)
    kb.wordings.take_back(clause, question.text, by=by, now=now)
    return 0


def _found(answer: Answer) -> Text:
    """Return the sentence with its source line, then the other clauses that answer a question for a list."""
    hit = answer.clauses[0]
    listed = [_near(other) for other in answer.clauses[1 : 1 + answer.listed]]
    source = Text("出处：", place_words(hit))
    return as_list(_emboldened(answer), source, *([ALSO, *listed] if listed else []), sep="\n\n")


def _emboldened(answer: Answer) -> Text:
    """Return the answer with amounts, dates and duties in bold."""
    words, parts, at = answer.answer or "", [], 0
    for begin, end in answer.bold:
        parts += [words[at:begin], Bold(words[begin:end])]
        at = end
    return Text(*parts, words[at:])


def _not_found(answer: Answer, *, kept: bool) -> Text:
    """Say that the documents do not say and what became of the question, then what lies nearest, as such."""
    near = [_near(hit) for hit in answer.clauses[:2]]
    return as_list(DO_NOT_SAY + (KEPT if kept else NOT_KEPT), *([NEAREST, *near] if near else []), sep="\n\n")


def _near(hit: Hit) -> Text:
    return Text(place_words(hit), "\n", clipped(hit.text, CONTEXT))


def _says_something(text: str) -> bool:
    """Whether somebody else could tell what is asked."""
    return len(set(_HAN.findall(repeats.plain(text)))) >= ENOUGH


def _buttons(answer: Answer, question_id: int) -> InlineKeyboardMarkup:
    if not answer.answered:
        cells = [
            (f"看相近条款 {n}", Clause(clause=str(hit.clause_id)))
            for n, hit in enumerate(answer.clauses[:2], 1)
        ]
        return buttons(cells, [(PLEASE, ToOffice(question=question_id))])
    return buttons(
        [(WHOLE, Clause(clause=str(answer.clauses[0].clause_id))), (OFFICE, ToOffice(question=question_id))],
        [
            (USEFUL, Verdict(question=question_id, verdict="useful")),
            (NOT_USEFUL, Verdict(question=question_id, verdict="no")),
        ],
    )
