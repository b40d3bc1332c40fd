"""Suspended places: which stand still in which year, and how one is lifted (暂停申报, Art. 15)."""

from __future__ import annotations

from django.urls import reverse

from platforms.models import Suspension
from portal.kernel.permissions import demand_role, holds
from portal.pages.verbs import VerbView
from review.records.forms import (
    LiftForm,
)
from review.records.views import Line, Listing, list_page
from review.suspensions.services import heading_of


def suspensions(request):
    """Which jurisdictions stand still in which year, and why (Art. 15)."""
    demand_role(Suspension, request.user, "list")
    rows = Suspension.objects.select_related("recommender").order_by("-year", "recommender__order")
    may_lift = holds(Suspension, request.user, "prepare_lift")
    listing = Listing(
        "暂停申报",
        "弄虚作假被撤销称号的平台所在地区，下一年度认定申报暂停提交、推荐和报送；复核照常。解除须另行由两人决定。",
        ("地区", "年度", "决定", "解除", "状态"),
        "没有暂停申报的地区。",
    )

    def line(row):
        can = may_lift and row.state == "IN_FORCE"
        return Line(
            row.recommender.name,
            reverse("suspension_lift", args=[row.pk]) if can else row.lifted_address,
            row.reason,
            (
                str(row.year),
                f"{row.decided_on} {row.document}",
                f"{row.lifted_on or '—'} {row.lifted_document}",
            ),
            row.get_state_display(),
            "bad" if row.state == "IN_FORCE" else "off",
        )

    return list_page(request, Suspension, rows, listing, line)


class Lift(VerbView):
    model = Suspension
    verb = "lift"
    basis = ((15, ""),)
    form_class = LiftForm
    done_message = "已拟办解除暂停，等待另一位负责人审签。"

    def queryset(self):
        return Suspension.objects.select_related("recommender")

    def shown(self):
        row = self.obj
        return [
            ("地区", row.recommender.name),
            ("暂停年度", str(row.year)),
            ("事由", row.reason),
            ("决定", f"{row.decided_on} {row.document}"),
            ("审签后发布", heading_of(row)),
        ]

    def back_url(self):
        return reverse("suspensions")

    def success_url(self, result):
        return reverse("signoff", args=[result.pk])
