"""What a document says of itself: title, issuer, date; and its body without the web page around it."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

_KINDS = "讲话|通知|意见|办法|规定|条例|方案|细则|决定|报告|公告|通报|规划|纲要|指南|制度|手册|问答|法|要点|指引|函|批复|清单|标准"
_TITLE = re.compile(rf"(?:{_KINDS})(?:[（(][^）)]*[）)])?$")
_CLUTTER = re.compile(
    r"^(?:站内搜索|网站地图|文件精神|首页|返回|打印|关闭|分享|收藏|字体|字号|上一篇|下一篇|责任编辑|扫一扫|当前位置)|"
    r"联系我们|领导信箱|copyright|版权所有|ICP备|技术支持|浏览次数|设为首页",
    re.IGNORECASE,
)
_META = re.compile(r"^(?:作者|来源|发布时间|发布日期)\s*[:：]")
_PUBLISHED = re.compile(r"发布(?:时间|日期)\s*[:：]\s*(.{6,20})")
_DATE = re.compile(
    r"([〇零○一二三四五六七八九\d]{4})\s*[年\-./]\s*([一二三四五六七八九十\d]{1,3})\s*[月\-./]\s*([一二三四五六七八九十\d]{1,3})\s*日?"
)
_NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_HEAD_LINES, _LONGEST_TITLE, _LONGEST_NAME, _SHORT = 14, 80, 30, 6


@dataclass(frozen=True)
class Titled:
    """A document's own words about itself (`date` ISO 8601), and the lines of its body."""

    title: str
    issuer: str | None
    date: str | None
    body: str


def titled(text: str, name: str) -> Titled:
    """Read title, issuer and date out of the first lines; `name` serves as the title of a text that has none."""
    lines = [line.strip() for line in text.split("\n")]
    published = next((_date(m[1]) for line in lines if (m := _PUBLISHED.search(line))), None)
    lines = [line for line in lines if not _CLUTTER.search(line) and not _META.match(line)]
    at = _title_line(lines)
    if at is None:
        title = name.rpartition(".")[0] or name
        return Titled(title, None, published or _last_date(lines), "\n".join(lines).strip())
    title = lines[at].lstrip("# ").strip("《》")
    rest = [line for line in lines[at + 1 :] if line.lstrip("# ") != title]
    found = _byline(Titled(title, None, None, "\n".join(rest).strip()))
    return replace(found, date=found.date or published or _last_date(rest))


def _title_line(lines: list[str]) -> int | None:
    """Return the first of the head's lines that looks like a title: Markdown's own, or ending in a kind of document."""
    head = [(n, line) for n, line in enumerate(lines) if line][:_HEAD_LINES]
    for n, line in head:
        if line.startswith("# "):
            return n
    for n, line in head:
        if _SHORT < len(line) <= _LONGEST_TITLE and _TITLE.search(line):
            return n
    return None


def _byline(found: Titled) -> Titled:
    """Take the lines below the title that only name who and when out of the body."""
    issuer, day, lines = found.issuer, found.date, found.body.split("\n")
    while lines:
        line = lines[0].strip()
        bare = line.strip("（）() ")
        if not line:
            pass
        elif day is None and (m := _DATE.fullmatch(bare)):
            day = _iso(m)
        elif (
            issuer is None and day is None and len(line) <= _LONGEST_NAME and _names_somebody(line, lines[1:])
        ):
            issuer = re.sub(r"\s+", " ", line)
        else:
            break
        lines = lines[1:]
    return replace(found, issuer=issuer, date=day, body="\n".join(lines))


def _names_somebody(line: str, below: list[str]) -> bool:
    """Tell a line without any stop, right above a line that is only a date."""
    following = next((other.strip("（）() ") for other in below if other.strip()), "")
    return not re.search(r"[。，,;；:：!！?？、]", line) and bool(_DATE.fullmatch(following))


def _last_date(lines: list[str]) -> str | None:
    """Return the date that stands alone near the end, where official letters are dated."""
    tail = [line.strip("（）() ") for line in lines if line][-3:]
    return next((_iso(m) for line in reversed(tail) if (m := _DATE.fullmatch(line))), None)


def _date(text: str) -> str | None:
    match = _DATE.search(unicodedata.normalize("NFKC", text))
    return _iso(match) if match else None


def _iso(match: re.Match[str]) -> str | None:
    try:
        year = int("".join(str(_NUMERALS.get(c, c)) for c in match[1]))
        return date(year, _number(match[2]), _number(match[3])).isoformat()
    except ValueError:
        return None


def _number(text: str) -> int:
    """Return the value of 1 to 99 in Arabic or Chinese figures."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * (_NUMERALS[tens] if tens else 1) if ten else 0) + (_NUMERALS[ones] if ones else 0)
