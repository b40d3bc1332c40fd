from __future__ import annotations

import os
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from applications.models import Cycle
from portal.kernel import clock
from portal.kernel.models.clock import DailyRun
from training.simulation.life import InvariantBroken, Life, last_announced_year


class Command(BaseCommand):
    help = (
        "Play whole years of the portal's life through its services (demonstration mode, an empty database). "
        "The same seed gives the same outcomes; a run that was broken off goes on when it is called again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--years", type=int, default=6)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--dossiers", type=int, default=60, help="filed in every year")
        parser.add_argument("--processes", type=int, default=os.cpu_count(), help="that share the work")

    def handle(self, *, years: int, seed: int, dossiers: int, processes: int, **options):
        if not settings.DEMO:
            raise CommandError("只在演示模式下可用。")
        begun = DailyRun.objects.filter(job=f"simulate.{seed}").exists()
        if Cycle.objects.exists() and not begun:
            raise CommandError("已有年度数据，模拟须在空数据库上进行。")
        if not begun:
            DailyRun.objects.create(job=f"simulate.{seed}", day=clock.today())
        # Invented data can be invented again. Every process that joins in inherits it.
        connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
        connection.close()
        began = time.monotonic()
        life = Life(
            seed=seed,
            years=years,
            dossiers=dossiers,
            hands=processes,
            last_year=last_announced_year(),
            say=self.stdout.write,
        )
        try:
            life.live()
        except InvariantBroken as problem:
            raise CommandError(f"不变式被破坏：{problem}") from problem
        for name, value in life.summary().items():
            words = (
                "，".join(f"{label} {n}" for label, n in value.items()) if isinstance(value, dict) else value
            )
            self.stdout.write(f"{name}：{words}")
        self.stdout.write(f"用时 {time.monotonic() - began:.0f} 秒。")
