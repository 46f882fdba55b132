"""Distances and the two readings of a coordinate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork.geo import distance_m, gcj02_to_wgs84, in_china, wgs84_to_gcj02

Point = tuple[float, float]
INLAND = st.tuples(st.floats(3.9, 53.5), st.floats(73.6, 135.0))
YUNNAN = st.tuples(st.floats(21.2, 29.2), st.floats(97.6, 106.1))
ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(INLAND)
def test_there_and_back_is_less_than_half_a_metre(point: Point) -> None:
    """Either way round."""
    assert distance_m(gcj02_to_wgs84(wgs84_to_gcj02(point)), point) < 0.5
    assert distance_m(wgs84_to_gcj02(gcj02_to_wgs84(point)), point) < 0.5


@given(YUNNAN)
def test_in_yunnan_the_readings_lie_far_enough_apart_to_matter(point: Point) -> None:
    """Between 200 and 600 metres: more than a household's circle may bear, less than a village's."""
    assert 200 < distance_m(point, wgs84_to_gcj02(point)) < 600


def test_a_known_point() -> None:
    """Tian'anmen as eviltransform's own tests have it, to their six digits."""
    converted = wgs84_to_gcj02((39.90734, 116.39089))
    assert converted == pytest.approx((39.90874, 116.39713), abs=2e-5)


@given(ANYWHERE, ANYWHERE)
def test_distance_is_a_distance(a: Point, b: Point) -> None:
    """Never negative, the same both ways, never beyond half the circumference, nothing to oneself."""
    assert 0 <= distance_m(a, b) <= 20_015_200
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))
    assert distance_m(a, a) == 0


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    """By the mean radius of the earth."""
    assert distance_m((25, 103), (26, 103)) == pytest.approx(111_195, abs=1)


@given(ANYWHERE)
def test_nothing_shifts_abroad(point: Point) -> None:
    """Chinese maps shift only inside their box."""
    if not in_china(point):
        assert wgs84_to_gcj02(point) == gcj02_to_wgs84(point) == point
