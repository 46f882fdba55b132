"""The data folder into a tar and back: whole, verified, and never half."""

import io
import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backup import MANIFEST, POLICY, STORE, BadBackup, backup, restore
from fieldwork import demo
from policy_kb import KnowledgeBase
from storage import Store

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
DOCUMENT = """青禾县村级水窖管理办法

第一条 每口水窖由所在村民小组指定一名管水员。

第二条 水窖每年清洗两次，费用每口一百二十元，由县水务站承担。
"""

Members = dict[str, bytes]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder with a demo, a document and a received file."""
    folder = tmp_path / "data"
    store = Store(folder)
    with store.transaction():
        demo.load(store, NOW)
    store.close()
    document = tmp_path / "水窖管理办法.txt"
    document.write_text(DOCUMENT, encoding="utf-8")
    KnowledgeBase.open((folder / POLICY).parent).add(document, now=NOW)
    (folder / "files").mkdir()
    (folder / "files" / "a1b2").write_bytes(b"received")
    return folder


@pytest.fixture
def tar(data: Path, tmp_path: Path) -> Path:
    """Give a good backup of the data folder."""
    backup(data, tmp_path / "backup.tar", now=NOW)
    return tmp_path / "backup.tar"


def counts(data: Path) -> dict[str, int]:
    """Give the roster's figures."""
    store = Store(data)
    try:
        return store.roster.counts()
    finally:
        store.close()


def test_what_was_backed_up_comes_back(data: Path, tar: Path, tmp_path: Path) -> None:
    """Roster, documents and received files, on another machine."""
    other = tmp_path / "other" / "data"
    assert restore(tar, other, now=NOW) is None
    assert counts(other) == counts(data)
    assert counts(other)["households"] == 60
    documents = KnowledgeBase.open((other / POLICY).parent).documents()
    assert [(d.title, d.clauses) for d in documents] == [
        (d.title, d.clauses) for d in KnowledgeBase.open((data / POLICY).parent).documents()
    ]
    assert len(documents) == 1
    assert (other / "files" / "a1b2").read_bytes() == b"received"


def test_it_is_taken_while_others_write(data: Path, tmp_path: Path) -> None:
    """A transaction that is open does not hold it up, and is not in it."""
    store = Store(data)
    with store.transaction():
        store.facts.put("half", "done")
        backup(data, tmp_path / "backup.tar", now=NOW)
    store.close()
    restore(tmp_path / "backup.tar", tmp_path / "other", now=NOW)
    restored = Store(tmp_path / "other")
    assert restored.facts.get("half") is None
    assert demo.loaded(restored)
    restored.close()


def test_the_sums_name_every_file(data: Path, tmp_path: Path) -> None:
    """What is told is what is in the tar, and nothing temporary is left beside it."""
    sums = backup(data, tmp_path / "new" / "backup.tar", now=NOW)
    assert set(sums) == {STORE, POLICY, "files/a1b2"}
    with tarfile.open(tmp_path / "new" / "backup.tar") as made:
        assert set(made.getnames()) == {MANIFEST, *sums}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["backup.tar"]


def test_what_stood_there_is_moved_aside(data: Path, tar: Path) -> None:
    """A restore deletes nothing."""
    (data / "files" / "later").write_bytes(b"written after the backup")
    kept = restore(tar, data, now=NOW)
    assert kept is not None
    assert (kept / "files" / "later").read_bytes() == b"written after the backup"
    assert not (data / "files" / "later").exists()
    assert counts(data)["people"] == 22


def test_a_folder_with_nothing_but_a_lock_is_not_kept(tar: Path, tmp_path: Path) -> None:
    """There is nothing of value in it."""
    (tmp_path / "idle").mkdir()
    (tmp_path / "idle" / "server.lock").touch()
    assert restore(tar, tmp_path / "idle", now=NOW) is None
    assert counts(tmp_path / "idle")["people"] == 22


def test_no_leftovers_of_the_verification_are_restored(tar: Path, tmp_path: Path) -> None:
    """Only what was backed up lies in the new folder."""
    restore(tar, tmp_path / "other", now=NOW)
    found = {
        p.relative_to(tmp_path / "other").as_posix() for p in (tmp_path / "other").rglob("*") if p.is_file()
    }
    assert found - {MANIFEST} == {STORE, POLICY, "files/a1b2"}


def _changed(members: Members) -> None:
    members["files/a1b2"] = b"forged"


def _missing(members: Members) -> None:
    del members["files/a1b2"]


def _added(members: Members) -> None:
    members["files/extra"] = b"not in the manifest"


def _no_manifest(members: Members) -> None:
    del members[MANIFEST]


def _odd_manifest(members: Members) -> None:
    members[MANIFEST] = b"[1, 2]"


def _odd_sums(members: Members) -> None:
    members[MANIFEST] = b'{"sha256": ["files/a1b2"]}'


def _climbs_out(members: Members) -> None:
    members["../outside"] = b"written beside the folder"


def _no_database(members: Members) -> None:
    manifest = json.loads(members[MANIFEST])
    del manifest["sha256"][STORE], members[STORE]
    members[MANIFEST] = json.dumps(manifest).encode()


FORGERIES = (_changed, _missing, _added, _no_manifest, _odd_manifest, _odd_sums, _climbs_out, _no_database)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_"))
def test_a_tar_that_is_not_whole_changes_nothing(
    data: Path, tar: Path, tmp_path: Path, forge: Callable[[Members], None]
) -> None:
    """It is refused in words, and the data folder is as it was."""
    members = _read(tar)
    forge(members)
    _write(tar, members)
    (data / "files" / "later").write_bytes(b"written after the backup")
    with pytest.raises(BadBackup, match="没有恢复任何内容"):
        restore(tar, data, now=NOW)
    assert (data / "files" / "later").read_bytes() == b"written after the backup"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.tar", "data", "水窖管理办法.txt"]


@pytest.mark.parametrize("keep", [0, 100, 3000, 0.5, 0.9])
def test_a_tar_cut_short_is_refused(tar: Path, tmp_path: Path, keep: float) -> None:
    """A copy that broke off, wherever it did."""
    whole = tar.read_bytes()
    tar.write_bytes(whole[: int(keep if keep > 1 else len(whole) * keep)])
    with pytest.raises(BadBackup):
        restore(tar, tmp_path / "other", now=NOW)
    assert not (tmp_path / "other").exists()


def test_a_link_in_the_tar_is_refused(tar: Path, tmp_path: Path) -> None:
    """Backups hold plain files only."""
    with tarfile.open(tar, "a") as made:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        made.addfile(link)
    with pytest.raises(BadBackup):
        restore(tar, tmp_path / "other", now=NOW)


def test_a_tar_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    """The sentence names the file."""
    with pytest.raises(BadBackup, match=r"没有“.*nowhere\.tar”"):
        restore(tmp_path / "nowhere.tar", tmp_path / "other", now=NOW)


def _read(tar: Path) -> Members:
    members: Members = {}
    with tarfile.open(tar) as source:
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            members[member.name] = content.read()
    return members


def _write(tar: Path, members: Members) -> None:
    with tarfile.open(tar, "w") as target:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            target.addfile(info, io.BytesIO(content))
