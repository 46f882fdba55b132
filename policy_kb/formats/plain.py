"""Plain text and Markdown: UTF-8 with or without its mark, UTF-16 with its mark, GB 18030."""

import codecs
import re
from itertools import groupby

from policy_kb.formats import tables

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FEW = 0.02
_ROW = re.compile(r"\s*\|.*\|\s*")
_RULE = re.compile(r"\s*\|(?:\s*:?-+:?\s*\|)+\s*")


def read(data: bytes) -> str:
    """Return the text; raises UnicodeError for what is no text in any of these encodings."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if "|" not in text:
        return text
    return "\n".join(
        line
        for is_row, run in groupby(text.split("\n"), _is_row)
        for line in (_table(list(run)) if is_row else run)
    )


def decode(data: bytes) -> str:
    """Return bytes as text by their mark, else as UTF-8, else as GB 18030; raises UnicodeError."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(data.decode("gb18030"))


def _is_row(line: str) -> bool:
    return bool(_ROW.fullmatch(line))


def _table(run: list[str]) -> list[str]:
    """Give a Markdown table's rows their headings; lines that only look like rows stay as they are."""
    if len(run) < 2 or not _RULE.fullmatch(run[1]):  # noqa: PLR2004 - the rule stands in the second line
        return run
    return tables.lines([line.strip().strip("|").split("|") for line in (run[0], *run[2:])])


def _checked(text: str) -> str:
    """Refuse text full of control characters: a binary file with a text file's name."""
    odd = sum(ord(c) < 32 and c not in "\t\n\r\f" for c in text)  # noqa: PLR2004 - below the space
    if odd > _FEW * len(text):
        raise UnicodeError("control characters: not a text file")
    return text
