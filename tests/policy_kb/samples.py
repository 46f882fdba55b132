"""Made-up official documents as files of every format that is read, each built by the library that writes it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

TITLE = "青禾县驻村工作队考勤管理办法（试行）"
PARAGRAPHS = (
    "青禾县乡村振兴局文件",
    "青振发〔2024〕12号",
    "青禾县乡村振兴局关于印发《青禾县驻村工作队考勤管理办法（试行）》的通知",
    "各乡镇人民政府，县直各帮扶单位：",
    "为把驻村考勤管得简单明白，现将办法印发给你们，请照此执行。",
    "青禾县乡村振兴局",
    "2024年3月1日",
    TITLE,
    "第一章 总则",
    "第一条 为规范驻村工作队考勤，制定本办法。",
    "第二条 本办法适用于县派和乡派的全部驻村队员。",
    "第二章 在岗与请假",
    "第三条 队员每月在村不少于二十二天，有下列情形的按在村计算：",
    "（一）受乡镇指派外出办事的；",
    "（二）参加县级培训的；",
    "（三）护送群众就医的。",
    "第四条 请假两天以内由队长批准，三天以上报乡镇批准，事后三日内补记台账。",
    "第三章 附则",
    "第五条 本办法自2024年4月1日起施行，有效期2年。",
)
TABLE = (
    ("请假类别", "最长天数", "批准人"),
    ("事假", "5天", "乡镇分管领导"),
    ("病假", "凭医院证明", "乡镇分管领导"),
    ("探亲假", "10天", "县乡村振兴局"),
)
PAIRS = (
    ("序号", "咨询问题", "答复内容", "依据"),
    ("1", "驻村队员请假两天找谁批？", "由工作队队长批准，\n事后补记台账。", "考勤办法第四条"),
    ("2", "护送老人去县医院算在村吗", "算，按在村计算。", "考勤办法第三条"),
)
CLUTTER = (
    "首页",
    "无障碍浏览",
    "微信扫一扫",
    "打印本页",
    "相关阅读",
    "县里召开春耕现场会",
    "冀ICP备00000000号",
)


def text() -> str:
    """Return the document as plain text."""
    return "\n".join(PARAGRAPHS)


def txt() -> bytes:
    """Return it as a TXT file of an old program."""
    return text().encode("gb18030")


def docx(*, counted: bool = False) -> bytes:
    """Return it as a Word file with a table; `counted` has Word count articles and items itself."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "青禾县乡村振兴局内部资料"
    lists = _lists(document) if counted else {}
    for paragraph in PARAGRAPHS:
        head, _, rest = paragraph.partition(" ")
        if counted and head.startswith("第") and head.endswith("条"):
            _numbered(document.add_paragraph(rest), lists["article"])
        elif counted and paragraph.startswith("（"):
            _numbered(document.add_paragraph(paragraph[3:]), lists["item"])
        else:
            document.add_paragraph(paragraph)
    document.add_paragraph("附件1")
    document.add_paragraph("请假审批一览表")
    table = document.add_table(rows=0, cols=len(TABLE[0]))
    for row in TABLE:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    return saved(document.save)


def pdf() -> bytes:
    """Return it as a PDF with a running head and page numbers, its lines broken at the margin."""
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(out, pagesize=A4)
    pages = (PARAGRAPHS[:8], PARAGRAPHS[8:13], PARAGRAPHS[13:])
    for number, page in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 16)
        canvas.drawString(90, 790, "青禾县考勤文件汇编")
        canvas.drawString(280, 40, f"— {number} —")
        y = 740
        for paragraph in page:
            numbered = paragraph.startswith(("第", "（", "为"))
            indent = 2 if numbered else 0
            for line in broken(paragraph, 26, indent):
                canvas.drawString(90 + 16 * indent, y, line)
                indent, y = 0, y - 28
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan() -> bytes:
    """Return a PDF of three pages without a letter on them."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(3):
        canvas.rect(100, 100, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "locked")
    canvas.save()
    return out.getvalue()


def xlsx(rows: tuple[tuple[str, ...], ...] = PAIRS) -> bytes:
    """Return rows as a workbook with a line over the table."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["青禾县驻村政策解答"])
    for row in rows:
        sheet.append(row)
    return saved(book.save)


def csv() -> bytes:
    """Return the pairs as a CSV of Excel's."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in PAIRS]
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode()


def html() -> bytes:
    """Return it as a saved page of a government site: menus, share buttons, related articles, a footer, GB 2312."""
    body = "".join(f"<p>　　{paragraph}</p>\n" for paragraph in PARAGRAPHS)
    rows = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in TABLE)
    page = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>青禾县驻村工作队考勤管理办法_青禾县政府网</title><meta name="PubDate" content="2024-03-05 09:10:00">
<script>var links = "首页";</script><style>.nav {{ color: red }}</style></head><body class="page">
<div class="top-nav"><ul><li><a href="/">首页</a></li><li><a href="/wza">无障碍浏览</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zc">政策文件</a></div>
<div class="article"><h1></h1><div class="share">微信扫一扫</div><div class="TRS_Editor">{body}
<table border="1">{rows}</table></div><div class="toolbar"><a href="javascript:print()">打印本页</a></div></div>
<div class="list"><h3>相关阅读</h3><ul><li><a href="1.html">县里召开春耕现场会</a></li>
<li><a href="2.html">雨季防汛提醒</a></li></ul></div>
<div id="footer">主办单位：青禾县人民政府办公室 <span>冀ICP备00000000号</span></div></body></html>"""
    return page.encode("gb18030")


def archive(members: dict[str, bytes], *, encoding: str = "gbk") -> bytes:
    """Return a ZIP whose names stand in `encoding`, as old Chinese programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(_Named(name, encoding), content)
    return out.getvalue()


def broken(text: str, width: int, indent: int) -> list[str]:
    """Return a paragraph in lines of `width` characters, the first of them shorter."""
    first = width - indent
    return [text[:first], *(text[n : n + width] for n in range(first, len(text), width))]


def saved(save: Callable[[io.BytesIO], Any]) -> bytes:
    """Return what a library saves."""
    out = io.BytesIO()
    save(out)
    return out.getvalue()


class _Named(zipfile.ZipInfo):
    """A member whose name is written in bytes of its own."""

    def __init__(self, name: str, encoding: str) -> None:
        super().__init__(name)
        self.compress_type = zipfile.ZIP_DEFLATED
        self._encoding = encoding

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode(self._encoding), self.flag_bits


def _lists(document: Any) -> dict[str, str]:
    """Define a list of articles and one of items, numbered in Chinese, and return their numbers."""
    root = document.part.numbering_part.element
    found = {}
    for number, (name, pattern) in enumerate((("article", "第%1条 "), ("item", "（%1）")), 901):
        root.insert(
            0,
            parse_xml(
                f'<w:abstractNum xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:abstractNumId="{number}">'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{pattern}"/></w:lvl>'
                "</w:abstractNum>"
            ),
        )
        root.append(
            parse_xml(
                f'<w:num xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:numId="{number}">'
                f'<w:abstractNumId w:val="{number}"/></w:num>'
            )
        )
        found[name] = str(number)
    return found


def _numbered(paragraph: Any, number: str) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = int(number)
    properties.get_or_add_ilvl().val = 0
