"""What the worker does for the platforms: letters to people who have no account yet."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from platforms.models import StaffInvitation
from platforms.staff.services import token_of
from portal.kernel import outbox
from portal.shared.workingdays import date_cn


@outbox.handler("staff_invitation", label="推荐单位人员邀请邮件", leans_on="mail")
def send_invitation(invitation: str) -> None:
    row = StaffInvitation.objects.select_related("recommender", "invited_by").get(pk=invitation)
    if not row.is_open:
        return
    link = settings.SITE_ORIGIN + reverse("staff_invitation_accept", args=[token_of(row)])
    send_mail(
        f"【示范平台】邀请您办理{row.recommender.name}的事务",
        f"{row.name}：\n\n{row.invited_by.name}邀请您以{'负责人' if row.may_sign else '经办人'}身份"
        f"办理{row.recommender.name}的推荐工作。请打开下面的链接设置用户名和密码，"
        f"有效期至 {date_cn(row.expires_on)}，只能使用一次：\n\n{link}\n\n此邮件由系统自动发出，请勿直接回复。",
        None,
        [row.email],
    )
