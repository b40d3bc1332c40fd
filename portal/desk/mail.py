"""The one way out for letters: marked as automatic, numbered, threaded by their case, answered by an office."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
_signer = Signer(salt="portal.letter", sep=".")
Attachment = tuple[str, bytes, str]


def send_letter(
    subject: str,
    body: str,
    to: str,
    *,
    reply_to: str = "",
    copy_to: str = "",
    number: int | None = None,
    about: str = "",
    attachments: Sequence[Attachment] = (),
) -> None:
    """`number` is the stored letter's: its Message-ID carries it, signed, so that nobody invents a bounce.

    Letters `about` one case follow one identifier that no letter has: every mail client lays them together.
    """
    headers = {**AUTOMATIC, **({"Message-ID": message_id(number)} if number else {})}
    if about:
        headers |= dict.fromkeys(("References", "In-Reply-To"), case_id(about))
    EmailMessage(
        f"【示范平台】{subject}",
        body,
        None,
        [to],
        cc=[copy_to] if copy_to else [],
        headers=headers,
        reply_to=[reply_to] if reply_to else [],
        attachments=list(attachments),
    ).send()


def message_id(number: int) -> str:
    return f"<letter.{_signer.sign(str(number))}@{_host()}>"


def case_id(about: str) -> str:
    """The identifier of a case, the same for as long as the case has letters."""
    return f"<case.{about.replace(':', '.')}@{_host()}>"


def _host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def number_of(identifier: str) -> int | None:
    """The stored letter of a Message-ID; None for what is not ours."""
    local = identifier.strip().strip("<>").rpartition("@")[0]
    try:
        return int(_signer.unsign(local.removeprefix("letter.")))
    except (BadSignature, ValueError):
        return None
