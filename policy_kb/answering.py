"""From the clauses that fit to the sentence that answers, or to silence.

Two things must hold before anything is said: enough of what is asked about stands in the clause, and where the question asks for a
kind of thing (an amount, a date, a telephone number, may one or not) the clause has such a thing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy_kb.cutting import sentences
from policy_kb.index import Found, Index, normal, pairs

COVERAGE = 0.34  # below it the documents do not say; chosen on questions with known answers, see docs/knowledge-base.md
_CLOSE = 0.6  # a lower clause may answer in place of the first when it scores at least this share
_N = r"[\d一二三四五六七八九十百千万亿两几余多.]"


@dataclass(frozen=True)
class _Kind:
    """A kind of thing that can be asked for: how the question shows it, and how a text that has it looks."""

    asked: re.Pattern[str]
    has: re.Pattern[str]


_KINDS = (
    _Kind(
        re.compile(r"电话(?:号码)?(?:是|有)?(?:多少|几号)|联系方式|手机号"), re.compile(r"\d{3,4}-?\d{7,8}")
    ),
    _Kind(
        re.compile(r"什么时候|何时|几[号日月]|哪[天年月]|截止|期限|多久|多长时间|啥时候|时间(?:是|要求)"),
        re.compile(
            rf"{_N}+\s*(?:年|月|日|天|个工作日|小时|周)|[年月季\d]底|之前|以前|期限|每[年月季周日天]|定期|及时"
        ),
    ),
    _Kind(
        re.compile(r"多少|几(?:个|户|支|名|人|万|元|次|天|条|岁|级|类|种)|多大|比例|额度"),
        re.compile(
            rf"{_N}*[\d一二三四五六七八九十百千万两]{_N}*\s*(?:多|余)?\s*(?:个|户|支|名|人|元|万|亿|次|天|条|%|公里|亩|平方米|级|年|月|日|岁|倍|类|种|项|分)|百分之"
        ),
    ),
    _Kind(
        re.compile(
            r"能不能|可不可以|可以.*吗|能.*吗|行不行|允许|算不算|算.*吗|是否|要不要|必须|违规|违法|合不合"
        ),
        re.compile(
            r"不得|不准|不许|不允许|禁止|严禁|可以|应当|应该|必须|不能|不算|不应|要|有权|允许|需|违反|方可"
        ),
    ),
)


@dataclass(frozen=True)
class Chosen:
    """The clause and the sentence of it that answer."""

    found: Found
    sentence: str


def choose(
    question: str, found: Sequence[Found], text_of: Callable[[int], str], index: Index
) -> Chosen | None:
    """Return what answers the question, None when the documents do not say.

    `found` is best first; `text_of` gives a clause's text by its place.
    """
    asked = normal(question)
    kinds = [kind for kind in _KINDS if kind.asked.search(asked)]
    for each in found[:3]:
        if each.coverage < COVERAGE or each.score < _CLOSE * found[0].score:
            continue
        if all(kind.has.search(normal(text_of(each.place))) for kind in kinds):
            return Chosen(each, _sentence(asked, text_of(each.place), kinds, index))
    return None


def _sentence(asked: str, text: str, kinds: Sequence[_Kind], index: Index) -> str:
    """Return the sentence that shares most with the question, by rarity, and has what it asks for."""
    terms = set(pairs(asked))

    def fit(sentence: str) -> float:
        held = terms & set(pairs(normal(sentence)))
        shared = sum(index.weight(term) for term in held)
        has = sum(bool(kind.has.search(normal(sentence))) for kind in kinds)
        return shared * (1 + 0.5 * has)

    return max(sentences(text), key=fit).strip()
