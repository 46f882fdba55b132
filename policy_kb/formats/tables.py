"""How a table becomes lines of text: every row by itself, with its headings, so that it can be found and read alone."""

import re
from collections.abc import Sequence

_LONGEST_HEADING = 40
_VALUE = re.compile(r"[\d.,%年月日/:\-\s]+")

Row = Sequence[str]


def lines(rows: Sequence[Row]) -> list[str]:
    """Return a line for each row, `| heading：value | … |`; a row that is one cell across stays a line of its own."""
    rows = [[_one_line(cell) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    captions = 0
    while captions < len(rows) and len(_distinct(rows[captions])) == 1:
        captions += 1
    found = [_distinct(row)[0] for row in rows[:captions]]
    body = rows[captions:]
    if len(body) > 1 and is_header(body[0]):
        return found + [row_line(row, body[0]) for row in body[1:]]
    return found + [row_line(row, ()) for row in body]


def is_header(row: Row) -> bool:
    """Tell a row of headings: short, all different, none a mere figure."""
    cells = [cell for cell in row if cell]
    return (
        len(cells) > 1
        and len(cells) >= len(row) - 1
        and len(set(cells)) == len(cells)
        and all(len(cell) <= _LONGEST_HEADING and not _VALUE.fullmatch(cell) for cell in cells)
    )


def row_line(row: Row, header: Row) -> str:
    """Return one row as a line; cells that are empty, or one cell stretched over many columns, are not repeated."""
    cells: list[str] = []
    before: str | None = None
    for n, cell in enumerate(row):
        value = _one_line(cell)
        if not value or value == before:
            continue
        before = value
        heading = header[n] if n < len(header) else ""
        cells.append(f"{heading}：{value}" if heading and heading != value else value)
    return f"| {' | '.join(cells)} |" if cells else ""


def _distinct(row: Row) -> list[str]:
    return list(dict.fromkeys(cell for cell in row if cell))


def _one_line(cell: str) -> str:
    return re.sub(r"\s+", " ", cell.replace("|", "｜")).strip()
