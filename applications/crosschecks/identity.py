"""Who the applicant is: registration, licence, site (Arts. 5 (一)(三), 8 (二))."""

from __future__ import annotations

from applications.crosschecks.model import NOTICE, Evidence, cross_check, day

KIND_OF_LICENCE = {
    "business": "enterprise",
    "institution": "institution",
    "society": "society",
    "non_enterprise": "non_enterprise",
}
SAME_SIGNS = str.maketrans("（）　", "() ")


def _plain_name(name: str) -> str:
    return "".join(name.translate(SAME_SIGNS).split())


@cross_check("licence_name", 8, "二", "证照名称与登记名称", "licence", adopts=("licence", "licence_name"))
def licence_name(evidence: Evidence) -> str | None:
    found = evidence.paper("licence").fields.get("licence_name")
    if not found:
        return None
    if _plain_name(found) == _plain_name(evidence.name):
        return ""
    return f"证照所载名称“{found}”与登记的单位名称“{evidence.name}”不一致。"


@cross_check("licence_code", 8, "二", "证照代码与登记代码", "licence", adopts=("licence", "licence_code"))
def licence_code(evidence: Evidence) -> str | None:
    found = str(evidence.paper("licence").fields.get("licence_code") or "").strip().upper()
    if not found:
        return None
    if found == evidence.uscc:
        return ""
    return f"证照所载统一社会信用代码 {found} 与登记的 {evidence.uscc} 不一致。"


@cross_check(
    "licence_established", 8, "二", "证照成立日期与登记日期", "licence", adopts=("licence", "established_on")
)
def licence_established(evidence: Evidence) -> str | None:
    found = day(evidence.paper("licence").fields.get("established_on"))
    if found is None:
        return None
    if found == evidence.established_on:
        return ""
    return f"证照所载成立日期 {found} 与登记的 {evidence.established_on} 不一致。"


@cross_check(
    "licence_kind",
    8,
    "二",
    "证照类型与单位性质",
    "licence",
    severity=NOTICE,
    adopts=("licence", "licence_kind"),
)
def licence_kind(evidence: Evidence) -> str | None:
    kind = KIND_OF_LICENCE.get(evidence.paper("licence").fields.get("licence_kind"))
    if kind is None or evidence.kind == "other":
        return None
    return "" if kind == evidence.kind else "证照类型与登记的单位性质不相符。"


@cross_check("licence_valid", 8, "二", "证照有效期", "licence")
def licence_valid(evidence: Evidence) -> str | None:
    if not evidence.paper("licence").fields:
        return None
    until = day(evidence.paper("licence").fields.get("valid_until"))
    if until is None or until >= evidence.as_of:
        return ""
    return f"证照有效期至 {until}，在 {evidence.as_of} 之前已经届满。"


@cross_check("operating_since", 5, "一", "平台运营起始日期与单位成立日期", "licence", severity=NOTICE)
def operating_since(evidence: Evidence) -> str | None:
    if evidence.operating_since >= evidence.established_on:
        return ""
    return f"平台运营起始日期 {evidence.operating_since} 早于单位成立日期 {evidence.established_on}。"


@cross_check("site", 5, "三", "固定场所的使用期限", "report", severity=NOTICE)
def site(evidence: Evidence) -> str | None:
    kind, until = evidence.said("capacity", "site_kind"), day(evidence.said("capacity", "site_until"))
    if kind not in ("rent", "free"):
        return "" if kind else None
    if until is None:
        return "经营服务场所为租赁或者无偿使用，没有填写使用期限。"
    return "" if until.year >= evidence.year else f"经营服务场所的使用期 {until} 届满，早于申报年度。"


@cross_check("leader", 5, "六", "主要负责人与人员名单", "report", "staff", severity=NOTICE)
def leader(evidence: Evidence) -> str | None:
    if evidence.leader_listed is None:
        return None
    name = evidence.said("leader", "leader_name")
    return "" if evidence.leader_listed else f"主要负责人{name}不在材料（五）人员名单中。"
