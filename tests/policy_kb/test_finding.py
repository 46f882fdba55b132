"""Finding and answering: order, silence, follow-ups, what may be read; on made-up documents."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from policy_kb import KnowledgeBase, Reader, Scope
from policy_kb.finding import Finder, Passage, following
from policy_kb.index import Index
from policy_kb.kinds import asked_kinds, owes
from policy_kb.likeness import lexicon, likeness
from policy_kb.postings import K1, B, Field, rarity
from policy_kb.terms import grams, key, normal, segmented, word_key

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DOCUMENTS = {
    "河口县护林员管理办法": "第一条 护林员每月巡山不少于二十二次。\n第二条 护林员工资每月八百元,由县林业局发放。",
    "河口县水费收缴办法": "第一条 水费每季度收一次。\n第二条 欠水费六个月以上的,供水站可以停水,但应当提前七日告知。",
    "河口县养老院入住办法": "第一条 入住养老院由本人或者家属向乡民政所申请。\n第二条 民政所应当在十个工作日内答复。",
    "河口县校车管理办法": "第一条 校车不得超员。\n第二条 校车司机由县教育局审查后聘用。",
}
QUESTIONS = (
    "护林员工资多少钱",
    "欠水费多久会停水",
    "进养老院找谁申请",
    "校车能不能超员",
    "护林员一个月巡山几次",
    "校车司机谁来审查",
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Give a base of four documents."""
    return base_of(tmp_path_factory.mktemp("base"), DOCUMENTS)


def base_of(folder: Path, documents: dict[str, str]) -> KnowledgeBase:
    """Return a base of documents by title."""
    base = KnowledgeBase.open(folder / "kb")
    for title, text in documents.items():
        (folder / f"{title}.txt").write_text(f"{title}\n\n{text}", encoding="utf-8")
        base.add(folder / f"{title}.txt", now=NOW)
    return base


@pytest.mark.parametrize(
    ("question", "words", "bold"),
    [
        ("护林员工资多少钱", "每月八百元", "八百元"),
        ("欠水费多久会停水", "六个月以上", "六个月以上"),
        ("校车能不能超员", "不得超员", "不得"),
        ("民政所几天答复", "十个工作日内", "十个工作日内"),
    ],
)
def test_the_answer_is_printed_words_with_the_telling_part_bold(
    kb: KnowledgeBase, question: str, words: str, bold: str
) -> None:
    """Amounts, spans and duties; the spans lie within the answer and do not overlap."""
    answer = kb.ask(question)
    assert answer.answer is not None
    assert words in answer.answer
    assert answer.answer in answer.clauses[0].text
    assert bold in [answer.answer[begin:end] for begin, end in answer.bold]
    ends = [0, *itertools.chain.from_iterable(answer.bold), len(answer.answer)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    "question",
    [
        "今年护林员工资多少钱",
        "我们县校车司机工资是多少元",
        "养老院的电话是多少",
        "你是谁",
        "公布护林员名单有哪些",
        "月球离地球多远",
    ],
)
def test_what_a_clause_does_not_have_is_not_answered_by_it(kb: KnowledgeBase, question: str) -> None:
    """Neither this year's nor our county's, a number, a list of names, what was never the documents' business."""
    assert not kb.ask(question).answered


def test_a_question_that_follows_takes_its_topic_from_the_one_before(kb: KnowledgeBase) -> None:
    """Alone it says too little."""
    first = kb.ask("那司机呢?", before="校车谁来聘用审查")
    assert "司机" in first.clauses[0].text
    assert following("那司机呢?", None) == "那司机呢?"
    assert following("校车司机由谁审查聘用", "水费多少") == "校车司机由谁审查聘用"
    assert "水费" in following("多久?", "水费")


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(range(4), 2)))
def test_what_may_not_be_read_is_as_if_it_were_not_there(tmp_path: Path, first: int, second: int) -> None:
    """Over all pairs: the same clauses in the same order as from a base that holds those two documents only."""
    (tmp_path / "all").mkdir()
    kb = base_of(tmp_path / "all", DOCUMENTS)
    documents = kb.documents()
    for document in documents:
        kb.restrict(document.id, Scope(place=f"p{document.id}"))
    mine = [documents[first], documents[second]]
    reader = Reader("member", frozenset(f"p{document.id}" for document in mine))
    alone = base_of(tmp_path, {document.title: DOCUMENTS[document.title] for document in mine})
    for question in QUESTIONS:
        answer, other = kb.ask(question, reader=reader), alone.ask(question)
        assert {hit.document for hit in answer.clauses} <= {document.title for document in mine}
        assert (answer.answered, answer.answer) == (other.answered, other.answer)
        assert {hit.text for hit in answer.clauses} == {hit.text for hit in other.clauses}
        assert answer.certainty == pytest.approx(other.certainty, abs=0.02)


def test_who_may_read_nothing_gets_nothing(tmp_path: Path) -> None:
    """Not even the nearest."""
    kb = base_of(tmp_path, DOCUMENTS)
    for document in kb.documents():
        kb.restrict(document.id, Scope(roles=("office",)))
    answer = kb.ask("护林员工资多少钱", reader=Reader("member", frozenset()))
    assert (answer.answered, answer.clauses, answer.certainty) == (False, (), 0.0)


def test_repealed_text_is_never_first_unless_asked_for() -> None:
    """Even where it fits better."""
    old = Passage(1, "旧办法", (), "护林员工资每月五百元,由乡政府按月发放。", current=False)
    new = Passage(2, "新办法", (), "护林员工资每月八百元。")
    finder = Finder.over([old, new])
    assert finder.find("护林员工资由乡政府按月发放多少元").ranked[0].place == 1
    assert finder.find("原来护林员工资由乡政府按月发放多少元").ranked[0].place == 0


def test_a_question_for_a_list_names_further_clauses() -> None:
    """Those that fit nearly as well."""
    passages = [
        Passage(1, "护林办法", (), f"护林员的职责包括{duty}、报告和登记。")
        for duty in ("巡山", "防火", "劝阻砍伐")
    ]
    said = Finder.over(passages).find("护林员的职责有哪些").said
    assert said is not None
    assert len(said.clauses) > 1


def test_a_field_scores_as_the_formula_says() -> None:
    """Against BM25 written out, within the step of a quantised part; segments together score as they would alone."""
    texts = ["甲乙甲", "乙丙", "丙丙丙丁"]
    singles, _ = grams(texts)
    field = Field.build(singles.keys, singles.places, len(texts))
    lengths = np.array([3, 2, 4])
    scores = np.zeros(3, dtype=np.float32)
    field.add_to(scores, {key("甲"): 2.0, key("丙"): 1.0, key("戊"): 5.0})
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    wanted = [2 * 2 * (K1 + 1) / (2 + norms[0]), (K1 + 1) / (1 + norms[1]), 3 * (K1 + 1) / (3 + norms[2])]
    assert scores == pytest.approx(wanted, abs=0.02)
    places = np.array([2, 0], dtype=np.int32)
    assert field.scores_at(places, {key("甲"): 2.0, key("丙"): 1.0}) == pytest.approx(scores[places])
    assert field.frequency(key("丙")) == 2
    assert field.frequency(key("戊")) == 0
    assert rarity(1, 3) > rarity(2, 3) > 0


def test_keys_are_the_same_in_one_text_and_in_many() -> None:
    """Pairs do not run over the end of a text; figures and Latin words are whole."""
    singles, doubles = grams(["甲乙", "丙3.5吨ab", ""])
    assert singles.keys.tolist() == [key(each) for each in "甲乙丙吨"]
    assert singles.places.tolist() == [0, 0, 1, 1]
    assert sorted(doubles.keys.tolist()) == sorted(key(each) for each in ("甲乙", "3.5", "ab"))
    assert word_key("护林员") == word_key("护林员") != word_key("校车")


def test_segments_find_what_one_index_finds() -> None:
    """Places go on from one segment to the next."""
    texts = [f"{title} {text}" for title, text in DOCUMENTS.items()]
    one, two = Index.build(texts), Index([*Index.build(texts[:2]).segments, *Index.build(texts[2:]).segments])
    assert len(one) == len(two) == 4
    for question in QUESTIONS:
        places = [index.best(index.query(question), 1)[0].tolist() for index in (one, two)]
        assert places[0] == places[1]
    assert [each.tolist() for each in two.tokens([0, 3])] == [each.tolist() for each in one.tokens([0, 3])]
    with pytest.raises(IndexError):
        two.tokens([4])


def test_words_of_like_meaning_are_near() -> None:
    """The table knows that a doctor is nearer to a hospital than to a tractor; nothing is near to nothing."""
    table = lexicon()
    texts = [np.array(table.tokens(segmented(text)), dtype=np.uint16) for text in ("医院", "拖拉机", "")]
    alike = likeness(table.tokens(["医生"]), texts)
    assert alike.whole[0] > max(alike.whole[1], 0)
    assert alike.whole[2] == 0
    assert alike.words[0] > alike.words[1]
    assert likeness([], texts).whole.tolist() == [0, 0, 0]


def test_kinds_are_seen_and_owed() -> None:
    """A number of people is not a span of time."""
    question = normal("几天之内要答复")
    assert {kind.name for kind in asked_kinds(question)} >= {"when"}
    assert owes(question, asked_kinds(question), "由三名代表答复")
    assert not owes(question, asked_kinds(question), "十个工作日内答复")
    people = normal("要多少人签名")
    assert owes(people, asked_kinds(people), "应当在五日内签名")
    assert not owes(people, asked_kinds(people), "须有五名代表签名")
