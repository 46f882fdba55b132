"""Plain text and Markdown: UTF-8 with or without its mark, UTF-16 with its mark, GB 18030."""

import codecs

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FEW = 0.02


def read(data: bytes) -> str:
    """Return the text; raises UnicodeError for what is no text in any of these encodings."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(data.decode("gb18030"))


def _checked(text: str) -> str:
    """Refuse text full of control characters: a binary file with a text file's name."""
    odd = sum(ord(c) < 32 and c not in "\t\n\r\f" for c in text)  # noqa: PLR2004 - below the space
    if odd > _FEW * len(text):
        raise UnicodeError("control characters: not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")
