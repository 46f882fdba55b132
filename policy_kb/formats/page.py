"""HTML: a saved page's document without the page around it. Only takes away; what is left stands in its order, tables row by row.

What goes: scripts, menus, footers, forms, blocks that are links and little else, blocks whose class or id says that they serve the
page. What the page's head says of title, date and source comes first, for `titling` to read.
"""

import re
from collections.abc import Iterator
from typing import Any

from policy_kb.formats import plain, tables

_NEVER = (
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "nav",
    "footer",
    "form",
    "button",
    "select",
    "input",
    "svg",
    "object",
)
_SERVES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navi|menu|foot|footer|crumbs?|breadcrumbs?|share|bdshare\w*|print|toolbar|toolbox|sidebar|related|relate|"
    r"recommend|login|search|searchbox|copyright|qrcode|ewm|pager|pagination|prevnext|xgwz|xgbd|xgxw|xglj|fontsize|dqwz|position|"
    r"location|hidden|links?|friendlink|yqlj|fenxiang|dayin|guanbi|topbar|backtop|gotop|accessibility|wza)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_LINK_SHARE, _LEAST_LINKS, _MOST = 0.6, 2, 0.4
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "hz-gb-2312"})
_BREAK = "\f"
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”])[ \t]*\n[ \t]*(?=[\u3000-\u9fff\uff00-\uffef“”])")
_META = {"articletitle": "", "pubdate": "发布时间：", "contentsource": "来源："}
_LONGEST_CELL, _SPAN = 500, 60


def read(data: bytes) -> str:
    """Return the page's document as text."""
    from lxml import html  # noqa: PLC0415 - needed only in the child that reads

    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    source = decode(data).replace("\0", "")
    if not source.strip():
        return ""
    root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", source), parser=parser)
    head = list(_said_in_head(root))
    _clear(root)
    return "\n".join([*head, *_lines(root)])


def decode(data: bytes) -> str:
    """Return the page's text by its mark, by what it says of its charset, else as UTF-8 or GB 18030."""
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        charset = named[1].decode("ascii").lower()
        try:
            return data.decode("gb18030" if charset in _CHINESE else charset)
        except (UnicodeDecodeError, LookupError):
            pass  # the page says one thing and is another: look for oneself
    try:
        return plain.decode(data)
    except UnicodeDecodeError:
        return data.decode("gb18030" if named and named[1].lower().startswith(b"gb") else "utf-8", "replace")


def _said_in_head(root: Any) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    """Give the title, the day and the source where the page has the marks that government sites use."""
    for meta in root.iter("meta"):
        label = _META.get((meta.get("name") or "").lower())
        content = " ".join((meta.get("content") or "").split())
        if label is not None and content:
            yield label + content


def _clear(root: Any) -> None:  # noqa: ANN401
    """Take out what serves the page and not the document, but never where most of the text is."""
    for element in list(root.iter(*_NEVER)):
        if element.tag != "form" or _size(element) < _MOST * _size(
            root
        ):  # some sites put the whole page into a form
            element.drop_tree()
    for head in list(root.iter("head")):
        head.drop_tree()
    whole = _size(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None or element.tag == "body":
            continue
        if _serves(element) and _size(element) < _MOST * whole:
            element.drop_tree()
    for element in list(root.iter("div", "ul", "ol", "dl", "p", "td", "section", "aside", "header")):
        if element.getparent() is not None and _is_links(element) and _size(element) < _MOST * whole:
            element.drop_tree()


def _serves(element: Any) -> bool:  # noqa: ANN401
    style = (element.get("style") or "").replace(" ", "").lower()
    said = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", f"{element.get('class') or ''} {element.get('id') or ''}")
    return "display:none" in style or bool(_SERVES.search(said))


def _is_links(element: Any) -> bool:  # noqa: ANN401
    """Tell a block of links: two or more, and hardly any text besides. A document's own attachments are kept."""
    links = [link for link in element.iter("a") if link.get("href")]
    if len(links) < _LEAST_LINKS or any("附件" in (link.text_content() or "") for link in links):
        return False
    return sum(map(_size, links)) >= _LINK_SHARE * _size(element)


def _size(element: Any) -> int:  # noqa: ANN401
    return sum(len(text.strip()) for text in element.itertext())


def _lines(root: Any) -> list[str]:  # noqa: ANN401
    """Return the text, a block a line; the walk keeps its own stack, for pages nest deep."""
    found: list[str] = []
    run: list[str] = []

    def end_line() -> None:
        found.extend(line for part in "".join(run).split(_BREAK) if (line := _flowed(part)))
        run.clear()

    stack: list[tuple[Any, bool]] = [(root, False)]
    as_typed = 0
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if leaving:
            as_typed -= tag == "pre"
            if tag in _BLOCKS:
                end_line()
            run.append(_typed(element.tail, as_typed))
            continue
        as_typed += tag == "pre"
        if tag in _BLOCKS or tag == "br":
            end_line()
        if tag == "table" and (rows := _data(element)) is not None:
            found.extend(tables.lines(rows))
            run.append(_typed(element.tail, as_typed))
            continue
        run.append(_typed(element.text, as_typed) if tag else "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    end_line()
    return found


def _typed(text: str | None, as_typed: int) -> str:
    """Return an element's own text; within <pre> a line's end is the document's."""
    return (text or "").replace("\n", _BREAK) if as_typed else text or ""


def _flowed(text: str) -> str:
    """Return the text in one line; a line's end between Chinese characters is the page's, not the document's."""
    return " ".join(_WRAPPED.sub("", text).split())


def _data(table: Any) -> list[list[str]] | None:  # noqa: ANN401
    """Return a table's cells, each text in every column and row it stretches over; None for one that only lays out the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return None
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: rows still to come, text
    for row in list(table.iter("tr")):
        cells: list[str] = []
        for cell in (each for each in row if each.tag in {"td", "th"}):
            _hang(cells, hanging)
            text = _flowed("".join(cell.itertext()))
            if len(text) > _LONGEST_CELL:
                return None
            for _ in range(_span(cell, "colspan")):
                if (down := _span(cell, "rowspan")) > 1:
                    hanging[len(cells)] = (down - 1, text)
                cells.append(text)
        _hang(cells, hanging)
        rows.append(cells)
    return rows if len(rows) > 1 and max(map(len, rows)) > 1 else None


def _hang(cells: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(cells) in hanging:
        left, text = hanging.pop(len(cells))
        if left > 1:
            hanging[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Any, name: str) -> int:  # noqa: ANN401
    said = (cell.get(name) or "").strip()
    return max(1, min(int(said), _SPAN)) if said.isdecimal() else 1
