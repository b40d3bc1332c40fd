"""Names and functions within one cell: a unit in brackets, a former name in a note, the eleven functions by other words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platforms.functions import Function
from portal.files.documents import UNIT_ENDINGS
from portal.shared.names import tidy_name, tidy_text

if TYPE_CHECKING:
    from platforms.notices.rows import Row

WITHIN = r"(?:[^()（）]|[(（][^()（）]{1,12}[)）])"  # a name may hold a place in brackets of its own
WITH_UNIT = re.compile(rf"^(.{{4,90}}?)[(（]({WITHIN}{{3,60}}?{UNIT_ENDINGS}|{WITHIN}{{7,60}}?平台)[)）]$")
SIGN_WITHIN = re.compile(r"^(.{4,}?)\s*([*＊※△▲☆★]{1,3})\s*([(（\[［【〔].+)$")
SQUARE = re.compile(rf"^(.{{4,90}}?)[\[［【〔]([^\[\]［］【】〔〕]{{3,60}}?{UNIT_ENDINGS})[\]］】〕]$")
BY_SENSE = 0.3  # no heading and no ending says that the bracket holds a unit: a person is asked
PLACED = re.compile(r"^(.{4,}?)[(（]([^()（）]{2,12})[)）]$")  # 甲服务中心（北京市）
WHOLE = re.compile(rf"(?:平台|{UNIT_ENDINGS}|\d)[)）]?$")  # a name that needs no further line
QUOTES = "“”\"'「」《》"
PLAIN_NAME = r"((?:[^()（）；;，,。]|[(（][^()（）]{1,12}[)）]){4,60}?)"
FORMER_NAME = re.compile(
    rf"^(.{{4,90}}?)\s*[(（]\s*(?:原|曾用|更名前|变更前)(?:名称?|平台名称?|单位名称?|平台|单位|为|名为)?\s*[:：]?\s*{PLAIN_NAME}[)）]$"
)
LATER_NAME = re.compile(
    rf"^(.{{4,90}}?)\s*[(（]\s*(?:现|已|后|现已)?(?:更名|变更|改名)(?:名称)?为\s*[:：]?\s*{PLAIN_NAME}[)）]$"
)
NOTED = (  # a former name in the remarks
    re.compile(
        rf"(?:更名|名称变更|变更名称|名称变化|改名)[^()（）]{{0,6}}[(（]\s*原(?:名称?|平台名称|单位名称|为|名为)?\s*[:：]?\s*{PLAIN_NAME}[)）]"
    ),
    re.compile(
        rf"(?:^|[；;，,。(（])\s*(?:原(?:平台|单位)?名称?为?|原为|原系|前身为?|曾用名|更名前(?:名称)?|变更前(?:名称)?)\s*[:：为]?\s*{PLAIN_NAME}(?:$|[；;，,。)）])"
    ),
    re.compile(
        rf"(?:^|[；;，,。(（])\s*(?:由|系由|从|原)\s*{PLAIN_NAME}\s*(?:更名|变更|改名)(?:而来|$|[；;，,。)）])"
    ),
    re.compile(rf"^原\s*((?:[^；;，,。]){{4,60}}(?:{UNIT_ENDINGS}|平台))$"),
)
LATER_NOTED = re.compile(
    rf"(?:现|已|后|现已)(?:更名|变更|改名)(?:名称)?为\s*[:：]?\s*{PLAIN_NAME}(?:$|[；;，,。)）])|(?:^|[；;，,。])现名(?:称)?为?\s*[:：]?\s*{PLAIN_NAME}(?:$|[；;，,。)）])"
)
KNOWN_FUNCTIONS = {label: (label,) for label in Function.labels} | {
    "综合": ("综合服务",),
    "物流": ("现代物流",),
}
MEANT_FUNCTIONS = {
    "融资": "投融资 投资融资 投资与融资 融资担保 金融 金融服务 投融资与担保",
    "创业": "创新创业 创业创新 创业与创新 创业辅导 创业孵化 孵化 双创 创业培育",
    "培训": "人才培训 人员培训 人才与培训 教育培训 培训教育 人才培养 人才培养与培训 职业培训",
    "技术": "技术创新 技术支持 技术支撑 技术开发 技术研发 技术咨询 技术转移 共性技术",
    "信息": "信息咨询 政策信息 信息与咨询",
    "管理": "管理咨询 管理提升 企业管理 咨询管理",
    "质量": "检验检测 质量检测 质量检验 质量管理 质量认证",
    "商务": "电子商务 市场开拓 商务合作 对外合作",
    "现代物流": "仓储物流 物流配送",
}
MEANT = {word: (label,) for label, words in MEANT_FUNCTIONS.items() for word in words.split()} | {
    "节能环保": ("节能", "环保"),
    "节能与环保": ("节能", "环保"),
}
ANY_FUNCTION = (
    f"(?:{'|'.join(sorted({*KNOWN_FUNCTIONS, *MEANT, '法律', '知识产权'}, key=len, reverse=True))})"
)
# 信息 创业 融资 of which a copy dropped the spaces.
JOINED = re.compile(rf"(?:{ANY_FUNCTION}(?:服务)?){{2,}}")
ENDING = re.compile(r"(类服务平台|类平台|服务平台|服务类|类服务|类|服务|功能)$")


# 一、信息服务类（5家）, （二）创业服务 and 技术类示范平台名单 above those that serve so.
FUNCTION_HEAD = re.compile(
    r"(?P<no>[(（]?[一二三四五六七八九十]{1,3}[)）、.．]\s*)?(?P<said>[\u4e00-\u9fff、和及与]{2,20}?)"
    r"(?:示范平台)?(?:名单)?\s*(?:[(（]共?\s*\d{1,3}\s*[家个]?[)）])?\s*[:：]?"
)


def function_heading(text: str) -> str:
    """The functions that a heading names, as it writes them; without a number only where it says 类.

    One that nobody knows (法律服务类) ends the one before all the same, and is doubted at its rows.
    """
    found = FUNCTION_HEAD.fullmatch(text.strip()) if len(text) <= 40 else None
    if not found or not (found["no"] or "类" in found["said"]):
        return ""
    said = found["said"]
    return (
        said if read_functions(said).is_whole or (found["no"] and said.endswith(("服务类", "服务"))) else ""
    )


@dataclass
class Functions:
    """`unknown` are words that none of the functions answers to; `taken` says what was read by its sense."""

    known: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    taken: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.known) and not self.unknown


def read_functions(text: str) -> Functions:
    found, taken = Functions(), []
    if len(text) > 200:
        return found
    for part in filter(
        None, re.split(rf"[、，,；;/+＋\s]+|(?<=服务)[和及与]?(?={ANY_FUNCTION})", tidy_text(text))
    ):
        word = ENDING.sub("", re.sub(r"^\d+[.．]|^[(（]\d+[)）]", "", part))
        labels = KNOWN_FUNCTIONS.get(word) or MEANT.get(word) or _joined_functions(part)
        if labels and word not in KNOWN_FUNCTIONS:
            taken.append(f"“{part}”按“{'、'.join(labels)}”读取")
        if labels:
            found.known += [label for label in labels if label not in found.known]
        else:
            found.unknown.append(part)
    found.taken = "，".join(taken)
    return found


def _joined_functions(part: str) -> tuple[str, ...]:
    if not JOINED.fullmatch(part):
        return ()
    words = re.findall(ANY_FUNCTION, part)
    found = [KNOWN_FUNCTIONS.get(word) or MEANT.get(word) or () for word in words]
    return tuple(dict.fromkeys(label for labels in found for label in labels)) if all(found) else ()


def take_name_apart(row: Row) -> None:
    """平台名称（运营单位）, 名称（原某名称）, 名称（现更名为某名称） in one cell, and a former name among the remarks."""
    if found := SIGN_WITHIN.match(row.name):  # 某平台*（某公司）
        row.name, row.sign = found[1] + found[3], row.sign or found[2]
    if found := SQUARE.match(row.name):
        row.name = f"{found[1]}（{found[2]}）"
    if found := FORMER_NAME.match(row.name):
        _set_names(row, found[1], found[2], "名称后注明原名称")
    elif found := LATER_NAME.match(row.name):
        _set_names(row, found[2], found[1], "名称后注明更名")
    elif (found := WITH_UNIT.match(row.name)) and (not row.unit or row.unit == row.name):
        row.name, row.unit = tidy_name(found[1]), tidy_name(found[2])
        sure = row.name.endswith(("平台", "系统", "网"))
        row.doubt("名称和单位写在一格，按括号分开", 0.1 if sure else BY_SENSE)
    if not row.before and len(row.remark) <= 200:
        noted = next((one for sign in NOTED if (one := sign.search(row.remark))), None)
        if noted and (before := tidy_name(noted[1].strip(QUOTES))) != row.name:
            row.before = before
            row.doubt("备注中注明原名称", 0.05)
        elif later := LATER_NOTED.search(row.remark):
            row.doubt(f"备注写明更名为“{tidy_name(later[1] or later[2])[:40]}”，名单中是更名前的名称", 0.3)


def _set_names(row: Row, name: str, before: str, why: str) -> None:
    same = row.unit == row.name
    row.name, row.before = tidy_name(name), tidy_name(before.strip(QUOTES))
    if same:
        row.unit = row.name
    row.doubt(why, 0.05)
