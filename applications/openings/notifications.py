"""Letters about a doubt: to 纪检 alone, and back to the unit."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import ReadingDoubt
from portal.desk.notifications import Message, notifies, still
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import Role
from portal.models import AuditEvent, User

register_words({"readingdoubt.ask": "对打开材料提出疑问"})


@notifies(ReadingDoubt, "ask")
def tell_inspectors(event: AuditEvent, doubt: ReadingDoubt) -> Iterator[Message]:
    yield Message(
        User.objects.filter(role=Role.INSPECTOR, is_active=True),
        f"对打开材料的疑问：{doubt.application.platform.name}",
        f"{doubt.line}\n{doubt.words}",
        reverse("reading_doubts"),
    )


@notifies(ReadingDoubt, "answer")
def tell_unit(event: AuditEvent, doubt: ReadingDoubt) -> Iterator[Message]:
    yield Message(
        still(doubt.asked_by, Role.APPLICANT),
        f"纪检监督已答复您的疑问：{doubt.application.platform.name}",
        f"{doubt.line}\n答复：{doubt.answer_words}",
        reverse("dossier_openings", args=[doubt.application_id]),
    )
