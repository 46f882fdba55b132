"""What an office is shown of a file before it goes into the knowledge base, and after."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from handlers import scope_cards
from handlers.keyboards import CANCEL, buttons
from handlers.messages import clipped
from policy_kb import Added, Refused, Scope
from storage import Store
from storage.offers import Offer

NOT_OFFICE = "收到文件了。政策文件由联席办添加，请转给他们；您这里可以直接打字提问。"
NOT_FETCHED = "文件没有取下来。请过一会儿再发一次。"
READING = "正在读“{name}”，文件大，要等一会儿…"
LOOK = "文件读好了，还没有收入。请看一遍："
TITLE, PARTICULARS, CLAUSES = "《{title}》", "{label}：{value}", "共 {n} 条"
FIRST, LAST = "首条：{text}", "末条：{text}"
NEWER = "库里有它的旧版，收入后代替旧版，旧版还能查看。"
OLDER = "库里已有更新的版本，这一份收入后只供查阅，不用来回答。"
ALREADY = "《{title}》已经在库里了，内容一样，不用再收。"
SEVERAL, NOT_READ = "压缩包里读出 {n} 份：", "读不了的：\n{list}"
ONE_OF_SEVERAL = "{n}.《{title}》{clauses} 条{note}"
NOTE_ALREADY, NOTE_NEWER = "（已在库里）", "（新版）"
FOR_WHOM = "谁能看：{scope}"
TAKE, RETITLE, WHO, DROP = "✓ 收入", "改标题", "谁能看", "不要了"
ASK_TITLE = "请写文件的标题，不用书名号。"
TITLE_TOO_LONG = "标题请控制在 {most} 字以内。"
TAKEN = "已收入《{title}》，共 {clauses} 条。{scope}现在就能查到。"
BACK_TO_CARD = "‹ 返回"
DROPPED = "好的，“{name}”没有收入。"
CLOSED = "这份文件已经处理过了。"
OTHER_FORM = "您正在写别的内容，先写完或取消，再改标题。"
VALIDITIES = {"in_force": "有效", "amended": "已修改", "repealed": "已废止", "trial": "试行"}
LONGEST, LONGEST_TITLE, MOST_LISTED = 60, 80, 12


class Act(CallbackData, prefix="doc"):
    """A button under a card: take, title, who, drop, back."""

    offer: int
    to: str


def card(
    found: Sequence[Added | Refused], offer: Offer, store: Store
) -> tuple[str, InlineKeyboardMarkup | None]:
    """Show what would go in. Where nothing would, say why; then there are no buttons."""
    previews = [each for each in found if isinstance(each, Added)]
    refused = [each for each in found if isinstance(each, Refused)]
    if not any(not each.already for each in previews):
        return "\n".join(
            [*(ALREADY.format(title=each.document.title) for each in previews), *_reasons(refused)]
        ), None
    wanted = Scope(offer.place, offer.roles)
    parts = [LOOK, _one(previews[0]) if len(found) == 1 else _several(previews, refused)]
    parts.append(FOR_WHOM.format(scope=scope_cards.scope_words(store, wanted)))
    retitle = [(RETITLE, Act(offer=offer.id, to="title"))] if len(found) == 1 else []
    return "\n\n".join(parts), buttons(
        [(TAKE, Act(offer=offer.id, to="take")), *retitle],
        [(WHO, Act(offer=offer.id, to="who")), (DROP, Act(offer=offer.id, to="drop"))],
    )


def taken(added: Sequence[Added | Refused], scope: str) -> str:
    """Say what went in and what did not."""
    lines = [
        (ALREADY if each.already else TAKEN).format(
            title=each.document.title, clauses=each.document.clauses, scope=f"{scope}，"
        )
        for each in added
        if isinstance(each, Added)
    ]
    return "\n".join([*lines[:MOST_LISTED], *_reasons([each for each in added if isinstance(each, Refused)])])


def title_step(offer: Offer) -> InlineKeyboardMarkup:
    """Return the way back from writing a title."""
    return buttons([(CANCEL, Act(offer=offer.id, to="back"))])


def _one(added: Added) -> str:
    document = added.document
    particulars = (
        ("发文", document.issuer),
        ("文号", document.number),
        ("日期", document.date),
        ("施行", document.effective),
        ("效力", VALIDITIES.get(document.validity, "")),
        ("有效期至", document.until),
    )
    lines = [TITLE.format(title=document.title)]
    lines += [PARTICULARS.format(label=label, value=value) for label, value in particulars if value]
    lines += [CLAUSES.format(n=document.clauses), FIRST.format(text=clipped(added.first, LONGEST))]
    lines += [LAST.format(text=clipped(added.last, LONGEST))] if document.clauses > 1 else []
    lines += [NEWER] if added.replaced else [OLDER] if document.replaced_by else []
    return "\n".join(lines)


def _several(previews: Sequence[Added], refused: Sequence[Refused]) -> str:
    lines = [SEVERAL.format(n=len(previews))]
    for n, each in enumerate(previews[:MOST_LISTED], 1):
        note = NOTE_ALREADY if each.already else NOTE_NEWER if each.replaced else ""
        lines.append(
            ONE_OF_SEVERAL.format(
                n=n, title=clipped(each.document.title, LONGEST), clauses=each.document.clauses, note=note
            )
        )
    lines += ["…"] if len(previews) > MOST_LISTED else []
    return "\n".join([*lines, *_reasons(refused)])


def _reasons(refused: Sequence[Refused]) -> list[str]:
    lines = [each.reason.text for each in refused[:MOST_LISTED]]
    return [NOT_READ.format(list="\n".join(lines))] if len(lines) > 1 else lines
