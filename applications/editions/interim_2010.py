"""《国家中小企业公共服务示范平台管理暂行办法》: the default edition. Carries out Art. 21."""

from __future__ import annotations

from decimal import Decimal

from applications.editions.forms_2010 import ANNEX_2, ANNEX_3
from applications.editions.materials_2010 import MATERIALS, REREVIEW_MATERIALS
from applications.editions.model import Edition, Threshold
from applications.editions.operating import OPERATING, PROPOSED, RUBRIC
from portal.shared import law

# Art. 2, in its order.
FUNCTIONS = (
    "information",
    "technology",
    "financing",
    "quality",
    "energy_saving",
    "environment",
    "startup",
    "training",
    "management",
    "commerce",
    "logistics",
)
# Art. 5. Only (一), (三) and (四) may be relaxed under (八).
THRESHOLDS = (
    Threshold("years", "一", "运营年限", Decimal(2), "年", relaxable=True),
    Threshold("assets", "一", "资产总额", Decimal(300), "万元", relaxable=True),
    Threshold("staff", "三", "从业人数", Decimal(20), "人", relaxable=True),
    Threshold("ratio", "三", "专业人员占比", Decimal(60), "%", relaxable=True),
    Threshold("smes", "四", "年服务中小企业", Decimal(100), "家", relaxable=True),
    Threshold("satisfaction", "四", "用户满意度", Decimal(80), "%", relaxable=True),
)
# The text of Art. 8 (十二) asks for a declaration only; the wording is ours until the official one is supplied.
DECLARATION = (
    "本单位郑重声明：所提交的申报材料内容真实、准确、完整，复印件与原件一致。如有弄虚作假，"
    "愿承担由此产生的一切责任，并接受撤销称号等处理。"
)

INTERIM_2010 = Edition(
    code="interim-2010",
    title=law.MEASURES,
    document_number="工信部企业〔2010〕240号",
    effective_from="2010-05-24",
    thresholds=THRESHOLDS,
    functions=FUNCTIONS,
    materials=MATERIALS,
    rereview_materials=REREVIEW_MATERIALS,
    forms={"annex2": ANNEX_2, "annex3": ANNEX_3},
    publicity_days=15,  # Art. 9
    rereview_years=3,  # Art. 14
    window=("04-01", "04-30"),  # Art. 11
    declaration=DECLARATION,
    ratio_rule="union",
    rubric=RUBRIC,
    operating=OPERATING,
    articles={
        "functions": law.FUNCTIONS,
        "window": law.HANDLING,
        "publicity_days": law.PUBLICITY,
        "rereview_years": law.REREVIEW,
        "ends_by": law.REREVIEW,
    },
    proposed=PROPOSED,
    quoted={
        "earlier_recognition": "省级及以上部门的认定或者表彰（第五条（七））",
        "relaxation": "老少边穷地区，（一）（三）（四）可适度放宽（第五条（八））",
        "quota": "无",
        "term": "未定期限，每三年复核一次（第十四条）",
        "failing": "公告撤销；弄虚作假的，暂停所在省级部门下一年度申报（第十四、十五条）",
        "association": "全国性行业协会可直接推荐（第十九条）",
        "annual_duty": "每年将工作总结报省级主管部门（第十三条）",
        "partners": "无要求",
        "public_benefit": "无比例要求，应主动开展公益性服务（第十三条）",
        "per_function": "无",
        "staff_counted": "从业人员（第五条（三））",
    },
)
