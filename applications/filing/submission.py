"""Submitting: number, immutable manifest, receipt. One service for filing, correction and supplement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from applications.dossiers.facts import PROVED, recompute
from applications.dossiers.whole import keep_whole, materials_with_files, parts_of
from applications.models import Application, Submission
from applications.states import ApplicationState, CorrectionState
from portal.kernel import clock, numbers, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.workflow import perform
from portal.shared.digests import canonical_json, sha256_hex, sm3_hex
from portal.shared.together import ask, statement_of, written

RELATED = (
    "cycle",
    "platform__organisation",
    "platform__jurisdiction",
    "recommender",
    "annex",
)
KINDS = {
    ApplicationState.DRAFT: ("submit", Submission.Kind.FIRST),
    ApplicationState.RETURNED: ("resubmit", Submission.Kind.CORRECTION),
    ApplicationState.SUPPLEMENTING: ("supplement", Submission.Kind.SUPPLEMENT),
}


def verb_for(application: Application) -> str:
    """The verb that submitting means in the present state."""
    return KINDS.get(application.state, ("submit", ""))[0]


def submit(
    application: Application,
    *,
    by,
    declarant_name: str,
    declarant_title: str,
    declared: bool,
    reply: str = "",
    explanation: str = "",
    answers: Mapping[str, str] | None = None,
    sequence: int | None = None,
) -> Submission:
    """File the dossier as it stands. Raises TransitionBlocked with everything that is missing, at once.

    `sequence` is which submission the page was to make; made already (a second click), that one is answered.
    """
    said = Declaration(
        declarant_name, declarant_title, declared, reply, explanation.strip(), dict(answers or {})
    )
    with held_for_filing(application.pk) as row:
        return made_already(row, sequence) or submit_held(row, said, by=by)


@contextmanager
def held_for_filing(pk: UUID) -> Iterator[Application]:
    """The dossier read as a whole under its lock, in the transaction that may file it.

    The moment of receipt is taken once, at the beginning: it decides about the deadline and stands on the receipt.
    """
    with clock.standing_at(clock.now()), transaction.atomic():
        yield _locked(pk)


def made_already(row: Application, sequence: int | None) -> Submission | None:
    return next((one for one in row.submissions.all() if one.sequence == sequence), None)


def submit_held(row: Application, said: Declaration, *, by) -> Submission:
    """The same as `submit` for a dossier that is held."""
    with outbox.gathered():
        return _submit(row, said, by)


@dataclass(frozen=True)
class Declaration:
    """What the 负责人 says when he files: the form's own words."""

    declarant_name: str
    declarant_title: str
    declared: bool
    reply: str = ""
    explanation: str = ""
    answers: dict[str, str] = field(default_factory=dict)


def _locked(pk: UUID) -> Application:
    """Read once the lock is there: a join read while waiting for it would seal the report as it was before."""
    found, *parts = ask(written(_dossier, pk), *parts_of(pk), before=statement_of(written(_lock, pk)))
    if not found:
        raise Application.DoesNotExist
    keep_whole(found[0], parts)
    return found[0]


def _lock(pk: UUID) -> QuerySet:
    return Application.objects.filter(pk=pk).select_for_update().order_by().values("pk")


def _dossier(pk: UUID) -> QuerySet:
    return Application.objects.filter(pk=pk).select_related(*RELATED)


def _submit(application: Application, said: Declaration, by) -> Submission:
    recompute(application, list(application.materials.all()), saves=False)
    verb, kind = KINDS.get(application.state, ("submit", Submission.Kind.FIRST))
    facts = {"declared": said.declared, "explanation": said.explanation}
    if verb == "submit":
        facts["number"] = next_number(application)
    if verb == "supplement":
        facts["due_on"] = deadline_in(application.cycle.edition.operating["formal_check_days"])
    asked = (row for row in application.corrections.all() if row.state == CorrectionState.OPEN)
    request = next(asked, None)
    row = perform(application, verb, by=by, note=said.reply, is_locked=True, **facts)
    if request:
        perform(request, "answer", by=by, note=said.reply, at=clock.now(), answers=said.answers)
    return _seal(row, said, kind, by)


def _seal(row: Application, said: Declaration, kind: str, by) -> Submission:
    moment, declaration = clock.now(), row.cycle.edition.declaration
    sequence = len(row.submissions.all()) + 1
    manifest = canonical_json(
        manifest_of(
            row, declaration, said.declarant_name, said.declarant_title, moment, explanation=said.explanation
        )
    )
    submission = Submission.objects.create(
        application=row,
        kind=kind,
        sequence=sequence,
        receipt_number=f"{row.number}-{moment:%m%d%H%M}-{sequence}",
        received_at=moment,
        declared_by=by,
        declarant_name=said.declarant_name,
        declarant_title=said.declarant_title,
        declaration=declaration,
        explanation=said.explanation,
        report=row.annex.data,
        manifest=manifest,
        sha256=sha256_hex(manifest.encode()),
        sm3=sm3_hex(manifest.encode()),
    )
    outbox.send_all(
        ("receipt_pdf", f"receipt_pdf:{submission.pk}", {"submission": str(submission.pk)}),
        ("overlaps", f"overlaps:{submission.pk}", {"application": str(row.pk)}),
    )
    return submission


def next_number(application: Application) -> str:
    """2026-浙-0007: consecutive per cycle and recommender, allotted under a lock; 2026-浙省-0007 in its own round."""
    if application.number:
        return application.number
    prefix = application.cycle.series_of(application.recommender)
    return numbers.next_number(Application, prefix)


def manifest_of(
    application: Application, declaration: str, name: str, title: str, moment, *, explanation: str = ""
) -> dict:
    """Everything that was filed, by digest, in statutory order."""
    report = canonical_json(application.annex.data)
    materials = []
    for material in materials_with_files(application):
        spec = application.spec(material.code)
        files = [
            {"name": e.file.name, "size": e.file.size, "sha256": e.file.sha256, "sm3": e.file.sm3}
            for e in material.files.all()
            if e.removed_at is None
        ]
        entry = {"item": spec.ordinal, "title": spec.title, "files": files, "fields": material.fields}
        if material.none_declared:
            entry["none"] = {"declared": spec.none_label, "reason": material.none_reason}
        if material.code == PROVED and application.assessment.get("provincial"):
            entry["register"] = application.assessment["provincial"]["words"]
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
