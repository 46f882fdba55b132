"""Which of the six duties a message shows as done. What is promised or planned is no duty done.

Each duty is a list of turns of speech; a clause that a villager speaks, or that lies ahead, does not count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.lexicon import pattern
from fieldwork.reading.stances import Stance, stance_of

_HATS = ("publicist", "investigator", "liaison", "service", "mediator", "organizer")
# Who asks a person to take part in the village's life, which is no enquiry.
_RECRUITING = re.compile(r"愿不愿意|愿意不愿意|想不想|肯不肯")


@dataclass(frozen=True)
class Done:
    """A duty that was served, and the words that say so."""

    code: str
    span: Span


def duties_of(clauses: Sequence[Clause]) -> tuple[Done, ...]:
    """Return the duties served, each once with the first words that show it, in the table's order."""
    stances = [stance_of(clause) for clause in clauses]
    text = "，".join(clause.text for clause in clauses)
    found: dict[str, Done] = {}
    for clause, stance in zip(clauses, stances, strict=True):
        if _may_tell_of_work(clause, stance):
            for done in _in_clause(clause, text):
                found.setdefault(done.code, done)
    return tuple(found[code] for code in _HATS if code in found)


def _may_tell_of_work(clause: Clause, stance: Stance) -> bool:
    """Say whether the clause can tell of what the writer did."""
    if re.match(r"因为|由于|为了", clause.text):
        return False
    return not (stance.later or stance.undone or (stance.told and not stance.ours) or stance.question)


def _in_clause(clause: Clause, text: str) -> Iterator[Done]:
    for code in _HATS:
        match = pattern(f"duties.{code}").search(clause.text)
        if match is None or _negated(clause.text, match) or not _plausible(code, clause.text, match, text):
            continue
        yield Done(code, Span(clause.span.start + match.start(), clause.span.start + match.end()))


def _negated(words: str, match: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"(?:没有?|未|不|还没|没人|没得人|无人|想|要|不会|不能|没法|想要|需要)(?:给|帮|人|去)?$",
            words[: match.start()],
        )
    )


def _plausible(code: str, words: str, match: re.Match[str], text: str) -> bool:
    """Refuse what the same words mean in another setting."""
    if code == "mediator":
        return bool(pattern("duties.quarrel").search(text)) or match.group().startswith(("调解", "化解"))
    if code == "investigator":
        return not _RECRUITING.search(words)
    if code == "publicist" and match.group() == "政策":
        return False
    if code == "service" and match.group().startswith("发"):
        return not re.search(r"明白|宣传|资料|手册|清单", words)
    if code == "liaison" and match.group().startswith("联系"):
        return not pattern("duties.helpers").search(words)
    return True
