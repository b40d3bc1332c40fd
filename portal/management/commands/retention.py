from __future__ import annotations

from django.core.management.base import BaseCommand

from portal.kernel import clock
from portal.privacy.retention import due, forget, retained_models


class Command(BaseCommand):
    help = "Contacts of people whose time of keeping is over: counts them, and empties them with --apply."

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="empty them; without it nothing changes")

    def handle(self, *, apply: bool, **options):
        day = clock.today()
        for model in retained_models():
            rule = model.retained
            names = "、".join(str(model._meta.get_field(name).verbose_name) for name in rule.fields)
            count = sum(1 for _ in forget(model, day)) if apply else due(model, day).count()
            self.stdout.write(
                f"{model._meta.verbose_name}：{names}，{model._meta.get_field(rule.since).verbose_name}满 {rule.years} 年，"
                f"{'已清除' if apply else '到期'} {count} 件"
            )
        if not apply:
            self.stdout.write("以上只是清点，没有改动；加 --apply 执行清除。")
