"""`python -m bench` takes the quick measures, `python -m bench NAME…` those named; each prints a line of figures.

`--write FILE` also puts them into the document, each between its own two marks; the rest of it stays as it is.
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from bench import answers, inbox, kill, size, start
from bot.app import utc_now

Figures = dict[str, object]
QUICK: dict[str, Callable[[Path], Awaitable[Figures]]] = {
    "start": start.measure,
    "inbox": inbox.measure,
    "answers": answers.measure,
    "size": size.measure,
}
ALL = {**QUICK, "kill": kill.measure}
LONGEST_S = 300
BEGIN, END = "<!-- bench {}: written by `make bench` -->", "<!-- end of bench {} -->"


def machine() -> str:
    """Say what this runs on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} × {processor}, {platform.system()} {platform.machine()}, {python}"


def shown(value: object) -> str:
    """Return a figure with the digits that mean something."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def block(name: str, figures: Figures, day: date) -> str:
    """Return a measure's figures as the document has them, between their marks."""
    rows = [f"| {figure} | {shown(value)} |" for figure, value in figures.items()]
    head = [f"{day}, {machine()}: `python -m bench {name}`", "", "| figure | |", "| --- | ---: |"]
    return "\n".join([BEGIN.format(name), *head, *rows, END.format(name)])


def written(text: str, name: str, made: str) -> str:
    """Return the document with the measure's block in its place, or at the end under a heading of its own."""
    begin, end = BEGIN.format(name), END.format(name)
    if begin not in text:
        return f"{text.rstrip()}\n\n## {name.capitalize()}\n\n{made}\n"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the document has {begin!r} without {end!r}")
    return before + made + after


async def take(name: str) -> Figures:
    """Take one measure in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="zhucun-bench-", ignore_cleanup_errors=True) as folder:
        async with asyncio.timeout(LONGEST_S):
            return await ALL[name](Path(folder))


def main() -> None:
    """Take the measures that were asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ALL, []], metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--all", action="store_true", help="the slow ones too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the document to put the figures into")
    given = parser.parse_args()
    for name in given.names or (ALL if given.all else QUICK):
        figures = asyncio.run(take(name))
        line = " · ".join(f"{figure} {shown(value)}" for figure, value in figures.items())
        sys.stdout.write(f"{name}: {line}\n")
        sys.stdout.flush()
        if given.write:
            text = given.write.read_text(encoding="utf-8")
            made = block(name, figures, utc_now().date())
            given.write.write_text(written(text, name, made), encoding="utf-8")


if __name__ == "__main__":
    main()
