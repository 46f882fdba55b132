"""Importing a roster at the terminal: what would change is shown, somebody says yes, or nothing is written."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from openpyxl import load_workbook

from bot import roster_import
from fieldwork.geo import wgs84_to_gcj02
from storage import Store
from tests.bot.test_cli import filled_roster, typed

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give the place for a data folder that is not there yet."""
    return tmp_path / "data"


def changed_roster(path: Path) -> None:
    """Rename a household and leave a member out."""
    book = load_workbook(path)
    book["贫困户"]["B3"] = "毕家兴"
    book["人员"].delete_rows(4)
    book.save(path)


def as_imported(data: Path) -> tuple[str, bool]:
    """Give the household's head and whether the member has left."""
    with contextlib.closing(Store(data)) as store:
        household, person = store.roster.household("H1"), store.roster.person("P2")
    assert household
    assert person
    return household.head, person.left_on is not None


@pytest.fixture
def changed(data: Path, tmp_path: Path) -> Path:
    """Give a file that differs from the roster that has been imported."""
    file = tmp_path / "roster.xlsx"
    typed(data, "roster", "template", file)
    filled_roster(file)
    typed(data, "roster", "import", file)
    changed_roster(file)
    return file


def test_without_a_terminal_a_change_is_shown_and_not_made(data: Path, changed: Path) -> None:
    """It says what to add to the command; with that it is done, and the second time nothing is left to do."""
    result = typed(data, "roster", "import", changed)
    assert result.exit_code == 1
    assert "人员：新增 0，改动 0，不变 1，不在文件里、将标为离任 1" in result.stdout
    assert "  改动 H1 毕家兴：户主" in result.stdout
    assert "--yes" in result.stderr
    assert as_imported(data) == ("毕长寿", False)
    assert "更新 1 条" in typed(data, "roster", "import", changed, "--yes").stdout
    assert as_imported(data) == ("毕家兴", True)
    assert "什么也没有改" in typed(data, "roster", "import", changed).stdout


def test_whoever_is_not_in_the_file_can_be_kept(data: Path, changed: Path) -> None:
    """As one who adds to the roster wants it."""
    result = typed(data, "roster", "import", changed, "--yes", "--keep")
    assert "不在文件里的 1 条保持不动" in result.stdout
    assert as_imported(data) == ("毕家兴", False)


@pytest.mark.parametrize(
    ("answer", "code", "after"), [("y", 0, ("毕家兴", True)), ("n", 1, ("毕长寿", False))]
)
def test_at_a_terminal_one_is_asked(  # noqa: PLR0917 - fixtures
    data: Path,
    changed: Path,
    answer: str,
    code: int,
    after: tuple[str, bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Yes writes, anything else does not."""
    asked: list[str] = []
    monkeypatch.setattr("bot.roster_import.sys.stdin", SimpleNamespace(isatty=lambda: True))

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer == "y"

    monkeypatch.setattr(click, "confirm", confirm)
    with contextlib.closing(Store(data)) as store:
        done = roster_import.run(store, changed, now=NOW, yes=False, keep=False)
    assert (done, len(asked)) == (code, 1)
    assert as_imported(data) == after


def test_a_first_import_with_a_doubtful_point_is_shown_first(data: Path, tmp_path: Path) -> None:
    """What is only remarked upon hinders nobody who has seen it."""
    file = tmp_path / "roster.xlsx"
    typed(data, "roster", "template", file)
    filled_roster(file)
    book = load_workbook(file)
    near = [(25.629 + number / 10_000, 103.42) for number in range(6)]
    for number, point in enumerate([*near, wgs84_to_gcj02(near[2])]):
        book["贫困户"].append((f"N{number}", "某户", "911", "一组", *[None] * 5, *point))
    book.save(file)
    result = typed(data, "roster", "import", file)
    assert result.exit_code == 1
    assert "GCJ-02" in result.stdout
    assert typed(data, "roster", "import", file, "--yes").exit_code == 0


def test_the_progress_speaks_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """However often it is told."""
    ticks = iter([0.0, 1.0, 3.5, 3.5, 4.0, 7.0, 7.0])
    told = roster_import.Progress(lambda: next(ticks)).saying("{sheet} {n}")
    for number in range(4):
        told("贫困户", number)
    assert capsys.readouterr().err == "贫困户 1\n贫困户 3\n"
