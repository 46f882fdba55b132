"""The command line as one types it: what it prints, where, and with which exit code."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import bot.check
from bot.app import LOCK, policy_folder, server_lock
from bot.backup import POLICY, STORE
from bot.check import BAD, GOOD, MIND
from bot.cli import main, set_up_logging
from bot.settings import read
from fieldwork import demo, invitations
from policy_kb import KnowledgeBase
from storage import Store

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
TOKEN = "123456:made-up-for-this-test"
TEAM = "白鹭村工作队"
DOCUMENT = """青禾县村级水窖管理办法

第一条 每口水窖由所在村民小组指定一名管水员。

第二条 水窖每年清洗两次，费用每口一百二十元，由县水务站承担。

第三条 严禁在水窖周围三十米内堆放农药和粪肥。
"""


@pytest.fixture(autouse=True)
def clean_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep the machine's own settings out, and the log's handlers as they were."""
    for name in ("ZHUCUN_DATA", "ZHUCUN_LOG", "ZHUCUN_HOST", "ZHUCUN_PORT", "PUBLIC_URL", "TELEGRAM_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give the place for a data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Give a small document."""
    path = tmp_path / "水窖管理办法.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


@pytest.fixture
def with_demo(data: Path) -> Path:
    """Give a data folder with the demo."""
    assert typed(data, "demo", "load").exit_code == 0
    return data


def typed(data: Path, *words: object) -> Result:
    """Type a command; whatever it says, it says without a traceback."""
    result = CliRunner().invoke(main, ["--data", str(data), *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def fails(result: Result, code: int, *words: str) -> None:
    """Check that it could not, in one sentence on stderr, and printed nothing else."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("fly",), "没有“fly”这条命令"),
        (("kb", "burn"), "没有“burn”这条命令"),
        (("ask",), "缺少 TEXT"),
        (("ask", " "), "要问的问题"),
        (("ask", "水窖", "--xml"), "没有选项 --xml"),
        (("ask", "水窖", "again"), "多写"),
        (("kb", "add"), "缺少 PATH…"),
        (("kb", "remove", "first"), "ID 的值用不了"),
        (("summary",), "缺少 --team"),
        (("summary", "--team", TEAM, "--week", "2026-W60"), "2026-W48"),
        (("serve", "--port", "70000"), "--port 的值用不了"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(data: Path, words: tuple[str, ...], told: str) -> None:
    """Exit 2, and where to read more."""
    fails(typed(data, *words), 2, told, "--help")


def test_a_group_alone_shows_its_help(data: Path) -> None:
    """`kb` by itself is no command: usage, exit 2."""
    result = typed(data, "kb")
    assert result.exit_code == 2
    assert "add" in result.stderr


def test_help_is_no_failure(data: Path) -> None:
    """Exit 0, and every command stands in it."""
    result = typed(data, "--help")
    assert result.exit_code == 0
    for name in ("serve", "ask", "kb", "roster", "summary", "check", "demo", "backup", "restore"):
        assert name in result.stdout


def test_the_data_folder_comes_from_the_environment_too(
    data: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ZHUCUN_DATA` where `--data` is not given."""
    monkeypatch.setenv("ZHUCUN_DATA", str(data))
    assert CliRunner().invoke(main, ["kb", "add", str(document)]).exit_code == 0
    assert (data / POLICY).is_file()


def test_a_document_goes_in_and_answers(data: Path, document: Path) -> None:
    """`kb add` tells clauses and seconds; `ask --json` is one object of exactly these names."""
    added = typed(data, "kb", "add", document)
    assert added.exit_code == 0
    assert "条" in added.stdout
    assert "秒" in added.stdout
    answer = json.loads(typed(data, "ask", "水窖每年清洗几次", "--json").stdout)
    assert set(answer) == {"question", "answered", "answer", "clauses", "ms"}
    assert answer["question"] == "水窖每年清洗几次"
    assert answer["answered"] is True
    assert "清洗两次" in answer["answer"]
    assert set(answer["clauses"][0]) == {"document", "date", "heading", "text", "score"}
    assert isinstance(answer["clauses"][0]["heading"], list)
    assert isinstance(answer["clauses"][0]["document"], str)


def test_an_answer_for_people_has_its_source(data: Path, document: Path) -> None:
    """The sentence, then where it stands."""
    typed(data, "kb", "add", document)
    lines = typed(data, "ask", "水窖每年清洗几次").stdout.splitlines()
    assert "清洗两次" in lines[0]
    assert lines[-1].startswith("——")
    assert "水窖管理办法" in lines[-1]


def test_what_no_document_says_is_not_answered(data: Path, document: Path) -> None:
    """Said plainly; that is an answer of the program, and no failure."""
    typed(data, "kb", "add", document)
    answer = json.loads(typed(data, "ask", "今晚吃什么", "--json").stdout)
    assert (answer["answered"], answer["answer"]) == (False, None)
    result = typed(data, "ask", "今晚吃什么")
    assert result.exit_code == 0
    assert "没有查到" in result.stdout


def test_asking_an_empty_folder_loads_the_starter(data: Path) -> None:
    """A newcomer's first question has something to be answered from."""
    assert typed(data, "ask", "走访贫困户有什么要求").exit_code == 0
    documents = json.loads(typed(data, "kb", "list", "--json").stdout)
    assert documents
    assert all(document["starter"] for document in documents)


def test_kb_add_goes_on_past_what_it_cannot_read(data: Path, document: Path, tmp_path: Path) -> None:
    """The refusal and its reason on stderr, the rest taken in, exit 1, no starter."""
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"\x00\x01\x02 not a document")
    result = typed(data, "kb", "add", tmp_path / "nowhere.txt", broken, document)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    refusals = result.stderr.splitlines()
    assert ["nowhere.txt" in refusals[0], "broken.pdf" in refusals[1]] == [True, True]
    assert len(refusals) == 2
    documents = json.loads(typed(data, "kb", "list", "--json").stdout)
    assert [each["starter"] for each in documents] == [False]


def test_kb_add_tells_what_it_found_for_confirmation_and_kb_edit_corrects_it(
    data: Path, tmp_path: Path
) -> None:
    """In one line; an archive's documents one by one, a bad one among them refused with its name."""
    notice = "青禾县民政局关于核对名单的通知\n青民发〔2024〕3号\n各村请核对名单，按时上报。\n青禾县民政局\n2024年3月1日\n"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a/notice.txt", notice)
        archive.writestr("a/picture.png", b"\x89PNG")
    result = typed(data, "kb", "add", tmp_path / "all.zip")
    assert result.exit_code == 1
    assert "发文机关 青禾县民政局，文号 青民发〔2024〕3号，日期 2024-03-01，有效" in result.stdout
    assert "all.zip/a/picture.png" in result.stderr
    edited = typed(
        data,
        "kb",
        "edit",
        "1",
        "--number",
        "青民发〔2024〕4号",
        "--validity",
        "repealed",
        "--until",
        "2025-01-01",
    )
    assert "青民发〔2024〕4号" in edited.stdout
    assert "已废止至 2025-01-01" in edited.stdout
    (document,) = json.loads(typed(data, "kb", "list", "--json").stdout)
    assert (document["number"], document["validity"], document["until"]) == (
        "青民发〔2024〕4号",
        "repealed",
        "2025-01-01",
    )
    fails(typed(data, "kb", "edit", "1"), 2, "要改什么")
    fails(typed(data, "kb", "edit", "1", "--effective", "明年"), 1, "明年")


def test_a_new_version_is_told_of_and_compared(data: Path, tmp_path: Path) -> None:
    """The old one can still be read; what differs stands clause by clause."""
    for year, days in (("2023", "两"), ("2025", "三")):
        text = f"青禾县走访管理办法\n青禾县联席会议\n{year}年3月1日\n第一条 每月走访{days}户。\n第二条 走访要本人到场。\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    typed(data, "kb", "add", tmp_path / "2023.txt")
    assert "kb compare 1 2" in typed(data, "kb", "add", tmp_path / "2025.txt").stdout
    assert "已被编号 2 替换" in typed(data, "kb", "list").stdout
    assert "每月走访两户" in typed(data, "kb", "show", "1").stdout
    compared = typed(data, "kb", "compare", "1", "2").stdout
    assert "新增 0 条，删去 0 条，改动 1 条，1 条没有变" in compared
    assert "改动 第一条\n  第一条 每月走访[-两-][+三+]户。" in compared
    (change,) = json.loads(typed(data, "kb", "compare", "1", "2", "--json").stdout)["changes"]
    assert (change["kind"], change["before"]["number"]) == ("changed", "第一条")
    fails(typed(data, "kb", "compare", "1", "9"), 1, "9")


def test_kb_add_takes_a_folder(data: Path, tmp_path: Path) -> None:
    """All in it, and an empty one is refused."""
    folder = tmp_path / "documents"
    (folder / "inner").mkdir(parents=True)
    (folder / "水窖.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "inner" / "核桃.txt").write_text(
        "核桃管护办法\n\n第一条 每亩核桃补助八十元。\n", encoding="utf-8"
    )
    assert len(typed(data, "kb", "add", folder).stdout.splitlines()) == 2
    (tmp_path / "empty").mkdir()
    fails(typed(data, "kb", "add", tmp_path / "empty"), 1, "empty")


def test_the_same_document_twice_is_there_once(data: Path, document: Path) -> None:
    """And one is told so."""
    typed(data, "kb", "add", document)
    again = typed(data, "kb", "add", document)
    assert again.exit_code == 0
    assert "早已收入" in again.stdout
    assert len(json.loads(typed(data, "kb", "list", "--json").stdout)) == 1


def test_a_document_is_listed_and_removed(data: Path, document: Path) -> None:
    """By the number that the list shows."""
    assert "还没有文件" in typed(data, "kb", "list").stdout
    typed(data, "kb", "add", document)
    number = typed(data, "kb", "list").stdout.split("\t")[0]
    assert typed(data, "kb", "remove", number).exit_code == 0
    assert json.loads(typed(data, "kb", "list", "--json").stdout) == []
    fails(typed(data, "kb", "remove", number), 1)


def test_ask_loads_nothing_of_chat_or_network(data: Path, document: Path) -> None:
    """So that it starts fast."""
    typed(data, "kb", "add", document)
    code = (
        "import sys\nfrom bot.cli import main\n"
        "for words in (['ask', '水窖每年清洗几次'], ['kb', 'list'], ['kb', 'add', sys.argv[2]]):\n"
        "    main(['--data', sys.argv[1], *words], standalone_mode=False)\n"
        "print([name for name in ('aiogram', 'telegram', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(data), str(document)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def filled_roster(path: Path) -> None:
    """Fill the template in: a county, a village, its team, a leader, a member and a household."""
    book = load_workbook(path)
    for row in (("9", "青禾县", "县", ""), ("91", "槐树乡", "乡镇", "9"), ("911", "柳沟村", "村", "91")):
        book["行政区划"].append(row)
    book["工作队"].append(("T1", "柳沟村工作队", "911"))
    book["人员"].append(("P1", "方远山", "", "工作队长", "911", "T1"))
    book["人员"].append(("P2", "田小禾", "", "驻村队员", "911", "T1", "宣传员"))
    book["贫困户"].append(("H1", "毕长寿", "911"))
    book.save(path)


def test_a_roster_is_filled_in_and_imported(data: Path, tmp_path: Path) -> None:
    """Template, import, and again without a change."""
    file = tmp_path / "roster.xlsx"
    assert typed(data, "roster", "template", file).exit_code == 0
    fails(typed(data, "roster", "template", file), 1, "没有覆盖")
    filled_roster(file)
    first = typed(data, "roster", "import", file)
    assert first.exit_code == 0, first.output
    assert "新增 7 条" in first.stdout
    assert "没有变化 7 条" in typed(data, "roster", "import", file).stdout


def test_a_roster_with_faults_writes_nothing_and_tells_all(data: Path, tmp_path: Path) -> None:
    """However many there are: sixty faults are sixty lines."""
    file = tmp_path / "roster.xlsx"
    typed(data, "roster", "template", file)
    filled_roster(file)
    book = load_workbook(file)
    for number in range(60):
        book["贫困户"].append((f"X{number}", "某户", "no-such-village"))
    book.save(file)
    result = typed(data, "roster", "import", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 61
    store = Store(data)
    assert store.roster.is_empty()
    store.close()


def test_a_roster_that_is_not_there_is_said_to_be(data: Path, tmp_path: Path) -> None:
    """The file is named."""
    fails(typed(data, "roster", "import", tmp_path / "nowhere.xlsx"), 1, "nowhere.xlsx", "没有这个文件")


def test_no_roster_is_imported_over_the_demo(with_demo: Path, tmp_path: Path) -> None:
    """It says which command comes first."""
    file = tmp_path / "roster.xlsx"
    typed(with_demo, "roster", "template", file)
    fails(typed(with_demo, "roster", "import", file), 1, "python bot.py demo clear")


def test_invitations_are_links_that_work_once(with_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, team or place, link, word for Telegram; nobody who is in already is asked again."""
    monkeypatch.setenv("PUBLIC_URL", "https://zhucun.example.cn/")
    lines = [line.split("\t") for line in typed(with_demo, "roster", "invite").stdout.splitlines()]
    assert len(lines) == 22
    name, where, link, start = next(line for line in lines if line[0] == "周明山")
    code = start.removeprefix("/start ")
    assert (where, link) == (TEAM, f"https://zhucun.example.cn/join/{code}")
    store = Store(with_demo)
    with store.transaction():
        person = invitations.redeem(store, code, datetime.now(UTC))  # noqa: TID251 - the command took the real time
        store.accounts.open(channel="web", chat_id=1, person=person.code, at=NOW)
    store.close()
    assert person.name == name
    assert len(typed(with_demo, "roster", "invite").stdout.splitlines()) == 21
    assert len(typed(with_demo, "roster", "invite", "--person", person.code).stdout.splitlines()) == 1
    fails(typed(with_demo, "roster", "invite", "--person", "nobody"), 1, "nobody")


def test_nobody_to_invite_is_said(data: Path) -> None:
    """An empty roster is no failure."""
    result = typed(data, "roster", "invite")
    assert result.exit_code == 0
    assert "没有需要邀请的人" in result.stdout


def test_a_week_is_told_and_given_as_json(with_demo: Path) -> None:
    """Of the team named, this week or the one asked for."""
    assert TEAM in typed(with_demo, "summary", "--team", TEAM).stdout
    result = typed(with_demo, "summary", "--team", TEAM, "--week", "2026-W48", "--json")
    assert json.loads(result.stdout)["week"] == "2026-W48"


def test_an_unknown_team_is_answered_with_those_there_are(with_demo: Path, tmp_path: Path) -> None:
    """At most five of them; without any, with how to get some."""
    fails(typed(with_demo, "summary", "--team", "白鹭"), 1, TEAM, "石桥村工作队")
    fails(typed(tmp_path / "other", "summary", "--team", "白鹭"), 1, "roster import")


def test_the_demo_comes_and_goes(data: Path) -> None:
    """Twice is no harm; what is not there cannot be cleared."""
    assert typed(data, "demo", "load").exit_code == 0
    assert typed(data, "demo", "load").exit_code == 0
    assert typed(data, "demo", "clear").exit_code == 0
    store = Store(data)
    assert not demo.loaded(store)
    assert store.roster.is_empty()
    store.close()
    fails(typed(data, "demo", "clear"), 1)


def test_the_demo_may_be_cleared_while_a_server_runs(with_demo: Path) -> None:
    """The server notices by itself."""
    with server_lock(with_demo):
        assert typed(with_demo, "demo", "clear").exit_code == 0


def test_backup_and_restore(with_demo: Path, tmp_path: Path) -> None:
    """The whole folder, into another."""
    tar = tmp_path / "backup.tar"
    assert "2 个文件" in typed(with_demo, "backup", tar).stdout
    assert typed(tmp_path / "other", "restore", tar).exit_code == 0
    assert TEAM in typed(tmp_path / "other", "summary", "--team", TEAM).stdout
    assert "挪到了" in typed(with_demo, "restore", tar).stdout


def test_no_restore_under_a_running_server(with_demo: Path, tmp_path: Path) -> None:
    """A backup is taken while it serves, a restore is not."""
    tar = tmp_path / "backup.tar"
    with server_lock(with_demo):
        assert typed(with_demo, "backup", tar).exit_code == 0
        fails(typed(with_demo, "restore", tar), 1, "停下")
    fails(typed(with_demo, "restore", tmp_path / "nowhere.tar"), 1, "nowhere.tar")
    fails(typed(tmp_path / "nothing", "backup", tar), 1, "nothing")


def test_check_gives_each_a_verdict(with_demo: Path, document: Path) -> None:
    """One line each: verdict, what, why."""
    typed(with_demo, "kb", "add", document)
    result = typed(with_demo, "check")
    assert result.exit_code == 0, result.output
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert {what for _, what, _ in lines} >= {"设置", "数据", "时钟", "网页", "Telegram", "日历", "知识库"}
    assert {verdict for verdict, _, _ in lines} <= {GOOD, MIND}


def test_check_leaves_an_empty_place_empty(data: Path) -> None:
    """It looks and changes nothing."""
    assert typed(data, "check").exit_code == 0
    assert not data.exists()


def test_check_sees_a_folder_that_is_none(data: Path) -> None:
    """A file where the folder should be."""
    data.write_text("a file", encoding="utf-8")
    result = typed(data, "check")
    assert result.exit_code == 1
    assert "不是文件夹" in result.stdout


def test_check_tells_every_bad_setting(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And exits with 1."""
    monkeypatch.setenv("ZHUCUN_PORT", "many")
    monkeypatch.setenv("TELEGRAM_TOKEN", "wrong")
    result = typed(data, "check")
    assert result.exit_code == 1
    assert "ZHUCUN_PORT" in result.stdout
    assert "TELEGRAM_TOKEN" in result.stdout


def test_check_sees_a_broken_file(with_demo: Path) -> None:
    """And says how to go on; other commands say it in a sentence."""
    (with_demo / STORE).write_bytes(b"this is no database" * 100)
    result = typed(with_demo, "check")
    assert result.exit_code == 1
    assert "restore" in result.stdout
    fails(typed(with_demo, "summary", "--team", TEAM), 1, "python bot.py check")


def test_check_sees_a_clock_that_is_wrong(with_demo: Path) -> None:
    """A year long gone, or before what is recorded."""
    (past,) = bot.check.clock(with_demo, datetime(2001, 1, 1, tzinfo=UTC))
    (behind,) = bot.check.clock(with_demo, datetime(2026, 1, 1, tzinfo=UTC))
    (good,) = bot.check.clock(with_demo, datetime(2099, 1, 1, tzinfo=UTC))
    assert (past.verdict, behind.verdict, good.verdict) == (BAD, BAD, GOOD)


def test_check_sees_a_calendar_that_ends() -> None:
    """A warning while there is still time."""
    assert bot.check.calendar(date(2020, 5, 1))[0].verdict == GOOD
    assert bot.check.calendar(date(2090, 5, 1))[0].verdict == MIND


def test_check_sees_a_running_server(with_demo: Path) -> None:
    """By the lock it holds."""
    assert not bot.check.server_runs(with_demo)
    with server_lock(with_demo):
        assert bot.check.server_runs(with_demo)
    assert (with_demo / LOCK).parent == with_demo


async def test_check_says_when_telegram_is_out_of_reach(unused_port: int) -> None:
    """Without the token, wherever the fault's text came from."""
    settings = read({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": f"http://127.0.0.1:{unused_port}"})
    verdict = await bot.check.telegram(settings, patience_s=1.0)
    assert verdict.verdict == MIND
    assert "连不上" in verdict.words
    assert "made-up" not in verdict.words


def test_no_secret_gets_into_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Not in a message, not in an address, not in a traceback."""
    set_up_logging([TOKEN], verbose=True)
    log = logging.getLogger("a library")
    log.warning("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    log.warning("GET /bot%s/getMe", TOKEN.replace(":", "%3A"))
    try:
        int(TOKEN)
    except ValueError:
        log.exception("it went wrong")
    told = capsys.readouterr().err
    assert told.count("***") == 3
    assert "made-up" not in told


def test_what_nobody_foresaw_is_a_sentence_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback goes to the log, when one asks for it."""

    def burst(_folder: Path) -> KnowledgeBase:
        raise RuntimeError("a fault in the program")

    monkeypatch.setattr(KnowledgeBase, "open", burst)
    fails(typed(data, "kb", "list"), 1, "RuntimeError", "--verbose")
    verbose = CliRunner().invoke(main, ["--data", str(data), "--verbose", "kb", "list"])
    assert verbose.exit_code == 1
    assert "a fault in the program" in verbose.stderr


def test_the_command_line_and_the_server_mean_the_same_folder(data: Path) -> None:
    """One knowledge base, not two."""
    assert (data / POLICY).parent == policy_folder(data)


@pytest.fixture
def unused_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, *words: str) -> "subprocess.Popen[str]":
    """Start the program as one does in a shell."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "bot.py", "--data", str(data), *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(data: Path, unused_port: int, number: signal.Signals) -> None:
    """It prints the address and how to stop it, and leaves with 0; a second one is refused in a sentence."""
    with start(data, "serve", "--port", str(unused_port)) as server:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{unused_port}" in server.stdout.readline()
        assert server.stdout.readline().strip() == "Ctrl+C 停止"
        with urllib.request.urlopen(f"http://127.0.0.1:{unused_port}/healthz", timeout=10) as reply:
            assert reply.status == 200
        with start(data, "serve", "--port", "0") as second:
            assert "停下" in second.communicate(timeout=30)[1]
        assert second.returncode == 1
        with start(data.with_name("third"), "serve", "--port", str(unused_port)) as third:
            told = third.communicate(timeout=30)[1]
        assert third.returncode == 1
        assert f"端口 {unused_port} 已被" in told
        server.send_signal(number)
        rest, faults = server.communicate(timeout=30)
    assert (server.returncode, rest.strip(), faults) == (0, "已停止。", "")


def test_kb_restrict_says_for_whom_a_document_is(data: Path, document: Path) -> None:
    """For a place and roles, and for everybody again; an unknown number is refused."""
    typed(data, "kb", "add", document)
    narrow = typed(data, "kb", "restrict", "1", "--place", "530100", "--role", "office")
    assert "地方 530100 及以下，角色 office" in narrow.stdout
    (listed,) = json.loads(typed(data, "kb", "list", "--json").stdout)
    assert listed["scope"] == {"place": "530100", "roles": ["office"]}
    assert "所有人" in typed(data, "kb", "restrict", "1").stdout
    assert typed(data, "kb", "restrict", "9").exit_code == 1


def test_kb_wordings_are_listed_and_forgotten(data: Path, document: Path) -> None:
    """With where they stand; one that is not there is said so."""
    typed(data, "kb", "add", document)
    assert "还没有记下" in typed(data, "kb", "wordings").stdout
    base = KnowledgeBase.open(data / "policy")
    clause = base.ask("水窖每年清洗几次").clauses[0].clause_id
    now = datetime(2026, 11, 25, tzinfo=UTC)
    base.wordings.add(clause, ["那口水窖多久洗一回"], origin="confirmed", by="p", now=now)
    assert "那口水窖多久洗一回\t提问的人说有用" in typed(data, "kb", "wordings").stdout
    assert typed(data, "kb", "forget", "9").exit_code == 1
    assert "已去掉问法" in typed(data, "kb", "forget", "1").stdout
    assert "还没有记下" in typed(data, "kb", "wordings").stdout
