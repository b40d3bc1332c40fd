"""Who is told of a second look: those who may conclude it, then the unit and its recommender."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk.notifications import Message, notifies
from portal.kernel.permissions import MINISTRY
from portal.models import AuditEvent, User
from review.models import SecondLook
from review.states import SecondLookState


@notifies(SecondLook, "ask")
def tell_who_concludes(event: AuditEvent, look: SecondLook) -> Iterator[Message]:
    row = look.application
    people = (
        people_of_recommender(row.recommender)
        if row.cycle.programme_id
        else User.objects.filter(role__in=MINISTRY, is_active=True)
    )
    yield Message(
        people, f"收到结果申诉：{row.platform.name}", look.reasons, reverse("second_look", args=[look.pk])
    )


@notifies(SecondLook, "grant", "dismiss")
def tell_conclusion(event: AuditEvent, look: SecondLook) -> Iterator[Message]:
    row = look.application
    title = f"结果申诉{look.get_state_display()}：{row.platform.name}"
    lines = [f"原结论：{look.get_decision_display()}。", f"答复和理由：{look.conclusion}"]
    if look.state == SecondLookState.GRANTED:
        lines.append(f"申报已回到“{row.public_state}”，继续办理。")
    else:
        lines.append(row.cycle.remedies)
    url = reverse("second_look", args=[look.pk])
    yield Message(people_of_organisation(row.platform.organisation), title, "\n".join(lines), url)
    yield Message(people_of_recommender(row.recommender), title, "\n".join(lines), url)
