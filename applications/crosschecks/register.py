"""What a dossier says of 省级认定 against the register of the province that grants it (Art. 18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from applications.crosschecks.model import NATIONAL_FIRST, NOTICE, Evidence, cross_check


@cross_check(
    "provincial_register",
    5,
    "七",
    "省级认定与省级名录",
    "honours",
    severity=NOTICE,
    procedures=NATIONAL_FIRST,
)
def provincial_register(evidence: Evidence) -> str | None:
    """A warning only: what a province recognised elsewhere need not stand in its register here."""
    rows = evidence.paper("honours").fields.get("rows") or []
    return unproven_claim(rows, province=evidence.province, proof=evidence.proof)


def unproven_claim(honours: Sequence[Mapping[str, str]], *, province: str, proof: str) -> str | None:
    """The warning; empty when the register proves the claim, None when nothing is claimed or no register is kept."""
    claims = [
        row.get("name") or "省级示范平台"
        for row in honours
        if row.get("level") == "provincial"
        and row.get("kind") == "recognition"
        and "示范平台" in (row.get("name") or "")
    ]
    if not claims or not province:
        return None
    if proof:
        return ""
    return (
        f"材料（九）登记了“{claims[0]}”，{province}省级名录中没有本平台有效的称号，"
        "请核对证书、文号和有效期；名录有遗漏的，请与省级主管部门联系。"
    )
