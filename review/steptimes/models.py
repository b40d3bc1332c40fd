from __future__ import annotations

from django.db import models

from applications.models import Cycle
from applications.states import ApplicationState


class StepTime(models.Model):
    """How long one step took in one year, measured from the trail; renewed by the clock."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="step_times")
    state = models.CharField("环节", max_length=20, choices=ApplicationState.choices)
    number = models.PositiveIntegerField("次数")
    median = models.DecimalField("中位数（工作日）", max_digits=6, decimal_places=1)
    ninth = models.PositiveIntegerField("九成不超过（工作日）")
    measured_on = models.DateField("统计日期")

    class Meta:
        verbose_name = "环节用时"
        constraints = [models.UniqueConstraint(fields=["cycle", "state"], name="one_time_per_step_and_year")]

    def __str__(self) -> str:
        return f"{self.cycle} {self.get_state_display()}"
