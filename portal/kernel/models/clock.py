from __future__ import annotations

from datetime import timedelta

from django.db import models

from portal.kernel.permissions import ScopedManager


class TrainingClock(models.Model):
    """How far the domain clock stands from real time, in demonstration mode only. One row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    offset = models.DurationField("与实际时间之差", default=timedelta)

    objects = ScopedManager()

    class Meta:
        verbose_name = "演练时钟"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_training_clock")]

    def __str__(self):
        return "演练时钟"


class DailyRun(models.Model):
    """A daily job that has run for a day: an outage delays it and never skips or repeats it."""

    job = models.CharField("任务", max_length=80)
    day = models.DateField("日期")
    done_at = models.DateTimeField("完成时间", auto_now_add=True)

    class Meta:
        verbose_name = "每日任务"
        constraints = [models.UniqueConstraint(fields=["job", "day"], name="one_run_per_job_and_day")]
