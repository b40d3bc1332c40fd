"""Opening a dossier, and who may change which of its materials."""

from __future__ import annotations

from django.db import transaction

from applications.dossiers.facts import refresh
from applications.filing.again import decided_against
from applications.filing.locked import why_locked
from applications.models import Application, Cycle, Material, Report
from applications.rereviews.prefill import rereview_data
from applications.states import LIVE, ApplicationState, CorrectionState, CycleState, Procedure
from platforms.models import Platform, Recommender
from platforms.programmes.services import standing_title
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, perform


@transaction.atomic
def open_dossier(
    platform: Platform,
    *,
    cycle: Cycle,
    by,
    procedure: str = Procedure.DESIGNATION,
    recommender: Recommender | None = None,
) -> Application:
    """A draft with its materials. The recommender is the platform's jurisdiction, or an association (Art. 19)."""
    demand_scope(by, "open_dossier", platform, "只有本单位人员可以申报。")
    recommender = recommender or platform.jurisdiction
    title = platform.designations.filter(state__in=("ACTIVE", "RECTIFYING")).first()
    if procedure == Procedure.PROVINCIAL:
        recommender = platform.jurisdiction
    reasons = list(_obstacles(platform, cycle, procedure, recommender, title))
    if reasons:
        raise TransitionBlocked(reasons)
    return create_dossier(platform, cycle, procedure, recommender, title, by=by)


def create_dossier(platform, cycle: Cycle, procedure: str, recommender, title, *, by) -> Application:
    """The row with its report and its empty materials; who may have it made has been asked before."""
    application = Application.objects.create(
        cycle=cycle,
        platform=platform,
        recommender=title.recommender if procedure == Procedure.REREVIEW else recommender,
        procedure=procedure,
        designation=title if procedure == Procedure.REREVIEW else None,
        created_at=clock.now(),
        created_by=by,
    )
    form = cycle.edition.forms["annex3" if procedure == Procedure.REREVIEW else "annex2"]
    data = rereview_data(title, cycle.year) if procedure == Procedure.REREVIEW else {}
    Report.objects.create(application=application, form_code=form.code, data=data)
    Material.objects.bulk_create(
        Material(application=application, code=spec.code, position=spec.number)
        for spec in cycle.edition.materials_for(procedure)
    )
    audit.record(action="open", obj=application, by=by, facts={"recommender": application.recommender.name})
    refresh(application)
    return application


def _provincial_obstacles(platform, cycle):
    """Art. 18: a province recognises platforms on its own territory, and none twice for the same years."""
    programme = cycle.programme
    if programme.recommender_id != platform.jurisdiction_id:
        yield f"{programme.recommender.name}只受理所在地区的平台，本平台所在地区为{platform.jurisdiction.label}。"
        return
    known = standing_title(platform)
    if known and known.covers(cycle.year):
        yield f"本平台已是{programme.honour}（{known.number}），{known.term}，不需要申报。"


def _obstacles(platform, cycle, procedure, recommender, title):
    if (procedure == Procedure.PROVINCIAL) != bool(cycle.programme_id):
        yield f"{cycle}不办理此事项，请从“我的申报”重新选择。"
        return
    if cycle.programme_id:
        yield from _provincial_obstacles(platform, cycle)
    if not (platform.organisation.established_on and platform.operating_since):
        yield "单位成立日期或者平台运营起始日期尚未登记，请先在“单位”中补全单位和平台信息。"
    if cycle.state != CycleState.PUBLISHED:
        yield f"{cycle}尚未发布或者已经结束，不能申报。"
    if recommender.pk != platform.jurisdiction_id and not recommender.is_direct:
        yield "推荐单位应为平台所在地区主管部门，或者全国性行业协会、部属单位。"
    elif not cycle.admits(recommender):
        yield f"{recommender.name}不在{cycle}可推荐的名单中，请选择其他推荐单位。"
    if procedure == Procedure.DESIGNATION and title:
        yield f"本平台已是示范平台（{title.number}），请按三年复核办理，不需要重新申报。"
    if procedure == Procedure.REREVIEW and not title:
        yield "本平台没有有效的示范平台称号，不需要复核。"
    if procedure == Procedure.REREVIEW and title and title.review_year and title.review_year > cycle.year:
        yield f"本平台下次复核年度为 {title.review_year} 年，{cycle}不需要复核。"
    if Application.objects.filter(
        platform=platform, cycle=cycle, procedure=procedure, state__in=LIVE
    ).exists():
        yield "本平台在本年度已有一件在办申报，请在“我的申报”中继续办理。"
    if ended := decided_against(platform, cycle, procedure):
        yield f"本平台在{cycle}的申报（{ended.number}）已有决定：{ended.public_state}，请在下一年度申报；对决定有意见的，按决定通知载明的途径提出。"


def editable_codes(application: Application) -> set[str]:
    """The materials that may be changed now: all of a draft, only the named ones of a correction."""
    if application.state == ApplicationState.DRAFT:
        return {material.code for material in application.materials.all()}
    if application.is_editable:
        request = application.corrections.filter(state=CorrectionState.OPEN).first()
        return request.codes if request else set()
    return set()


def check_editable(application: Application, code: str, by) -> None:
    """Raise unless this user may change this material now.

    Holds the dossier's row until the change is written, so that nothing slips in behind a submission.
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    demand_scope(by, "edit", application, "只有本单位人员可以修改材料。")
    if code not in editable_codes(application):
        raise TransitionBlocked([why_locked(application)])


@transaction.atomic
def discontinue(application: Application, *, words: str, by) -> Application:
    """The title decided otherwise: what is still asked of the unit falls away with the dossier."""
    for request in application.corrections.filter(state=CorrectionState.OPEN):
        perform(request, "cancel", by=by)
    return perform(application, "discontinue", by=by, note=words)
