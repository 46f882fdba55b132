"""How well messages are read: compares readings with what an annotator says, in the nine figures of the measure.

Reads the measure's files (JSON lines and a roster as JSON); does not change how anything is read.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from fieldwork.errors import BadMeasure
from fieldwork.reading.clauses import Span
from fieldwork.reading.reading import Reading, read
from fieldwork.reading.roster import Cadre, Household, Member, Roster

NOT_A_ROSTER = "“{path}”不是这里能读的名册（JSON，要有 households 和 today）。"
NOT_MESSAGES = "“{path}”不是这里能读的消息（每行一个 JSON，要有 id、text、gold）。"
FIGURES = (
    ("household", "找对户"),
    ("date", "日期"),
    ("not_a_visit_f1", "不是走访（F1）"),
    ("contact_only_f1", "只是联系（F1）"),
    ("duties_f1", "工作（F1）"),
    ("problem_f1", "问题（F1）"),
    ("cause", "问题原因"),
    ("money", "金额"),
    ("next_step_f1", "下一步（F1）"),
)
# What a message is taken to say when its annotation leaves a field out.
_WANTED: dict[str, Any] = {
    "household": None,
    "date": None,
    "contact_only": False,
    "not_a_visit": False,
    "duties": [],
    "problems": [],
    "money_yuan": None,
    "next_step": None,
}


@dataclass(frozen=True)
class Gold:
    """One message and what the annotator says of it, as in the file."""

    code: str
    text: str
    said: dict[str, Any]


@dataclass
class Tally:
    """Counts for one figure: right and asked for a share, or found, wanted and given for an F1."""

    right: float = 0
    given: float = 0
    wanted: float = 0
    faults: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was wanted and nothing given."""
        total = self.given + self.wanted
        return 2 * self.right / total if total else 1.0

    @property
    def share(self) -> float:
        """The share that is right; 1 where nothing was asked."""
        return self.right / self.wanted if self.wanted else 1.0


def roster_of(path: Path) -> tuple[Roster, date]:
    """Read a roster file: households, cadres and the day that counts as today; raises BadMeasure."""
    try:
        return _roster(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise BadMeasure(NOT_A_ROSTER.format(path=path), repr(error)) from error


def messages_of(path: Path) -> list[Gold]:
    """Read a file of messages, one JSON object a line; raises BadMeasure."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Gold(each["id"], each["text"], _WANTED | each["gold"]) for each in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise BadMeasure(NOT_MESSAGES.format(path=path), repr(error)) from error


def _roster(told: dict[str, Any]) -> tuple[Roster, date]:
    households = tuple(
        Household(
            code=each["id"],
            head=each["head"],
            group=each.get("group", ""),
            nickname=each.get("nickname", ""),
            members=tuple(Member(one["name"], one.get("relation", "")) for one in each.get("members", ())),
        )
        for each in told["households"]
    )
    cadres = tuple(Cadre(each["name"], each.get("role", "")) for each in told.get("cadres", ()))
    return Roster(households, cadres), date.fromisoformat(told["today"])


def measure(messages: Iterable[Gold], roster: Roster, today: date) -> dict[str, Tally]:
    """Read every message and return the counts of each figure."""
    tallies = {name: Tally() for name, _ in FIGURES}
    for message in messages:
        compare(tallies, message, read(message.text, roster, today))
    return tallies


def figures(tallies: dict[str, Tally]) -> dict[str, float]:
    """Return the nine figures, from 0 to 1."""
    return {name: (t.f1 if name.endswith("_f1") else t.share) for name, t in tallies.items()}


def compare(tallies: dict[str, Tally], message: Gold, reading: Reading) -> None:
    """Add one message to the counts."""
    gold = message.said
    _share(tallies["household"], message, households_right(gold, reading), _named(reading))
    day = reading.day.isoformat() if reading.day else None
    _share(tallies["date"], message, day == gold["date"], str(day))
    _flag(tallies["not_a_visit_f1"], message, given=reading.kind == "none", wanted=gold["not_a_visit"])
    _flag(tallies["contact_only_f1"], message, given=reading.kind == "contact", wanted=gold["contact_only"])
    _duties(tallies["duties_f1"], message, reading)
    _problems(tallies["problem_f1"], tallies["cause"], message, reading)
    yuan = reading.money.yuan if reading.money else None
    _share(tallies["money"], message, yuan == gold["money_yuan"], str(yuan))
    _next_step(tallies["next_step_f1"], message, reading)


def households_right(gold: dict[str, Any], reading: Reading) -> bool:
    """Say whether the right household is named: all and only, none, or asked back with all the candidates."""
    found = [set(each.codes) for each in reading.households]
    certain = {code for codes in found if len(codes) == 1 for code in codes}
    asked = set().union(*(codes for codes in found if len(codes) > 1))
    if gold.get("households"):
        return not asked and certain == set(gold["households"])
    if isinstance(gold["household"], list):
        return bool(asked) and set(gold["household"]) <= asked | certain
    return not asked and certain == ({gold["household"]} if gold["household"] else set())


def _named(reading: Reading) -> str:
    return " ".join("/".join(each.codes) for each in reading.households) or "-"


def _share(tally: Tally, message: Gold, right: bool, told: str) -> None:
    tally.wanted += 1
    tally.right += right
    if not right:
        tally.faults.append(f"{message.code}: {told}")


def _flag(tally: Tally, message: Gold, *, given: bool, wanted: bool) -> None:
    tally.given += given
    tally.wanted += wanted
    tally.right += given and wanted
    if given != wanted:
        tally.faults.append(f"{message.code}: {'+' if given else '-'}")


def _duties(tally: Tally, message: Gold, reading: Reading) -> None:
    wanted = set(message.said["duties"])
    given = {done.code for done in reading.duties} - (set(message.said.get("duties_optional", ())) - wanted)
    tally.given += len(given)
    tally.wanted += len(wanted)
    tally.right += len(given & wanted)
    tally.faults += [f"{message.code}: +{code}" for code in sorted(given - wanted)]
    tally.faults += [f"{message.code}: -{code}" for code in sorted(wanted - given)]


def _problems(tally: Tally, causes: Tally, message: Gold, reading: Reading) -> None:
    """Pair each wanted problem with one that overlaps it, each used once."""
    wanted: list[dict[str, Any]] = message.said["problems"]
    left = list(reading.problems)
    tally.given += len(left)
    tally.wanted += len(wanted)
    for problem in wanted:
        pair = next((each for each in left if _overlap(message.text, problem["text"], each.span)), None)
        if pair is None:
            tally.faults.append(f"{message.code}: -{problem['text']}")
            continue
        left.remove(pair)
        tally.right += 1
        accepted = [problem["cause"], *problem.get("cause_alt", ())]
        _share(causes, message, pair.cause in accepted, f"{pair.cause} not {accepted}: {pair.text}")
    tally.faults += [f"{message.code}: +{each.text}" for each in left]


def _next_step(tally: Tally, message: Gold, reading: Reading) -> None:
    """Count a next step by overlap; one that is only acceptable counts neither for nor against."""
    wanted, given = message.said["next_step"], reading.next_step
    allowed = any(_overlap(message.text, each, given) for each in message.said.get("next_step_alt", ()))
    hit = bool(wanted) and (_overlap(message.text, wanted, given) or allowed)
    tally.wanted += bool(wanted)
    tally.given += bool(given) and (bool(wanted) or not allowed)
    tally.right += hit
    if wanted and not hit:
        tally.faults.append(f"{message.code}: -{wanted} +{reading.words(given)}")
    elif given and not wanted and not allowed:
        tally.faults.append(f"{message.code}: +{reading.words(given)}")


def _overlap(text: str, words: str, span: Span | None) -> bool:
    """Say whether the annotator's words and the span have a character in common."""
    return span is not None and any(span.overlaps(place) for place in _places(text, words))


def _places(text: str, words: str) -> Iterator[Span]:
    start = text.find(words)
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + 1)
