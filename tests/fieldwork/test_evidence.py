"""What a location is worth, in words; it never blocks and never proves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork.evidence import Location, Target, length, weigh
from fieldwork.geo import wgs84_to_gcj02

HOME = (25.6213, 103.4127)
TARGET = Target("该户", HOME, 300)


def north(metres: float, accuracy_m: float | None = None) -> Location:
    """Give a location so many metres north of home."""
    return Location(HOME[0] + metres / 111_195, HOME[1], accuracy_m)


def test_a_location_nearby_is_told_with_distance_and_accuracy() -> None:
    """Declared, not proved."""
    evidence = weigh(north(180, 20), "", TARGET)
    assert evidence.words == "声明位置距该户 180 米（精度约 20 米）"
    assert (evidence.status, evidence.accuracy_m) == ("given", 20)
    assert evidence.distance_m == pytest.approx(180, abs=1)


def test_a_location_far_off_is_kept_all_the_same() -> None:
    """The words say so and blame nobody."""
    assert weigh(north(2400), "", TARGET).words == "声明位置距该户 2.4 公里，比登记的范围远一些，照常记录"


def test_accuracy_widens_the_circle() -> None:
    """At 400 metres the circle of 300 is met with an accuracy of 150."""
    assert "远一些" in weigh(north(-400, 20), "", TARGET).words
    assert "远一些" not in weigh(north(-400, 150), "", TARGET).words


def test_a_very_coarse_location_is_called_coarse() -> None:
    """It fits everywhere, and so says nothing."""
    assert weigh(north(900, 3000), "", TARGET).words.endswith("（精度约 3.0 公里），定位精度较低，仅供参考")


def test_a_point_read_off_a_chinese_map_is_recognised() -> None:
    """Registered in GCJ-02, visited in WGS-84: the registered point may need a look."""
    registered = Target("该户", wgs84_to_gcj02(HOME), 300)
    words = weigh(north(30, 10), "", registered).words
    assert "按国产地图坐标换算后相符（约 30 米）" in words
    assert "登记的坐标可能需要核对" in words


def test_a_forwarded_location_is_no_evidence_and_is_not_kept() -> None:
    """A kind word, and nothing of the location."""
    evidence = weigh(Location(*HOME, forwarded=True), "", TARGET)
    assert (evidence.status, evidence.latitude, evidence.distance_m) == ("forwarded", None, None)
    assert "照常记录" in evidence.words


def test_no_location_says_why() -> None:
    """With the person's own reason, or without."""
    assert weigh(None, "没有信号", TARGET).words == "没有位置，原因：没有信号"
    assert weigh(None, "", TARGET) == weigh(None, "", Target("该户", None, 300))


def test_without_a_registered_point_there_is_nothing_to_compare() -> None:
    """The location is kept."""
    evidence = weigh(north(5), "", Target("该户", None, 300))
    assert evidence.words == "已收到声明位置，该户还没有登记坐标，暂不能比对"
    assert (evidence.latitude, evidence.distance_m) == (north(5).latitude, None)


@given(st.floats(0, 20_000_000), st.one_of(st.none(), st.floats(0, 100_000)))
def test_whatever_comes_is_weighed_and_never_proves(metres: float, accuracy: float | None) -> None:
    """No location is refused, none is called a proof."""
    evidence = weigh(north(min(metres, 7_000_000), accuracy), "", TARGET)
    assert evidence.status == "given"
    assert "证明" not in evidence.words


@pytest.mark.parametrize(
    ("metres", "words"), [(0, "0 米"), (7.4, "7 米"), (184, "180 米"), (994, "990 米"), (996, "1.0 公里")]
)
def test_lengths_are_no_finer_than_they_can_be_known(metres: float, words: str) -> None:
    """Tens of metres, then tenths of kilometres."""
    assert length(metres) == words
