"""Cuts Chinese official writing into clauses by its own joints.

编 章 节 条 · 一、 · （一） · 1. · (1) · 第一，… · 一是… · Markdown headings; brackets may be broken, figures full or half width.
A line that is numbered, short and one sentence is a heading if something stands under it, else a clause of its own.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 500
_LONGEST_HEADING = 60
_SHORT = 15
_N = "[一二三四五六七八九十百零〇\\d]+"
_JOINTS = (  # from the outermost to the innermost; the place in this tuple is the level
    re.compile(r"#\s"),
    re.compile(r"##\s"),
    re.compile(r"###+\s"),
    re.compile(rf"第{_N}编"),
    re.compile(rf"第{_N}章"),
    re.compile(rf"第{_N}节"),
    re.compile(rf"第{_N}条"),
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"\(?[一二三四五六七八九十]+\)"),
    re.compile(r"\d+[.、](?!\d)"),
    re.compile(r"\(?\d+\)"),
    re.compile(r"第[一二三四五六七八九十]+,"),
    re.compile(r"[一二三四五六七八九十]+(?:是|要)"),
)
ARTICLE = 6
_STOP = re.compile(r"[。！？!?；;]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)")


@dataclass(frozen=True)
class Cut:
    """A clause: the headings it stands under, outermost first, and its text as printed."""

    heading: tuple[str, ...]
    text: str


@dataclass
class _Line:
    text: str
    level: int | None  # None: not numbered

    @property
    def first_sentence(self) -> str:
        return sentences(self.text)[0].strip()

    @property
    def may_be_heading(self) -> bool:
        one = not _STOP.search(self.text.rstrip("。；;"))
        return (
            self.level is not None
            and self.level < len(_JOINTS) - 1
            and self.level != ARTICLE  # an article always says something itself
            and one
            and len(self.text) <= _LONGEST_HEADING
        )


def cut(body: str) -> list[Cut]:
    """Return the clauses of a body in their order; with the headings between them they give all of its characters back."""
    lines = list(_lines(body))
    clauses: list[Cut] = []
    path: list[tuple[int, str]] = []
    for n, line in enumerate(lines):
        if line.level is not None:
            path = [(level, text) for level, text in path if level < line.level]
        below = lines[n + 1] if n + 1 < len(lines) else None
        if line.level is not None and _heads(line, below):
            path.append((line.level, line.text.lstrip("# ")))
            continue
        heading = tuple(text for _, text in path)
        if _belongs_to_article(line, path, clauses):
            clauses[-1] = Cut(clauses[-1].heading, f"{clauses[-1].text}\n{line.text}")
        else:
            clauses.append(Cut(heading, line.text))
        if line.level is not None and len(line.first_sentence) <= _LONGEST_HEADING:
            path.append((line.level, line.first_sentence))
    return [Cut(clause.heading, part) for clause in clauses for part in _parts(clause.text)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, which joined give it back."""
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def _lines(body: str) -> Iterator[_Line]:
    """Give the paragraphs; a very short one without a number ("同志们：") goes with the next."""
    held = ""
    for raw in body.split("\n"):
        text = raw.strip()
        if not text:
            continue
        level = _level(text)
        if level is None and len(text) < _SHORT and not _STOP.search(text):
            held += text + "\n"
            continue
        if held and level is not None:
            yield _Line(held.strip(), None)
            held = ""
        yield _Line(held + text, level)
        held = ""
    if held:
        yield _Line(held.strip(), None)


def _level(text: str) -> int | None:
    """Return how deep the number at the head of a line lies; None where there is none."""
    head = unicodedata.normalize("NFKC", text[:12]).replace("，", ",")
    return next((level for level, joint in enumerate(_JOINTS) if joint.match(head)), None)


def _heads(line: _Line, below: _Line | None) -> bool:
    """Whether the line is a heading: it looks like one, and something stands under it."""
    if not line.may_be_heading or below is None or line.level is None:
        return False
    return below.level is None or below.level > line.level


def _belongs_to_article(line: _Line, path: list[tuple[int, str]], clauses: list[Cut]) -> bool:
    """Whether the line is a further paragraph or item of the article (条) before it, which has room for it."""
    in_article = any(level == ARTICLE for level, _ in path)
    return (
        in_article
        and line.level != ARTICLE
        and bool(clauses)
        and len(clauses[-1].text) + len(line.text) < LONGEST
    )


def _parts(text: str) -> Iterator[str]:
    """Give the text in parts of at most LONGEST characters, cut at sentence ends, else at commas, else anywhere."""
    part = ""
    for piece in _pieces(text):
        if part and len(part) + len(piece) > LONGEST:
            yield part.strip("\n")
            part = ""
        part += piece
    if part.strip():
        yield part.strip("\n")


def _pieces(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        if len(sentence) <= LONGEST:
            yield sentence
            continue
        for phrase in re.findall(r"[^，,、]*[，,、]?", sentence):
            for start in range(0, len(phrase), LONGEST):
                yield phrase[start : start + LONGEST]
