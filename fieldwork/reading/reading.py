"""What a free message about a visit says, field by field, each with the words it was read from.

A pure function of text, roster and today's date; stores nothing and asks nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fieldwork.reading.addresses import cadres_in
from fieldwork.reading.clauses import Clause, Span, clauses_of
from fieldwork.reading.dates import day_of_visit
from fieldwork.reading.hats import Done, duties_of
from fieldwork.reading.households import Visited, visited
from fieldwork.reading.kinds import Kind, kind_of, tells_of_going
from fieldwork.reading.mentions import Mention, mentions_of
from fieldwork.reading.money import Money, aid_in
from fieldwork.reading.next_steps import next_step_of
from fieldwork.reading.problems import Problem, problems_of
from fieldwork.reading.roster import Roster


@dataclass(frozen=True)
class Reading:
    """A message as it was understood; spans are places in `text`. `goes`: it tells of going to somebody."""

    text: str
    kind: Kind
    kind_span: Span | None = None
    households: tuple[Visited, ...] = ()
    day: date | None = None
    day_span: Span | None = None
    duties: tuple[Done, ...] = ()
    problems: tuple[Problem, ...] = ()
    money: Money | None = None
    next_step: Span | None = None
    goes: bool = False

    @property
    def is_report(self) -> bool:
        """Say whether it reports a visit or a contact."""
        return self.kind != "none"

    def words(self, span: Span | None) -> str:
        """Return the words that stand there, none for no span."""
        return self.text[slice(*span)] if span else ""


def read(text: str, roster: Roster, today: date) -> Reading:
    """Read a message: who was seen, when, how, what was done, what is wrong, what was given, what follows."""
    mentions = mentions_of(text, roster)
    cadres = tuple(cadres_in(text, roster.cadres))
    households = visited(text, clauses_of(text), mentions, roster)
    clauses = clauses_of(_masked(text, [mention.span for mention in mentions], cadres))
    means = kind_of(clauses, households, named=bool(mentions), colleague=bool(cadres))
    if means.kind == "none":
        return Reading(text, "none")
    day, day_span = day_of_visit(text, clauses, today)
    own = _own_clauses(text, clauses, mentions, households)
    return Reading(
        text,
        means.kind,
        means.span,
        households,
        day,
        day_span,
        duties_of(clauses),
        problems_of(text, own),
        aid_in(clauses),
        next_step_of(own),
        any(tells_of_going(clause) for clause in clauses),
    )


def _masked(text: str, people: Sequence[Span], cadres: Sequence[Span]) -> str:
    """Return the text with each name blotted out, so that no name is read as a word: 黎明, 陈德贵, 高兴."""
    letters = list(text)
    for mask, spans in (("某", people), ("僚", cadres)):
        for span in spans:
            letters[slice(*span)] = mask * (span.end - span.start)
    return "".join(letters)


def _own_clauses(
    text: str, clauses: Sequence[Clause], mentions: Sequence[Mention], households: Sequence[Visited]
) -> tuple[Clause, ...]:
    """Return the clauses about the visited household: not those in which others tell of themselves."""
    own = {code for each in households for code in each.codes}
    kept, others = [], -1
    for clause in clauses:
        named = [mention for mention in mentions if mention.span.overlaps(clause.span)]
        if any(mention.codes & own for mention in named):
            others = -1
        elif any(_speaks(text, mention, clause) for mention in named):
            others = clause.sentence
        if clause.sentence != others:
            kept.append(clause)
    return tuple(kept)


def _speaks(text: str, mention: Mention, clause: Clause) -> bool:
    """Say whether somebody is the subject of the clause."""
    before = text[clause.span.start : mention.span.start]
    told = re.match(r"(?:说|讲|反映|家)", text[mention.span.end :])
    return mention.span.start == clause.span.start or bool(
        told and not re.search(r"[找跟和给向与同对]$", before)
    )
