"""What each step of the visit form shows: the question and its buttons."""

from datetime import date, timedelta
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup

from fieldwork.days import label, weekday_name
from fieldwork.duties import HATS
from fieldwork.visits import HouseholdChoice, at_large
from handlers.keyboards import BACK, CANCEL, SEND_LOCATION, buttons, replies
from handlers.messages import clipped
from storage.roster import Place

PAGE = 6
MOST_SHOWN = 1000

CHOOSE = "走访的是哪一户？没见过面的排在前面。也可以直接打户主的名字来找。"
FOUND = "找到这些户，请点选："
NOT_FOUND = "名单里没有找到“{text}”。请换个写法，比如只打姓，或者翻页来找。"
NO_LOCATION, BY_TELEPHONE = "没有位置", "只打了电话"
ASK_LOCATION = "{where}。\n请发一下位置；发不了就点“没有位置”，走访照样能记。"
ASK_REASON = "没有位置的原因是什么？点一个，或者打几个字。"
REASONS = ("没有信号", "定位打不开", "已离开，补记", "不方便")
ASK_DUTIES = "这次做的是哪几项工作？可以多选。"
NEXT = "下一步 ›"
ASK_NOTE = "请用一两句话写写做了什么。"
ASK_PROBLEM = "发现了什么问题？请写一句，比如“屋顶漏雨”。"
SAVE, ADD_PROBLEM, CHANGE_PROBLEM = "✓ 保存", "＋ 发现问题", "改问题"
PRESS_A_BUTTON = "您正填着走访，这一步请点下面的按钮。想问政策，请填完或取消后再问。"
UNDERSTOOD, LOOK = "我理解为：", "请看一下，没问题就保存。"
CHANGE, NOT_A_VISIT = "改一改", "不是走访，我在提问"
PARTS = (
    ("target", "哪一户"),
    ("day", "哪一天"),
    ("duties", "工作"),
    ("note", "做了什么"),
    ("problem", "问题"),
    ("location", "位置"),
)
CHOOSE_DAY, CHOOSE_DUTIES = "选一下是哪一天 ›", "选一下做了哪些工作 ›"
ASK_DAY = "走访是哪一天？点一下，也可以打字，比如“上周三”“11月3日”。"
NO_DAY, NO_DUTIES = "没说准，请选一下", "还没选"
DAYS_OFFERED = 8
STILL_OPEN = "您有一份走访正填着，已填的都还在。"
GO_ON, DROP = "继续填", "不记了"


class Target(CallbackData, prefix="v_to"):
    """A household (`h`) or a village (`v`) was chosen."""

    kind: str
    code: str


class Page(CallbackData, prefix="v_page"):
    """Another page of the list."""

    number: int


class Hat(CallbackData, prefix="v_hat"):
    """A duty was ticked or unticked."""

    code: str


class Day(CallbackData, prefix="v_day"):
    """The day of the visit was chosen, as an ISO date."""

    day: str


class Change(CallbackData, prefix="v_ch"):
    """A part of a form that was read is to be mended; named after its step."""

    part: str


class Step(CallbackData, prefix="v_step"):
    """A button that moves the form: next, back, cancel, save, problem, resume, change, ask."""

    to: str


def household_label(choice: HouseholdChoice) -> str:
    """One line of the list: head, group, when last seen."""
    group = f"（{choice.household.group}）" if choice.household.group else ""
    seen = f"{choice.last_seen.month}月{choice.last_seen.day}日见过" if choice.last_seen else "还没见过"
    return f"{choice.household.head}{group} · {seen}"


def target_list(
    choices: list[HouseholdChoice], villages: list[Place], page: int, *, read: bool = False
) -> InlineKeyboardMarkup:
    """Return the households of a page, one a row, then paging, the villages and cancel.

    Where the form was `read` out of a message: that it was none, instead of the villages.
    """
    last = max(0, (len(choices) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = choices[page * PAGE : (page + 1) * PAGE]
    paging = []
    if page > 0:
        paging.append(("‹ 上一页", Page(number=page - 1)))
    if page < last:
        paging.append((f"下一页（{page + 1}/{last + 1}）›", Page(number=page + 1)))
    return buttons(
        *([(household_label(c), Target(kind="h", code=c.household.code))] for c in shown),
        paging,
        [(f"走访{at_large(v)}", Target(kind="v", code=v.code)) for v in villages[:2] if not read],
        [(NOT_A_VISIT, Step(to="ask"))] if read else [],
        [(CANCEL, Step(to="cancel"))],
    )


def location_keyboard(*, household: bool) -> ReplyKeyboardMarkup:
    """Send it, have none, or it was only a telephone call."""
    return replies(
        [SEND_LOCATION], [NO_LOCATION, BY_TELEPHONE] if household else [NO_LOCATION], [BACK, CANCEL]
    )


def reason_keyboard() -> ReplyKeyboardMarkup:
    """Offer the usual reasons."""
    return replies(REASONS[:2], REASONS[2:], [BACK, CANCEL], placeholder="也可以自己写")


def duties_list(chosen: list[str]) -> InlineKeyboardMarkup:
    """Return the six hats, ticked where chosen; on to the next step once one is."""
    cells = [(f"{'☑' if hat.code in chosen else '☐'} {hat.name}", Hat(code=hat.code)) for hat in HATS]
    forward = [(NEXT, Step(to="note"))] if chosen else []
    return buttons(*(cells[i : i + 2] for i in range(0, len(cells), 2)), forward, _back_and_cancel())


def text_step() -> InlineKeyboardMarkup:
    """Beside a step that waits for words."""
    return buttons(_back_and_cancel())


def confirm_text(form: dict[str, Any], where: str, evidence: str) -> str:
    """Everything that is about to be saved."""
    read = form.get("read")
    duties = "、".join(hat.name for hat in HATS if hat.code in form["duties"])
    lines = [UNDERSTOOD if read else LOOK, f"{_kind(form)}：{where}"]
    if read:
        lines.append(f"日期：{_day(form['day'])}")
    lines += [
        f"位置：{evidence}",
        f"工作：{duties or NO_DUTIES}",
        f"做了什么：{clipped(form['note'], MOST_SHOWN)}",
    ]
    if form.get("problem"):
        lines.append(f"问题：{clipped(form['problem'], MOST_SHOWN)}")
    return "\n".join([*lines, *form.get("also", ())])


def confirm_buttons(form: dict[str, Any]) -> InlineKeyboardMarkup:
    """Save, add what was found, go back, cancel; for a form that was read: save, mend, or it is a question."""
    if form.get("read"):
        return buttons(
            [_first_of_all(form)],
            [(CHANGE, Step(to="change")), (CANCEL, Step(to="cancel"))],
            [(NOT_A_VISIT, Step(to="ask"))],
        )
    problem = CHANGE_PROBLEM if form.get("problem") else ADD_PROBLEM
    return buttons([(SAVE, Step(to="save"))], [(problem, Step(to="problem"))], _back_and_cancel())


def changes(form: dict[str, Any]) -> InlineKeyboardMarkup:
    """Return the parts of a form that was read; a contact has no location."""
    cells = [
        (name, Change(part=part)) for part, name in PARTS if part != "location" or form["kind"] == "visit"
    ]
    return buttons(*(cells[i : i + 2] for i in range(0, len(cells), 2)), [(BACK, Step(to="resume"))])


def days_list(today: date) -> InlineKeyboardMarkup:
    """Return today and the days before it."""
    days = [today - timedelta(days=n) for n in range(DAYS_OFFERED)]
    cells = [(f"{label(day)} {weekday_name(day)}", Day(day=day.isoformat())) for day in days]
    return buttons(*(cells[i : i + 2] for i in range(0, len(cells), 2)), _back_and_cancel())


def _first_of_all(form: dict[str, Any]) -> tuple[str, CallbackData]:
    """Return the button for what comes next: what is still missing, else saving."""
    if not form["day"]:
        return CHOOSE_DAY, Change(part="day")
    if not form["duties"]:
        return CHOOSE_DUTIES, Change(part="duties")
    return SAVE, Step(to="save")


def _kind(form: dict[str, Any]) -> str:
    if form["kind"] == "visit":
        return "走访"
    return "联系或代访（不算走访）" if form.get("read") else "电话联系（不算走访）"


def _day(day: str | None) -> str:
    return f"{label(found)} {weekday_name(found)}" if day and (found := date.fromisoformat(day)) else NO_DAY


def still_open() -> InlineKeyboardMarkup:
    """Go on with the form, or drop it."""
    return buttons([(GO_ON, Step(to="resume")), (DROP, Step(to="cancel"))])


def _back_and_cancel() -> list[tuple[str, CallbackData]]:
    return [(BACK, Step(to="back")), (CANCEL, Step(to="cancel"))]
