"""Aid in yuan that a message says was given or granted: as stated, never added up.

Wages, sales, prices, debts, premiums, reimbursements and amounts that a policy names are not aid.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.lexicon import pattern
from fieldwork.reading.numerals import DIGITS, NUMBER, value_of
from fieldwork.reading.stances import stance_of

_AMOUNT = re.compile(
    rf"(?P<number>{NUMBER})(?![{DIGITS}百千万\d.])(?:多|余|来)?(?P<unit>万元|千元|元|块钱?)?"
    r"(?![个斤亩只头公户口人年月日号岁组袋床桶件套箱平米分点%％瓦升里次天棵株箱])"
)


@dataclass(frozen=True)
class Money:
    """An amount in yuan, and the words that state it."""

    yuan: int
    span: Span


def aid_in(clauses: Sequence[Clause]) -> Money | None:
    """Return the aid that was given or granted; the first when there are several, None when there is none."""
    return next(_aids(clauses), None)


def _aids(clauses: Sequence[Clause]) -> Iterator[Money]:
    for number, clause in enumerate(clauses):
        for match in _AMOUNT.finditer(clause.text):
            value = value_of(match["number"])
            if value is None or not _is_money(match, clause.text):
                continue
            yuan = value * {"万元": 10_000, "千元": 1000}.get(match["unit"] or "", 1)
            before = clauses[number - 1].text if number else ""
            if yuan == int(yuan) and _is_aid(clause, match, before):
                yield Money(
                    int(yuan), Span(clause.span.start + match.start(), clause.span.start + match.end())
                )


def _is_money(match: re.Match[str], words: str) -> bool:
    """Say whether the number is an amount at all: it has a unit, or stands right behind the name of some aid."""
    if match["unit"]:
        return True
    if re.search(r"[年月第.·-]$", words[: match.start()]) or (value_of(match["number"]) or 0) < 10:  # noqa: PLR2004 - counts, not sums
        return False
    near = words[max(0, match.start() - 6) : match.start()]
    return bool(
        re.search(r"补助|补贴|慰问金|救助金?|补偿|奖补|资助|助学金|补|批了|基金|奖励|红包|款", near)
    ) or bool(re.search(r"[万千百]$", match["number"]) and re.search(r"补|批|资助|捐|垫", near))


def _is_aid(clause: Clause, match: re.Match[str], before: str) -> bool:
    words = clause.text
    head, tail = words[: match.start()], words[match.end() :]
    near = head[-10:] + tail[:8]
    if pattern("money.not_aid").search(near) and not pattern("money.surely_aid").search(near):
        return False
    if re.search(r"贷|保险|欠条", before[-12:]) and not pattern("money.surely_aid").search(near):
        return False
    if re.search(r"医保|医疗|报销|保险|定损", head) and not re.search(r"救助|慰问", words):
        return False
    if (
        pattern("money.policy").search(head)
        or stance_of(clause).question
        or re.search(r"欠|少发|没(?:领|到|发)|未(?:领|到|发)", words)
    ):
        return False
    return bool(pattern("money.aid").search(words)) or bool(
        pattern("money.aid").search(before) and not pattern("money.not_aid").search(words)
    )
