"""The real commands, with what they run on and nothing else.

`python -m tests.runtime_only` proves that no command leans on a library that only development has; needs no
pytest, exits with 1 on any failure.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120
DOCUMENT = """青禾县村级水窖管理办法

第一条 每口水窖由所在村民小组指定一名管水员。

第二条 水窖每年清洗两次，费用每口一百二十元，由县水务站承担。

第三条 严禁在水窖周围三十米内堆放农药和粪肥。
"""


def environment() -> dict[str, str]:
    """Return the machine's environment without settings of the program."""
    ours = ("ZHUCUN_", "TELEGRAM_", "WEBHOOK_", "PUBLIC_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def command(folder: Path, *words: str) -> list[str]:
    """Return the command as one types it."""
    return [sys.executable, str(ROOT / "bot.py"), "--data", str(folder / "data"), *words]


def typed(folder: Path, *words: str) -> str:
    """Run a command that must succeed and return what it prints."""
    done = subprocess.run(
        command(folder, *words),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"exit {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def a_document_is_taken_in(folder: Path) -> None:
    """`kb add` tells clauses and seconds."""
    (folder / "水窖管理办法.txt").write_text(DOCUMENT, encoding="utf-8")
    told = typed(folder, "kb", "add", "水窖管理办法.txt")
    assert "条" in told, told
    assert "秒" in told, told


def a_question_is_answered(folder: Path) -> None:
    """`ask --json` gives the clause."""
    answer = json.loads(typed(folder, "ask", "水窖每年清洗几次", "--json"))
    assert set(answer) == {"question", "answered", "answer", "clauses", "ms"}, answer
    assert answer["answered"] is True, answer
    assert "清洗两次" in answer["answer"], answer


def a_question_is_not_answered(folder: Path) -> None:
    """Say plainly what no document says."""
    answer = json.loads(typed(folder, "ask", "今晚吃什么", "--json"))
    assert (answer["answered"], answer["answer"]) == (False, None), answer


def a_template_is_written(folder: Path) -> None:
    """`roster template` writes a workbook."""
    typed(folder, "roster", "template", "roster.xlsx")
    assert (folder / "roster.xlsx").read_bytes()[:2] == b"PK"


def everything_is_checked(folder: Path) -> None:
    """`check` finds nothing that will not do."""
    told = typed(folder, "check")
    assert len(told.splitlines()) >= 7, told
    assert "不行" not in told, told


def pages_are_served(folder: Path) -> None:
    """`serve` gives the page and its health, and stops when told to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        command(folder, "serve", "--port", str(port)),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as server:
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            assert f":{port}" in told, told or server.communicate(timeout=PATIENCE_S)[1]
            for path in ("/", "/healthz"):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as reply:
                    assert reply.status == 200, path
                    assert reply.read(), path
            server.terminate()
            _, faults = server.communicate(timeout=PATIENCE_S)
        finally:
            server.kill()
    if sys.platform != "win32":
        assert server.returncode == 0, f"exit {server.returncode}: {faults}"
    assert "Traceback" not in faults, faults


def a_backup_is_taken_and_restored(folder: Path) -> None:
    """Answer again from what was backed up."""
    typed(folder, "backup", "backup.tar")
    typed(folder, "restore", "backup.tar")
    a_question_is_answered(folder)


STEPS: tuple[Callable[[Path], None], ...] = (
    a_document_is_taken_in,
    a_question_is_answered,
    a_question_is_not_answered,
    a_template_is_written,
    everything_is_checked,
    pages_are_served,
    a_backup_is_taken_and_restored,
)


def main() -> int:
    """Take every step in one new folder and tell how many held."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="zhucun-", ignore_cleanup_errors=True) as temporary:
        for step in STEPS:
            try:
                step(Path(temporary))
            except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
                failed += 1
                sys.stdout.write(f"FAILED {step.__name__}: {error}\n")
    sys.stdout.write(f"{len(STEPS) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
