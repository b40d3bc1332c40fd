from __future__ import annotations

from django.db import models

from portal.kernel.permissions import ScopedManager


class CalendarYear(models.Model):
    """A year whose holidays the State Council has announced; dates in other years are estimates (暂估)."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据文件", max_length=200)
    entered_at = models.DateTimeField("录入时间", auto_now=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "节假日安排"
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.year} 年节假日安排"


class CalendarDay(models.Model):
    """A day that differs from Monday-to-Friday, or a named holiday."""

    day = models.DateField("日期", primary_key=True)
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name="年份")
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "节假日与调休日"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
