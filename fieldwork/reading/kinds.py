"""Whether a message reports a visit, a contact from afar, or neither."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.households import Visited
from fieldwork.reading.lexicon import pattern, words
from fieldwork.reading.stances import Stance, stance_of

Kind = Literal["visit", "contact", "none"]

_COLLEAGUE = re.compile(r"(?:书记|支书|主任|文书|队长|队员|网格员|同事|村干部|组长|会计|同志|搭档|小.)")


@dataclass(frozen=True)
class Means:
    """The kind and the words that make it a contact, where there are any."""

    kind: Kind
    span: Span | None = None


def kind_of(
    clauses: Sequence[Clause], households: Sequence[Visited], *, named: bool, colleague: bool
) -> Means:
    """Say what kind of message it is; `named`: it names somebody of the roster; `colleague`: it names a cadre."""
    text = "，".join(clause.text for clause in clauses)
    stances = [stance_of(clause) for clause in clauses]
    if _is_no_report(text, clauses, stances, named=named or bool(households)):
        return Means("none")
    wire = _wire(clauses, stances)
    stand_in = _stand_in(text, colleague=colleague)
    if stand_in is not None:
        return Means("contact", stand_in)
    if wire is not None:
        return Means("contact", wire)
    return Means("visit")


def _is_no_report(text: str, clauses: Sequence[Clause], stances: Sequence[Stance], *, named: bool) -> bool:
    done = [
        clause
        for clause, stance in zip(clauses, stances, strict=True)
        if not (stance.later or stance.question or stance.undone)
    ]
    reported = [
        clause
        for clause in done
        if pattern("kinds.reports").search(clause.text) and not pattern("kinds.greeting").match(clause.text)
    ]
    if not done:
        return True
    asked = any(stance.question and not stance.told for stance in stances)
    if asked and not (named and _tells(reported, clauses, stances)):
        return not (named and _tells_of_people(done, text))
    if stances[0].undone and not reported[:1]:
        return True
    if named:
        return stances[0].later and not reported and not re.search(r"[了过]|已", clauses[0].text)
    reported = [clause for clause in reported if _really(clause)]
    if pattern("kinds.complaint").search(text) or pattern("kinds.greeting").search(text):
        return not any(
            re.search(r"走访了|入户了|去了|看望了|[走跑转]了.{0,4}户", clause.text) for clause in reported
        )
    return not reported


def _really(clause: Clause) -> bool:
    """Say whether a clause without a name tells of a certain visit, not of visits as such: 走访要本人去."""
    return bool(
        re.search(r"[了过完]|[今昨前]天|[上下中]午|刚|[一二两三四五六七八九十几\d]户|去的", clause.text)
    )


def tells_of_going(clause: Clause) -> bool:
    """Say whether the clause tells of a visit that came about."""
    stance = stance_of(clause)
    return bool(pattern("kinds.reports").search(clause.text)) and not (
        stance.later or stance.question or stance.undone
    )


def _tells(reported: Sequence[Clause], clauses: Sequence[Clause], stances: Sequence[Stance]) -> bool:
    """Say whether a message with a question in it is a report all the same: it opens with what was done."""
    if not reported:
        return False
    first = reported[0]
    asked = next((c for c, s in zip(clauses, stances, strict=True) if s.question), None)
    concrete = bool(re.search(r"[了过]|去的|到的|今|昨|前天|上午|下午|刚|家|屋", first.text))
    return concrete and (asked is None or asked is not clauses[0])


def _tells_of_people(done: Sequence[Clause], text: str) -> bool:
    """Say whether something told is no question: somebody named, and something that happened or was done."""
    return any(re.search(r"[了过]|没|在家|给|帮|我|想", clause.text) for clause in done) and not re.search(
        r"[吗?？]\s*$|(?:算不算|能不能|要不要|怎么办|咋办)[^，,。]*$", text
    )


def _wire(clauses: Sequence[Clause], stances: Sequence[Stance]) -> Span | None:
    """Return the words by which a household was called or written to, None when one also went there."""
    found = None
    for clause, stance in zip(clauses, stances, strict=True):
        told = clause.text
        match = pattern("kinds.by_wire").search(told)
        if (
            match
            and not stance.later
            and not pattern("kinds.a_thing").search(told)
            and not _to_an_office(told, match)
        ):
            found = found or Span(clause.span.start + match.start(), clause.span.start + match.end())
            if not pattern("kinds.unanswered").search(told):
                continue
        if (
            pattern("kinds.in_person").search(told)
            and not stance.later
            and not stance.undone
            and not (stance.told or stance.theirs)
            and not match
        ):
            return None
    return found


def _to_an_office(told: str, match: re.Match[str]) -> bool:
    """Say whether the call went to an office or a helper: 给镇上打电话, 打电话问医保局, 老板打来."""
    office = words("kinds.officials")
    leading, following = told[: match.end()], told[match.end() :]
    return bool(
        re.search(rf"(?:给|跟|向|问|联系|打)(?!了?个?电话)[^，,]{{0,8}}(?:{office})", leading)
        or re.match(
            rf"(?!群)(?:给|跟|问|找|打给|联系|到|了|反映|[^，,讲说教]{{0,2}}?)+(?:{office})", following
        )
        or re.search(rf"(?:{office})(?<!群)[^，,]{{0,3}}$", told[: match.start()])
    )


def _stand_in(text: str, *, colleague: bool) -> Span | None:
    """Return the words that say that somebody else went."""
    match = pattern("kinds.other_went").search(text)
    if match and (
        re.search(r"代访|[代替]我", match.group()) or colleague or _COLLEAGUE.search(match.group())
    ):
        return Span(*match.span())
    absent = pattern("kinds.self_absent").search(text)
    if (
        absent
        and (colleague or _COLLEAGUE.search(text))
        and re.search(r"(?:去|上门|走访|看)[^，,]{0,8}(?:的|了|过)", text)
    ):
        return Span(*absent.span())
    return None
