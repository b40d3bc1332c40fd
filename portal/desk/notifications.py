"""Who is told what: messages follow from audit events, through the outbox, each once per person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse

from portal.desk.mail import send_letter
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import estimate_mark
from portal.kernel.permissions import Role
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
    reply_to: str = ""  # the office that handles the matter, for letters to a unit
    copy_to: str = ""  # the unit's own address
    enclosed: tuple[tuple[str, str], ...] = ()  # documents by the kind and key of `encloses`


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
            tell(message, key=str(row.uuid), about=row.root, of=obj)


OFFICES = ("recommender", "office", "jurisdiction")
BEARERS = ("application", "title", "platform")


def _office_of(obj):
    """The recommender that handles a record, with an address that a unit's letter may be answered to."""
    for bearer in (obj, *(getattr(obj, name, None) for name in BEARERS)):
        for name in OFFICES:
            office = getattr(bearer, name, None)
            if getattr(office, "email", ""):
                return office
    return None


def _with_contact(body: str, office) -> str:
    """Whom a unit may ask, where its letter does not say it already."""
    if office is None or "联系：" in body:
        return body
    asked = " ".join(filter(None, (office.name, office.office, office.contact, office.phone)))
    return f"{body}\n联系：{asked}".lstrip()


def preview(model, verb: str, obj) -> list[Message]:
    """The messages that the verb would send now, from the very functions that will send them."""
    event = AuditEvent(action=f"{model._meta.model_name}.{verb}")
    return [message for notifier in _notifiers.get(event.action, ()) for message in notifier(event, obj)]


Enclosure = Callable[[str], tuple[str, bytes]]
_enclosures: dict[str, Enclosure] = {}
_encloses: ContextVar[bool] = ContextVar("encloses", default=True)


def encloses(kind: str):
    """Register how a document that goes out with a letter is made: key → (file name, PDF)."""

    def register(function: Enclosure) -> Enclosure:
        _enclosures[kind] = function
        return function

    return register


def still(person: User | None, *roles: str) -> list[User]:
    """The person, where they still do what made them the one to be told: roles change, records keep the name."""
    return [person] if person and person.is_active and person.role in roles else []


def tell(message: Message, *, key: str, about: str = "", of: object = None) -> None:
    """Store one message per recipient, and queue its e-mail; repeating the same key changes nothing.

    Only a unit is told whom to ask and answers to the office that handles the record it is told `of`; the unit's own
    address is sent one copy, with the first letter.
    """
    office = _office_of(of)
    about = about or (
        audit.root_of(of) if of else ""
    )  # a reminder of the clock lies with the case's other letters
    people = [person for person in message.recipients if person.is_active]
    known = {recipient.email for recipient in people}
    copy_to = message.copy_to if message.copy_to not in known else ""
    for recipient in people:
        is_unit = recipient.role == Role.APPLICANT
        row, is_new = Notification.objects.get_or_create(
            key=f"{key}:{recipient.pk}:{message.title}"[:120],
            defaults={
                "recipient": recipient,
                "title": message.title,
                "body": _with_contact(message.body, office) if is_unit else message.body,
                "url": message.url,
                "created_at": clock.now(),
                "about": about,
                "reply_to": (message.reply_to or getattr(office, "email", "")) if is_unit else "",
                "copy_to": copy_to if recipient.email else "",
                "enclosed": list(message.enclosed),
                "address": recipient.email,
            },
        )
        copy_to = "" if recipient.email else copy_to
        if is_new and recipient.email:
            outbox.send("mail", key=f"mail:{row.pk}", notification=row.pk)


@contextmanager
def without_enclosures() -> Iterator[None]:
    """Letters of an invented past carry no files: each would have to be drawn, and nobody opens them."""
    token = _encloses.set(False)
    try:
        yield
    finally:
        _encloses.reset(token)


def describe_mail(payloads: list[dict]) -> list[str]:
    found = Notification.objects.select_related("recipient").in_bulk(
        [row["notification"] for row in payloads]
    )
    letters = [found.get(row["notification"]) for row in payloads]
    return [f"{row.title}（{row.recipient.name}，{row.recipient.email}）" if row else "" for row in letters]


def draw_enclosures(notification: int) -> dict[str, Any]:
    row = Notification.objects.get(pk=notification)
    wanted = row.enclosed if _encloses.get() else ()
    return {"attachments": [(*_enclosures[kind](key), "application/pdf") for kind, key in wanted]}


@outbox.handler("mail", label="邮件通知", about=describe_mail, leans_on="mail", prepare=draw_enclosures)
def deliver_mail(notification: int, attachments: list[tuple[str, bytes, str]]) -> None:
    row = Notification.objects.select_related("recipient").get(pk=notification)
    link = f"\n\n查看：{settings.SITE_ORIGIN}{row.url}" if row.url else ""
    answer = "回复此邮件，将送达办理单位。" if row.reply_to else "请勿直接回复。"
    send_letter(
        row.title,
        f"{row.recipient.name}：\n\n{row.title}\n{row.body}{link}\n\n"
        f"{date_cn(clock.day_of(row.created_at))}\n此邮件由系统自动发出，{answer}",
        row.recipient.email,
        reply_to=row.reply_to,
        copy_to=row.copy_to,
        number=row.pk,
        about=row.about,
        attachments=attachments,
    )
    row.sent_at, row.address = clock.now(), row.recipient.email
    row.save(update_fields=["sent_at", "address"])


@outbox.handler("signoff", label="审签通知")
def deliver_signoff(signoff: str) -> None:
    """Tell those who may sign that something waits, or the proposer that it came back."""
    row = SignOff.objects.select_related("proposer").get(pk=signoff)
    title = row.shown.get("title", "两人办理事项")
    if row.state == SignOff.State.RETURNED:
        tell(
            Message([row.proposer], f"已退回：{title}", row.answer, reverse("signoff", args=[row.pk])),
            key=f"{row.pk}:returned",
        )
    elif row.state == SignOff.State.WAITING:
        tell(
            Message(signers_of(row), f"待审签：{title}", row.note, reverse("signoff", args=[row.pk])),
            key=f"{row.pk}:waiting",
        )
