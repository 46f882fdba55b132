"""The whole program on Telegram when things go wrong: refusals, blocks, updates brought again, files, what is forwarded."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import App, running, utc_now
from bot.settings import read
from fieldwork import invitations
from tests.bot.test_channels import Ear, Seen, TelegramPhone
from tests.loopback_bot_api import LoopbackBotApi
from tests.telegram_test_api.waiting import free_port, until

MEMBER, LEADER, OFFICE = "demo-member-11", "demo-leader-1", "demo-office"
POINT = (25.6213, 103.4127, 20.0)
RULES = """禾云县驻村补助发放细则

第一条 驻村队员的伙食补助每天六十元，由派出单位按月发放。

第二条 补助发放情况在村公开栏公示七天。
"""


@dataclass
class Caller:
    """Somebody with Telegram, and what they hear."""

    chat: int
    phone: TelegramPhone
    ear: Ear

    async def says(self, text: str, *words: str) -> Seen:
        await self.phone.say(text)
        return await self.ear.hears(*words)

    async def presses(self, label: str, *words: str) -> Seen:
        await self.phone.press(label)
        return await self.ear.hears(*words)


class Line:
    """One Bot API server, and the program at it as often as it is started."""

    def __init__(self, folder: Path, api: LoopbackBotApi, *, webhook: bool) -> None:
        self.folder = folder
        self.api = api
        self._webhook = webhook
        self._chats = iter(range(7001, 7100))

    @contextlib.asynccontextmanager
    async def program(self) -> AsyncIterator[App]:
        port = await free_port()
        environment = {"ZHUCUN_DATA": str(self.folder), "ZHUCUN_PORT": str(port)}
        environment |= {"TELEGRAM_API": self.api.url, "TELEGRAM_TOKEN": self.api.token}
        if self._webhook:
            secret = "a-secret-of-the-webhook"
            environment |= {"WEBHOOK_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": secret}
        async with running(read(environment)) as app:
            yield app

    async def caller(self, app: App, code: str) -> Caller:
        """Let somebody in by an invitation."""
        person = app.store.roster.person(code)
        assert person
        async with app.store.unit():
            invitation = invitations.create(app.store, person, utc_now())
        phone = TelegramPhone(self.api, chat := next(self._chats))
        caller = Caller(chat, phone, Ear(phone))
        await caller.says(f"/start {invitation}", "您好")
        return caller


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> Line:
    """Give a line on each way in; the server is opened inside the test, in one task."""
    return Line(tmp_path / "data", LoopbackBotApi(), webhook=request.param)


async def form_to_the_last_step(caller: Caller, note: str) -> None:
    """Fill the visit's form in, up to the button that saves."""
    shown = await caller.says("记走访", "走访的是哪一户")
    await caller.presses(next(text for text in shown.buttons if "·" in text), "请发一下位置")
    await caller.phone.locate(*POINT)
    await caller.ear.hears("哪几项工作")
    await caller.presses("☐ 服务员", "哪几项工作")
    await caller.presses("下一步", "写写做了什么")
    await caller.says(note, "没问题就保存")


async def test_a_visit_goes_through_while_telegram_wants_to_be_left_alone(line: Line) -> None:
    """Each 429 is waited out; every reply arrives, once."""
    async with line.api.running(), line.program() as app:
        member = await line.caller(app, MEMBER)
        line.api.fail(429, times=3, retry_after=1)
        line.api.fail(429, times=1, retry_after=1, method="editMessageText")
        await form_to_the_last_step(member, "一起修了鸡舍")
        line.api.fail(429, times=2, retry_after=1)
        await member.presses("✓ 保存", "回执号")
        await until(lambda: set(app.store.outbox.counts()) == {"sent"})
        assert app.store.visits.of_person(MEMBER)[0].note == "一起修了鸡舍"
    sent = [said.text for said in line.api.transcripts[member.chat]]
    assert len(sent) == len(set(sent)), "none twice"
    refused = line.api.counts()["sendMessage"] - len(sent)
    assert refused == 5, "as many as were told to wait were tried once more"


async def test_who_blocks_the_bot_holds_up_nobody_and_may_come_back(line: Line) -> None:
    """A 403 marks the account; the others are served; the first word after it finds everything open again."""
    async with line.api.running(), line.program() as app:
        member, leader = await line.caller(app, MEMBER), await line.caller(app, LEADER)
        line.api.blocked.add(member.chat)
        await member.phone.say("帮助")
        await until(lambda: app.store.outbox.counts().get("blocked"))
        account = app.store.accounts.of("telegram", member.chat)
        assert account
        assert account.unreachable_at
        await leader.says("今晚吃什么", "没有查到")
        line.api.blocked.clear()
        await member.says("今晚吃什么", "没有查到")
        account = app.store.accounts.of("telegram", member.chat)
        assert account
        assert account.unreachable_at is None


async def test_all_that_is_brought_again_changes_nothing(line: Line) -> None:
    """Telegram forgets what was confirmed, after a restart: no visit twice, no word twice, and work goes on."""
    async with line.api.running():
        async with line.program() as app:
            member = await line.caller(app, MEMBER)
            await form_to_the_last_step(member, "送去了两袋化肥")
            await member.presses("✓ 保存", "回执号")
            await until(lambda: set(app.store.outbox.counts()) == {"sent"} and not line.api.unconfirmed())
        calls = line.api.counts()["sendMessage"]
        assert line.api.bring_all_again() >= 8
        async with line.program() as app:
            await until(lambda: not line.api.unconfirmed())
            await member.says("今晚吃什么", "没有查到")
            await until(lambda: set(app.store.inbox.counts()) == {"done"})
            notes = [visit.note for visit in app.store.visits.of_person(MEMBER)]
            assert notes.count("送去了两袋化肥") == 1
        assert line.api.counts()["sendMessage"] == calls + 1
    assert min(line.api.handed_out.values()) == 1
    assert max(line.api.handed_out.values()) >= 2


async def test_a_document_of_the_office_answers_the_next_question(line: Line) -> None:
    """It is fetched from Telegram's server and taken in; anybody else's is not."""
    async with line.api.running(), line.program() as app:
        office, member = await line.caller(app, OFFICE), await line.caller(app, MEMBER)
        await line.api.send_document(member.chat, "补助细则.txt", RULES.encode())
        await member.ear.hears("政策文件由联席办添加")
        await member.says("驻村队员的伙食补助每天多少钱", "没有查到")
        await line.api.send_document(office.chat, "补助细则.txt", RULES.encode())
        await office.ear.hears("还没有收入", "《禾云县驻村补助发放细则》", "共 2 条")
        await office.presses("✓ 收入", "已收入《禾云县驻村补助发放细则》，共 2 条")
        await member.says("驻村队员的伙食补助每天多少钱", "每天六十元", "出处")


async def test_a_forwarded_location_is_no_evidence_and_the_visit_is_saved(line: Line) -> None:
    """A kind word, and a receipt all the same."""
    async with line.api.running(), line.program() as app:
        member = await line.caller(app, MEMBER)
        shown = await member.says("记走访", "走访的是哪一户")
        await member.presses(next(text for text in shown.buttons if "·" in text), "请发一下位置")
        await line.api.share_location(member.chat, *POINT, forwarded=True)
        await member.ear.hears("这个位置是转发来的", "照常记录")
        await member.ear.hears("哪几项工作")
        await member.presses("☐ 服务员", "哪几项工作")
        await member.presses("下一步", "写写做了什么")
        await member.says("看了新修的水窖", "没问题就保存")
        await member.presses("✓ 保存", "回执号")
        visit = app.store.visits.of_person(MEMBER)[0]
        assert (visit.note, visit.location, visit.latitude) == ("看了新修的水窖", "forwarded", None)
