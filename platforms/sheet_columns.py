"""Columns of the lists that officials upload: their headings, other words for them, what each cell holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

STATUSES = ("有效", "已撤销", "已放弃", "复核不合格", "有效期满")


@dataclass(frozen=True)
class Column:
    """`kind`: text, name, number, year, date, amount, uscc, choice, functions."""

    code: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    limit: int = 100
    example: Any = ""
    synonyms: tuple[str, ...] = ()  # other headings for the same
    words: Mapping[str, str] = field(default_factory=dict, hash=False)  # other words for a choice


PLATFORM = Column(
    "platform",
    "平台名称",
    "name",
    example="示例公共服务平台",
    synonyms=("示范平台名称", "服务平台名称", "平台全称"),
)
UNIT = Column(
    "organisation",
    "运营单位",
    "name",
    example="示例服务中心有限公司",
    synonyms=("运营单位名称", "申报单位", "单位名称", "依托单位", "主体单位", "承建单位"),
)
CODE = Column(
    "uscc",
    "统一社会信用代码",
    "uscc",
    required=False,
    synonyms=("信用代码", "社会信用代码", "统一信用代码", "机构代码"),
)
STATUS_WORDS = {
    "撤销": "已撤销",
    "被撤销": "已撤销",
    "放弃": "已放弃",
    "自愿放弃": "已放弃",
    "不合格": "复核不合格",
    "未通过复核": "复核不合格",
    "复核未通过": "复核不合格",
    "期满": "有效期满",
    "已到期": "有效期满",
    "到期": "有效期满",
    "在有效期": "有效",
    "正常": "有效",
}
HISTORIC = (
    Column("number", "证书编号", "number", required=False, example="", synonyms=("编号", "证书号")),
    PLATFORM,
    UNIT,
    CODE,
    Column(
        "jurisdiction",
        "所在地区",
        limit=20,
        example="浙江",
        synonyms=(
            "省份",
            "省市",
            "地区",
            "省",
            "省（区、市）",
            "省（市、区）",
            "省市区",
            "所属省份",
            "所在地",
        ),
    ),
    Column(
        "recommender",
        "推荐单位",
        required=False,
        limit=60,
        example="浙江省经济和信息化厅",
        synonyms=("推荐部门",),
    ),
    Column(
        "functions",
        "服务功能",
        "functions",
        required=False,
        example="技术、质量",
        synonyms=("服务类别", "主要功能", "功能"),
    ),
    Column(
        "kind",
        "平台类型",
        "choice",
        required=False,
        choices=("综合性平台", "专业平台"),
        example="专业平台",
        synonyms=("类型", "平台类别"),
        words={
            "综合": "综合性平台",
            "综合性": "综合性平台",
            "综合服务": "综合性平台",
            "专业": "专业平台",
            "专业性": "专业平台",
        },
    ),
    Column("year", "认定年度", "year", example=2012, synonyms=("年度", "认定年份", "授予年度")),
    Column(
        "granted_on",
        "授予日期",
        "date",
        example="2012-11-20",
        synonyms=("认定日期", "认定时间", "授予时间", "公布日期"),
    ),
    Column("review_year", "下次复核年度", "year", required=False, example=2015, synonyms=("复核年度",)),
    Column("valid_until", "有效期至", "date", required=False, synonyms=("有效期", "有效期止", "到期日期")),
    Column(
        "announcement",
        "公告标题",
        limit=200,
        example="关于公布 2012 年度名单的通告",
        synonyms=("公布文件", "通告标题", "通知标题", "文件名称"),
    ),
    Column(
        "document",
        "公告文号",
        required=False,
        limit=64,
        example="工信部企业〔2012〕566号",
        synonyms=("文号", "认定文号", "公布文号", "文件号"),
    ),
    Column(
        "status",
        "状态",
        "choice",
        required=False,
        choices=STATUSES,
        example="有效",
        synonyms=("称号状态", "目前状态", "当前状态", "现状"),
        words=STATUS_WORDS,
    ),
    Column(
        "ended_on",
        "终止日期",
        "date",
        required=False,
        synonyms=("终止时间", "撤销日期", "撤销时间", "失效日期"),
    ),
    Column(
        "end_reason",
        "终止原因或者公告",
        required=False,
        limit=200,
        synonyms=("终止原因", "终止公告", "终止原因或公告", "撤销原因", "撤销文件"),
    ),
    Column("remark", "备注", required=False, limit=200, synonyms=("说明",)),
)
SUPPORT_KINDS = ("资金", "项目", "税收", "其他措施")
SUPPORT = (
    Column("number", "证书编号", required=False, limit=40, example="GJPT-2025-0001", synonyms=("编号",)),
    CODE,
    replace(PLATFORM, required=False, example=""),
    Column("year", "年度", "year", example=2025, synonyms=("扶持年度", "年份")),
    Column(
        "kind",
        "扶持方式",
        "choice",
        choices=SUPPORT_KINDS,
        example="资金",
        synonyms=("扶持类别", "方式"),
        words={"资金扶持": "资金", "项目扶持": "项目", "税收优惠": "税收", "其他": "其他措施"},
    ),
    Column(
        "name",
        "扶持内容",
        limit=120,
        example="示例：服务能力提升补助",
        synonyms=("项目名称", "扶持项目", "内容"),
    ),
    Column(
        "amount",
        "金额（万元）",
        "amount",
        required=False,
        example=30,
        synonyms=("扶持金额（万元）", "资金（万元）"),
    ),
    Column(
        "document", "依据文件", required=False, limit=120, example="", synonyms=("文号", "文件依据", "依据")
    ),
    Column("plan", "扶持计划", required=False, limit=120, example="", synonyms=("计划", "计划名称")),
)
# Art. 18: what provinces have from before; the code identifies the unit.
PROVINCIAL = (
    PLATFORM,
    UNIT,
    replace(CODE, required=True),
    Column("year", "认定年度", "year", example=2023, synonyms=("年度", "认定年份")),
    Column("document", "文号", limit=64, example="浙经信企服〔2023〕88号", synonyms=("认定文号", "公布文号")),
    Column("document_title", "公布文件", required=False, limit=200, synonyms=("文件名称", "公告标题")),
    Column("number", "编号", required=False, limit=40, synonyms=("证书编号",)),
    Column(
        "granted_on",
        "认定日期",
        "date",
        required=False,
        example="2023-11-20",
        synonyms=("认定时间", "授予日期"),
    ),
    Column(
        "valid_until",
        "有效期至",
        "date",
        required=False,
        example="2026-11-19",
        synonyms=("有效期", "有效期止"),
    ),
)
SHEETS = {"historic": HISTORIC, "support": SUPPORT, "provincial": PROVINCIAL}
