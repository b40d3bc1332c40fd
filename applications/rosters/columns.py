"""What a roster's columns are and what each cell must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from applications.rosters.wording import further_headings, further_words
from portal.privacy.masking import mask
from portal.shared.validators import reads_like_identity_number

EDUCATION = ("博士", "硕士", "本科", "大专", "大专以下")
TITLE_LEVELS = ("正高", "副高", "中级", "初级", "无")
YES_NO = ("是", "否")
RATINGS = ("满意", "基本满意", "不满意", "未评价")
KINDS = ("设施", "软件", "仪器设备")
TEMPLATE_VERSION = 2
# What people write, for what the template offers. 一般 and 小微 could mean two things: they are asked.
EDUCATION_WORDS = {
    "博士研究生": "博士",
    "博士后": "博士",
    "硕士研究生": "硕士",
    "研究生": "硕士",
    "大学本科": "本科",
    "大学": "本科",
    "本科生": "本科",
    "学士": "本科",
    "全日制本科": "本科",
    "专科": "大专",
    "大学专科": "大专",
    "大专生": "大专",
    "高职": "大专",
    "高职高专": "大专",
}
LEVEL_WORDS = {
    "正高级": "正高",
    "教授级高级": "正高",
    "教授级": "正高",
    "副高级": "副高",
    "高级": "副高",
    "高级职称": "副高",
    "中级职称": "中级",
    "初级职称": "初级",
    "助理级": "初级",
    "员级": "初级",
    "助理": "初级",
    "无职称": "无",
    "/": "无",
    "-": "无",
    "—": "无",
    "——": "无",
    "暂无": "无",
}
YES_NO_WORDS = {
    "√": "是",
    "✓": "是",
    "✔": "是",
    "☑": "是",
    "专职": "是",
    "全职": "是",
    "开放": "是",
    "有": "是",
    "y": "是",
    "Y": "是",
    "yes": "是",
    "×": "否",
    "✗": "否",
    "✕": "否",
    "兼职": "否",
    "不开放": "否",
    "n": "否",
    "N": "否",
    "no": "否",
}
RATING_WORDS = {
    "非常满意": "满意",
    "很满意": "满意",
    "十分满意": "满意",
    "较满意": "基本满意",
    "比较满意": "基本满意",
    "很不满意": "不满意",
    "非常不满意": "不满意",
    "未评": "未评价",
    "未回收": "未评价",
}
SIZE_WORDS = {
    "中型企业": "中型",
    "小型企业": "小型",
    "微型企业": "微型",
    "中": "中型",
    "小": "小型",
    "微": "微型",
}


@dataclass(frozen=True)
class Column:
    """`kind`: text, choice, date, integer, decimal, uscc, year, document, phone."""

    code: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    width: int = 16
    minimum: float | None = None
    maximum: float | None = None
    is_masked: bool = False
    is_contact: bool = False  # of a person: sealed apart from the other cells
    synonyms: tuple[str, ...] = ()  # of the heading
    words: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # what clerks write for a choice or number

    def shown(self, value) -> str:
        """The value as any page may show it: of a person's document only the end, in whatever column it stands."""
        text = "" if value is None else str(value)
        if self.is_contact:
            return mask(text)
        hidden = self.is_masked or reads_like_identity_number(text)
        return "*" * max(0, len(text) - 3) + text[-3:] if hidden else text


@dataclass(frozen=True)
class Roster:
    """`unique` makes two rows the same thing within one list; by the columns of `key` rows of others are looked up.

    Rows that are alike as a whole are alike in `key`, which must tell most rows of all dossiers apart.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    key: tuple[str, ...]
    example: tuple
    instructions: tuple[str, ...]

    def __post_init__(self):
        object.__setattr__(self, "columns", tuple(_worded(self.code, column) for column in self.columns))

    def key_of(self, row: Mapping) -> str:
        return "|".join(str(row.get(code, "")) for code in self.key)[:64]

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


def _worded(roster: str, column: Column) -> Column:
    synonyms = (*column.synonyms, *further_headings(roster, column.code))
    return replace(column, synonyms=synonyms, words={**further_words(roster, column.code), **column.words})


STAFF = Roster(
    "staff",
    "主要管理人员和专业技术人员名册",
    (
        Column("name", "姓名", width=12, synonyms=("人员姓名",)),
        Column(
            "document",
            "证件号码后六位",
            "document",
            width=16,
            is_masked=True,
            synonyms=("身份证号码后六位", "身份证后六位", "身份证号后六位", "证件号后六位"),
        ),
        Column("post", "岗位", synonyms=("职务", "岗位职务", "工作岗位")),
        Column(
            "education",
            "学历",
            "choice",
            choices=EDUCATION,
            width=10,
            synonyms=("文化程度", "最高学历"),
            words=EDUCATION_WORDS,
        ),
        Column("major", "专业", required=False),
        Column(
            "title_level",
            "职称级别",
            "choice",
            choices=TITLE_LEVELS,
            width=10,
            synonyms=("职称等级", "技术职称级别"),
            words=LEVEL_WORDS,
        ),
        Column("title", "职称名称", required=False, synonyms=("专业技术职称", "职称")),
        Column(
            "full_time",
            "是否专职",
            "choice",
            choices=YES_NO,
            width=10,
            synonyms=("专职", "专兼职", "专职兼职"),
            words=YES_NO_WORDS,
        ),
        Column("since", "入职日期", "date", width=14, synonyms=("入职时间", "到岗时间", "参加工作时间")),
        Column("certificate", "职称证书编号", required=False, width=18),
        Column("insured_months", "社保缴纳月数", "integer", required=False, minimum=0, maximum=600, width=12),
    ),
    ("name", "document"),
    ("document",),
    ("示例", "01001X", "服务部经理", "本科", "机械工程", "中级", "工程师", "是", "2021-03-01", "", 60),
    (
        "每人一行；示例行（灰色）会被跳过。",
        "学历、职称级别请从下拉列表选择。",
        "证件号码只填后六位，用于识别重名；导入后各页面只显示末三位。",
        "入职日期写成 2021-03-01；社保缴纳月数指在本单位缴纳的月数，可以不填。",
    ),
)

SMES = Roster(
    "smes",
    "签订服务协议的中小企业名单和成效评价",
    (
        Column("name", "企业名称", width=30, synonyms=("单位名称", "服务企业名称", "企业全称")),
        Column(
            "uscc",
            "统一社会信用代码",
            "uscc",
            width=24,
            synonyms=("信用代码", "社会信用代码", "统一信用代码"),
        ),
        Column("place", "所在地", width=14, synonyms=("所在地区", "所属地区")),
        Column(
            "size",
            "规模",
            "choice",
            choices=("中型", "小型", "微型"),
            width=8,
            synonyms=("企业规模",),
            words=SIZE_WORDS,
        ),
        Column(
            "year", "服务年度", "year", width=10, minimum=2000, maximum=2100, synonyms=("年度", "服务年份")
        ),
        Column("agreement", "协议编号", width=18, synonyms=("合同编号", "协议号")),
        Column("signed_on", "签订日期", "date", width=14, synonyms=("签订时间", "签约日期", "合同签订日期")),
        Column("service", "服务内容", width=24),
        Column(
            "fee",
            "收费金额（元）",
            "decimal",
            required=False,
            minimum=0,
            width=14,
            words={"免费": "0", "不收费": "0", "公益": "0"},
        ),
        Column(
            "satisfied",
            "是否满意",
            "choice",
            choices=RATINGS,
            width=12,
            synonyms=("满意度", "满意情况", "满意度评价"),
            words=RATING_WORDS,
        ),
        Column("effect", "成效评价", required=False, width=30),
        Column("contact", "联系人", required=False, width=12, is_contact=True),
        Column("phone", "联系电话", "phone", required=False, width=16, is_contact=True),
    ),
    ("uscc", "year"),
    ("uscc",),
    (
        "示例企业有限公司",
        "",
        "杭州市",
        "小型",
        2025,
        "XY-2025-001",
        "2025-03-01",
        "技术咨询",
        5000,
        "满意",
        "缩短交货期",
        "王工",
        "0571-00000000",
    ),
    (
        "同一企业每个服务年度一行，须含上年和前年；示例行（灰色）会被跳过。",
        "家数按统一社会信用代码去重。",
        "满意度 =（满意 + 基本满意）÷ 已评价家数。",
        "联系人和电话供推荐单位抽样回访，可以不填。",
    ),
)

FACILITIES = Roster(
    "facilities",
    "主要服务设施、软件或仪器设备清单",
    (
        Column("name", "名称", width=24, synonyms=("设备名称", "设施名称", "仪器设备名称", "软件名称")),
        Column("model", "规格型号", required=False),
        Column("kind", "类别", "choice", choices=KINDS, width=12),
        Column("quantity", "数量", "integer", minimum=1, width=8),
        Column("value", "原值（万元）", "decimal", minimum=0, width=12),
        Column("bought_on", "购置日期", "date", required=False, width=14),
        Column("purpose", "用途", width=24),
        Column("open", "是否对外开放", "choice", choices=YES_NO, width=12, words=YES_NO_WORDS),
    ),
    (),
    ("name", "model", "bought_on", "value"),
    ("示例仪器", "X-100", "仪器设备", 1, 12.5, "2022-05-01", "材料检测", "是"),
    (
        "每种设施、软件或者仪器设备一行；示例行（灰色）会被跳过。",
        "原值为该行全部数量的合计金额，单位万元。",
    ),
)

ROSTERS = {roster.code: roster for roster in (STAFF, SMES, FACILITIES)}
