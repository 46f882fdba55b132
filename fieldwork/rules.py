"""Figures that counties set for themselves, each with its value, its basis as text, and that basis's date.

The values are the mildest in use; none of them blocks anything, they are shown as progress.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One figure of a county."""

    name: str
    value: int
    unit: str
    basis: str
    dated: str


RULES = (
    Rule("days_in_village", 20, "天/月", "各地驻村管理办法的通行做法，按进度展示，不作评判", "2015"),
    Rule("member_visits", 10, "户/月", "多地规定队员每月走访的户数下限", "2015"),
    Rule("helper_visits", 1, "次/户/月", "结对户每月见一次面，须本人上门", "2015"),
    Rule("leave_days", 3, "天", "三天以内队长知晓、乡镇批准，更长的由县里批准", "2015"),
    Rule("answer_days", 5, "个工作日", "群众和干部的疑问限期答复", "2015"),
    Rule("village_radius", 1200, "米", "山区村庄分散，范围从宽", "2026"),
    Rule("household_radius", 300, "米", "院落和手机定位的合理误差", "2026"),
)
BY_NAME = {rule.name: rule for rule in RULES}


def value(name: str) -> int:
    """Return the figure called `name`."""
    return BY_NAME[name].value
