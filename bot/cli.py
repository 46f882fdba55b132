"""The command line: what is typed becomes one call, what comes back becomes lines and an exit code.

Exit 0: done. 1: could not. 2: wrong usage. What goes wrong is one sentence on stderr. What takes long to
import is imported inside the command that needs it; `ask` and `kb` load nothing of chat or network.
"""

import asyncio
import contextlib
import difflib
import errno
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import cli_use, cli_visits
from bot.settings import BadSettings, Settings, read

if TYPE_CHECKING:
    from policy_kb import Answer, KnowledgeBase
    from storage import Store
    from storage.roster import Person

log = logging.getLogger(__name__)

MISUSED = "命令写得不对（{fault}）。请看：{command} --help"
NO_SUCH_OPTION, MISSING, BAD_VALUE = "没有选项 {name}", "缺少 {name}", "{name} 的值用不了"
NO_SUCH_COMMAND, TOO_MUCH = "没有“{name}”这条命令", "多写、少写或写错了什么"
UNEXPECTED = "出了没有料到的错（{name}）。请加上 --verbose 再运行一次，把显示的内容发给维护的人。"
BROKEN_FILE = "数据文件用不了：可能损坏了，或正被别的程序占用。请运行：python bot.py check"
SYSTEM = "“{path}”读写没有成功（{reason}）。请检查路径、权限和磁盘空间。"
ABORTED = "已停下。"
RUNNING = "这个数据文件夹（{data}）正有一个服务在用，请先停下它。"
PORT_TAKEN = "端口 {port} 已被别的程序占用，请换一个：python bot.py serve --port {other}"
PORT_FORBIDDEN = "没有权限使用端口 {port}，请换一个 1024 以上的：python bot.py serve --port 8080"
BAD_HOST = "这台机器没有“{host}”这个地址，请改 --host，例如 127.0.0.1。"
OPEN, HOW_TO_STOP, STOPPED = "驻村助手已启动，请打开 {url}", "Ctrl+C 停止", "已停止。"
NOTHING_ASKED = "请写上要问的问题"
NOT_FOUND, NEAREST = "现有文件里没有查到答案。", "最接近的条文（不一定回答了您的问题）："
SOURCE = "—— {document}{date}{heading}"
NO_FILE, NO_FILES = "没有这个文件或文件夹", "里面没有文件"
REFUSED = "没有收入 {path}：{reason}"
NO_DOCUMENTS = "知识库里还没有文件。收入文件：python bot.py kb add 文件"
NOTHING_TO_EDIT = "请写上要改什么，例如 --date 2026-11-25"
REMOVED = "已移除《{title}》（编号 {id}）。"
EXISTS = "“{path}”已经在那里，没有覆盖它。请换一个文件名。"
TEMPLATE = "模板已写好：{path}。填好后运行：python bot.py roster import {path}"
DEMO_FIRST = "现在装着演示数据，不能导入真实名册。请先运行：python bot.py demo clear"
NO_PERSON = "名册里没有代码为“{code}”的人，或此人已经离任。"
NOBODY_LEFT = "名册上没有需要邀请的人：要么还没有导入名册，要么人人都进来过了。"
BAD_WEEK = "--week 请写成 2026-W48 这样"
NO_TEAMS = "名册里还没有工作队。请先导入名册：python bot.py roster import 文件.xlsx"
NO_SUCH_TEAM = "没有叫“{name}”的工作队。现有：{teams}{more}。"
MOST_TEAMS = 5
VERDICT = "{verdict}\t{what}\t{words}"
DEMO_LOADED, DEMO_THERE, DEMO_CLEARED = "演示数据已装入。", "演示数据本来就在。", "演示数据已清除。"
NO_DATA = "没有数据文件夹“{data}”，没有什么可备份。"
BACKED_UP = "已备份并核对：{path}，共 {n} 个文件。"
RESTORED, KEPT = "已从 {path} 恢复到 {data}。", "原来的数据挪到了 {kept}，确认无误后可以删除。"


class CannotDo(Exception):
    """A command could not do what was asked; the text says why, in Chinese."""


class Misused(click.UsageError):
    """A command was written wrongly; the text says how, in Chinese."""


class _Quiet(click.Group):
    """A group whose every failure is one sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's own signature, handed on
        """Run the command and leave with 0, 1 or 2."""
        _speak_utf8()
        standalone = kwargs.pop("standalone_mode", True)
        run: Callable[..., Any] = super().main
        try:
            done = run(*args, standalone_mode=False, **kwargs)
        except click.UsageError as error:
            self._leave(_misuse(error), 2, standalone=standalone)
        except click.Abort:
            self._leave(ABORTED, 1, standalone=standalone)
        except Exception as error:  # the outermost edge: told in a sentence, kept in the log
            log.debug("command failed", exc_info=True)
            self._leave(_sentence(error), 1, standalone=standalone)
        else:
            self._leave("", done if isinstance(done, int) else 0, standalone=standalone)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say in Chinese that there is none of that name."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise Misused(NO_SUCH_COMMAND.format(name=args[0]), ctx)
        return super().resolve_command(ctx, args)

    @staticmethod
    def _leave(text: str, code: int, *, standalone: bool) -> None:
        if text:
            click.echo(text, err=True)
        if standalone or code:
            sys.exit(code)


class _Redacting(logging.Formatter):
    """A formatter that blots out secrets wherever they stand: message, address or traceback."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = sorted({form for s in secrets for form in (s, s.replace(":", "%3A"))}, key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def set_up_logging(secrets: Sequence[str], *, verbose: bool = False) -> None:
    """Send the log to stderr without any of the secrets: warnings, or everything when `verbose`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(secrets))
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if verbose else logging.WARNING, force=True)


@click.group(cls=_Quiet, invoke_without_command=True)
@click.option(
    "--data", type=click.Path(path_type=Path), envvar="ZHUCUN_DATA", default="data", help="数据文件夹"
)
@click.option("--verbose", is_flag=True, help="把详细日志写到标准错误（同 ZHUCUN_LOG=debug）")
@click.pass_context
def main(ctx: click.Context, data: Path, verbose: bool) -> None:
    """驻村干部的聊天助手；不写命令就是启动服务（serve）。"""  # noqa: D400, D415 - help for people
    secrets = [os.environ.get(f.metadata["variable"], "").strip() for f in fields(Settings) if not f.repr]
    debug = verbose or os.environ.get("ZHUCUN_LOG", "").strip().lower() == "debug"
    set_up_logging([s for s in secrets if s], verbose=debug)
    ctx.obj = data
    if ctx.invoked_subcommand is None:
        ctx.invoke(serve)


@main.command(help="启动服务：网页聊天，填了令牌还有 Telegram")
@click.option("--host", help="网页监听的地址（默认 127.0.0.1）")
@click.option("--port", type=click.IntRange(0, 65535), help="网页监听的端口（默认 8080）")
@click.pass_obj
def serve(data: Path, host: str | None = None, port: int | None = None) -> None:
    """Serve until told to stop."""
    settings = read(data=data, host=host, port=port)
    from bot.app import AlreadyRunning  # noqa: PLC0415 - loads every channel

    try:
        asyncio.run(_serve(settings))
    except AlreadyRunning as error:
        raise CannotDo(RUNNING.format(data=data)) from error
    except OSError as error:
        if told := _cannot_listen(error, settings):
            raise told from error
        raise
    except KeyboardInterrupt:
        log.debug("interrupted")
    click.echo(STOPPED)


@main.command(help="按收入的文件回答一个问题")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.pass_obj
def ask(data: Path, text: str, as_json: bool) -> None:
    """Answer one question; an empty folder gets the starter first."""
    if not text.strip():
        raise Misused(NOTHING_ASKED)
    kb = _knowledge_base(data)
    if kb.is_new:
        kb.load_starter(now=_now())
    answer = kb.ask(text)
    click.echo(_json(_answer_values(answer)) if as_json else _answer_words(answer))


@main.group(cls=_Quiet, commands=[cli_use.restrict, cli_use.wordings, cli_use.forget], help="政策文件")
def kb() -> None:
    """Documents."""


@kb.command("add", help="收入文件，或文件夹里的全部文件")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def kb_add(data: Path, paths: tuple[Path, ...]) -> int:
    """Take documents in, go on past those that cannot be read, and tell of each."""
    from bot import kb_words  # noqa: PLC0415 - only where documents are
    from policy_kb import Added  # noqa: PLC0415

    base, refused = _knowledge_base(data), 0
    for path, reason in _files(paths):
        if reason:
            refused += 1
            click.echo(REFUSED.format(path=path, reason=reason), err=True)
            continue
        for each in base.add_each(path, now=_now()):
            if isinstance(each, Added):
                click.echo(kb_words.added(each))
            else:
                refused += 1
                click.echo(
                    REFUSED.format(path=path.parent / each.name, reason=_sentence(each.reason)), err=True
                )
    return 1 if refused else 0


@kb.command("list", help="列出收入的文件")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 数组")
@click.pass_obj
def kb_list(data: Path, as_json: bool) -> None:
    """List the documents."""
    from bot import kb_words  # noqa: PLC0415 - only where documents are

    documents = _knowledge_base(data).documents()
    if as_json:
        click.echo(_json([asdict(document) for document in documents]))
    else:
        click.echo("\n".join(map(kb_words.listed, documents)) or NO_DOCUMENTS)


@kb.command("show", help="显示一份文件的全文（编号见 kb list）")
@click.argument("number", metavar="ID", type=int)
@click.pass_obj
def kb_show(data: Path, number: int) -> None:
    """Print a document's text; one that was replaced can still be read so."""
    click.echo(_knowledge_base(data).text(number))


@kb.command("edit", help="更正一份文件的标题、文号、日期和效力；写空值就是去掉")
@click.argument("number_", metavar="ID", type=int)
@click.option("--title", help="标题")
@click.option("--issuer", help="发文机关")
@click.option("--number", help="文号")
@click.option("--date", help="成文日期（回答里显示的日期，2026-11-25 这样）")
@click.option("--adopted", help="通过日期")
@click.option("--published", help="公布日期")
@click.option("--effective", help="施行日期")
@click.option("--validity", help="效力：in_force 有效，amended 已修改，repealed 已废止，trial 试行")
@click.option("--until", help="有效到哪一天")
@click.pass_obj
def kb_edit(data: Path, /, number_: int, **values: str | None) -> None:
    """Correct what was found of a document."""
    from bot import kb_words  # noqa: PLC0415 - only where documents are

    given = {name: value for name, value in values.items() if value is not None}
    if not given:
        raise Misused(NOTHING_TO_EDIT)
    click.echo(kb_words.edited(_knowledge_base(data).edit(number_, **given)))


@kb.command("compare", help="逐条对照一份文件的两个版本（编号见 kb list）")
@click.argument("old", metavar="OLD", type=int)
@click.argument("new", metavar="NEW", type=int)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.pass_obj
def kb_compare(data: Path, old: int, new: int, as_json: bool) -> None:
    """Set two versions side by side."""
    from bot import kb_words  # noqa: PLC0415 - only where documents are

    found = _knowledge_base(data).compare(old, new)
    click.echo(_json(kb_words.compared_values(found)) if as_json else kb_words.compared(found))


@kb.command("remove", help="移除一份文件（编号见 kb list）")
@click.argument("number", metavar="ID", type=int)
@click.pass_obj
def kb_remove(data: Path, number: int) -> None:
    """Remove a document."""
    document = _knowledge_base(data).remove(number)
    click.echo(REMOVED.format(title=document.title, id=document.id))


@kb.command("eval", help="用一组已知答案的问题，量一量找得准不准、该不该答")
@click.argument("questions", metavar="QUESTIONS.jsonl", type=click.Path(path_type=Path))
@click.option(
    "--corpus", required=True, metavar="CORPUS.jsonl", type=click.Path(path_type=Path), help="条款，每行一个"
)
@click.option(
    "--ranks", metavar="FILE", type=click.Path(path_type=Path), help="把每个问题的前十条写进这个文件"
)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def kb_eval(questions: Path, corpus: Path, ranks: Path | None, as_json: bool) -> None:
    """Measure the way from question to answer; the data folder is not touched."""
    from policy_kb import evaluating  # noqa: PLC0415 - only where it is measured

    outcomes = evaluating.evaluate(questions, corpus)
    if ranks:
        lines = (json.dumps(each.as_rank(), ensure_ascii=False) for each in outcomes)
        ranks.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    report = evaluating.report(outcomes)
    click.echo(_json(report) if as_json else _figures_words(report))


@main.group(cls=_Quiet, help="名册：地方、工作队、人员、贫困户")
def roster() -> None:
    """Group what belongs to the roster."""


@roster.command("template", help="写出一份空的名册模板")
@click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))
def roster_template(file: Path) -> None:
    """Write the workbook to fill in; nothing is overwritten."""
    from fieldwork import roster_file  # noqa: PLC0415 - loads openpyxl

    if file.exists():
        raise CannotDo(EXISTS.format(path=file))
    roster_file.template(file)
    click.echo(TEMPLATE.format(path=file))


@roster.command("import", help="导入填好的名册；有一处不对就什么也不写，写之前列出变化请您确认")
@click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接写入")
@click.option("--keep", is_flag=True, help="不在文件里的人和户保持不动（默认标为离任、注销）")
@click.pass_obj
def roster_import(data: Path, file: Path, yes: bool, keep: bool) -> int:
    """Import the roster as a whole, or tell everything that is wrong with it."""
    from bot import roster_import as importing  # noqa: PLC0415 - loads openpyxl and calamine
    from fieldwork import demo  # noqa: PLC0415

    if not file.is_file():
        raise CannotDo(f"{file}：{NO_FILE}")
    with _store(data) as store:
        if demo.loaded(store):
            raise CannotDo(DEMO_FIRST)
        return importing.run(store, file, now=_now(), yes=yes, keep=keep)


@roster.command("invite", help="给还没进来过的人各发一个一次性链接")
@click.option("--person", metavar="CODE", help="只邀请这一个人（名册里的代码），进来过的也可以")
@click.pass_obj
def roster_invite(data: Path, person: str | None) -> None:
    """Print for each person: name, place or team, link, and what to send to the bot on Telegram."""
    settings = read(data=data)
    from fieldwork import invitations  # noqa: PLC0415

    lines = []
    with _store(data) as store, store.transaction():
        for each in _invited(store, person):
            code = invitations.create(store, each, _now())
            link = f"{settings.link_base}/join/{code}"
            lines.append("\t".join((each.name, _where(store, each), link, f"/start {code}")))
    click.echo("\n".join(lines) or NOBODY_LEFT)


@main.group(cls=_Quiet, commands=[cli_visits.evaluate], help="一条消息里的走访")
def visits() -> None:
    """Group what belongs to visit messages."""


@main.command(help="一支工作队一周的小结")
@click.option("--team", required=True, metavar="NAME", help="工作队的名称")
@click.option("--week", "week_text", metavar="2026-W48", help="哪一周（默认本周）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.pass_obj
def summary(data: Path, team: str, week_text: str | None, as_json: bool) -> None:
    """Print a team's week."""
    from fieldwork import week  # noqa: PLC0415
    from fieldwork.days import Week, day_of  # noqa: PLC0415

    now = _now()
    try:
        wanted = Week.parse(week_text) if week_text else Week.of(day_of(now))
    except ValueError as error:
        raise Misused(BAD_WEEK) from error
    with _store(data) as store:
        known = store.roster.team_named(team.strip())
        if known is None:
            raise CannotDo(_no_such_team(team, [each.name for each in store.roster.teams()]))
        found = week.summary(store, known, wanted, now)
    click.echo(_json(week.as_dict(found)) if as_json else week.words(found))


@main.command(help="检查设置、数据、时钟、渠道、日历、知识库，各给一个结论")
@click.pass_obj
def check(data: Path) -> int:
    """Print verdicts; could not when one of them is 不行."""
    from bot.check import BAD, everything  # noqa: PLC0415 - loads every channel

    verdicts = everything(data, _now())
    for each in verdicts:
        click.echo(VERDICT.format(verdict=each.verdict, what=each.what, words=each.words))
    return 1 if any(each.verdict == BAD for each in verdicts) else 0


@main.command("outbox", help="还没发出和没有送到的消息，各因为什么；不显示消息内容")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
@click.pass_obj
def outbox(data: Path, as_json: bool) -> None:
    """Print how the outbox stands."""
    from bot import outbox_list  # noqa: PLC0415

    with _store(data) as store:
        report = outbox_list.look(store)
    click.echo(_json(outbox_list.as_dict(report)) if as_json else outbox_list.words(report))


@main.group("demo", cls=_Quiet, help="演示数据：编造的县、人和走访")
def demo_group() -> None:
    """Group what belongs to the demo."""


@demo_group.command("load", help="装入演示数据（名册须是空的）")
@click.pass_obj
def demo_load(data: Path) -> None:
    """Load the demo."""
    from fieldwork import demo  # noqa: PLC0415

    with _store(data) as store, store.transaction():
        there = demo.loaded(store)
        demo.load(store, _now())
    click.echo(DEMO_THERE if there else DEMO_LOADED)


@demo_group.command("clear", help="清除演示数据和演示中的全部记录；服务开着也可以")
@click.pass_obj
def demo_clear(data: Path) -> None:
    """Remove the demo."""
    from fieldwork import demo  # noqa: PLC0415

    with _store(data) as store, store.transaction():
        demo.clear(store)
    click.echo(DEMO_CLEARED)


@main.command(help="把数据文件夹备份成一个文件；服务开着也可以")
@click.argument("file", metavar="FILE.tar", type=click.Path(path_type=Path))
@click.pass_obj
def backup(data: Path, file: Path) -> None:
    """Back up and verify."""
    from bot import backup as archive  # noqa: PLC0415

    if not data.is_dir():
        raise CannotDo(NO_DATA.format(data=data))
    sums = archive.backup(data, file, now=_now())
    click.echo(BACKED_UP.format(path=file, n=len(sums)))


@main.command(help="从备份恢复；先停下服务，原来的数据会挪到一边")
@click.argument("file", metavar="FILE.tar", type=click.Path(path_type=Path))
@click.pass_obj
def restore(data: Path, file: Path) -> None:
    """Restore a backup, unless a server works on the folder."""
    from bot import backup as archive  # noqa: PLC0415
    from bot.check import server_runs  # noqa: PLC0415 - loads every channel

    if server_runs(data):
        raise CannotDo(RUNNING.format(data=data))
    kept = archive.restore(file, data, now=_now())
    click.echo(RESTORED.format(path=file, data=data))
    if kept:
        click.echo(KEPT.format(kept=kept))


async def _serve(settings: Settings) -> None:
    from bot.app import running  # noqa: PLC0415 - loads every channel

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C comes as KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    async with running(settings) as app:
        click.echo(OPEN.format(url=app.url))
        click.echo(HOW_TO_STOP)
        sys.stdout.flush()
        await stop.wait()


def _cannot_listen(error: OSError, settings: Settings) -> CannotDo | None:
    """Say why the page could not be opened to the world; None when that was not it."""
    if error.errno == errno.EADDRINUSE:
        return CannotDo(PORT_TAKEN.format(port=settings.port, other=settings.port % 65535 + 1))
    if error.filename is None and error.errno == errno.EACCES:
        return CannotDo(PORT_FORBIDDEN.format(port=settings.port))
    if error.errno == errno.EADDRNOTAVAIL or type(error).__name__ == "gaierror":
        return CannotDo(BAD_HOST.format(host=settings.host))
    return None


def _now() -> datetime:
    """Ask the one clock of the program."""
    from bot.app import utc_now  # noqa: PLC0415 - only when the time is needed

    return utc_now()


def _knowledge_base(data: Path) -> "KnowledgeBase":
    from bot.backup import POLICY  # noqa: PLC0415
    from policy_kb import KnowledgeBase  # noqa: PLC0415

    return KnowledgeBase.open((data / POLICY).parent)


@contextlib.contextmanager
def _store(data: Path) -> "Iterator[Store]":
    from storage import Store  # noqa: PLC0415

    with contextlib.closing(Store(data)) as store:
        yield store


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file to take in, with the reason why it cannot be, if that is known already."""
    from policy_kb import PolicyError, iter_files  # noqa: PLC0415

    for path in paths:
        if not path.exists():
            yield path, NO_FILE
            continue
        try:
            found = list(iter_files(path))
        except (PolicyError, OSError) as error:
            yield path, _sentence(error)
            continue
        yield from ((file, "") for file in found)
        if not found:
            yield path, NO_FILES


def _answer_values(answer: "Answer") -> dict[str, Any]:
    return {
        "question": answer.question,
        "answered": answer.answered,
        "answer": answer.answer,
        "clauses": [
            {
                "document": hit.document,
                "date": hit.date,
                "heading": list(hit.heading),
                "text": hit.text,
                "score": hit.score,
            }
            for hit in answer.clauses
        ],
        "ms": answer.ms,
    }


def _answer_words(answer: "Answer") -> str:
    sources = [
        SOURCE.format(
            document=hit.document,
            date=f"（{hit.date}）" if hit.date else "",
            heading=f" {' › '.join(hit.heading)}" if hit.heading else "",
        )
        for hit in answer.clauses
    ]
    if answer.answered:
        return "\n".join([answer.answer or "", *sources[:1]])
    nearest = [
        line for hit, source in zip(answer.clauses[:2], sources, strict=False) for line in (hit.text, source)
    ]
    return "\n".join([NOT_FOUND, *([NEAREST, *nearest] if nearest else [])])


def _figures_words(report: dict[str, Any]) -> str:
    """Return all measures in a line each, then the kinds of questions in a line each."""
    lines = [f"{name}\t{_figure(value)}" for name, value in report.items() if name != "by_kind"]
    for kind, figures in report["by_kind"].items():
        lines.append(
            "\t".join(
                [kind, *(f"{name} {_figure(value)}" for name, value in figures.items() if value is not None)]
            )
        )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "–" if value is None else str(value)


def _invited(store: "Store", code: str | None) -> "list[Person]":
    if code is None:
        return [person for person in store.roster.people() if not store.accounts.of_person(person.code)]
    person = store.roster.person(code)
    if person is None or person.left_on is not None:
        raise CannotDo(NO_PERSON.format(code=code))
    return [person]


def _where(store: "Store", person: "Person") -> str:
    found = store.roster.team(person.team) if person.team else store.roster.place(person.place)
    return found.name if found else ""


def _no_such_team(name: str, teams: list[str]) -> str:
    if not teams:
        return NO_TEAMS
    near = difflib.get_close_matches(name, teams, MOST_TEAMS, 0.3)
    shown = [*near, *(team for team in teams if team not in near)][:MOST_TEAMS]
    more = f"等 {len(teams)} 支" if len(teams) > len(shown) else ""
    return NO_SUCH_TEAM.format(name=name, teams="、".join(shown), more=more)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _misuse(error: click.UsageError) -> str:
    """Return in a sentence how the command was written wrongly."""
    verbs = error.ctx.command_path.split()[1:] if error.ctx else []
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    if isinstance(error, Misused):
        fault = error.message
    elif isinstance(error, click.NoSuchOption):
        fault = NO_SUCH_OPTION.format(name=error.option_name)
    elif isinstance(error, click.MissingParameter):
        fault = MISSING.format(name=_name_of(error))
    elif isinstance(error, click.BadParameter):
        fault = BAD_VALUE.format(name=_name_of(error))
    else:
        fault = TOO_MUCH
    return MISUSED.format(fault=fault, command=" ".join(("python bot.py", *verbs)))


def _name_of(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    return parameter.opts[0] if isinstance(parameter, click.Option) else str(parameter.human_readable_name)


def _sentence(error: Exception) -> str:
    """Return in a sentence why the command could not do what was asked."""
    from fieldwork.errors import FieldworkError  # noqa: PLC0415 - only when something went wrong
    from policy_kb.errors import PolicyError  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    if isinstance(error, FieldworkError | PolicyError | StorageError):
        return error.text
    if isinstance(error, CannotDo | BadSettings) or type(error).__name__ == "BadBackup":
        return str(error)
    if type(error).__module__ == "sqlite3":
        return BROKEN_FILE
    if isinstance(error, OSError) and error.strerror:
        return SYSTEM.format(path=error.filename or "", reason=error.strerror)
    return UNEXPECTED.format(name=type(error).__name__)


def _speak_utf8() -> None:
    """Write UTF-8 into files and pipes whatever the system's code page; a console keeps its own."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
