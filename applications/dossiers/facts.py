"""What the evidence says: figures from rosters first, then from the report; status of every material."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db.models import QuerySet

from applications.dossiers.places import places_of
from applications.eligibility import PASS, UNKNOWN, Assessment, Figure, Figures, assess
from applications.materials.status import Facts, status_of
from applications.models import Application, Material
from applications.report.checks import check_report
from applications.rosters import summary_of
from applications.states import Procedure
from platforms.models import Programme, ProvincialTitle
from platforms.programmes.services import asking_standing, proving, standing_title
from portal.models import StoredFile
from portal.shared.together import ask, written

PROVED = "honours"  # the material whose proof a province's register can be
_gathering: ContextVar[dict | None] = ContextVar("gathered_dossiers", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Recompute once at the end of this block instead of after each change (filling a dossier in one go)."""
    token = _gathering.set({})
    try:
        yield
        waiting = _gathering.get()
    finally:
        _gathering.reset(token)
    for application in waiting.values():
        refresh(application)


def refresh(application: Application) -> None:
    """Recompute every material's status, the pips and the Article 5 panel; called after each change."""
    waiting = _gathering.get()
    if waiting is not None:
        waiting[application.pk] = application
        return
    recompute(application, list(application.materials.prefetch_related("files__file")))


def recompute(application: Application, materials: list[Material], *, saves: bool = True) -> None:
    """The same for materials that have just been read, with their files; only what differs is written.

    `saves=False`: the caller saves the dossier itself, with more.
    """
    report, changed = application.annex, []
    proof, known = _read_register(application)
    for material in materials:
        spec, was = application.spec(material.code), (material.status, material.hint, material.pip)
        status = status_of(spec, facts_of(application, material, report, proof))
        material.status, material.hint, material.pip = status.code, status.hint, status.pip
        if was != (status.code, status.hint, status.pip):
            changed.append(material)
    Material.objects.bulk_update(changed, ["status", "hint", "pip"])
    application.pips = "".join(material.pip for material in materials)
    if application.procedure != Procedure.REREVIEW:
        figures = figures_of(application, proof)
        judged = _assess(application, figures)
        application.assessment = {
            **judged.to_json(),
            "places": places_of(
                application,
                {row.code: row.source for row in judged.criteria if row.verdict not in (PASS, UNKNOWN)},
            ),
            "figures": figures.to_json(),
            **_register(application, proof, known),
        }
    if saves:
        application.save(update_fields=["pips", "assessment"])


def proof_of(application: Application) -> ProvincialTitle | None:
    """Art. 6, 18: the province's own register proves 省级认定 in a national dossier."""
    if application.procedure != Procedure.DESIGNATION:
        return None
    return standing_title(application.platform)


def _read_register(application: Application) -> tuple[ProvincialTitle | None, bool]:
    """The proof in the province's register, and whether there is such a register."""
    if application.procedure != Procedure.DESIGNATION:
        return None, False
    platform = application.platform
    found, programmes = ask(asking_standing(platform), written(_programmes_of, platform.jurisdiction_id))
    return proving(platform, found), bool(programmes)


def _programmes_of(recommender: UUID) -> QuerySet:
    return Programme.objects.filter(recommender=recommender).values_list("pk")[:1]


def _register(application: Application, proof: ProvincialTitle | None, is_known: bool) -> dict:
    """What the province's register says, kept with the dossier so that every reader sees what was judged by."""
    if application.procedure != Procedure.DESIGNATION:
        return {}
    place = application.platform.jurisdiction
    if proof is None:
        return {"register": place.label} if is_known else {}
    return {
        "register": place.label,
        "provincial": {
            "words": proof.proof,
            "number": proof.number,
            "document": proof.document_number,
            "title": str(proof.pk),
        },
    }


def facts_of(
    application: Application, material: Material, report, proof: ProvincialTitle | None = None
) -> Facts:
    if material.code == "report":
        form = form_of(application)
        findings = check_report(form, report.data)
        done = [code for code in report.finished_sections if not findings.get(code)]
        return Facts(
            sections_total=len(form.sections),
            sections_done=len(done),
            fields=report.data,
            errors=[
                f"“{form.section(code).title}”有 {len(findings[code])} 处需要更正"
                for code in report.finished_sections
                if findings.get(code)
            ],
        )
    current = [entry.file for entry in material.files.all() if entry.removed_at is None]
    errors = [f"{f['cell']} {f['problem']}".strip() for f in material.findings if f["level"] == "error"]
    if errors:
        count = sum(kind["count"] for kind in material.tally if kind["level"] == "error")
        errors = [f"有 {count} 处需要更正：{'；'.join(errors[:3])}"]
    refused = [file for file in current if file.state == StoredFile.State.REFUSED]
    errors += [f"“{file.name[:40]}”未通过核对：{file.refusal}" for file in refused]
    return Facts(
        files=[file.name for file in current],
        fields=material.fields,
        none_declared=material.none_declared,
        none_reason=material.none_reason,
        errors=errors,
        warnings=[f["problem"] for f in material.findings if f["level"] == "warning"],
        summary=summary_of(material.code, material.figures) if material.figures else "",
        unchecked=[file.name for file in current if file.is_unchecked],
        proved=proof.proof if proof and material.code == PROVED else "",
    )


def form_of(application: Application):
    """The report's form definition in the edition that the dossier was filed under."""
    return application.cycle.edition.forms[
        "annex3" if application.procedure == Procedure.REREVIEW else "annex2"
    ]


def assessment_of(application: Application, proof: ProvincialTitle | None = None) -> Assessment:
    return _assess(application, figures_of(application, proof))


def _assess(application: Application, figures: Figures) -> Assessment:
    cycle = application.cycle
    return assess(cycle.edition, figures, as_of=cycle.judged_as_of)


def _recognitions(honours: list[dict], proof: ProvincialTitle | None) -> Figure | None:
    """Recognitions and commendations of Art. 5 (七): what is registered, and what the province's register proves."""
    official = [
        row
        for row in honours
        if row.get("level") in ("national", "provincial")
        and row.get("kind") in ("recognition", "commendation")
    ]
    claimed = any(row["level"] == "provincial" and row["kind"] == "recognition" for row in official)
    if proof is None:
        return Figure(len(official), "材料（九）") if honours else None
    source = "材料（九）、省级名录核实" if official else "省级名录核实"
    return Figure(len(official) + (not claimed), source)


def figures_of(application: Application, proof: ProvincialTitle | None = None) -> Figures:
    """Each figure with its source; what a roster proves wins over what the report claims."""
    data = application.annex.data
    by_code = {material.code: material for material in application.materials.all()}
    staff = by_code["staff"].figures if "staff" in by_code else {}
    smes = by_code["smes"].figures if "smes" in by_code else {}
    organisation, platform = application.platform.organisation, application.platform
    honours = by_code["honours"].fields.get("rows", []) if "honours" in by_code else []

    def pick(roster: dict, key: str, section: str, field: str, source: str) -> Figure | None:
        if roster.get(key) is not None:
            return Figure(roster[key], source)
        value = data.get(section, {}).get(field)
        return Figure(value, "申请报告") if value not in (None, "") else None

    management = data.get("management", {})
    answered = [management.get(name) for name in ("has_rules", "has_prices", "has_plan")]
    return Figures(
        established_on=Figure(organisation.established_on, "单位登记"),
        operating_since=Figure(platform.operating_since, "平台登记"),
        assets=pick({}, "", "overview", "total_assets", ""),
        staff=pick(staff, "staff", "capacity", "staff", "人员名册"),
        educated=Figure(staff["educated"], "人员名册") if staff else None,
        titled=Figure(staff["titled"], "人员名册") if staff else None,
        either=pick(staff, "either", "capacity", "professionals", "人员名册"),
        both=Figure(staff["both"], "人员名册") if staff else None,
        smes_last=pick(smes, "smes_last", "performance", "smes_last", "服务企业名单"),
        smes_before=pick(smes, "smes_before", "performance", "smes_before", "服务企业名单"),
        satisfaction=pick(smes, "satisfaction", "performance", "satisfaction", "服务企业名单"),
        recognitions=_recognitions(honours, proof),
        area=Figure(data["area"].get("service_area"), "申请报告") if data.get("area") else None,
        management=Figure(all(answered), "申请报告") if any(answered) else None,
        leader=Figure(data["leader"].get("leader_text"), "申请报告") if data.get("leader") else None,
        poor_area=bool(data.get("recognition", {}).get("poor_area")),
        granted=frozenset(row.criterion for row in application.relaxations.all()),
    )
