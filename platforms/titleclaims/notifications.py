"""Letters about a claim: to the department that decides, and to the unit when it has."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.models import TitleClaim
from platforms.querysets import people_of_recommender
from portal.desk.notifications import Message, notifies, still
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import Role
from portal.models import AuditEvent

register_words({"titleclaim.make": "认领称号", "designation.claimed": "称号由单位认领"})


@notifies(TitleClaim, "make")
def tell_department(event: AuditEvent, claim: TitleClaim) -> Iterator[Message]:
    yield Message(
        people_of_recommender(claim.title.jurisdiction),
        f"称号认领待核验：{claim.title.platform_name}",
        f"{claim.platform.organisation.name}认领公告所载的称号，请核对执照与公告后答复。",
        "/title-claims/",
    )


@notifies(TitleClaim, "admit", "refuse")
def tell_unit(event: AuditEvent, claim: TitleClaim) -> Iterator[Message]:
    admitted = event.action.endswith("admit")
    yield Message(
        still(claim.claimant, Role.APPLICANT),
        f"称号认领{'已同意' if admitted else '未获同意'}：{claim.title.platform_name}",
        claim.answer or "称号已归入您的平台。",
        "/title-claims/",
    )
