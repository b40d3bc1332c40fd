from __future__ import annotations

import json
import uuid

from django.core.management.base import BaseCommand, CommandError

from portal.kernel.workflow import TransitionBlocked
from portal.models import Webhook
from portal.opendata.webhooks import add_webhook, end_webhook, standing_hooks


class Command(BaseCommand):
    help = "Addresses of other systems that are told of public changes: add, list, end."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        added = actions.add_parser("add", help="prints the secret by which the receiver checks the signature")
        added.add_argument("url")
        added.add_argument("--kinds", nargs="+", choices=Webhook.Kind.values, default=Webhook.Kind.values)
        listed = actions.add_parser("list")
        listed.add_argument("--json", action="store_true", help="one JSON document")
        ended = actions.add_parser("end")
        ended.add_argument("id", type=uuid.UUID)

    def handle(self, *, action: str, **options):
        {"add": self.add, "list": self.list, "end": self.end}[action](**options)

    def add(self, *, url: str, kinds: list[str], **options) -> None:
        try:
            row = add_webhook(url, kinds)
        except TransitionBlocked as refusal:
            raise CommandError("".join(refusal.reasons)) from None
        self.stdout.write(f"{row.pk}  {row.url}\n签名密钥（交给对方，只显示这一次）：{row.secret}")

    def list(self, *, json: bool, **options) -> None:
        rows = [
            {"id": str(row.pk), "url": row.url, "kinds": row.kinds, "since": row.added_at.isoformat()}
            for row in standing_hooks()
        ]
        if json:
            self.stdout.write(as_json(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['id']}  {row['url']}  {'、'.join(row['kinds'])}")
        self.stdout.write(f"共 {len(rows)} 个地址。")

    def end(self, *, id: uuid.UUID, **options) -> None:
        row = standing_hooks().filter(pk=id).first()
        if row is None:
            raise CommandError("没有此编号的地址，或者已经停用。")
        end_webhook(row)
        self.stdout.write(f"不再通知 {row.url}")


def as_json(rows: list[dict]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2)
