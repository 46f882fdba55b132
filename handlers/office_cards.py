"""What each step of the office's answer shows: the question and its buttons."""

from collections.abc import Sequence
from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from handlers.keyboards import BACK, CANCEL, buttons
from handlers.messages import clipped
from policy_kb import Hit
from storage import Store
from storage.roster import Person

ASK_WAY = "答复这个问题（{people}）：\n\n{question}\n\n文件里有现成的条文，就引用条文；没有，就由您自己写。"
CITE, OWN_WORDS = "引用条文", "自己写答复"
CLAUSE_GONE = "这一条所在的文件刚刚更新了，请返回重新选。"
CITED = "{place}\n\n{text}{sentence}\n\n就用这一条答复吗？要换，打几个字再找。"
SEEK = "哪一条能回答？点一条看全文；都不是，就打几个字或文号再找。"
NOTHING_LIKE = "没有找到相近的条文。换几个字再找，或者返回自己写。"
USE, ADD_SENTENCE, CHANGE_SENTENCE = "✓ 就用这条，发出", "＋ 补一句话", "改补的话"
ASK_SENTENCE = "请写要补的一句话，会跟在条文后面一起发出。"
ADDED_SENTENCE = "\n\n您补的话：{sentence}"
ASK_WORDS = "请写答复（{most} 字以内）。写完还要选有效期和谁能看，最后再确认发出。\n\n问题：{question}"
WORDS_TOO_LONG = "答复请控制在 {most} 字以内（现在 {have} 字），请改短一些再发。"
ASK_UNTIL = "这条答复管到什么时候？点一个，或者打一个日期，比如 2027-06-30。"
FOR_GOOD, TO_YEARS_END = "长期", "到今年年底"
NOT_A_DAY = "没有看懂这个日期，或者它已经过了。请写成 2027-06-30 这样，或者点按钮。"
CONFIRM = (
    "请看一遍，确认后发出：\n\n问题：{question}\n答复：{words}\n\n"
    "有效期：{until}\n谁能查到：{scope}\n署名：{by}，{day}\n会通知：{people}"
)
LEFT_OUT = "（另有 {n} 人不在范围内，不会收到，他们的问题仍在清单里）"
SEND, CHANGE_WORDS = "✓ 发出", "改答复"
STILL_OPEN = "您正在答复一个问题，已写的都还在。"
GO_ON, DROP = "继续写", "不写了"
MOST_WORDS = 500
LONGEST_CLAUSE = 1500


class Answer(CallbackData, prefix="of_a"):
    """Answer the group that this question leads, or this wording of it alone."""

    question: int
    alone: int


class Pick(CallbackData, prefix="of_c"):
    """A clause was chosen."""

    clause: int


class Until(CallbackData, prefix="of_u"):
    """How long the ruling holds: `good`, or a day."""

    day: str


class Step(CallbackData, prefix="of_s"):
    """A button that moves the form: cite, words, back, cancel, send, sentence, resume."""

    to: str


def way(question: str, people: str) -> tuple[str, InlineKeyboardMarkup]:
    """Ask which way the office answers."""
    return ASK_WAY.format(question=question, people=people), buttons(
        [(CITE, Step(to="cite")), (OWN_WORDS, Step(to="words"))], [(CANCEL, Step(to="cancel"))]
    )


def clauses(hits: Sequence[Hit]) -> tuple[str, InlineKeyboardMarkup]:
    """Offer clauses, one a row."""
    rows = [[(clause_label(hit), Pick(clause=int(hit.clause_id)))] for hit in hits]
    return SEEK if hits else NOTHING_LIKE, buttons(*rows, back_and_cancel())


def clause_label(hit: Hit) -> str:
    """One line: the innermost heading and how the clause begins."""
    beginning = " ".join(hit.text.split())
    heading = hit.heading[-1] if hit.heading else hit.document
    return clipped(beginning if beginning.startswith(heading) else f"{heading}：{beginning}", 40)


def cited(place: str, text: str, sentence: str) -> tuple[str, InlineKeyboardMarkup]:
    """Show the clause that was chosen, with the sentence that goes with it."""
    added = ADDED_SENTENCE.format(sentence=sentence) if sentence else ""
    shown = CITED.format(place=place, text=clipped(text, LONGEST_CLAUSE), sentence=added)
    return shown, buttons(
        [(USE, Step(to="send")), (CHANGE_SENTENCE if sentence else ADD_SENTENCE, Step(to="sentence"))],
        back_and_cancel(),
    )


def until(today: date) -> InlineKeyboardMarkup:
    """Return the answers to how long it holds."""
    end = f"{today.year}-12-31"
    return buttons([(FOR_GOOD, Until(day="good")), (TO_YEARS_END, Until(day=end))], back_and_cancel())


def confirm(question: str, words: str, **details: str) -> tuple[str, InlineKeyboardMarkup]:
    """Show the ruling as it will be sent."""
    return CONFIRM.format(question=question, words=words, **details), buttons(
        [(SEND, Step(to="send")), (CHANGE_WORDS, Step(to="words"))], back_and_cancel()
    )


def text_step() -> InlineKeyboardMarkup:
    """Return the buttons under a step that waits for words."""
    return buttons(back_and_cancel())


def back_and_cancel() -> list[tuple[str, CallbackData]]:
    """Return the row under every step."""
    return [(BACK, Step(to="back")), (CANCEL, Step(to="cancel"))]


def still_open() -> InlineKeyboardMarkup:
    """Return the buttons under the reminder that a form is open."""
    return buttons([(GO_ON, Step(to="resume")), (DROP, Step(to="cancel"))])


def office_name(store: Store, person: Person) -> str:
    """Return what the office calls itself: as on the roster, else after its place."""
    place = store.roster.place(person.place)
    return store.roster.unit_name(person.unit) or f"{place.name if place else ''}联席办"
