from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.cycles.models import Cycle
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager, ScopedQuerySet


class AppointmentQuerySet(ScopedQuerySet):
    def in_force(self):
        today = clock.today()
        return self.filter(from_on__lte=today, until__gte=today, ended_on=None)


class AuditAppointment(models.Model):
    """An outside auditor's appointment to one year, by an order and for a term (Art. 17). The row is the grant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="audit_appointments", verbose_name="审计人员"
    )
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="audits", verbose_name="年度")
    order_number = models.CharField("委派文号", max_length=60)
    from_on = models.DateField("自")
    until = models.DateField("至（含当日）")
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField("委派时间")
    ended_on = models.DateField("提前结束日期", null=True)
    end_reason = models.CharField("提前结束理由", max_length=200, blank=True)

    objects = ScopedManager.from_queryset(AppointmentQuerySet)()

    class Meta:
        verbose_name = "审计委派"
        ordering = ("-until", "-appointed_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("from_on")), name="audit_term_in_order")
        ]
        indexes = [models.Index(fields=["auditor", "until"], name="audit_auditor_until")]

    def __str__(self) -> str:
        return f"{self.auditor.name} {self.cycle}"

    @property
    def audit_root(self):
        return self.cycle

    @property
    def status(self) -> str:
        today = clock.today()
        if self.ended_on:
            return "已提前结束"
        if self.until < today:
            return "已到期"
        return "在委派期内" if self.from_on <= today else "尚未开始"

    @property
    def can_be_ended(self) -> bool:
        return self.ended_on is None and self.until >= clock.today()
