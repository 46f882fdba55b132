"""The demo's county as data. Every place and every person in it is made up."""

from dataclasses import dataclass

from storage.roster import Place

COUNTY = Place("539900", "禾云县（演示）", "county")
TOWNSHIPS = (
    Place("539900101", "杉岭镇", "township", COUNTY.code),
    Place("539900201", "鹿坪乡", "township", COUNTY.code),
)
VILLAGES = (
    Place("539900101201", "白鹭村", "village", "539900101", 25.6213, 103.4127, 1200),
    Place("539900101202", "茶山村", "village", "539900101", 25.5846, 103.4718, 1500),
    Place("539900201201", "石桥村", "village", "539900201", 25.7032, 103.3064, 1200),
)
GROUPS = ("一组", "二组", "三组", "四组")
TAGS = ("低保", "残疾", "监测户", "大病", "学生多", "独居老人")
CAUSES = ("因病", "因学", "缺技术", "缺劳力", "交通不便", "因灾")


@dataclass(frozen=True)
class Crew:
    """Who works in one village: names by role, the helpers with their units."""

    leader: str
    first_secretary: str
    members: tuple[str, str, str]
    helpers: tuple[tuple[str, str], tuple[str, str]]


CREWS = (
    Crew(
        "周明山", "林晓岚", ("何秋雨", "段立新", "罗小满"), (("沈文秀", "县农技站"), ("高远航", "县水务站"))
    ),
    Crew("赵松年", "钱慧敏", ("孙家和", "普云生", "金穗"), (("唐若溪", "县文化馆"), ("韦长河", "县林业站"))),
    Crew(
        "吴建波", "郑雪梅", ("冯一诺", "陈石安", "褚春燕"), (("卫南星", "县医保站"), ("蒋平川", "县交通站"))
    ),
)
OFFICE, OFFICE_UNIT = "许知远", "县联席办"
HATS = (("publicist", "investigator"), ("liaison", "service"), ("mediator", "organizer"))

SURNAMES = "李王张刘杨陈黄罗唐邓何马普白段施尹卢毕方"
GIVEN = (
    *("有福", "正华", "桂枝", "春生", "金凤", "老实", "兴旺", "玉珍", "德顺", "小妹"),
    *("长寿", "家兴", "美玲", "石头", "彩云", "国栋", "秀芬", "树清", "满仓", "阿英"),
)

NICKNAMES = ("老{surname}", "{given}家", "{surname}老大", "大{surname}")
# Who else may belong to a household: what they are to its head, whether they bear the head's surname.
RELATIONS = (
    *(("配偶", False), ("儿子", True), ("女儿", True), ("母亲", False), ("儿媳", False)),
    *(("孙子", True), ("父亲", True)),
)

NOTES = {
    "publicist": ("讲了合作医疗的缴费办法，老人听明白了", "讲了产业奖补怎么申请，留了一张明白纸"),
    "investigator": ("看了住房和饮水，核对了家里人口", "问了今年的收成和打工收入，记了账"),
    "liaison": ("把村里要修路的想法记下，准备报乡里", "转告了乡里的培训通知，家里有一人想去"),
    "service": ("一起收了两袋玉米，联系了来收购的人", "帮忙填了小额信贷的申请表"),
    "mediator": ("和两家人坐下来把地界说清楚了", "劝和了父子俩，说好了轮流照顾老人"),
    "organizer": ("请户主来参加小组会，说了评议的事", "和小组长商量了公开栏怎么贴"),
}
PROBLEMS = (
    "屋顶漏雨，雨季前要修",
    "饮水管冻裂，水时有时无",
    "老人慢性病，买药要去镇上",
    "核桃卖不上价，没人来收",
    "孩子上学路远，雨天路滑",
    "牛圈塌了一角",
)
ERRANDS = ("去镇上开会", "去县里跑项目资金", "送材料到乡里")
VILLAGE_NOTES = ("上午在村委会理台账，下午入户", "和村两委商量本周的事", "")
REASONS = ("没有信号", "定位打不开", "已离开，补记")
QUESTIONS = ("产业奖补的钱什么时候能到账？", "易地搬迁户的老宅基地怎么处理？")
