"""Files on their way up: on disk before they are acknowledged, once each, never where they do not belong."""

import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.web import files
from bot.channels.web.files import name_of
from tests.bot.test_web_house import Client, House, house

__all__ = ["house"]


async def send(
    client: Client,
    content: bytes,
    name: str = "通知.txt",
    client_id: str = "upload-1",
    kind: str = "text/plain",
) -> tuple[int, dict[str, Any]]:
    """Upload a file as the page does."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("client_id", client_id)
    form.add_field("file", io.BytesIO(content), filename=name, content_type=kind)
    response = await client.post("/files", data=form)
    return response.status, await response.json()


def kept(house: House) -> list[Path]:
    return [path for path in (house.folder / "files").glob("**/*") if path.is_file()]


async def test_a_file_becomes_an_update(house: House) -> None:
    """It lies under a random name; the update names it, the channel finds it, the page offers it."""
    async with house.client() as client:
        await house.enter(client)
        async with house.page(client) as page:
            status, ack = await send(client, "第一条 按月走访".encode())
            (item,) = (await page.hear("messages"))["items"]
        assert (status, ack["type"], ack["client_id"]) == (200, "ack", "upload-1")
        (path,) = kept(house)
        assert path.read_text(encoding="utf-8") == "第一条 按月走访"
        assert "通知" not in path.name
        (received,) = house.inbox()
        assert received.payload["message"]["document"] == {
            "file_id": path.name,
            "file_unique_id": path.name,
            "file_name": "通知.txt",
            "mime_type": "text/plain",
            "file_size": 22,
        }
        assert await house.channel.fetch(path.name) == path
        assert (item["document"]["name"], item["client_id"]) == ("通知.txt", "upload-1")
        got = await client.get(item["document"]["url"])
        assert await got.read() == path.read_bytes()
        assert got.headers["Content-Type"] == "application/octet-stream"


async def test_the_same_upload_again_is_acknowledged_and_kept_once(house: House) -> None:
    """The ack was lost: the second sending leaves no second file."""
    async with house.client() as client:
        await house.enter(client)
        first = await send(client, b"one")
        assert await send(client, b"one") == first
    assert len(kept(house)) == 1
    assert len(house.inbox()) == 1


async def test_too_large_a_file_is_refused_and_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds for what comes, not for what is said of it."""
    monkeypatch.setattr(files, "MOST_BYTES", 100_000)
    async with house.client() as client:
        await house.enter(client)
        assert (await send(client, b"x" * 100_000))[0] == 200
        status, answer = await send(client, b"x" * 100_001, client_id="upload-2")
    assert (status, answer["type"]) == (400, "refused")
    assert "20 MB" in answer["text"]
    assert len(kept(house)) == 1


async def test_a_file_larger_than_a_form_is_taken(house: House) -> None:
    """Files are streamed: the server's limit for forms in memory does not concern them."""
    async with house.client() as client:
        await house.enter(client)
        assert (await send(client, b"x" * 5_000_000))[0] == 200


async def test_an_empty_file_is_refused(house: House) -> None:
    """There is nothing in it to read."""
    async with house.client() as client:
        await house.enter(client)
        status, answer = await send(client, b"")
    assert (status, answer["type"]) == (400, "refused")
    assert kept(house) == []


async def test_forms_that_are_none_are_refused(house: House) -> None:
    """No form, no file, a field out of place, a bad name: a sentence each time."""
    async with house.client() as client:
        await house.enter(client)
        forms: list[Any] = [b"nothing", {"client_id": "upload-1"}, {"file": "text"}]
        for form in forms:
            response = await client.post("/files", data=form)
            assert response.status == 400
            assert (await response.json())["text"].endswith("。")
        assert (await send(client, b"x", client_id="短"))[0] == 400
    assert kept(house) == []
    assert house.inbox() == []


async def test_a_stranger_leaves_no_file(house: House) -> None:
    """Who has no session is told so before anything is written."""
    async with house.client() as client:
        status, answer = await send(client, b"x")
        assert (status, answer["type"]) == (401, "refused")
        assert (await client.get("/files/1")).status == 401
    assert kept(house) == []


async def test_a_file_that_could_not_be_noted_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File and update are there together or not at all."""

    def broken(**_row: object) -> bool:
        raise OSError("the disk is full")

    async with house.client() as client:
        await house.enter(client)
        monkeypatch.setattr(house.store.inbox, "add", broken)
        form = aiohttp.FormData({"client_id": "upload-1"})
        form.add_field("file", b"x", filename="a.txt")
        assert (await client.post("/files", data=form)).status == 500
    assert kept(house) == []


async def test_only_files_of_the_folder_can_be_fetched(house: House) -> None:
    """A token is a name, not a way."""
    (house.folder / "files").mkdir()
    for token in ("../zhucun.sqlite", "/etc/passwd", "", "missing"):
        with pytest.raises(FileNotFoundError):
            await house.channel.fetch(token)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("通知.txt", "通知.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张\\通知.docx", "通知.docx"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\nb\x00.txt", "ab.txt"),
        ("..", "文件"),
        ("", "文件"),
    ],
)
def test_a_files_name_is_its_bare_name(given: str, shown: str) -> None:
    """No folders, nothing that hides what it is."""
    assert name_of(given) == shown


def test_an_endless_name_keeps_its_ending() -> None:
    """So that one still sees what kind of file it is."""
    name = name_of("长" * 500 + ".pdf")
    assert len(name) == 120
    assert name.endswith(".pdf")
