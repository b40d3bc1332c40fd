"""People and service: the report's claims against the rosters, and certificates (Arts. 5 (三)–(八), 8 (五)–(九))."""

from __future__ import annotations

from decimal import Decimal

from applications.crosschecks.model import AGAIN, NOTICE, Evidence, cross_check, day, differ, plain
from portal.shared import law


@cross_check("staff", 5, "三", "从业人数：名单与申请报告", "staff", "report", adopts=("capacity", "staff"))
def staff(evidence: Evidence) -> str | None:
    return differ(
        evidence.counted("staff", "staff"),
        evidence.number("capacity", "staff"),
        "从业人数：人员名单为 {left} 人，申请报告所填为 {right} 人。",
    )


@cross_check(
    "professionals",
    5,
    "三",
    "专业人员数：名单与申请报告",
    "staff",
    "report",
    adopts=("capacity", "professionals"),
)
def professionals(evidence: Evidence) -> str | None:
    return differ(
        evidence.counted("staff", "either"),
        evidence.number("capacity", "professionals"),
        "大专及以上学历或中级及以上职称人数：人员名单为 {left} 人，申请报告所填为 {right} 人。",
    )


@cross_check("smes_year", 8, "六", "服务企业名单的年度", "smes")
def smes_year(evidence: Evidence) -> str | None:
    return differ(
        evidence.counted("smes", "last_year"),
        Decimal(evidence.year - 1),
        "服务企业名单最近的服务年度为 {left} 年，应为上一年度 {right} 年。",
    )


@cross_check(
    "smes_last",
    5,
    "四",
    "上年服务企业数：名单与申请报告",
    "smes",
    "report",
    adopts=("performance", "smes_last"),
)
def smes_last(evidence: Evidence) -> str | None:
    return differ(
        evidence.counted("smes", "smes_last"),
        evidence.number("performance", "smes_last"),
        "上年服务中小企业：名单去重后 {left} 家，申请报告所填为 {right} 家。",
    )


@cross_check(
    "smes_before",
    5,
    "四",
    "前年服务企业数：名单与申请报告",
    "smes",
    "report",
    adopts=("performance", "smes_before"),
)
def smes_before(evidence: Evidence) -> str | None:
    return differ(
        evidence.counted("smes", "smes_before"),
        evidence.number("performance", "smes_before"),
        "前年服务中小企业：名单去重后 {left} 家，申请报告所填为 {right} 家。",
    )


@cross_check(
    "satisfaction",
    5,
    "四",
    "满意度：名单与申请报告",
    "smes",
    "report",
    adopts=("performance", "satisfaction"),
)
def satisfaction(evidence: Evidence) -> str | None:
    """Half a point apart is a matter of rounding or of the day of the survey."""
    return differ(
        evidence.counted("smes", "satisfaction"),
        evidence.number("performance", "satisfaction"),
        "用户满意度：名单计算为 {left}%，申请报告所填为 {right}%，相差 {gap} 个百分点。",
        Decimal("0.5"),
    )


@cross_check("rated", 8, "六", "作出评价的企业", "smes", severity=NOTICE)
def rated(evidence: Evidence) -> str | None:
    answered, served = evidence.counted("smes", "rated"), evidence.counted("smes", "smes_last")
    if answered is None or not served:
        return None
    if answered * 10 >= served * 3:
        return ""
    return f"上年服务的 {plain(served)} 家企业中只有 {plain(answered)} 家作出评价，不足三成。"


@cross_check("sample", 5, "四", "满意度调查样本与服务企业数", "report", severity=NOTICE)
def sample(evidence: Evidence) -> str | None:
    asked, served = (
        evidence.number("performance", "survey_sample"),
        evidence.number("performance", "smes_last"),
    )
    if asked is None or served is None:
        return None
    return f"满意度调查样本 {plain(asked)} 家，多于上年服务的 {plain(served)} 家。" if asked > served else ""


@cross_check("services", 5, "四", "服务次数与服务企业数", "report", severity=NOTICE)
def services(evidence: Evidence) -> str | None:
    times, served = (
        evidence.number("performance", "services_last"),
        evidence.number("performance", "smes_last"),
    )
    if times is None or served is None:
        return None
    return f"上年服务 {plain(times)} 次，少于所服务的 {plain(served)} 家企业。" if times < served else ""


@cross_check("public_services", 13, "", "公益性服务与服务总次数", "report")
def public_services(evidence: Evidence) -> str | None:
    public, times = (
        evidence.number("performance", "public_services"),
        evidence.number("performance", "services_last"),
    )
    if public is None or times is None:
        return None
    return f"公益性服务 {plain(public)} 次，多于上年服务总次数 {plain(times)} 次。" if public > times else ""


@cross_check("serves_itself", 8, "六", "服务企业名单不含本单位", "smes")
def serves_itself(evidence: Evidence) -> str | None:
    if not evidence.paper("smes").figures:
        return None
    return "服务企业名单中列有申报单位自己，不能计入。" if evidence.serves_itself else ""


@cross_check("quality_valid", 8, "八", "质量管理体系证书有效期", "quality")
def quality_valid(evidence: Evidence) -> str | None:
    until = day(evidence.paper("quality").fields.get("valid_until"))
    if evidence.paper("quality").none_declared or until is None:
        return "" if evidence.paper("quality").none_declared else None
    return "" if until >= evidence.as_of else f"质量管理体系证书有效期至 {until}，已经届满。"


@cross_check("honours_dates", 8, "九", "证书日期与单位成立日期", "honours", severity=NOTICE)
def honours_dates(evidence: Evidence) -> str | None:
    rows = evidence.paper("honours").fields.get("rows") or []
    if not rows:
        return None
    early = [
        r.get("name", "") for r in rows if (d := day(r.get("issued_on"))) and d < evidence.established_on
    ]
    return f"“{'”“'.join(early)}”的日期早于单位成立日期 {evidence.established_on}。" if early else ""


@cross_check("honours_future", 8, "九", "证书日期与申报年度", "honours")
def honours_future(evidence: Evidence) -> str | None:
    rows = evidence.paper("honours").fields.get("rows") or []
    if not rows:
        return None
    late = [r.get("name", "") for r in rows if (d := day(r.get("issued_on"))) and d.year > evidence.year]
    return f"“{'”“'.join(late)}”的日期晚于申报年度。" if late else ""


@cross_check("poor_area", 5, "八", "放宽条件的依据", "report")
def poor_area(evidence: Evidence) -> str | None:
    if not evidence.said("recognition", "poor_area"):
        return ""
    words = str(evidence.said("recognition", "poor_area_text") or "").strip()
    return "" if words else "已勾选老少边穷地区，没有写明地区依据和放宽理由。"


@cross_check("poor_area_needed", 5, "八", "放宽条件的必要", "report", severity=NOTICE)
def poor_area_needed(evidence: Evidence) -> str | None:
    if not evidence.said("recognition", "poor_area"):
        return ""
    return "" if evidence.failing else f"{law.CONDITIONS}各项条件均已达到，不需要申请放宽。"


@cross_check("years_table", 14, "", "三年指标的年度", "report", procedures=AGAIN)
def years_table(evidence: Evidence) -> str | None:
    if not (evidence.report.get("years") or {}).get("years"):
        return None
    lacking = [str(evidence.year - back) for back in (3, 2, 1) if not evidence.year_row(evidence.year - back)]
    return f"三年指标表缺少 {'、'.join(lacking)} 年。" if lacking else ""
