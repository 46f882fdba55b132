"""What jieba's dictionary says of a word: is it a word of its own, and hence a doubtful name? Loads on first use."""

import logging
from functools import lru_cache
from typing import Any


def is_word(text: str, often: int = 1) -> bool:
    """Say whether the dictionary has the text as a word that people use, at least so often in its corpus."""
    return _frequencies().get(text, 0) >= often


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, int]:
    import jieba  # noqa: PLC0415 - takes a second, and only messages need it

    jieba.setLogLevel(logging.WARNING)
    tokenizer: Any = jieba.dt
    tokenizer.initialize()
    found: dict[str, int] = tokenizer.FREQ
    return found
