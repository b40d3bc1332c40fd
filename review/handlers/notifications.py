"""Who is told of an appointment: the person, and the heads of the department that lends."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.querysets import people_of_recommender
from portal.desk.notifications import Message, notifies, still
from portal.kernel.permissions import Role
from portal.models import AuditEvent
from review.models import OutsideHandler


@notifies(OutsideHandler, "appoint")
def tell_who_is_appointed(event: AuditEvent, row: OutsideHandler) -> Iterator[Message]:
    office, platform = row.application.recommender.name, row.application.platform.name
    title = f"请您办理{office}的事项：{platform}"
    words = f"{office}指派您办理对“{platform}”的异议和结果申诉。理由：{row.reason}"
    url = reverse("dossier", args=[row.application_id])
    yield Message(still(row.handler, Role.RECOMMENDER), title, words, url)
    heads = people_of_recommender(row.office, "sign_recommender").exclude(pk=row.handler_id)
    yield Message(heads, f"{office}商请{row.handler.name}办理事项", words.replace("您", row.handler.name), "")


@notifies(OutsideHandler, "end")
@notifies(OutsideHandler, "release")
def tell_whose_appointment_ends(event: AuditEvent, row: OutsideHandler) -> Iterator[Message]:
    platform, office = row.application.platform.name, row.application.recommender.name
    words = f"{office}对您的指派已经结束，对“{platform}”的异议和结果申诉不再由您办理，其卷宗不再向您开放。"
    if event.note:
        words += f"理由：{event.note}"
    yield Message(still(row.handler, Role.RECOMMENDER), f"指派已结束：{platform}", words, "")
