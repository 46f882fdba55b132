"""The outbox in words: how much waits, what was not sent and why. Shows no message's text and no token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldwork.days import SHANGHAI
from storage import Store
from storage.deliveries import Entry, Tally

STATES = {
    "pending": "等着发",
    "claimed": "轮到了",
    "sending": "正在发",
    "sent": "已发出",
    "blocked": "对方收不到",
    "failed": "没发成",
    "unknown": "不确定",
    "expired": "过期未发",
}
KINDS = {"reply": "回复", "notice": "通知", "digest": "提醒和小结"}
NOTHING = "还没有发过消息。"
COUNT = "{state}\t{kind}\t{count} 条"
OLDEST = "等得最久的：{entry}"
ENTRY = "第 {id} 条，{channel}，{kind}，{created} 放入，试过 {attempts} 次{reason}"
REASON = "；{reason}"
DEAD, DOUBTFUL = "没有送到的（最近 {n} 条）：", "不确定送到没有的（最近 {n} 条，不会重发）：{why}"
WHY_DOUBTFUL = "发出的当口断了，没有等到回音"
# What Telegram says, in words that say what to do; anything else is shown as it came.
REASONS = (
    ("bot was blocked", "对方停用了机器人，已请队长或联席办转给新的邀请链接"),
    ("user is deactivated", "对方的账号已注销"),
    ("chat not found", "找不到这个聊天，对方可能没有和机器人说过话"),
    ("too long", "内容太长，被拒收"),
    ("message to edit not found", "要改的消息已经不在了"),
    ("query is too old", "按钮按下太久，来不及回应"),
    ("can't parse entities", "格式有误，被拒收"),
)
MOST = 20
LONGEST_REASON = 160


@dataclass(frozen=True)
class Report:
    """How the outbox stands; the lists hold the newest only, the counts all."""

    counts: tuple[Tally, ...]
    oldest_waiting: Entry | None
    dead: tuple[Entry, ...]
    doubtful: tuple[Entry, ...]


def look(store: Store) -> Report:
    """Look at the outbox."""
    deliveries = store.deliveries
    return Report(
        counts=tuple(deliveries.tallies()),
        oldest_waiting=deliveries.oldest_waiting(),
        dead=tuple(deliveries.ended("failed", "blocked", limit=MOST)),
        doubtful=tuple(deliveries.ended("unknown", limit=MOST)),
    )


def words(report: Report) -> str:
    """Return the report as lines."""
    lines = [
        COUNT.format(state=STATES[each.state], kind=KINDS[each.kind], count=each.count)
        for each in report.counts
    ]
    if report.oldest_waiting:
        lines.append(OLDEST.format(entry=_entry(report.oldest_waiting)))
    if report.dead:
        lines += [DEAD.format(n=len(report.dead)), *map(_entry, report.dead)]
    if report.doubtful:
        lines.append(DOUBTFUL.format(n=len(report.doubtful), why=WHY_DOUBTFUL))
        lines += map(_entry, report.doubtful)
    return "\n".join(lines) or NOTHING


def as_dict(report: Report) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {
        "counts": [{"state": each.state, "kind": each.kind, "count": each.count} for each in report.counts],
        "oldest_waiting": _values(report.oldest_waiting) if report.oldest_waiting else None,
        "dead": [_values(each) for each in report.dead],
        "doubtful": [_values(each) for each in report.doubtful],
    }


def reason(error: str) -> str:
    """Return a refusal in words."""
    known = next((told for said, told in REASONS if said in error.lower()), error)
    return known if len(known) <= LONGEST_REASON else known[: LONGEST_REASON - 1] + "…"


def _entry(entry: Entry) -> str:
    return ENTRY.format(
        id=entry.id,
        channel=entry.channel,
        kind=KINDS[entry.kind],
        created=_local(entry.created_at),
        attempts=entry.attempts,
        reason=REASON.format(reason=reason(entry.error)) if entry.error else "",
    )


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "channel": entry.channel,
        "chat_id": entry.chat_id,
        "kind": entry.kind,
        "method": entry.method,
        "state": entry.state,
        "created_at": entry.created_at.isoformat(),
        "attempts": entry.attempts,
        "reason": reason(entry.error),
    }


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%m-%d %H:%M}"
