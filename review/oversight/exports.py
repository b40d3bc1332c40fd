"""The evidence package of one dossier: its trail with hashes, its records, its files, digests over all (Art. 17)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from applications.cycles.models import kept_text
from applications.evaluation.models import VisitFile
from applications.materials.models import MaterialFile
from applications.models import Application
from portal.exports import archives
from portal.exports.services import Exporter, Progress, register_exporter
from portal.kernel import clock
from portal.kernel.action_labels import action_label, states_of
from portal.kernel.audit import chain_hash
from portal.models import AuditEvent, ExportJob, SignOff, StoredFile
from portal.shared.pdf import render_template_pdf
from portal.shared.storage import open_private
from review.models import NoticeItem, Objection
from review.objections.models import AnswerProof, ObjectionEvidence
from review.oversight.fact_words import SCORED, UNREAD, hides_scores, words_of
from review.oversight.papers import papers_of
from review.oversight.rejudging import EDITION, RECORDS

BLOCK = 1024 * 1024


def dossier_of(job: ExportJob) -> Application:
    """Read with the asker's rights at the time of making."""
    rows = Application.objects.for_user(job.requested_by, "take_evidence")
    return rows.select_related("platform__organisation", "cycle", "recommender").get(
        pk=job.params["application"]
    )


def trail_of(application: Application, user):
    root = f"{application._meta.label_lower}:{application.pk}"
    return AuditEvent.objects.for_user(user).filter(root=root).order_by("id")


def write_package(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    application = dossier_of(job)
    events = list(trail_of(application, job.requested_by))
    files, papers = list(files_of(application)), list(papers_of(application))
    total, sums = len(files) + len(papers) + 4, {}
    is_sealed = hides_scores(application)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, content: bytes) -> None:
            archives.put(package, name, content)
            sums[name] = hashlib.sha256(content).hexdigest()

        put("01-卷宗轨迹.pdf", trail_pdf(application, events, job))
        progress(1, total)
        put("02-操作记录.json", _json([_event(event, is_sealed) for event in events]))
        put(RECORDS, _json(records_of(application)))
        put(EDITION, kept_text(application.cycle.edition_digest).encode())
        progress(4, total)
        for number, (folder, file) in enumerate(files, start=1):
            name = f"{folder}-{number:03d}-{_safe(file.name)}"
            sums[name] = _copy(package, name, file.key)
            progress(4 + number, total)
        for number, (name, make) in enumerate(papers, start=1):
            put(name, make())
            progress(4 + len(files) + number, total)
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        archives.put(package, "SHA256SUMS.txt", listed.encode())
    progress(total, total)


def files_of(application: Application) -> Iterator[tuple[str, StoredFile]]:
    """Every stored file of the dossier with where it lies in the package, replaced ones and others' evidence too."""
    materials = MaterialFile.objects.filter(material__application=application)
    for entry in materials.select_related("file", "material").order_by("material__position", "added_at"):
        yield f"04-材料文件/{entry.material.position:02d}", entry.file
    for relaxation in application.relaxations.exclude(proof=None).select_related("proof"):
        yield "05-测评/放宽依据", relaxation.proof
    for entry in VisitFile.objects.filter(visit__application=application).select_related("file"):
        yield "05-测评/现场核查", entry.file
    for entry in ObjectionEvidence.objects.filter(objection__item__application=application).select_related(
        "file", "objection"
    ):
        yield f"06-异议证据/{entry.objection.receipt_number}", entry.file
    for proof in AnswerProof.objects.filter(
        objection__item__application=application, file__isnull=False
    ).select_related("file", "objection"):
        yield f"06-异议证据/{proof.objection.receipt_number}-答复", proof.file


def _copy(package: zipfile.ZipFile, name: str, key: str) -> str:
    digest = hashlib.sha256()
    with open_private(key) as content, archives.open_entry(package, name) as target:
        while block := content.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _safe(name: str) -> str:
    return "".join("_" if character in '\\/:*?"<>|' else character for character in name)[-120:]


def _json(data) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()


def _event(event: AuditEvent, is_sealed: bool = False) -> dict:
    """The hashed text itself with its hashes, so that the chain can be recomputed without the portal.

    As long as sheets are missing, what holds a score is left out: its hash binds it, a later package has it.
    """
    withheld = is_sealed and event.action == SCORED
    return {
        "stream": event.stream,
        "sequence": event.sequence,
        "body": UNREAD if withheld else event.body,
        **({"withheld": True} if withheld else {}),
        "previous_hash": event.previous_hash,
        "hash": event.hash,
        "holds": event.hash == chain_hash(event.previous_hash, event.body),
    }


def records_of(application: Application) -> dict:
    """What was written at each step. Who objected is not in it: the page that shows it records each look."""
    sheets, is_sealed = application.assignments.select_related("expert__user"), hides_scores(application)
    signoffs = SignOff.objects.filter(object_ids__contains=[str(application.pk)]).select_related(
        "proposer", "signer"
    )
    lines = NoticeItem.objects.filter(application=application).select_related("notice")
    return {
        "application": {
            "number": application.number,
            "platform": application.platform.name,
            "state": application.state,
            "organisation": application.platform.organisation.name,
            "uscc": application.platform.organisation.uscc,
            "recommender": application.recommender.name,
            "edition_digest": application.cycle.edition_digest,
            "assessment": application.assessment,
            "province_score": application.province_score,
            "review_score": application.review_score,
            "outcome_code": application.outcome_code,
            "outcome_reason": application.outcome_reason,
        },
        "submissions": [
            {
                "receipt": row.receipt_number,
                "received_at": row.received_at,
                "sha256": row.sha256,
                "manifest": row.manifest,
            }
            for row in application.submissions.all()
        ],
        "sheets": [
            {
                "expert": row.expert.user.name,
                "state": row.state,
                "sheet": UNREAD if is_sealed else row.sheet,
                "comment": UNREAD if is_sealed else row.comment,
                "total": UNREAD if is_sealed else row.total,
                "handed_in_at": row.handed_in_at,
                "recusal_reason": row.recusal_reason,
            }
            for row in sheets
        ],
        "signoffs": [
            {
                "verb": row.verb,
                "shown": row.shown,
                "digest": row.digest,
                "state": row.state,
                "note": row.note,
                "proposer": row.proposer.name,
                "signer": row.signer.name if row.signer else "",
                "signed_at": row.signed_at,
            }
            for row in signoffs
        ],
        "corrections": [
            {
                "stage": row.stage,
                "asked_at": row.asked_at,
                "due_on": row.due_on,
                "items": row.items,
                "words": row.words,
                "answered_at": row.answered_at,
                "reply": row.reply,
                "state": row.state,
            }
            for row in application.corrections.all()
        ],
        "relaxations": [
            {
                "criterion": row.criterion,
                "area": row.area,
                "reason": row.reason,
                "by": row.granted_by.name,
                "at": row.granted_at,
            }
            for row in application.relaxations.select_related("granted_by")
        ],
        "objections": [
            {
                "receipt": row.receipt_number,
                "received_at": row.received_at,
                "summary": row.summary,
                "state": row.state,
                "recommender_answer": row.recommender_answer,
                "platform_answer": row.platform_answer,
                "conclusion": row.conclusion,
                "concluded_by": row.concluded_by.name if row.concluded_by else "",
                "concluded_at": row.concluded_at,
            }
            for row in Objection.objects.filter(item__application=application).select_related("concluded_by")
        ],
        "notices": [
            {"title": row.notice.title, "digest": row.notice.digest, "published_on": row.notice.published_on}
            for row in lines
        ],
    }


def trail_pdf(application: Application, events, job: ExportJob) -> bytes:
    words = words_of(application)
    rows = [(event, action_label(event.action), states_of(event), words.of(event)) for event in events]
    context = {"application": application, "rows": rows, "asked_by": job.requested_by, "at": clock.now()}
    return render_template_pdf("pdf/trail.html", context, style="form")


register_exporter(
    "evidence",
    Exporter(write_package, lambda job: f"取证包-{job.params['number']}.zip", "application/zip"),
)
