"""What a roster's columns are and what each cell must hold."""

from __future__ import annotations

from dataclasses import dataclass

EDUCATION = ("博士", "硕士", "本科", "大专", "大专以下")
TITLE_LEVELS = ("正高", "副高", "中级", "初级", "无")
YES_NO = ("是", "否")


@dataclass(frozen=True)
class Column:
    """`kind`: text, choice, date, integer, decimal, uscc, percent, year."""

    code: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    width: int = 16
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Roster:
    code: str
    title: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    key: str
    example: tuple
    instructions: tuple[str, ...]


ROSTERS = {
    "staff": Roster(
        "staff",
        "主要管理人员和专业技术人员名册",
        (
            Column("name", "姓名", width=12),
            Column("document", "证件号码后六位", width=16),
            Column("post", "岗位"),
            Column("education", "学历", "choice", choices=EDUCATION, width=10),
            Column("major", "专业", required=False),
            Column("title_level", "职称级别", "choice", choices=TITLE_LEVELS, width=10),
            Column("title", "职称名称", required=False),
            Column("full_time", "是否专职", "choice", choices=YES_NO, width=10),
            Column("since", "入职日期", "date", width=14),
        ),
        ("name", "document"),
        "document",
        ("示例", "01001X", "服务部经理", "本科", "机械工程", "中级", "工程师", "是", "2021-03-01"),
        (
            "每人一行；示例行（灰色）会被跳过。",
            "学历、职称级别请从下拉列表选择。",
            "证件号码只填后六位，用于识别重名。",
        ),
    ),
    "smes": Roster(
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
            Column(
                "satisfied", "是否满意", "choice", choices=("满意", "基本满意", "不满意", "未评价"), width=12
            ),
            Column("effect", "成效评价", required=False, width=30),
        ),
        ("uscc", "year"),
        "uscc",
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
        ),
        (
            "同一企业每个服务年度一行，须含上年和前年。",
            "家数按统一社会信用代码去重。",
            "满意度 =（满意 + 基本满意）÷ 已评价家数。",
        ),
    ),
    "facilities": Roster(
        "facilities",
        "主要服务设施、软件或仪器设备清单",
        (
            Column("name", "名称", width=24),
            Column("model", "规格型号", required=False),
            Column("kind", "类别", "choice", choices=("设施", "软件", "仪器设备"), width=12),
            Column("quantity", "数量", "integer", minimum=1, width=8),
            Column("value", "原值（万元）", "decimal", minimum=0, width=12),
            Column("bought_on", "购置日期", "date", required=False, width=14),
            Column("purpose", "用途", width=24),
            Column("open", "是否对外开放", "choice", choices=YES_NO, width=12),
        ),
        (),
        "name",
        ("示例仪器", "X-100", "仪器设备", 1, 12.5, "2022-05-01", "材料检测", "是"),
        ("每种设施、软件或者仪器设备一行。", "原值为合计金额，单位万元。"),
    ),
}
