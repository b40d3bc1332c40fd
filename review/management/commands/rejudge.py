from __future__ import annotations

import zipfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from review.oversight.rejudging import rejudge


class Command(BaseCommand):
    help = "Judge Article 5 anew from an evidence package alone, by the rules of its year; compares with the record."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("package", type=Path)

    def handle(self, *, package: Path, **options):
        try:
            with zipfile.ZipFile(package) as archive:
                findings = rejudge(archive)
        except (OSError, zipfile.BadZipFile) as error:
            raise CommandError(f"不是可以打开的取证包：{error}") from error
        for finding in findings:
            self.stdout.write(f"{'✓' if finding.holds else '✗'} {finding.words}")
        if not all(finding.holds for finding in findings):
            raise CommandError("与记录不一致。")
