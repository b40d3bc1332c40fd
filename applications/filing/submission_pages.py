"""Check the answers, declare, submit; the receipt and the dossier as a whole."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from applications.corrections.answering import asked_between, asked_items
from applications.corrections.changes import compare_manifests, compare_reports
from applications.crosschecks.evidence import findings_of
from applications.dossiers.archive import write_dossier_zip
from applications.dossiers.documents import (
    filed_materials,
    registered,
    report_sections,
    store_receipt,
)
from applications.dossiers.known import known_of
from applications.editions.model import MaterialSpec
from applications.filing.authority import authorisation_of, give_authorisation
from applications.filing.deadlines import filing_deadline
from applications.filing.forms import DeclareForm
from applications.filing.handing_over import HandOverForm, hand_over, open_hand_over
from applications.filing.services import editable_codes
from applications.filing.submission import (
    Declaration,
    held_for_filing,
    made_already,
    manifest_of,
    submit,
    submit_held,
    verb_for,
)
from applications.materials.services import take_over_from
from applications.materials.status import LABELS
from applications.models import Application, Authorisation, Submission
from applications.states import CorrectionState
from platforms.querysets import people_of_organisation
from portal.files.views import owns_files
from portal.kernel import audit, clock
from portal.kernel.permissions import allowed, fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing, verbs_of
from portal.models import StoredFile
from portal.pages.refusals import refusals_at
from portal.shared.digests import canonical_json
from portal.shared.refusal import UploadRefused
from portal.shared.storage import private_response
from portal.trail.proofs import place_of, proof_response


@owns_files(Authorisation)
def authorisation_of_file(user, pk):
    return Authorisation.objects.for_user(user).filter(pk=pk).first()


def _take_paper(request, application: Application, paper) -> tuple[Authorisation | None, str]:
    """The paper that comes with the declaration is kept at once, whatever else is still wrong with the form."""
    upload = request.FILES.get("authorisation")
    if paper or not upload:
        return paper, ""
    try:
        return give_authorisation(
            application.platform.organisation,
            upload=upload,
            name=request.POST.get("declarant_name", "").strip()[:40] or request.user.name,
            title=request.POST.get("declarant_title", "").strip()[:40],
            by=request.user,
        ), ""
    except UploadRefused as refusal:
        return None, refusal.sentence


def _asked(application: Application, correction) -> list[tuple]:
    """Each item of the notice that waits for words, named as the notice names it."""
    items = asked_items(application, correction) if correction else []
    specs = [application.spec(item.code) for item in items]
    return [(f"{spec.ordinal}{spec.short_title}", item) for spec, item in zip(specs, items, strict=True)]


def _sequence(request) -> int | None:
    """Which submission of the dossier the page was made for; a second click names the same one."""
    text = request.POST.get("sequence", "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


@require_POST
def hand_over_page(request, pk):
    """Asked from the page of the whole; what is refused is said there, with the words still in their field."""
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle"), request.user, "edit", pk=pk
    )
    form = HandOverForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            hand_over(application, words=form.cleaned_data["words"], by=request.user)
            messages.success(request, "已提请负责人提交，负责人会收到站内信和邮件，首页列出此件。")
            return redirect("dossier_check", pk)
    return check(request, pk, hand_over_form=form)


def _title_of(user) -> str:
    """As the account has it, else as it was said in the last declaration: nobody is asked twice."""
    said = Submission.objects.filter(declared_by=user).order_by("-received_at")
    return user.title or said.values_list("declarant_title", flat=True).first() or ""


@dataclass(frozen=True)
class CheckScreen:
    """What a unit looks through before it signs: its materials, and how it may sign."""

    cards: list[dict]
    reasons: list[str]
    verb: Any
    signs: bool
    paper: StoredFile | None
    handed_over: Any
    hand_over_form: HandOverForm
    sequence: int
    signers: Any
    declaration: str
    declaration_spec: MaterialSpec


def _declared(request, pk, sequence: int | None) -> Submission | None:
    """The ordinary end of the page below: what it asks is read once, under the lock; None where the page has to say why not."""
    with suppress(TransitionBlocked, PermissionDenied, Application.DoesNotExist), held_for_filing(pk) as row:
        made = made_already(row, sequence)
        if made or not row.is_editable:
            return made if made and allowed(request.user, "edit", row) else None
        correction = next((one for one in row.corrections.all() if one.state == CorrectionState.OPEN), None)
        form = DeclareForm(
            request.POST,
            paper=authorisation_of(row, request.user),
            is_correction=correction is not None,
            asked=_asked(row, correction),
            has_conflicts=bool(findings_of(row).conflicts),
        )
        return submit_held(row, Declaration(**form.said()), by=request.user) if form.is_valid() else None
    return None


def check(request, pk, *, hand_over_form=None):
    """Everything on one page before it is filed."""
    sequence = _sequence(request)
    if request.method == "POST" and not hand_over_form and not request.FILES:
        submission = _declared(request, pk, sequence)
        if submission:
            return redirect("receipt", submission.pk)
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex"),
        request.user,
        "edit",
        pk=pk,
    )
    if request.session.get("checking") != str(application.pk):  # pages of a material lead back here
        request.session["checking"] = str(application.pk)
    if not application.is_editable:
        made = application.submissions.filter(sequence=sequence).first()
        return redirect("receipt", made.pk) if made else redirect("dossier_tasks", pk)
    verb = verb_for(application)
    correction = application.corrections.filter(state=CorrectionState.OPEN).first()
    signs = allowed(request.user, verb, application)
    findings = findings_of(application)
    paper, refused = authorisation_of(application, request.user) if signs else None, ""
    if request.method == "POST" and signs and not hand_over_form:
        paper, refused = _take_paper(request, application, paper)
    form = DeclareForm(
        None if hand_over_form else request.POST or None,
        request.FILES or None,
        paper=paper,
        is_correction=correction is not None,
        asked=_asked(application, correction),
        has_conflicts=bool(findings.conflicts),
        initial={"declarant_name": request.user.name, "declarant_title": _title_of(request.user)},
    )
    if refused:
        form.add_error("authorisation", refused)
    if request.method == "POST" and signs and form.is_valid():
        with refusals_at(form):
            submission = submit(application, by=request.user, sequence=sequence, **form.said())
            return redirect("receipt", submission.pk)
    cards = []
    for material in application.materials.prefetch_related("files__file"):
        spec = application.spec(material.code)
        if not spec.is_declaration:
            cards.append(
                {
                    "spec": spec,
                    "material": material,
                    "label": LABELS[material.status],
                    "files": [entry.file for entry in material.files.all() if entry.removed_at is None],
                    "registered": registered(spec, material.fields),
                }
            )
    return render(
        request,
        "applications/filing/check.html",
        {
            "screen": CheckScreen(
                cards=cards,
                reasons=missing(application, verb, by=request.user),
                verb=verbs_of(Application)[verb],
                signs=signs,
                paper=paper,
                handed_over=open_hand_over(application),
                hand_over_form=hand_over_form or HandOverForm(),
                sequence=application.submissions.count() + 1,
                signers=people_of_organisation(application.platform.organisation, "sign_organisation"),
                declaration=application.cycle.edition.declaration,
                declaration_spec=application.spec("declaration"),
            ),
            "application": application,
            "findings": findings,
            "known": known_of(application, request.user),
            "unlocked": editable_codes(application),
            "sections": report_sections(application),
            "form": form,
            "correction": correction,
            "deadline": correction.due_on if correction else filing_deadline(application),
        },
        status=422 if form.is_bound or hand_over_form else 200,
    )


@require_safe
def receipt(request, pk):
    """The permanent page of a receipt."""
    submission = fetch(
        Submission.objects.select_related(
            "application__platform__organisation", "application__cycle", "application__recommender"
        ),
        request.user,
        pk=pk,
    )
    return render(
        request,
        "applications/filing/receipt.html",
        {
            "submission": submission,
            "application": submission.application,
            "is_applicant": holds(Application, request.user, "edit"),
            "materials": filed_materials(submission),
        },
    )


@login_not_required
@require_safe
def receipt_check(request, pk):
    """For whoever holds the receipt: that it is one, its time, its digests, its place in the log; nothing of the dossier."""
    row = Submission.objects.select_related("application__cycle").filter(pk=pk).first()
    if row is None:
        raise Http404
    page = {"row": row, "place": place_of(row)}
    return render(request, "applications/filing/receipt_check.html", page)


@require_safe
def receipt_file(request, pk):
    submission = fetch(Submission.objects.select_related("application"), request.user, pk=pk)
    if submission.pdf_id is None:
        store_receipt(submission)
        submission = Submission.objects.select_related("pdf", "application").get(pk=pk)
    audit.record_read(submission.application, by=request.user, what="export", kind="receipt")
    return private_response(submission.pdf.key, submission.pdf.name, "application/pdf", inline=False)


@require_safe
def receipt_proof(request, pk):
    """What the holder keeps: proof that this receipt is in the public log, or for its first minute our signature."""
    submission = fetch(Submission.objects.select_related("application__platform"), request.user, pk=pk)
    return proof_response(submission, f"回执-{submission.receipt_number}")


def _as_sealed(application: Application) -> str:
    """The manifest that submitting now would seal."""
    return canonical_json(manifest_of(application, "", "", "", clock.now()))


@require_safe
def own_changes(request, pk):
    """What was filed beside what stands now: before an answer is sent, and after it between the last two filings."""
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex"),
        request.user,
        pk=pk,
    )
    if not holds(Application, request.user, "edit"):
        return redirect("dossier_changes", pk)
    filed = list(application.submissions.all())
    answering = application.is_editable
    if len(filed) < (1 if answering else 2):
        raise Http404
    before = filed[-1] if answering else filed[-2]
    now = json.loads(_as_sealed(application) if answering else filed[-1].manifest)
    report = application.annex.data if answering else filed[-1].report
    specs = application.cycle.edition.materials_for(application.procedure)
    after = None if answering else filed[-1]
    request_row, asked = asked_between(application, before, after)
    return render(
        request,
        "applications/filing/changes.html",
        {
            "application": application,
            "before": before,
            "after": after,
            "request_row": request_row,
            "asked": asked,
            "materials": compare_manifests(json.loads(before.manifest), now, specs),
            "sections": compare_reports(
                report_sections(application, before.report), report_sections(application, report)
            ),
        },
    )


@require_safe
def dossier_zip(request, pk):
    application = fetch(
        Application.objects.select_related("platform", "cycle", "annex"), request.user, "take_copy", pk=pk
    )
    audit.record_read(application, by=request.user, what="export", kind="zip")
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_dossier_zip(application, out)
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"{application.number or '草稿'}-{application.platform.name}.zip"
    )


def take_over(request, pk):
    """Bring the newest earlier dossier of the platform into this draft."""
    application = fetch(Application.objects.select_related("cycle", "annex"), request.user, "edit", pk=pk)
    earlier = (
        Application.objects.filter(platform_id=application.platform_id, procedure=application.procedure)
        .exclude(pk=pk)
        .order_by("-created_at")
        .select_related("annex", "cycle")
        .first()
    )
    if request.method == "POST" and earlier:
        taken = take_over_from(application, earlier, by=request.user)
        messages.success(request, f"已从{earlier.cycle}申报带入 {taken} 份文件，请逐项核对是否仍然有效。")
    elif request.method == "POST":
        messages.info(request, "本平台没有往年同类申报，没有可以带入的内容。")
    return redirect("dossier_tasks", pk)
