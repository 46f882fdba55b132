"""Whether the roster's points can be where they are said to be: in their county, and WGS-84 rather than GCJ-02.

A point far from its village is a fault. A shifted one is only remarked upon: it can be seen, not proved.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from fieldwork.geo import distance_m, gcj02_to_wgs84, wgs84_to_gcj02
from storage.roster import Household, Place, Point

FAR_FROM_VILLAGE = "坐标离{village}的登记点 {km:.0f} 公里，请核对（村登记点或这一户填错了）。"
FAR_FROM_COUNTY = "坐标离{county}其他各村的中间 {km:.0f} 公里，不像在本县，请核对。"
SHIFTED = "{village}{group}：{names}的坐标像是从国内地图上抄的（GCJ-02），偏了约 {metres:.0f} 米，请核对。"
ALL_SHIFTED = "{village}：全村 {n} 户的坐标整体偏了约 {metres:.0f} 米，像是国内地图的坐标（GCJ-02），请核对。"
MOVED = "{n} 户的新坐标正好是原坐标在国内地图（GCJ-02）上的位置，像是换了坐标系：{names}。请核对。"

# A mountain village reaches some kilometres; China's largest counties are 300 km across, most under 100.
FAR_FROM_VILLAGE_M = 30_000.0
FAR_FROM_COUNTY_M = 150_000.0
FEWEST_IN_GROUP, FEWEST_IN_VILLAGE, FEWEST_VILLAGES = 5, 10, 3
CLEARLY_OFF_M = 200.0  # the shift is 270 to 530 m in Yunnan; nearer than this nothing can be told
SAME_SHIFT_M = 60.0
SAME_POINT_M = 5.0
MOST_NAMES = 5


class County:
    """The villages' points, against which others are held."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        points: dict[str, list[Point]] = defaultdict(list)
        for place in places.values():
            if place.level == "village" and place.point:
                points[self._county(place)].append(place.point)
        self._middles = {code: middle(each) for code, each in points.items() if len(each) >= FEWEST_VILLAGES}

    def fault_of_village(self, place: Place) -> str:
        """Say what is wrong with the village's point; nothing as a rule."""
        county = self._county(place)
        if place.point is None or county not in self._middles:
            return ""
        far = distance_m(place.point, self._middles[county])
        name = self._places[county].name if county in self._places else ""
        return FAR_FROM_COUNTY.format(county=name, km=far / 1000) if far > FAR_FROM_COUNTY_M else ""

    def fault_of_household(self, village: Place | None, point: Point) -> str:
        """Say what is wrong with a household's point; nothing as a rule."""
        if village is None or village.point is None:
            return ""
        far = distance_m(point, village.point)
        return (
            FAR_FROM_VILLAGE.format(village=village.name, km=far / 1000) if far > FAR_FROM_VILLAGE_M else ""
        )

    def _county(self, place: Place) -> str:
        """Return the code of the place's county, of the topmost place where no county stands above it."""
        seen: set[str] = set()
        while place.level != "county" and place.parent in self._places and place.code not in seen:
            seen.add(place.code)
            place = self._places[place.parent or ""]
        return place.code


def middle(points: Sequence[Point]) -> Point:
    """Return the median latitude and longitude, which a few strays do not move."""
    return median(point[0] for point in points), median(point[1] for point in points)


def remarks(places: Mapping[str, Place], households: Iterable[Household]) -> Iterator[str]:
    """Yield in words which points look like GCJ-02, by their offset from the group's and the village's."""
    villages: dict[str, list[Household]] = defaultdict(list)
    for household in households:
        if household.point:
            villages[household.village].append(household)
    for code, members in villages.items():
        village = places[code]
        if village.point and len(members) >= FEWEST_IN_VILLAGE:
            yield from _whole_village(village, village.point, members)
        groups: dict[str, list[Household]] = defaultdict(list)
        for household in members:
            groups[household.group].append(household)
        for group, there in groups.items():
            yield from _strays(village, group, there)


def _whole_village(village: Place, point: Point, households: Sequence[Household]) -> Iterator[str]:
    """Tell when the households' middle lies off the village's point just as Chinese maps would draw it."""
    centre = middle([household.point for household in households if household.point])
    off = distance_m(point, centre)
    if off >= CLEARLY_OFF_M and distance_m(wgs84_to_gcj02(point), centre) <= SAME_SHIFT_M:
        yield ALL_SHIFTED.format(village=village.name, n=len(households), metres=off)


def _strays(village: Place, group: str, households: Sequence[Household]) -> Iterator[str]:
    """Tell which of a group lie apart from it, and in its midst once they are shifted back."""
    points = {household: household.point for household in households if household.point}
    if len(points) < FEWEST_IN_GROUP:
        return
    centre = middle(list(points.values()))
    spread = median(distance_m(point, centre) for point in points.values())
    off = {h: distance_m(point, centre) for h, point in points.items()}
    strays = [
        household
        for household, point in points.items()
        if off[household] >= max(CLEARLY_OFF_M, 3 * spread)
        and distance_m(gcj02_to_wgs84(point), centre) <= max(SAME_SHIFT_M, 1.5 * spread)
    ]
    if strays and 2 * len(strays) < len(points):
        metres = median(off[household] for household in strays)
        yield SHIFTED.format(village=village.name, group=group, names=names(strays), metres=metres)


def moved_by_the_shift(pairs: Iterable[tuple[Household, Household]]) -> Iterator[str]:
    """Tell of households whose point has become that of another datum; given as (before, after)."""
    moved = [after for before, after in pairs if _is_the_shift(before.point, after.point)]
    if moved:
        yield MOVED.format(n=len(moved), names=names(moved))


def _is_the_shift(before: Point | None, after: Point | None) -> bool:
    if before is None or after is None or before == after:
        return False
    return distance_m(wgs84_to_gcj02(before), after) <= SAME_POINT_M


def names(households: Sequence[Household]) -> str:
    """Return the first few heads, with their codes."""
    shown = "、".join(f"{each.head}（{each.code}）" for each in households[:MOST_NAMES])
    return shown + (f"等 {len(households)} 户" if len(households) > MOST_NAMES else "")
