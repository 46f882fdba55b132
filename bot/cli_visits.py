"""The command that measures how well visit messages are read; the measure itself is fieldwork's."""

import json
from pathlib import Path

import click

FIGURE = "{name}\t{value:.3f}\t{title}"
FAULT = "  {fault}"


@click.command("eval", help="拿标好的消息来量一量读得准不准")
@click.argument("messages", metavar="MESSAGES.jsonl", type=click.Path(path_type=Path))
@click.option(
    "--roster", required=True, metavar="ROSTER.json", type=click.Path(path_type=Path), help="消息所说的名册"
)
@click.option("--faults", is_flag=True, help="逐条列出读错的地方")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def evaluate(messages: Path, roster: Path, faults: bool, as_json: bool) -> None:
    """Print the nine figures."""
    from fieldwork.reading import measuring  # noqa: PLC0415 - loads jieba's words and pinyin

    known, today = measuring.roster_of(roster)
    tallies = measuring.measure(measuring.messages_of(messages), known, today)
    values = measuring.figures(tallies)
    if as_json:
        click.echo(json.dumps(values, indent=1))
        return
    for name, title in measuring.FIGURES:
        click.echo(FIGURE.format(name=name, value=values[name], title=title))
        for fault in tallies[name].faults if faults else ():
            click.echo(FAULT.format(fault=fault))
