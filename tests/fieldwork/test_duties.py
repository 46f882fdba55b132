"""The table of duties and the figures of a county."""

from collections.abc import Callable

from fieldwork.duties import BY_CODE, DUTIES, HATS, ROLES, duties_of, hats_of, names_of, role_label
from fieldwork.rules import BY_NAME, RULES, value
from storage.roster import Person


def test_the_table_is_whole() -> None:
    """Six hats, no code twice, no role unknown, a name and a line for each."""
    assert [hat.name for hat in HATS] == ["宣传员", "调查员", "信息员", "服务员", "调解员", "指导员"]
    assert len(BY_CODE) == len(DUTIES)
    assert {role for duty in DUTIES for role in duty.roles} <= set(ROLES)
    assert all(duty.name and duty.line and (duty.hat or duty.roles) for duty in DUTIES)


def test_each_has_hats_and_the_duties_of_the_role(who: Callable[[str], Person]) -> None:
    """In the table's order."""
    assert [duty.code for duty in duties_of(who("m1"))] == ["publicist", "investigator"]
    assert [duty.code for duty in duties_of(who("leader"))] == ["manage", "arrange", "relations", "support"]
    assert hats_of(who("leader")) == ()
    assert duties_of(who("first"))
    assert names_of(["service", "publicist"]) == "宣传员、服务员"
    assert role_label("first_secretary") == "第一书记"


def test_every_figure_says_where_it_comes_from() -> None:
    """A name once, a value, a basis and its date."""
    assert len(BY_NAME) == len(RULES) > 0
    assert all(rule.value > 0 and rule.basis and rule.dated for rule in RULES)
    assert value("member_visits") == 10
