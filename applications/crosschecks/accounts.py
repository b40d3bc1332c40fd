"""The money: audit report, the report's accounts, facilities, support (Arts. 5 (一), 8 (三)(四)(十))."""

from __future__ import annotations

from decimal import Decimal

from applications.crosschecks.model import BOTH, NOTICE, Evidence, cross_check, differ, number, plain

# 万元: a claim rounded to two decimals is the same figure.
CENT = Decimal("0.01")
OPINIONS = {"qualified": "保留意见", "adverse": "否定意见", "disclaimer": "无法表示意见"}
AUDIT = ("audit", "audit3")


@cross_check("audit_year", 8, "三", "专项审计报告的年度", *AUDIT, procedures=BOTH)
def audit_year(evidence: Evidence) -> str | None:
    found = number(evidence.paper(*AUDIT).fields.get("audit_year"))
    wanted = Decimal(evidence.year - 1)
    return differ(found, wanted, "专项审计报告的审计年度为 {left}，应为上一年度 {right}。")


@cross_check("audit_income", 8, "三", "服务收入：审计报告与申请报告", *AUDIT, "report", procedures=BOTH)
def audit_income(evidence: Evidence) -> str | None:
    return differ(
        number(evidence.paper(*AUDIT).fields.get("service_income")),
        number(evidence.year_row(evidence.year - 1).get("service_income")),
        "上年服务收入：专项审计报告为 {left} 万元，报告所填为 {right} 万元，相差 {gap} 万元。",
        CENT,
    )


@cross_check("audit_expense", 8, "三", "服务支出：审计报告与申请报告", *AUDIT, "report", procedures=BOTH)
def audit_expense(evidence: Evidence) -> str | None:
    return differ(
        number(evidence.paper(*AUDIT).fields.get("service_expense")),
        number(evidence.year_row(evidence.year - 1).get("service_expense")),
        "上年服务支出：专项审计报告为 {left} 万元，报告所填为 {right} 万元，相差 {gap} 万元。",
        CENT,
    )


@cross_check("audit_opinion", 5, "一", "审计意见与财务收支状况", *AUDIT, severity=NOTICE, procedures=BOTH)
def audit_opinion(evidence: Evidence) -> str | None:
    opinion = evidence.paper(*AUDIT).fields.get("opinion")
    if not opinion:
        return None
    return f"专项审计报告的意见类型为{OPINIONS[opinion]}。" if opinion in OPINIONS else ""


@cross_check("finance_years", 5, "一", "近两年财务收支的年度", "report")
def finance_years(evidence: Evidence) -> str | None:
    if not (evidence.report.get("overview") or {}).get("finance"):
        return None
    lacking = [str(y) for y in (evidence.year - 2, evidence.year - 1) if not evidence.year_row(y)]
    return f"近两年财务收支表缺少 {'、'.join(lacking)} 年。" if lacking else ""


@cross_check("finance_parts", 5, "一", "营业收入与其组成", "report", severity=NOTICE)
def finance_parts(evidence: Evidence) -> str | None:
    row = evidence.year_row(evidence.year - 1)
    income, service = number(row.get("income")), number(row.get("service_income"))
    if income is None or service is None:
        return None
    subsidy = number(row.get("subsidy")) or Decimal(0)
    if service + subsidy <= income:
        return ""
    return f"上年服务收入与政府补助合计 {plain(service + subsidy)} 万元，大于营业收入 {plain(income)} 万元。"


@cross_check("balance", 5, "一", "财务收支结余", "report", severity=NOTICE)
def balance(evidence: Evidence) -> str | None:
    found = [number(evidence.year_row(evidence.year - back).get("balance")) for back in (1, 2)]
    if None in found:
        return None
    return "近两年财务收支均为亏损。" if all(value < 0 for value in found) else ""


@cross_check("liabilities", 5, "一", "资产与负债", "report", severity=NOTICE)
def liabilities(evidence: Evidence) -> str | None:
    owed, owned = evidence.number("overview", "liabilities"), evidence.number("overview", "total_assets")
    if owed is None or owned is None:
        return None
    return f"负债总额 {plain(owed)} 万元大于资产总额 {plain(owned)} 万元。" if owed > owned else ""


@cross_check("facility_value", 8, "四", "设施清单原值与固定资产", "facilities", "report", severity=NOTICE)
def facility_value(evidence: Evidence) -> str | None:
    listed, owned = evidence.counted("facilities", "value"), evidence.number("overview", "total_assets")
    if listed is None or owned is None:
        return None
    if listed <= owned * 2:
        return ""
    return f"设施设备清单原值合计 {plain(listed)} 万元，超过资产总额 {plain(owned)} 万元的两倍。"


@cross_check("equipment", 8, "四", "仪器设备数：清单与申请报告", "facilities", "report", severity=NOTICE)
def equipment(evidence: Evidence) -> str | None:
    listed, claimed = evidence.counted("facilities", "count"), evidence.number("capacity", "equipment")
    if listed is None or claimed is None:
        return None
    if claimed <= listed:
        return ""
    return f"申请报告所填仪器设备 {plain(claimed)} 台（套），清单只列 {plain(listed)} 台（套）。"


@cross_check("support_none", 8, "十", "政府补助与扶持情况", "support", "report")
def support_none(evidence: Evidence) -> str | None:
    if not evidence.paper("support").none_declared:
        return "" if evidence.paper("support").fields else None
    paid = {y: number(evidence.year_row(y).get("subsidy")) for y in (evidence.year - 2, evidence.year - 1)}
    years = [str(year) for year, amount in paid.items() if amount]
    if not years:
        return ""
    return f"材料（十）声明没有得到过政府扶持，但申请报告列有 {'、'.join(years)} 年政府补助。"


@cross_check("support_amount", 8, "十", "扶持金额与政府补助", "support", "report", severity=NOTICE)
def support_amount(evidence: Evidence) -> str | None:
    rows = evidence.paper("support").fields.get("rows") or []
    last = evidence.year - 1
    booked = number(evidence.year_row(last).get("subsidy"))
    if not rows or booked is None:
        return None
    granted = sum(
        (number(r.get("amount")) or Decimal(0) for r in rows if number(r.get("year")) == last), Decimal(0)
    )
    if granted <= booked:
        return ""
    return f"材料（十）登记的 {last} 年扶持 {plain(granted)} 万元，大于申请报告所填政府补助 {plain(booked)} 万元。"
