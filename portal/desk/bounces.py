"""Bounces: what a mail server says of a letter that it could not deliver (RFC 3464), noted at the letter and the person."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.db import transaction

from portal.desk.mail import number_of
from portal.kernel import audit, clock
from portal.kernel.permissions import SYSTEM
from portal.models import Notification, User
from portal.privacy.masking import mask
from portal.settings.mail import SECONDS

log = structlog.get_logger(__name__)
ADDRESS = re.compile(r"[^\s<>\[\]():;,]+@[^\s<>\[\]():;,]+")
BIGGEST = 2 * 1024 * 1024
AT_ONCE = 200  # letters read from the mailbox in one go


@dataclass(frozen=True)
class Bounce:
    message_id: str
    address: str
    reason: str


def read_bounces(raw: bytes) -> list[Bounce]:
    """The failed recipients of a delivery report; nothing for any other letter, a delay or a receipt among them."""
    try:
        letter = message_from_bytes(raw[:BIGGEST], policy=policy.default)
        return list(_failures(letter))
    except (ValueError, LookupError, TypeError, AttributeError):  # a header that the parser does not survive
        return []


def _failures(letter: EmailMessage) -> Iterator[Bounce]:
    if letter.get_content_type() != "multipart/report":
        return
    parts = list(letter.walk())
    original = next((part["Message-ID"] for part in _originals(parts) if part["Message-ID"]), "")
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if str(block.get("Action", "")).strip().lower() == "failed":
                address = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
                words = " ".join(str(block.get(name) or "") for name in ("Status", "Diagnostic-Code"))
                yield Bounce(original, address.rpartition(";")[2].strip(), " ".join(words.split())[:300])


def _originals(parts: list) -> Iterator:
    """The returned letter, whole or its headers only."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            yield from part.get_payload()
        elif part.get_content_type() == "text/rfc822-headers":
            yield message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.default)


@transaction.atomic
def note_bounce(bounce: Bounce) -> bool:
    """At the letter and at the person whose address it still is; False for a letter that is not ours."""
    number = number_of(bounce.message_id)
    row = Notification.objects.select_for_update().filter(pk=number).first() if number else None
    if row is None or row.bounced_at:
        return False
    reason = ADDRESS.sub(lambda found: mask(found[0]), bounce.reason)  # servers repeat whom they do not know
    row.bounced_at, row.bounce = clock.now(), reason or "对方邮件服务器拒收"
    row.save(update_fields=["bounced_at", "bounce"])
    known = User.objects.filter(pk=row.recipient_id, email__iexact=bounce.address or row.address)
    known.update(email_failed_at=row.bounced_at, email_failure=row.bounce)
    audit.record(action="bounce", obj=row, by=SYSTEM, note=row.bounce)
    return True


def read_mailbox(address: str = "") -> int:
    """Every unread letter of the mailbox that bounces come to, read once; how many were ours."""
    where = urlsplit(address or settings.BOUNCES_IMAP_URL)
    if not where.hostname:
        return 0
    secure = where.scheme != "imap"
    make = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    box = make(where.hostname, where.port or (993 if secure else 143), timeout=SECONDS)
    try:
        box.login(unquote(where.username or ""), unquote(where.password or ""))
        box.select(where.path.strip("/") or "INBOX")
        _, found = box.search(None, "UNSEEN")
        return sum(_take(box, number) for number in found[0].split()[:AT_ONCE])
    finally:
        box.logout()


def _take(box: imaplib.IMAP4, number: bytes) -> int:
    """Fetching marks it as read; what is no bounce stays for whoever looks after the mailbox."""
    _, parts = box.fetch(number, "(RFC822)")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    noted = sum(note_bounce(bounce) for bounce in read_bounces(raw))
    log.info("bounce_read", noted=noted)
    return noted
