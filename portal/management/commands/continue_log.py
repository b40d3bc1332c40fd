from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from portal.desk.notifications import Message, tell
from portal.kernel.workflow import TransitionBlocked
from portal.models import SignOff, User
from portal.trail.continuing import propose_continuation


class Command(BaseCommand):
    help = "After a restore that lost published entries: propose that the log goes on; another administrator signs."

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, help="user name of the administrator who proposes")
        parser.add_argument("--reason", required=True, help="what happened, for the record")

    def handle(self, *, by: str, reason: str, **options):
        user = User.objects.filter(username=by, is_active=True).first()
        try:
            made = self.propose(user, reason)
        except TransitionBlocked as refusal:
            raise CommandError("".join(refusal.reasons)) from None
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        for label, value in made.shown["rows"]:
            self.stdout.write(f"{label}：{value}" if label else f"　{value}")
        page = f"{settings.SITE_ORIGIN}{page_of(made)}"
        self.stdout.write(f"已提请另一位系统管理员审签：{page}")

    @transaction.atomic
    def propose(self, user: User | None, reason: str) -> SignOff:
        """Whoever has the host may write any name behind `--by`: the person of that name hears of it."""
        made = propose_continuation(by=user, note=reason)
        words = f"在服务器上以您的名义提出：{reason}。不是您本人提出的，请撤回并报告监督部门。"
        tell(Message([made.proposer], "已提请续立公开日志", words, page_of(made)), key=f"{made.pk}:proposed")
        return made


def page_of(made: SignOff) -> str:
    return reverse("signoff", args=[made.pk])
