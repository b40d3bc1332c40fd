from __future__ import annotations

import json

from django.core.management.base import BaseCommand, CommandError

from portal.kernel import outbox
from portal.kernel.permissions import SYSTEM
from portal.models import OutboxMessage
from portal.operations.deadletters import describe_all, failing_messages


class Command(BaseCommand):
    help = "Letters and other effects that did not get through: list, requeue, drop with a reason."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        listed = actions.add_parser("list", help="what failed, the oldest first")
        listed.add_argument("--json", action="store_true", help="one JSON document")
        again = actions.add_parser("requeue", help="begin anew")
        again.add_argument("ids", nargs="*", type=int)
        again.add_argument("--all", action="store_true", help="everything that failed")
        dropped = actions.add_parser("drop", help="let one go for good")
        dropped.add_argument("id", type=int)
        dropped.add_argument("--reason", required=True)

    def handle(self, *, action: str, **options):
        {"list": self.list, "requeue": self.requeue, "drop": self.drop}[action](**options)

    def list(self, *, json: bool, **options) -> None:
        rows = describe_all(failing_messages())
        if json:
            self.stdout.write(as_json(rows))
            return
        for row in rows:
            state = "已停止重试" if row["given_up"] else f"第 {row['attempts']} 次未成，仍在重试"
            self.stdout.write(f"{row['id']}  {row['label']}  {row['about']}  {state}：{row['reason']}")
        self.stdout.write(f"共 {len(rows)} 项未送达。")

    def requeue(self, *, ids: list[int], all: bool, **options) -> None:
        rows = failing_messages() if all else [find(pk) for pk in ids]
        if not all and not ids:
            raise CommandError("请给出编号，或用 --all 全部重新发送。")
        done = sum(outbox.requeue(row, by=SYSTEM) for row in rows)
        self.stdout.write(f"{done} 项将重新发送。")

    def drop(self, *, id: int, reason: str, **options) -> None:
        if not outbox.drop(find(id), by=SYSTEM, reason=reason):
            raise CommandError(f"编号 {id} 已经办结。")
        self.stdout.write(f"编号 {id} 不再发送：{reason}")


def find(pk: int) -> OutboxMessage:
    row = OutboxMessage.objects.filter(pk=pk).first()
    if row is None:
        raise CommandError(f"没有编号为 {pk} 的后台事项。")
    return row


def as_json(rows: list[dict]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)
