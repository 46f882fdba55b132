"""The digest that the program brings: our own words for what one speech says, until the speech itself is in the base."""

from pathlib import Path

from policy_kb.titling import Titled

SOURCE = "自带摘编"
TITLE = "“挂包帮”“转走访”工作要点（本程序摘编）"
ISSUER = "摘自市委副书记 2015 年 11 月 16 日在推进会上的讲话"
DATE = "2015-11-16"
_FILE = Path(__file__).with_name("digest.md")
_WORDS = ("挂包帮", "转走访", "讲话")


def read() -> Titled:
    """Return the digest."""
    return Titled(TITLE, ISSUER, DATE, _FILE.read_text(encoding="utf-8"))


def stands_for(title: str, date: str | None) -> bool:
    """Whether a document is the original of the digest."""
    return date == DATE and all(word in title for word in _WORDS)
