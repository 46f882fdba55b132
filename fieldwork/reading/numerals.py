"""Numbers as people write them, in figures, in Chinese or mixed; knows nothing of what is counted."""

import re

import cn2an

DIGITS = "零〇一二两三四五六七八九十"
NUMBER = rf"(?:\d+(?:\.\d+)?[{DIGITS}百千万\d]*|[{DIGITS}百千万]+)"


def value_of(text: str) -> float | None:
    """Return the number that `text` is, e.g. 3万6 → 36000; None when it is none."""
    cleaned = re.sub(r"[,，\s]", "", text).replace("〇", "零")
    try:
        return float(cn2an.cn2an(cleaned, "smart"))
    except (ValueError, KeyError):
        return None


def whole(text: str) -> int | None:
    """Return the whole number that `text` is, None when it is none."""
    value = value_of(text)
    return int(value) if value is not None and value == int(value) else None
