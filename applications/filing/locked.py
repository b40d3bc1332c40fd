"""Why a material cannot be changed now, and until when."""

from __future__ import annotations

from applications.models import Application
from applications.states import CorrectionState
from portal.kernel.clock import day_of
from portal.shared.workingdays import date_cn, date_cn_weekday


def why_locked(application: Application) -> str:
    """For a material that is not open: what happened, what would open it, whom to ask."""
    head = "此项材料当前不能修改："
    if application.has_ended:
        return f"{head}本件已办结（{application.public_state}），材料保持提交时的原样。"
    request = application.corrections.filter(state=CorrectionState.OPEN).first()
    if request:
        until = f"{date_cn_weekday(request.due_on)} 24:00"
        return f"{head}没有要求补正此项。至 {until} 只有补正通知所列的材料可以修改。"
    office = application.recommender
    ask = " ".join(part for part in (office.name, office.contact, office.phone) if part)
    since = f"已于 {date_cn(day_of(application.submitted_at))}提交" if application.submitted_at else "已提交"
    return f"{head}本件{since}，现为“{application.public_state}”，直到发出补正通知为止。需要更正的，请联系{ask}。"
