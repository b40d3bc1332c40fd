"""Each cross-check at its edge: the last figure that agrees, the first that doesn't with its sentence, and what is too little to judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from applications.crosschecks import Paper, declared
from applications.crosschecks.model import Evidence
from tests.applications.test_crosschecks import (
    EARLIER,
    FINANCE,
    PAPERS,
    SOUND,
    earlier,
    in_year,
    paper,
    said,
)

EMPTY = replace(SOUND, report={}, papers={}, earlier=None)


def without(code: str) -> Evidence:
    return replace(SOUND, papers={name: one for name, one in PAPERS.items() if name != code})


def before(**report) -> Evidence:
    return earlier(report={**EARLIER.report, **report})


def honours(*rows: tuple[str, str]) -> Evidence:
    return paper("honours", rows=[{"name": name, "issued_on": on} for name, on in rows])


def claims(**changes) -> Evidence:
    row = {"name": "省级示范平台", "kind": "recognition", "level": "provincial", **changes}
    return replace(paper("honours", rows=[row]), proof="")


def granted(*rows: tuple[str, str]) -> Evidence:
    return paper("support", rows=[{"year": year, "amount": amount} for year, amount in rows])


LEASE = "经营服务场所的使用期 2025-12-31 届满，早于申报年度。"
NO_LEASE = "经营服务场所为租赁或者无偿使用，没有填写使用期限。"
LEAP = "资产总额由 2025 年度申报的 1000 万元变为 {} 万元，{}超过一半，请说明。"
LOSS = {**FINANCE[0], "balance": "-0.01"}
EDGES: dict[str, tuple[tuple[Evidence, str | None], ...]] = {
    "audit_year": (
        (paper("audit", audit_year="2026"), "专项审计报告的审计年度为 2026，应为上一年度 2025。"),
        (paper("audit", audit_year=""), None),
    ),
    "audit_income": (
        (paper("audit", service_income="700.01"), ""),
        (paper("audit", service_income="699.99"), ""),
        (
            paper("audit", service_income="700.02"),
            "上年服务收入：专项审计报告为 700.02 万元，报告所填为 700 万元，相差 0.02 万元。",
        ),
    ),
    "audit_expense": (
        (paper("audit", service_expense="610.01"), ""),
        (
            paper("audit", service_expense="609"),
            "上年服务支出：专项审计报告为 609 万元，报告所填为 610 万元，相差 1 万元。",
        ),
    ),
    "audit_opinion": tuple(
        (paper("audit", opinion=opinion), says)
        for opinion, says in (
            ("", None),
            ("clean", ""),
            ("qualified", "专项审计报告的意见类型为保留意见。"),
            ("adverse", "专项审计报告的意见类型为否定意见。"),
            ("disclaimer", "专项审计报告的意见类型为无法表示意见。"),
        )
    ),
    "finance_years": (
        (said("overview", finance=[]), None),
        (said("overview", finance=[FINANCE[1]]), "近两年财务收支表缺少 2024 年。"),
        (said("overview", finance=[FINANCE[0]]), "近两年财务收支表缺少 2025 年。"),
        (said("overview", finance=[{"year": "2023"}]), "近两年财务收支表缺少 2024、2025 年。"),
    ),
    "finance_parts": (
        (in_year(1, subsidy="300"), ""),
        (
            in_year(1, subsidy="300.01"),
            "上年服务收入与政府补助合计 1000.01 万元，大于营业收入 1000 万元。",
        ),
        (in_year(1, subsidy=""), ""),
        (in_year(1, income=""), None),
        (in_year(1, service_income=""), None),
        (in_year(0, subsidy="9999"), ""),
    ),
    "balance": (
        (said("overview", finance=[LOSS, {**FINANCE[1], "balance": "0"}]), ""),
        (said("overview", finance=[{**FINANCE[0], "balance": "0"}, {**FINANCE[1], "balance": "-1"}]), ""),
        (
            said("overview", finance=[LOSS, {**FINANCE[1], "balance": "-0.01"}]),
            "近两年财务收支均为亏损。",
        ),
        (said("overview", finance=[LOSS]), None),
    ),
    "liabilities": (
        (said("overview", liabilities="1280"), ""),
        (said("overview", liabilities="1280.01"), "负债总额 1280.01 万元大于资产总额 1280 万元。"),
        (said("overview", liabilities=""), None),
        (said("overview", total_assets=""), None),
    ),
    "facility_value": (
        (paper("facilities", figures={"value": 2560}), ""),
        (
            paper("facilities", figures={"value": 2560.01}),
            "设施设备清单原值合计 2560.01 万元，超过资产总额 1280 万元的两倍。",
        ),
        (paper("facilities", figures={"value": None}), None),
        (said("overview", total_assets=""), None),
    ),
    "equipment": (
        (said("capacity", equipment="64"), ""),
        (said("capacity", equipment="65"), "申请报告所填仪器设备 65 台（套），清单只列 64 台（套）。"),
        (said("capacity", equipment=""), None),
        (paper("facilities", figures={"count": None}), None),
    ),
    "support_none": (
        (
            paper("support", none=True),
            "材料（十）声明没有得到过政府扶持，但申请报告列有 2024、2025 年政府补助。",
        ),
        (
            replace(paper("support", none=True), report=in_year(0, subsidy="0").report),
            "材料（十）声明没有得到过政府扶持，但申请报告列有 2025 年政府补助。",
        ),
        (replace(paper("support", none=True), report={}), ""),
        (without("support"), None),
    ),
    "support_amount": (
        (granted(("2025", "20"), ("2025", "10"), ("2024", "99")), ""),
        (
            granted(("2025", "20"), ("2025", "10.5")),
            "材料（十）登记的 2025 年扶持 30.5 万元，大于申请报告所填政府补助 30 万元。",
        ),
        (granted(("2025", "")), ""),
        (granted(), None),
        (replace(granted(("2025", "1")), report={}), None),
    ),
    "earlier_assets": (
        (said("overview", total_assets="1500"), ""),
        (said("overview", total_assets="1500.01"), LEAP.format("1500.01", "增加")),
        (said("overview", total_assets="500"), ""),
        (said("overview", total_assets="499.99"), LEAP.format("499.99", "减少")),
        (before(overview={"total_assets": "0"}), None),
        (replace(SOUND, earlier=None), None),
    ),
    "earlier_staff": (
        (
            earlier(papers={"staff": Paper(figures={"staff": 17})}),
            "从业人数由 2025 年度申报的 17 人变为 26 人，增加超过一半，请说明。",
        ),
        (earlier(papers={"staff": Paper(figures={"staff": 18})}), ""),
        (earlier(papers={}), None),
        (replace(SOUND, earlier=None), None),
    ),
    "earlier_income": (
        (in_year(0, service_income="600.01"), ""),
        (
            in_year(0, service_income="600.02"),
            "2024 年服务收入本次填写 600.02 万元，2025 年度申报时为 600 万元。",
        ),
        (before(overview={}), None),
        (replace(SOUND, earlier=None), None),
    ),
    "earlier_smes": (
        (
            earlier(papers={"smes": Paper(figures={"smes_last": 117})}),
            "2024 年服务企业本次名单为 118 家，2025 年度申报时为 117 家。",
        ),
        (earlier(year=2024), None),
        (earlier(papers={}), None),
        (replace(SOUND, earlier=None), None),
    ),
    "earlier_list": (
        (
            replace(SOUND, same_smes=True),
            "上年服务企业与 2025 年度申报的名单完全相同，请核对是否已更新。",
        ),
        (replace(without("smes"), same_smes=True), None),
        (replace(SOUND, same_smes=True, earlier=None), None),
    ),
    "licence_name": (
        (paper("licence", licence_name="绍兴越州（集团） 服务有限公司"), ""),
        (
            paper("licence", licence_name="绍兴越州"),
            "证照所载名称“绍兴越州”与登记的单位名称“绍兴越州(集团)服务有限公司”不一致。",
        ),
        (paper("licence", licence_name=""), None),
    ),
    "licence_code": (
        (paper("licence", licence_code=" 91330000ma27xaaa07 "), ""),
        (
            paper("licence", licence_code="X"),
            "证照所载统一社会信用代码 X 与登记的 91330000MA27XAAA07 不一致。",
        ),
        (paper("licence", licence_code=" "), None),
    ),
    "licence_established": (
        (
            paper("licence", established_on="2016-05-21"),
            "证照所载成立日期 2016-05-21 与登记的 2016-05-20 不一致。",
        ),
        (paper("licence", established_on="五月"), None),
    ),
    "licence_kind": (
        *(
            (replace(paper("licence", licence_kind=kind), kind=of), "")
            for kind, of in (
                ("institution", "institution"),
                ("society", "society"),
                ("non_enterprise", "non_enterprise"),
            )
        ),
        (paper("licence", licence_kind="society"), "证照类型与登记的单位性质不相符。"),
        (paper("licence", licence_kind="unheard"), None),
        (replace(paper("licence", licence_kind="society"), kind="other"), None),
    ),
    "licence_valid": (
        (paper("licence", valid_until="2026-04-01"), ""),
        (
            paper("licence", valid_until="2026-03-31"),
            "证照有效期至 2026-03-31，在 2026-04-01 之前已经届满。",
        ),
        (without("licence"), None),
    ),
    "operating_since": (
        (replace(SOUND, operating_since=date(2016, 5, 20)), ""),
        (
            replace(SOUND, operating_since=date(2016, 5, 19)),
            "平台运营起始日期 2016-05-19 早于单位成立日期 2016-05-20。",
        ),
    ),
    "site": (
        (said("capacity", site_kind=""), None),
        (said("capacity", site_kind="rent"), NO_LEASE),
        (said("capacity", site_kind="free"), NO_LEASE),
        (said("capacity", site_kind="rent", site_until="2025-12-31"), LEASE),
        (said("capacity", site_kind="free", site_until="2026-01-01"), ""),
        (said("capacity", site_kind="own", site_until="2025-12-31"), ""),
    ),
    "leader": (
        (replace(SOUND, leader_listed=False), "主要负责人王越不在材料（五）人员名单中。"),
        (replace(SOUND, leader_listed=None), None),
    ),
    "staff": ((said("capacity", staff="27"), "从业人数：人员名单为 26 人，申请报告所填为 27 人。"),),
    "professionals": (
        (
            said("capacity", professionals="21"),
            "大专及以上学历或中级及以上职称人数：人员名单为 20 人，申请报告所填为 21 人。",
        ),
    ),
    "smes_year": (
        (
            paper("smes", figures={"last_year": 2026}),
            "服务企业名单最近的服务年度为 2026 年，应为上一年度 2025 年。",
        ),
    ),
    "smes_last": (
        (
            said("performance", smes_last="131"),
            "上年服务中小企业：名单去重后 130 家，申请报告所填为 131 家。",
        ),
    ),
    "smes_before": (
        (
            said("performance", smes_before="119"),
            "前年服务中小企业：名单去重后 118 家，申请报告所填为 119 家。",
        ),
    ),
    "satisfaction": (
        (said("performance", satisfaction="94.61"), ""),
        (said("performance", satisfaction="93.61"), ""),
        (
            said("performance", satisfaction="94.62"),
            "用户满意度：名单计算为 94.11%，申请报告所填为 94.62%，相差 0.51 个百分点。",
        ),
    ),
    "rated": (
        (paper("smes", figures={"rated": 39}), ""),
        (
            paper("smes", figures={"rated": 38}),
            "上年服务的 130 家企业中只有 38 家作出评价，不足三成。",
        ),
        (paper("smes", figures={"rated": None}), None),
        (paper("smes", figures={"smes_last": 0}), None),
    ),
    "sample": (
        (said("performance", survey_sample="130"), ""),
        (said("performance", survey_sample="131"), "满意度调查样本 131 家，多于上年服务的 130 家。"),
        (said("performance", survey_sample=""), None),
        (said("performance", smes_last=""), None),
    ),
    "services": (
        (said("performance", services_last="130"), ""),
        (said("performance", services_last="129"), "上年服务 129 次，少于所服务的 130 家企业。"),
        (said("performance", services_last=""), None),
        (said("performance", smes_last=""), None),
    ),
    "public_services": (
        (said("performance", public_services="400"), ""),
        (said("performance", public_services="401"), "公益性服务 401 次，多于上年服务总次数 400 次。"),
        (said("performance", public_services=""), None),
        (said("performance", services_last=""), None),
    ),
    "serves_itself": (
        (replace(SOUND, serves_itself=True), "服务企业名单中列有申报单位自己，不能计入。"),
        (replace(without("smes"), serves_itself=True), None),
    ),
    "quality_valid": (
        (paper("quality", valid_until="2026-04-01"), ""),
        (
            paper("quality", valid_until="2026-03-31"),
            "质量管理体系证书有效期至 2026-03-31，已经届满。",
        ),
        (paper("quality", none=True, valid_until="2026-03-31"), ""),
        (paper("quality", none=True, valid_until=""), ""),
        (paper("quality", valid_until=""), None),
    ),
    "honours_dates": (
        (honours(("奖", "2016-05-20"), ("章", "")), ""),
        (
            honours(("奖", "2016-05-19"), ("章", "2015-01-01"), ("旗", "2020-01-01")),
            "“奖”“章”的日期早于单位成立日期 2016-05-20。",
        ),
        (honours(), None),
    ),
    "honours_future": (
        (honours(("奖", "2026-12-31")), ""),
        (honours(("奖", "2027-01-01"), ("章", "2020-01-01")), "“奖”的日期晚于申报年度。"),
        (honours(), None),
    ),
    "poor_area": (
        (said("recognition", poor_area=False, poor_area_text=""), ""),
        (said("recognition", poor_area=True, poor_area_text="革命老区"), ""),
        (
            said("recognition", poor_area=True, poor_area_text=" "),
            "已勾选老少边穷地区，没有写明地区依据和放宽理由。",
        ),
    ),
    "poor_area_needed": (
        (
            said("recognition", poor_area=True),
            "第五条各项条件均已达到，不需要申请放宽。",
        ),
        (replace(said("recognition", poor_area=True), failing=True), ""),
    ),
    "years_table": (
        (EMPTY, None),
        (
            replace(EMPTY, report={"years": {"years": [{"year": "2024"}]}}),
            "三年指标表缺少 2023、2025 年。",
        ),
    ),
    "provincial_register": (
        (
            claims(),
            "材料（九）登记了“省级示范平台”，浙江省级名录中没有本平台有效的称号，"
            "请核对证书、文号和有效期；名录有遗漏的，请与省级主管部门联系。",
        ),
        (claims(level="national"), None),
        (claims(kind="award"), None),
        (claims(name="省级优秀企业"), None),
        (claims(name=None), None),
        (replace(claims(), province=""), None),
        (replace(claims(), proof="名录核实"), ""),
    ),
}


def test_every_check_has_its_edges():
    assert sorted(EDGES) == sorted(check.name for check in declared())


@pytest.mark.parametrize("name", EDGES)
def test_at_the_edge(name):
    (check,) = [one for one in declared() if one.name == name]
    assert [check.judge(evidence) for evidence, _ in EDGES[name]] == [says for _, says in EDGES[name]]
