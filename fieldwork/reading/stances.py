"""In what way a clause is meant: done, planned, asked, told by a villager. One clause at a time, no names."""

import re
from dataclasses import dataclass

from fieldwork.reading.clauses import Clause
from fieldwork.reading.lexicon import pattern


@dataclass(frozen=True)
class Stance:
    """How one clause is meant."""

    later: bool
    told: bool
    ours: bool
    theirs: bool
    undone: bool
    question: bool


def stance_of(clause: Clause) -> Stance:
    """Say how a clause is meant."""
    words = clause.text
    ours = bool(pattern("stances.we").match(words)) or bool(
        re.search(r"(?:^|[他她])?我(?:们)?(?:给|帮|跟|把|已|就|去|来|劝|教|讲|说|陪|带|让|喊|问|联系)", words)
    )
    ahead = pattern("stances.later").search(words)
    later = (
        bool(ahead)
        and not _finished(words)
        and not pattern("stances.passed_on").search(words[: ahead.start()] if ahead else "")
    )
    return Stance(
        later=later,
        told=bool(pattern("stances.told").match(words)) and not ours,
        ours=ours,
        theirs=bool(pattern("stances.they").match(words)),
        undone=bool(pattern("stances.not_done").search(words)),
        question=clause.asks or _asks(words),
    )


def _asks(words: str) -> bool:
    """Say whether the clause asks the reader; what was asked of somebody else is told, not asked."""
    match = pattern("stances.question").search(words)
    return bool(match) and not (
        pattern("stances.asked").search(words[: match.end()] if match else "")
        or re.search(r"问[了过](?:一?下|哈)?$", words)
    )


def _finished(words: str) -> bool:
    return bool(re.search(r"已经|已(?!经)|(?:^|我)(?:把|给|帮|跟).+了$", words)) and not re.search(
        r"明[天日]|后天|下(?:周|个|次|星期|礼拜|月)|答应|到时|等", words
    )
