from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from portal.trail import log
from portal.trail.tiles import BrokenTiles


class Command(BaseCommand):
    help = "Take what is new into the public log and sign a checkpoint, now; beat does so when one is due."

    def handle(self, **options):
        try:
            checkpoint = log.publish()
        except BrokenTiles as broken:
            raise CommandError(f"没有签发检查点：{broken}。") from None
        self.stdout.write(f"日志共 {checkpoint.size} 条。")
        for name, sentence in checkpoint.refusals.items():
            self.stderr.write(f"{name} 没有会签：{sentence}。")
