"""What a document says of itself in its first and last lines: title, issuer, date; and its body without the web page around it."""

import itertools
import re
from dataclasses import dataclass, field, replace

from policy_kb import dates
from policy_kb.particulars import ORGAN, Particulars, labelled, only_labels, particulars, reference

_KINDS = (
    "讲话|通知|意见|办法|规定|条例|方案|细则|决定|报告|公告|通报|规划|纲要|指南|制度|手册|问答|法|要点|指引|函|批复|清单|标准|请示|总结|计划|预案|"
    "章程|守则|须知|说明|解读|纪要|规则|准则|流程|目录|决议|公报|通告|规程|措施|政策|文件汇编"
)
_TITLE = re.compile(rf"(?:{_KINDS})(?:》)?(?:\s*[（(][^）)]*[）)])?$")
_FURNITURE = re.compile(
    r"^(?:站内搜索|网站地图|文件精神|首页|返回|打印|关闭|分享|收藏|字体|字号|【?字体|上一篇|下一篇|责任编辑|扫一扫|当前位置|您现在的位置|您的位置|相关(?:阅读|链接|文章|新闻|稿件))|"
    r"联系我们|领导信箱|copyright|版权所有|ICP备|公网安备|网站标识码|技术支持[:：]|设计制作|浏览次数|点击数|设为首页|加入收藏|无障碍|主办单位[:：]|承办单位[:：]",
    re.IGNORECASE,
)
_LONGEST_FURNITURE, _EDGE = 80, 25
_HEAD_LINES, _LONGEST_TITLE, _LONGEST_NAME, _SHORT = 14, 80, 30, 6
_TITLE_LINES = 4
_LETTERHEAD = re.compile(r"(?:文件|公报)$|^[★*\-—_\s]+$")


@dataclass(frozen=True)
class Titled:
    """A document's own words about itself (`date` ISO 8601), and the lines of its body."""

    title: str
    issuer: str | None
    date: str | None
    body: str
    particulars: Particulars = field(default_factory=Particulars)


def titled(text: str, name: str) -> Titled:
    """Read what a document says of itself; `name` serves as the title of a text that has none."""
    lines = _without_furniture([line.strip() for line in text.split("\n") if line.strip()])
    labels = labelled(lines[:40])
    lines = [line for n, line in enumerate(lines) if n >= 40 or not only_labels(line)]  # noqa: PLR2004
    span = _title_span(lines)
    if span is None:
        title, above, rest = labels.get("title") or _stem(name), [], lines
    else:
        title = "".join(_bare(line) for line in lines[span.start : span.stop])
        above, rest = lines[: span.start], lines[span.stop :]
        rest = [line for n, line in enumerate(rest) if n >= _HEAD_LINES or _bare(line) != title]
    below = _byline(rest)
    body = "\n".join(below.body)
    known = particulars(title, [*above, *below.lines], below.body, labels)
    day = below.date or labels.get("date") or known.latest or _signature(below.body)[1] or known.published
    issuer = labels.get("issuer") or below.issuer or _issuer(title, above, below.body, known)
    return Titled(title, issuer, day, body, replace(known, effective=known.effective_by(day)).dated(day))


@dataclass(frozen=True)
class _Below:
    """What stands below a title: the lines that only name who, when and the number, and the body after them."""

    issuer: str | None
    date: str | None
    lines: list[str]
    body: list[str]


def _without_furniture(lines: list[str]) -> list[str]:
    """Leave out what a web page puts at the head and foot of its document; the middle is never touched."""

    def furniture(n: int, line: str) -> bool:
        at_edge = n < _EDGE or n >= len(lines) - _EDGE
        return (
            at_edge and len(line) <= _LONGEST_FURNITURE and "。" not in line and bool(_FURNITURE.search(line))
        )

    return [line for n, line in enumerate(lines) if not furniture(n, line)]


def _stem(name: str) -> str:
    name = name.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _bare(line: str) -> str:
    bare = re.sub(r"^#+\s+", "", line).strip()
    return bare[1:-1] if bare.startswith("《") and bare.endswith("》") and bare.count("《") == 1 else bare


def _title_span(lines: list[str]) -> range | None:
    """Return the lines of the title: Markdown's own, or the head's first that ends in a kind of document and what belongs to it."""
    at = next((n for n, line in enumerate(lines[:_HEAD_LINES]) if line.startswith("# ")), None)
    if at is not None:
        return range(at, at + 1)
    for n, line in enumerate(lines[:_HEAD_LINES]):
        if (
            _SHORT < len(line) <= _LONGEST_TITLE
            and _TITLE.search(line)
            and not re.match(r"##|\||[一二三四五六七八九十]+、|问[:：]", line)
        ):
            return _spread(lines, n)
    return None


def _spread(lines: list[str], at: int) -> range:
    """Take in the lines over which a long title is broken, and a bracket (试行) on a line of its own."""
    start = stop = at
    while 0 < start > at - _TITLE_LINES and _breaks(
        lines[start - 1], "".join(lines[start : at + 1]), lines[at]
    ):
        start -= 1
    if stop + 1 < len(lines) and re.fullmatch(
        r"[（(](?:试行|暂行|修订|修正|\d{4}年[^）)]{0,8}|.{0,6}稿)[）)]", lines[stop + 1]
    ):
        stop += 1
    return range(start, stop + 1)


def _breaks(above: str, title: str, last: str) -> bool:
    """Whether the line above belongs to a title, which `last` ends: it names an issuer of 关于…, or has 关于 itself."""
    if len(above) > _LONGEST_TITLE or re.search(r"[。，；：！？,;:!?|]", above) or _LETTERHEAD.search(above):
        return False
    if reference(above) or dates.first(above) or _TITLE.search(above):
        return False
    opens = re.match(r"关于|印发|转发", last) is not None
    return (opens and ORGAN.search(above) is not None) or ("关于" in above and "关于" not in title)


def _byline(lines: list[str]) -> _Below:
    """Take the lines below the title that only name who and when and the number out of the body."""
    issuer = day = None
    n = 0
    while n < len(lines):
        line = lines[n]
        if found := dates.only(line) if day is None else None:
            day = found
        elif issuer is None and day is None and _names_somebody(line, lines[n + 1 :]):
            issuer = re.sub(r"\s+", " ", line)
        elif not reference(line):
            break
        n += 1
    return _Below(issuer, day, lines[: n + 3], lines[n:])


def _names_somebody(line: str, below: list[str]) -> bool:
    """Tell a line without any stop, right above a line that is only a date."""
    if len(line) > _LONGEST_NAME or re.search(r"[。，,;；:：!！?？、|]", line):
        return False
    return bool(below) and dates.only(below[0]) is not None


def _signature(lines: list[str]) -> tuple[str | None, str | None]:
    """Return who signed and when: an organ on a line of its own above a date, or a date alone among the last lines."""
    for above, below in itertools.pairwise(lines):
        day = dates.only(below)
        if (
            day
            and ORGAN.search(above)
            and len(above) <= _LONGEST_NAME
            and not re.search(r"[。；;:：]", above)
        ):
            return re.sub(r"\s+", " ", above), day
    tail = [*_before_appendix(lines)[-4:], *lines[-3:]]
    return None, next((day for line in reversed(tail) if (day := dates.only(line))), None)


def _before_appendix(lines: list[str]) -> list[str]:
    """Return the lines before the first appendix: the letter itself is dated there."""
    at = next(
        (n for n, line in enumerate(lines) if n and re.fullmatch(r"附\s*件\s*\d*\s*[:：]?", line)), None
    )
    return lines if at is None else lines[:at]


def _issuer(title: str, above: list[str], body: list[str], known: Particulars) -> str | None:
    """Return who issued it by the title (…关于…), the organ that adopted it, the letterhead (…文件) or the signature."""
    named = re.match(r"([\u4e00-\u9fff、 ]{3,60}?)(?:关于|印发|转发)", title)
    if named and ORGAN.search(named[1].strip()):
        return re.sub(r"\s+", " ", named[1].strip())
    if known.adopted_by:
        return known.adopted_by
    letterhead = next((line for line in above if line.endswith("文件") and len(line) > _SHORT), None)
    if letterhead:
        return re.sub(r"\s+", "", letterhead.removesuffix("文件"))
    return _signature(body)[0]
