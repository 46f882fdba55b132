"""From a file to the sentence that answers, on a made-up document with the oddities of real ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_kb import KnowledgeBase, NoSuchDocument, Unreadable, iter_files
from policy_kb.cutting import cut, sentences
from policy_kb.titling import titled

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
PAGE = """站内搜索
通知公告
青禾县驻村帮扶工作管理办法
作者: 来源: 发布时间:2024-03-05

青禾县驻村帮扶工作管理办法

青禾县联席会议

(2024年3月1日)

各工作队:

为把驻村工作管好,现定办法如下。

一、驻村要求

(一)在村时间。

队员每月在村不少于二十天,外出办事要向队长报告。

二)请假。请假三天以内由队长批准,三天以上报乡镇批准。

二、走访要求

第一,入户走访要本人到场。打视频问情况的,不允许记为走访。

第二,每户每季度至少走访 2 次。走访后三天内把情况记进台账。

联系我们 | 网站地图
COPYRIGHT© 青禾县
"""


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """Return a base with one made-up page."""
    base = KnowledgeBase.open(tmp_path / "kb")
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    base.add(tmp_path / "page.txt", now=NOW)
    return base


def test_title_issuer_and_date_are_found_and_the_page_around_is_gone() -> None:
    """The date under the title wins over that of the web page."""
    found = titled(PAGE, "page.txt")
    assert (found.title, found.issuer, found.date) == (
        "青禾县驻村帮扶工作管理办法",
        "青禾县联席会议",
        "2024-03-01",
    )
    assert "COPYRIGHT" not in found.body
    assert "站内搜索" not in found.body
    assert "发布时间" not in found.body


@pytest.mark.parametrize("line", ["二〇一五年十一月十六日", "2015年11月16日", "(２０１５年１１月１６日)"])
def test_dates_are_read_in_both_scripts(line: str) -> None:
    """Chinese and Arabic figures, half and full width."""
    found = titled(f"关于走访的通知\n\n县联席办\n\n{line}\n\n请各队认真走访,按时记录。", "a.txt")
    assert found.date == "2015-11-16"


def test_clauses_carry_their_whole_heading_path() -> None:
    """A broken bracket is a joint too; a run-in heading stays in its clause."""
    clauses = cut(titled(PAGE, "page.txt").body)
    by_start = {clause.text[:6]: clause for clause in clauses}
    assert by_start["队员每月在村"].heading == ("一、驻村要求", "(一)在村时间。")
    assert by_start["二)请假。请"].heading == ("一、驻村要求",)
    assert by_start["第二,每户每"].heading == ("二、走访要求",)


def test_a_numbered_line_with_nothing_under_it_is_a_clause() -> None:
    """Items of a list are not lost as headings."""
    assert [clause.text for clause in cut("一、任务\n1.修路\n2.通水\n二、时间\n年底前完成。")] == [
        "1.修路",
        "2.通水",
        "年底前完成。",
    ]


@given(st.text(max_size=300))
def test_sentences_joined_give_the_text_back(text: str) -> None:
    """Nothing is changed on the way to an answer."""
    assert "".join(sentences(text)) == text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("每月要在村多少天", "不少于二十天"),
        ("打视频问问情况算不算走访", "不允许记为走访"),
        ("请假三天以上由谁批准", "报乡镇批准"),
    ],
)
def test_a_question_gets_the_sentence_exactly_as_printed(
    kb: KnowledgeBase, question: str, words: str
) -> None:
    """The answer is a piece of the first clause."""
    answer = kb.ask(question)
    assert answer.answered
    assert answer.answer is not None
    assert words in answer.answer
    assert answer.answer in answer.clauses[0].text
    assert answer.clauses[0].document == "青禾县驻村帮扶工作管理办法"


@pytest.mark.parametrize("question", ["今晚吃什么", "队长的电话号码是多少", "高考哪天开始", "？？", "ok"])
def test_what_the_documents_do_not_say_is_not_answered(kb: KnowledgeBase, question: str) -> None:
    """At most two nearest clauses, and no answer."""
    answer = kb.ask(question)
    assert not answer.answered
    assert answer.answer is None
    assert len(answer.clauses) <= 2


def test_an_empty_base_answers_nothing(tmp_path: Path) -> None:
    """No document, no answer, no fault."""
    assert not KnowledgeBase.open(tmp_path).ask("第一书记做什么").answered


def test_the_same_content_is_added_once(kb: KnowledgeBase, tmp_path: Path) -> None:
    """By content, whatever the name."""
    (tmp_path / "other.txt").write_text(PAGE, encoding="utf-8")
    before = kb.generation
    assert kb.add(tmp_path / "other.txt", now=NOW).already
    assert kb.generation == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_of_offices_are_read(tmp_path: Path, encoding: str) -> None:
    """With their marks or, for GB 18030, without."""
    (tmp_path / "a.txt").write_text(PAGE, encoding=encoding)
    added = KnowledgeBase.open(tmp_path / "kb").add(tmp_path / "a.txt", now=NOW)
    assert added.document.title == "青禾县驻村帮扶工作管理办法"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "格式"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", b"only latin words here", "没有中文"),
        ("a.txt", bytes(range(256)) * 40, "不是文本文件"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """A sentence that says what to do; nothing is changed."""
    (tmp_path / name).write_bytes(content)
    base = KnowledgeBase.open(tmp_path / "kb")
    with pytest.raises(Unreadable) as refused:
        base.add(tmp_path / name, now=NOW)
    assert words in refused.value.text
    assert base.is_new


def test_the_digest_steps_back_where_the_original_is(tmp_path: Path) -> None:
    """And comes back when the original is taken out."""
    base = KnowledgeBase.open(tmp_path / "kb")
    base.load_starter(now=NOW)
    assert base.ask("首轮遍访什么时候完成").answered
    original = "在“挂包帮”“转走访”推进会上的讲话\n\n某同志\n\n(2015年11月16日)\n\n各位要把台账建好,逐日记录。"
    (tmp_path / "o.txt").write_text(original, encoding="utf-8")
    added = base.add(tmp_path / "o.txt", now=NOW)
    assert [document.active for document in base.documents()] == [False, True]
    assert not base.ask("首轮遍访什么时候完成").answered
    base.remove(added.document.id)
    assert base.ask("首轮遍访什么时候完成").answered


@pytest.mark.parametrize(
    "question",
    [
        "到11月10号落实了多少帮扶资金",
        "打个电话问问贫困户情况算不算走访",
        "第一书记的职责是什么",
        "全市有多少支驻村工作队",
        "挂空名怎么处理",
    ],
)
def test_the_digest_answers_what_a_newcomer_asks(tmp_path: Path, question: str) -> None:
    """The starter base is of use on the first day."""
    base = KnowledgeBase.open(tmp_path)
    base.load_starter(now=NOW)
    assert base.ask(question).answered


def test_another_process_s_changes_are_seen_after_refresh(kb: KnowledgeBase, tmp_path: Path) -> None:
    """The generation moves with every change."""
    kb.ask("在村")
    other = KnowledgeBase(kb.path.parent)
    other.remove(other.documents()[0].id)
    assert kb.refresh()
    assert not kb.refresh()
    assert not kb.ask("每月要在村多少天").answered
    with pytest.raises(NoSuchDocument):
        other.remove(99)
    copy = tmp_path / "copy.sqlite"
    kb.backup_to(copy)
    assert copy.stat().st_size > 0


def test_files_of_a_folder_come_by_name_without_hidden_ones(tmp_path: Path) -> None:
    """A single file comes as itself."""
    for name in ("b.txt", "a.txt", ".hidden"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.name for path in iter_files(tmp_path)] == ["a.txt", "b.txt"]
    assert list(iter_files(tmp_path / "a.txt")) == [tmp_path / "a.txt"]
