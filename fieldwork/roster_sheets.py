"""The roster's workbook: its sheets and columns as data, the template made of them, its rows as plain texts.

Does not judge what the rows say.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from fieldwork.errors import RosterFaults

EXAMPLE = "示例"
NOTES = "说明"
NOTES_LINES = (
    "每张表第一行是标题，请不要改；第二行以“示例”开头，导入时忽略，可以删掉。",
    "代码由您自定，同一张表里不重复即可（行政区划建议用统计代码）。代码列请设为文本格式。",
    "再次导入时按代码更新；文件里没有的人和户不会被删除。离任的人请填离任日期。",
    "结对表里出现的干部，结对户以文件为准。同一个手机号以最后导入的人为准。",
    "坐标用 WGS-84（手机定位的坐标），纬度在前；没有就空着。",
)
NOT_A_WORKBOOK = "打不开这个文件，请用“roster template”生成的 XLSX 模板填写后再导入。"
NO_SHEET = "缺少工作表“{sheet}”。"
NO_COLUMN = "{sheet}：第一行缺少标题“{column}”。"
IMPRECISE = "{sheet} 第{row}行：“{column}”的数字太长，Excel 可能已改动末几位，请设为文本格式后重填。"
_MOST_DIGITS = 10**15


@dataclass(frozen=True)
class Column:
    """A column: its heading, an example, what it means, whether it must be filled in."""

    heading: str
    example: str
    meaning: str
    needed: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet and its columns."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Row:
    """One filled row: its number in the sheet and its texts by heading."""

    sheet: str
    number: int
    texts: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.texts[heading]


_LATITUDE = Column("纬度", "25.6213", "WGS-84，可空")
_LONGITUDE = Column("经度", "103.4127", "WGS-84，可空")
PLACES = Sheet(
    "行政区划",
    (
        Column("代码", "990101001", "不重复", needed=True),
        Column("名称", "白鹭村", "地名", needed=True),
        Column("级别", "村", "市、县、乡镇、村之一", needed=True),
        Column("上级代码", "990101", "上一级的代码，最高一级空着"),
        _LATITUDE,
        _LONGITUDE,
        Column("半径（米）", "1200", "村的范围，空着按 1200 米"),
    ),
)
TEAMS = Sheet(
    "工作队",
    (
        Column("代码", "T01", "不重复", needed=True),
        Column("名称", "白鹭村工作队", "不重复", needed=True),
        Column("驻村代码", "990101001", "行政区划里村的代码", needed=True),
    ),
)
PEOPLE = Sheet(
    "人员",
    (
        Column("代码", "P001", "不重复", needed=True),
        Column("姓名", "何秋雨", "", needed=True),
        Column("手机号", "", "11 位，可空；在 Telegram 分享本人号码就能进入"),
        Column("角色", "驻村队员", "驻村队员、工作队长、第一书记、帮扶干部、联席办之一", needed=True),
        Column("所在地代码", "990101001", "行政区划里的代码；在队的人可空，按驻村"),
        Column("工作队代码", "T01", "驻村队员、工作队长、第一书记必填"),
        Column("职责", "宣传员、调查员", "六大员中的几项，用顿号隔开"),
        Column("单位", "县农技站", "可空"),
        Column("离任日期", "", "已离任的填，如 2026-11-25"),
    ),
)
HOUSEHOLDS = Sheet(
    "贫困户",
    (
        Column("代码", "H001", "不重复", needed=True),
        Column("户主", "普有福", "", needed=True),
        Column("村代码", "990101001", "行政区划里村的代码", needed=True),
        Column("村民组", "一组", "可空"),
        Column("人口", "4", "可空"),
        Column("致贫原因", "因病", "可空"),
        _LATITUDE,
        _LONGITUDE,
    ),
)
PAIRS = Sheet(
    "结对",
    (
        Column("人员代码", "P101", "人员表里帮扶干部的代码", needed=True),
        Column("贫困户代码", "H001", "贫困户表里的代码", needed=True),
    ),
)
SHEETS = (PLACES, TEAMS, PEOPLE, HOUSEHOLDS, PAIRS)


def template(path: Path) -> None:
    """Write an empty workbook to fill in: headings, an example row a sheet, and a sheet of notes."""
    book = Workbook()
    notes = book.create_sheet(NOTES)
    for line in NOTES_LINES:
        notes.append([line])
    for sheet in SHEETS:
        _fill(book.create_sheet(sheet.name), sheet)
        notes.append([])
        notes.append([f"【{sheet.name}】"])
        for column in sheet.columns:
            notes.append([f"{column.heading}{'（必填）' if column.needed else ''}：{column.meaning}"])
    book.remove(book.worksheets[0])
    book.move_sheet(notes, len(SHEETS))
    book.active = 0
    book.save(path)


def rows(path: Path) -> dict[str, list[Row]]:
    """Return the filled rows of each sheet; raises RosterFaults when the workbook is not one of ours."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise RosterFaults([NOT_A_WORKBOOK]) from error
    faults: list[str] = []
    try:
        found = {sheet.name: list(_rows(book, sheet, faults)) for sheet in SHEETS}
    finally:
        book.close()
    if faults:
        raise RosterFaults(faults)
    return found


def _fill(page: Worksheet, sheet: Sheet) -> None:
    """Put headings and example into the page; every column is text, so that Excel leaves codes alone."""
    page.append([column.heading for column in sheet.columns])
    page.append([column.example for column in sheet.columns])
    first = page.cell(2, 1)
    first.value = f"{EXAMPLE}（导入时忽略）{sheet.columns[0].example}"
    for index, column in enumerate(sheet.columns, 1):
        page.cell(1, index).font = Font(bold=True)
        page.cell(1, index).fill = PatternFill("solid", fgColor="FCE4D6" if column.needed else "EDEDED")
        page.cell(2, index).font = Font(italic=True, color="808080")
        letter = get_column_letter(index)
        page.column_dimensions[letter].width = 26 if index == 1 else 16
        page.column_dimensions[letter].number_format = "@"
    page.freeze_panes = "A2"


def _rows(book: Workbook, sheet: Sheet, faults: list[str]) -> Iterator[Row]:
    if sheet.name not in book.sheetnames:
        faults.append(NO_SHEET.format(sheet=sheet.name))
        return
    lines = enumerate(book[sheet.name].iter_rows(values_only=True), 1)
    headings = [_text(value) for value in next(lines, (1, ()))[1]]
    missing = [column.heading for column in sheet.columns if column.heading not in headings]
    if missing:
        faults += [NO_COLUMN.format(sheet=sheet.name, column=heading) for heading in missing]
        return
    for number, values in lines:
        cells = dict(zip(headings, values, strict=False))
        texts = {column.heading: _text(cells.get(column.heading)) for column in sheet.columns}
        if not any(texts.values()) or texts[sheet.columns[0].heading].startswith(EXAMPLE):
            continue
        faults += [
            IMPRECISE.format(sheet=sheet.name, row=number, column=heading)
            for heading in texts
            if _is_imprecise(cells.get(heading))
        ]
        yield Row(sheet.name, number, texts)


def _is_imprecise(value: object) -> bool:
    return isinstance(value, int | float) and value >= _MOST_DIGITS


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, days as ISO."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
