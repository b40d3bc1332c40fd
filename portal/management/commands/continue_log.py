from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from portal.trail.continuing import propose_continuation


class Command(BaseCommand):
    help = "After a restore that lost published entries: propose that the log goes on; another administrator signs."

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, help="user name of the administrator who proposes")
        parser.add_argument("--reason", required=True, help="what happened, for the record")

    def handle(self, *, by: str, reason: str, **options):
        user = User.objects.filter(username=by, is_active=True).first()
        try:
            made = propose_continuation(by=user, note=reason)
        except TransitionBlocked as refusal:
            raise CommandError("".join(refusal.reasons)) from None
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        for label, value in made.shown["rows"]:
            self.stdout.write(f"{label}：{value}" if label else f"　{value}")
        page = f"{settings.SITE_ORIGIN}{reverse('signoff', args=[made.pk])}"
        self.stdout.write(f"已提请另一位系统管理员审签：{page}")
