"""The kill test's figures: twenty kills -9 while visits pour in by the web chat and by both of Telegram's ways."""

from pathlib import Path

from tests.bot.test_kill import pour_and_kill


async def measure(folder: Path) -> dict[str, object]:
    """Pour and kill as the test does, and tell what it counts."""
    return (await pour_and_kill(folder)).figures()
