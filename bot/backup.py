"""All of the data folder into one tar file while it serves, and back; both verified.

The tar holds the two databases (copied by SQLite's own online backup, so they are whole), the received files, and a manifest with
the SHA-256 of each.
"""

import hashlib
import json
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from policy_kb import KnowledgeBase
from storage import Store

MANIFEST = "manifest.json"
STORE, POLICY, FILES = "zhucun.sqlite", "policy/kb.sqlite", "files"


class BadBackup(Exception):
    """The tar cannot be used; the text says why, in Chinese."""


def backup(data: Path, target: Path, *, now: datetime) -> dict[str, str]:
    """Write all of `data` to the tar file `target`, read it again, and return the SHA-256 of each file in it.

    The target appears only when it is whole. Raises BadBackup where what was written does not read back the same.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as temporary:
        folder = Path(temporary) / "data"
        (folder / POLICY).parent.mkdir(parents=True)
        store = Store(data)
        store.backup_to(folder / STORE)
        store.close()
        KnowledgeBase.open(data / "policy").backup_to(folder / POLICY)
        if (data / FILES).is_dir():
            shutil.copytree(data / FILES, folder / FILES)
        sums = {str(path.relative_to(folder)): _sum(path) for path in sorted(folder.rglob("*")) if path.is_file()}
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
    """Put the tar's data in the place of `data`; return where what stood there has been moved to, None if nothing did.

    Nothing is touched before the whole tar has been verified. Raises BadBackup.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".restore-") as temporary:
        folder = Path(temporary) / "data"
        _unpack(source, folder)
        kept = None
        if data.exists() and any(data.iterdir()):
            kept = data.with_name(f"{data.name}.before-{now:%Y%m%dT%H%M%S}")
            data.replace(kept)
        elif data.exists():
            data.rmdir()
        folder.replace(data)
    return kept


def _unpack(source: Path, folder: Path) -> None:
    """Unpack and verify; `folder` is new."""
    folder.mkdir(parents=True)
    try:
        with tarfile.open(source, "r:") as tar:
            tar.extractall(folder, filter="data")
        sums = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise BadBackup(f"{source} 不是本程序的备份，或已经损坏（{error}）。请换一份备份。") from error
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(found | set(sums)):
        if name not in found or sums.get(name) != _sum(folder / name):
            raise BadBackup(f"备份里的 {name} 缺失或被改动过，没有恢复任何内容。请换一份备份。")
    if fault := Store.verify(folder / STORE):
        raise BadBackup(f"备份里的数据库已经损坏（{fault}），没有恢复任何内容。请换一份备份。")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
