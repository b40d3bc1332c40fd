from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from review.handbook import access, regulation, states


class Command(BaseCommand):
    help = "Write docs/regulation.md, docs/states.md and docs/access.md from the code; --check only compares."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="write nothing, fail when a document is stale"
        )

    def handle(self, *, check: bool, **options):
        root = settings.BASE_DIR
        documents = {
            "docs/regulation.md": regulation.write(root),
            "docs/states.md": states.write(),
            "docs/access.md": access.write(),
        }
        stale = []
        for name, text in documents.items():
            path = root / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
                if not check:
                    path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"stale: {', '.join(stale)}; run bin/manage write_documents")
        self.stdout.write(f"written: {', '.join(stale)}" if stale else "up to date")
