"""The measures of 2012 and 2017, as far as published notices quote them; the rest is UNKNOWN.

They serve comparison and training: no cycle can be published on an edition with unknown parts.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from applications.editions.interim_2010 import INTERIM_2010
from applications.editions.model import UNKNOWN


def _with(values: dict[str, Decimal]):
    return tuple(replace(row, value=values.get(row.code, UNKNOWN)) for row in INTERIM_2010.thresholds)


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
    window=UNKNOWN,
    quoted={
        "earlier_recognition": "省级示范平台，或者部委、全国性协会认定",
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
    window=UNKNOWN,
    quoted={
        "earlier_recognition": "省级示范平台，或者部委、全国性协会认定",
        "quota": "由年度通知规定（省级 4 家、计划单列市 2 家）",
        "term": "三年，期满失效，自愿重新申报（第二十三条）",
        "failing": "测评不合格的撤销",
        "association": "全国性行业协会可推荐，名额 4 家",
        "annual_duty": "年度总结，省级检查报告",
        "partners": "不少于 5 家",
        "public_benefit": "不低于总服务量的 20%",
    },
)
