from __future__ import annotations

from django.db import models

from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition


class CalendarChange(StatefulModel):
    """A year's holidays as one administrator read them from the notice, until another has signed them."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "待另一位管理员审签"
        IN_FORCE = "IN_FORCE", "已生效"
        DROPPED = "DROPPED", "已撤回或退回"

    year = models.PositiveSmallIntegerField("年份")
    source = models.CharField("依据文件", max_length=200)
    days = models.JSONField("放假与调休日")  # [["2027-10-01", false, "国庆节"], …] in the order of the days
    state = StateField("状态", default=State.PROPOSED, choices=State.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "节假日安排变动"

    def __str__(self) -> str:
        return f"{self.year} 年节假日安排"

    @transition(
        state,
        source=State.PROPOSED,
        target=State.IN_FORCE,
        label="节假日安排生效",
        two_person=True,
        consequence="立即在整个系统生效，所有期限按新安排计算；已经公布的公示截止日只会顺延，不会提前。",
    )
    def put_in_force(self, *, by, note=""):
        pass

    @transition(state, source=State.PROPOSED, target=State.DROPPED, label="撤回节假日安排")
    def drop(self, *, by, note=""):
        pass
