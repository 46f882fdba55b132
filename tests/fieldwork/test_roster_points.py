"""Points that cannot be where they are said to be, and points in the datum of Chinese maps."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from fieldwork import roster_points
from fieldwork.demo import METRES_A_DEGREE
from fieldwork.geo import wgs84_to_gcj02
from storage.roster import Household, Place, Point

COUNTY = Place("1", "禾云县", "county")
VILLAGE = Place("11", "白鹭村", "village", "1", 25.6213, 103.4127)
PLACES = {"1": COUNTY, "11": VILLAGE}
HAMLET: Point = (25.6290, 103.4200)


def around(middle: Point, n: int, metres: float, seed: int = 1) -> list[Point]:
    """Scatter points within so many metres."""
    chance = random.Random(seed)
    scattered = [(metres * chance.random(), chance.random() * 2 * math.pi) for _ in range(n)]
    return [moved(middle, far * math.cos(turn), far * math.sin(turn)) for far, turn in scattered]


def moved(point: Point, north_m: float, east_m: float) -> Point:
    """Move a point."""
    latitude, longitude = point
    east = east_m / METRES_A_DEGREE / math.cos(math.radians(latitude))
    return latitude + north_m / METRES_A_DEGREE, longitude + east


def households(points: list[Point], group: str = "一组") -> list[Household]:
    """Put households at points."""
    return [
        Household(f"{group}{number:02d}", f"户{number}", "11", group, latitude=latitude, longitude=longitude)
        for number, (latitude, longitude) in enumerate(points)
    ]


def remarks(given: list[Household]) -> list[str]:
    """Give what is remarked upon."""
    return list(roster_points.remarks(PLACES, given))


def test_a_sound_hamlet_is_not_remarked_upon() -> None:
    """Wherever in the village it lies."""
    assert remarks(households(around(HAMLET, 30, 150))) == []


def test_shifted_households_of_a_group_are_named() -> None:
    """Three of twenty were copied from a map."""
    points = around(HAMLET, 20, 120)
    mixed = [wgs84_to_gcj02(point) if number < 3 else point for number, point in enumerate(points)]
    (told,) = remarks(households(mixed))
    assert told.startswith(
        "白鹭村一组：户0（一组00）、户1（一组01）、户2（一组02）的坐标像是从国内地图上抄的"
    )


def test_a_farmstead_by_itself_is_no_shift() -> None:
    """It lies apart, but not where the shift would have put it."""
    points = [*around(HAMLET, 20, 120), moved(HAMLET, -700, -600)]
    assert remarks(households(points)) == []


def test_a_group_in_which_most_are_shifted_is_not_judged() -> None:
    """Nobody can say which half is right."""
    points = around(HAMLET, 20, 120)
    mixed = [wgs84_to_gcj02(point) if number % 2 else point for number, point in enumerate(points)]
    assert remarks(households(mixed)) == []


def test_a_village_that_is_shifted_as_a_whole_is_told() -> None:
    """Its households lie around where Chinese maps draw its point."""
    assert VILLAGE.point
    points = [wgs84_to_gcj02(point) for point in around(VILLAGE.point, 40, 150)]
    (told,) = remarks(households(points))
    assert told.startswith("白鹭村：全村 40 户的坐标整体偏了约 ")


@given(st.floats(24, 28), st.floats(98, 106), st.integers(0, 10_000))
def test_no_tight_unshifted_group_is_ever_accused(latitude: float, longitude: float, seed: int) -> None:
    """Anywhere in Yunnan, however its households lie within a hundred metres."""
    place = Place("11", "某村", "village", "1", latitude, longitude)
    given_households = households(around((latitude, longitude), 12, 100, seed))
    assert list(roster_points.remarks({"1": COUNTY, "11": place}, given_households)) == []


def test_new_points_that_are_the_old_ones_on_a_map_are_told() -> None:
    """The same households in another datum, and only those."""
    before = households(around(HAMLET, 8, 150))
    after = households([wgs84_to_gcj02(h.point) if h.point else HAMLET for h in before])
    (told,) = roster_points.moved_by_the_shift(zip(before, after, strict=True))
    assert told.startswith("8 户的新坐标正好是原坐标在国内地图（GCJ-02）上的位置")
    assert "等 8 户" in told
    assert list(roster_points.moved_by_the_shift(zip(before, before, strict=True))) == []


def test_a_village_in_another_county_is_a_fault() -> None:
    """Told against the middle of the county's other villages."""
    near = [Place(str(number), "村", "village", "1", 25.6 + number / 10, 103.4) for number in range(20, 24)]
    far = Place("99", "远村", "village", "1", 23.0, 100.0)
    county = roster_points.County({each.code: each for each in (COUNTY, far, *near)})
    assert all(county.fault_of_village(place) == "" for place in near)
    assert county.fault_of_village(far).startswith("坐标离禾云县其他各村的中间 ")


def test_a_ring_of_places_does_not_hang_the_reading() -> None:
    """It is a fault told elsewhere."""
    ring = {
        "a": Place("a", "甲", "village", "b", 25.6, 103.4),
        "b": Place("b", "乙", "village", "a", 25.6, 103.4),
    }
    assert roster_points.County(ring).fault_of_village(ring["a"]) == ""
