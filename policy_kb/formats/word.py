"""DOCX: paragraphs with the numbers that Word counts for them, headings by their styles, tables row by row.

Left out: deleted text, headers and footers, tables of contents, footnotes, pictures.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from policy_kb.errors import Unreadable
from policy_kb.formats import package, tables
from policy_kb.formats.apart import DAMAGED
from policy_kb.formats.numbering import Lists

_CONTAINERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "instrText"})
_MAIN = "word/document.xml"
_LONGEST_HEADING, _LONGEST_CELL = 60, 500


@dataclass(frozen=True)
class _Style:
    """What a paragraph's style says: depth as a heading (0: the title), place in a list, and whether it is a line of contents."""

    heading: int | None = None
    list_place: tuple[str, int] | None = None
    contents: bool = False


@dataclass
class _Word:
    """A document being read."""

    styles: dict[str, _Style]
    lists: Lists
    lines: list[str] = field(default_factory=list)

    def blocks(self, parent: Any) -> None:  # noqa: ANN401 - lxml has no types
        for child in parent:
            match local(child):
                case "p":
                    self.paragraph(child)
                case "tbl":
                    self.table(child)
                case name if name in _CONTAINERS:
                    self.blocks(child)

    def paragraph(self, element: Any) -> None:  # noqa: ANN401
        properties = first(element, "pPr")
        style = self.styles.get(value(first(properties, "pStyle")) or "", _Style())
        if style.contents:
            return
        text = text_of(element).strip()
        place = _list_place(first(properties, "numPr"), style.list_place)
        if text:
            number = self.lists.next(*place) if place else ""
            outline = value(first(properties, "outlineLvl"))
            depth = int(outline) + 1 if outline and outline.isdigit() and int(outline) < 9 else style.heading  # noqa: PLR2004 - 9 is body text
            self.lines += _marked(f"{number}{text}", depth)
        for box in boxes(element):
            self.blocks(box)

    def table(self, element: Any) -> None:  # noqa: ANN401
        rows = list(_rows(element))
        if max(map(len, rows), default=0) > 1 and all(len(c) <= _LONGEST_CELL for row in rows for c in row):
            self.lines += tables.lines(rows)
            return
        for cell in element.iter("{*}tc"):
            if next(cell.iterancestors("{*}tbl")) is element:
                self.blocks(cell)


def read(data: bytes) -> str:
    """Return the document's text, a paragraph a line."""
    parts = package.check(data)
    names = set(parts.namelist())
    main = _main_part(parts) if "_rels/.rels" in names else _MAIN
    if main not in names:
        raise Unreadable(DAMAGED, f"no {main}")
    folder = posixpath.dirname(main)

    def part(name: str) -> Any:  # noqa: ANN401
        path = posixpath.join(folder, name)
        return _parsed(parts, path) if path in names else ()

    word = _Word(_styles(part("styles.xml")), Lists(part("numbering.xml")))
    word.blocks(first(_parsed(parts, main), "body"))
    return "\n".join(word.lines)


def local(element: Any) -> str:  # noqa: ANN401
    """Return an element's name without its namespace: the strict and the usual kind of DOCX differ only there."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def first(parent: Any, name: str) -> Any:  # noqa: ANN401
    """Return the first child of that name, None where there is none."""
    return next((child for child in parent if local(child) == name), None) if parent is not None else None


def value(element: Any, name: str = "val") -> str | None:  # noqa: ANN401
    """Return an attribute's value whatever its namespace."""
    if element is None:
        return None
    return next((v for key, v in element.attrib.items() if key.rpartition("}")[2] == name), None)


def text_of(element: Any) -> str:  # noqa: ANN401
    """Return the visible text of a paragraph, that of text boxes left out."""
    found: list[str] = []
    for child in element:
        match local(child):
            case "t":
                found.append(child.text or "")
            case "tab":
                found.append(" ")
            case "br" | "cr":
                found.append("\n")
            case "noBreakHyphen":
                found.append("-")
            case "txbxContent":
                pass
            case name if name not in _UNSEEN:
                found.append(text_of(child))
    return "".join(found)


def boxes(element: Any) -> list[Any]:  # noqa: ANN401
    """Return the text boxes that hang on a paragraph, each once."""
    return [
        box
        for box in element.iter("{*}txbxContent")
        if not any(local(above) == "Fallback" for above in box.iterancestors())
        and next(box.iterancestors("{*}p"), None) is element
    ]


def _marked(text: str, depth: int | None) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if depth is not None and len(text) <= _LONGEST_HEADING:
        return [f"{'#' * (depth + 1)} {' '.join(lines)}"]
    return lines


def _rows(table: Any) -> Iterator[list[str]]:  # noqa: ANN401
    """Give the rows' cells; a cell over several columns or rows says its text in each."""
    above: list[str] = []
    for row in table.iter("{*}tr"):
        if next(row.iterancestors("{*}tbl")) is not table:
            continue
        cells: list[str] = []
        for cell in row.iter("{*}tc"):
            if next(cell.iterancestors("{*}tr")) is not row:
                continue
            properties = first(cell, "tcPr")
            merged = first(properties, "vMerge")
            text = " ".join(filter(None, (text_of(p).strip() for p in cell.iter("{*}p"))))
            if merged is not None and value(merged) != "restart" and len(cells) < len(above):
                text = above[len(cells)]
            span = value(first(properties, "gridSpan")) or "1"
            cells += [text] * (min(int(span), 60) if span.isdigit() else 1)
        above = cells
        yield cells


def _list_place(properties: Any, of_style: tuple[str, int] | None) -> tuple[str, int] | None:  # noqa: ANN401
    """Return the list (its id) and the depth in it where a paragraph is counted; its own word goes before its style's."""
    if properties is None:
        return of_style
    number, depth = value(first(properties, "numId")), value(first(properties, "ilvl"))
    if number is None:
        number = of_style[0] if of_style else None
    if depth is None and of_style:
        return (number or "0", of_style[1])
    return (number, int(depth or 0)) if number else None


def _styles(root: Any) -> dict[str, _Style]:  # noqa: ANN401
    """Return what each style says, with what it takes from those it is based on."""
    elements = {value(each, "styleId") or "": each for each in root if local(each) == "style"}
    found: dict[str, _Style] = {}
    for name in elements:
        chain, at = [], name
        while at in elements and at not in chain:
            chain.append(at)
            at = value(first(elements[at], "basedOn")) or ""
        found[name] = _style([elements[each] for each in chain])
    return found


def _style(chain: list[Any]) -> _Style:
    heading: int | None = None
    place: tuple[str, int] | None = None
    names = [(value(first(each, "name")) or "").lower() for each in chain]
    for each in reversed(chain):
        properties = first(each, "pPr")
        place = _list_place(first(properties, "numPr"), place)
        outline = value(first(properties, "outlineLvl"))
        if outline and outline.isdigit():
            heading = int(outline) + 1 if int(outline) < 9 else None  # noqa: PLR2004 - 9 is body text
    if names[0] == "title":
        heading = 0
    return _Style(heading, place, contents=names[0].startswith("toc "))


def _main_part(parts: zipfile.ZipFile) -> str:
    for each in _parsed(parts, "_rels/.rels"):
        if (value(each, "Type") or "").endswith("/officeDocument"):
            return (value(each, "Target") or _MAIN).lstrip("/")
    return _MAIN


def _parsed(parts: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401
    from lxml import etree  # noqa: PLC0415 - needed only in the child that reads

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(parts.read(name), parser)
