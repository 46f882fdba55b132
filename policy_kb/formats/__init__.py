"""From a file to text: one file a format, one line in the table.

A text has one paragraph a line. A row of a table is a line that begins with "|" and carries its headings; a heading that only the
format knows (Word's styles, a sheet's question) begins with "#". What opens archives is in `archive`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from policy_kb.errors import Unreadable
from policy_kb.formats import apart, legacy, page, pdf, plain, sheet, word


@dataclass(frozen=True)
class Format:
    """How a format is read: a function from the file's bytes to text, in a process of its own where the format is a risk."""

    read: Callable[[bytes], str]
    risky: bool = True


READERS: dict[str, Format] = {
    ".txt": Format(plain.read, risky=False),
    ".md": Format(plain.read, risky=False),
    ".csv": Format(sheet.read_csv, risky=False),
    ".html": Format(page.read),
    ".htm": Format(page.read),
    ".docx": Format(word.read),
    ".pdf": Format(pdf.read),
    ".xlsx": Format(sheet.read_xlsx),
}
LARGEST = 20 * 2**20
LONGEST = 1_000_000  # characters

UNKNOWN = "“{name}”的格式还读不了。能读的有：TXT、Markdown、Word、PDF、网页、Excel、CSV 和 ZIP。请另存为其中一种再添加。"
TOO_LARGE = "“{name}”超过 20 MB。请拆成几份再添加。"
TOO_LONG = "“{name}”的文字超过 100 万字。请拆成几份再添加。"
EMPTY = "“{name}”里没有文字。请打开看看是不是空文件或扫描件。"
NOT_CHINESE = "“{name}”里没有中文正文。请确认选对了文件。"
NOT_TEXT = "“{name}”不是文本文件，或编码认不出来。请用记事本打开，另存为 UTF-8 编码再添加。"
GONE = "打不开“{name}”。请检查文件还在不在、能不能读。"
_ENOUGH = 10


def read(path: Path, name: str) -> str:
    """Return the text of the file at `path`, called `name` by the person; raises Unreadable with the reason."""
    try:
        return _checked(_read(path, Path(name).suffix.lower()))
    except UnicodeError as error:
        raise Unreadable(NOT_TEXT.format(name=name), str(error)) from error
    except OSError as error:
        raise Unreadable(GONE.format(name=name), str(error)) from error
    except Unreadable as error:
        raise Unreadable(error.text.format(name=name), str(error)) from error


def _read(path: Path, suffix: str) -> str:
    if path.stat().st_size > LARGEST:
        raise Unreadable(TOO_LARGE)
    if suffix in legacy.BECOMES:
        with legacy.converted(path, suffix) as (modern, becomes):
            return _read(modern, becomes)
    if suffix not in READERS:
        raise Unreadable(UNKNOWN)
    if READERS[suffix].risky:
        return apart.read(path, suffix)
    return READERS[suffix].read(path.read_bytes())


def _checked(text: str) -> str:
    if not text.strip():
        raise Unreadable(EMPTY)
    if len(text) > LONGEST:
        raise Unreadable(TOO_LONG)
    if sum("一" <= character <= "鿿" for character in text) < _ENOUGH:
        raise Unreadable(NOT_CHINESE)
    return text
