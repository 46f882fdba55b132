"""The roster's workbook as data: its sheets, their columns, what may be chosen in them, what is explained.

Neither writes nor reads a file, and does not judge what rows say.
"""

from dataclasses import dataclass

from fieldwork.duties import HATS, ROLES

EXAMPLE = "示例"
NOTES = "说明"
NOTES_LINES = (
    "每张表第一行是标题，请不要改；第二行以“示例”开头，导入时忽略，可以删掉。",
    "代码由您自定，同一张表里不重复即可（行政区划建议用统计代码），不要用身份证号。代码列请设为文本格式。",
    "再次导入时按代码更新。文件写到的地方，不在文件里的人标为离任、户标为注销，导入前会列出来请您确认；记录都留着，不会删除。",
    "整张空着的表不算：不填人员表，就不动人员；不填贫困户表，就不动贫困户。",
    "离任的人、注销的户，也可以留在文件里，填上日期。",
    "结对表里出现的干部，结对户以文件为准。同一个手机号以最后导入的人为准。",
    "坐标用 WGS-84（手机定位的坐标），纬度在前；没有就空着。",
    "带下拉的格子可以选，也可以打字；职责、标签可写多项，用顿号隔开。",
)


@dataclass(frozen=True)
class Column:
    """A column: its heading, an example, what it means, whether it must be filled in, what is offered."""

    heading: str
    example: str
    meaning: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """A sheet and its columns."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Row:
    """One filled row: its number in the sheet and its texts by heading."""

    sheet: str
    number: int
    texts: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.texts[heading]


PLACE_LEVELS = {"city": "市", "county": "县", "township": "乡镇", "village": "村"}
UNIT_LEVELS = {"province": "省", "city": "市", "county": "县", "township": "乡镇"}
CAUSES = (
    *("因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳力", "缺资金"),
    *("交通不便", "缺动力", "其他"),
)
TAGS = (
    *("低保", "特困", "残疾", "大病", "监测户", "突发困难", "学生多", "务工不稳", "受灾"),
    *("独居老人", "留守儿童"),
)

_LATITUDE = Column("纬度", "25.6213", "WGS-84，可空", width=11)
_LONGITUDE = Column("经度", "103.4127", "WGS-84，可空", width=11)
PLACES = Sheet(
    "行政区划",
    (
        Column("代码", "990101001", "不重复", needed=True),
        Column("名称", "白鹭村", "地名", needed=True),
        Column(
            "级别", "村", "市、县、乡镇、村之一", needed=True, choices=tuple(PLACE_LEVELS.values()), width=9
        ),
        Column("上级代码", "990101", "上一级的代码，最高一级空着"),
        _LATITUDE,
        _LONGITUDE,
        Column("半径（米）", "1200", "村的范围，空着按 1200 米", width=12),
    ),
)
UNITS = Sheet(
    "挂包单位",
    (
        Column("代码", "D01", "不重复", needed=True),
        Column("名称", "县农技站", "不重复", needed=True, width=24),
        Column("级别", "县", "省、市、县、乡镇之一，可空", choices=tuple(UNIT_LEVELS.values()), width=9),
        Column("挂包村代码", "990101001", "行政区划里村的代码，几个村用顿号隔开；没有挂包村就空着", width=24),
    ),
)
TEAMS = Sheet(
    "工作队",
    (
        Column("代码", "T01", "不重复", needed=True),
        Column("名称", "白鹭村工作队", "不重复", needed=True, width=24),
        Column("驻村代码", "990101001", "行政区划里村的代码", needed=True),
    ),
)
PEOPLE = Sheet(
    "人员",
    (
        Column("代码", "P001", "不重复", needed=True),
        Column("姓名", "何秋雨", "", needed=True, width=11),
        Column("手机号", "", "11 位，可空；在 Telegram 分享本人号码就能进入"),
        Column(
            "角色", "驻村队员", f"{'、'.join(ROLES.values())}之一", needed=True, choices=tuple(ROLES.values())
        ),
        Column("所在地代码", "990101001", "行政区划里的代码；在队的人可空，按驻村"),
        Column("工作队代码", "T01", "驻村队员、工作队长、第一书记必填", width=12),
        Column(
            "职责",
            "宣传员、调查员",
            "六大员中的几项，用顿号隔开",
            choices=tuple(hat.name for hat in HATS),
            width=20,
        ),
        Column("单位", "县农技站", "挂包单位表里的代码或名称；单位联络员必填，其他人可空", width=18),
        Column("离任日期", "", "已离任的填，如 2026-11-25", width=12),
    ),
)
HOUSEHOLDS = Sheet(
    "贫困户",
    (
        Column("代码", "H001", "不重复，不要用身份证号", needed=True),
        Column("户主", "普有福", "", needed=True, width=11),
        Column("村代码", "990101001", "行政区划里村的代码", needed=True),
        Column("村民组", "一组", "可空", width=9),
        Column("人口", "4", "可空", width=7),
        Column("致贫原因", "因病", "可空", choices=CAUSES, width=11),
        Column("标签", "低保、残疾", "可空，多项用顿号隔开", choices=TAGS, width=16),
        Column("别名", "老普", "村里人怎么叫这家，可空", width=9),
        Column(
            "家庭成员", "王秀兰（配偶）、普小明（儿子）", "姓名（与户主关系），用顿号隔开，可空", width=32
        ),
        _LATITUDE,
        _LONGITUDE,
        Column("注销日期", "", "不再建档的填，如 2026-11-25", width=12),
    ),
)
PAIRS = Sheet(
    "结对",
    (
        Column("人员代码", "P101", "人员表里帮扶干部的代码", needed=True),
        Column("贫困户代码", "H001", "贫困户表里的代码", needed=True),
    ),
)
SHEETS = (PLACES, UNITS, TEAMS, PEOPLE, HOUSEHOLDS, PAIRS)
