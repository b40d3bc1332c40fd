"""Conflicts of interest between an expert and a dossier, as pure rules on plain facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

SERVED = "工作单位是申报单位的签约服务企业"  # known from the roster, which candidates do not read


@dataclass(frozen=True)
class ExpertFacts:
    employer_uscc: str
    employer: str
    past_usccs: Collection[str]
    jurisdiction: str
    past_employers: Collection[str] = ()
    declared_units: Collection[str] = ()


@dataclass(frozen=True)
class DossierFacts:
    uscc: str
    organisation: str
    jurisdiction: str
    served_usccs: Collection[str]
    served_names: Collection[str] = ()
    recused_before: bool = False
    declared: str = ""  # on the list of candidates, before a draw


def conflicts(expert: ExpertFacts, dossier: DossierFacts, *, same_province: bool) -> list[str]:
    """Reasons why this expert may not review this dossier; an empty list means none is known."""
    reasons = []
    if (
        expert.employer_uscc and expert.employer_uscc == dossier.uscc
    ) or expert.employer == dossier.organisation:
        reasons.append("与申报单位为同一单位")
    if dossier.uscc in expert.past_usccs or dossier.organisation in expert.past_employers:
        reasons.append("曾在申报单位任职")
    if {dossier.uscc, dossier.organisation} & set(expert.declared_units):
        reasons.append("本人已申报与申报单位有利益关系")
    if (expert.employer_uscc and expert.employer_uscc in dossier.served_usccs) or (
        expert.employer in dossier.served_names
    ):
        reasons.append(SERVED)
    if same_province and expert.jurisdiction and expert.jurisdiction == dossier.jurisdiction:
        reasons.append("与申报平台同属一个地区")
    if dossier.declared:
        reasons.append(f"本人核对名单时已声明：{dossier.declared}")
    if dossier.recused_before:
        reasons.append("此前已声明回避")
    return reasons
