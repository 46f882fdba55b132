"""Distances on the earth, and the two readings of a Chinese coordinate: WGS-84 and GCJ-02.

The shift follows the formula publicly known as eviltransform (github.com/googollee/eviltransform, MIT); no
maintained package carries it. Its published constants are kept as they are.
"""

import math

from storage.roster import Point

EARTH_M = 6_371_008.8
_LATITUDES, _LONGITUDES = (0.8293, 55.8271), (72.004, 137.8347)
_AXIS_M, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_ROUNDS = 8


def distance_m(a: Point, b: Point) -> float:
    """Return the great-circle distance in metres between two (latitude, longitude) in degrees (haversine)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(h)))


def in_china(point: Point) -> bool:
    """Say whether the point lies in the box in which Chinese maps shift."""
    return _LATITUDES[0] <= point[0] <= _LATITUDES[1] and _LONGITUDES[0] <= point[1] <= _LONGITUDES[1]


def wgs84_to_gcj02(point: Point) -> Point:
    """Return where Chinese maps draw a WGS-84 point; unchanged outside the box."""
    if not in_china(point):
        return point
    north, east = _shift(point)
    return point[0] + north, point[1] + east


def gcj02_to_wgs84(point: Point) -> Point:
    """Return the WGS-84 point that Chinese maps draw at `point`, to a few centimetres."""
    if not in_china(point):
        return point
    guess = point
    for _ in range(_ROUNDS):
        north, east = _shift(guess)
        guess = point[0] - north, point[1] - east
    return guess


def _shift(point: Point) -> Point:
    """Return the shift in degrees to the north and to the east."""
    latitude, longitude = point
    x, y = longitude - 105.0, latitude - 35.0
    phi = math.radians(latitude)
    magic = 1 - _ECCENTRICITY * math.sin(phi) ** 2
    north = _northward(x, y) / (math.radians(1) * _AXIS_M * (1 - _ECCENTRICITY) / magic**1.5)
    east = _eastward(x, y) / (math.radians(1) * _AXIS_M / math.sqrt(magic) * math.cos(phi))
    return north, east


def _northward(x: float, y: float) -> float:
    smooth = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    long_waves = 20 * _sin(y) + 40 * _sin(y / 3) + 160 * _sin(y / 12) + 320 * _sin(y / 30)
    return smooth + (_ripple(x) + long_waves) * 2 / 3


def _eastward(x: float, y: float) -> float:
    smooth = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    long_waves = 20 * _sin(x) + 40 * _sin(x / 3) + 150 * _sin(x / 12) + 300 * _sin(x / 30)
    return smooth + (_ripple(x) + long_waves) * 2 / 3


def _ripple(x: float) -> float:
    return 20 * _sin(6 * x) + 20 * _sin(2 * x)


def _sin(half_turns: float) -> float:
    return math.sin(half_turns * math.pi)
