"""Cut at the joints of official writing: what becomes a heading, what a clause, and that nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from policy_kb.cutting import LONGEST, Cut, cut
from policy_kb.joints import Level, joints

_WORDS = st.text("村组干部要把台账记清楚每月走访困难户", min_size=2, max_size=40)
_LONG = st.integers(150, 700).map(lambda n: "要逐户登记，逐项核对。" * (n // 11))
_SENTENCES = st.lists(_WORDS, min_size=1, max_size=4).map(lambda words: "。".join(words) + "。")
_NUMBERS = st.one_of(
    st.sampled_from(["一", "二", "三", "四", "十", "十二", "1", "2", "３", "１０"]).flatmap(
        lambda n: st.sampled_from(
            [f"第{n}编 ", f"第{n}章 ", f"第 {n} 节 ", f"第{n}条 ", f"第{n}条", f"{n}、", f"（{n}）", f"({n})", f"{n})", f"（{n}",
             f"{n}.", f"{n}．",
             f"第{n}，", f"第{n},", f"{n}是", f"{n}要", f"附件{n}", f"问{n}："]
        )
    ),
    st.sampled_from(["①", "⑴", "㈠", "⒈", "# ", "## ", "### ", "问：", "答：", "附件：",
                     "附表", "1.1 ", "| 项目：甲 | 标准：", ""]),
)  # fmt: skip
_INLINE = st.lists(_WORDS, min_size=2, max_size=5).map(
    lambda words: (
        "要求如下："
        + "".join(f"{n}是{word}{'情况' * 40}。" for n, word in zip("一二三四五", words, strict=False))
    )
)
_LINES = st.one_of(
    st.tuples(_NUMBERS, st.one_of(_WORDS, _SENTENCES, _LONG, st.just(""))).map("".join),
    _INLINE,
    _WORDS.map(lambda words: f"{words}："),
    st.sampled_from(["同志们:", "青禾县联席会议办公室", "2024年3月1日", "", "   ", "\u3000\u3000特此通知。"]),
)
_BODIES = st.lists(_LINES, max_size=25).map("\n".join)


@given(_BODIES)
def test_clauses_headings_and_blanks_give_the_text_back(body: str) -> None:
    """Each clause stands at its place; between them there are only blanks and headings, each in force for what follows it."""
    clauses = cut(body)
    at = 0
    for n, clause in enumerate(clauses):
        assert clause.text == body[clause.start : clause.end]
        between = body[at : clause.start]
        assert at <= clause.start
        for line in between.split("\n"):
            assert headed(line, clauses[n:]) or without_anything_under_it(line), (line, clause)
        at = clause.end
    for line in body[at:].split("\n"):
        assert not line.strip() or without_anything_under_it(line)


@given(_BODIES)
def test_no_clause_is_long_or_only_a_heading(body: str) -> None:
    """At most 500 characters, no blanks around, and never only 第三章 or 附件1."""
    for clause in cut(body):
        assert 0 < len(clause.text) <= LONGEST
        assert clause.text == clause.text.strip()
        assert "\n" in clause.text or len(clause.text) > 60 or not without_anything_under_it(clause.text)


def headed(line: str, clauses: list[Cut]) -> bool:
    """Whether a line between clauses is a heading of one that follows."""
    bare = line.strip().lstrip("#").strip()
    return (
        any(bare in heading or heading in bare for clause in clauses for heading in clause.heading)
        if bare
        else True
    )


def without_anything_under_it(line: str) -> bool:
    """Whether a line is of the kind that is never a clause: an appendix, a part, a chapter, a question, a marked heading."""
    joint = joints([line.strip()])[0]
    return joint is not None and (joint.level < Level.ARTICLE or joint.level == Level.QUESTION)


def test_an_article_keeps_its_paragraphs_and_items_and_is_parted_at_them_when_long() -> None:
    """The later parts say of which article they are."""
    short = (
        "第一条 下列人员可以申请：\n（一）困难户；\n（二）监测户。\n经村里核实后上报。\n第二条 由乡镇审批。"
    )
    assert [(clause.number, clause.text[-5:]) for clause in cut(short)] == [
        ("第一条", "核实后上报。"[-5:]),
        ("第二条", "乡镇审批。"),
    ]
    items = "\n".join(f"（{n}）{'按时核对台账，' * 12}；" for n in "一二三四五六七")
    first, second = cut(f"第三章 核对\n第九条 应当做到：\n{items}")
    assert (first.number, first.heading) == ("第九条", ("第三章 核对",))
    assert second.heading == ("第三章 核对", "第九条 应当做到：")
    assert second.number == "（六）"


def test_a_paragraph_that_speaks_of_an_article_is_no_article() -> None:
    """A number that runs into its text counts only where it counts on."""
    assert [
        clause.number
        for clause in cut("第一条各村建台账。\n第一条规定的台账由会计保管。\n第二条各组每月核对一次。")
    ] == ["第一条", "第二条"]


def test_a_long_paragraph_is_cut_at_its_own_enumeration() -> None:
    """What opens it becomes the heading of its members; a short one stays whole."""
    members = "".join(f"{n}是{'把责任落实到人，' * 12}按月通报。" for n in "一二三")
    clauses = cut(f"（三）强化管理。{members}")
    assert [clause.number for clause in clauses] == ["一是", "二是", "三是"]
    assert {clause.heading for clause in clauses} == {("（三）强化管理。",)}
    assert len(cut("会议要求：一是早部署；二是早检查；三是早通报。")) == 1


def test_an_enumeration_without_end_is_not_followed_without_end() -> None:
    """A paragraph that begins to count again and again is parted, in time that grows with its length only."""
    clauses = cut("一是走访；二是记录；" * 20_000)
    assert all(len(clause.text) <= LONGEST for clause in clauses)
    assert sum(len(clause.text) for clause in clauses) == 200_000


def test_broken_brackets_and_mixed_widths_are_joints() -> None:
    """One bracket may be missing where the number counts on."""
    body = (
        "(一)摸底。各村摸清底数。\n二）登记。各组登记造册。\n（三核对。各队逐户核对。\n"
        "㈣公示。各村张榜公示。\n（三年以上的档案移交乡镇。"
    )
    assert [clause.number for clause in cut(body)] == ["(一)", "二）", "（三", "㈣", None]


def test_what_follows_a_list_stands_under_what_the_list_stands_under() -> None:
    """Not under the list's last item."""
    body = (
        "一、任务\n第一，修路。今年修通组路。\n第二，通水。明年通自来水。\n"
        "总的来看，任务不轻，时间很紧。\n1.修路\n2.通水\n各村要在年底前报送进度，逾期通报。"
    )
    clauses = {clause.text[:4]: clause for clause in cut(body)}
    assert clauses["总的来看"].heading == ("一、任务",)
    assert clauses["2.通水"].number == "2."
    assert clauses["各村要在"].heading == ("一、任务",)


def test_rows_appendices_and_questions() -> None:
    """A row is a clause under its appendix and caption; an answer stays whole under its question."""
    body = (
        "附件2\n补助标准表\n| 类别：危房 | 标准：三万元 |\n"
        "| 类别：修缮 | 标准：一万元 |\n附件3\n问：找谁申请？\n答：找村委会。\n"
        "（一）先交申请；\n（二）再等公示。\n问：多久办好？\n答：二十天。"
    )
    clauses = cut(body)
    assert [clause.heading for clause in clauses] == [
        ("附件2 补助标准表",),
        ("附件2 补助标准表",),
        ("附件3", "找谁申请？"),
        ("附件3", "多久办好？"),
    ]
    assert clauses[2].text == "答：找村委会。\n（一）先交申请；\n（二）再等公示。"


def test_a_greeting_goes_with_what_follows_and_a_signature_with_what_it_signs() -> None:
    """Neither is a clause of its own; the title that follows a signature is a heading."""
    body = (
        "各乡镇人民政府，县直各单位：\n现将办法印发给你们。\n青禾县人民政府\n2024年3月1日\n"
        "青禾县村级水窖管护使用办法\n第一章 总则\n第一条 为管好水窖，制定本办法。"
    )
    first, second = cut(body)
    assert first.text.startswith("各乡镇")
    assert first.text.endswith("3月1日")
    assert second.heading == ("青禾县村级水窖管护使用办法", "第一章 总则")


def test_markdown_and_native_numbers_mix() -> None:
    """A marked heading without a number keeps its place among numbered ones; the signs are no part of a clause."""
    body = (
        "## 一、目标\n### 具体任务\n（一）修路。今年修通。\n### 时间安排\n"
        "年底前全部完成任务。\n## 二、保障\n县里安排专项资金保障。"
    )
    clauses = cut(body)
    assert [clause.heading for clause in clauses] == [
        ("一、目标", "具体任务"),
        ("一、目标", "时间安排"),
        ("二、保障",),
    ]
