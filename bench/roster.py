"""The roster of a whole city: 80,000 people and 227,500 households imported, imported again, searched.

Everybody in it is made up. Run from the checkout: `python -m bench.roster [--households N] [--people N]`.
"""

import argparse
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from fieldwork import household_file, scope, visits
from fieldwork.demo_county import CAUSES, RELATIONS
from fieldwork.roster_sheets import SHEETS, TAGS
from storage import Store
from storage.roster import Household

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
CITY, COUNTIES, TOWNSHIPS, VILLAGES, POOR = "99", 11, 132, 837, 475
GROUPS = ("一组", "二组", "三组", "四组", "五组", "六组")
STATIONED = ("工作队长", "第一书记", "驻村队员", "驻村队员", "驻村队员")
HATS = ("", "", "宣传员、调查员", "信息员、服务员", "调解员、指导员")
ROUNDS = 400
# Twenty surnames by their shares of the people in per mille, and thirty that share the rest.
SURNAME = (
    [
        *"李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
        *"普白段施尹卢毕方沙木和尚字起自陶矣者龙余金钱严邱代丁角阿鲁鄢",
    ],
    [*(79, 74, 71, 54, 45, 31, 23, 22, 21, 20, 14, 13, 13, 12, 12, 11, 11, 11, 10, 8), *[15] * 30],
)
GIVEN = (
    "明国华建文平志伟东海强晓生光林小民永杰军波成荣新峰刚家龙德庆斌辉良玉俊立浩天宏子金健一忠洪江福祥中正振勇耀春大宁"
    "亮宇兴宝少剑云学仁涛瑞飞鹏安亚泽世汉达卫利胜敏群松克清长嘉红山贤阳乐锋智青跃元南武广思雄锦威启昌铭维义宗英凯鸿"
    "秀芬桂兰珍凤琼美丽翠莲菊香花仙梅彩芳淑惠"
)
Line = list[object]


class City:
    """A city made up from a seed."""

    def __init__(self, people: int, households: int) -> None:
        self.chance = random.Random(20151116)
        self.people, self.households = people, households
        self.villages = [
            f"99{number % COUNTIES:02d}{number % TOWNSHIPS:03d}{number:04d}" for number in range(VILLAGES)
        ]
        self.points = {code: self._near((25.5, 103.6), 60_000) for code in self.villages}

    def write(self, path: Path) -> None:
        """Write its workbook."""
        book = Workbook(write_only=True)
        sheets = (self.places, self.units, self.teams, self.staff, self.families, self.pairs)
        for sheet, lines in zip(SHEETS, sheets, strict=True):
            page = book.create_sheet(sheet.name)
            page.append([column.heading for column in sheet.columns])
            for line in lines():
                page.append(line)
        book.save(path)

    def places(self) -> Iterator[Line]:
        """Yield city, counties, townships, villages."""
        yield [CITY, "云岭市", "市", None]
        for number in range(COUNTIES):
            yield [f"C{number:02d}", f"第{number}县", "县", CITY]
        for number in range(TOWNSHIPS):
            yield [f"T{number:03d}", f"第{number}乡", "乡", f"C{number % COUNTIES:02d}"]
        for number, code in enumerate(self.villages):
            yield [code, f"第{number}村", "村", f"T{number % TOWNSHIPS:03d}", *self.points[code], 1200]

    def units(self) -> Iterator[Line]:
        """Yield a unit for every village."""
        for number, code in enumerate(self.villages):
            yield [f"U{number}", f"第{number}站", "县", code]

    def teams(self) -> Iterator[Line]:
        """Yield a team in every village."""
        for number, code in enumerate(self.villages):
            yield [f"D{number}", f"第{number}工作队", code]

    def staff(self) -> Iterator[Line]:
        """Yield the teams, an office for every place above a village, helpers for the rest."""
        offices = [CITY, *(f"C{n:02d}" for n in range(COUNTIES)), *(f"T{n:03d}" for n in range(TOWNSHIPS))]
        for number in range(self.people):
            phone = f"1{30_000_000_00 + number}"
            place, role, team, hats = None, "帮扶干部", None, None
            if number < VILLAGES * len(STATIONED):
                seat = number % len(STATIONED)
                team, role, hats = f"D{number // len(STATIONED)}", STATIONED[seat], HATS[seat]
            elif number < VILLAGES * len(STATIONED) + len(offices):
                place, role = offices[number - VILLAGES * len(STATIONED)], "联席办"
            else:
                place = f"T{number % TOWNSHIPS:03d}"
            yield [f"P{number:05d}", self._name(), phone, role, place, team, hats, f"U{number % VILLAGES}"]

    def families(self) -> Iterator[Line]:
        """Yield the households, each group around a middle of its own."""
        chance = self.chance
        middles = {
            code: [self._near(self.points[code], 900) for _ in GROUPS] for code in self.villages[:POOR]
        }
        for number in range(self.households):
            village, group = self.villages[number % POOR], chance.randrange(len(GROUPS))
            head, size = self._name(), chance.randint(1, 6)
            others = "、".join(f"{self._name()}（{word}）" for word, _ in RELATIONS[: size - 1])
            tags = "、".join(tag for tag in TAGS if chance.random() < 0.1)
            nickname = f"老{head[0]}" if chance.random() < 0.2 else None
            point = self._near(middles[village][group], 200)
            yield [
                f"H{number:06d}",
                head,
                village,
                GROUPS[group],
                size,
                chance.choice(CAUSES),
                tags,
                nickname,
                others,
                *point,
            ]

    def pairs(self) -> Iterator[Line]:
        """Yield a helper for every household."""
        first = VILLAGES * len(STATIONED) + 1 + COUNTIES + TOWNSHIPS
        for number in range(self.households):
            yield [f"P{first + number % (self.people - first):05d}", f"H{number:06d}"]

    def _name(self) -> str:
        surname: str = self.chance.choices(*SURNAME)[0]
        return surname + "".join(self.chance.choices(GIVEN, k=self.chance.choices((1, 2), (1, 4))[0]))

    def _near(self, middle: tuple[float, float], metres: float) -> tuple[float, float]:
        far, turn = metres * math.sqrt(self.chance.random()), self.chance.random() * 2 * math.pi
        north, east = (far * f(turn) / 111_195 for f in (math.cos, math.sin))
        return round(middle[0] + north, 6), round(middle[1] + east / math.cos(math.radians(middle[0])), 6)


def imported(data: Path, file: Path) -> str:
    """Import as one does; return seconds on the clock and of the processor, megabytes at most, lines of progress."""
    code = (
        f"import resource, sys\nfrom bot.cli import main\n"
        f"main(['--data', {str(data)!r}, 'roster', 'import', {str(file)!r}, '--yes'], standalone_mode=False)\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(used.ru_maxrss, used.ru_utime + used.ru_stime)\n"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    sentence, used = done.stdout.splitlines()[-2:]
    kilobytes, busy = map(float, used.split())
    print(f"    {sentence}")
    lines = len(done.stderr.splitlines())
    return f"{seconds:.1f} s ({busy:.1f} s of the processor), at most {kilobytes / 1024:.0f} MB, {lines} lines of progress"


def milliseconds(work: Callable[[str], object], texts: list[str]) -> str:
    """Return what doing the work for each text takes: median and 99th percentile on the clock, and of the processor."""
    clock, processor = [], []
    for text in texts:
        start, busy = time.perf_counter(), time.process_time()
        work(text)
        clock.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - busy) * 1000)
    median, p99 = statistics.median(clock), statistics.quantiles(clock, n=100)[98]
    busiest = statistics.quantiles(processor, n=100)[98]
    return f"p50 {median:6.2f} ms   p99 {p99:6.2f} ms   p99 of the processor {busiest:6.2f} ms   ({len(clock)} times)"


def searches(data: Path) -> None:
    """Search by the names of heads and members, whole and in pieces, as offices and teams do."""
    store, chance = Store(data), random.Random(7)
    drawn = chance.sample(list(store.roster.every(Household)), ROUNDS)
    kinds = {
        "whole name": [household.head for household in drawn],
        "given name": [household.head[1:] for household in drawn],
        "member": [chance.choice(household.members).name for household in drawn if household.members],
        "surname only": [household.head[0] for household in drawn],
        "name and group": [f"{household.head} {household.group}" for household in drawn],
        "nobody's": [f"{household.head[::-1]}某" for household in drawn],
    }
    readers = {"city office": CITY, "county office": "C00", "township office": "T000"}
    with store.transaction():
        for name, place in readers.items():
            office = next(p for p in store.roster.people(role="office") if p.place == place)
            for kind, texts in kinds.items():
                spent = milliseconds(partial(scope.find_households, store, office), texts)
                print(f"  {name:15} {kind:15} {spent}")
        member = store.roster.people(role="member", team="D0")[0]
        own = scope.households_seen_by(store, member)
        kinds["own village's"] = [chance.choice(own).head[1:] for _ in range(ROUNDS)]
        for kind, texts in kinds.items():
            print(
                f"  {'team member':15} {kind:15} {milliseconds(lambda text: scope.find_households(store, member, text), texts)}"
            )
        texts = kinds["own village's"]
        print(
            f"  {'visits.search':15} {'own village':15} {milliseconds(lambda text: visits.search(store, member, NOW, text), texts)}"
        )
        print(
            f"  {'file opened':15} {'by an office':15} {milliseconds(_opening(store), [h.code for h in drawn])}"
        )
    store.close()


def _opening(store: Store) -> Callable[[str], object]:
    office = next(p for p in store.roster.people(role="office", below=CITY) if p.place == CITY)
    return lambda household: household_file.open_file(store, office, household, NOW)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=80_000)
    parser.add_argument("--households", type=int, default=227_500)
    parser.add_argument("--keep", type=Path, help="keep workbook and data in this folder")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.keep or scratch
        file, data = Path(folder) / "city.xlsx", Path(folder) / "data"
        start = time.perf_counter()
        City(wanted.people, wanted.households).write(file)
        made = (
            f"{wanted.people:,} people, {wanted.households:,} households, {file.stat().st_size / 1e6:.0f} MB"
        )
        print(f"made up {made} in {time.perf_counter() - start:.0f} s")
        for which in ("first import", "the same again"):
            print(f"  {which}: {imported(data, file)}")
        size = sum(path.stat().st_size for path in data.glob("zhucun.sqlite*")) / 1e6
        print(f"  data file: {size:.0f} MB")
        searches(data)
    print(f"this script itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
