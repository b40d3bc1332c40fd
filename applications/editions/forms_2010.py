"""Form definitions of Annexes 2 and 3, put together from the articles until the official annexes are supplied.

Carries out Annexes 2 and 3.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from applications.editions.model import FieldSpec as F
from applications.editions.model import FormSpec, SectionSpec, TableSpec

ZERO, HUNDRED = Decimal(0), Decimal(100)
LONG: dict[str, Any] = {"kind": "longtext", "max_length": 3000}
CLUSTERS = (
    ("cluster", "产业集群"),
    ("base", "小企业创业基地"),
    ("park", "工业园区"),
    ("demo_base", "国家新型工业化产业示范基地"),
    ("other", "其他"),
)


def money(code: str, label: str, required: bool = True, help: str = "") -> F:
    return F(code, label, "decimal", "万元", required, help, minimum=ZERO)


def count(code: str, label: str, unit: str, required: bool = True, help: str = "") -> F:
    return F(code, label, "integer", unit, required, help, minimum=ZERO)


def percent(code: str, label: str, required: bool = True, help: str = "") -> F:
    return F(code, label, "percent", "%", required, help, minimum=ZERO, maximum=HUNDRED)


ANNEX_2 = FormSpec(
    "annex2-2010-1",
    "国家中小企业公共服务示范平台申请报告",
    (
        SectionSpec(
            "overview",
            "单位及平台概况",
            5,
            "一",
            "依法设立、运营两年以上的独立法人单位，财务收支状况良好。",
            (
                money("total_assets", "资产总额（上年末）"),
                money("fixed_assets", "其中：固定资产", required=False),
                money("liabilities", "负债总额", required=False),
                F(
                    "overview",
                    "单位及平台概况",
                    **LONG,
                    help="成立背景、法人治理、发展前景与可持续发展能力",
                ),
            ),
            (
                TableSpec(
                    "finance",
                    "近两年财务收支（万元）",
                    (
                        F("year", "年度", "integer", "年"),
                        money("income", "营业收入"),
                        money("service_income", "其中：服务收入"),
                        money("subsidy", "政府补助", required=False),
                        money("service_expense", "服务支出"),
                        F("balance", "结余", "decimal", "万元"),
                    ),
                    min_rows=2,
                    totals=("income", "service_income", "subsidy", "service_expense", "balance"),
                ),
            ),
        ),
        SectionSpec(
            "area",
            "服务区域与行业",
            5,
            "二",
            "主要服务于中小企业集聚的区域或行业。",
            (
                F("service_area", "主要服务区域或行业"),
                F("clusters", "集聚类型", "multichoice", choices=CLUSTERS),
                F("area_text", "中小企业公共服务需求及对区域经济的影响", **LONG),
            ),
        ),
        SectionSpec(
            "capacity",
            "服务功能与条件",
            5,
            "三",
            "服务功能完善，服务特色突出，有固定的经营服务场所和必要的设施。",
            (
                count("staff", "从业人数", "人", help="与人员名册核对"),
                count(
                    "professionals",
                    "大专及以上学历或中级及以上职称人数",
                    "人",
                    help="每人只计一次，与人员名册核对",
                ),
                F("site_area", "经营服务场所面积", "decimal", "平方米", minimum=ZERO),
                F(
                    "site_kind",
                    "场所性质",
                    "choice",
                    choices=(("own", "自有"), ("rent", "租赁"), ("free", "无偿使用")),
                ),
                F("site_until", "租期或使用期至", "date", required=False),
                count("equipment", "仪器设备台（套）数", "台（套）"),
                F("capacity_text", "服务功能、特色与条件", **LONG),
            ),
        ),
        SectionSpec(
            "performance",
            "服务业绩",
            5,
            "四",
            "年服务中小企业不少于 100 家，近两年稳定增长，用户满意度 80% 以上。",
            (
                count("smes_before", "前年服务中小企业数", "家"),
                count("smes_last", "上年服务中小企业数", "家"),
                count("services_last", "上年服务次数", "次", required=False),
                percent("satisfaction", "用户满意度"),
                F("survey", "满意度调查方式", required=False),
                count("survey_sample", "样本数", "家", required=False),
                count("public_services", "公益性或低收费服务次数", "次", required=False),
                count("partners", "带动的社会服务机构数", "家", required=False),
                F("performance_text", "服务业绩、典型案例与品牌影响力", **LONG),
            ),
        ),
        SectionSpec(
            "management",
            "管理与规划",
            5,
            "五",
            "管理制度、服务流程、收费标准、质量保证措施，发展规划、年度目标和品牌建设方案。",
            (
                F(
                    "has_rules",
                    "有完善的管理制度和健全的服务流程",
                    "boolean",
                    required=False,
                ),
                F(
                    "has_prices",
                    "有公开的收费标准和服务质量保证措施",
                    "boolean",
                    required=False,
                ),
                F(
                    "has_plan",
                    "有明确的发展规划、年度目标和品牌建设方案",
                    "boolean",
                    required=False,
                ),
                F("management_text", "管理与规划说明", **LONG),
            ),
        ),
        SectionSpec(
            "leader",
            "主要负责人",
            5,
            "六",
            "有较强的事业心、责任心，具有开拓创新精神、丰富的实践经验和较高的管理水平。",
            (
                F("leader_name", "主要负责人姓名", max_length=40),
                F("leader_title", "职务和职称", max_length=60),
                count("leader_years", "从事相关工作年限", "年"),
                F("leader_text", "主要经历与业绩", **LONG),
            ),
        ),
        SectionSpec(
            "recognition",
            "示范性与带动作用",
            5,
            "七",
            "获得省级及以上部门的相关认定或表彰；示范带动作用。",
            (
                F("demonstration_text", "示范性、可推广的经验", **LONG),
                F(
                    "poor_area",
                    "属于经济欠发达的老少边穷地区，申请适度放宽条件",
                    "boolean",
                    required=False,
                ),
                F(
                    "poor_area_text",
                    "老少边穷地区依据和放宽理由",
                    "longtext",
                    required=False,
                    max_length=1000,
                    help="只能放宽第五条（一）（三）（四）的条件",
                ),
            ),
        ),
    ),
)

_YEAR_COLUMNS = (
    F("year", "年度", "integer", "年"),
    money("assets", "资产总额"),
    count("staff", "从业人数", "人"),
    percent("ratio", "专业人员占比"),
    money("service_income", "服务收入"),
    money("service_expense", "服务支出"),
    count("smes", "服务中小企业数", "家"),
    count("services", "服务次数", "次"),
    percent("satisfaction", "满意度"),
    count("public_services", "公益性服务", "次"),
    count("entrusted", "受托任务", "项"),
    count("partners", "带动服务机构", "家"),
)
YEAR_TOTALS = ("service_income", "service_expense", "smes", "services", "public_services", "entrusted")

ANNEX_3 = FormSpec(
    "annex3-2010-1",
    "国家中小企业公共服务示范平台年度运营情况测评表",
    (
        SectionSpec(
            "changes",
            "基本情况与变更",
            14,
            "",
            "三年内是否发生更名、法定代表人、地址、经营范围或者重组等重大变更。",
            (
                F("changed", "发生重大变更", "boolean", required=False),
                F(
                    "change_text",
                    "变更说明",
                    "longtext",
                    required=False,
                    max_length=1000,
                ),
            ),
        ),
        SectionSpec(
            "years",
            "三年运营情况",
            14,
            "",
            "逐年填写，与年度总结和专项审计报告一致。",
            (),
            (TableSpec("years", "三年指标", _YEAR_COLUMNS, min_rows=3, totals=YEAR_TOTALS),),
        ),
        SectionSpec(
            "goals",
            "目标与示范",
            14,
            "",
            "年度目标完成情况、示范带动和下一步计划。",
            (
                F("goals_text", "年度目标完成情况", **LONG),
                F("demonstration_text", "示范带动与经验推广", **LONG),
                F("next_text", "下一年度计划", **LONG),
            ),
        ),
    ),
    note="第一部分由平台填写；第二部分由省级主管部门测评。按条文整理，待官方附件替换",
)
