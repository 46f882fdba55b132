"""Surnames: which one a name begins with, and whether words look like somebody's name at all."""

import re

# The most frequent surnames of the national census, so that a person who is not on the roster is seen to be one.
COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文"
    "牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷"
    "盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费"
    "卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝木普"
)
# Those that stand before a name far more often as little words.
LITTLE_WORDS = frozenset("和向于时连从路")
# Surnames of two characters in use among Han.
DOUBLE = ("欧阳", "上官", "司马", "诸葛", "司徒", "夏侯", "皇甫", "东方", "尉迟", "公孙", "慕容", "令狐")
_LONG = 4

_HAN = re.compile(r"[\u4e00-\u9fff]+")


def surname_of(name: str) -> str:
    """Return what a person of this name is called by; of names of four characters and more the first two."""
    if name.startswith(DOUBLE) or len(name) >= _LONG:
        return name[:2]
    return name[:1]


def given_of(name: str) -> str:
    """Return the name without its surname."""
    return name[len(surname_of(name)) :]


def looks_like_name(words: str) -> bool:
    """Say whether words might be somebody's full name or address, e.g. 钟大庆 or 钟大爷."""
    return bool(_HAN.fullmatch(words)) and (words[0] in COMMON or words[:2] in DOUBLE) and len(words) > 1
