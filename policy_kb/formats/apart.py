"""Reads a file in a process of its own, with bounds on time and memory, so that a damaged or hostile file harms nothing else.

The child gets the file's path and none of the environment's secrets; it answers with one JSON object on stdout.
"""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from policy_kb.errors import Unreadable

SECONDS = 10
MEMORY = 480 * 2**20  # bytes that the child may allocate, where the system can hold it to that

DAMAGED = "“{name}”打不开，可能已经损坏。请在电脑上打开看看，另存一份再添加。"
TOO_SLOW = "“{name}”读了 10 秒还没有读完。请拆成几份，或另存为 TXT 再添加。"
TOO_BIG = "“{name}”展开后太大。请拆成几份，或另存为 TXT 再添加。"

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
_CODE = "from policy_kb.formats import apart; apart.child()"


def read(path: Path, suffix: str) -> str:
    """Return the text of a file of the format `suffix`; raises Unreadable, its text with `{name}` to be filled in."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code; the path is an argument, not a command
            [sys.executable, "-c", _CODE, suffix, str(path.resolve())],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: no console pops up
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_SLOW, str(error)) from error
    if done.returncode:
        raise Unreadable(DAMAGED, f"exit {done.returncode}: {done.stderr[-500:].decode(errors='replace')}")
    answer = json.loads(done.stdout)
    if "text" not in answer:
        raise Unreadable(answer["refused"], answer["log"])
    return str(answer["text"])


def child() -> None:
    """Read the file that the command line names and write what came of it; the child's whole life."""
    bound()
    stdout = os.dup(1)
    os.dup2(2, 1)  # what libraries print does not mix with the answer
    answer = attempt(sys.argv[1], Path(sys.argv[2]))
    with os.fdopen(stdout, "wb") as out:
        out.write(json.dumps(answer).encode("ascii"))
    sys.stdout.flush()
    os._exit(0)  # no library's farewell can hang


def bound() -> None:
    """Have the system hold this process to its share of memory and processor time, where it can."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or hard > most:
            with contextlib.suppress(
                ValueError, OSError
            ):  # some systems have the limit and do not let it be set
                resource.setrlimit(limit, (most, hard))


def attempt(suffix: str, path: Path) -> dict[str, Any]:
    """Return `{"text"}`, or `{"refused", "log"}` with the sentence that says why not and what to do."""
    from policy_kb.formats import LONGEST, READERS, TOO_LONG  # noqa: PLC0415 - the table is made of this module too

    try:
        text = READERS[suffix].read(path.read_bytes())
    except Unreadable as error:
        return {"refused": error.text, "log": str(error)}
    except MemoryError:
        return {"refused": TOO_BIG, "log": "out of memory"}
    except Exception as error:  # noqa: BLE001 - whatever a library throws over a damaged file, the file is damaged
        return {"refused": DAMAGED, "log": repr(error)[:500]}
    if len(text) > LONGEST:
        return {"refused": TOO_LONG, "log": f"{len(text)} characters"}
    return {"text": text.encode("utf-8", "replace").decode("utf-8")}
