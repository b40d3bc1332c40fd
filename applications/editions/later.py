"""The measures of 2012, 2017 and 2025, as far as published notices quote them; the rest is UNKNOWN.

They serve comparison and training: no cycle can be published on an edition with unknown parts.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from applications.editions.interim_2010 import INTERIM_2010
from applications.editions.model import UNKNOWN


def _with(values: dict[str, Decimal]):
    return tuple(replace(row, value=values.get(row.code, UNKNOWN)) for row in INTERIM_2010.thresholds)


NO_ARTICLES = {"thresholds": "条号未取得原文"}
MEASURES_2012 = replace(
    INTERIM_2010,
    code="measures-2012",
    title="国家中小企业公共服务示范平台认定管理办法（2012 年）",
    document_number="工信部企业〔2012〕197号",
    effective_from="2012",
    thresholds=_with(
        {
            "years": Decimal(2),
            "assets": Decimal(300),
            "staff": Decimal(20),
            "smes": Decimal(100),
            "satisfaction": Decimal(80),
        }
    ),
    functions=UNKNOWN,
    materials=(),
    rereview_materials=(),
    publicity_days=UNKNOWN,
    rereview_years=3,
    articles=NO_ARTICLES,
    window=UNKNOWN,
    quoted={
        "earlier_recognition": "省级示范平台，或者部委、全国性协会认定",
        "staff_counted": "服务中小企业的从业人员",
        "quota": "由年度通知规定（省级 6 家、计划单列市 3 家）",
        "term": "每三年复核一次",
        "failing": "撤销，或者责令整改后再测评",
        "association": "全国性行业协会可推荐，名额 6 家",
    },
)
MEASURES_2017 = replace(
    INTERIM_2010,
    code="measures-2017",
    title="国家中小企业公共服务示范平台认定管理办法（2017 年）",
    document_number="工信部企业〔2017〕156号",
    effective_from="2017",
    thresholds=_with(
        {
            "years": Decimal(2),
            "assets": Decimal(300),
            "staff": Decimal(20),
            "ratio": Decimal(80),
            "smes": Decimal(150),
            "satisfaction": Decimal(80),
        }
    ),
    functions=("information", "technology", "startup", "training", "financing"),
    materials=(),
    rereview_materials=(),
    publicity_days=UNKNOWN,
    rereview_years=3,
    ends_by="term",
    articles={**NO_ARTICLES, "ends_by": "第二十三条", "rereview_years": "第二十三条"},
    window=UNKNOWN,
    quoted={
        "earlier_recognition": "省级示范平台，或者部委、全国性协会认定",
        "staff_counted": "服务中小企业的从业人员",
        "per_function": "至少符合一项：信息服务，线下服务不少于 150 家、每年组织活动不少于 8 次；技术服务，有专家库和项目库、每年组织活动不少于 5 次；"
        "创业、培训、融资服务的数值未取得原文",
        "quota": "由年度通知规定（省级 4 家、计划单列市 2 家）",
        "term": "三年，期满失效，自愿重新申报（第二十三条）",
        "failing": "测评不合格的撤销",
        "association": "全国性行业协会可推荐，名额 4 家",
        "annual_duty": "年度总结，省级检查报告",
        "partners": "不少于 5 家",
        "public_benefit": "不低于总服务量的 20%",
    },
)
MEASURES_2025 = replace(
    INTERIM_2010,
    code="measures-2025",
    title="示范平台（基地）创建管理办法（2025 年）",
    document_number="未取得文号",
    effective_from="2025-10-21",
    thresholds=_with({}),
    functions=UNKNOWN,
    materials=(),
    rereview_materials=(),
    publicity_days=UNKNOWN,
    rereview_years=UNKNOWN,
    ends_by=UNKNOWN,
    window=UNKNOWN,
    articles=NO_ARTICLES,
    notice="已印发，原文未取得，是否适用由工业和信息化部确定",
    quoted={
        "scope": "公共服务平台与小微企业创业创新基地合并",
        "operator": "政府、国有企事业单位、中小企业公共服务机构",
        "way": "先创建，完成目标任务后认定",
        "per_function": "综合“一站式”，或者专业化（数字化、绿色化、计量、认证、检验、标准、知识产权、设备共享等）；数值未取得原文",
    },
)
