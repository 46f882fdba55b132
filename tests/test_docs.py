"""The documents for people are true: what there is stands in them, and what they point to is there."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = ("http://", "https://", "mailto:", "#")


def text_of(name: str) -> str:
    """Return what a document says."""
    return (ROOT / name).read_text(encoding="utf-8")


def told_to_people() -> str:
    """Return the Chinese README and everything that lies flat in docs/."""
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md")))
    )


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words one types."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def options() -> dict[str, set[str]]:
    """Return every option and the commands that have it."""
    found: dict[str, set[str]] = {}
    for name, command in [("", main), *commands(main)]:
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for word in parameter.opts:
                    found.setdefault(word, set()).add(name)
    return found


def variables() -> set[str]:
    """Return every environment variable that changes what the program does."""
    return {each.metadata["variable"] for each in fields(Settings)} | {"ZHUCUN_LOG"}


def test_every_command_is_told() -> None:
    """As one types it, after `bot.py`, options between or not."""
    names = [name for name, _ in commands(main)]
    assert len(names) >= 14
    told = told_to_people()
    assert [
        name for name in names if not re.search(rf"bot\.py( --data \S+)? {re.escape(name)}\b", told)
    ] == []


def test_every_option_is_told() -> None:
    """`--json` and all the others."""
    found = options()
    assert len(found) >= 8
    told = told_to_people()
    assert [word for word in found if not re.search(rf"{re.escape(word)}(?![\w-])", told)] == []


def test_every_setting_is_told() -> None:
    """Each variable, by name."""
    found = variables()
    assert len(found) >= 9
    told = told_to_people()
    assert [name for name in sorted(found) if not re.search(rf"\b{name}\b", told, re.ASCII)] == []


def test_every_command_that_is_told_exists() -> None:
    """Nobody types from the README what the program does not know."""
    told = re.findall(
        r"bot\.py(?: --data \S+)?((?: [a-z]+)+)", "\n".join([told_to_people(), text_of("README.md")])
    )
    assert len(told) >= 10
    names = {name for name, _ in commands(main)} | set(main.commands)
    faults = [words.strip() for words in told if not _known(words.split(), names)]
    assert faults == []


def _known(words: list[str], names: set[str]) -> bool:
    command = main.commands.get(words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        return " ".join(words[:2]) in names
    return words[0] in names


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_both_commands(name: str) -> None:
    """One to run it, one to prove it."""
    text = text_of(name)
    assert "make run" in text
    assert "make test" in text


@pytest.mark.parametrize("name", READMES)
def test_every_relative_link_and_picture_exists(name: str) -> None:
    """What a README points to in the checkout is there."""
    targets = [one or other for one, other in LINK.findall(text_of(name))]
    near = [target.partition("#")[0] for target in targets if not target.startswith(ELSEWHERE)]
    assert len(near) >= 4
    assert [target for target in near if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_shows_two_pictures(name: str) -> None:
    """Of the real thing, and they are pictures."""
    pictures = {
        target
        for target in (one or other for one, other in LINK.findall(text_of(name)))
        if target.endswith((".png", ".jpg", ".webp")) and not target.startswith(ELSEWHERE)
    }
    assert len(pictures) >= 2
    assert [name for name in pictures if (ROOT / name).stat().st_size < 1000] == []


def test_the_changelog_has_a_standing_unreleased() -> None:
    """What is done goes in there first."""
    assert re.search(r"^## \[?Unreleased\]?", text_of("CHANGELOG.md"), re.MULTILINE)
