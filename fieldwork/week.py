"""A team's week on one page: what was recorded, what problems were noted, what is missing, how complete.

People stand by name, never ranked. A day without a word is 无记录; nothing here is read as absence.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fieldwork.checkin import LedgerLine, lines
from fieldwork.days import Week, clock_of, day_of, label
from fieldwork.duties import HATS, hats_of, names_of, role_label
from storage import Store
from storage.checkins import Checkin
from storage.roster import Household, Person, Team
from storage.visits import Visit

TITLE = "{team} {week} 小结"
TEAM = "全队：走访 {visits} 次，见到 {seen}/{total} 户{contacts}。"
CONTACTS = "，另有电话联系 {n} 次（不计入走访）"
BEFORE = "上周：走访 {visits} 次，见到 {seen} 户，{recorded} 人有记录。"
MEMBER = "· {name}（{role}）：{words}"
DAYS, VISITS, LEAVE = "{n} 天有记录", "走访 {n} 次、{households} 户", "请假 {n} 天"
NO_RECORD = "无记录"
SERVED, NOT_SERVED = "已记{duties}", "还没记{duties}"
PROBLEM = "· {day} {where}：{text}"
PROBLEMS, MORE_PROBLEMS = "发现的问题：", "· 另有 {n} 条"
COMPLETE = "完整程度：{of} 人中 {recorded} 人有记录，截至 {day} {at}。"
SILENT = "无记录：{names}（可能没来得及记，不代表不在岗）。"
UNSERVED = "全队还没记到的职责：{duties}。"
UNLOCATED = "{n} 次走访没有位置。"
IN_VILLAGE = "村里"
LONGEST = 900
MOST_PROBLEM = 40


@dataclass(frozen=True)
class MemberWeek:
    """One person's week; duties are codes: those a visit served, and those of the person's hats none did."""

    code: str
    name: str
    role: str
    days: int
    visits: int
    contacts: int
    households: int
    served: tuple[str, ...]
    not_served: tuple[str, ...]
    leave_days: int

    @property
    def recorded(self) -> bool:
        """Whether there is any word of the person this week."""
        return self.days > 0


@dataclass(frozen=True)
class Problem:
    """A problem as it was noted, and where; `household` is None for the village at large."""

    day: date
    household: str | None
    where: str
    text: str


@dataclass(frozen=True)
class TeamWeek:
    """The team's figures of a week; `seen` are households visited in person, out of `total`."""

    visits: int
    contacts: int
    seen: int
    recorded: int


@dataclass(frozen=True)
class Summary:
    """A team's week, and the figures of the week before."""

    team: str
    team_name: str
    week: Week
    as_of: datetime
    total: int
    members: tuple[MemberWeek, ...]
    this_week: TeamWeek
    last_week: TeamWeek
    problems: tuple[Problem, ...]
    unserved: tuple[str, ...]
    unlocated: int

    @property
    def silent(self) -> tuple[str, ...]:
        """The names of those of whom there is no word."""
        return tuple(member.name for member in self.members if not member.recorded)


def summary(store: Store, team: Team, week: Week, now: datetime) -> Summary:
    """Return the team's week as it stands at the instant `now`."""
    people, said, visits = _records(store, team, week, day_of(now))
    before, last_week = _records(store, team, week.previous(), day_of(now)), week.previous()
    ever = store.roster.households_in([team.village], closed_too=True)
    households = {household.code: household for household in ever}
    members = tally(people, said, visits, week)
    hats = {hat.code for person in people for hat in hats_of(person)}
    served = {duty for member in members for duty in member.served}
    return Summary(
        team=team.code,
        team_name=team.name,
        week=week,
        as_of=now,
        total=sum(household.closed_on is None for household in ever),
        members=members,
        this_week=_figures(members, visits),
        last_week=_figures(tally(*before, last_week), before[2]),
        problems=_problems(visits, households),
        unserved=tuple(hat.code for hat in HATS if hat.code in hats - served),
        unlocated=sum(visit.kind == "visit" and visit.location != "given" for visit in visits),
    )


def tally(
    people: Iterable[Person], said: Sequence[Checkin], visits: Sequence[Visit], week: Week
) -> tuple[MemberWeek, ...]:
    """Return each person's week by name; the order in which things were recorded makes no difference."""
    members = [
        _member(
            person,
            [visit for visit in visits if visit.person == person.code],
            lines(
                sorted((c for c in said if c.person == person.code), key=lambda c: (c.at, c.id)),
                [visit for visit in visits if visit.person == person.code],
                week.days(),
            ),
        )
        for person in people
    ]
    return tuple(sorted(members, key=lambda member: (member.name, member.code)))


def words(summary: Summary) -> str:
    """Return the summary as text, at most 900 characters: with fewer problems, then with fewer details."""
    shown = len(summary.problems)
    text = _page(summary, shown, _member_words)
    while len(text) > LONGEST and shown:
        shown -= 1
        text = _page(summary, shown, _member_words)
    if len(text) > LONGEST:
        text = _page(summary, 0, _short_member_words)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def as_dict(summary: Summary) -> dict[str, Any]:
    """Return the summary as JSON values; days and instants as ISO texts."""
    values = asdict(summary)
    values["week"] = str(summary.week)
    values["as_of"] = summary.as_of.isoformat()
    values["problems"] = [{**asdict(problem), "day": problem.day.isoformat()} for problem in summary.problems]
    values["members"] = [asdict(member) for member in summary.members]
    return {**values, "unserved": list(summary.unserved), "silent": list(summary.silent)}


def _records(
    store: Store, team: Team, week: Week, today: date
) -> tuple[list[Person], list[Checkin], list[Visit]]:
    """Return the team's people (who left, only if they recorded something), check-ins and visits."""
    until = min(week.sunday, today)
    everybody = store.roster.people(team=team.code, left_too=True)
    said = store.checkins.between([person.code for person in everybody], week.monday, until)
    visits = store.visits.of_team(team.code, since=week.monday, until=until)
    heard = {entry.person for entry in said} | {visit.person for visit in visits}
    return [p for p in everybody if p.left_on is None or p.code in heard], said, visits


def _member(person: Person, visits: list[Visit], ledger: list[LedgerLine]) -> MemberWeek:
    in_person = [visit for visit in visits if visit.kind == "visit"]
    served = {duty for visit in in_person for duty in visit.duties}
    return MemberWeek(
        code=person.code,
        name=person.name,
        role=person.role,
        days=sum(line.recorded for line in ledger),
        visits=len(in_person),
        contacts=len(visits) - len(in_person),
        households=len({visit.household for visit in in_person} - {None}),
        served=tuple(hat.code for hat in HATS if hat.code in served),
        not_served=tuple(hat.code for hat in hats_of(person) if hat.code not in served),
        leave_days=sum(bool(line.whereabouts) and line.whereabouts[-1][1] == "leave" for line in ledger),
    )


def _figures(members: Sequence[MemberWeek], visits: Sequence[Visit]) -> TeamWeek:
    kinds = Counter(visit.kind for visit in visits)
    seen = {visit.household for visit in visits if visit.kind == "visit"} - {None}
    return TeamWeek(kinds["visit"], kinds["contact"], len(seen), sum(member.recorded for member in members))


def _problems(visits: Sequence[Visit], households: dict[str, Household]) -> tuple[Problem, ...]:
    noted = [visit for visit in visits if visit.problem]
    return tuple(
        Problem(visit.day, visit.household, _where(visit, households), visit.problem) for visit in noted
    )


def _where(visit: Visit, households: dict[str, Household]) -> str:
    household = households.get(visit.household or "")
    return household.head if household else IN_VILLAGE


def _page(summary: Summary, shown: int, member_words: Callable[[MemberWeek], str]) -> str:
    now, before = summary.this_week, summary.last_week
    contacts = CONTACTS.format(n=now.contacts) if now.contacts else ""
    team = [TITLE.format(team=summary.team_name, week=summary.week.label)]
    team.append(TEAM.format(visits=now.visits, seen=now.seen, total=summary.total, contacts=contacts))
    team.append(BEFORE.format(visits=before.visits, seen=before.seen, recorded=before.recorded))
    members = [member_words(member) for member in summary.members]
    sections = (team, members, _problem_lines(summary, shown), _missing(summary))
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _problem_lines(summary: Summary, shown: int) -> list[str]:
    if not summary.problems:
        return []
    more = [MORE_PROBLEMS.format(n=len(summary.problems) - shown)] * (shown < len(summary.problems))
    return [PROBLEMS, *map(_problem_words, summary.problems[:shown]), *more]


def _missing(summary: Summary) -> list[str]:
    at = {"day": label(day_of(summary.as_of)), "at": clock_of(summary.as_of)}
    parts = [COMPLETE.format(of=len(summary.members), recorded=summary.this_week.recorded, **at)]
    parts += [SILENT.format(names="、".join(summary.silent))] * bool(summary.silent)
    parts += [UNSERVED.format(duties=names_of(summary.unserved))] * bool(summary.unserved)
    parts += [UNLOCATED.format(n=summary.unlocated)] * bool(summary.unlocated)
    return parts


def _problem_words(problem: Problem) -> str:
    text = problem.text if len(problem.text) <= MOST_PROBLEM else problem.text[:MOST_PROBLEM] + "…"
    return PROBLEM.format(day=label(problem.day), where=problem.where, text=text)


def _member_words(member: MemberWeek) -> str:
    duties = [SERVED.format(duties=names_of(member.served))] * bool(member.served)
    duties += [NOT_SERVED.format(duties=names_of(member.not_served))] * bool(member.not_served)
    return "，".join([_short_member_words(member), *duties])


def _short_member_words(member: MemberWeek) -> str:
    said = [DAYS.format(n=member.days)] if member.recorded else [NO_RECORD]
    said += [VISITS.format(n=member.visits, households=member.households)] * bool(member.visits)
    said += [LEAVE.format(n=member.leave_days)] * bool(member.leave_days)
    return MEMBER.format(name=member.name, role=role_label(member.role), words="，".join(said))
