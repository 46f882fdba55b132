"""What a declared location is worth, in words. It grades and explains, it never blocks and never proves.

A registered point may have been read off a Chinese map (GCJ-02), so both readings of it are tried.
"""

from dataclasses import dataclass

from fieldwork.geo import distance_m, gcj02_to_wgs84
from storage.roster import Point
from storage.visits import LocationStatus

DISTANCE = "声明位置距{name} {distance}{accuracy}"
ACCURACY = "（精度约 {accuracy}）"
FITS = ""
COARSE = "，定位精度较低，仅供参考"
OTHER_DATUM = "；按国产地图坐标换算后相符（约 {distance}），登记的坐标可能需要核对"
FAR = "，比登记的范围远一些，照常记录"
NO_POINT = "已收到声明位置，{name}还没有登记坐标，暂不能比对"
FORWARDED = "这个位置是转发来的，不能作为位置依据，走访照常记录。下次到了现场，请用“发送位置”按钮"
SKIPPED = "没有位置，原因：{reason}"
SKIPPED_SILENTLY = "没有位置"
_COARSE_M = 1000.0
_KILOMETRE = 1000


@dataclass(frozen=True)
class Location:
    """A WGS-84 location as its channel declared it, accuracy in metres."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    forwarded: bool = False

    @property
    def point(self) -> Point:
        """Its latitude and longitude."""
        return self.latitude, self.longitude


@dataclass(frozen=True)
class Target:
    """Where the visit went: its name in a sentence, the registered point, the circle around it in metres."""

    name: str
    point: Point | None
    radius_m: float


@dataclass(frozen=True)
class Evidence:
    """The grade of a location: its words, and what is kept of it.

    `distance_m` is measured to the registered point as it stands.
    """

    status: LocationStatus
    words: str
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    distance_m: float | None = None


def weigh(location: Location | None, reason: str, target: Target) -> Evidence:
    """Compare the location with the target, or say why there is none to compare."""
    if location is None:
        return Evidence("skipped", SKIPPED.format(reason=reason) if reason else SKIPPED_SILENTLY)
    if location.forwarded:
        return Evidence("forwarded", FORWARDED)
    if target.point is None:
        words, distance = NO_POINT.format(name=target.name), None
    else:
        distance = distance_m(location.point, target.point)
        words = _words(location, target.name, target.point, target.radius_m, distance)
    return Evidence("given", words, location.latitude, location.longitude, location.accuracy_m, distance)


def _words(location: Location, name: str, point: Point, radius_m: float, distance: float) -> str:
    accuracy = location.accuracy_m or 0.0
    reach = radius_m + accuracy
    converted = distance_m(location.point, gcj02_to_wgs84(point))
    if accuracy > _COARSE_M:
        verdict = COARSE
    elif distance <= reach:
        verdict = FITS
    elif converted <= reach:
        verdict = OTHER_DATUM.format(distance=length(converted))
    else:
        verdict = FAR
    precision = ACCURACY.format(accuracy=length(accuracy)) if accuracy else ""
    return DISTANCE.format(name=name, distance=length(distance), accuracy=precision) + verdict


def length(metres: float) -> str:
    """Return a length as people say it, no finer than it can be known: `5 米`, `180 米`, `1.2 公里`."""
    if metres >= _KILOMETRE - 5:
        return f"{metres / 1000:.1f} 公里"
    return f"{round(metres, -1):.0f} 米" if metres >= 10 else f"{metres:.0f} 米"  # noqa: PLR2004 - tens of metres
