"""The roster's workbook: a template to fill in, all faults at once, importing twice changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fieldwork import demo, roster_changes, roster_file, roster_sheets
from fieldwork.errors import DemoLoaded, NotAllowed, RosterFaults
from storage import Store
from storage.roster import Household, Member, Person, Place, Team, Unit

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
Rows = dict[str, list[list[object]]]
GOOD: Rows = {
    "行政区划": [
        ["990101001", "白鹭村", "村", "990101", 25.6213, 103.4127, 1200],
        [990101, "杉岭镇", "镇", 9901.0, None, None, None],
        ["9901", "禾云县", "县"],
    ],
    "挂包单位": [["D01", "农技站", "县级", "990101001"]],
    "工作队": [["T01", "白鹭村工作队", 990101001]],
    "人员": [
        ["P001", "何秋雨", 13800000001, "队员", None, "T01", "调查员，宣传员", None, None],
        ["P101", "沈文秀", "+86 139 0000 0000", "帮扶干部", "990101", None, None, "农技站", None],
        ["P102", "某人", None, "联席办", "9901", None, None, None, datetime(2026, 11, 1)],  # noqa: DTZ001 - a cell
    ],
    "贫困户": [
        [
            *("H001", "普有福", "990101001", "一组", 4, "因病", "低保，残疾", "老普"),
            *("王秀兰 （配偶）、普小明(儿子)；普小妹", "25.62", "103.41"),
        ],
        ["H002", "李桂枝", 990101001],
    ],
    "结对": [["P101", "H001"], ["P101", "H002"]],
}
Make = Callable[[Rows], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write rows under the template's example rows."""

    def write(rows: Rows) -> Path:
        path = tmp_path / "roster.xlsx"
        roster_file.template(path)
        book = load_workbook(path)
        for sheet, lines in rows.items():
            for line in lines:
                book[sheet].append(line)
        book.save(path)
        return path

    return write


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """Give an empty data file, inside a transaction."""
    store = Store(tmp_path / "data")
    with store.transaction():
        yield store
    store.close()


def faults(path: Path) -> tuple[str, ...]:
    """Give what is wrong with a file."""
    with pytest.raises(RosterFaults) as caught:
        roster_file.read(path)
    return caught.value.faults


def bring(store: Store, path: Path, *, close: bool = True) -> roster_changes.Plan:
    """Import a file as one does who agrees to what is shown."""
    plan = roster_changes.plan(store, roster_file.read(path))
    roster_changes.apply(store, plan, now=NOW, close=close)
    return plan


def test_the_template_is_an_empty_roster(make: Make) -> None:
    """Its example rows are marked and ignored."""
    path = make({})
    assert roster_file.read(path) == roster_file.RosterFile((), (), (), (), (), ())
    book = load_workbook(path)
    assert book.sheetnames == [*(sheet.name for sheet in roster_sheets.SHEETS), "说明"]
    assert all(str(book[sheet.name]["A2"].value).startswith("示例") for sheet in roster_sheets.SHEETS)


def test_a_good_file_becomes_a_roster(make: Make) -> None:
    """Numbers become texts again, Chinese words become codes, the tree comes from its top."""
    roster = roster_file.read(make(GOOD))
    assert [place.code for place in roster.places] == ["9901", "990101", "990101001"]
    assert roster.places[2] == Place("990101001", "白鹭村", "village", "990101", 25.6213, 103.4127, 1200)
    assert roster.teams == (Team("T01", "白鹭村工作队", "990101001"),)
    assert roster.people[0] == Person(
        "P001", "何秋雨", "13800000001", "member", "990101001", "T01", ("publicist", "investigator")
    )
    assert roster.units == (Unit("D01", "农技站", "county", ("990101001",)),)
    assert (roster.people[1].phone, roster.people[1].unit) == ("13900000000", "D01")
    assert roster.people[2].left_on == date(2026, 11, 1)
    assert roster.households[0] == Household(
        *("H001", "普有福", "990101001", "一组", 4, "因病", 25.62, 103.41),
        tags=("低保", "残疾"),
        nickname="老普",
        members=(Member("王秀兰", "配偶"), Member("普小明", "儿子"), Member("普小妹")),
    )
    assert roster.pairs == (("P101", "H001"), ("P101", "H002"))


def test_importing_twice_changes_nothing(make: Make, empty: Store) -> None:
    """The first adds all of it, the second nothing."""
    first = bring(empty, make(GOOD))
    assert (first.new, first.changed, first.gone, first.same) == (12, 0, 0, 0)
    second = bring(empty, make(GOOD))
    assert (second.new, second.changed, second.gone, second.same) == (0, 0, 0, 12)
    assert second.done(close=True) == "与名册一致，什么也没有改：没有变化 12 条。"


def test_a_change_is_told_by_column_and_pairings_follow_the_file(make: Make, empty: Store) -> None:
    """A helper's pairings become those of the file; what stands in a column is not shown."""
    bring(empty, make(GOOD))
    first, *others = GOOD["人员"]
    renamed = [first[0], "何春雨", "13800000009", *first[3:]]
    changes = bring(empty, make(GOOD | {"结对": [["P101", "H002"]], "人员": [renamed, *others]}))
    assert (changes.new, changes.changed, changes.gone) == (0, 2, 0)
    assert [h.code for h in empty.roster.households_paired_with("P101")] == ["H002"]
    told = changes.words(close=True)
    assert "人员：新增 0，改动 1，不变 2" in told
    assert "  改动 P001 何春雨：名称、手机号" in told
    assert "结对：新增 0，改动 0，不变 1，解除 1" in told
    assert "13800000009" not in told


def test_who_is_no_longer_in_the_file_is_closed_with_a_date_and_kept(make: Make, empty: Store) -> None:
    """Their records stay; once they are back in the file they are back."""
    bring(empty, make(GOOD))
    without = GOOD | {"人员": GOOD["人员"][1:], "贫困户": GOOD["贫困户"][:1], "结对": [["P101", "H001"]]}
    changes = bring(empty, make(without))
    assert (changes.gone, changes.changed) == (2, 1)
    assert "不在文件里、将标为离任 1" in changes.words(close=True)
    assert "不在文件里、将标为注销 1" in changes.words(close=True)
    assert "标为离任或注销 2 条" in changes.done(close=True)
    left, closed = empty.roster.person("P001"), empty.roster.household("H002")
    assert left
    assert closed
    assert left.left_on == closed.closed_on == date(2026, 11, 25)
    assert [h.code for h in empty.roster.households_in(["990101001"])] == ["H001"]
    again = bring(empty, make(without))
    assert (again.new, again.changed, again.gone) == (0, 0, 0)
    bring(empty, make(GOOD))
    back = empty.roster.person("P001")
    assert back
    assert back.left_on is None


def test_one_may_keep_those_who_are_not_in_the_file(make: Make, empty: Store) -> None:
    """Nobody is closed against somebody's will."""
    bring(empty, make(GOOD))
    changes = bring(empty, make(GOOD | {"人员": GOOD["人员"][1:]}), close=False)
    assert "不在文件里、保持不动 1" in changes.words(close=False)
    kept = empty.roster.person("P001")
    assert kept
    assert kept.left_on is None


def test_a_file_speaks_for_its_own_places_and_an_empty_sheet_for_nobody(make: Make, empty: Store) -> None:
    """A township that sends its own roster closes nobody elsewhere."""
    bring(empty, make(GOOD))
    elsewhere: Rows = {
        "行政区划": [["9902", "别县", "县"], ["990201", "别村", "村", "9902"]],
        "人员": [["X1", "某人", None, "联席办", "9902"]],
        "贫困户": [["X9", "某户", "990201"]],
    }
    assert bring(empty, make(elsewhere)).gone == 0
    assert bring(empty, make({"行政区划": GOOD["行政区划"]})).gone == 0


def test_an_import_that_another_overtook_writes_nothing(make: Make, empty: Store) -> None:
    """What was shown and agreed to is no longer what would happen."""
    shown = roster_changes.plan(empty, roster_file.read(make(GOOD)))
    bring(empty, make(GOOD))
    with pytest.raises(NotAllowed) as caught:
        roster_changes.apply(empty, shown, now=NOW)
    assert "再导入一次" in caught.value.text


def test_numbers_can_change_hands(make: Make, empty: Store) -> None:
    """Two people swap their numbers in one import."""
    bring(empty, make(GOOD))
    first, second, third = GOOD["人员"]
    swapped = [[*first[:2], second[2], *first[3:]], [*second[:2], first[2], *second[3:]], third]
    bring(empty, make(GOOD | {"人员": swapped}))
    holder = empty.roster.person_by_phone("13900000000")
    assert holder is not None
    assert holder.code == "P001"
    assert bring(empty, make(GOOD | {"人员": swapped})).changed == 0


def test_the_demo_has_to_go_first(make: Make, empty: Store) -> None:
    """Real people are not mixed with made-up ones."""
    demo.load(empty, NOW)
    with pytest.raises(DemoLoaded) as caught:
        bring(empty, make(GOOD))
    assert "demo clear" in caught.value.text


def test_a_team_name_of_another_code_is_a_fault(make: Make, empty: Store) -> None:
    """It is told before anything is written."""
    bring(empty, make(GOOD))
    renamed: Rows = GOOD | {"工作队": [["T02", "白鹭村工作队", "990101001"]], "人员": [], "结对": []}
    with pytest.raises(RosterFaults, match="1 faults"):
        bring(empty, make(renamed))


def test_reading_and_writing_tell_how_far_they_are(make: Make, empty: Store) -> None:
    """Every five thousand rows, by the name of the sheet."""
    many: list[list[object]] = [[f"H{number:05d}", "某户", "990101001"] for number in range(11_000)]
    heard: list[tuple[str, int]] = []
    roster = roster_file.read(
        make(GOOD | {"贫困户": many, "结对": []}), lambda *how_far: heard.append(how_far)
    )
    assert heard == [("贫困户", 5000), ("贫困户", 10_000)]
    heard.clear()
    plan = roster_changes.plan(empty, roster)
    roster_changes.apply(empty, plan, now=NOW, told=lambda *how_far: heard.append(how_far))
    assert heard[-3:] == [("贫困户", 5000), ("贫困户", 10_000), ("贫困户", 11_000)]


@pytest.mark.parametrize(
    ("sheet", "row", "says"),
    [
        ("行政区划", ["9902", "", "县"], "第6行：“名称”不能空着"),
        ("行政区划", ["9901", "又一个", "县"], "“代码”9901 与第5行重复"),
        ("行政区划", ["9902", "某", "省"], "“级别”写的是“省”，可以写：市、"),
        ("行政区划", ["9902", "某", "村"], "村要填“上级代码”"),
        ("行政区划", ["9902", "某", "村", "77"], "“上级代码”77 在“行政区划”表里找不到"),
        ("行政区划", ["9902", "某", "县", "990101"], "“上级代码”990101 应当是更高一级"),
        ("行政区划", ["9902", "某", "县", "9902"], "应当是更高一级"),
        ("行政区划", ["9902", "某", "县", None, 25.6], "要么都填"),
        ("行政区划", ["9902", "某", "县", None, 103.4, 25.6], "可能填反了"),
        ("行政区划", ["9902", "某", "县", None, 48.8, 2.3], "坐标不在国内"),
        ("行政区划", ["9902", "某", "县", None, "nan", "东"], "“经度”写的是“东”，应当是数字"),
        ("行政区划", [1234567890123456, "某", "县"], "数字太长"),
        ("行政区划", ["9902", "某", "村", "990101001"], "应当是更高一级"),
        ("行政区划", ["9902", "某", "县", None, None, None, -5], "应当大于 0"),
        ("行政区划", ["99:02", "某", "县"], "中间不要空格和冒号"),
        ("行政区划", ["9" * 41, "某", "县"], "40 个以内"),
        ("挂包单位", ["D02", "农技站"], "“名称”农技站 与第3行重复"),
        ("挂包单位", ["D02", "水务站", "国"], "“级别”写的是“国”"),
        ("挂包单位", ["D02", "水务站", "县", "990101001、9901"], "“挂包村代码”9901 不是村"),
        ("挂包单位", ["D02", "水务站", "县", "77"], "“挂包村代码”77 在“行政区划”表里找不到"),
        ("工作队", ["T02", "白鹭村工作队", "990101001"], "“名称”白鹭村工作队 与第3行重复"),
        ("工作队", ["T02", "某队", "9901"], "“驻村代码”9901 不是村"),
        ("人员", ["P2", "某", None, "村长", "9901"], "“角色”写的是“村长”"),
        ("人员", ["P2", "某", None, "第一书记", "990101001"], "第一书记要填“工作队代码”"),
        ("人员", ["P2", "某", None, "联席办"], "联席办要填“所在地代码”"),
        ("人员", ["P2", "某", "12345", "联席办", "9901"], "不是 11 位手机号"),
        ("人员", ["P2", "某", "138-0000-0001", "联席办", "9901"], "“手机号”13800000001 与第3行重复"),
        ("人员", ["P2", "某", None, "队员", None, "T01", "炊事员"], "“职责”写的是“炊事员”"),
        ("人员", ["P2", "某", None, "联席办", "9901", None, None, None, "去年"], "应当像 2026-11-25"),
        ("人员", ["P2", "某", "23800000001", "联席办", "9901"], "不是 11 位手机号"),
        ("人员", ["P2", "某", None, "联席办", "9901", None, None, "气象站"], "“单位”气象站 在“挂包单位”表里"),
        ("人员", ["P2", "某", None, "单位联络员", "9901"], "单位联络员要填“单位”"),
        ("贫困户", ["H9", "某", "9901"], "“村代码”9901 不是村"),
        ("贫困户", ["110101199003070011", "某", "990101001"], "像是身份证号"),
        ("贫困户", ["H9", "某", "990101001", None, 2.5], "应当是 0 到 50 的整数"),
        ("贫困户", ["H9", "某", "990101001", *[None] * 5, "（配偶）"], "“家庭成员”里的“（配偶）”看不懂"),
        ("贫困户", ["H9", "某", "990101001", *[None] * 6, 103.4, 25.6], "可能填反了"),
        ("贫困户", ["H9", "某", "990101001", *[None] * 6, 26.1, 103.4], "坐标离白鹭村的登记点 53 公里"),
        ("贫困户", ["H9", "某", "990101001", *[None] * 8, "去年"], "“注销日期”写的是“去年”"),
        ("贫困户", ["H9", "某", "990101001", None, "三口"], "“人口”写的是“三口”"),
        ("结对", ["P001", "H001"], "“人员代码”P001 不是帮扶干部"),
        ("结对", ["P101", "H9"], "“贫困户代码”H9 在“贫困户”表里找不到"),
        ("结对", ["P101", None], "“贫困户代码”不能空着"),
    ],
)
def test_each_fault_is_told_with_its_sheet_and_row(
    make: Make, sheet: str, row: list[object], says: str
) -> None:
    """In words that say what is accepted."""
    told = faults(make(GOOD | {sheet: [*GOOD[sheet], row]}))
    assert any(fault.startswith(f"{sheet} 第") and says in fault for fault in told), told


def test_all_faults_are_told_at_once(make: Make) -> None:
    """One correction, one more import."""
    bad = GOOD | {"结对": [["P9", "H9"]], "工作队": [*GOOD["工作队"], ["", "", ""], ["T02", "某", "77"]]}
    told = faults(make(bad))
    assert told == (
        "工作队 第5行：“驻村代码”77 在“行政区划”表里找不到。",
        "结对 第3行：“人员代码”P9 在“人员”表里找不到。",
        "结对 第3行：“贫困户代码”H9 在“贫困户”表里找不到。",
    )


def test_a_long_list_of_faults_is_cut_in_the_text(make: Make) -> None:
    """The whole list stays on the error."""
    path = make({"结对": [["P9", "H9"]] * 40})
    with pytest.raises(RosterFaults) as caught:
        roster_file.read(path)
    assert len(caught.value.faults) == 80
    assert caught.value.text.endswith("……另有 30 处。")


def test_what_is_no_such_workbook_is_refused(make: Make, tmp_path: Path) -> None:
    """No traceback, one sentence."""
    other = tmp_path / "a.xlsx"
    other.write_text("不是表格", "utf-8")
    assert "打不开" in faults(other)[0]
    assert "打不开" in faults(tmp_path / "none.xlsx")[0]
    path = make({})
    book = load_workbook(path)
    del book["结对"]
    book["人员"]["B1"] = "名字"
    book.save(path)
    assert faults(path) == ("人员：第一行缺少标题“姓名”。", "缺少工作表“结对”。")
