"""The day of a visit out of day words: 昨天, 上周三, 11.15, 三天前, 15号. Vague words give no day.

Weeks run from Monday; a bare weekday or day of the month is the last one that has passed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.lexicon import pattern, words
from fieldwork.reading.numerals import whole
from fieldwork.reading.stances import stance_of

_WEEK = 7
_CHINESE = "一二两三四五六七八九十"
_NUMBER = rf"(?:\d{{1,2}}|[{_CHINESE}]{{1,3}})"
_WEEKDAYS = "一二三四五六日天"
# The words for days near today, in the north and in the south-west.
_NEAR = (
    (r"大前[天日]|大前儿", 3),
    (r"前[天日]|前儿个?|前[晚夜]", 2),
    (r"昨[天日晚夜]|昨儿个?|昨下午|昨上午|昨早", 1),
    (r"今[天日早晚晨]|今儿个?|今上午|今下午|当天(?!走访|去)", 0),
)
_EARLIER = re.compile(r"上次|上回|以前|之前|原来|去年|前年|那时|当时|那次|曾经|早就|本来")
_FOR_THE_RECORD = re.compile(r"补[录记报登填写]|录入|补上|登记")


@dataclass(frozen=True)
class Day:
    """A day, None where the words are vague, and the words that say so."""

    date: date | None
    span: Span


def day_of_visit(text: str, clauses: Sequence[Clause], today: date) -> tuple[date | None, Span | None]:
    """Return the day of the visit and the words it was read from; without a day word it is today."""
    said = [(day, clause) for clause in clauses for day in days_in(clause, today)]
    rated = [(_rate(text, day, clause), -day.span.start, day) for day, clause in said]
    best = max((each for each in rated if each[0] > 0), default=None, key=lambda each: each[:2])
    if best is None:
        return today, None
    return best[2].date, best[2].span


def days_in(clause: Clause, today: date) -> Iterator[Day]:
    """Yield the days that a clause names and that are not later than today, from the left."""
    taken: list[Span] = []
    found: list[Day] = []
    for form, read in _READERS:
        for match in re.finditer(words("dates.vague") if read is _vague else form, clause.text):
            span = Span(*match.span())
            if any(span.overlaps(other) for other in taken):
                continue
            try:
                day = read(match, today)
            except ValueError:
                continue  # no such day, e.g. 2.30
            taken.append(span)
            if day is None or day <= today:
                found.append(Day(day, Span(clause.span.start + span.start, clause.span.start + span.end)))
    yield from sorted(found, key=lambda each: each.span)


def _rate(text: str, day: Day, clause: Clause) -> int:
    """Say how likely it is that these words give the day of the visit; 0 when they do not."""
    before = text[clause.span.start : day.span.start]
    after = text[day.span.end : clause.span.end]
    stance = stance_of(clause)
    if _EARLIER.search(before) or re.match(r".{0,6}(?:的时候)?(?:就|也)(?:跟|说)过", after):
        return 0
    if stance.told or (stance.later and not re.search(r"(?:去|到|访|送)[了过的]", clause.text)):
        return 0
    if clause.sentence > 0 and not re.search(r"我|走访|入户|去|到", clause.text):
        return 0
    opens = not re.search(r"[\u4e00-\u9fff]", text[: day.span.start])
    act = (
        bool(pattern("dates.act").search(after))
        or bool(re.search(r"(?:是|我)$", before))
        or after[:2] in {"去的", "到的"}
    )
    rate = 4 * act + 3 * opens + (not before) + (day.date is not None)
    if _FOR_THE_RECORD.search(after[:4]) and not opens:
        rate = 1
    if (
        re.match(r"(?:来|才)?补[录记报]", after)
        and day.span.end - day.span.start == len("今天")
        and day.date is not None
    ):
        rate = 1
    return rate if act or opens else int(bool(re.fullmatch(r"[^他她说]{0,12}", before) and not after))


def _days_ago(match: re.Match[str], today: date) -> date | None:
    number = whole(match[1])
    return None if number is None else today - timedelta(days=number)


def _weeks_ago(match: re.Match[str], today: date) -> date | None:
    number = whole(match[1])
    return None if number is None else today - timedelta(days=_WEEK * number)


def _weekday(match: re.Match[str], today: date) -> date | None:
    weekday = min(_WEEKDAYS.index(match["day"]), 6)
    before = match["before"] or ""
    monday = today - timedelta(days=today.weekday())
    if "上" in before:
        return monday + timedelta(days=weekday - _WEEK * before.count("上"))
    if before:
        return monday + timedelta(days=weekday)
    return today - timedelta(days=(today.weekday() - weekday) % _WEEK)


def _full(match: re.Match[str], _today: date) -> date | None:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _month_and_day(match: re.Match[str], today: date) -> date | None:
    month, day = whole(match["month"]), whole(match["day"])
    if month is None or day is None:
        return None
    found = date(today.year, month, day)
    return found if found <= today else date(today.year - 1, month, day)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    """Read a bare 15号: of this month, or of the last one when this month's has not come yet."""
    day, month = whole(match["day"]), match["month"] or ""
    if day is None:
        return None
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if "上" in month:
        return last.replace(day=day)
    if month:
        return today.replace(day=day)
    return today.replace(day=day) if day <= today.day else last.replace(day=day)


def _ago(days: int) -> Callable[[re.Match[str], date], date | None]:
    return lambda _match, today: today - timedelta(days=days)


def _vague(_match: re.Match[str], _today: date) -> date | None:
    return None


_READERS: tuple[tuple[str, Callable[[re.Match[str], date], date | None]], ...] = (
    (r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})[日号]?", _full),
    (
        rf"(?P<month>{_NUMBER})月份?(?P<day>\d{{1,2}}|[{_CHINESE}]{{1,3}})(?:[日号]|(?!\d|[{_CHINESE}]))",
        _month_and_day,
    ),
    (
        r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])[./-](?P<day>3[01]|[12]\d|0?[1-9])[日号]?(?![\d.万千百元块亩斤公吨米%％倍岁点个度平里毫天只头户口人年月袋箱名次成棵株])",
        _month_and_day,
    ),
    (rf"({_NUMBER})天(?:以?前|之前)", _days_ago),
    (rf"({_NUMBER})个?(?:周|星期|礼拜)(?:以?前|之前)", _weeks_ago),
    *((near, _ago(days)) for near, days in _NEAR),
    ("<vague>", _vague),
    (
        rf"(?P<before>上上个?|上个?|这个?|本)?(?<!下)(?<!下个)(?:周|星期|礼拜)(?P<day>[{_WEEKDAYS}])(?!组|社|队|户|岁|年)",
        _weekday,
    ),
    (
        rf"(?P<month>上个?月[底初中]?|这个?月|本月)?(?<![\d.{_CHINESE}第])(?P<day>\d{{1,2}}|[{_CHINESE}]{{1,3}})[号日](?!楼|线|门|桥|文|令)",
        _day_of_month,
    ),
)
