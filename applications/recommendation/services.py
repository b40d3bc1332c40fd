"""The recommendation form (Annex 1), the order of candidates, and reporting the list as one act."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from applications.crosschecks.register import unproven_claim
from applications.models import Application, Cycle, Evaluation, Material, Recommendation, Reporting
from applications.recommendation.quota import quota_reasons
from applications.reporting.comparing import PRIORITY_LEVELS, Candidate
from applications.states import ApplicationState, Procedure
from platforms.models import Recognition, Recommender
from platforms.staff.recognitions import standing_recognition
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked, missing, perform
from portal.shared.digests import canonical_json, sha256_hex


def recognition_relied_on(application: Application) -> Recognition | None:
    """The entry of the association's register on which it may recommend (Art. 19): none dated after the filing."""
    filed = clock.day_of(application.submitted_at or clock.now())
    return standing_recognition(application.recommender, application.platform, by_day=filed)


def prefill(form: Recommendation) -> None:
    """What material (九) already says of recognition and commendation; the officer confirms it by saving."""
    material = form.application.materials.filter(code="honours").first()
    rows = (material.fields.get("rows") or []) if material else []
    official = [row for row in rows if row.get("level") in PRIORITY_LEVELS]
    proof = form.application.assessment.get("provincial") or {}
    form.recognised = bool(proof) or any(row.get("kind") == "recognition" for row in official)
    form.commended = any(row.get("kind") == "commendation" for row in official)
    if form.application.recommender.is_association:  # Art. 19: its own register, not what the unit says
        own = recognition_relied_on(form.application)
        form.recognised, proof = own is not None, {"document": own.document if own else ""}
    documents = [proof.get("document"), *(row.get("document") for row in official)]
    form.recognition_document = "、".join(dict.fromkeys(filter(None, documents)))[:100]


MAX_DOCUMENT = 50 * 1024 * 1024


def check_seen(row: Evaluation | Recommendation, version: int | None, *, last, by) -> None:
    """Two officers at one form: the later page shows both texts instead of taking the place of the first."""
    if version is not None and version != row.version and last not in (None, by):
        raise ChangedMeanwhile(
            [
                f"您打开此页后，{last.name}保存过此表。您填写的内容没有丢失，也还没有保存；"
                "请对照下面列出的不同之处，改好后再次保存，以您保存的为准。"
            ]
        )


@transaction.atomic
def save_recommendation(
    application: Application, *, by, version: int | None = None, **fields
) -> Recommendation:
    """`version` is the one that the page showed. Raises ChangedMeanwhile when a colleague has saved since."""
    demand_scope(by, "evaluate", application, "您没有填写推荐表的权限。")
    if application.state != ApplicationState.UNDER_EVALUATION:
        raise TransitionBlocked([f"当前状态为“{application.get_state_display()}”，推荐表不能修改。"])
    row, _ = Recommendation.objects.select_for_update().get_or_create(application=application)
    check_seen(row, version, last=row.prepared_by, by=by)
    for name, value in fields.items():
        setattr(row, name, value)
    row.prepared_by = by
    row.version += 1
    row.save()
    audit.record(action="save", obj=row, by=by, facts={name: str(value) for name, value in fields.items()})
    return row


@transaction.atomic
def recommend(application: Application, *, by, note: str = "") -> Application:
    """Sign the form and put the dossier on the list, at its end."""
    row = perform(application, "recommend", by=by, note=note)
    Recommendation.objects.filter(application=row).update(signed_by=by, signed_at=clock.now())
    listed = Application.objects.filter(
        cycle=row.cycle,
        recommender=row.recommender,
        procedure=row.procedure,
        state=ApplicationState.RECOMMENDED,
    )
    row.rank = listed.count()
    row.save(update_fields=["rank"])
    return row


@transaction.atomic
def order_candidates(recommender: Recommender, cycle: Cycle, *, order: Sequence[str], by) -> None:
    """Store the order of the recommended dossiers; ids in their new order."""
    rows = {
        str(row.pk): row
        for row in Application.objects.for_user(by, "report").filter(
            recommender=recommender, cycle=cycle, state=ApplicationState.RECOMMENDED
        )
    }
    if set(order) != set(rows):
        raise TransitionBlocked(["名单已有变化，请刷新页面后重新排序。"])
    for rank, key in enumerate(order, start=1):
        if rows[key].rank != rank:
            rows[key].rank = rank
            rows[key].save(update_fields=["rank"])
            audit.record(action="rank", obj=rows[key], by=by, facts={"rank": rank})


@takes_files(document=Papers({"pdf", "ofd"}, MAX_DOCUMENT))
def report_list(
    recommender: Recommender,
    cycle: Cycle,
    *,
    procedure: str,
    document_number: str,
    document_date,
    document=None,
    by,
) -> Reporting:
    """Report everything recommended in one procedure, all or nothing (报送).

    Raises UploadRefused when the scan of the recommending document is not taken; nothing has left then.
    """
    applications = list(
        Application.objects.for_user(by, "report")
        .filter(recommender=recommender, cycle=cycle, procedure=procedure, state=ApplicationState.RECOMMENDED)
        .select_related("platform__organisation")
        .order_by("rank", "number")
    )
    if not applications:
        raise TransitionBlocked(["没有已推荐、待报送的平台。"])
    reasons = [
        f"{row.platform.name}：{reason}" for row in applications for reason in missing(row, "report", by=by)
    ]
    reasons += quota_reasons(recommender, cycle, procedure)
    if reasons:
        raise TransitionBlocked(list(dict.fromkeys(reasons)))
    moment = clock.now()
    serial = Reporting.objects.filter(cycle=cycle, recommender=recommender).count() + 1
    manifest = canonical_json(
        {
            "cycle": cycle.year,
            "procedure": procedure,
            "recommender": recommender.name,
            "document": document_number,
            "list": [
                {
                    "rank": row.rank,
                    "number": row.number,
                    "platform": row.platform.name,
                    "uscc": row.platform.organisation.uscc,
                }
                for row in applications
            ],
        }
    )
    reporting = Reporting.objects.create(
        cycle=cycle,
        recommender=recommender,
        procedure=procedure,
        document_number=document_number,
        document_date=document_date,
        receipt_number=f"BS{cycle.year}-{recommender.mark}-{serial:02d}",
        manifest=manifest,
        sha256=sha256_hex(manifest.encode()),
        reported_by=by,
        reported_at=moment,
    )
    if document is not None:
        reporting.document = place(document, owner=reporting, by=by)
        reporting.save(update_fields=["document"])
    days = cycle.edition.operating["formal_check_days"]
    due_on = deadline_in(days)
    for row in applications:
        perform(row, "report", by=by, reporting=reporting, due_on=due_on)
    audit.record(
        action="create", obj=reporting, by=by, facts={"count": len(applications), "sha256": reporting.sha256}
    )
    return reporting


def candidates_of(recommender: Recommender, cycle: Cycle) -> list[Candidate]:
    """Every dossier of the year that may still be or has been recommended, in two queries."""
    rows = (
        Application.objects.filter(
            recommender=recommender,
            cycle=cycle,
            procedure=Procedure.DESIGNATION,
            submitted_at__isnull=False,
        )
        .exclude(state__in=(ApplicationState.WITHDRAWN, ApplicationState.LAPSED))
        .select_related("platform__organisation", "recommendation")
        .order_by("number")
    )
    honours = dict(
        Material.objects.filter(application__in=rows, code="honours").values_list("application_id", "fields")
    )
    return [_candidate(row, honours.get(row.pk, {})) for row in rows]


def _candidate(row: Application, honours: dict) -> Candidate:
    form = getattr(row, "recommendation", None)
    rows, known = honours.get("rows") or [], row.assessment
    verified = (known.get("provincial") or {}).get("words", "")
    return Candidate(
        key=str(row.pk),
        name=row.platform.name,
        organisation=row.platform.organisation.name,
        number=row.number or "",
        state=row.get_state_display(),
        tone=row.tone,
        mark=known.get("mark", ""),
        score=row.province_score,
        rank=row.rank,
        criteria=known.get("criteria", []),
        honours=rows,
        recognised=bool(form and form.recognised),
        commended=bool(form and form.commended),
        verified=verified,
        unproven=unproven_claim(rows, province=known.get("register", ""), proof=verified) or "",
    )


def reportable(recommender: Recommender, cycle: Cycle, procedure: str = Procedure.DESIGNATION):
    return Application.objects.filter(
        recommender=recommender, cycle=cycle, procedure=procedure, state=ApplicationState.RECOMMENDED
    ).order_by("rank", "number")
