"""PDF with text in it: lines joined back into paragraphs, page numbers and running heads left out. No OCR, no tables' cells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy_kb.errors import Unreadable
from policy_kb.formats.package import LOCKED
from policy_kb.joints import joints

_MOST_PAGES = 2_000
_PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*(?:第\s*)?[\dⅠ-Ⅻivx]{1,4}(?:\s*页)?(?:\s*[/，,]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–－·\s]*"
)
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_EDGE_LINES, _LEAST_PAGES, _SPACED, _LEAST_LETTERS = 2, 3, 0.3, 10
_CHINESE, _HAIR = "\u3000", 0.35
_INDENT = 1.2  # in letters: a paragraph's first line is moved in at least so far
_SHORT, _SHORT_AT_STOP = (
    2.5,
    1.2,
)  # a line that ends so much before the margin ends its paragraph, after a full stop sooner
_STOPS = "。；;：:！？!?"

SCANNED = (
    "“{name}”是扫描件，里面只有图片没有文字。请用扫描软件识别成文字（OCR），或找发文单位要 Word 版再添加。"
)
TOO_MANY = "“{name}”超过 2000 页。请拆成几份再添加。"


@dataclass(frozen=True)
class Line:
    """A printed line: where it begins and ends across the page, in points, and how wide a letter is."""

    text: str
    left: float
    right: float
    letter: float


def read(data: bytes) -> str:
    """Return the document's text, a paragraph a line."""
    import pypdfium2  # noqa: PLC0415 - needed only in the child that reads

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise Unreadable(LOCKED, str(error)) from error
        raise
    if len(document) > _MOST_PAGES:
        raise Unreadable(TOO_MANY)
    pages = [_lines(page.get_textpage()) for page in document]
    with_text = sum(sum(len(line.text) for line in page) >= _LEAST_LETTERS for page in pages)
    if pages and with_text * 2 < len(pages):
        raise Unreadable(SCANNED, f"{with_text} of {len(pages)} pages have text")
    return "\n".join(paragraphs(without_edges(pages)))


def without_edges(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages without page numbers and without what stands at the head or foot of most of them."""
    seen = Counter(text for page in pages for text in {_bare(page[n]) for n in _edges(page)})
    running = {text for text, n in seen.items() if n >= max(_LEAST_PAGES, len(pages) / 3)}

    def stays(page: Sequence[Line], n: int) -> bool:
        line = page[n]
        return n not in _edges(page) or not (_PAGE_NUMBER.fullmatch(line.text) or _bare(line) in running)

    return [[line for n, line in enumerate(page) if stays(page, n)] for page in pages]


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return paragraphs: a line goes on with the one before that reached the right margin, unless it is moved in or numbered."""
    found: list[str] = []
    full = False
    for page in pages:
        left, right = _margins(page)
        for line in page:
            numbered = (
                bool(found) and found[-1].endswith(tuple(_STOPS)) and joints([line.text])[0] is not None
            )
            if full and not numbered and line.left < left + _INDENT * line.letter:
                found[-1] = _joined(found[-1], line.text)
            else:
                found.append(line.text)
            slack = _SHORT_AT_STOP if line.text.endswith(tuple(_STOPS)) else _SHORT
            full = line.right > right - slack * line.letter
    return found


def _margins(page: Sequence[Line]) -> tuple[float, float]:
    """Return the left margin, where most lines begin, and the right one, which hardly any line passes."""
    if not page:
        return 0.0, 0.0
    begins = Counter(round(line.left / 3) for line in page)
    often = [place for place, n in begins.items() if n >= max(2, begins.most_common(1)[0][1] / 4)]
    ends = sorted(line.right for line in page)
    return 3 * min(often, default=min(begins)), ends[int(0.95 * (len(ends) - 1))]


def _joined(above: str, below: str) -> str:
    latin = above[-1:].isascii() and above[-1:].isalpha() and below[:1].isascii() and below[:1].isalpha()
    return f"{above} {below}" if latin else above + below


def _edges(page: Sequence[Line]) -> set[int]:
    return {*range(min(_EDGE_LINES, len(page))), *range(max(0, len(page) - _EDGE_LINES), len(page))}


def _bare(line: Line) -> str:
    return re.sub(r"[\d\s]", "", line.text)


def _lines(page: Any) -> list[Line]:  # noqa: ANN401 - pypdfium2 has no types
    return [line for numbers in _runs(page) if (line := _line(page, numbers))]


def _runs(page: Any) -> Iterator[list[tuple[int, str]]]:  # noqa: ANN401
    """Give the printed lines as letters with their numbers on the page."""
    from pypdfium2 import raw  # noqa: PLC0415

    run: list[tuple[int, str]] = []
    for n in range(page.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(page.raw, n))
        if letter in "\r\n":
            yield run
            run = []
        elif letter == "\u0002":  # how PDFium marks a hyphen at a line's end
            run.append((n, "-"))
        elif letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff":
            run.append((n, letter))
    yield run


def _line(page: Any, run: list[tuple[int, str]]) -> Line | None:  # noqa: ANN401
    seen = [(n, letter) for n, letter in run if not letter.isspace()]
    if not seen:
        return None
    left, bottom, _, top = page.get_charbox(seen[0][0], loose=True)
    right = page.get_charbox(seen[-1][0], loose=True)[2]
    text = "".join(
        letter for k, (_, letter) in enumerate(run) if letter != " " or _is_space(page, run, k)
    ).strip()
    if text.count(" ") > _SPACED * len(text):
        text = text.replace(" ", "")
    return Line(text, left, right, max(top - bottom, 1.0))


def _is_space(page: Any, run: list[tuple[int, str]], k: int) -> bool:  # noqa: ANN401
    """Tell a space from the hair's breadth that printers put between Chinese characters and figures."""
    if not 0 < k < len(run) - 1 or (run[k - 1][1] < _CHINESE) == (run[k + 1][1] < _CHINESE):
        return True
    _, bottom, right, top = page.get_charbox(run[k - 1][0], loose=True)
    return bool(page.get_charbox(run[k + 1][0], loose=True)[0] - right > _HAIR * (top - bottom))
