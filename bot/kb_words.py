"""What the command line says about documents and their versions."""

from dataclasses import asdict
from typing import Any

from policy_kb import Added, Change, Clause, Comparison, Document

ADDED = "已收入《{title}》（编号 {id}）：{clauses} 条，{seconds:.2f} 秒；{found}"
ALREADY = "早已收入《{title}》（编号 {id}）：{clauses} 条，没有重复收入"
REPLACED = "  替换了旧版（编号 {old}），对照：python bot.py kb compare {old} {new}"
OLDER = "  库里已有更新的版本（编号 {new}），这一份只供查阅，对照：python bot.py kb compare {old} {new}"
DOCUMENT = "{id}\t{title}\t{issuer}\t{date}\t{clauses} 条{note}"
STARTER, INACTIVE, REPLACED_BY = "（入门摘编）", "（停用）", "（已被编号 {id} 替换）"
EDITED = "已改《{title}》（编号 {id}）：{found}"
VALIDITY = {"in_force": "有效", "amended": "已修改", "repealed": "已废止", "trial": "试行"}
LABELS = (
    ("发文机关", "issuer"), ("文号", "number"), ("日期", "date"), ("通过", "adopted"), ("公布", "published"), ("施行", "effective"),
)  # fmt: skip
UNTIL = "至 {day}"
COUNTS = "新增 {added} 条，删去 {removed} 条，改动 {changed} 条，{same} 条没有变"
COMPARED = "《{old}》（编号 {old_id}）→《{new}》（编号 {new_id}）：" + COUNTS
KINDS = {"added": "新增", "removed": "删去", "changed": "改动"}
CHANGE = "{kind} {where}\n  {text}"
MOVED = "{before}（现 {after}）"
OUT, IN = "[-{text}-]", "[+{text}+]"


def added(each: Added) -> str:
    """Return what became of one document, and what was found of it for a person to confirm."""
    document = each.document
    words = (ALREADY if each.already else ADDED).format(
        title=document.title,
        id=document.id,
        clauses=document.clauses,
        seconds=each.seconds,
        found=particulars(document),
    )
    lines = [words, *(REPLACED.format(old=old, new=document.id) for old in each.replaced)]
    if document.replaced_by is not None and not each.already:
        lines.append(OLDER.format(old=document.id, new=document.replaced_by))
    return "\n".join(lines)


def particulars(document: Document) -> str:
    """Return what is known of a document in one short line."""
    known = asdict(document)
    parts = [f"{label} {known[name]}" for label, name in LABELS if known[name]]
    until = UNTIL.format(day=document.until) if document.until else ""
    return "，".join([*parts, f"{VALIDITY[document.validity]}{until}"])


def listed(document: Document) -> str:
    """Return a document's line in the list."""
    replaced = REPLACED_BY.format(id=document.replaced_by) if document.replaced_by is not None else ""
    return DOCUMENT.format(
        id=document.id,
        title=document.title,
        issuer=document.issuer or "",
        date=document.date or "",
        clauses=document.clauses,
        note=STARTER * document.starter + (replaced or INACTIVE * (not document.active)),
    )


def edited(document: Document) -> str:
    """Return what a document is now said to be."""
    return EDITED.format(title=document.title, id=document.id, found=particulars(document))


def compared(found: Comparison) -> str:
    """Return what differs between two versions, a clause a paragraph, with what went out and came in marked."""
    kinds = [each.kind for each in found.changes]
    head = COMPARED.format(
        old=found.old.title,
        old_id=found.old.id,
        new=found.new.title,
        new_id=found.new.id,
        same=found.same,
        **{kind: kinds.count(kind) for kind in KINDS},  # type: ignore[arg-type]
    )
    return "\n".join([head, *map(_change, found.changes)])


def compared_values(found: Comparison) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "old": {"id": found.old.id, "title": found.old.title, "date": found.old.date},
        "new": {"id": found.new.id, "title": found.new.title, "date": found.new.date},
        "same": found.same,
        "changes": [
            {"kind": each.kind, "before": _clause_values(each.before), "after": _clause_values(each.after)}
            for each in found.changes
        ],
    }


def _clause_values(clause: Clause | None) -> dict[str, Any] | None:
    if clause is None:
        return None
    return {"number": clause.number, "heading": list(clause.heading), "text": clause.text}


def _change(change: Change) -> str:
    marks = {"same": "{text}", "out": OUT, "in": IN}
    if change.before and change.after:
        text = "".join(marks[kind].format(text=piece) for kind, piece in change.pieces)
    else:
        text = (change.after or change.before or _NOTHING).text
    return CHANGE.format(kind=KINDS[change.kind], where=_where(change), text=text.replace("\n", "\n  "))


def _where(change: Change) -> str:
    """Return a clause's number, or where it stands for want of one; both numbers where it moved."""
    before, after = (_name(each) if each else "" for each in (change.before, change.after))
    return (
        MOVED.format(before=before, after=after) if before and after and before != after else after or before
    )


def _name(clause: Clause) -> str:
    return " › ".join([*clause.heading, *([clause.number] if clause.number else [])])


_NOTHING = Clause(0, "", None, (), "")
