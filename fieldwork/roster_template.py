"""The empty workbook that a county fills in: headings, an example row, drop-down lists, notes, a printable page."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from fieldwork.roster_sheets import EXAMPLE, NOTES, NOTES_LINES, SHEETS, Column, Sheet

OFFERED, SEVERAL = "可以从下拉里选，也可以打字。", "可以从下拉里选一项；多项请打字，用顿号隔开。"
NEEDED, OPTIONAL = "FCE4D6", "EDEDED"
_LAST_ROW = 1_048_576
_SIDE = Side(style="thin", color="BFBFBF")
_LINE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_SEVERAL = {"职责", "标签"}


def template(path: Path) -> None:
    """Write the workbook to `path`."""
    book = Workbook()
    notes = book.create_sheet(NOTES)
    for line in NOTES_LINES:
        notes.append([line])
    for sheet in SHEETS:
        _fill(book.create_sheet(sheet.name), sheet)
        notes.append([])
        notes.append([f"【{sheet.name}】"])
        notes.cell(notes.max_row, 1).font = Font(bold=True)
        for column in sheet.columns:
            notes.append(
                [f"{column.heading}{'（必填）' if column.needed else ''}：{column.meaning}".rstrip("：")]
            )
    notes.column_dimensions["A"].width = 100
    for (cell,) in notes.iter_rows(max_col=1):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    _set_page(notes)
    book.remove(book.worksheets[0])
    book.move_sheet(notes, len(SHEETS))
    book.active = 0
    book.save(path)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    """Put headings and example into the page; every column is text, so that Excel leaves codes alone."""
    page.append([column.heading for column in sheet.columns])
    page.append([column.example for column in sheet.columns])
    page.cell(2, 1).value = f"{EXAMPLE}（导入时忽略）{sheet.columns[0].example}"
    for index, column in enumerate(sheet.columns, 1):
        head, example = page.cell(1, index), page.cell(2, index)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor=NEEDED if column.needed else OPTIONAL)
        head.alignment = Alignment(horizontal="center", vertical="center")
        head.border = example.border = _LINE
        example.font = Font(italic=True, color="808080")
        letter = get_column_letter(index)
        page.column_dimensions[letter].width = 30 if index == 1 else column.width
        page.column_dimensions[letter].number_format = "@"
        if column.choices:
            page.add_data_validation(_offer(column, letter))
    page.row_dimensions[1].height, page.row_dimensions[2].height = 22, 18
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    _set_page(page)


def _offer(column: Column, letter: str) -> DataValidation:
    """Return the list that drops down; what is typed instead is judged by the import, not by the workbook."""
    offer = DataValidation(
        type="list",
        formula1=f'"{",".join(column.choices)}"',
        allow_blank=True,
        showErrorMessage=False,
        showInputMessage=True,
        promptTitle=column.heading,
        prompt=SEVERAL if column.heading in _SEVERAL else OFFERED,
    )
    offer.add(f"{letter}3:{letter}{_LAST_ROW}")
    return offer


def _set_page(page: Worksheet) -> None:
    """Let the page print on A4 across, as wide as the paper, with its name and number."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    assert page.oddHeader is not None, "a new page has both"
    assert page.oddFooter is not None
    page.oddHeader.center.text, page.oddFooter.center.text = "&A", "&P / &N"
