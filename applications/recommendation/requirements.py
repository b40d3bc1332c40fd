"""What the association's road asks for before it recommends (Art. 19)."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import Application
from applications.states import Procedure
from platforms.staff.recognitions import standing_recognition
from portal.kernel import clock
from portal.kernel.workflow import Attempt, requires
from portal.shared.workingdays import date_cn_weekday


@requires(Application, "recommend")
@requires(Application, "report")
def association_has_recognised_it(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 19: an association recommends from the platforms that it has itself recognised."""
    if application.procedure != Procedure.DESIGNATION or not application.recommender.is_association:
        return
    association, platform = application.recommender, application.platform
    filed = application.submitted_at or clock.now()
    if standing_recognition(association, platform, by_day=clock.day_of(filed)):
        return
    later = standing_recognition(association, platform)
    if later:
        yield (
            f"本协会认定{platform.name}的日期（{date_cn_weekday(later.recognised_on)}）晚于其提交日期，"
            "不能作为本次推荐的依据（第十九条）。请不予推荐，该平台下一年度再申报。"
        )
    else:
        yield (
            f"本协会的认定平台登记册中没有{platform.name}（第十九条）。"
            "请先登记认定文号并附认定文件，或者不予推荐。"
        )
