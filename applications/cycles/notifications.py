"""Who is told that a published year has changed for them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import Cycle
from platforms.models import Recommender
from platforms.querysets import people_of_recommender
from portal.desk.notifications import Message, notifies
from portal.models import AuditEvent


@notifies(Cycle, "announce_quota")
def tell_of_changed_quota(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Whose number moved: from what to what, and why."""
    for recommender in Recommender.objects.filter(is_active=True):
        if moved := event.facts.get(cycle.quota_field(recommender)):
            yield Message(
                people_of_recommender(recommender),
                f"{cycle}推荐名额有调整",
                f"本单位推荐名额由 {moved[0]} 改为 {moved[1]}，推荐和报送时按此核对，超出的须先收回推荐。理由：{event.note}",
                reverse("reporting"),
            )
