"""All of the data folder into one tar file while it serves, and back; both verified.

The tar holds the two databases (copied by SQLite's own online backup, so they are whole), the received
files, and a manifest with the SHA-256 of each.
"""

import contextlib
import hashlib
import json
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from policy_kb import KnowledgeBase
from storage import Store

MANIFEST = "manifest.json"
STORE, POLICY, FILES = "zhucun.sqlite", "policy/kb.sqlite", "files"
# What lies in a data folder that holds nothing of value.
IDLE = frozenset({"server.lock"})

NO_BACKUP = "没有“{source}”这个备份文件。"
NOT_A_BACKUP = "{source} 不是本程序的备份，或已经损坏，没有恢复任何内容。请换一份备份。"
CHANGED = "备份里的 {name} 缺失或被改动过，没有恢复任何内容。请换一份备份。"
BROKEN = "备份里的数据库 {name} 已经损坏（{fault}），没有恢复任何内容。请换一份备份。"


class BadBackup(Exception):
    """The tar cannot be used; the text says why, in Chinese."""


def backup(data: Path, target: Path, *, now: datetime) -> dict[str, str]:
    """Write all of `data` to the tar file `target`, read it again, return the SHA-256 of each file.

    The target appears only when it is whole. Raises BadBackup where what was written reads back differently.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as temporary:
        folder = Path(temporary) / "data"
        (folder / POLICY).parent.mkdir(parents=True)
        with contextlib.closing(Store(data)) as store:
            store.backup_to(folder / STORE)
        KnowledgeBase.open((data / POLICY).parent).backup_to(folder / POLICY)
        if (data / FILES).is_dir():
            shutil.copytree(data / FILES, folder / FILES)
        sums = {name: _sum(folder / name) for name in _names(folder)}
        manifest = {"made_at": now.isoformat(), "sha256": sums}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        made = Path(temporary) / "backup.tar"
        with tarfile.open(made, "w") as tar:
            for name in (MANIFEST, *sums):
                tar.add(folder / name, arcname=name)
        _unpack(made, Path(temporary) / "again")
        made.replace(target)
    return sums


def restore(source: Path, data: Path, *, now: datetime) -> Path | None:
    """Put the tar's data in the place of `data`; return where what stood there went (None: nothing did).

    Nothing is touched before the whole tar has been verified. Raises BadBackup.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".restore-") as temporary:
        folder = Path(temporary) / "data"
        _unpack(source, folder)
        kept = None
        if data.exists() and any(path.name not in IDLE for path in data.iterdir()):
            kept = data.with_name(f"{data.name}.before-{now:%Y%m%dT%H%M%S}")
            data.replace(kept)
        elif data.exists():
            shutil.rmtree(data)
        try:
            folder.replace(data)
        except OSError:
            if kept:
                kept.replace(data)
            raise
    return kept


def _unpack(source: Path, folder: Path) -> None:
    """Unpack and verify; `folder` is new."""
    if not source.is_file():
        raise BadBackup(NO_BACKUP.format(source=source))
    folder.mkdir(parents=True)
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                _unpack_file(tar, member, folder)
        sums = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
        wanted = {str(name): str(value) for name, value in sums.items()}
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadBackup(NOT_A_BACKUP.format(source=source)) from error
    found = set(_names(folder)) - {MANIFEST}
    for name in sorted(found | set(wanted)):
        if name not in found or wanted.get(name) != _sum(folder / name):
            raise BadBackup(CHANGED.format(name=name))
    for name in (STORE, POLICY):
        if fault := Store.verify(folder / name):
            raise BadBackup(BROKEN.format(name=name, fault=fault))
        for left in (f"{name}-wal", f"{name}-shm"):
            (folder / left).unlink(missing_ok=True)


def _unpack_file(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one plain file below the folder; whatever else a tar may hold is no part of our backups."""
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isreg() else None
    if (
        content is None
        or name.is_absolute()
        or ".." in name.parts
        or "\\" in member.name
        or ":" in member.name
    ):
        raise ValueError(f"not a file of ours: {member.name}")
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("xb") as file:
        shutil.copyfileobj(content, file)
    if target.stat().st_size != member.size:
        raise ValueError(f"cut short: {member.name}")


def _names(folder: Path) -> list[str]:
    """Return every file below the folder, by its name in the tar."""
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
