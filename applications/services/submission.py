"""Submitting: number, immutable manifest, receipt. One service for filing, correction and supplement."""

from __future__ import annotations

from django.db import connection, transaction

from applications.models import Application, Submission
from applications.services.facts import refresh
from applications.states import ApplicationState, CorrectionState
from portal import clock, outbox
from portal.calendar import deadline_in
from portal.shared.digests import canonical_json, sha256_hex, sm3_hex
from portal.workflow import perform

KINDS = {
    ApplicationState.DRAFT: ("submit", Submission.Kind.FIRST),
    ApplicationState.RETURNED: ("resubmit", Submission.Kind.CORRECTION),
    ApplicationState.SUPPLEMENTING: ("supplement", Submission.Kind.SUPPLEMENT),
}


def verb_for(application: Application) -> str:
    """The verb that submitting means in the present state."""
    return KINDS.get(application.state, ("submit", ""))[0]


@transaction.atomic
def submit(
    application: Application,
    *,
    by,
    declarant_name: str,
    declarant_title: str,
    declared: bool,
    reply: str = "",
    explanation: str = "",
) -> Submission:
    """File the dossier as it stands. Raises TransitionBlocked with everything that is missing, at once."""
    refresh(application)
    verb, kind = KINDS.get(application.state, ("submit", Submission.Kind.FIRST))
    facts = {"declared": declared, "explanation": explanation.strip()}
    if verb == "submit":
        facts["number"] = next_number(application)
    if verb == "supplement":
        days = application.cycle.edition.operating["formal_check_days"]
        facts["due_on"] = deadline_in(days)
    request = application.corrections.filter(state=CorrectionState.OPEN).first()
    row = perform(application, verb, by=by, note=reply, **facts)
    if request:
        perform(request, "answer", by=by, note=reply, at=clock.now())
    moment = clock.now()
    declaration = row.cycle.edition.declaration
    sequence = row.submissions.count() + 1
    manifest = canonical_json(
        manifest_of(
            row, declaration, declarant_name, declarant_title, moment, explanation=explanation.strip()
        )
    )
    submission = Submission.objects.create(
        application=row,
        kind=kind,
        sequence=sequence,
        receipt_number=f"{row.number}-{moment:%m%d%H%M}-{sequence}",
        received_at=moment,
        declared_by=by,
        declarant_name=declarant_name,
        declarant_title=declarant_title,
        declaration=declaration,
        explanation=explanation.strip(),
        manifest=manifest,
        report=row.annex.data,
        sha256=sha256_hex(manifest.encode()),
        sm3=sm3_hex(manifest.encode()),
    )
    outbox.send("receipt_pdf", key=f"receipt_pdf:{submission.pk}", submission=str(submission.pk))
    outbox.send("overlaps", key=f"overlaps:{submission.pk}", application=str(row.pk))
    return submission


def next_number(application: Application) -> str:
    """2026-浙-0007: consecutive per cycle and recommender, allotted under a lock."""
    if application.number:
        return application.number
    prefix = f"{application.cycle.year}-{application.recommender.mark}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"number:{prefix}"])
    last = (
        Application.objects.filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def manifest_of(
    application: Application, declaration: str, name: str, title: str, moment, *, explanation: str = ""
) -> dict:
    """Everything that was filed, by digest, in statutory order."""
    report = canonical_json(application.annex.data)
    materials = []
    for material in application.materials.prefetch_related("files__file"):
        spec = application.spec(material.code)
        files = [
            {"name": e.file.name, "size": e.file.size, "sha256": e.file.sha256, "sm3": e.file.sm3}
            for e in material.files.all()
            if e.removed_at is None
        ]
        entry = {"item": spec.ordinal, "title": spec.title, "files": files, "fields": material.fields}
        if material.none_declared:
            entry["none"] = {"declared": spec.none_label, "reason": material.none_reason}
        if spec.kind == "report":
            entry["report_sha256"] = sha256_hex(report.encode())
        materials.append(entry)
    platform = application.platform
    return {
        "number": application.number,
        "procedure": application.get_procedure_display(),
        "cycle": application.cycle.year,
        "edition": application.cycle.edition.code,
        "edition_digest": application.cycle.edition_digest,
        "platform": platform.name,
        "organisation": platform.organisation.name,
        "uscc": platform.organisation.uscc,
        "recommender": application.recommender.name,
        "materials": materials,
        "explanation": explanation,
        "declaration": {"text": declaration, "name": name, "title": title},
        "received_at": moment.isoformat(),
    }
