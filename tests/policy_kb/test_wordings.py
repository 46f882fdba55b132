"""Wordings beside a clause: bounded, each person's word its own, out for good when an office says so, kept over new versions."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from policy_kb import KnowledgeBase, documents
from policy_kb.wordings import LONGEST, MOST

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
RULES = """关于村级公用设施的通知

第一条 供水管网由村委会日常看护，损坏的及时抢修。
第二条 公共照明由镇社会事务办统一登记报修，五个工作日内派人到场。
"""
DARK = "晚上黑漆漆的那一段归哪个管"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    """Give a base with one document."""
    base = KnowledgeBase.open(tmp_path / "kb")
    put(base, tmp_path, RULES)
    return base


def put(base: KnowledgeBase, folder: Path, text: str) -> int:
    """Add a text and return its document's id."""
    path = folder / "设施.txt"
    path.write_text(text, encoding="utf-8")
    return base.add(path, now=NOW).document.id


def clauses(base: KnowledgeBase, document: int = 1) -> list[int]:
    """Return the ids of a document's clauses."""
    with base._open() as db:
        return [clause.id for clause in documents.clauses_of(db, document)]


def add(base: KnowledgeBase, clause: int, *texts: str, by: str = "p") -> int:
    """Have people confirm wordings."""
    return base.wordings.add(clause, texts, origin="confirmed", by=by, now=NOW)


def texts(base: KnowledgeBase, clause: int) -> list[str]:
    """Return what stands beside a clause."""
    return [wording.text for wording in base.wordings.of(clause)]


def test_a_question_asked_as_before_goes_to_its_clause(base: KnowledgeBase) -> None:
    """And is answered, where the documents' own words would not have answered it; taken back, it is as before."""
    _, light = clauses(base)
    before = base.ask(DARK)
    assert before.clauses[0].clause_id != light or not before.answered
    assert add(base, light, DARK) == 1
    found = base.ask(f"请问{DARK}呢？")
    assert found.answered
    assert found.clauses[0].clause_id == light
    assert (found.answer or "") in RULES
    assert base.wordings.take_back(light, DARK, by="p", now=NOW)
    after = base.ask(DARK)
    assert (after.answered, after.answer, [hit.clause_id for hit in after.clauses]) == (
        before.answered,
        before.answer,
        [hit.clause_id for hit in before.clauses],
    )


def test_words_of_a_wording_help_other_questions_too(base: KnowledgeBase) -> None:
    """A clause gains in what shares rare words with how it was asked for."""
    water, light = clauses(base)
    strange = "水泵房又跳闸了没得法子"
    assert base.find(strange, reader=None, day=TODAY, most=1)[0].clause_id == water
    add(base, light, "水泵房跳闸哪个来合")
    assert [hit.clause_id for hit in base.find(strange, reader=None, day=TODAY, most=9)] == [light, water]


def test_another_process_is_followed(base: KnowledgeBase) -> None:
    """What the command line withdraws is gone from a running server at its next look."""
    _, light = clauses(base)
    base.ask("预热")
    other = KnowledgeBase.open(base.path.parent)
    add(other, light, DARK)
    assert base.refresh()
    assert base.ask(DARK).clauses[0].clause_id == light
    other.wordings.forget(base.wordings.of(light)[0].id, now=NOW)
    assert base.refresh()
    assert not base.refresh()
    assert base.wordings.all() == []


def test_wordings_are_bounded(base: KnowledgeBase) -> None:
    """So many a clause, so long each, none nearly the same twice, none with somebody's number or without words."""
    (clause, _) = clauses(base)
    kinds = "水管井泵阀池塘渠坝闸桥路灯牌栏墙瓦窗门锁钉"
    many = [f"{kind}子裂了{kind}归谁" for kind in kinds]
    assert len(many) > MOST
    assert add(base, clause, *many) == MOST
    other = clauses(base)[1]
    assert add(base, other, "灯" * LONGEST) == 1
    assert add(base, other, "长" * (LONGEST + 1), "？？！", "打电话给13800001111吗") == 0
    assert add(base, other, "路灯坏了找谁", "请问路灯坏了找谁呢？", by="q") == 1
    assert texts(base, other) == ["灯" * LONGEST, "路灯坏了找谁"]


def test_a_wording_stands_as_long_as_somebody_stands_behind_it(base: KnowledgeBase) -> None:
    """Two confirmed it, in nearly the same words; it goes with the second."""
    (clause, _) = clauses(base)
    add(base, clause, "水管裂了找谁", by="p")
    add(base, clause, "请问水管裂了找谁呢", by="q")
    assert not base.wordings.take_back(clause, "水管裂了找谁", by="stranger", now=NOW)
    assert not base.wordings.take_back(clause, "水管裂了找谁", by="p", now=NOW)
    assert texts(base, clause) == ["水管裂了找谁"]
    assert base.wordings.take_back(clause, "请问水管裂了找谁呢", by="q", now=NOW)
    assert texts(base, clause) == []
    assert add(base, clause, "水管裂了找谁", by="p") == 1, "a person may say it again"


def test_what_an_office_has_taken_out_does_not_come_back(base: KnowledgeBase) -> None:
    """Nor does what is nearly the same; beside another clause it may stand."""
    one, other = clauses(base)
    add(base, one, "水管裂了找谁")
    (wording,) = base.wordings.of(one)
    assert base.wordings.forget(wording.id, now=NOW) == wording
    assert base.wordings.forget(wording.id, now=NOW) is None
    assert base.wordings.forget(999, now=NOW) is None
    assert add(base, one, "咱们水管裂了找谁啊？", by="q") == 0
    assert add(base, other, "水管裂了找谁") == 1


def test_wordings_go_over_to_a_new_version_where_the_text_is_the_same(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    """The changed clause begins anew."""
    water, light = clauses(base)
    add(base, water, "水管裂了找谁")
    add(base, light, DARK)
    newer = put(
        base, tmp_path, RULES.replace("五个工作日", "三个工作日") + "第三条 本通知自2026年1月1日起施行。\n"
    )
    assert [document.active for document in base.documents()] == [False, True]
    now_water, now_light, _ = clauses(base, newer)
    assert (texts(base, now_water), texts(base, now_light)) == (["水管裂了找谁"], [])
    assert texts(base, water) == []
    assert texts(base, light) == [DARK]


def test_wordings_go_with_their_document(base: KnowledgeBase) -> None:
    """Nothing of it is left."""
    add(base, clauses(base)[0], "水管裂了找谁")
    base.remove(1)
    assert base.wordings.all() == []
