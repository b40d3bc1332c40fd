"""Webhooks: other systems are told of what is public and has changed, from the outbox, signed as
Standard Webhooks does (webhook-id, webhook-timestamp, webhook-signature: v1,…).

A message says what and where, and no more: whoever is told reads the open data. The same message may come twice, with
the same webhook-id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.kernel import audit, outbox
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import HOST
from portal.kernel.workflow import TransitionBlocked
from portal.models import Webhook

PATIENCE = 10  # seconds for an answer
PREFIX = "whsec_"
register_words({"webhook.add": "登记变化通知地址", "webhook.end": "停用变化通知地址"})


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Whom the operator has named is told, and nobody else."""

    def redirect_request(self, *args, **kwargs):
        return None


def standing_hooks():
    return Webhook.objects.filter(ended_at=None)


@transaction.atomic
def add_webhook(url: str, kinds: list[str]) -> Webhook:
    """Entered from the host's command line; the secret is told there and kept sealed."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (settings.DEMO and parts.hostname == "127.0.0.1"):
        raise TransitionBlocked(["地址应以 https:// 开头。"])
    if not parts.hostname or parts.username:
        raise TransitionBlocked(["地址应写明主机，不含用户名和密码。"])
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    row = Webhook.objects.create(url=url, kinds=kinds, secret=secret)
    audit.record(action="add", obj=row, by=HOST, facts={"url": url, "kinds": kinds})
    return row


@transaction.atomic
def end_webhook(row: Webhook) -> None:
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    audit.record(action="end", obj=row, by=HOST, facts={"url": row.url})


def announce(kind: str, what: str, address: str) -> None:
    """Queue a message for everyone who asked for the kind; with the change, in its transaction."""
    hooks = [row for row in standing_hooks() if kind in row.kinds]
    number = uuid.uuid4().hex
    for row in hooks:
        outbox.send(
            "webhook",
            key=f"webhook:{row.pk}:{number}",
            hook=str(row.pk),
            number=number,
            at=timezone.now().isoformat(),
            type=f"{kind}.{what}",
            address=address,
        )


def describe(payloads: list[dict]) -> list[str]:
    urls = {str(row.pk): row.url for row in Webhook.objects.all()}
    return [f"{row['type']} → {urls.get(row['hook'], '')}" for row in payloads]


@outbox.handler("webhook", label="变化通知", about=describe, outside=True)
def deliver(hook: str, number: str, at: str, type: str, address: str) -> None:
    row = standing_hooks().filter(pk=hook).first()
    if row is None:
        return
    data = {"url": settings.SITE_ORIGIN + address}
    body = json.dumps({"type": type, "timestamp": at, "data": data}, ensure_ascii=False).encode()
    request = urllib.request.Request(row.url, body, sign(row.secret, f"msg_{number}", body), method="POST")
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=PATIENCE) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        raise OSError(f"{row.url} 答复 {refusal.code}") from None


def sign(secret: str, number: str, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, f"{number}.{now}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"sme-demonstration-platforms/{settings.VERSION}",
        "webhook-id": number,
        "webhook-timestamp": now,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
