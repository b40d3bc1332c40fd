"""Annual summaries acknowledged many at once (Art. 13)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from platforms.models import AnnualSummary
from platforms.summaries.listing import PARAMS, filtered
from platforms.summaries.services import answer_summary
from portal.bulk.registry import BulkList, BulkVerb, register_list
from portal.kernel import clock


def acknowledge(summary: AnnualSummary, *, by, note: str) -> None:
    answer_summary(summary, "acknowledge", by=by, note=note)


def figures_in_words(summary: AnnualSummary) -> str:
    filed = f"{clock.day_of(summary.filed_at)} 报送；" if summary.filed_at else ""
    return f"{filed}服务企业 {summary.smes_served or 0} 家，公益性服务 {summary.public_services or 0} 次"


register_list(
    BulkList(
        "summaries",
        AnnualSummary,
        rows=lambda user, params: filtered(user, params)[0],
        back=lambda params: (
            f"{reverse('summary_list')}?{urlencode({name: params[name][:60] for name in PARAMS if params.get(name)})}"
        ),
        url=lambda row: reverse("summary", args=[row.pk]),
        related=("title__platform", "recommender"),
    ),
    BulkVerb("acknowledge", act=acknowledge, fact=figures_in_words, basis=((13, ""),)),
)
