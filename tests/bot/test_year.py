"""A simulated year of one team: nothing twice, nothing in the quiet hours, nothing for what is done, nothing missed."""

import asyncio
import re
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.schedule import week_ends
from fieldwork import quiet
from fieldwork.days import Week, day_of, workday
from fieldwork.duties import BY_CODE as DUTIES
from tests.bot.team_year import BY_CODE, HEADS, TEAM, Done, Said, Year

pytestmark = pytest.mark.slow


class Judged(Year):
    """The year, with each message held against what was done at the instant it came."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        self.faults: list[str] = []

    async def look(self) -> None:
        """Look, and judge what came."""
        before = len(self.said)
        await super().look()
        for said in self.said[before:]:
            self.faults += [f"{fault}: {said}" for fault in judge(said, self.done)]


def judge(said: Said, done: Done) -> list[str]:
    """Return what is wrong with a message at the instant at which it comes."""
    wrong = {"after its expiry": said.at >= said.expires_at}
    if said.kind == "digest":
        wrong["in the quiet hours"] = quiet.resting(said.at)
        wrong["not on the channel last used"] = said.channel != done.last_channel.get(
            said.person, said.channel
        )
    if said.key.startswith("remind:"):
        wrong |= _wrong_with_a_reminder(said, done)
    return [fault for fault, is_so in wrong.items() if is_so]


def _wrong_with_a_reminder(said: Said, done: Done) -> dict[str, bool]:
    day = day_of(said.at)
    heads = {head for head in HEADS.values() if head in said.text}
    hats = {duty.code for duty in DUTIES.values() if duty.name in said.text}
    mates = {BY_CODE[code].name for code in TEAM if code != said.person and BY_CODE[code].name in said.text}
    return {
        "on a holiday": not workday(day),
        "on leave or paused": done.wants_peace(said.person, day),
        "with nothing undone": not done.undone(said.person, day),
        "names a household that was seen": bool(heads - done.unseen(said.person, day)),
        "names a duty that was done": bool(hats - done.unserved(said.person, day)),
        "names a mate who was heard of": bool(mates - done.silent(day)),
    }


@pytest.fixture(scope="module", params=[20151116, 7, 2026])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Live through a year of that seed, once for all that is asked of it."""
    year = Judged(tmp_path_factory.mktemp("year"), request.param)
    asyncio.run(year.live())
    year.store.close()
    return year


def test_something_happened(year: Judged) -> None:
    """What follows is worth nothing in a year without events."""
    kinds = Counter(said.key.partition(":")[0] for said in year.said)
    assert kinds["remind"] > 500
    assert kinds["week"] > 35
    assert kinds["ruling"] > 5
    assert kinds["unreachable"] > 0
    assert year.restarts > 5
    assert len(year.refused) > 0
    done = sum(not wanted for wanted in year.due.values())
    assert done > 50, "there were days with nothing to remind of"


def test_nothing_is_wrong_with_any_message_when_it_comes(year: Judged) -> None:
    """No quiet hour, no leave, no pause, no holiday, nothing that is done, nothing after its expiry."""
    assert year.faults == []


def test_no_fact_is_told_twice(year: Judged) -> None:
    """By key; and a person has one digest a day."""
    assert [key for key, times in Counter(said.key for said in year.said).items() if times > 1] == []
    days = Counter((s.person, s.key.rpartition(":")[2]) for s in year.said if s.kind == "digest")
    assert [each for each, times in days.items() if times > 1] == []


def test_nothing_that_was_due_and_undone_was_missed(year: Judged) -> None:
    """Whenever the program was there between a person's hour and the end of its use; and nothing else was told."""
    wanted = {
        f"remind:{person}:{day}"
        for (person, day), undone in year.due.items()
        if undone and workday(day) and not (person == "leader" and week_ends(day))
    }
    told = {said.key for said in year.said if said.key.startswith("remind:")}
    uncertain = {f"remind:{person}:{day}" for person, day in year.uncertain}
    assert len(uncertain & told) > 3
    assert len(wanted - uncertain) > 400
    assert sorted(wanted - told - uncertain) == []
    assert sorted(told - wanted) == []


def test_every_week_was_told_to_the_leader_if_there_was_a_way(year: Judged) -> None:
    """Once, by Sunday evening, unless the program was down all the while."""
    told = {said.key for said in year.said if said.key.startswith("week:")}
    for day in sorted({day_of(at) for at in year.looks}):
        if not week_ends(day):
            continue
        open_looks = [
            at
            for at in year.looks
            if not quiet.resting(at) and day_of(at) >= day and at.hour >= 17 * (day_of(at) == day)
            if at - year.looks[0] > timedelta(days=7) and day_of(at) - day < timedelta(days=2)
        ]
        if open_looks:
            assert f"week:leader:{day}" in told or any(
                day_of(begins) <= day + timedelta(days=2) and day_of(ends) >= day
                for begins, ends in year.away
            )
    assert len({Week.of(day_of(said.at)) for said in year.said if said.key.startswith("week:")}) <= len(told)


def test_an_answer_came_at_once_and_a_second_way_only_if_it_was_not_looked_at(year: Judged) -> None:
    """Also at night; the second way is another channel, a day later."""
    came = {said.key: said for said in year.said if said.key.startswith("ruling:")}
    for key, said in came.items():
        put = year.rulings[key]
        if not any(begins <= put < ends + timedelta(hours=1) for begins, ends in year.away):
            assert said.at == put
    for said in year.said:
        if said.key.startswith("other:"):
            assert re.search(r"联席办答复：可以。\d+", said.text)
            first = next((s for s in came.values() if s.text == said.text), None)
            if first:
                assert said.at - first.at >= timedelta(days=1)
                assert said.channel != first.channel


def test_of_each_who_is_out_of_reach_somebody_is_told_once(year: Judged) -> None:
    """Never oftener than there were refusals; to the leader, by day."""
    told = [said for said in year.said if said.key.startswith("unreachable:")]
    assert len(told) <= len(year.refused)
    for said in told:
        assert said.person in {"leader", "office"}
        assert not quiet.resting(said.at)


def test_what_a_year_asks_of_peoples_attention(year: Judged, capsys: pytest.CaptureFixture[str]) -> None:
    """The figure of the note: messages per person and week; a digest a working day at most."""
    digests = Counter(said.person for said in year.said if said.kind == "digest")
    per_week = {person: round(count / 52, 1) for person, count in sorted(digests.items())}
    with capsys.disabled():
        sys.stdout.write(f"\n  digests per person and week: {per_week}; all kinds: {len(year.said)}\n")
    assert max(per_week.values()) <= 5
