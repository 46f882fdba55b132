"""Damages a sample of every format many times over and reads what comes of it, each in a process with the reader's own bounds.

    python -m bench.fuzz_formats [COUNT]

Prints for each format: read, refused with a sentence, ended by the system, faults of ours, worst seconds and MB.
Needs POSIX (fork). Deterministic but for time and memory: damage is by seed.
"""

import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from policy_kb.cutting import cut
from policy_kb.errors import Unreadable
from policy_kb.formats import READERS, apart, archive, page, pdf, read, sheet, word
from policy_kb.titling import titled
from tests.policy_kb.mutations import SAMPLES, mutated

READ, REFUSED, FAULT = 0, 1, 2


def main() -> None:
    """Run all formats, print a line for each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    warm()
    print(
        f"{'format':8}{'files':>7}{'read':>7}{'refused':>9}{'ended':>7}{'faults':>8}{'worst s':>9}{'worst MB':>10}"
    )
    for suffix, make in SAMPLES.items():
        sample = make()
        ends = [one(suffix, mutated(suffix, sample, seed)) for seed in range(count)]
        kinds = [kind for kind, _, _ in ends]
        ended = sum(kind not in {READ, REFUSED, FAULT} for kind in kinds)
        worst_s, worst_mb = max(s for _, s, _ in ends), max(mb for _, _, mb in ends)
        numbers = f"{kinds.count(READ):7}{kinds.count(REFUSED):9}{ended:7}{kinds.count(FAULT):8}"
        print(f"{suffix:8}{count:7}{numbers}{worst_s:9.2f}{worst_mb:10.0f}", flush=True)


def warm() -> None:
    """Import what readers import late, so that each fork does not."""
    for reader, suffix in (
        (word.read, ".docx"),
        (pdf.read, ".pdf"),
        (sheet.read_xlsx, ".xlsx"),
        (page.read, ".html"),
    ):
        reader(SAMPLES[suffix]())


def one(suffix: str, data: bytes) -> tuple[int, float, float]:
    """Read one file in a process of its own; return how it ended, seconds and peak MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        began = time.perf_counter()
        child = os.fork()
        if child == 0:
            end(suffix, path)
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - began
    kind = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 100 + os.WTERMSIG(status)
    return kind, seconds, usage.ru_maxrss / 1024


def end(suffix: str, path: Path) -> None:
    """Read, title and cut within the reader's bounds, and leave with what came of it."""
    apart.bound()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(apart.SECONDS)
    try:
        code = take(suffix, path)
    except BaseException:  # noqa: BLE001 - whatever it is, it is a fault to be counted and shown
        traceback.print_exc()
        code = FAULT
    os._exit(code)


def take(suffix: str, path: Path) -> int:
    """Return whether the file gave text that was cut, or a sentence."""
    if suffix == archive.SUFFIX:
        texts = [each.path for each in archive.members(path, "a.zip") if each.path]
        return READ if texts else REFUSED
    if READERS[suffix].risky:
        text = apart.attempt(suffix, path).get("text")
    else:
        try:
            text = read(path, f"a{suffix}")
        except Unreadable:
            text = None
    if text is None:
        return REFUSED
    cut(titled(text, f"a{suffix}").body)
    return READ


if __name__ == "__main__":
    main()
