"""What is to follow for the visited household, by anyone, in the message's own words."""

import re
from collections.abc import Sequence

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.lexicon import pattern
from fieldwork.reading.stances import stance_of

# Things that will come of themselves, and what villagers say of their own comings and goings.
_ASKS_OR_MEANS_TO = re.compile(r"(?:他|她|他们|某+|又|还|我)?问|(?:他|她|他们|某+).{0,2}(?:准备|打算|计划)")
_NO_STEP = re.compile(r"到期|过期|预产|毕业|开学|放假|过年|才(?:回|能回)|答应了?$")
_LEAD = re.compile(
    r"^(?:我|我们)?(?:也|就|已经|先)?(?:答应(?:了|他|她)?|说好了?|说(?:是)?|表示|承诺)(?=.{3})"
)


def next_step_of(clauses: Sequence[Clause]) -> Span | None:
    """Return the words of the next step: the surest clause that lies ahead, with those that go on from it."""
    rated = [_rate(clause) for clause in clauses]
    best = max(rated, default=0)
    if not best:
        return None
    first = last = rated.index(best)
    while (
        last + 1 < len(clauses) and rated[last + 1] and clauses[last + 1].sentence == clauses[last].sentence
    ):
        last += 1
    lead = _LEAD.match(clauses[first].text)
    return Span(clauses[first].span.start + (lead.end() if lead else 0), clauses[last].span.end)


def _rate(clause: Clause) -> int:
    words = clause.text
    stance = stance_of(clause)
    if (
        stance.question
        or _ASKS_OR_MEANS_TO.match(words)
        or pattern("next_steps.wish").match(words)
        or _NO_STEP.search(words)
    ):
        return 0
    if (
        stance.theirs
        and stance.told
        and not re.search(r"答应|同意|承诺|派|来(?:看|修|拉|收|查|处理|办|接|装|送|教|评|量)", words)
    ):
        return 0
    if re.search(r"(?:讲|宣传|解释|告诉)[了过他她].*(?:明天|下周|下个?月|月底)", words):
        return 0
    if re.search(r"已经|(?:了|过)$", words) and not pattern("next_steps.day").search(words):
        return 0
    return 2 * bool(pattern("next_steps.day").search(words)) + bool(
        pattern("next_steps.promise").search(words)
    )
