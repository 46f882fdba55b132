"""XLSX and CSV: pairs of question and answer become headings with their answers, other tables row by row with their headings."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from policy_kb.errors import Unreadable
from policy_kb.formats import package, plain, tables

_QUESTION = re.compile(r"(?:咨询|常见|群众|热点|政策)?(?:问题|提问|疑问|咨询|问)(?:内容|描述|事项)?")
_ANSWER = re.compile(r"(?:参考|标准|官方|政策)?(?:答复|答案|回答|解答|回复|答)(?:内容|意见|口径)?")
_COUNTS = frozenset({"序号", "编号", "No.", "NO", "#"})
_HEAD_ROWS, _MOST_ROWS, _MOST_COLUMNS = 10, 50_000, 60

TOO_MANY = "“{name}”的行数超过 5 万。请拆成几份再添加。"
BAD_CSV = "“{name}”不是完整的 CSV 表格。请用 Excel 打开，另存为 XLSX 再添加。"


def read_csv(data: bytes) -> str:
    """Return the table's rows as text; raises UnicodeError or Unreadable."""
    text = plain.decode(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t，", key=first.count)
    try:
        return _text([_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))])
    except csv.Error as error:
        raise Unreadable(BAD_CSV, str(error)) from error


def read_xlsx(data: bytes) -> str:
    """Return every sheet's rows as text."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, needed only here

    package.check(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    named = len(sheets) > 1
    found = []
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size is not to be believed
        rows = _bounded([_shown(cell) for cell in row[:_MOST_COLUMNS]] for row in sheet.rows)
        if any(any(row) for row in rows):
            found.append(([[f"## {sheet.title}"]] if named else []) + rows)
    return _text(found)


def _bounded(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in rows:
        if len(found) >= _MOST_ROWS:
            raise Unreadable(TOO_MANY)
        found.append([cell.strip() for cell in row[:_MOST_COLUMNS]])
    return found


def _text(sheets: Iterable[list[list[str]]]) -> str:
    return "\n".join(line for rows in sheets for line in _lines(rows))


def _lines(rows: list[list[str]]) -> Iterator[str]:
    if rows and rows[0][:1] and rows[0][0].startswith("## "):
        yield rows[0][0]
        rows = rows[1:]
    for n, row in enumerate(rows[:_HEAD_ROWS]):
        question, answer = _column(row, _QUESTION), _column(row, _ANSWER)
        if question is not None and answer is not None:
            yield from (" ".join(filter(None, above)) for above in rows[:n] if any(above))
            yield from _pairs(rows[n + 1 :], row, question, answer)
            return
    yield from tables.lines(rows)


def _column(row: Sequence[str], heading: re.Pattern[str]) -> int | None:
    """Return the column whose heading, notes in brackets left aside, is one of the words."""
    bare = [re.sub(r"[(（].*|[\s:：*]", "", cell) for cell in row]
    return next((n for n, cell in enumerate(bare) if heading.fullmatch(cell)), None)


def _pairs(rows: Iterable[Sequence[str]], header: Sequence[str], question: int, answer: int) -> Iterator[str]:
    """Give each pair as a question and the lines under it, further columns with their headings last."""
    for row in rows:
        asked, said = (row[n] if n < len(row) else "" for n in (question, answer))
        if not (asked and said):
            continue
        yield f"问：{' '.join(asked.split())}"
        yield from (line.strip() for line in said.splitlines() if line.strip())
        rest = [
            f"{header[n]}：{' '.join(cell.split())}"
            for n, cell in enumerate(row[: len(header)])
            if cell and n not in {question, answer} and header[n] and header[n] not in _COUNTS
        ]
        if rest:
            yield f"（{'；'.join(rest)}）"


def _shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl's cells of a read-only sheet have several types
    """Return a cell's value as a person sees it: whole figures without a point, percentages as such, days as days."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return (
            f"{value * 100:.10g}%" if percent else f"{value:.10g}" if isinstance(value, float) else str(value)
        )
    return str(value)
