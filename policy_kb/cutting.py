"""Cuts Chinese official writing into clauses by its own joints, each with the headings it stands under and its place in the text.

An article (条) and an answer stay whole up to 500 characters; a long paragraph is cut at its own enumeration (一是…二是…); a row of
a table is a clause. A numbered line is a heading when it is one short sentence and something stands under it, else a clause.
"""

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policy_kb.joints import LONGEST_HEADING, STOP, Joint, Level, inline, joints

LONGEST = 500
_LONG_PARAGRAPH = 200  # from here on its own enumeration cuts a paragraph; a shorter one is read at a glance
_LONGEST_QUESTION = 200
_DEEPEST = 3  # enumerations within enumerations of one paragraph
_SHORT = 15
_ROW, _PLAIN = 100, 101  # deeper than any joint
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)")
_DATED = re.compile(r"[〇零○一二三四五六七八九\d]{4}\s*年.{1,4}月.{1,4}日[）)]?$")


@dataclass(frozen=True)
class Cut:
    """A clause: the headings it stands under, outermost first; its text and number as printed; its place in the body."""

    heading: tuple[str, ...]
    text: str
    number: str | None
    start: int
    end: int


@dataclass(frozen=True)
class _Unit:
    """A piece of the body that is a heading, a clause or a part of one."""

    start: int
    end: int
    text: str
    joint: Joint | None
    row: bool = False

    @property
    def level(self) -> float:
        return _ROW if self.row else self.joint.level if self.joint else _PLAIN

    @property
    def plain(self) -> bool:
        return self.joint is None and not self.row

    @property
    def one_short_sentence(self) -> bool:
        return len(self.text) <= LONGEST_HEADING and not STOP.search(self.text.rstrip("。；;"))

    @property
    def is_signature(self) -> bool:
        """Short lines without a stop, the last of them a date."""
        return self.plain and bool(_DATED.search(self.text)) and all(map(_is_short, self.text.split("\n")))

    def leads(self, below: "_Unit | None") -> bool:
        """Whether a line without number is the heading or opening words of the numbered lines or rows below."""
        if below is None or below.plain or below.level < Level.PART or self.is_signature:
            return False
        opens = self.text.endswith((":", "：", ",", "，"))
        return (
            len(self.text) <= LONGEST_HEADING
            and not STOP.search(self.text)
            and (opens or not re.search("[，,]", self.text))
        )


@dataclass(frozen=True)
class _Entry:
    """A heading in force until something of its level or above comes or, when it is `passing`, a plain paragraph."""

    level: float
    text: str
    marks: int = 0
    passing: bool = False


@dataclass
class _Cutter:
    body: str
    path: list[_Entry] = field(default_factory=list)
    whole: list[_Unit] = field(default_factory=list)  # an article or answer that is being put together
    found: list[Cut] = field(default_factory=list)
    item: Joint | None = None  # of the clause just before
    headings: list[tuple[_Unit, str, tuple[str, ...]]] = field(
        default_factory=list
    )  # with their words and those above them

    def take(self, unit: _Unit, below: _Unit | None) -> None:
        """Take the next piece in its order."""
        joint = unit.joint
        if unit.row or (joint and self._ends_whole(joint)):
            self.close(reopen=unit.row)
        if self.whole:
            self.whole.append(unit)
            return
        if joint and not self._in_answer(joint):
            self._leave(joint)
        while unit.plain and self.path and self.path[-1].passing:
            self.path.pop()
        if not unit.row and (self._in_answer(joint) or (joint and joint.level == Level.ARTICLE)):
            self.whole = [unit]
        elif self._is_heading(unit, below):
            self._enter(unit, below)
        else:
            self._clause(unit)

    def close(self, *, reopen: bool = False) -> None:
        """Give the article or answer that is being put together: whole, or parted at its paragraphs and items."""
        units, self.whole = self.whole, []
        if not units:
            return
        first = units[0]
        name = first.joint.number if first.joint and first.joint.level == Level.ARTICLE else None
        label = (
            first.text if len(first.text) <= LONGEST_HEADING and first.text.endswith((":", "：")) else name
        )
        for n, group in enumerate(_packed(units)):
            number = group[0].joint.number if group[0].joint else name
            self._give(
                self._heading + ((label,) if n and label else ()), number, group[0].start, group[-1].end
            )
        if reopen and name:
            self.path.append(_Entry(Level.ARTICLE, label or name))

    @property
    def _heading(self) -> tuple[str, ...]:
        return tuple(each.text for each in self.path)

    def _in_answer(self, joint: Joint | None) -> bool:
        """Whether a question is open and this piece no end of its answer."""
        open_question = bool(self.path) and self.path[-1].level == Level.QUESTION
        return open_question and (
            joint is None or joint.level == Level.ARTICLE or joint.level > Level.QUESTION
        )

    def _ends_whole(self, joint: Joint) -> bool:
        return joint.level <= Level.QUESTION and not self._in_answer(joint)

    def _leave(self, joint: Joint) -> None:
        """Leave the headings that a joint ends: those of its level, and all below them."""
        bare_mark = joint.level < Level.PART and joint.marks > 0
        for n, each in enumerate(self.path):
            by_marks = bool(joint.marks and each.marks)
            if each.marks >= joint.marks if by_marks else each.level >= joint.level and not bare_mark:
                self.path = self.path[:n]
                return
        if bare_mark:  # it stands under marked headings and appendices only
            while self.path and not self.path[-1].marks and self.path[-1].level != Level.APPENDIX:
                self.path.pop()

    def _is_heading(self, unit: _Unit, below: _Unit | None) -> bool:
        joint = unit.joint
        if joint is None:
            return not unit.row and unit.leads(below)
        if joint.level == Level.QUESTION:
            return len(unit.text) <= _LONGEST_QUESTION
        if joint.level < Level.ARTICLE:
            return len(unit.text) <= 2 * LONGEST_HEADING
        if joint.level == Level.POINT or not unit.one_short_sentence or below is None:
            return False
        if joint.marks and below.joint and below.joint.marks:
            return below.joint.marks > joint.marks
        return not (below.plain and self._goes_on(joint)) and below.level > joint.level

    def _goes_on(self, joint: Joint) -> bool:
        """Whether a line goes on with a list whose item before it was no heading either."""
        return self.item is not None and (self.item.level, self.item.value + 1) == (joint.level, joint.value)

    def _enter(self, unit: _Unit, below: _Unit | None) -> None:
        self.item = None
        text = re.sub(r"\s*\n\s*", " ", _bare(unit))
        self.headings.append((unit, text, self._heading))
        if unit.joint:
            self.path.append(_Entry(unit.joint.level, text, unit.joint.marks))
            return
        level = below.level - 0.5 if below else _ROW
        self.path = [each for each in self.path if each.level < level]
        self.path.append(_Entry(level, text, passing=level > Level.ARTICLE))

    def _clause(self, unit: _Unit) -> None:
        joint = self.item = unit.joint
        self._give(self._heading, joint.number if joint else None, unit.start, unit.end)
        first = _first_sentence(unit.text)
        if (
            joint
            and len(first) <= LONGEST_HEADING
            and (len(first) < len(unit.text) or first.endswith((":", "：")))
        ):
            self.path.append(_Entry(joint.level, first, passing=joint.level >= Level.ARABIC_BRACKETS))

    def give_empty_headings(self) -> None:
        """Make clauses of the headings under which nothing came, those set apart that never say anything themselves."""
        starts = [each.start for each in self.found]
        for unit, text, above in self.headings:
            n = bisect.bisect_left(starts, unit.end)
            joint = unit.joint
            apart = joint is not None and (joint.level < Level.ARTICLE or joint.level == Level.QUESTION)
            says_something = not apart or "\n" in unit.text  # an appendix with its name
            if says_something and (n == len(starts) or text not in self.found[n].heading):
                self._give(above, unit.joint.number if unit.joint else None, unit.start, unit.end)
        self.found.sort(key=lambda each: each.start)

    def _give(self, heading: tuple[str, ...], number: str | None, start: int, end: int) -> None:
        """Add a clause, in parts where it is too long; the later parts stand under its first sentence."""
        text = self.body[start:end]
        first = _first_sentence(text)
        named = number is not None and len(first) <= LONGEST_HEADING and first not in heading
        for n, (begin, until) in enumerate(_parts(text)):
            under = heading + ((first,) if n and named else ())
            self.found.append(Cut(under, text[begin:until], number, start + begin, start + until))


def cut(body: str) -> list[Cut]:
    """Return the clauses of a body in their order; with the headings and blanks between them they give the body back."""
    cutter = _Cutter(body)
    units = _gathered(body, _units(body))
    for n, unit in enumerate(units):
        cutter.take(unit, units[n + 1] if n + 1 < len(units) else None)
    cutter.close()
    cutter.give_empty_headings()
    return cutter.found


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, which joined give it back."""
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def _first_sentence(text: str) -> str:
    return next((each.strip() for each in sentences(text) if each.strip()), "")


def _is_short(line: str) -> bool:
    """Tell a line that cannot stand alone: a greeting, a signature, a caption."""
    return len(line) < _SHORT and not STOP.search(line)


def _bare(unit: _Unit) -> str:
    """Return a heading without Markdown's signs and, of a question, without 问."""
    text = unit.text.lstrip("#").strip()
    if unit.joint and unit.joint.level == Level.QUESTION:
        return text[len(unit.joint.number) :].strip()
    return text


def _units(body: str) -> Iterator[_Unit]:
    """Give the lines, a long one in the members of its own enumeration."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"\S(?:[^\n]*\S)?", body)]
    lines = [body[start:end] for start, end in spans]
    for (start, end), line, joint in zip(spans, lines, joints(lines), strict=True):
        if joint is None and line.startswith("|"):
            yield _Unit(start, end, line, None, row=True)
            continue
        signs = len(line) - len(line.lstrip("#").lstrip()) if joint and joint.number else 0
        for begin, until in _members(line, signs, end - start):
            piece = line[begin:until]
            yield _Unit(start + begin, start + until, piece, joint if begin == signs else joints([piece])[0])


def _members(line: str, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, int]]:
    """Give the pieces of a paragraph: the whole of it, or what opens its enumeration and each member, these cut likewise."""
    text = line[start:end]
    places = [start + at for at in inline(text)] if len(text) > _LONG_PARAGRAPH and depth < _DEEPEST else []
    if not places:
        yield start, start + len(text.rstrip())
        return
    edges = [*([] if places[0] == start else [start]), *places, end]
    for begin, until in itertools.pairwise(edges):
        yield from _members(line, begin, until, depth + 1)


def _gathered(body: str, units: Iterator[_Unit]) -> list[_Unit]:
    """Put short lines with the paragraph after them, an appendix with the line that names it, a signature with what it signs."""
    found: list[_Unit] = []
    for unit in units:
        if found and unit.plain and _takes(found[-1], unit):
            found[-1] = _merged(body, found[-1], unit)
        else:
            _settle(body, found)
            found.append(unit)
    _settle(body, found, at_end=True)
    return found


def _takes(above: _Unit, unit: _Unit) -> bool:
    """Whether the unit goes on with the one above it."""
    if above.joint:
        named = above.joint.level != Level.APPENDIX or above.text.rstrip(":： ") != above.joint.number
        return not named and len(unit.text) <= LONGEST_HEADING and not STOP.search(unit.text)
    if above.row or above.is_signature:
        return False
    last = above.text.rpartition("\n")[2]
    greets = len(last) <= LONGEST_HEADING and last.endswith((":", "：")) and not STOP.search(last)
    return (greets or _is_short(last)) and len(above.text) + len(unit.text) < LONGEST


def _settle(body: str, found: list[_Unit], *, at_end: bool = False) -> None:
    """Put a signature, or the last lines where they are short, to the paragraph that they stand under."""
    above = found[-2] if len(found) > 1 else None
    if above is None or above.row or above.level < Level.ARTICLE or above.level == Level.QUESTION:
        return
    last = found[-1]
    if last.is_signature or (at_end and last.plain and all(map(_is_short, last.text.split("\n")))):
        found[-2:] = [_merged(body, above, last)]


def _merged(body: str, above: _Unit, unit: _Unit) -> _Unit:
    return _Unit(above.start, unit.end, body[above.start : unit.end], above.joint)


def _packed(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Give neighbours together as long as there is room."""
    group: list[_Unit] = []
    for unit in units:
        if group and unit.end - group[0].start > LONGEST:
            yield group
            group = []
        group.append(unit)
    yield group


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Give the text in parts of at most LONGEST characters, cut at sentence ends, else at commas, else anywhere."""
    start = at = 0
    for piece in _pieces(text):
        if at + len(piece) - start > LONGEST and at > start:
            yield from _trimmed(text, start, at)
            start = at
        at += len(piece)
    yield from _trimmed(text, start, at)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _pieces(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        if len(sentence) <= LONGEST:
            yield sentence
            continue
        for phrase in re.findall(r"[^，,、]*[，,、]?", sentence):
            for start in range(0, len(phrase), LONGEST):
                yield phrase[start : start + LONGEST]
