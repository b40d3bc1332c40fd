"""Every declared cross-check on a dossier in which all agrees, and on the same with one thing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from applications.crosschecks import Earlier, Evidence, Paper, compare, declared
from applications.crosschecks.model import day, number

USCC = "91330000MA27XAAA07"
FINANCE = [
    {
        "year": "2024",
        "income": "900",
        "service_income": "600",
        "subsidy": "20",
        "service_expense": "500",
        "balance": "9",
    },
    {
        "year": "2025",
        "income": "1000",
        "service_income": "700",
        "subsidy": "30",
        "service_expense": "610",
        "balance": "8",
    },
]
REPORT = {
    "overview": {"total_assets": "1280", "liabilities": "300", "finance": FINANCE},
    "capacity": {"staff": "26", "professionals": "20", "site_kind": "own", "equipment": "60"},
    "performance": {
        "smes_before": "118",
        "smes_last": "130",
        "services_last": "400",
        "satisfaction": "94.1",
        "survey_sample": "120",
        "public_services": "40",
    },
    "leader": {"leader_name": "王越"},
    "recognition": {"poor_area": False},
}
PAPERS = {
    "licence": Paper(
        {
            "licence_kind": "business",
            "licence_name": "绍兴越州（集团）服务有限公司",
            "licence_code": USCC,
            "established_on": "2016-05-20",
            "valid_until": "",
        }
    ),
    "audit": Paper(
        {"audit_year": "2025", "service_income": "700.00", "service_expense": "610", "opinion": "clean"}
    ),
    "facilities": Paper(figures={"count": 64, "value": 900.5}),
    "staff": Paper(figures={"staff": 26, "either": 20}),
    "smes": Paper(
        figures={"last_year": 2025, "smes_last": 130, "smes_before": 118, "satisfaction": 94.11, "rated": 120}
    ),
    "quality": Paper({"valid_until": "2027-10-31"}),
    "honours": Paper(
        {
            "rows": [
                {
                    "name": "省级示范平台",
                    "kind": "recognition",
                    "level": "provincial",
                    "issued_on": "2024-09-12",
                }
            ]
        }
    ),
    "support": Paper({"rows": [{"year": "2025", "amount": "30"}]}),
}
EARLIER = Earlier(
    2025,
    {"overview": {"total_assets": "1000", "finance": [{"year": "2024", "service_income": "600"}]}},
    {"staff": Paper(figures={"staff": 24}), "smes": Paper(figures={"smes_last": 118})},
)
SOUND = Evidence(
    year=2026,
    as_of=date(2026, 4, 1),
    name="绍兴越州(集团)服务有限公司",
    uscc=USCC,
    kind="enterprise",
    established_on=date(2016, 5, 20),
    operating_since=date(2017, 1, 1),
    report=REPORT,
    papers=PAPERS,
    earlier=EARLIER,
    leader_listed=True,
    province="浙江",
    proof="浙江省级名录核实：浙江省示范平台",
)


def said(section: str, **values) -> Evidence:
    return replace(SOUND, report={**REPORT, section: {**REPORT[section], **values}})


def in_year(number: int, **values) -> Evidence:
    rows = [dict(row) for row in FINANCE]
    rows[number].update(values)
    return said("overview", finance=rows)


def paper(code: str, none: bool = False, figures: dict | None = None, **fields) -> Evidence:
    old = PAPERS[code]
    changed = Paper({**old.fields, **fields}, {**old.figures, **(figures or {})}, none)
    return replace(SOUND, papers={**PAPERS, code: changed})


def earlier(**changes) -> Evidence:
    return replace(SOUND, earlier=replace(EARLIER, **changes))


LOSSES = [{**row, "balance": "-3"} for row in FINANCE]
BROKEN = {
    "licence_name": paper("licence", licence_name="绍兴越州服务中心"),
    "licence_code": paper("licence", licence_code="91330000MA27XAAA15"),
    "licence_established": paper("licence", established_on="2016-05-02"),
    "licence_kind": paper("licence", licence_kind="society"),
    "licence_valid": paper("licence", valid_until="2026-03-31"),
    "operating_since": replace(SOUND, operating_since=date(2016, 5, 19)),
    "site": said("capacity", site_kind="rent", site_until="2025-12-31"),
    "leader": replace(SOUND, leader_listed=False),
    "audit_year": paper("audit", audit_year="2024"),
    "audit_income": paper("audit", service_income="700.02"),
    "audit_expense": paper("audit", service_expense="609"),
    "audit_opinion": paper("audit", opinion="qualified"),
    "finance_years": said("overview", finance=[{"year": "2023"}, FINANCE[1]]),
    "finance_parts": in_year(1, subsidy="301"),
    "balance": said("overview", finance=LOSSES),
    "liabilities": said("overview", liabilities="1280.01"),
    "facility_value": paper("facilities", figures={"value": 2560.01}),
    "equipment": said("capacity", equipment="65"),
    "support_none": paper("support", none=True),
    "support_amount": paper("support", rows=[{"year": "2025", "amount": "30.5"}]),
    "staff": said("capacity", staff="27"),
    "professionals": paper("staff", figures={"either": 19}),
    "smes_year": paper("smes", figures={"last_year": 2024}),
    "smes_last": said("performance", smes_last="131"),
    "smes_before": paper("smes", figures={"smes_before": 117}),
    "satisfaction": said("performance", satisfaction="94.7"),
    "rated": paper("smes", figures={"rated": 38}),
    "sample": said("performance", survey_sample="131"),
    "services": said("performance", services_last="129"),
    "public_services": said("performance", public_services="401"),
    "serves_itself": replace(SOUND, serves_itself=True),
    "quality_valid": paper("quality", valid_until="2026-03-31"),
    "honours_dates": paper("honours", rows=[{"name": "奖", "issued_on": "2016-05-19"}]),
    "honours_future": paper("honours", rows=[{"name": "奖", "issued_on": "2027-01-01"}]),
    "poor_area": replace(said("recognition", poor_area=True, poor_area_text=" "), failing=True),
    "poor_area_needed": said("recognition", poor_area=True, poor_area_text="革命老区"),
    "earlier_assets": said("overview", total_assets="1500.01"),
    "earlier_staff": earlier(papers={**EARLIER.papers, "staff": Paper(figures={"staff": 17})}),
    "earlier_income": in_year(0, service_income="610"),
    "earlier_smes": earlier(papers={**EARLIER.papers, "smes": Paper(figures={"smes_last": 117})}),
    "earlier_list": replace(SOUND, same_smes=True),
    "provincial_register": replace(SOUND, proof=""),
}
FIRST = [check.name for check in declared() if "DESIGNATION" in check.procedures]


def wrong(evidence: Evidence) -> dict[str, str]:
    return {one.check.name: one.sentence for one in compare(evidence) if one.sentence}


def test_at_least_25_and_each_has_its_broken_dossier():
    assert len(FIRST) >= 25
    assert sorted(BROKEN) == sorted(FIRST)


@pytest.mark.parametrize("code", FIRST)
def test_agrees(code):
    assert {one.check.name: one.sentence for one in compare(SOUND)}[code] == ""


@pytest.mark.parametrize("code", FIRST)
def test_does_not_agree(code):
    """Art. 8 (二)–(十)."""
    found = wrong(BROKEN[code])
    assert code in found
    assert found[code].endswith("。")
    # Changing a claim may break several comparisons, but only ones that read the same figure.
    assert set(found) - {code} <= {
        "smes_last",
        "smes_before",
        "sample",
        "services",
        "professionals",
        "earlier_smes",
    }


@pytest.mark.parametrize("code", FIRST)
def test_an_empty_dossier_is_never_accused(code):
    empty = Evidence(2026, date(2026, 4, 1), "甲", USCC, "enterprise", date(2016, 5, 20), date(2017, 1, 1))
    outcome = {one.check.name: one for one in compare(empty)}[code]
    assert outcome.verdict in ("open", "agrees")


def test_every_check_cites_an_article_and_names_where_to_mend():
    for check in declared():
        assert 1 <= check.article <= 21
        assert check.materials
        assert check.severity in ("conflict", "notice")


def test_a_rereview_is_held_against_its_own_papers():
    years = [
        {"year": str(year), "service_income": "700", "service_expense": "600"} for year in (2023, 2024, 2025)
    ]
    sound = Evidence(
        2026,
        date(2026, 4, 1),
        "甲",
        USCC,
        "enterprise",
        date(2016, 5, 20),
        date(2017, 1, 1),
        procedure="REREVIEW",
        report={"years": {"years": years}},
        papers={
            "audit3": Paper(
                {"audit_year": "2025", "service_income": "700", "service_expense": "600", "opinion": "clean"}
            )
        },
    )
    assert wrong(sound) == {}
    assert len(compare(sound)) == 5
    short = replace(sound, report={"years": {"years": years[1:]}})
    assert wrong(short) == {"years_table": "三年指标表缺少 2023 年。"}
    other = replace(
        sound, papers={"audit3": replace(sound.papers["audit3"], fields={"service_income": "701"})}
    )
    assert wrong(other) == {
        "audit_income": "上年服务收入：专项审计报告为 701 万元，报告所填为 700 万元，相差 1 万元。"
    }


def test_what_each_check_is():
    """Its basis, how grave it is, where it is mended, in which procedures, and what takes its figure over."""
    both, first, again = (
        ("DESIGNATION", "PROVINCIAL", "REREVIEW"),
        ("DESIGNATION", "PROVINCIAL"),
        ("REREVIEW",),
    )
    found = {
        (one.name, one.basis.key, one.severity, one.materials, one.procedures, one.adopts)
        for one in declared()
    }
    notice, conflict = "notice", "conflict"
    audit, report = ("audit", "audit3"), ("report",)
    assert found == {
        ("audit_expense", "8三", conflict, (*audit, "report"), both, None),
        ("audit_income", "8三", conflict, (*audit, "report"), both, None),
        ("audit_opinion", "5一", notice, audit, both, None),
        ("audit_year", "8三", conflict, audit, both, None),
        ("balance", "5一", notice, report, first, None),
        ("earlier_assets", "5一", notice, report, first, None),
        ("earlier_income", "8三", conflict, report, first, None),
        ("earlier_list", "8六", notice, ("smes",), first, None),
        ("earlier_smes", "5四", conflict, ("smes",), first, None),
        ("earlier_staff", "5三", notice, ("staff",), first, None),
        ("equipment", "8四", notice, ("facilities", "report"), first, None),
        ("facility_value", "8四", notice, ("facilities", "report"), first, None),
        ("finance_parts", "5一", notice, report, first, None),
        ("finance_years", "5一", conflict, report, first, None),
        ("honours_dates", "8九", notice, ("honours",), first, None),
        ("honours_future", "8九", conflict, ("honours",), first, None),
        ("leader", "5六", notice, ("report", "staff"), first, None),
        ("liabilities", "5一", notice, report, first, None),
        ("licence_code", "8二", conflict, ("licence",), first, ("licence", "licence_code")),
        ("licence_established", "8二", conflict, ("licence",), first, ("licence", "established_on")),
        ("licence_kind", "8二", notice, ("licence",), first, ("licence", "licence_kind")),
        ("licence_name", "8二", conflict, ("licence",), first, ("licence", "licence_name")),
        ("licence_valid", "8二", conflict, ("licence",), first, None),
        ("operating_since", "5一", notice, ("licence",), first, None),
        ("poor_area", "5八", conflict, report, first, None),
        ("poor_area_needed", "5八", notice, report, first, None),
        ("professionals", "5三", conflict, ("staff", "report"), first, ("capacity", "professionals")),
        ("provincial_register", "5七", notice, ("honours",), ("DESIGNATION",), None),
        ("public_services", "13", conflict, report, first, None),
        ("quality_valid", "8八", conflict, ("quality",), first, None),
        ("rated", "8六", notice, ("smes",), first, None),
        ("sample", "5四", notice, report, first, None),
        ("satisfaction", "5四", conflict, ("smes", "report"), first, ("performance", "satisfaction")),
        ("serves_itself", "8六", conflict, ("smes",), first, None),
        ("services", "5四", notice, report, first, None),
        ("site", "5三", notice, report, first, None),
        ("smes_before", "5四", conflict, ("smes", "report"), first, ("performance", "smes_before")),
        ("smes_last", "5四", conflict, ("smes", "report"), first, ("performance", "smes_last")),
        ("smes_year", "8六", conflict, ("smes",), first, None),
        ("staff", "5三", conflict, ("staff", "report"), first, ("capacity", "staff")),
        ("support_amount", "8十", notice, ("support", "report"), first, None),
        ("support_none", "8十", conflict, ("support", "report"), first, None),
        ("years_table", "14", conflict, report, again, None),
    }


def test_what_is_read_as_a_number_or_a_day():
    assert [number(text) for text in ("1,280.5", "1，280", " 7 ", 0)] == [Decimal("1280.5"), 1280, 7, 0]
    assert [number(text) for text in (None, "", True, False, "约 7", "NaN", "Infinity")] == [None] * 7
    assert (day("2026-04-01"), day("四月"), day(None)) == (date(2026, 4, 1), None, None)
    assert Earlier(2025).papers == {} and Paper().none_declared is False
