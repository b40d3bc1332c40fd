"""Links in letters: the only way to a first or a new password. The token is made when the letter leaves, none is stored."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.desk.mail import send_letter
from portal.kernel import audit, outbox
from portal.models import User
from portal.privacy.crypto import unseal

HOURS = settings.PASSWORD_RESET_TIMEOUT // 3600
OPENED, FORGOTTEN = "opened", "forgotten"
OLD_ADDRESS = "portal.old_address"
WORDS = {
    FORGOTTEN: (
        "重设密码",
        f"请在 {HOURS} 小时内打开下面的链接重设密码，链接只能使用一次：",
        "如不是您本人申请，请忽略此邮件，密码不会改变。",
    ),
    OPENED: (
        "设置登录密码",
        f"请在 {HOURS} 小时内打开下面的链接自己设置密码，链接只能使用一次：",
        "密码只有您知道，系统管理员不会向您索要。链接过期的，请系统管理员再发一次。",
    ),
}


def send_link(user: User, *, by, kind: str = OPENED) -> None:
    """Queue a letter to the person's own address; whoever asks for it never sees what it says."""
    event = audit.record(action="ask_link" if kind == FORGOTTEN else "send_link", obj=user, by=by)
    outbox.send("password_link", key=f"password_link:{event.uuid}", user=str(user.pk), kind=kind)


@outbox.handler("password_link", label="重设密码邮件", leans_on="mail")
def mail_link(user: str, kind: str = FORGOTTEN) -> None:
    row = User.objects.get(pk=user)
    where = {
        "uidb64": urlsafe_base64_encode(force_bytes(row.pk)),
        "token": default_token_generator.make_token(row),
    }
    subject, ask, end = WORDS[kind]
    send_letter(
        f"{subject}",
        f"{row.name}：\n\n您的用户名是 {row.username}。{ask}\n\n"
        f"{settings.SITE_ORIGIN}{reverse('password_reset', kwargs=where)}\n\n{end}",
        row.email,
    )


def send_username(user: User) -> None:
    """The whole sign-in name of a new account, which the portal has completed."""
    outbox.send("username", key=f"username:{user.pk}", user=str(user.pk))


@outbox.handler("username", label="用户名通知邮件", leans_on="mail")
def mail_username(user: str) -> None:
    row = User.objects.get(pk=user)
    send_letter(
        "您的用户名",
        f"{row.name}：\n\n您的账号已建立，用户名是 {row.username}，请在 {settings.SITE_ORIGIN}{reverse('login')} 登录。"
        "\n\n如不是您本人注册，请忽略此邮件。",
        row.email,
    )


@outbox.handler("address_changed", label="邮箱变更通知邮件", leans_on="mail")
def mail_old_address(user: str, address: str) -> None:
    """Whoever held the account learns at the old address that letters go elsewhere now."""
    row = User.objects.get(pk=user)
    address = unseal(address, place=OLD_ADDRESS)
    send_letter(
        "登记的电子邮箱已改变",
        f"{row.name}：\n\n您的账号 {row.username} 登记的电子邮箱已由系统管理员改为另一个地址，今后的通知和设置密码的链接发往新地址。"
        "\n\n如不是您要求的，请立即联系系统管理员和监督部门。",
        address,
    )
