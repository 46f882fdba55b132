"""The roster's workbook: a template to fill in, all faults at once, importing twice changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fieldwork import demo, roster_file, roster_sheets
from fieldwork.errors import DemoLoaded, RosterFaults
from storage import Store
from storage.roster import Household, Person, Place, Team

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
Rows = dict[str, list[list[object]]]
GOOD: Rows = {
    "行政区划": [
        ["990101001", "白鹭村", "村", "990101", 25.6213, 103.4127, 1200],
        [990101, "杉岭镇", "镇", 9901.0, None, None, None],
        ["9901", "禾云县", "县"],
    ],
    "工作队": [["T01", "白鹭村工作队", 990101001]],
    "人员": [
        ["P001", "何秋雨", 13800000001, "队员", None, "T01", "调查员，宣传员", None, None],
        ["P101", "沈文秀", "+86 139 0000 0000", "帮扶干部", "990101", None, None, "农技站", None],
        ["P102", "某人", None, "联席办", "9901", None, None, None, datetime(2026, 11, 1)],  # noqa: DTZ001 - a cell
    ],
    "贫困户": [
        ["H001", "普有福", "990101001", "一组", 4, "因病", "25.62", "103.41"],
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


def test_the_template_is_an_empty_roster(make: Make) -> None:
    """Its example rows are marked and ignored."""
    path = make({})
    assert roster_file.read(path) == roster_file.RosterFile((), (), (), (), ())
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
    assert roster.people[1].phone == "13900000000"
    assert roster.people[2].left_on == date(2026, 11, 1)
    assert roster.households[0] == Household("H001", "普有福", "990101001", "一组", 4, "因病", 25.62, 103.41)
    assert roster.pairs == (("P101", "H001"), ("P101", "H002"))


def test_importing_twice_changes_nothing(make: Make, empty: Store) -> None:
    """The first adds all of it, the second nothing."""
    roster = roster_file.read(make(GOOD))
    first = roster_file.apply(empty, roster)
    assert (first.new, first.changed, first.same) == (11, 0, 0)
    second = roster_file.apply(empty, roster)
    assert (second.new, second.changed, second.same) == (0, 0, 11)
    assert second.words() == "名册已导入：新增 0 条，更新 0 条，没有变化 11 条。"


def test_a_change_is_one_change_and_pairings_follow_the_file(make: Make, empty: Store) -> None:
    """A helper's pairings become those of the file; who is not in the file stays."""
    roster_file.apply(empty, roster_file.read(make(GOOD)))
    changed = GOOD | {"结对": [["P101", "H002"]], "人员": [*GOOD["人员"][1:]]}
    changes = roster_file.apply(empty, roster_file.read(make(changed)))
    assert (changes.new, changes.changed) == (0, 1)
    assert [h.code for h in empty.roster.households_paired_with("P101")] == ["H002"]
    assert empty.roster.person("P001")


def test_numbers_can_change_hands(make: Make, empty: Store) -> None:
    """Two people swap their numbers in one import."""
    roster_file.apply(empty, roster_file.read(make(GOOD)))
    first, second, third = GOOD["人员"]
    swapped = [[*first[:2], second[2], *first[3:]], [*second[:2], first[2], *second[3:]], third]
    roster = roster_file.read(make(GOOD | {"人员": swapped}))
    roster_file.apply(empty, roster)
    holder = empty.roster.person_by_phone("13900000000")
    assert holder is not None
    assert holder.code == "P001"
    assert roster_file.apply(empty, roster).changed == 0


def test_the_demo_has_to_go_first(make: Make, empty: Store) -> None:
    """Real people are not mixed with made-up ones."""
    demo.load(empty, NOW)
    with pytest.raises(DemoLoaded) as caught:
        roster_file.apply(empty, roster_file.read(make(GOOD)))
    assert "demo clear" in caught.value.text


def test_a_team_name_of_another_code_is_a_fault(make: Make, empty: Store) -> None:
    """It is told before anything is written."""
    roster_file.apply(empty, roster_file.read(make(GOOD)))
    renamed: Rows = GOOD | {"工作队": [["T02", "白鹭村工作队", "990101001"]], "人员": [], "结对": []}
    with pytest.raises(RosterFaults, match="1 faults"):
        roster_file.apply(empty, roster_file.read(make(renamed)))


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
        ("工作队", ["T02", "白鹭村工作队", "990101001"], "“名称”白鹭村工作队 与第3行重复"),
        ("工作队", ["T02", "某队", "9901"], "“驻村代码”9901 不是村"),
        ("人员", ["P2", "某", None, "村长", "9901"], "“角色”写的是“村长”"),
        ("人员", ["P2", "某", None, "第一书记", "990101001"], "第一书记要填“工作队代码”"),
        ("人员", ["P2", "某", None, "联席办"], "联席办要填“所在地代码”"),
        ("人员", ["P2", "某", "12345", "联席办", "9901"], "不是 11 位手机号"),
        ("人员", ["P2", "某", "138-0000-0001", "联席办", "9901"], "“手机号”13800000001 与第3行重复"),
        ("人员", ["P2", "某", None, "队员", None, "T01", "炊事员"], "“职责”写的是“炊事员”"),
        ("人员", ["P2", "某", None, "联席办", "9901", None, None, None, "去年"], "应当像 2026-11-25"),
        ("贫困户", ["H9", "某", "9901"], "“村代码”9901 不是村"),
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
