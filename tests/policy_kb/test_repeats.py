"""Like questions find together, whatever their order; what asks for something else stays apart."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb.repeats import ALIKE, alike, groups, likeness, plain

SAME = [
    ("路灯坏了找谁？", "路灯坏了找谁修"),
    ("老屋能不能拆了重建", "老屋可以拆了重建吗？"),
    ("怎么申请低保", "低保怎么申请"),
    ("核桃补贴啥时候到账", "请问核桃补贴什么时候到账呢"),
    ("请假3天谁批", "请假三天谁批？"),
]
DIFFERENT = [
    ("核桃补贴什么时候发", "核桃补贴发多少"),
    ("请假三天谁批", "请假五天谁批"),
    ("低保怎么申请", "五保怎么申请"),
    ("路灯坏了找谁", "水管裂了找谁"),
    ("怎么办", "什么时候"),
]
WORDS = (
    "路灯",
    "低保",
    "坏了",
    "怎么",
    "申请",
    "谁",
    "修",
    "什么时候",
    "三天",
    "五天",
    "村里",
    "？",
    "a1",
    "",
)
questions = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map("".join), max_size=12)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_words_order_and_punctuation_ask_the_same(one: str, other: str) -> None:
    """Fillers, width and figures in either script make no difference."""
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_subject_figure_or_kind_of_thing_asks_something_else(one: str, other: str) -> None:
    """An answer to the one must not go to whoever asked the other."""
    assert not alike(one, other)


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
@settings(deadline=None)
def test_likeness_lies_between_nothing_and_the_same(question: str, others: list[str]) -> None:
    """Every text is fully like itself, and no text breaks the measure."""
    found = likeness(question, [*others, question])
    assert all(0 <= each <= 1 for each in found)
    assert found[-1] == 1
    assert [round(each, 9) for each in found[:-1]] == [round(likeness(o, [question])[0], 9) for o in others]


@given(questions, st.randoms())
@settings(deadline=None)
def test_groups_do_not_depend_on_the_order(asked: list[str], chance: object) -> None:
    """The same questions make the same groups, read in any order."""
    shuffled = list(asked)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    def found(given: list[str]) -> Counter[tuple[str, ...]]:
        return Counter(tuple(sorted(given[n] for n in group)) for group in groups(given))

    assert found(asked) == found(shuffled)


@given(questions)
@settings(deadline=None)
def test_every_question_is_in_one_group_and_the_same_words_in_the_same(asked: list[str]) -> None:
    """None is lost, none counted twice; the largest group comes first, its most asked wording leads it."""
    found = groups(asked)
    assert sorted(n for group in found for n in group) == list(range(len(asked)))
    home = {n: place for place, group in enumerate(found) for n in group}
    for n, one in enumerate(asked):
        for m, other in enumerate(asked):
            assert plain(one) != plain(other) or home[n] == home[m]
    sizes = [len(group) for group in found]
    assert sizes == sorted(sizes, reverse=True)
    for group in found:
        counts = Counter(plain(asked[n]) for n in group)
        assert counts[plain(asked[group[0]])] == max(counts.values())
        assert all(likeness(asked[group[0]], [asked[n]])[0] >= ALIKE for n in group)
