"""`python -m bench` takes the quick measures, `python -m bench NAME…` those named; each prints a line of figures.

`--write FILE` also puts them into the document, each between its own two marks; the rest of it stays as it is.
"""

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import click

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
LONGEST_S = 600
BEGIN, END = "<!-- bench {}: written by `make bench` -->", "<!-- end of bench {} -->"


def machine() -> str:
    """Say what this runs on, and how busy it is with this and whatever else."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    busy = f", load average {os.getloadavg()[1]:.1f}" if sys.platform != "win32" else ""
    return f"{os.cpu_count()} × {processor}, {platform.system()} {platform.machine()}, {python}{busy}"


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


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(ALL)))
@click.option("--all", "everything", is_flag=True, help="The slow ones too.")
@click.option(
    "--write", type=click.Path(exists=True, path_type=Path), help="The document to put the figures into."
)
def main(names: tuple[str, ...], write: Path | None, *, everything: bool) -> None:
    """Take the measures that are named, else the quick ones; print a line of figures each."""
    for name in names or (ALL if everything else QUICK):
        figures = asyncio.run(take(name))
        click.echo(f"{name}: " + " · ".join(f"{figure} {shown(value)}" for figure, value in figures.items()))
        if write:
            made = block(name, figures, utc_now().date())
            write.write_text(written(write.read_text(encoding="utf-8"), name, made), encoding="utf-8")


if __name__ == "__main__":
    main()
