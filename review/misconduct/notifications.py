"""A letter about a report of misconduct: to 纪检 alone, and without what it says."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.desk.notifications import Message, notifies
from portal.kernel.permissions import Role
from portal.models import AuditEvent, User
from portal.shared.workingdays import date_cn
from review.models import MisconductReport


@notifies(MisconductReport, "receive")
def tell_inspectors(event: AuditEvent, report: MisconductReport) -> Iterator[Message]:
    yield Message(
        User.objects.filter(role=Role.INSPECTOR, is_active=True),
        f"收到评审纪律举报 {report.receipt_number}",
        f"{report.get_about_display()}：{report.get_conduct_display()}，答复期限 {date_cn(report.due_on)}。",
        reverse("misconduct_report", args=[report.pk]),
    )
