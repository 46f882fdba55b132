"""Which of the households named in a message is the one visited. Does not say whether it was a visit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldwork.reading.clauses import Clause, Span
from fieldwork.reading.groups import groups_in, number_of
from fieldwork.reading.lexicon import pattern, words
from fieldwork.reading.mentions import Mention
from fieldwork.reading.roster import Roster
from fieldwork.reading.stances import stance_of
from fieldwork.reading.surnames import looks_like_name


@dataclass(frozen=True)
class Visited:
    """A household that was visited or reached; several codes: the message does not say which of them."""

    codes: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class _Role:
    mention: Mention
    clause: Clause | None
    strong: bool
    aside: bool


def visited(
    text: str, clauses: Sequence[Clause], mentions: Sequence[Mention], roster: Roster
) -> tuple[Visited, ...]:
    """Return the households that the message reports on, in the order in which they are named."""
    roles = [_role(text, clauses, mention) for mention in mentions]
    chosen = _chosen(text, roles)
    if any(_stranger(clause, mentions) for clause in clauses) and not any(role.strong for role in chosen):
        return ()
    named = [role.mention for role in chosen]
    others = [role.mention for role in roles if role.mention not in named and not role.aside]
    return tuple(_merged([_narrowed(each, named + others, text, roster) for each in named]))


def _role(text: str, clauses: Sequence[Clause], mention: Mention) -> _Role:
    clause = next((c for c in clauses if c.span.overlaps(mention.span)), None)
    if clause is None:
        return _Role(mention, None, strong=False, aside=False)
    before = text[clause.span.start : mention.span.start]
    after = text[mention.span.end : clause.span.end]
    house = bool(
        re.match(
            rf"(?:{words('addresses.titles')}|老人)?(?:的)?(?:{words('mentions.house')})|门口|院坝|院子",
            after,
        )
    )
    towards = bool(_leads(before, "households.going"))
    stance = stance_of(clause)
    chance = bool(_leads(before, "households.chance"))
    aside = chance or (stance.later and not (house and not before)) or _quarrels(before, after)
    return _Role(
        mention,
        clause,
        strong=not aside and (towards or (house and not _leads(before, "households.met"))),
        aside=aside,
    )


def _leads(before: str, name: str) -> bool:
    """Say whether the words right before lead to a name: those of the list, then little words only."""
    return bool(re.search(rf"(?:{words(name)})(?:{words('households.small')})*$", before))


def _quarrels(before: str, after: str) -> bool:
    """Say whether the person named is the other side of a quarrel or a deal: 跟王家争地界."""
    return bool(
        re.search(
            rf"[^，,](?:跟|和|与|同)(?:隔壁|邻居)?(?:的)?(?:{words('mentions.group')})?(?:的)?$", before
        )
    ) and bool(re.search(r"吵|争|打|闹|借|纠纷|矛盾|换|抢|扯皮|不和|合伙|骂|告", after))


def _chosen(text: str, roles: list[_Role]) -> list[_Role]:
    """Return the roles that are visits: those one went to, else the first one spoken of, with what is joined to it."""
    candidates = (
        [role for role in roles if role.strong]
        or [role for role in roles if not role.aside][:1]
        or _both(text, roles)
    )
    if not candidates:
        return [role for role in roles if not _leads(text[: role.mention.span.start], "households.chance")][
            :1
        ]
    first = candidates[0]
    kept = [first, *(role for role in candidates[1:] if _went_too(text, role))]
    kept += [role for role in roles if role not in kept and any(_same(role, other) for other in kept)]
    while joined := [
        r for r in roles if r not in kept and (_is_joined(text, r, kept) or _is_paired(text, r, kept))
    ]:
        kept += joined
    return sorted(kept, key=lambda role: role.mention.span)


def _both(text: str, roles: list[_Role]) -> list[_Role]:
    return roles if pattern("households.both").search(text) else []


def _same(one: _Role, other: _Role) -> bool:
    return one.mention.codes == other.mention.codes


def _went_too(text: str, role: _Role) -> bool:
    """Say whether the writer went there as well: a further household needs its own going."""
    if role.clause is None:
        return False
    return bool(_leads(text[role.clause.span.start : role.mention.span.start], "households.going"))


def _is_joined(text: str, role: _Role, kept: list[_Role]) -> bool:
    """Say whether only commas and joining words part the mention from one that is kept."""
    for other in kept:
        first, second = sorted((role.mention.span, other.mention.span))
        between = text[first.end : second.start]
        if (
            between
            and re.fullmatch(rf"(?:{words('households.joining')})*", between)
            and re.search(r"[、和与跟及同]|[，,]", between)
            and not _quarrels(
                "x" + between,
                text[second.end : second.end + 8] if not pattern("households.both").search(text) else "",
            )
        ):
            return not re.fullmatch(r"[，,]", between) or _enumerates(text, first)
    return False


def _enumerates(text: str, first: Span) -> bool:
    """Say whether a comma parts members of a list: 三户，甲，乙，丙."""
    return bool(re.search(r"[两三四五六七八九十几\d]+(?:户|家)|分别|、", text[: first.start]))


def _is_paired(text: str, role: _Role, kept: list[_Role]) -> bool:
    return (
        bool(pattern("households.both").search(text))
        and role.clause is not None
        and any(role.clause is other.clause for other in kept)
    )


def _stranger(clause: Clause, mentions: Sequence[Mention]) -> bool:
    """Say whether the clause leads to the house of somebody whom the roster does not know."""
    for match in pattern("households.stranger").finditer(clause.text):
        span = Span(clause.span.start + match.start(1), clause.span.start + match.end(1))
        if any(span.overlaps(mention.span) for mention in mentions):
            continue
        if looks_like_name(match[1]) and not pattern("households.anyone").search(match[1]):
            return True
    return False


def _narrowed(mention: Mention, others: Sequence[Mention], text: str, roster: Roster) -> Mention:
    """Use what else is said to choose: another member of the same household, the group named elsewhere."""
    if mention.certain:
        return mention
    for other in others:
        if other.certain and other.codes < mention.codes and not _apart(text, mention, other):
            return Mention(mention.span, other.codes, mention.how)
    numbers = {group.number for group in groups_in(text)}
    fitting = {h.code for h in roster.households if number_of(h.group) in numbers} & mention.codes
    return Mention(mention.span, frozenset(fitting) or mention.codes, mention.how)


def _apart(text: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one.span, other.span))
    return bool(re.fullmatch(rf"家?[、和跟与](?:{words('mentions.group')})?", text[first.end : second.start]))


def _merged(mentions: Sequence[Mention]) -> Iterator[Visited]:
    """Yield each household once; one who may be a household already sure is that household."""
    sure = {code for mention in mentions if mention.certain for code in mention.codes}
    seen: set[frozenset[str]] = set()
    for mention in mentions:
        if mention.codes in seen or (not mention.certain and mention.codes & sure):
            continue
        seen.add(mention.codes)
        yield Visited(tuple(sorted(mention.codes)), mention.span)
