"""The recommender's evaluation in three parts (Art. 7) and the relaxation under Art. 5 (八).

Carries out Art. 7, Art. 5 (八).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.timezone import localtime

from applications.dossiers.facts import refresh
from applications.editions.evaluating import PART_NAMES, Item, part_score
from applications.eligibility import RELAXABLE
from applications.models import (
    Application,
    Cycle,
    Evaluation,
    EvaluationItem,
    Relaxation,
    SiteVisit,
    VisitFile,
)
from applications.recommendation.services import check_seen
from applications.states import ApplicationState
from platforms.models import Recommender
from platforms.querysets import recommenders_of
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_scope, forbid
from portal.kernel.workflow import TransitionBlocked
from portal.shared import law
from portal.shared.uploads import PAPER_BYTES

PARTS = tuple(PART_NAMES)
PHOTOS, SIGNED = {"jpg", "png"}, {"pdf", "jpg", "png"}
MAX_PHOTOS = 12


def evaluation_of(application: Application) -> Evaluation:
    """What has been written so far; a first look begins nothing."""
    return Evaluation.objects.filter(pk=application.pk).first() or Evaluation(application=application)


def rubric_for(application: Application) -> list[Item]:
    """The cycle's items, then the recommender's own, part by part."""
    own = EvaluationItem.objects.filter(
        cycle_id=application.cycle_id, recommender_id=application.recommender_id, is_retired=False
    )
    items = [*application.cycle.evaluation_rubric, *(row.as_item() for row in own)]
    return sorted(items, key=lambda item: PARTS.index(item.part))


def refuse_day(application: Application, day: date | None) -> str:
    """Why the evaluation can't have been made on that day, or nothing."""
    filed = localtime(application.submitted_at).date()
    if day and not filed <= day <= clock.today():
        return f"测评日期应在提交日（{filed}）至今天之间。"
    return ""


@transaction.atomic
def save_evaluation(
    application: Application, *, by, complete: bool, version: int | None = None, **fields
) -> Evaluation:
    """Store the evaluation; `complete` demands all three parts and computes the score as their mean.

    With a `sheet` ({item: {"score", "note"}}) the score of each part follows from its items. `version` is the
    one that the page showed: what a colleague has saved since then is not overwritten (ChangedMeanwhile).
    """
    _check(application, by)
    wrong_day = refuse_day(application, fields.get("evaluated_on"))
    if wrong_day:
        raise TransitionBlocked([wrong_day])
    row, _ = Evaluation.objects.select_for_update().get_or_create(application=application)
    check_seen(row, version, last=row.evaluated_by, by=by)
    for name, value in fields.items():
        setattr(row, name, value)
    unscored = []
    if fields.get("sheet"):
        items = rubric_for(application)
        for part in PARTS:
            setattr(row, f"{part}_score", part_score(items, row.sheet, part))
        unscored = [item.name for item in items if row.sheet.get(item.code, {}).get("score") is None]
    row.evaluated_by = by
    row.version += 1
    if complete:
        lacking = [
            PART_NAMES[part]
            for part in PARTS
            if not getattr(row, f"{part}_grade") or not getattr(row, f"{part}_note").strip()
        ]
        if lacking or unscored or not row.methods or not row.evaluated_on:
            raise TransitionBlocked(
                [f"请填写{'、'.join(lacking)}的结论和说明。"] * bool(lacking)
                + [f"尚未评分：{'、'.join(unscored)}。"] * bool(unscored)
                + ["请填写测评方式和测评日期。"] * (not row.methods or not row.evaluated_on)
            )
        row.completed_at = clock.now()
    else:
        row.completed_at = None
    row.save()
    scores = [getattr(row, f"{part}_score") for part in PARTS]
    application.province_score = (
        sum(scores) / len(scores) if complete and all(s is not None for s in scores) else None
    )
    application.save(update_fields=["province_score"])
    audit.record(
        action="complete" if complete else "save",
        obj=row,
        by=by,
        facts={k: v if isinstance(v, list | dict) else str(v) for k, v in fields.items()},
    )
    return row


@transaction.atomic
def add_item(recommender: Recommender, cycle: Cycle, *, by, **fields) -> EvaluationItem:
    """An own item beside the cycle's; the cycle's can neither be changed nor left out."""
    if not recommenders_of(by).filter(pk=recommender.pk).exists():
        forbid("只能为本单位设置测评项目。")
    if EvaluationItem.objects.filter(
        cycle=cycle, recommender=recommender, part=fields["part"], name=fields["name"]
    ).exists():
        raise TransitionBlocked(["此部分已有同名的测评项目，请换一个名称。"])
    row = EvaluationItem.objects.create(recommender=recommender, cycle=cycle, **fields)
    audit.record(action="create", obj=row, by=by, facts=fields)
    return row


@transaction.atomic
def retire_item(item: EvaluationItem, *, by) -> None:
    """Scores that were given under it stay where they are."""
    demand_scope(by, "retire", item, "只能停用本单位的测评项目。")
    item.is_retired = True
    item.save(update_fields=["is_retired"])
    audit.record(action="retire", obj=item, by=by)


def _check_visit(application: Application, *, by, photos: Sequence, **fields) -> None:
    _check(application, by)
    if fields["visited_on"] > clock.today():
        raise TransitionBlocked(["核查日期不能晚于今天。"])
    if len(photos) > MAX_PHOTOS:
        raise TransitionBlocked([f"照片最多 {MAX_PHOTOS} 张。"])


@takes_files(first=_check_visit, photos=Papers(PHOTOS, PAPER_BYTES), signed=Papers(SIGNED, PAPER_BYTES))
def record_visit(application: Application, *, by, photos: Sequence, signed, **fields) -> SiteVisit:
    """A visit on site with its photos and the signed sheet. Raises UploadRefused for a file that is not taken."""
    _check(application, by)
    row = SiteVisit.objects.create(application=application, recorded_by=by, recorded_at=clock.now(), **fields)
    for kind, files in ((VisitFile.Kind.PHOTO, photos), (VisitFile.Kind.SIGNED, [signed] if signed else [])):
        for judged in files:
            VisitFile.objects.create(visit=row, kind=kind, file=place(judged, owner=row, by=by))
    audit.record(
        action="create",
        obj=row,
        by=by,
        note=fields["seen"][:200],
        facts={"photos": len(photos), "signed": bool(signed), "conclusion": fields["conclusion"]},
    )
    return row


@takes_files(proof=Papers(SIGNED, PAPER_BYTES))
def grant_relaxation(
    application: Application, *, criterion: str, area: str, reason: str, proof, by
) -> Relaxation:
    """Relax one failing condition of (一), (三) or (四), with the reason and the proof of a poor area.

    Raises UploadRefused for a proof that does not pass.
    """
    _check(application, by)
    row = next((r for r in application.assessment.get("criteria", []) if r["code"] == criterion), None)
    if row is None or row["verdict"] != RELAXABLE:
        items = application.cycle.edition.relaxable_items
        raise TransitionBlocked([f"只有{law.cite(5, *items)}中不符合、且申报单位申请放宽的条件可以放宽。"])
    if proof is None:
        raise TransitionBlocked(["请附属于老少边穷地区的依据文件，例如名录所在文件的扫描件。"])
    relaxation = Relaxation.objects.create(
        application=application,
        criterion=criterion,
        area=area,
        reason=reason,
        granted_by=by,
        granted_at=clock.now(),
    )
    relaxation.proof = place(proof, owner=relaxation, by=by)
    relaxation.save(update_fields=["proof"])
    audit.record(
        action="grant", obj=relaxation, by=by, note=reason, facts={"criterion": row["label"], "area": area}
    )
    refresh(application)
    return relaxation


def _check(application: Application, by) -> None:
    demand_scope(by, "evaluate", application, "您没有测评此件的权限。")
    if application.state != ApplicationState.UNDER_EVALUATION:
        raise TransitionBlocked([f"当前状态为“{application.get_state_display()}”，不能测评。"])
