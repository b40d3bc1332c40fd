"""What a roster's columns are and what each cell must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EDUCATION = ("博士", "硕士", "本科", "大专", "大专以下")
TITLE_LEVELS = ("正高", "副高", "中级", "初级", "无")
YES_NO = ("是", "否")
RATINGS = ("满意", "基本满意", "不满意", "未评价")
KINDS = ("设施", "软件", "仪器设备")
TEMPLATE_VERSION = 2


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

    def shown(self, value) -> str:
        """The value as any page may show it: of a person's document only the end."""
        text = "" if value is None else str(value)
        return "*" * max(0, len(text) - 3) + text[-3:] if self.is_masked else text


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

    def key_of(self, row: Mapping) -> str:
        return "|".join(str(row.get(code, "")) for code in self.key)[:64]

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


STAFF = Roster(
    "staff",
    "主要管理人员和专业技术人员名册",
    (
        Column("name", "姓名", width=12),
        Column("document", "证件号码后六位", "document", width=16, is_masked=True),
        Column("post", "岗位"),
        Column("education", "学历", "choice", choices=EDUCATION, width=10),
        Column("major", "专业", required=False),
        Column("title_level", "职称级别", "choice", choices=TITLE_LEVELS, width=10),
        Column("title", "职称名称", required=False),
        Column("full_time", "是否专职", "choice", choices=YES_NO, width=10),
        Column("since", "入职日期", "date", width=14),
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
        Column("name", "企业名称", width=30),
        Column("uscc", "统一社会信用代码", "uscc", width=24),
        Column("place", "所在地", width=14),
        Column("size", "规模", "choice", choices=("中型", "小型", "微型"), width=8),
        Column("year", "服务年度", "year", width=10, minimum=2000, maximum=2100),
        Column("agreement", "协议编号", width=18),
        Column("signed_on", "签订日期", "date", width=14),
        Column("service", "服务内容", width=24),
        Column("fee", "收费金额（元）", "decimal", required=False, minimum=0, width=14),
        Column("satisfied", "是否满意", "choice", choices=RATINGS, width=12),
        Column("effect", "成效评价", required=False, width=30),
        Column("contact", "联系人", required=False, width=12),
        Column("phone", "联系电话", "phone", required=False, width=16),
    ),
    ("uscc", "year"),
    ("uscc",),
    (
        "示例企业有限公司", "", "杭州市", "小型", 2025, "XY-2025-001", "2025-03-01", "技术咨询", 5000, "满意",
        "缩短交货期", "王工", "0571-00000000",
    ),
    (
        "同一企业每个服务年度一行，须含上年和前年；示例行（灰色）会被跳过。",
        "家数按统一社会信用代码去重。",
        "满意度 =（满意 + 基本满意）÷ 已评价家数。",
        "联系人和电话供推荐单位抽样回访，可以不填。",
    ),
)  # fmt: skip

FACILITIES = Roster(
    "facilities",
    "主要服务设施、软件或仪器设备清单",
    (
        Column("name", "名称", width=24),
        Column("model", "规格型号", required=False),
        Column("kind", "类别", "choice", choices=KINDS, width=12),
        Column("quantity", "数量", "integer", minimum=1, width=8),
        Column("value", "原值（万元）", "decimal", minimum=0, width=12),
        Column("bought_on", "购置日期", "date", required=False, width=14),
        Column("purpose", "用途", width=24),
        Column("open", "是否对外开放", "choice", choices=YES_NO, width=12),
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
