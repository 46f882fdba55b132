"""Old Word, WPS and Excel files: LibreOffice makes a modern one of them where it is installed. Reads nothing itself."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from policy_kb.errors import Unreadable
from policy_kb.formats.apart import DAMAGED

BECOMES = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".rtf": ".docx",
    ".odt": ".docx",
    ".xls": ".xlsx",
    ".et": ".xlsx",
    ".ods": ".xlsx",
}
SECONDS = 60  # LibreOffice takes some to start; what it is given to read is bounded by the size of the file

NO_OFFICE = "“{name}”是旧版格式，这台电脑上没有装能读它的 LibreOffice。请用 Word 或 WPS 打开，另存为 DOCX（表格存为 XLSX）再添加。"
TOO_SLOW = "“{name}”转换了一分钟还没有完成。请用 Word 或 WPS 打开，另存为 DOCX（表格存为 XLSX）再添加。"


@contextlib.contextmanager
def converted(path: Path, suffix: str) -> Iterator[tuple[Path, str]]:
    """Give a modern copy of the file and its suffix, for as long as it is read; raises Unreadable."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise Unreadable(NO_OFFICE)
    with tempfile.TemporaryDirectory(prefix="zhucun-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"old{suffix}"
        shutil.copyfile(path, source)
        becomes = BECOMES[suffix]
        _run([office, *_options(Path(folder)), "--convert-to", becomes[1:], "--outdir", folder, str(source)])
        made = source.with_suffix(becomes)
        if not made.exists():
            raise Unreadable(DAMAGED, "LibreOffice made nothing of it")
        yield made, becomes


def _options(folder: Path) -> tuple[str, ...]:
    """Return what makes LibreOffice work alone, on a profile of its own: macros do not run there."""
    profile = (folder / "profile").as_uri()
    return (f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck", "--nodefault")


def _run(command: list[str]) -> None:
    """Run LibreOffice to its end or to the end of our patience, with all that it started."""
    process = subprocess.Popen(  # noqa: S603 - found on the PATH; the file is an argument, not a command
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_SLOW, str(error)) from error
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
