"""Every format gives the document whole and nothing of what is around it; what cannot be read is refused with the reason."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy_kb import Added, KnowledgeBase, Refused, Unreadable, formats
from policy_kb.formats import apart, archive, legacy
from policy_kb.formats.numbering import chinese
from tests.policy_kb import samples

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def read(tmp_path: Path, name: str, content: bytes) -> str:
    """Return the text of a file of that name and content."""
    path = tmp_path / "file"
    path.write_bytes(content)
    return formats.read(path, name)


def plain(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.txt", samples.txt),
        ("a.docx", samples.docx),
        ("a.docx", lambda: samples.docx(counted=True)),
        ("a.pdf", samples.pdf),
        ("a.html", samples.html),
    ],
    ids=["txt", "docx", "docx counted", "pdf", "html"],
)
def test_the_whole_document_comes_out(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    """Paragraph by paragraph, Word's own numbers included."""
    lines = [plain(line) for line in read(tmp_path, name, make()).split("\n")]
    assert [plain(paragraph) for paragraph in samples.PARAGRAPHS if plain(paragraph) not in lines] == []


def test_what_is_around_the_document_stays_out(tmp_path: Path) -> None:
    """Menus, footers and related articles of a page; running heads and page numbers of a PDF; headers of Word."""
    page = read(tmp_path, "a.html", samples.html())
    assert [words for words in samples.CLUTTER if words in page] in ([], ["相关阅读"])
    pdf = read(tmp_path, "a.pdf", samples.pdf())
    assert "汇编" not in pdf
    assert "— 2 —" not in pdf
    assert "内部资料" not in read(tmp_path, "a.docx", samples.docx())


@pytest.mark.parametrize(("name", "make"), [("a.docx", samples.docx), ("a.html", samples.html)])
def test_a_row_carries_its_headings(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    """So that it can be read alone."""
    assert "| 请假类别：病假 | 最长天数：凭医院证明 | 批准人：乡镇分管领导 |" in read(tmp_path, name, make())


def test_markdown_tables_carry_their_headings_too(tmp_path: Path) -> None:
    """Lines that only look like rows stay as they are."""
    text = (
        "补助标准如下表所示，请照此执行\n| 类别 | 标准 |\n| --- | ---: |\n| 危房 | 三万元 |\n\n| 不是表 |\n"
    )
    lines = read(tmp_path, "a.md", text.encode()).split("\n")
    assert lines[1:] == ["| 类别：危房 | 标准：三万元 |", "", "| 不是表 |", ""]


@pytest.mark.parametrize(("name", "make"), [("a.xlsx", samples.xlsx), ("a.csv", samples.csv)])
def test_pairs_become_questions_with_their_answers(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    """Found by the words of the headings; further columns are kept, mere counting is not."""
    (tmp_path / name).write_bytes(make())
    kb = KnowledgeBase.open(tmp_path / "kb")
    added = kb.add(tmp_path / name, now=NOW)
    assert added.document.clauses == 2
    clause = kb.clause(1)
    assert clause is not None
    assert clause.heading[-1] == "驻村队员请假两天找谁批？"
    assert clause.text == "由工作队队长批准，\n事后补记台账。\n（依据：考勤办法第四条）"


def test_other_sheets_are_read_row_by_row(tmp_path: Path) -> None:
    """Each row with its headings."""
    assert "| 请假类别：探亲假 | 最长天数：10天 |" in read(tmp_path, "a.xlsx", samples.xlsx(samples.TABLE))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.pdf", samples.scan, "扫描件"),
        ("a.pdf", samples.locked_pdf, "密码"),
        ("a.pdf", lambda: samples.pdf()[:900], "损坏"),
        ("a.docx", lambda: samples.docx()[:-400], "损坏"),
        (
            "a.docx",
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "旧版格式"),
        ("a.xlsx", lambda: b"no workbook", "损坏"),
        ("a.exe", lambda: b"MZ", "格式还读不了"),
        ("a.html", lambda: b"<html><body></body></html>", "没有文字"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, make: Callable[[], bytes], words: str
) -> None:
    """The sentence names the file and says what to do."""
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, name, make())
    assert words in refused.value.text
    assert name in refused.value.text
    assert "请" in refused.value.text


def docx_of(xml: str) -> bytes:
    """Return a Word file whose one part is `xml`."""
    return samples.archive({"word/document.xml": xml.encode()}, encoding="utf-8")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """A file that declares some is not opened; a page's stay as they are."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "哈哈">{laughs}]><x>&l9;</x>'
    for name in ("a.docx", "a.xlsx"):
        with pytest.raises(Unreadable) as refused:
            read(tmp_path, name, docx_of(bomb))
        assert "实体" in refused.value.text
    page = read(tmp_path, "a.html", f"{bomb}<p>请各村按月核对低保名单并张榜公示</p>".encode())
    assert len(page) < 1000


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """By what the file says of its size, and by what comes out of it."""
    big = docx_of("<w>" + " " * 5_000_000 + "</w>")
    assert len(big) < 10_000
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, "a.docx", big)
    assert "太大" in refused.value.text


def test_a_reader_that_hangs_or_dies_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a hanging server."""
    path = tmp_path / "a.docx"
    path.write_bytes(samples.docx())
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    for code, words in (("import time; time.sleep(9)", "没有读完"), ("import os; os.abort()", "损坏")):
        monkeypatch.setattr(apart, "_CODE", code)
        with pytest.raises(Unreadable) as refused:
            formats.read(path, "a.docx")
        assert words in refused.value.text


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader that wants more than its share gets none of it."""
    pytest.importorskip("resource")
    path = tmp_path / "a.docx"
    path.write_bytes(b"")
    greedy = (
        "from policy_kb.formats import READERS, Format, apart\n"
        "READERS['.docx'] = Format(lambda data: 'x' * 2**30)\napart.child()"
    )
    monkeypatch.setattr(apart, "_CODE", greedy)
    with pytest.raises(Unreadable) as refused:
        formats.read(path, "a.docx")
    assert "太大" in refused.value.text


def test_the_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A library that is tricked has nothing to tell."""
    path = tmp_path / "a.docx"
    path.write_bytes(b"")
    monkeypatch.setenv("ZHUCUN_TELEGRAM_TOKEN", "secret")
    monkeypatch.setattr(apart, "_CODE", "import os, json; print(json.dumps({'text': ' '.join(os.environ)}))")
    assert "ZHUCUN" not in apart.read(path, ".docx")


def test_an_archive_gives_its_documents_one_by_one(tmp_path: Path) -> None:
    """Names in GBK are read, no name is a path, a bad member stops nothing, archives within go one deep."""
    inner = samples.archive(
        {"解答.csv": samples.csv(), "更深.zip": samples.archive({"a.txt": samples.txt()})}
    )
    members = {
        "政策/考勤办法.docx": samples.docx(),
        "../../坏.pdf": b"%PDF-1.4 junk",
        "说明.exe": b"MZ",
        "内层.zip": inner,
        "__MACOSX/._x.docx": b"",
        "夹/": b"",
    }
    path = tmp_path / "包.zip"
    path.write_bytes(samples.archive(members))
    before = set(tmp_path.rglob("*")) | {tmp_path / "kb"}
    kb = KnowledgeBase.open(tmp_path / "kb")
    outcomes = list(kb.add_each(path, now=NOW))
    taken = [each.document.source for each in outcomes if isinstance(each, Added)]
    refused = {each.name: each.reason.text for each in outcomes if isinstance(each, Refused)}
    assert taken == ["包.zip/政策/考勤办法.docx", "包.zip/内层.zip/解答.csv"]
    assert set(refused) == {"包.zip/坏.pdf", "包.zip/说明.exe", "包.zip/内层.zip/更深.zip"}
    assert "太深" in refused["包.zip/内层.zip/更深.zip"]
    assert {each for each in tmp_path.rglob("*") if each.parent.name != "kb"} == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK no archive", "损坏"),
        (samples.archive({}), "没有文件"),
        (samples.archive({"a.txt": b" " * 9_000_000}), "压缩比"),
        (samples.archive({f"{n}.exe": b"" for n in range(1002)}), "太多"),
    ],
    ids=["damaged", "empty", "bomb", "many"],
)
def test_bad_archives_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """With the reason, as the last word on the archive."""
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    last = list(archive.members(path, "a.zip"))[-1]
    assert last.refused is not None
    assert words in last.refused.text


def test_a_locked_member_is_refused(tmp_path: Path) -> None:
    """The others are read."""
    path = tmp_path / "a.zip"
    data = bytearray(samples.archive({"a.txt": samples.txt()}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(bytes(data))
    (member,) = archive.members(path, "a.zip")
    assert member.refused is not None
    assert "密码" in member.refused.text
    assert zipfile.is_zipfile(io.BytesIO(bytes(data)))


def test_old_formats_without_libreoffice_say_how_to_convert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """另存为 DOCX."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    for suffix in legacy.BECOMES:
        with pytest.raises(Unreadable) as refused:
            read(tmp_path, f"a{suffix}", b"old")
        assert "另存为 DOCX" in refused.value.text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("suffix", [".doc", ".wps"])
def test_old_formats_are_read_through_libreoffice(tmp_path: Path, suffix: str) -> None:
    """The same text as of the modern file."""
    (tmp_path / "a.docx").write_bytes(samples.docx())
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc", "--outdir"]
    subprocess.run(
        [*command, str(tmp_path), str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=120
    )
    old = formats.read(tmp_path / "a.doc", f"a{suffix}")
    assert plain(old) == plain(formats.read(tmp_path / "a.docx", "a.docx"))


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (1010, "一千零一十")],
)
def test_word_s_chinese_numbers(n: int, words: str) -> None:
    """As articles are counted."""
    assert chinese(n) == words


def test_pages_in_the_charsets_of_government_sites(tmp_path: Path) -> None:
    """What the page says of itself, what it does not say, and what it says wrongly."""
    body = "<p>请各村按月核对低保名单并张榜公示七日。</p>"
    for head, encoding in (
        ('<meta charset="gbk">', "gb18030"),
        ("", "gb18030"),
        ('<meta charset="gb2312">', "utf-8"),
        ('<meta charset="utf-8">', "utf-8-sig"),
    ):
        text = read(
            tmp_path, "a.htm", f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding)
        )
        assert text == "请各村按月核对低保名单并张榜公示七日。", (head, encoding)


def test_a_page_laid_out_with_tables_keeps_its_text(tmp_path: Path) -> None:
    """Only tables of data become rows; what stands in a form or a frame of links stays if it is most of the page."""
    page = (
        "<body><form><table><tr><td class='menu'><a href='a'>首页</a><a href='b'>政策</a></td><td><h2>关于核对低保名单的通知</h2>"
        "<p>各村：</p><p>请在月底前核对名单。<br>逾期未报的通报。</p><table><tr><th>村</th><th>户数</th></tr>"
        "<tr><td rowspan=2>上村</td><td>十二户</td></tr><tr><td>十三户</td></tr></table></td></tr></table></form></body>"
    )
    assert read(tmp_path, "a.html", page.encode()).split("\n") == [
        "关于核对低保名单的通知",
        "各村：",
        "请在月底前核对名单。",
        "逾期未报的通报。",
        "| 村：上村 | 户数：十二户 |",
        "| 村：上村 | 户数：十三户 |",
    ]
