from __future__ import annotations

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from portal.models import AuditEvent
from portal.trail.verification import verify_trail


class Command(BaseCommand):
    help = (
        "Prove the trail now: chains, seals, states, the public log, its files, and what the witnesses saw."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *, json: bool, **options):
        findings = verify_trail()
        if json:
            self.stdout.write(as_json(findings))
            if findings.breaks:
                raise CommandError(f"发现 {len(findings.breaks)} 处不符。")
            return
        for found in findings.breaks:
            self.stdout.write(str(found))
        for sentence in findings.not_done:
            self.stdout.write(f"没有核对：{sentence}。")
        total = AuditEvent.objects.count()
        streams = AuditEvent.objects.values("stream").distinct().count()
        if findings.breaks:
            raise CommandError(f"共 {total} 条记录，发现 {len(findings.breaks)} 处不符。")
        self.stdout.write(f"共 {total} 条记录、{streams} 条链，全部相符。")


def as_json(findings) -> str:
    rows = {
        "events": AuditEvent.objects.count(),
        "breaks": [asdict(found) for found in findings.breaks],
        "not_done": list(findings.not_done),
    }
    return json.dumps(rows, ensure_ascii=False, indent=1)
