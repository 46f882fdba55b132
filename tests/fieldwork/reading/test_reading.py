"""One message, one reading: households, day, kind, duties, troubles, money, next step."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork.reading import Cadre, Household, Member, Reading, Roster, read
from fieldwork.reading.clauses import Span

FRIDAY = date(2026, 10, 16)
PIECES = st.sampled_from(
    [
        "今天",
        "去了",
        "宋老根",
        "家",
        "，",
        "。",
        "上周三",
        "10.8",
        "2.30",
        "三组",
        "屋顶漏雨",
        "送",
        "200元",
        "明天",
        "吗",
        "\n",
        " ",
        "电话",
        "𠮷",
        "(",
        "[",
        "\\",
    ]
)


def codes(reading: Reading) -> list[str]:
    """Give the households, those that are not certain with a stroke between them."""
    return ["/".join(each.codes) for each in reading.households]


def spans(reading: Reading) -> list[Span]:
    """Give every place that the reading points to."""
    found = [each.span for each in reading.households]
    found += [each.span for each in reading.duties]
    found += [each.span for each in reading.problems]
    found += [each for each in (reading.kind_span, reading.day_span, reading.next_step) if each]
    return found + ([reading.money.span] if reading.money else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去了宋老根家", ["W31"]),
        ("去了丁志远家", ["W04"]),
        ("韩奶奶家坐了坐", ["W07"]),
        ("马铁匠家的犁坏了", ["W11"]),
        ("去了马建军家", ["W11/W12"]),
        ("去了四组马建军家", ["W12"]),
        ("今天在4组，马建军家走了走", ["W12"]),
        ("去马建军家，他媳妇邱玉梅也在", ["W11"]),
        ("去了彭光民家", ["W17"]),
        ("走访了彭光梁", ["W18"]),
        ("去了丁家", ["W03/W04"]),
        ("三组丁家去了", ["W04"]),
        ("看望宋大爷", ["W31"]),
        ("贾家和薛大娘家都去了", ["W24", "W23"]),
        ("在贾文斌家碰到宋老根", ["W24"]),
        ("去了贾文斌家，说跟宋老根吵架了", ["W24"]),
        ("去了钟大庆家，他跟宋老根是亲戚", []),
        ("和林若楠一起去了宋老根家", ["W31"]),
        ("和平家去了", ["W05"]),
        ("走访夏天，夏天家的井干了", ["W33"]),
        ("施云山家去了", ["W22"]),
        ("施云家去了", ["W21"]),
        ("去老宋家看了看", ["W31"]),
    ],
)
def test_the_household_is_found(roster: Roster, text: str, expected: list[str]) -> None:
    """By name, member, nickname, group, homophone, address; who is only met or mentioned is not it."""
    assert codes(read(text, roster, FRIDAY)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "今天很高兴，走访了两户",
        "两口子和平相处，走访了一户",
        "夏天到了，走访了三户群众",
        "走访了几户，油菜花盛开",
    ],
)
def test_everyday_words_are_no_names(roster: Roster, text: str) -> None:
    """和平, 夏天, 盛开 and 高兴 are heads of households only where a person is meant."""
    assert codes(read(text, roster, FRIDAY)) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", FRIDAY),
        ("今天上午", FRIDAY),
        ("昨晚", date(2026, 10, 15)),
        ("昨儿", date(2026, 10, 15)),
        ("前天", date(2026, 10, 14)),
        ("大前天", date(2026, 10, 13)),
        ("三天前", date(2026, 10, 13)),
        ("一周前", date(2026, 10, 9)),
        ("周三", date(2026, 10, 14)),
        ("礼拜天", date(2026, 10, 11)),
        ("星期五", FRIDAY),
        ("本周一", date(2026, 10, 12)),
        ("上周五", date(2026, 10, 9)),
        ("上个星期日", date(2026, 10, 11)),
        ("上上周二", date(2026, 9, 29)),
        ("10月8日", date(2026, 10, 8)),
        ("十月八号", date(2026, 10, 8)),
        ("10.8", date(2026, 10, 8)),
        ("10/8", date(2026, 10, 8)),
        ("2026-10-08", date(2026, 10, 8)),
        ("12月30日", date(2025, 12, 30)),
        ("15号", date(2026, 10, 15)),
        ("20号", date(2026, 9, 20)),
        ("上个月25号", date(2026, 9, 25)),
        ("前几天", None),
        ("上周", None),
        ("上个月", None),
        ("国庆前", None),
    ],
)
def test_the_day_is_found(roster: Roster, words: str, expected: date | None) -> None:
    """In all the ways in which people say it; vague words give none."""
    assert read(f"{words}去了宋老根家", roster, FRIDAY).day == expected


@pytest.mark.parametrize(
    "text",
    [
        "宋老根上周摔断了腿，去看了他",
        "去了宋老根家，上次是9月20号去的",
        "去了宋老根家，下周三再来",
        "去了宋老根家，约好周一来修屋顶",
        "去宋老根家，他昨天说的事办好了",
        "去宋老根家送了1.5斤茶叶，3.5亩地都种上了",
    ],
)
def test_other_days_are_not_the_visits(roster: Roster, text: str) -> None:
    """Earlier visits, things to come, and figures that look like a date."""
    assert read(text, roster, FRIDAY).day == FRIDAY


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("去了宋老根家", "visit"),
        ("宋老根，低保到账了", "visit"),
        ("宋老根家没人在家", "visit"),
        ("打电话给宋老根，问了情况", "contact"),
        ("宋老根微信上问低保怎么办，告诉他了", "contact"),
        ("胡萍代我去了宋老根家", "contact"),
        ("打电话没人接，就去了宋老根家", "visit"),
        ("去了宋老根家，打电话给镇上报了漏雨的事", "visit"),
        ("去宋老根家，把医生的微信推给他了", "visit"),
        ("明天去宋老根家", "none"),
        ("本来想去宋老根家，下雨没去成", "none"),
        ("宋老根能不能办低保？", "none"),
        ("打个电话问问贫困户情况算不算走访", "none"),
        ("第一书记的职责是什么", "none"),
        ("走访要不要本人去", "none"),
        ("大家节日快乐", "none"),
        ("系统又登不上，烦死了", "none"),
    ],
)
def test_the_kind_is_found(roster: Roster, text: str, kind: str) -> None:
    """A visit in person, a contact from afar, or no report at all."""
    assert read(text, roster, FRIDAY).kind == kind


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("去宋老根家，送了500元慰问金", 500),
        ("去宋老根家，送了慰问金三百块", 300),
        ("去宋老根家，危房补助一万二批下来了", 12_000),
        ("去宋老根家，镇上批了救助金1.5万元", 15_000),
        ("去宋老根家，救助金2千元已发给他", 2000),
        ("去宋老根家，补助3万6打到卡上了", 36_000),
        ("走访宋老根和薛桂香，每户送了200元", 200),
        ("去宋老根家，他打工一个月挣4000元", None),
        ("去宋老根家，他欠了信用社2万元", None),
        ("去宋老根家，住院花了8000元，医保报了6000元", None),
        ("去宋老根家，医保交了400元", None),
        ("去宋老根家，讲了政策，危房最高补助3万元", None),
        ("去宋老根家，送了20斤米", None),
    ],
)
def test_only_aid_is_money(roster: Roster, text: str, yuan: int | None) -> None:
    """Aid given or granted, in either script; not wages, debts, costs, premiums, policy."""
    money = read(text, roster, FRIDAY).money
    assert (money.yuan if money else None) == yuan


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        ("屋顶漏雨", "housing"),
        ("水管冻裂了", "water"),
        ("门口的路一下雨就烂", "transport"),
        ("他腰疼得下不了床", "illness"),
        ("娃儿不想读书了", "schooling"),
        ("低保金没到账", "policy"),
        ("土豆没人收", "information"),
        ("他不会修剪果树", "skill"),
        ("玉米价格太低不划算", "structure"),
        ("跟邻居吵架", "other"),
        ("猪死了两头", "other"),
    ],
)
def test_a_trouble_is_found_with_its_cause(roster: Roster, trouble: str, cause: str) -> None:
    """One of each of the ten."""
    found = read(f"去了宋老根家，{trouble}，劝他别急", roster, FRIDAY).problems
    assert [(each.text, each.cause) for each in found] == [(trouble, cause)]


def test_what_others_suffer_is_not_the_households_trouble(roster: Roster) -> None:
    """Somebody met on the way tells of a roof; the household visited has none of it."""
    reading = read("在贾文斌家碰见汤有田，汤有田说他屋顶漏雨。贾文斌家都好", roster, FRIDAY)
    assert (codes(reading), reading.problems) == (["W24"], ())


def test_what_is_promised_is_a_next_step_and_no_duty(roster: Roster) -> None:
    """The day lies ahead, so nothing has been done yet."""
    reading = read("去了宋老根家，屋顶漏雨，下周带住建所的人来看", roster, FRIDAY)
    assert reading.words(reading.next_step) == "下周带住建所的人来看"
    assert [done.code for done in reading.duties] == []


def test_all_of_a_message(roster: Roster) -> None:
    """Every field, each with the words it was read from."""
    text = "昨天下午去了二组范长顺家，讲了医保政策，送了200元慰问金，厨房漏雨，明天带瓦匠来看"
    reading = read(text, roster, FRIDAY)
    assert (codes(reading), reading.day, reading.kind) == (["W28"], date(2026, 10, 15), "visit")
    assert [done.code for done in reading.duties] == ["publicist", "service"]
    assert [(each.text, each.cause) for each in reading.problems] == [("厨房漏雨", "housing")]
    assert reading.words(reading.day_span) == "昨天"
    assert reading.words(reading.households[0].span) == "范长顺"
    assert reading.words(reading.next_step) == "明天带瓦匠来看"
    assert reading.money
    assert reading.words(reading.money.span) == "200元"


def test_a_roster_of_heads_alone_is_enough() -> None:
    """Members, nicknames, groups and cadres may be missing."""
    roster = Roster((Household("a", "尹春生"), Household("b", "卢玉珍")))
    assert codes(read("去了尹春生家", roster, FRIDAY)) == ["a"]
    assert read("去了尹春生家", Roster(()), FRIDAY).households == ()


def test_a_cadre_is_no_villager() -> None:
    """A colleague who bears a villager's surname is not asked back about."""
    roster = Roster((Household("a", "段家兴", members=(Member("段家兴"),)),), (Cadre("段立新"),))
    assert read("和小段走访了几户", roster, FRIDAY).households == ()


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_anything_can_be_read(text: str) -> None:
    """No text breaks the reading; all that it points to stands in the text; no day lies ahead."""
    roster = Roster((Household("a", "宋老根", "三组"), Household("b", "夏天", "四组")))
    reading = read(text, roster, FRIDAY)
    assert all(0 <= span.start < span.end <= len(text) for span in spans(reading))
    assert reading.day is None or reading.day <= FRIDAY
