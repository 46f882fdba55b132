"""From a file to text: one file a format, one line in the table."""

from collections.abc import Callable
from pathlib import Path

from policy_kb.errors import Unreadable
from policy_kb.formats import plain

READERS: dict[str, Callable[[bytes], str]] = {
    ".txt": plain.read,
    ".md": plain.read,
}
LARGEST = 20 * 2**20

UNKNOWN = "“{name}”的格式还读不了。请另存为 TXT（纯文本）或 Markdown 再添加。"
TOO_LARGE = "“{name}”超过 20 MB。请拆成几份再添加。"
EMPTY = "“{name}”里没有文字。请打开看看是不是空文件或扫描件。"
NOT_CHINESE = "“{name}”里没有中文正文。请确认选对了文件。"
GONE = "打不开“{name}”。请检查文件还在不在、能不能读。"
_ENOUGH = 10


def read(path: Path, name: str) -> str:
    """Return the text of the file at `path`, called `name` by the person; raises Unreadable with the reason."""
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(UNKNOWN.format(name=name))
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(TOO_LARGE.format(name=name))
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(GONE.format(name=name), str(error)) from error
    try:
        text = reader(data)
    except UnicodeError as error:
        raise Unreadable(UNKNOWN.format(name=name), str(error)) from error
    if not text.strip():
        raise Unreadable(EMPTY.format(name=name))
    if sum("一" <= character <= "鿿" for character in text) < _ENOUGH:
        raise Unreadable(NOT_CHINESE.format(name=name))
    return text
