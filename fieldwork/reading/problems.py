"""The present troubles of the visited household, each in its own words. Their causes are told in `causes`.

A clause is a trouble when it says that something is broken, missing, ill, quarrelled over or feared.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldwork.reading.causes import OTHER, cause_of
from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.lexicon import pattern
from fieldwork.reading.stances import Stance, stance_of

# Causes and circumstances that open a clause and make what we did follow in the same one.
_OLD = re.compile(r"以前|去年|前年|原来|原先|曾经|那年|早些年|小时候|当年")
_JOIN_WORDS = re.compile(
    r"^(?:但|不过|另外|还有|再就是|就是|而且还|加上|他还|她还|又问|还问|(?:他|她)(?:爸|妈|爹|娘|男人|老公|老婆|婆娘|媳妇|儿|女)|(?!学校|民政|医院|银行|信用社|镇|乡|县|医生).{1,4}说)"
)
# Questions that somebody puts; a quarrel over 要不要搬 asks nothing.
_ASKING = re.compile(r"^.{0,3}问|能不能|可不可以|算不算|怎么|咋个?|多少|有没有|请问|[吗呢嘛]$|(.)没\1|几")
# Bad weather and pests: what they did is one trouble with them.
_DISASTER = re.compile(r"霜|冰雹|旱|涝|洪水|虫|瘟|受灾|大风|暴雨")
# Words with which what came of a trouble begins.
_CAME_OF_IT = re.compile(r"差点|害得|搞得|弄得|导致|所以|结果|搞起")


@dataclass(frozen=True)
class Problem:
    """A trouble: its words, where they stand, and its cause."""

    text: str
    cause: str
    span: Span


@dataclass(frozen=True)
class _Piece:
    clause: Clause
    span: Span
    cause: str | None
    number: int


def problems_of(text: str, clauses: Sequence[Clause]) -> tuple[Problem, ...]:
    """Return the troubles told in the clauses, which must be those about the visited household."""
    return tuple(_joined(text, run) for run in _runs(list(_pieces(clauses))))


def _pieces(clauses: Sequence[Clause]) -> Iterator[_Piece]:
    for number, clause in enumerate(clauses):
        if _is_trouble(clause, stance_of(clause)):
            before = (
                clauses[number - 1] if number and clauses[number - 1].sentence == clause.sentence else None
            )
            yield _piece(clause, before, number)


def _piece(clause: Clause, before: Clause | None, number: int) -> _Piece:
    """Return a trouble with its cause; mere hardship is told together with the clause before it."""
    cause, span = cause_of(clause.text), _core(clause)
    if (
        cause is None
        and before
        and pattern("problems.burden").search(clause.text)
        and (told := cause_of(before.text))
    ):
        return _Piece(clause, Span(_core(before).start, span.end), told, number)
    return _Piece(clause, span, cause, number)


def _is_trouble(clause: Clause, stance: Stance) -> bool:
    words = clause.text
    unknown = bool(re.search(r"不(?:知道|晓得|清楚|懂)", words))
    if (
        clause.asks
        or (stance.question and not (stance.told or unknown) and _ASKING.search(words))
        or not _troubled(words)
    ):
        return False
    if pattern("problems.fine").search(words) and not re.search(r"但|就是|可是|不过", words):
        return False
    if pattern("problems.our_work").match(words) or (stance.ours and not stance.told):
        return False
    if stance.later and not pattern("problems.ill").search(words) and not stance.told:
        return False
    return not _OLD.search(words)


def _troubled(words: str) -> bool:
    return any(pattern(f"problems.{name}").search(words) for name in ("trouble", "ill", "wants"))


def _core(clause: Clause) -> Span:
    """Return the clause's span without the words that only lead up to the trouble."""
    match = pattern("problems.lead").match(clause.text)
    lead = match.end() if match and match.end() < len(clause.text) else 0
    return Span(clause.span.start + lead, clause.span.end)


def _runs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield neighbouring pieces that tell of one trouble: same cause, one sentence, no new beginning."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and _continues(run[-1], piece):
            run.append(piece)
            continue
        if run:
            yield run
        run = [piece]
    if run:
        yield run


def _continues(before: _Piece, piece: _Piece) -> bool:
    return (
        piece.number == before.number + 1
        and piece.clause.sentence == before.clause.sentence
        and (_same_trouble(before.cause, piece) or bool(_DISASTER.search(before.clause.text)))
        and not _JOIN_WORDS.match(piece.clause.text)
    )


def _same_trouble(cause: str | None, piece: _Piece) -> bool:
    """Say whether a piece goes on with a trouble of this cause; what tells of no cause is what came of it.

    After an illness or a missing entitlement it is a trouble of its own.
    """
    if _CAME_OF_IT.match(piece.clause.text) or cause in {piece.cause, None}:
        return True
    return piece.cause is None and cause not in {"illness", "policy", OTHER}


def _joined(text: str, run: list[_Piece]) -> Problem:
    span = Span(run[0].span.start, run[-1].span.end)
    words = text[slice(*span)]
    return Problem(words, _cause_of_run(run), span)


def _cause_of_run(run: list[_Piece]) -> str:
    """Return the first cause that was told; not knowing how goes before what came of it."""
    told = [piece.cause for piece in run if piece.cause and not _CAME_OF_IT.match(piece.clause.text)]
    return "skill" if "skill" in told else next(iter(told), OTHER)
