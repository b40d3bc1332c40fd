"""What recommending asks for: the association's own register (Art. 19), the year's quota and special slots.

Carries out Art. 19.
"""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import Application
from applications.recommendation.quota import quota_used
from applications.recommendation.services import recognition_relied_on
from applications.requirements import BEYOND_RECOMMENDATION
from applications.states import Procedure
from platforms.staff.recognitions import standing_recognition
from portal.kernel.workflow import Attempt, requires
from portal.shared import law
from portal.shared.names import place_key
from portal.shared.workingdays import date_cn_weekday


@requires(Application, "recommend")
@requires(Application, "report", article=19)
def association_has_recognised_it(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 19: an association recommends from the platforms that it has itself recognised."""
    if application.procedure != Procedure.DESIGNATION or not application.recommender.is_association:
        return
    association, platform = application.recommender, application.platform
    if recognition_relied_on(application):
        return
    later = standing_recognition(association, platform)
    if later:
        yield (
            f"本协会认定{platform.name}的日期（{date_cn_weekday(later.recognised_on)}）晚于其提交日期，"
            f"不能作为本次推荐的依据（{law.ASSOCIATIONS}）。请不予推荐，该平台下一年度再申报。"
        )
    else:
        yield (
            f"本协会的认定平台登记册中没有{platform.name}（{law.ASSOCIATIONS}）。"
            "请先登记认定文号并附认定文件，或者不予推荐。"
        )


def _taken_ground(application: Application, form) -> Iterable[str]:
    """One platform per city or park, also where it bears several of the titles."""
    rows = Application.objects.filter(
        cycle=application.cycle,
        recommendation__special_slot__in=application.cycle.special_list,
        state__in=BEYOND_RECOMMENDATION,
    ).exclude(pk=application.pk)
    ground = place_key(form.special_ground)
    known = rows.select_related("recommendation", "platform")
    other = next((row for row in known if place_key(row.recommendation.special_ground) == ground), None)
    if other:
        yield f"{form.special_ground}已由{other.platform.name}占用专项，每个城市或者园区只推荐 1 家。"


@requires(Application, "recommend")
def quota_is_left(application: Application, attempt: Attempt) -> Iterable[str]:
    if application.procedure != Procedure.DESIGNATION:
        return
    form = getattr(application, "recommendation", None)
    if form and form.special_slot in application.cycle.special_list:
        yield from _taken_ground(application, form)
        return
    quota = application.cycle.quota_for(application.recommender)
    if quota is None:
        return
    if quota == 0:
        yield "本年度本单位没有推荐名额（0 家），请不予推荐，或者待名额调整后再推荐。"
    elif quota_used(application.cycle, application.recommender).exclude(pk=application.pk).count() >= quota:
        yield f"本年度推荐名额 {quota} 家已用完，请先收回其他推荐，或者不予推荐。"
