"""The same document again, a newer one, an older one; what replaced what, and what differs, clause by clause."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy_kb import Added, BadEdit, KnowledgeBase, NoSuchDocument, starter
from policy_kb.versions import Version, likeness, replaces, same_document
from tests.policy_kb import samples

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
OLD = """青禾县走访管理办法
青禾县联席会议
（2023年3月1日）
第一条 队员每月走访两户，当天记台账。
第二条 走访要本人到场，不得请人代替。
第三条 每季度向村民公布一次走访情况。
第四条 本办法由联席办解释。"""
NEW = """青禾县走访管理办法（2025年修订）
青禾县联席会议
（2025年3月1日）
第一条 队员每月走访三户，当天记台账。
第二条 走访前应当告知村民小组长。
第三条 走访要本人到场，不得请人代替。
第四条 本办法由联席办解释。"""


def put(kb: KnowledgeBase, folder: Path, name: str, content: str | bytes) -> Added:
    """Add a file of that name and content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return kb.add(path, now=NOW)


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """Return an empty base."""
    return KnowledgeBase.open(tmp_path / "kb")


def test_the_same_text_is_the_same_document_whatever_the_format(kb: KnowledgeBase, tmp_path: Path) -> None:
    """By content, not by file name or format."""
    assert not put(kb, tmp_path, "考勤.txt", samples.txt()).already
    assert put(kb, tmp_path, "b.pdf", samples.pdf()).already
    assert len(kb.documents()) == 1
    other = KnowledgeBase.open(tmp_path / "other")
    assert not put(other, tmp_path, "a.docx", samples.docx()).already
    assert put(other, tmp_path, "b.docx", samples.docx(counted=True)).already


def test_a_newer_version_replaces_the_old_one_which_stays_readable(kb: KnowledgeBase, tmp_path: Path) -> None:
    """The old one is not searched; when the new one is taken out it is again."""
    old = put(kb, tmp_path, "old.txt", OLD).document
    assert kb.ask("多久向村民公布一次走访情况").answered
    new = put(kb, tmp_path, "new.txt", NEW)
    assert new.replaced == (old.id,)
    was = kb.documents()[0]
    assert (was.active, was.validity, was.replaced_by) == (False, "amended", new.document.id)
    assert "每季度向村民公布" in kb.text(old.id)
    assert all(hit.document != was.title for hit in kb.ask("多久向村民公布一次走访情况").clauses)
    kb.remove(new.document.id)
    assert (kb.documents()[0].active, kb.documents()[0].validity) == (True, "in_force")


def test_an_older_version_that_comes_later_replaces_nothing(kb: KnowledgeBase, tmp_path: Path) -> None:
    """It is replaced from the start."""
    new = put(kb, tmp_path, "new.txt", NEW).document
    old = put(kb, tmp_path, "old.txt", OLD)
    assert old.replaced == ()
    assert old.document.replaced_by == new.id
    assert [each.active for each in kb.documents()] == [True, False]


def test_what_is_a_version_of_what() -> None:
    """Years and marks of revision are no difference; another issuer is another document; a mere title is not enough."""
    one = Version("关于做好2023年防汛工作的通知", "青禾县政府", None, "2023-05-01")
    later = Version("关于做好2024年防汛工作的通知", "青禾县政府", None, "2024-05-01")
    elsewhere = Version("关于做好2024年防汛工作的通知", "稻香县政府", None, "2024-05-01")
    assert same_document(one, later)
    assert replaces(later, one, lambda: 0) is True
    assert replaces(one, later, lambda: 1) is False
    assert not same_document(one, elsewhere)
    undated = Version("驻村工作会议纪要", None, None, None)
    assert same_document(undated, undated)
    meetings = ("会议研究了修路和通水。", "今年的考核安排在十二月，由组织部牵头。")
    assert replaces(undated, undated, lambda: likeness(*meetings)) is None
    assert replaces(undated, undated, lambda: likeness(meetings[0], f"{meetings[0]}会后落实。")) is True


def test_versions_are_compared_clause_by_clause(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A clause that only moved is no change; one that came in pushes the others on."""
    old = put(kb, tmp_path, "old.txt", OLD).document
    new = put(kb, tmp_path, "new.txt", NEW).document
    found = kb.compare(old.id, new.id)
    numbers = [
        (each.kind, [side.number for side in (each.before, each.after) if side]) for each in found.changes
    ]
    assert numbers == [
        ("changed", ["第一条", "第一条"]),
        ("added", ["第二条"]),
        ("removed", ["第三条"]),
    ]
    assert found.same == 2
    changed = found.changes[0]
    assert [piece for piece in changed.pieces if piece[0] != "same"] == [("out", "两"), ("in", "三")]
    assert (
        "".join(text for kind, text in changed.pieces if kind != "in")
        == "第一条 队员每月走访两户，当天记台账。"
    )
    assert not kb.compare(old.id, old.id).changes
    with pytest.raises(NoSuchDocument):
        kb.compare(old.id, 99)


def test_what_was_found_can_be_corrected(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Each particular by its name; an empty value takes it away; nonsense is refused and changes nothing."""
    number = put(kb, tmp_path, "old.txt", OLD).document.id
    before = kb.generation
    edited = kb.edit(
        number, title="走访办法", number="青联〔2023〕1号", validity="trial", until="2026-12-31", issuer=""
    )
    assert (edited.title, edited.number, edited.validity, edited.until, edited.issuer) == (
        "走访办法",
        "青联〔2023〕1号",
        "trial",
        "2026-12-31",
        None,
    )
    assert kb.generation > before
    for wrong in ({"title": " "}, {"date": "去年"}, {"validity": "maybe"}):
        with pytest.raises(BadEdit):
            kb.edit(number, **wrong)
    with pytest.raises(NoSuchDocument):
        kb.edit(99, title="无")
    assert kb.documents() == (edited,)


def test_clauses_point_into_the_text(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Place and number are kept with each."""
    added = put(kb, tmp_path, "old.txt", OLD)
    clause = kb.clause(2)
    assert clause is not None
    assert clause.number == "第二条"
    assert kb.text(added.document.id)[clause.start : clause.end] == clause.text


def test_a_base_from_before_gets_its_texts(tmp_path: Path) -> None:
    """The first step's tables are carried over: texts from clauses, sums from texts."""
    from sqlite_utils import Database  # noqa: PLC0415 - the old state is made by hand

    from policy_kb.migrations import migrations  # noqa: PLC0415

    db = Database(tmp_path / "kb.sqlite")
    migrations.apply(db, stop_before="particulars_and_places")
    values = (starter.TITLE, "a.txt", "sum of the file", NOW.isoformat())
    db.execute("INSERT INTO documents (title, source, sha256, added_at) VALUES (?, ?, ?, ?)", values)
    for text in ("第一条 早部署。", "第二条 早检查。"):
        db.execute("INSERT INTO clauses (document, heading, text) VALUES (1, '总则', ?)", (text,))
    db.conn.commit()
    db.close()
    kb = KnowledgeBase.open(tmp_path)
    assert kb.text(1) == "第一条 早部署。\n第二条 早检查。"
    clause = kb.clause(2)
    assert clause is not None
    assert kb.text(1)[clause.start : clause.end] == "第二条 早检查。"
    assert kb.documents()[0].sha256 != "sum of the file"
