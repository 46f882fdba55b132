"""Kinds of things that can be asked for, how a question shows them, and how a text that has them looks.

Kinds order the clauses that were found; those that are `owed` must stand in a clause before it may answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_N = r"[\d一二三四五六七八九十百千万亿两半]"
_NUMBER = rf"{_N}[\d一二三四五六七八九十百千万亿两余多.．至到-]*"
_MONEY = rf"{_NUMBER}\s*(?:元|块|角)|{_NUMBER}\s*(?:%|倍)|百分之{_N}|分之{_N}|不收|免费|无偿|全额"
_SPAN = (
    rf"{_NUMBER}\s*(?:个)?\s*(?:年|月|日|天|工作日|小时|周|季度)|[年月季\d]底|每[个]?[年月季周日天]|"
    r"期限|之前|以前|之日起|定期|及时|立即|当[日天场]|随时|长期|次[日年]"
)
_BODY = (
    r"部门|机关|政府|委员会|机构|单位|法院|检察院|会议|组织|小组|人员|代表|负责人|书记|村委会|主任|队长|工作队|公安|"
    r"乡|镇|县|党委|支部|办公室|联席办|发包方|承包方|申请人|当事人|家庭|监护人|企业|合作社|集体"
)
_MODAL = r"不得|不准|不许|不允许|禁止|严禁|不能|不算|可以|有权|允许|方可|不予|视为|无权|不收"


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be asked for."""

    name: str
    asked: re.Pattern[str]
    has: re.Pattern[str]
    owed: bool = False


def _kind(name: str, asked: str, has: str, *, owed: bool = False) -> Kind:
    return Kind(name, re.compile(asked), re.compile(has), owed)


_MONEY_WORDS = r"钱|元|块钱|资金|补贴|补助|津贴|工资|报酬|费|奖金|罚款|低保标准|价|款|赔偿|投资"
KINDS = (
    _kind(
        "phone",
        r"电话(?:号码)?(?:是|有)?(?:多少|几|什么|啥)|的电话$|联系方式|手机号|微信号",
        r"\d{3,4}-?\d{7,8}|1\d{10}",
        owed=True,
    ),
    _kind(
        "money",
        rf"(?:{_MONEY_WORDS})[^,。，;；]{{0,8}}(?:多少|几(?!个人|户|天|年|月|次))|"
        rf"(?:多少|几[百千万块]?)[^,。，;；]{{0,4}}(?:{_MONEY_WORDS})|(?:补|发|交|领|给|罚|奖|赔|报销|缴)(?:多少|几[百千万块])",
        _MONEY,
        owed=True,
    ),
    _kind(
        "people",
        r"(?:多少|几)(?:个|名|位|口)?(?:人|户|代表|成员|委员)",
        rf"{_NUMBER}\s*(?:个|名|位)?(?:人|名|户|代表|成员|委员)|分之|半数|全体",
        owed=True,
    ),
    _kind(
        "when",
        r"什么时候|何时|几[号日月天年]|几个(?:月|星期|工作日|小时)|多少(?:天|日|年|个月|个工作日)|哪[天年月]|截止|期限|多久|多长时间|多长|啥时|时限|"
        r"时效|最晚|最迟|有效期|几点",
        _SPAN,
        owed=True,
    ),
    _kind(
        "amount",
        r"多少|几(?:个(?!月|星期)|户|支|名|人|万|元|次|条|岁|级|类|种|倍|块|亩|成|回|趟|遍|样|分)|多大|多高|多重|比例|额度",
        rf"{_NUMBER}\s*(?:个|户|支|名|人|元|万|亿|次|天|条|%|公里|亩|平方米|级|年|月|日|岁|倍|类|种|项|分|以上|以下|周)|百分之|分之|过半数|每[年月季]",
        owed=True,
    ),
    _kind(
        "names",
        r"(?:哪些|什么|有没有|公布|查).{0,8}名单|名单(?:是什么|有哪|有谁|在哪|呢)|叫什么名|叫啥名|姓什么|姓啥",
        r"(?:[^、。；]{1,8}(?:省|市|州|县|区|乡|镇|村|社区|公司|合作社)[、,和]){2,}|名单如下|叫|名为",
        owed=True,
    ),
    _kind(
        "permission",
        r"算不算|能不能|可不可以|行不行|让不让|允许吗|可否|该不该",
        rf"{_MODAL}|不应|应当|应该|必须|属于|给予|免",
        owed=True,
    ),
    _kind(
        "who",
        r"谁|哪个部门|哪个单位|哪些部门|什么部门|啥部门|哪里|哪儿|找哪|归哪|向哪|到哪|去哪|哪家|什么机关|何部门|哪级|什么人|哪些人|哪个",
        rf"(?:{_BODY})",
    ),
    _kind(
        "may",
        r"能不能|可不可以|可以|能(?!力|源)|行不行|允许|算不算|算.*吗|吗|不$|可否|让不让|合法|违规|违法",
        _MODAL,
    ),
    _kind(
        "punish",
        r"处罚|罚|怎么处理|咋处理|后果|坐牢|判|责任|追究|咋样|受到|怎么办|什么罪|犯法|追责|处分",
        r"责令|罚款|处分|吊销|没收|追究|处[\d一二三四五六七八九十]|有期徒刑|赔偿|责任|处罚|构成犯罪|警告|退还|拘留|罢免|批评|问责",
    ),
    _kind(
        "how",
        r"怎么|怎样|如何|咋|手续|流程|程序|步骤|办理|需要什么|什么材料|哪些材料|条件",
        r"申请|提交|材料|程序|办理|条件|应当向|审核|登记|书面|依照|按照|提出",
    ),
    _kind(
        "list",
        r"哪些|哪几|包括|分别|什么情况|什么内容|都有|哪样|哪种|几种|几类",
        r"下列|以下|包括|[(（][一二三四]|、[^。]*、",
    ),
    _kind("define", r"什么意思|什么是|什么叫|是指|的定义|是什么$|叫什么", r"是指|所称|指的是|系指|简称"),
)
LIST = next(kind for kind in KINDS if kind.name == "list")

_TO_THE_ASSISTANT = re.compile(r"^你(?:是谁|是什么|叫什么|会什么|能做什么|多大|几岁|好吗|是不是机器)")
# Bound to a time or a place that general documents know nothing of.
_NOW = re.compile(
    r"今年|去年|明年|前年|今天|明天|昨天|今晚|昨晚|明晚|本周|这周|上周|下周|本月|这个月|上个月|下个月|最近|目前|现在"
)
_NOW_HAS = re.compile(r"今年|去年|明年|本月|目前|截[止至]|\d{4}年")
_HERE = re.compile(r"(?:我们?|咱们?|本|俺们?)(?:这个)?(?:省|市|州|县|区|乡|镇|村|组|社区|单位|局)")
_HERE_HAS = re.compile(r"(?:我|本|全)(?:省|市|州|县|区|乡|镇|村)")
_COUNTED = frozenset({"money", "amount", "names", "phone", "people", "when"})


def asked_kinds(question: str) -> list[Kind]:
    """Return the kinds that a normal question asks for."""
    return [kind for kind in KINDS if kind.asked.search(question)]


def owes(question: str, kinds: Sequence[Kind], text: str) -> bool:
    """Say whether a normal text lacks something that the question makes it owe."""
    if _TO_THE_ASSISTANT.search(question) or any(kind.owed and not kind.has.search(text) for kind in kinds):
        return True
    counted = any(kind.name in _COUNTED for kind in kinds)
    if counted and _HERE.search(question) and not _HERE_HAS.search(text):
        return True
    return bool(counted and _NOW.search(question) and not _NOW_HAS.search(text))
