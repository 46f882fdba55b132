"""Looks at what the program stands on and gives each a verdict with a word on what to do. Repairs nothing."""

import asyncio
import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from os import W_OK, access, environ
from pathlib import Path

import aiohttp
from filelock import Timeout

from bot.app import LOCK, policy_folder, server_lock
from bot.backup import POLICY, STORE
from bot.settings import BadSettings, Settings, read
from fieldwork.days import SHANGHAI, calendar_ends, day_of
from policy_kb import KnowledgeBase
from storage import Store

GOOD, MIND, BAD = "好", "注意", "不行"
SETTINGS, DATA, SERVER, CLOCK = "设置", "数据", "服务", "时钟"
CHANNEL_WEB, CHANNEL_TELEGRAM, CALENDAR, POLICIES = "网页", "Telegram", "日历", "知识库"
FIRST_YEAR = 2026
PATIENCE_S = 5.0
SCARCE, LOW = 200 * 2**20, 2**30
# Clocks of phones and servers differ a little; that is no fault.
LENIENCE = timedelta(minutes=5)

SETTINGS_GOOD = "都能用"
NO_DATA = "还没有数据文件夹“{data}”，第一次启动时会建立"
NOT_WRITABLE = "“{data}”不是文件夹，或没有权限往里写，请换一个或改权限"
NO_FILE = "还没有数据，第一次启动时会建立"
BROKEN = "{name} 已损坏（{fault}），请用备份恢复：python bot.py restore 备份.tar"
DATA_GOOD = "完好：{people} 人、{households} 户"
DISK = "磁盘剩余 {free:.1f} GB"
DISK_FULL = DISK + "，不够用了，请先腾出空间"
DISK_LOW = DISK + "，请留意"
RUNS, STANDS = "正在运行", "没有运行"
CLOCK_GOOD = "{now:%Y-%m-%d %H:%M}（北京时间）"
CLOCK_PAST = CLOCK_GOOD + "，早于 2026 年，请校准这台机器的时间"
CLOCK_BEHIND = CLOCK_GOOD + "，早于已有的记录，请校准这台机器的时间"
WEB_LOOPBACK, WEB_OPEN = "只供本机使用：{base}", "开放给别的机器：{base}"
WEB_PLAIN = "开放给别的机器，邀请链接却不是 https：{base}。请设置 PUBLIC_URL"
NO_TOKEN = "未设置，只用网页"  # noqa: S105 - a sentence
TELEGRAM_GOOD, TELEGRAM_REFUSES = "已连上 @{name}", "拒绝了令牌（{code}），请核对 TELEGRAM_TOKEN"
TELEGRAM_AWAY = "连不上 {api}（{fault}），消息会等连上后再发"
CALENDAR_GOOD = "法定节假日已知到 {year} 年"
CALENDAR_ENDS = "法定节假日只知道到 {year} 年，之后按周一至周五算工作日；请更新程序"
NO_DOCUMENTS = "还没有文件；收入文件：python bot.py kb add 文件"
POLICIES_GOOD = "{documents} 份文件、{clauses} 条，{index}"
INDEX_STATES = {
    "new": "索引还没有建立，第一次提问时建立",
    "whole": "索引完好",
    "damaged": "索引文件已损坏或是旧版，下次提问时自动重建，不影响文件",
}


@dataclass(frozen=True)
class Verdict:
    """What was looked at, whether it is GOOD, to MIND or BAD, and why in words."""

    what: str
    verdict: str
    words: str


def everything(data: Path, now: datetime, environment: Mapping[str, str] = environ) -> tuple[Verdict, ...]:
    """Look at all there is."""
    try:
        settings = read(environment, data=data)
    except BadSettings as error:
        found = tuple(Verdict(SETTINGS, BAD, fault) for fault in error.faults)
    else:
        found = (Verdict(SETTINGS, GOOD, SETTINGS_GOOD), *channels(settings))
    return (
        *found,
        *storage(data),
        *disk(data),
        *server(data),
        *clock(data, now),
        *calendar(day_of(now)),
        *policies(data),
    )


def storage(data: Path) -> tuple[Verdict, ...]:
    """Look at the data file."""
    if not data.exists():
        return (Verdict(DATA, MIND, NO_DATA.format(data=data)),)
    if not data.is_dir() or not access(data, W_OK):
        return (Verdict(DATA, BAD, NOT_WRITABLE.format(data=data)),)
    if not (data / STORE).exists():
        return (Verdict(DATA, MIND, NO_FILE),)
    if fault := Store.verify(data / STORE):
        return (Verdict(DATA, BAD, BROKEN.format(name=STORE, fault=fault)),)
    with contextlib.closing(Store(data)) as store:
        counts = store.roster.counts()
    return (Verdict(DATA, GOOD, DATA_GOOD.format(**counts)),)


def disk(data: Path) -> tuple[Verdict, ...]:
    """Look at the space that is left where the data lies, or will lie."""
    folder = next(each for each in (data.absolute(), *data.absolute().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    verdict, words = (BAD, DISK_FULL) if free < SCARCE else (MIND, DISK_LOW) if free < LOW else (GOOD, DISK)
    return (Verdict(DATA, verdict, words.format(free=free / 2**30)),)


def server_runs(data: Path) -> bool:
    """Say whether a server works on the data folder."""
    if not (data / LOCK).exists():
        return False
    try:
        with server_lock(data):
            return False
    except Timeout:
        return True


def server(data: Path) -> tuple[Verdict, ...]:
    """Look whether a server runs; either is fine."""
    return (Verdict(SERVER, GOOD, RUNS if server_runs(data) else STANDS),)


def clock(data: Path, now: datetime) -> tuple[Verdict, ...]:
    """Look whether the clock can be right: not in a year long gone, not before what is recorded."""
    local = now.astimezone(SHANGHAI)
    if local.year < FIRST_YEAR:
        return (Verdict(CLOCK, BAD, CLOCK_PAST.format(now=local)),)
    if _recorded_after(data, now + LENIENCE):
        return (Verdict(CLOCK, BAD, CLOCK_BEHIND.format(now=local)),)
    return (Verdict(CLOCK, GOOD, CLOCK_GOOD.format(now=local)),)


def calendar(today: date) -> tuple[Verdict, ...]:
    """Look whether the public holidays of this year and the next are known."""
    year = calendar_ends()
    if year > today.year:
        return (Verdict(CALENDAR, GOOD, CALENDAR_GOOD.format(year=year)),)
    return (Verdict(CALENDAR, MIND, CALENDAR_ENDS.format(year=year)),)


def policies(data: Path) -> tuple[Verdict, ...]:
    """Look at the knowledge base."""
    if not (data / POLICY).exists():
        return (Verdict(POLICIES, MIND, NO_DOCUMENTS),)
    if fault := Store.verify(data / POLICY):
        return (Verdict(POLICIES, BAD, BROKEN.format(name=POLICY, fault=fault)),)
    base = KnowledgeBase.open(policy_folder(data))
    documents, state = base.documents(), base.index_state()
    if not documents:
        return (Verdict(POLICIES, MIND, NO_DOCUMENTS),)
    clauses = sum(document.clauses for document in documents)
    words = POLICIES_GOOD.format(documents=len(documents), clauses=clauses, index=INDEX_STATES[state])
    return (Verdict(POLICIES, MIND if state == "damaged" else GOOD, words),)


def channels(settings: Settings) -> tuple[Verdict, ...]:
    """Look at the ways in: the web chat, and Telegram where a token is set."""
    base = settings.link_base
    if settings.loopback:
        web = Verdict(CHANNEL_WEB, GOOD, WEB_LOOPBACK.format(base=base))
    elif base.startswith("https://"):
        web = Verdict(CHANNEL_WEB, GOOD, WEB_OPEN.format(base=base))
    else:
        web = Verdict(CHANNEL_WEB, MIND, WEB_PLAIN.format(base=base))
    if not settings.telegram_token:
        return (web, Verdict(CHANNEL_TELEGRAM, GOOD, NO_TOKEN))
    return (web, asyncio.run(telegram(settings)))


async def telegram(settings: Settings, *, patience_s: float = PATIENCE_S) -> Verdict:
    """Ask Telegram who the token is; the token stands in no answer."""
    url = f"{settings.telegram_api.rstrip('/')}/bot{settings.telegram_token}/getMe"
    timeout = aiohttp.ClientTimeout(total=patience_s)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url) as reply,
        ):
            told = await reply.json(content_type=None)
            code = reply.status
    except (aiohttp.ClientError, OSError, ValueError) as error:
        words = TELEGRAM_AWAY.format(api=settings.telegram_api, fault=type(error).__name__)
        return Verdict(CHANNEL_TELEGRAM, MIND, words)
    if isinstance(told, dict) and told.get("ok") is True and isinstance(told.get("result"), dict):
        name = told["result"].get("username", "")
        return Verdict(CHANNEL_TELEGRAM, GOOD, TELEGRAM_GOOD.format(name=name))
    return Verdict(CHANNEL_TELEGRAM, BAD, TELEGRAM_REFUSES.format(code=code))


def _recorded_after(data: Path, instant: datetime) -> bool:
    """Say whether a check-in or a visit is later than the instant."""
    if not (data / STORE).exists() or Store.verify(data / STORE):
        return False
    day = day_of(instant)
    with contextlib.closing(Store(data)) as store:
        people = [person.code for person in store.roster.people(left_too=True)]
        if any(entry.at > instant for entry in store.checkins.between(people, day, date.max)):
            return True
        visits = (visit for person in people for visit in store.visits.of_person(person, since=day))
        return any(visit.recorded_at > instant for visit in visits)
