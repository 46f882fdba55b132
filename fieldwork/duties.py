"""The table of duties: what each role is there for. Data, not code; a new duty is one more entry.

The six hats of a team member are what a visit can have served; the others are shown to whoever bears them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.roster import Person

ROLES = {
    "member": "驻村队员",
    "leader": "工作队长",
    "first_secretary": "第一书记",
    "helper": "帮扶干部",
    "unit": "单位联络员",
    "office": "联席办",
}


@dataclass(frozen=True)
class Duty:
    """One duty; `hat` when a visit can serve it, `roles` are those whose own duty it is by their office."""

    code: str
    name: str
    line: str
    hat: bool = False
    roles: tuple[str, ...] = ()


DUTIES = (
    Duty("publicist", "宣传员", "把政策讲给乡亲们听，讲到听得懂", hat=True),
    Duty("investigator", "调查员", "弄清村里和每一户的真实情况", hat=True),
    Duty("liaison", "信息员", "把村里的话带上去，把上面的话带下来", hat=True),
    Duty("service", "服务员", "帮乡亲增收，把村子建好", hat=True),
    Duty("mediator", "调解员", "化解邻里和家庭的纠纷", hat=True),
    Duty("organizer", "指导员", "帮村里的组织立起来、转起来", hat=True),
    Duty("manage", "带队伍", "把队员管好、照顾好", roles=("leader",)),
    Duty("arrange", "排工作", "把每周的事排下去", roles=("leader",)),
    Duty("relations", "顺关系", "与乡镇、村两委和各单位处好关系", roles=("leader",)),
    Duty("support", "解难处", "早发现、早解决队员的难处", roles=("leader",)),
    Duty("committees", "看班子", "换届前了解村两委，向乡镇提建议", roles=("first_secretary",)),
    Duty("double_push", "双推进", "扶贫开发和党的建设一起抓", roles=("first_secretary",)),
    Duty("procedures", "立规矩", "四议两公开、村规民约、议事和监督用起来", roles=("first_secretary",)),
    Duty("pairing", "见到人", "结对的每一户都亲自上门", roles=("helper",)),
    Duty("own_cadres", "管干部", "了解本单位派出的干部，帮他们解决难处", roles=("unit",)),
    Duty("coordinate", "统筹协调", "上下联络，督促检查，答复疑问", roles=("office",)),
)
HATS = tuple(duty for duty in DUTIES if duty.hat)
BY_CODE = {duty.code: duty for duty in DUTIES}


def role_label(role: str) -> str:
    """Return the role in Chinese."""
    return ROLES.get(role, role)


def hats_of(person: Person) -> tuple[Duty, ...]:
    """Return the hats the roster gives the person, in the table's order."""
    return tuple(duty for duty in HATS if duty.code in person.hats)


def duties_of(person: Person) -> tuple[Duty, ...]:
    """Return the person's hats and the duties of the role."""
    return tuple(duty for duty in DUTIES if duty.code in person.hats or person.role in duty.roles)


def names_of(codes: Iterable[str]) -> str:
    """Return the duties' names in the table's order, joined as in a sentence."""
    wanted = set(codes)
    return "、".join(duty.name for duty in DUTIES if duty.code in wanted)
