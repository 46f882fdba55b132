"""The living index: it follows the base, lies on disk whole, and is built anew when it is damaged."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.check import policies
from policy_kb import KnowledgeBase, index_files, living
from policy_kb.finding import Passage
from policy_kb.index import Segment
from policy_kb.living import DAMAGED, NEW, WHOLE, Label, LivingIndex
from policy_kb.rights import Scope

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
THINGS = ("水渠", "路灯", "校车", "果园", "鱼塘", "茶山", "粮仓", "猪舍", "菜棚", "水井", "石桥", "晒场")


def add(base: KnowledgeBase, folder: Path, thing: str) -> int:
    """Add a document about a thing and return its number."""
    text = (
        f"河口县{thing}管理办法\n\n第一条 {thing}由村里管,每年检查两次。\n第二条 {thing}坏了要在三日内修好。"
    )
    (folder / f"{thing}.txt").write_text(text, encoding="utf-8")
    return base.add(folder / f"{thing}.txt", now=NOW).document.id


def first(base: KnowledgeBase, thing: str) -> str:
    """Return the document of the first clause found for a thing."""
    clauses = base.ask(f"{thing}坏了几天修好").clauses
    return clauses[0].document if clauses else ""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    """Give a base that has been asked and so keeps an index."""
    kept = KnowledgeBase.open(tmp_path / "policy")
    add(kept, tmp_path, "水渠")
    assert "水渠" in first(kept, "水渠")
    return kept


def segments(base: KnowledgeBase) -> list[str]:
    """Return the names of the folders of segments that lie there."""
    return sorted(path.name for path in (base.path.parent / "index").iterdir() if path.is_dir())


def test_what_is_added_and_taken_out_is_followed_without_building_anew(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    """The first segment stays; a removed document is not found; many small segments become few."""
    before = segments(base)
    numbers = {thing: add(base, tmp_path, thing) for thing in THINGS[1:4]}
    assert set(before) < set(segments(base))
    assert all(thing in first(base, thing) for thing in THINGS[:4])
    base.remove(numbers["路灯"])
    assert "路灯" not in first(base, "路灯")
    for thing in THINGS[4:]:
        add(base, tmp_path, thing)
    assert len(segments(base)) < len(THINGS) - 1
    assert all(thing in first(base, thing) for thing in THINGS if thing != "路灯")
    assert base.index_state() == WHOLE


def test_a_new_title_and_a_new_scope_are_followed(base: KnowledgeBase) -> None:
    """The clauses are indexed under them."""
    number = base.documents()[0].id
    base.edit(number, title="河口县沟渠养护规定")
    assert base.ask("沟渠养护规定").clauses[0].document == "河口县沟渠养护规定"
    base.restrict(number, Scope("53"))
    assert first(base, "水渠") == "河口县沟渠养护规定"
    assert len(segments(base)) == 1


def test_what_was_repealed_stands_behind(base: KnowledgeBase, tmp_path: Path) -> None:
    """By the validity that its document has."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("洪水县水渠管理规定\n\n第一条 水渠坏了由村里修。", encoding="utf-8")
    base.add(other / "a.txt", now=NOW)
    assert "河口" in first(base, "水渠")
    base.edit(1, validity="repealed")
    assert "洪水" in first(base, "水渠")


def test_another_process_maps_what_lies_there(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut into words again."""
    monkeypatch.setattr(Segment, "build", None)
    assert "水渠" in first(KnowledgeBase(base.path.parent), "水渠")


def test_two_that_share_a_folder_follow_each_other(base: KnowledgeBase, tmp_path: Path) -> None:
    """Whoever changes it, both find the same."""
    other = KnowledgeBase(base.path.parent)
    for thing in THINGS[1:10]:
        add(other if len(thing) % 2 else base, tmp_path, thing)
        assert thing in first(other, thing) if other.refresh() else True
    base.refresh()
    assert all(thing in first(each, thing) for thing in THINGS[:10] for each in (base, other))


@pytest.mark.parametrize("harm", ["manifest", "version", "array", "missing", "about"])
def test_a_damaged_index_is_built_anew_and_check_says_so(base: KnowledgeBase, harm: str) -> None:
    """Whatever is wrong with the files, the answers are the same."""
    folder = base.path.parent / "index"
    at = folder / segments(base)[0]
    if harm == "manifest":
        (folder / "manifest.json").write_text("{", encoding="utf-8")
    elif harm == "version":
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        (folder / "manifest.json").write_text(json.dumps(manifest | {"version": 0}), encoding="utf-8")
    elif harm == "array":
        whole = bytearray((at / "pairs.parts.npy").read_bytes())
        whole[-1] ^= 1
        (at / "pairs.parts.npy").write_bytes(whole)
    elif harm == "missing":
        (at / "words.keys.npy").unlink()
    else:
        (at / "about.json").write_text("[]", encoding="utf-8")
    again = KnowledgeBase(base.path.parent)
    assert again.index_state() == DAMAGED
    data = base.path.parent.parent
    assert "自动重建" in policies(data)[0].words
    assert "水渠" in first(again, "水渠")
    assert again.index_state() == WHOLE
    assert "索引完好" in policies(data)[0].words


def test_before_the_first_question_there_is_none(tmp_path: Path) -> None:
    """It is built when it is first needed."""
    base = KnowledgeBase(tmp_path / "policy")
    assert base.index_state() == NEW
    assert not (tmp_path / "policy" / "index").exists()


def test_a_kill_in_the_middle_leaves_the_old_index_whole(base: KnowledgeBase, tmp_path: Path) -> None:
    """Killed at the worst moments: with a segment half written, and with one written that is not yet in the manifest."""
    for moment in ("policy_kb.index_files._sum", "policy_kb.index_files.publish"):
        module, _, name = moment.rpartition(".")
        text = f"""
import os
from datetime import UTC, datetime
from pathlib import Path
import {module}
from policy_kb import KnowledgeBase
base = KnowledgeBase(Path({str(base.path.parent)!r}))
base.ask("水渠")
count = 0
def killed(*args):
    os._exit(9)
setattr({module}, {name!r}, killed)
base.add(Path({str(tmp_path)!r}) / "new.txt", now=datetime(2026, 11, 25, tzinfo=UTC))
"""
        words = f"河口县新办法{len(moment)}\n\n第一条 新东西{len(moment)}要登记。"
        (tmp_path / "new.txt").write_text(words, encoding="utf-8")
        done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, check=False, env=dict(os.environ))
        assert done.returncode == 9
        again = KnowledgeBase(base.path.parent)
        assert again.index_state() == WHOLE
        assert "水渠" in first(again, "水渠")
        assert f"新东西{len(moment)}" in again.ask(f"新东西{len(moment)}要登记").clauses[0].text


def test_without_a_folder_to_write_to_it_lives_in_memory(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Questions are answered all the same, and the log says it."""

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(index_files, "write", full)
    add(base, tmp_path, "路灯")
    assert "路灯" in first(base, "路灯")
    assert "in memory only" in caplog.text


def test_the_dead_are_taken_out_once_they_are_many(tmp_path: Path) -> None:
    """And the living are found as before; what is asked for again is not indexed again."""
    fetched: list[int] = []

    def fetch(wanted: Sequence[int]) -> Mapping[int, Passage]:
        fetched.extend(wanted)
        return {number: Passage(number, "办法", (), f"{THINGS[number]}要修") for number in wanted}

    index = LivingIndex(tmp_path)
    labels = {number: Label("", "办法") for number in range(10)}

    def follow(numbers: Sequence[int]) -> living.Living:
        held: NDArray[np.int64] = np.array(numbers, dtype=np.int64)
        return index.follow(held, held, labels, fetch)

    assert follow(range(10)).index.size == 10
    assert follow(range(8)).index.size == 10, "two dead are borne"
    found = follow([0, 5])
    assert (found.index.size, found.clauses.tolist()) == (2, [0, 5])
    place = found.index.best(found.index.query("茶山"), 1)[0]
    assert found.clauses[place].tolist() == [5]
    assert fetched == list(range(10))


def test_what_comes_while_the_first_index_is_being_built_is_answered_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds it waits for the index in work, and has it follow."""
    base = KnowledgeBase.open(tmp_path / "kb")
    late = tmp_path / "水窖管理办法.txt"
    late.write_text("青禾县水窖管理办法\n\n第一条 水窖每年清洗两次。", encoding="utf-8")
    built, adding = base._followed, threading.Thread(target=lambda: base.add(late, now=NOW))

    def slow(*given: Any) -> Any:
        monkeypatch.undo()
        first = built(*given)
        adding.start()
        while not base.documents():
            adding.join(0.01)
        return first

    monkeypatch.setattr(base, "_followed", slow)
    base.refresh()
    adding.join()
    assert base.ask("水窖每年清洗几次").answered
