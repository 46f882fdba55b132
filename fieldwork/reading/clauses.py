"""A message cut into clauses, each with its place in the text. Does not say what a clause means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_END = "。！？!?；;\n"
_PAUSE = "，,：:"
# Chinese people also pause with a space; a space beside a digit or a letter parts nothing.
_CUT = re.compile(
    rf"[{_END}]+|[{_PAUSE}]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|(?<=\d)\s+(?=[\u4e00-\u9fff])"
)
# Speech written down without stops: a new clause begins where the speaker starts anew.
_ANEW = re.compile(
    r"(?<=.)(?<![给跟帮问找让叫喊请为对陪带替教和等说劝把托是向同与接送看])(?=[我他她咱])"
    r"|(?<=.)(?=但是|但(?=他|她|是|没|药|就|家)|不过(?!来|去|了|是)|可是|然后|另外|还有|下周|明天|后天|准备|顺便|顺带|顺路)"
)
# Turning words part even a short clause.
_TURN = re.compile(r"(?<=...)(?=但是|不过(?!来|去|了|是)|可是|但(?=他|她|没|家))")
_LONG = 24


class Span(NamedTuple):
    """Where words stand in the message: from `start` up to but without `end`."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Clause:
    """One clause: its words, where they stand, and the number of its sentence."""

    text: str
    span: Span
    sentence: int
    ends: str = ""

    @property
    def asks(self) -> bool:
        """Say whether it ends with a question mark."""
        return any(mark in self.ends for mark in "?？")


def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a message in their order; empty ones are left out."""
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    begin = sentence = 0
    for cut in [*_CUT.finditer(text), None]:
        end, stop = (cut.start(), cut.group()) if cut else (len(text), "")
        yield from _parts(text, Span(begin, end), sentence, stop)
        begin = cut.end() if cut else end
        sentence += any(mark in stop for mark in _END)


def _parts(text: str, span: Span, sentence: int, ends: str) -> Iterator[Clause]:
    words = text[span.start : span.end]
    cuts = [match.start() for match in (_ANEW if len(words) > _LONG else _TURN).finditer(words)]
    edges = [0, *cuts, len(words)]
    for start, end in pairwise(edges):
        piece = words[start:end]
        left = len(piece) - len(piece.lstrip())
        stripped = piece.strip()
        if stripped:
            first = span.start + start + left
            last = end == len(words)
            yield Clause(stripped, Span(first, first + len(stripped)), sentence, ends if last else "")
