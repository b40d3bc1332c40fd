"""Renditions of a dossier: receipt, report (Annexes 2 and 3), recommendation form (Annex 1).

Carries out Annex 1.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from applications.corrections.reasons import reason_words
from applications.dossiers.facts import form_of
from applications.editions.evaluating import METHODS
from applications.models import (
    Application,
    CorrectionRequest,
    Evaluation,
    Recommendation,
    Reporting,
    Submission,
)
from applications.report.forms import totals_of
from applications.states import ApplicationState, Procedure
from portal.files.intake import given_back, keep_own, place_own
from portal.files.renditions import template_pdf
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.law import ordinal
from portal.shared.qr import qr_data_uri
from portal.shared.storage import open_private
from portal.shared.workingdays import date_cn


def receipt_pdf(submission: Submission) -> bytes:
    application = submission.application
    link = f"{settings.SITE_ORIGIN}{reverse('receipt_check', args=[submission.pk])}"
    return template_pdf(
        "pdf/receipt.html",
        {
            "submission": submission,
            "application": application,
            "qr": qr_data_uri(link),
            "link": link,
            "materials": filed_materials(submission),
            "demo": settings.DEMO,
        },
        style="form",
    )


def filed_materials(submission: Submission) -> list[dict]:
    """What the sealed manifest names, for the receipt."""
    application = submission.application
    specs = {one.ordinal: one for one in application.cycle.edition.materials_for(application.procedure)}
    return [
        {
            "item": row["item"],
            "title": row["title"],
            "files": [file["name"] for file in row["files"]],
            "none": _without_file(row, specs.get(row["item"]), submission),
            "report": "report_sha256" in row,
        }
        for row in json.loads(submission.manifest)["materials"]
    ]


def _without_file(row: dict, spec, submission: Submission) -> str:
    """What stands for a file where none was filed."""
    if declared := row.get("none", {}).get("declared"):
        return declared
    if row["files"] or "report_sha256" in row:
        return ""
    if spec is not None and spec.is_declaration:
        return f"{submission.declarant_name}（{submission.declarant_title}）已声明"
    return row.get("register") or ("已登记" if row["fields"] else "未填（选填材料）")


def store_receipt(submission: Submission) -> None:
    """Render once and keep; the submission itself never waits for this."""
    with given_back() as kept:
        kept.append(keep_own(receipt_pdf(submission), name=f"回执-{submission.receipt_number}.pdf"))
        with transaction.atomic():
            row = Submission.objects.select_for_update().get(pk=submission.pk)
            if row.pdf_id is None:
                stored = place_own(kept[0], owner=row.application)
                Submission.objects.filter(pk=row.pk).update(pdf=stored)


def receipt_bytes(submission: Submission) -> bytes:
    """The kept receipt, made when nobody has asked for it before."""
    if submission.pdf_id is None:
        store_receipt(submission)
        submission.refresh_from_db()
    with open_private(submission.pdf.key) as content:
        return content.read()


def report_sections(application: Application, data: dict | None = None) -> list[dict]:
    """The report as labels and words, for reading on a page or on paper; `data` of an earlier filing."""
    form = form_of(application)
    data = application.annex.data if data is None else data
    sections = []
    for number, section in enumerate(form.sections, start=1):
        values = data.get(section.code) or {}
        told = [(f.label, words(f, values.get(f.code)), f.kind == "longtext") for f in section.fields]
        sections.append(
            {
                "code": section.code,
                "title": section.title,
                "article": section.article,
                "item": section.item,
                "ordinal": ordinal(number),
                "fields": told,
                "short": [(label, value) for label, value, long in told if not long],
                "long": [
                    (label, [line for line in value.splitlines() if line.strip()])
                    for label, value, long in told
                    if long
                ],
                "tables": [
                    {
                        "label": table.label,
                        "head": [c.label + (f"（{c.unit}）" if c.unit else "") for c in table.columns],
                        "rows": [
                            [words(c, row.get(c.code)) for c in table.columns]
                            for row in values.get(table.code) or []
                        ],
                        "totals": totals_of(table, values.get(table.code) or []),
                    }
                    for table in section.tables
                ],
            }
        )
    return sections


def registered(spec, fields: dict) -> dict:
    """What was registered beside a material's files: (label, words) pairs and the table, if it has one."""
    single = [(f.label, words(f, fields[f.code])) for f in spec.fields if fields.get(f.code)]
    table = None
    if spec.table and fields.get(spec.table.code):
        columns = spec.table.columns
        rows = [[words(c, row.get(c.code)) for c in columns] for row in fields[spec.table.code]]
        table = {"head": [column.label for column in columns], "rows": rows}
    return {"single": single, "table": table}


def words(field, value) -> str:
    """A stored value as a reader sees it."""
    if value in (None, "", []):
        return ""
    labels = dict(field.choices)
    if field.kind == "boolean":
        return "是" if value else "否"
    if field.kind == "multichoice":
        return "、".join(labels.get(one, one) for one in value)
    if field.kind == "choice":
        return labels.get(value, value)
    return f"{value} {field.unit}".strip() if field.unit else str(value)


def report_pdf(application: Application, *, with_opinion: bool = True) -> bytes:
    """Annex 2, or Annex 3 with the recommender's part; `with_opinion` leaves that part away for who may not read it."""
    form = form_of(application)
    return template_pdf(
        "pdf/report.html",
        {
            "application": application,
            "form": form,
            "sections": report_sections(application),
            "digest": sha256_hex(canonical_json(application.annex.data).encode()),
            "evaluation": evaluation_part(application) if with_opinion else None,
        },
        style="report",
    )


def recommendation_context(application: Application, form: Recommendation | None = None) -> dict:
    """What Annex 1 shows; `form` is one that is still being typed, for the preview."""
    labels = {row["code"]: row["label"] for row in application.assessment.get("criteria", [])}
    evaluation = Evaluation.objects.filter(pk=application.pk).first()
    form = form or Recommendation.objects.filter(pk=application.pk).first()
    judged, association = application.assessment, application.recommender.is_association
    claimed = bool(form and form.recognised) and not association
    return {
        "application": application,
        "form": form,
        # The province keeps a register here and it has no such title: the claim is the applicant's own.
        "unproved": claimed and bool(judged.get("register")) and not judged.get("provincial"),
        "number_note": _number_note(form, judged) if claimed else "",
        "evaluation": evaluation,
        "methods": [METHODS.get(code, code) for code in evaluation.methods] if evaluation else [],
        "criteria": application.assessment.get("criteria", []),
        "relaxations": [(labels.get(row.criterion, ""), row) for row in application.relaxations.all()],
        "decision": decision_in_words(application),
    }


def _number_note(form: Recommendation, judged: dict) -> str:
    """The register may have come to hold the title after the sheet was filled, under another document's number."""
    registered = (judged.get("provincial") or {}).get("document", "")
    typed = form.recognition_document
    differs = registered and typed and "".join(registered.split()) not in "".join(typed.split())
    return "（文号与名录不一致，以名录为准）" if differs and not form.commended else ""


def decision_in_words(application: Application) -> str:
    """The ministry's part of Annex 1, once it has decided."""
    if application.state == ApplicationState.DESIGNATED:
        title = (
            application.platform.designations.filter(year=application.cycle.year)
            .order_by("granted_on")
            .last()
        )
        return (
            f"同意认定，证书编号 {title.number}。{title.announcement_title}，{date_cn(title.granted_on)}"
            if title
            else ""
        )
    if application.state in (ApplicationState.REFUSED, ApplicationState.REJECTED):
        reason = reason_words(application.outcome_code, application.procedure)
        return "。".join(
            part for part in (application.get_state_display(), reason, application.outcome_reason) if part
        )
    return ""


def evaluation_part(application: Application) -> Evaluation | None:
    """Part II of Annex 3 (Art. 14): what the recommender found, once the list has been reported."""
    if application.procedure != Procedure.REREVIEW or application.reported_at is None:
        return None
    return Evaluation.objects.filter(pk=application.pk, completed_at__isnull=False).first()


def recommendation_pdf(application: Application) -> bytes:
    """Annex 1: the dossier's facts as filed, and what the recommender wrote."""
    return template_pdf("pdf/recommendation.html", recommendation_context(application), style="form")


def correction_pdf(row: CorrectionRequest) -> bytes:
    """一次性告知: everything to be mended in one notice, with its day."""
    context = {
        "row": row,
        "application": row.application,
        "demo": settings.DEMO,
        "office": row.application.recommender.name if row.stage == "recommender" else "工业和信息化部",
    }
    return template_pdf("pdf/correction.html", context, style="form")


def reporting_pdf(reporting: Reporting) -> bytes:
    """The receipt of a reporting with its list."""
    lines = reporting.applications.select_related("platform__organisation").order_by("rank", "number")
    return template_pdf(
        "pdf/reporting.html", {"reporting": reporting, "lines": lines, "demo": settings.DEMO}, style="form"
    )
