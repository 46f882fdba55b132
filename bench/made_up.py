"""Made-up rules of made-up counties, as many as one wants: a knowledge base of a size, and questions to it."""

from itertools import product
from random import Random

SEED = 20151116
HILLS = ("青禾", "云岭", "杉坪", "鹿水", "石泉", "白塘", "松桥", "竹溪", "梅岗", "柳湾")
MATTERS = (
    *("水窖清洗", "核桃嫁接", "牛圈改造", "山路养护", "果苗发放", "药材晾晒", "蜂箱租借", "鱼塘清淤"),
    *("灶台改建", "秧田灌溉", "茶园修剪", "电表更换", "晒场平整", "羊舍消毒", "菌棒补助", "桥面加固"),
    *("种薯调换", "梯田整修", "粮仓防潮", "水泵维修"),
)
OFFICES = ("县水务站", "县农技站", "镇民政办", "村民小组", "乡财政所", "县林业站", "镇畜牧站", "村委会")
DUTIES = (
    "由{office}负责，每{often}个月办理一次，每户补助{money}元。",
    "须在{month}月底以前向{office}提出申请，{office}应当在{days}个工作日内答复。",
    "费用每处{money}元，由{office}承担，不得向农户收取。",
    "每年{month}月由{office}组织检查，检查结果在村公开栏公示{days}天。",
)


def documents(count: int, clauses: int) -> list[tuple[str, str]]:
    """Return `count` documents of `clauses` clauses each, as file name and text; the same every time."""
    random = Random(SEED)
    names = [f"{one}{other}县" for one, other in product(HILLS, HILLS)]
    made = []
    for number in range(count):
        title = f"{names[number % len(names)]}村级事务管理办法（第{number + 1}号）"
        lines = [f"第{place}条 {_clause(random)}" for place in range(1, clauses + 1)]
        made.append((f"{number:04}.txt", "\n\n".join([title, *lines])))
    return made


def _clause(random: Random) -> str:
    return random.choice(MATTERS) + random.choice(DUTIES).format(
        office=random.choice(OFFICES),
        often=random.randint(1, 12),
        money=random.randint(1, 90) * 10,
        month=random.randint(1, 12),
        days=random.randint(3, 30),
    )


def questions() -> list[str]:
    """Return questions to these documents."""
    return [ask.format(matter) for matter in MATTERS for ask in ("{}每户补助多少元", "{}由谁负责")]
