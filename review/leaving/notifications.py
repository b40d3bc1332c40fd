"""Who is told that a unit has left: whoever decides on the round."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import Application
from applications.states import Procedure
from platforms.querysets import people_of_recommender
from portal.desk.notifications import Message, notifies
from portal.kernel.permissions import MINISTRY
from portal.models import AuditEvent, User


@notifies(Application, "leave_round")
def tell_who_decides(event: AuditEvent, application: Application) -> Iterator[Message]:
    listed = application.notice_items.filter(notice__state="PUBLISHED").exists()
    ours = application.procedure == Procedure.PROVINCIAL  # whose list it is, corrects it
    office = people_of_recommender(application.recommender)
    readers = [(office, "请发布更正" if ours else "由工业和信息化部发布更正")]
    if application.reported_at is not None:
        ministry = User.objects.filter(role__in=MINISTRY, is_active=True)
        readers.append((ministry, "请发布更正"))
    for people, what in readers:
        then = f"此平台在公示名单上，{what}。" if listed else "名单和分派已不再包含此件。"
        yield Message(
            people,
            f"申报单位退出评审：{application.platform.name}",
            f"理由：{event.note}\n{then}",
            reverse("dossier", args=[application.pk]),
        )
