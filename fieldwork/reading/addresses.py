"""How people are addressed without their full name: 老李, 王大爷, 张家, 小冉, 余主任."""

import re
from collections.abc import Iterable, Iterator

from fieldwork.reading.clauses import Span
from fieldwork.reading.lexicon import pattern, words
from fieldwork.reading.roster import Cadre, Household
from fieldwork.reading.surnames import COMMON, LITTLE_WORDS, surname_of

# Characters that stand in the names of women.
_WOMANLY = frozenset("秀兰莲芳英珍凤花芬琴娟娥桂玉香翠淑红梅丽燕妹霞艳娜婷敏")
# Those of a household whom nobody addresses as 老张 or 张大爷.
_YOUNGER = ("儿子", "女儿", "孙子", "孙女", "儿媳", "女婿", "外孙", "曾孙")


def cadres_in(text: str, cadres: Iterable[Cadre]) -> Iterator[Span]:
    """Yield where cadres are named: in full, by surname and office, or as 小冉."""
    given = tuple(cadres)
    for cadre in given:
        yield from (Span(*match.span()) for match in re.finditer(re.escape(cadre.name), text))
    surnames = "|".join(sorted({re.escape(surname_of(cadre.name)) for cadre in given}, key=len, reverse=True))
    if surnames:
        yield from (
            Span(*match.span())
            for match in re.finditer(f"小(?:{surnames})(?!{words('addresses.titles')}|[家屋户])", text)
        )
    yield from (
        Span(*match.span())
        for match in re.finditer(rf"[\u4e00-\u9fff](?:{words('addresses.offices')})", text)
        if match.group()[0] in COMMON - LITTLE_WORDS
    )


def addressed(text: str, households: Iterable[Household]) -> Iterator[tuple[Span, frozenset[str]]]:
    """Yield where somebody is addressed by surname or given name, with the households that may be meant."""
    known = tuple(households)
    surnames = {surname_of(member.name) for household in known for member in household.people}
    if not surnames:
        return
    either = "|".join(re.escape(name) for name in sorted(surnames, key=len, reverse=True))
    titles = words("addresses.titles")
    forms = rf"[老小]({either})|({either})({titles})|({either})(?:[家屋](?!乡|具|电|禽|畜|庭))"
    for match in re.finditer(forms, text):
        surname, title = match[1] or match[2] or match[4], match[3] or ""
        if _other_words(text, match):
            continue
        codes = _bearing(surname, _sex_of_title(title), known)
        if codes:
            end = match.end() - (1 if match[4] else 0)
            yield Span(match.start(), end), codes


def _other_words(text: str, match: re.Match[str]) -> bool:
    """Say whether the characters belong to other words: 大家, 老师, 王国."""
    around = text[max(0, match.start() - 1) : match.end()]
    if match[4]:
        before = text[: match.start()]
        return bool(pattern("addresses.no_family").search(around)) or bool(
            re.search(r"[\u4e00-\u9fff]$", before)
            and not re.search(
                r"(?:去|到|在|访|望|问|了|组|社|队|的|给|老|小|帮|和|跟|、|是|户|过|回|看)$", before
            )
        )
    return bool(
        re.match(
            r"老(?:师|板|人|家|汉|婆|公|表|乡|年|党|实)|小(?:麦|学|组|时|额|区|孩|伙|康|牛|满)", match.group()
        )
    )


def _bearing(surname: str, sex: str, households: tuple[Household, ...]) -> frozenset[str]:
    """Return whose head bears the surname and has the sex; if none, whose other grown-up people."""
    heads = [h for h in households if surname_of(h.head) == surname]
    fitting = [h for h in heads if sex in {"", _sex_of_head(h)}]
    if not fitting:
        fitting = [h for h in households if _grown_up(h, surname, sex)]
    return frozenset(h.code for h in (fitting or heads))


def _grown_up(household: Household, surname: str, sex: str) -> bool:
    return any(
        surname_of(member.name) == surname
        and member.relation not in _YOUNGER
        and sex in {"", _sex_of_relation(member.relation)}
        for member in household.people[1:]
    )


def _sex_of_title(title: str) -> str:
    if pattern("addresses.men").fullmatch(title):
        return "m"
    return "f" if pattern("addresses.women").fullmatch(title) else ""


def _sex_of_relation(relation: str) -> str:
    return "f" if re.search(r"妻|母|女|媳|妹|姐|婆|奶", relation) else "m"


def _sex_of_head(household: Household) -> str:
    """Guess the head's sex: by the spouse, the nickname, the given name."""
    relations = {member.relation for member in household.members}
    if relations & {"妻子", "配偶", "老婆", "妻"}:
        return "m"
    if relations & {"丈夫", "夫"}:
        return "f"
    if _sex_of_title(household.nickname[1:]) == "f":
        return "f"
    if _sex_of_title(household.nickname[1:]) == "m":
        return "m"
    return "f" if set(household.head[1:]) & _WOMANLY else "m"
