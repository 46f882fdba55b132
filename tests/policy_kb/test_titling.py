"""What a document says of itself is found where present, and nothing is made up where it is not."""

import pytest

from policy_kb.titling import Titled, titled
from tests.policy_kb import samples

LAW = """青禾省村级水利条例
（1998年11月4日青禾省第九届人民代表大会常务委员会第五次会议通过
2010年10月28日青禾省第十一届人民代表大会常务委员会第十七次会议修订
自2011年1月1日起施行）
第一章 总则
第一条 为管好村级水利，制定本条例。
第二条 本条例自2011年1月1日起施行。1990年的旧条例同时废止。"""
PAGE = """| 索 引 号： | 000/2024-001 | 主题分类： | 农业 |
| 发文机关： | 青禾县人民政府 | 成文日期： | 2024年05月06日 |
| 发文字号： | 青政发[2024]7号 | 发布日期： | 2024-05-09 |
| 时效性： | 已失效 |
青禾县危房改造补助办法
第一条 补助标准由县里定。"""


def found(document: Titled) -> dict[str, object]:
    """Return what was found, by the names of the columns."""
    known = document.particulars
    return {
        "title": document.title,
        "issuer": document.issuer,
        "date": document.date,
        "number": known.number,
        "adopted": known.adopted,
        "published": known.published,
        "effective": known.effective,
        "validity": known.validity,
        "until": known.until,
    }


def test_a_notice_with_its_letterhead_number_signature_and_term() -> None:
    """Title and signature are the notice's; 试行 and the term make the validity."""
    assert found(titled(samples.text(), "a.txt")) == {
        "title": "青禾县乡村振兴局关于印发《青禾县驻村工作队考勤管理办法（试行）》的通知",
        "issuer": "青禾县乡村振兴局",
        "date": "2024-03-01",
        "number": "青振发〔2024〕12号",
        "adopted": None,
        "published": None,
        "effective": "2024-04-01",
        "validity": "trial",
        "until": "2026-04-01",
    }


def test_a_law_with_its_history() -> None:
    """Adopted first, its date that of the revision; the assembly is the issuer."""
    assert found(titled(LAW, "a.txt")) == {
        "title": "青禾省村级水利条例",
        "issuer": "青禾省人民代表大会常务委员会",
        "date": "2010-10-28",
        "number": None,
        "adopted": "1998-11-04",
        "published": None,
        "effective": "2011-01-01",
        "validity": "in_force",
        "until": None,
    }


def test_a_page_s_labels() -> None:
    """They are read and are no part of the body."""
    document = titled(PAGE, "a.html")
    assert found(document) == {
        "title": "青禾县危房改造补助办法",
        "issuer": "青禾县人民政府",
        "date": "2024-05-06",
        "number": "青政发〔2024〕7号",
        "adopted": None,
        "published": "2024-05-09",
        "effective": None,
        "validity": "repealed",
        "until": None,
    }
    assert document.body == "第一条 补助标准由县里定。"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("青政办发〔2024〕12号", "青政办发〔2024〕12号"),
        ("青政办发[2024]12号", "青政办发〔2024〕12号"),
        ("青政办发（2024）第12号", "青政办发〔2024〕第12号"),
        ("青政办发【２０２４】１２号　　签发人：张三", "青政办发〔2024〕12号"),
        ("（青政办发﹝2024﹞ 12 号）", "青政办发〔2024〕12号"),
        ("青禾省人民政府令第一百零三号", "青禾省人民政府令第一百零三号"),
    ],
)
def test_document_numbers_in_all_brackets(line: str, number: str) -> None:
    """As they are written today."""
    assert (
        titled(f"关于核对低保名单的通知\n{line}\n各村请认真核对名单。", "a.txt").particulars.number == number
    )


def test_a_number_that_the_text_only_mentions_is_not_its_own() -> None:
    """Nor is a day that it mentions."""
    document = titled(
        "关于核对低保名单的通知\n根据青政发〔2020〕1号和2019年1月1日的会议，请各村核对名单。", "a.txt"
    )
    assert (document.particulars.number, document.date) == (None, None)


def test_from_the_day_of_printing() -> None:
    """自印发之日起 means the imprint's day, else the document's own; 有效期至 is its end."""
    text = (
        "关于核对低保名单的通知\n各村请核对名单。本通知自印发之日起施行，有效期至2027年12月31日。\n"
        "青禾县民政局\n2024年3月1日\n青禾县民政局办公室 2024年3月4日印发"
    )
    document = titled(text, "a.txt")
    known = document.particulars
    assert (document.date, known.published, known.effective, known.until) == (
        "2024-03-01",
        "2024-03-04",
        "2024-03-04",
        "2027-12-31",
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("青禾县民政局", "关于核对低保名单的通知"),
        ("青禾县民政局关于核对低保名单", "和五保名单的通知"),
        ("青禾县民政局", "青禾县财政局", "关于核对低保名单的通知"),
    ],
)
def test_a_title_over_several_lines_is_one(lines: tuple[str, ...]) -> None:
    """As printed, without the breaks."""
    text = "\n".join(("青禾县民政局文件", "青民发〔2024〕3号", *lines, "各村请认真核对名单，按时上报。"))
    document = titled(text, "a.txt")
    assert document.title == "".join(lines)
    assert document.issuer is not None
    assert document.issuer.startswith("青禾县民政局")
    assert document.body == "各村请认真核对名单，按时上报。"


def test_only_the_edges_of_a_page_are_furniture() -> None:
    """A paragraph that speaks of technical support or of sharing stays."""
    middle = [f"第{n}条 各村核对第{n}组的名单。" for n in range(1, 60)]
    middle[30] = "分享经验和技术支持：由县里统一安排"
    text = "\n".join(["首页", "关于核对低保名单的通知", *middle, "版权所有 青禾县", "技术支持：某公司"])
    body = titled(text, "a.txt").body
    assert middle[30] in body
    assert "版权所有" not in body
    assert "某公司" not in body


def test_a_table_of_the_document_is_no_page_s_label() -> None:
    """A row stays in the body unless each of its cells is a label or a label's value."""
    rows = ["| 来源：县财政 | 金额：三万元 |", "| 类别 | 标题 |"]
    assert (
        titled("\n".join(["关于补助标准的通知", *rows, "请照此执行。"]), "a.txt").body.split("\n")[:2] == rows
    )
    document = titled(
        "| 索引号 | 000/1 | 发文机关 | 青禾县民政局 |\n关于补助标准的通知\n请照此执行。", "a.html"
    )
    assert (document.issuer, document.body) == ("青禾县民政局", "请照此执行。")


def test_a_text_without_a_title_is_called_by_its_file() -> None:
    """The folder within an archive is no part of the name."""
    assert titled("各村请认真核对名单，按时上报。", "包.zip/夹/核对.docx").title == "核对"
