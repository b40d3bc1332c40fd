"""Who is told what: messages follow from audit events, through the outbox, each once per person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage

from portal.kernel import clock, outbox
from portal.kernel.calendar import estimate_mark
from portal.kernel.signoff import signers_of
from portal.models import AuditEvent, Notification, SignOff, User
from portal.shared.workingdays import date_cn, date_cn_weekday


@dataclass(frozen=True)
class Message:
    """`url` is a path within the portal that every recipient may open."""

    recipients: Iterable[User]
    title: str
    body: str = ""
    url: str = ""


def until(deadline: date) -> str:
    """A deadline as a message says it: to the end of its day, marked while it is an estimate."""
    return f"{date_cn_weekday(deadline)} 24:00{estimate_mark(clock.today(), deadline)}"


Notifier = Callable[[AuditEvent, object], Iterable[Message]]
_notifiers: dict[str, list[Notifier]] = defaultdict(list)


def notifies(model, *verbs: str):
    """Register who is told of a verb. The function gets the event and the object as it is now."""

    def register(function: Notifier) -> Notifier:
        for verb in verbs:
            _notifiers[f"{model._meta.model_name}.{verb}"].append(function)
        return function

    return register


@outbox.handler("event", label="消息通知")
def deliver_event(event: str) -> None:
    """Turn an event into messages for those concerned."""
    row = AuditEvent.objects.get(uuid=event)
    notifiers = _notifiers.get(row.action, ())
    if not notifiers:
        return
    label, _, key = row.stream.partition(":")
    obj = apps.get_model(label)._base_manager.get(pk=key)
    for notifier in notifiers:
        for message in notifier(row, obj):
            tell(message, key=str(row.uuid))


def preview(model, verb: str, obj) -> list[Message]:
    """The messages that the verb would send now, from the very functions that will send them."""
    event = AuditEvent(action=f"{model._meta.model_name}.{verb}")
    return [message for notifier in _notifiers.get(event.action, ()) for message in notifier(event, obj)]


def tell(message: Message, *, key: str) -> None:
    """Store one message per recipient, and queue its e-mail; repeating the same key changes nothing."""
    for recipient in message.recipients:
        row, is_new = Notification.objects.get_or_create(
            key=f"{key}:{recipient.pk}:{message.title}"[:120],
            defaults={
                "recipient": recipient,
                "title": message.title,
                "body": message.body,
                "url": message.url,
                "created_at": clock.now(),
            },
        )
        if is_new and recipient.email:
            outbox.send("mail", key=f"mail:{row.pk}", notification=row.pk)


def describe_mail(payloads: list[dict]) -> list[str]:
    found = Notification.objects.select_related("recipient").in_bulk(
        [row["notification"] for row in payloads]
    )
    letters = [found.get(row["notification"]) for row in payloads]
    return [f"{row.title}（{row.recipient.name}，{row.recipient.email}）" if row else "" for row in letters]


@outbox.handler("mail", label="邮件通知", about=describe_mail, leans_on="mail")
def deliver_mail(notification: int) -> None:
    row = Notification.objects.select_related("recipient").get(pk=notification)
    link = f"\n\n查看：{settings.SITE_ORIGIN}{row.url}" if row.url else ""
    EmailMessage(
        f"【示范平台】{row.title}",
        f"{row.recipient.name}：\n\n{row.title}\n{row.body}{link}\n\n"
        f"{date_cn(clock.day_of(row.created_at))}\n此邮件由系统自动发出，请勿直接回复。",
        None,
        [row.recipient.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    ).send()


@outbox.handler("signoff", label="审签通知")
def deliver_signoff(signoff: str) -> None:
    """Tell those who may sign that something waits, or the proposer that it came back."""
    row = SignOff.objects.select_related("proposer").get(pk=signoff)
    title = row.shown.get("title", "两人办理事项")
    if row.state == SignOff.State.RETURNED:
        tell(
            Message([row.proposer], f"已退回：{title}", row.answer, f"/signoffs/{row.pk}/"),
            key=f"{row.pk}:returned",
        )
    elif row.state == SignOff.State.WAITING:
        tell(
            Message(signers_of(row), f"待审签：{title}", row.note, f"/signoffs/{row.pk}/"),
            key=f"{row.pk}:waiting",
        )
