from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from portal.models import AuditEvent
from portal.trail.verification import verify_trail


class Command(BaseCommand):
    help = (
        "Prove the trail now: chains, seals, states, the public log, its files, and what the witnesses saw."
    )

    def handle(self, **options):
        findings = verify_trail()
        for found in findings.breaks:
            self.stdout.write(str(found))
        for sentence in findings.not_done:
            self.stdout.write(f"没有核对：{sentence}。")
        total = AuditEvent.objects.count()
        streams = AuditEvent.objects.values("stream").distinct().count()
        if findings.breaks:
            raise CommandError(f"共 {total} 条记录，发现 {len(findings.breaks)} 处不符。")
        self.stdout.write(f"共 {total} 条记录、{streams} 条链，全部相符。")
