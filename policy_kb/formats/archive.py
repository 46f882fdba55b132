"""ZIP: the documents in it, one by one, each as a file of its own in a temporary folder. No name in it is ever used as a path."""

import contextlib
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from policy_kb import formats
from policy_kb.errors import Unreadable
from policy_kb.formats.apart import DAMAGED
from policy_kb.formats.package import LOCKED, bomb

SUFFIX = ".zip"
DEEPEST, MOST_MEMBERS, MOST_BYTES, _DIRECTORY = 2, 1_000, 300 * 2**20, 2**20
_CHUNK = 2**16
_UTF8, _LOCKED = 0x800, 0x1

TOO_DEEP = "“{name}”是压缩包里的压缩包，套得太深。请解压后再添加。"
TOO_MANY = "“{name}”里的文件太多（超过 1000 个）。请拆成几份再添加。"
TOO_MUCH = "“{name}”解压后太大。请拆成几份再添加。"
BOMB = "“{name}”的压缩比不正常，没有打开。请解压看看，再添加里面的文件。"
METHOD = "“{name}”的压缩方法读不了。请用电脑自带的压缩功能（普通 ZIP）重新压缩再添加。"
NOTHING = "“{name}”里没有文件。请打开看看是不是空的。"


@dataclass(frozen=True)
class Member:
    """A document in an archive: its name for people (`包.zip/夹/文件.docx`), and its file, or why there is none."""

    name: str
    path: Path | None = None
    refused: Unreadable | None = None


def members(path: Path, name: str) -> Iterator[Member]:
    """Give each document of an archive, its file there until the next is asked for; a bad one is given with the reason."""
    budget = _Budget()
    found = False
    for each in _members(path, name, 1, budget):
        found = True
        yield each
    if not found:
        yield Member(name, refused=Unreadable(NOTHING.format(name=name)))


@dataclass
class _Budget:
    """What may still be unpacked of one archive and those within it."""

    members: int = MOST_MEMBERS
    bytes: int = MOST_BYTES


def _members(path: Path, name: str, depth: int, budget: _Budget) -> Iterator[Member]:
    try:
        with _opened(path) as archive:
            for info in archive.infolist():
                inner = _name(info)
                if not info.is_dir() and not _idle(inner):
                    yield from _member(archive, info, f"{name}/{inner}", depth, budget)
    except Unreadable as error:
        yield Member(name, refused=Unreadable(error.text.format(name=name), str(error)))
    except OSError as error:
        yield Member(name, refused=Unreadable(formats.GONE.format(name=name), str(error)))


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int, budget: _Budget
) -> Iterator[Member]:
    with tempfile.TemporaryDirectory(prefix="zhucun-") as folder:
        target = Path(folder) / "member"
        try:
            _unpack(archive, info, target, budget)
        except Unreadable as error:
            yield Member(name, refused=Unreadable(error.text.format(name=name), str(error)))
            return
        if PurePosixPath(name).suffix.lower() != SUFFIX:
            yield Member(name, target)
        elif depth < DEEPEST:
            yield from _members(target, name, depth + 1, budget)
        else:
            yield Member(name, refused=Unreadable(TOO_DEEP.format(name=name)))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if _directory_size(path) > _DIRECTORY:
            raise Unreadable(TOO_MANY)
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(DAMAGED, str(error)) from error
    with archive:
        yield archive


def _directory_size(path: Path) -> int:
    """Return how large a ZIP says its list of files is, before that list is read into memory; 0 where it does not say."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 2**16 - 22))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<I", tail, at + 12)[0]) if 0 <= at <= len(tail) - 22 else 0


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: _Budget) -> None:
    if info.flag_bits & _LOCKED:
        raise Unreadable(LOCKED)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(METHOD, f"method {info.compress_type}")
    if bomb(info):
        raise Unreadable(BOMB, f"{info.compress_size} to {info.file_size}")
    budget.members -= 1
    if budget.members < 0:
        raise Unreadable(TOO_MANY)
    size = 0
    try:
        with archive.open(info) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                budget.bytes -= len(chunk)
                if size > formats.LARGEST:
                    raise Unreadable(formats.TOO_LARGE)
                if budget.bytes < 0:
                    raise Unreadable(TOO_MUCH)
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise Unreadable(DAMAGED, str(error)) from error


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name as it was typed: old Chinese programs write GBK where the standard says CP437."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            with contextlib.suppress(UnicodeDecodeError):
                name = raw.decode(encoding)
                break
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join("".join(c for c in part if c.isprintable()) for part in parts)


def _idle(name: str) -> bool:
    """Tell what systems leave in archives and no person put there."""
    parts = name.split("/")
    return not parts[-1] or any(
        part.startswith((".", "__MACOSX", "~$")) or part in {"Thumbs.db", "desktop.ini"} for part in parts
    )
