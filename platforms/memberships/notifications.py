"""Letters about getting into an organisation, and the words of these events."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from platforms.memberships.services import token_of
from platforms.models import Invitation, OrganisationClaim
from platforms.organisations.services import SIGNS
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk.mail import send_letter
from portal.desk.notifications import Message, notifies, still
from portal.kernel import outbox
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import Role
from portal.models import AuditEvent

register_words(
    {
        "organisationclaim.make": "申请加入单位",
        "invitation.send": "发出邀请",
        "invitation.revoke": "撤销邀请",
        "invitation.accept": "接受邀请",
    }
)


@notifies(OrganisationClaim, "make")
def tell_of_claim(event: AuditEvent, claim: OrganisationClaim) -> Iterator[Message]:
    url = reverse("organisation_claim", args=[claim.pk])
    yield Message(
        people_of_organisation(claim.organisation, SIGNS),
        f"{claim.claimant.name}申请加入本单位",
        claim.words,
        url,
    )
    if claim.authorisation_id:
        yield Message(
            people_of_recommender(claim.recommender),
            f"加入单位申请待决定：{claim.organisation.name}",
            f"{claim.claimant.name}上传了授权文件，请核对后决定。",
            url,
        )


@notifies(OrganisationClaim, "admit", "refuse")
def tell_claimant(event: AuditEvent, claim: OrganisationClaim) -> Iterator[Message]:
    admitted = event.action.endswith("admit")
    yield Message(
        still(claim.claimant, Role.APPLICANT),
        f"您{'已加入' if admitted else '加入的申请未获同意：'}{claim.organisation.name}",
        claim.answer,
        reverse("applicant_home") if admitted else reverse("organisation_claim", args=[claim.pk]),
    )


@outbox.handler("invitation", label="单位成员邀请邮件", leans_on="mail")
def mail_invitation(invitation: str) -> None:
    row = Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation)
    if not row.is_open:
        return
    link = settings.SITE_ORIGIN + reverse("invitation", args=[token_of(row)])
    send_letter(
        f"{row.invited_by.name}邀请您加入{row.organisation.name}",
        f"{row.invited_by.name}邀请您以{row.get_part_display()}身份加入{row.organisation.name}，"
        f"共同办理国家中小企业公共服务示范平台申报。\n\n接受邀请：{link}\n\n"
        "链接 7 天内有效，只能使用一次。如与您无关，请忽略此邮件。",
        row.email,
    )
