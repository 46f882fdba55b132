"""The import of a roster as a talk at the terminal: how far it has come, every fault, what would change, yes or no."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from fieldwork import roster_changes, roster_file
from fieldwork.errors import RosterFaults
from storage import Store

READ, WRITTEN = "{sheet}：已读 {n} 行……", "{sheet}：已写 {n} 条……"
ASK = "要这样写入吗？"
NOT_WRITTEN = "没有写入，名册没有变。"
NO_TERMINAL = "以上变化还没有写入。看过没有问题，请在命令后面加上 --yes 再运行一次。"
SECONDS = 3.0


class Progress:
    """A line on stderr now and then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def saying(self, words: str) -> Callable[[str, int], None]:
        """Return what may be called as often as one likes; it speaks every few seconds."""

        def told(sheet: str, n: int) -> None:
            if self._clock() - self._last >= SECONDS:
                self._last = self._clock()
                click.echo(words.format(sheet=sheet, n=n), err=True)

        return told


def run(store: Store, file: Path, *, now: datetime, yes: bool, keep: bool) -> int:
    """Import the file, or say why not; 0 when the roster is as the file says, 1 when it is not."""
    progress = Progress()
    try:
        roster = roster_file.read(file, progress.saying(READ))
        plan = roster_changes.plan(store, roster)
    except RosterFaults as error:
        click.echo("\n".join((error.text.partition("\n")[0], *error.faults)), err=True)
        return 1
    close = not keep
    if _matters(plan, close=close) and not yes:
        click.echo(plan.words(close=close))
        if refused := _refused(store, plan):
            click.echo(refused, err=True)
            return 1
    with store.transaction():
        roster_changes.apply(store, plan, now=now, close=close, told=progress.saying(WRITTEN))
    click.echo(plan.done(close=close))
    return 0


def _matters(plan: roster_changes.Plan, *, close: bool) -> bool:
    return bool(plan.new or plan.changed or plan.remarks or (plan.gone and close))


def _refused(store: Store, plan: roster_changes.Plan) -> str:
    """Ask; a first import into an empty roster needs no asking unless there is something to look at."""
    if store.roster.is_empty() and not plan.remarks:
        return ""
    if not sys.stdin.isatty():
        return NO_TERMINAL
    return "" if click.confirm(ASK, default=False) else NOT_WRITTEN
