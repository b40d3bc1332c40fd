"""Inviting experts: a letter with a link that works once and for a time; the expert sets the password."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime

from portal.accounts.services import set_password
from portal.desk.mail import send_letter
from portal.kernel import audit, outbox
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent
from review.models import Expert, ExpertInvitation

SALT = "review.invitation"
VALID_FOR = timedelta(days=14)


@transaction.atomic
def invite(expert: Expert, *, by, at) -> ExpertInvitation:
    """By another person than who added the expert, since scores decide: nobody alone makes oneself a scorer.

    `at` is real time: a link's life does not follow the training clock.
    """
    added = AuditEvent.objects.filter(
        stream=f"{expert._meta.label_lower}:{expert.pk}", action="expert.create"
    )
    if added.filter(actor=by).exists():
        raise TransitionBlocked([f"{expert}是您加入的，须由另一位同事核对身份和邮箱后发出邀请。"])
    if expert.user.last_login:
        raise TransitionBlocked([f"{expert}已登录过，不需要邀请；忘记密码请由管理员重置。"])
    row = ExpertInvitation.objects.create(expert=expert, invited_by=by, sent_at=at, expires_at=at + VALID_FOR)
    audit.record(action="invite", obj=expert, by=by)
    outbox.send("expert_invitation", key=f"expert_invitation:{row.pk}", invitation=str(row.pk))
    return row


def token_of(invitation: ExpertInvitation) -> str:
    """Made anew for the letter, so that no table and no queue holds it."""
    return signing.dumps(str(invitation.pk), salt=SALT)


def find_invitation(token: str, *, at) -> ExpertInvitation | None:
    """The invitation that a link stands for; None once it was used, has run out or a later one was sent."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    row = ExpertInvitation.objects.select_related("expert__user").filter(pk=key, accepted_at=None).first()
    if row is None or row.expires_at <= at or row.expert.invitations.first() != row:
        return None
    return row


@transaction.atomic
def accept_invitation(invitation: ExpertInvitation, password: str, *, at) -> None:
    row = ExpertInvitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at:
        raise TransitionBlocked(["此邀请已使用过，请直接登录。"])
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    set_password(row.expert.user, password, by=row.expert.user)
    audit.record(action="accept_invitation", obj=row.expert, by=row.expert.user)


@outbox.handler("expert_invitation", label="专家邀请邮件", leans_on="mail")
def deliver_invitation(invitation: str) -> None:
    row = ExpertInvitation.objects.select_related("expert__user", "invited_by").get(pk=invitation)
    user = row.expert.user
    link = settings.SITE_ORIGIN + reverse("expert_join", args=[token_of(row)])
    send_letter(
        "邀请您参加评审",
        f"{user.name}：\n\n工业和信息化部"
        f"邀请您加入国家中小企业公共服务示范平台评审专家库。\n您的用户名：{user.username}\n"
        f"请在 {localtime(row.expires_at):%Y-%m-%d} 前打开下面的链接设置密码，链接只能使用一次：\n{link}\n\n"
        "如果您没有参加评审的意向，不必理会此邮件。",
        user.email,
    )
