"""What identifies a document beside its title: number (文号), days of adoption, publication and effect, validity."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policy_kb import dates
from policy_kb.joints import figure

IN_FORCE, AMENDED, REPEALED, TRIAL = "in_force", "amended", "repealed", "trial"
VALIDITIES = (IN_FORCE, AMENDED, REPEALED, TRIAL)

ORGAN = re.compile(
    r"(?:委|府|局|办|办公室|厅|部|院|会|会议|组|署|处|站|中心|联席办|指挥部|街道|镇|乡|村|公司|大学|学校|学院)$"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[【(﹝［（]\s*(?:19|20)\d{2}\s*年?\s*[〕\]】)﹞］）]\s*第?\s*\d{1,5}\s*号|"
    r"[\u4e00-\u9fff]{2,20}令\s*[(（]?\s*第?\s*[一二三四五六七八九十百零〇\d]{1,7}\s*号\s*[)）]?"
)
_LABELS = {
    "标题": "title",
    "发文机关": "issuer", "制定机关": "issuer", "发布机构": "issuer", "发文单位": "issuer", "公布机关": "issuer",
    "发文字号": "number", "文号": "number", "文件编号": "number", "成文日期": "date",
    "发布日期": "published", "公布日期": "published",
    "发布时间": "published", "印发日期": "published", "施行日期": "effective", "实施日期": "effective", "生效日期": "effective",
    "失效日期": "until", "有效期至": "until", "时效性": "validity", "有效性": "validity", "效力状态": "validity",
    "来源": "", "作者": "", "信息来源": "", "索引号": "", "主题分类": "", "主题词": "",
    "浏览次数": "", "点击数": "", "字号": "", "字体": "",
    "公开方式": "", "阅读次数": "",
}  # fmt: skip
_SPACED = "|".join(r"[ \u3000]*".join(label) for label in sorted(_LABELS, key=len, reverse=True))
_LABEL = re.compile(rf"(?:^|(?<=[\s【\[]))({_SPACED})[ \u3000]*[:：】]")
_LABEL_CELL = re.compile(rf"({_SPACED})[ \u3000]*[:：]?(.*)")
_LONGEST_LABELS, _LONGEST_NUMBER = 300, 80
_STATES = ((REPEALED, "废止|失效|无效"), (AMENDED, "已被?修改|已修订|已修正"), (IN_FORCE, "有效|现行"))
_FORCE = r"(?:施行|实施|生效|执行|试行)"
_YEARS = r"([一二三四五六七八九十两\d]{1,2})\s*年"


@dataclass(frozen=True)
class Particulars:
    """What was found; days are ISO 8601, `adopted_by` the assembly that adopted it."""

    number: str | None = None
    adopted: str | None = None
    published: str | None = None
    effective: str | None = None
    validity: str = IN_FORCE
    until: str | None = None
    adopted_by: str | None = None
    latest: str | None = None  # of adoption and amendments
    from_publication: bool = False
    years: int | None = None

    def effective_by(self, day: str | None) -> str | None:
        """Return the day of effect; 自印发之日起 means the day of publication, else the document's own."""
        return self.effective or ((self.published or day) if self.from_publication else None)

    def dated(self, day: str | None) -> "Particulars":
        """Return the same with its end, where it is valid for so many years from its effect."""
        start = self.effective or self.published or day
        return (
            replace(self, until=dates.later(start, self.years))
            if self.years and start and not self.until
            else self
        )


def particulars(title: str, head: Sequence[str], body: Sequence[str], labels: dict[str, str]) -> Particulars:
    """Read the particulars out of the title, the lines around it, the body and a page's labels."""
    history = [part for line in head[:16] for part in re.split(r"[。；;\s]+", line)]
    text = unicodedata.normalize("NFKC", "\n".join(body))
    adopted = [day for part in history if re.search("(?<!修订)通过", part) and (day := dates.first(part))]
    amended = [day for part in history if re.search("通过|修订|修正|修改", part) and (day := _last(part))]
    effective = re.findall(rf"自\s*({dates.DAY})\s*起\s*(?:正式)?{_FORCE}", text)
    return Particulars(
        number=_first_number([labels.get("number", ""), *head[:16]]),
        adopted=min(adopted, default=None),
        published=labels.get("published") or _published(history, body),
        effective=labels.get("effective") or (dates.first(effective[-1]) if effective else None),
        validity=_validity(title, text, labels.get("validity", "")),
        until=labels.get("until") or _until(text),
        adopted_by=_assembly(history),
        latest=max(amended, default=None),
        from_publication=bool(re.search(rf"自(?:公布|发布|印发|下发)之?日起\s*(?:正式)?{_FORCE}", text)),
        years=_valid_years(text),
    )


def reference(line: str) -> str | None:
    """Return the document number that a line consists of, as it is written today: 青政办〔2024〕12号."""
    if len(line) > _LONGEST_NUMBER:
        return None
    found = _NUMBER.fullmatch(re.sub(r"\s*签发人.*$", "", unicodedata.normalize("NFKC", line)).strip(" ()"))
    return _standard(found[0]) if found else None


def labelled(lines: Sequence[str]) -> dict[str, str]:
    """Return what a page says of its document by labels (发文字号：…): days as ISO 8601, the first of each kind."""
    found: dict[str, str] = {}
    for line in lines:
        for label, value in _fields(line):
            kind = _LABELS[re.sub(r"\s", "", label)]
            if kind in {"date", "published", "effective", "until"}:
                value = dates.first(value) or ""  # noqa: PLW2901 - read
            if kind and value:
                found.setdefault(kind, value)
    return found


def only_labels(line: str) -> bool:
    """Tell a line that says nothing but labels and their values."""
    return bool(_fields(line))


def _fields(line: str) -> list[tuple[str, str]]:
    """Return the labels of a line with their values; none where the line says anything else."""
    if len(line) > _LONGEST_LABELS:
        return []
    if line.startswith("|"):
        return _row_fields([cell.strip() for cell in line.strip("| ").split("|")])
    bare = line.lstrip("【[ ")
    matches = list(_LABEL.finditer(bare))
    if not matches or matches[0].start() or "。" in line:
        return []
    ends = [*(m.start() for m in matches[1:]), len(bare)]
    return [(m[1], bare[m.end() : end].strip(" 【】[]\u3000")) for m, end in zip(matches, ends, strict=True)]


def _row_fields(cells: list[str]) -> list[tuple[str, str]]:
    """Return a row's labels with the values beside or in the cells after them; none where a cell is neither."""
    found: list[tuple[str, str]] = []
    left = cells[::-1]
    while left:
        cell = _LABEL_CELL.fullmatch(left.pop())
        if cell is None or (cell[2] and cell[0][len(cell[1])] not in ":： \u3000"):
            return []
        found.append((cell[1], cell[2].strip() or (left.pop() if left else "")))
    return found if len(cells) > 1 else []


def _first_number(lines: Sequence[str]) -> str | None:
    for line in lines:
        if found := reference(line):
            return found
    for line in lines:
        found_in = _NUMBER.search(unicodedata.normalize("NFKC", line)) if re.match(r"[（(]", line) else None
        if found_in:
            return _standard(found_in[0])
    return None


def _standard(number: str) -> str:
    number = re.sub(r"\s", "", number)
    return re.sub(r"[\[【(﹝]((?:19|20)\d{2})年?[\]】)﹞]", r"〔\1〕", number).strip("()")


def _last(text: str) -> str | None:
    days = [
        day
        for each in re.findall(dates.DAY, unicodedata.normalize("NFKC", text))
        if (day := dates.first(each))
    ]
    return max(days, default=None)


def _published(history: Sequence[str], body: Sequence[str]) -> str | None:
    """Return the day of publication by the lines under the title, or by the imprint (…印发) at the end."""
    near = [
        part
        for part in (*history, *body[-4:])
        if re.search(rf"{dates.DAY}[^。；;，,]{{0,30}}(?:公布|发布|印发)", part)
    ]
    return next((day for part in near if (day := dates.first(part))), None)


def _assembly(history: Sequence[str]) -> str | None:
    """Return the assembly that adopted it, without the number of its term: 全国人民代表大会常务委员会."""
    for part in history:
        found = re.search(
            r"日\s*([\u4e00-\u9fff]{0,20}?人民代表大会(?:常务委员会)?)第.{1,6}次会议.*通过", part
        )
        if found:
            return re.sub(r"第.{1,4}届", "", found[1])
    return None


def _validity(title: str, text: str, said: str) -> str:
    for validity, words in _STATES:
        if re.search(words, said):
            return validity
    if re.search(r"[（(](?:已)?(?:废止|失效)[）)]", title):
        return REPEALED
    return (
        TRIAL
        if re.search(r"试行", title)
        or re.search(r"试行期(?:限)?[为自至]?\s*[\d一二三四五六七八九十两]", text)
        else IN_FORCE
    )


def _until(text: str) -> str | None:
    found = re.search(
        rf"(?:有效期|试行期|执行)(?:限)?[^。；;\n]{{0,20}}?(?:至|到|截至|截止)\s*({dates.DAY})", text
    )
    return dates.first(found[1]) if found else None


def _valid_years(text: str) -> int | None:
    found = re.search(rf"(?:有效期|试行期)(?:限)?(?:为|是)?\s*{_YEARS}", text)
    return figure(found[1].replace("两", "二")) if found else None
