"""Navigation of a title's later life, and the words of its events."""

from __future__ import annotations

from platforms.models import AnnualSummary
from platforms.states import SummaryState
from platforms.views.shell import READERS
from portal.audit_words import register_words
from portal.navigation import register


def summaries_to_read(user) -> int:
    """What waits for this user's own answer; whoever only reads is shown no count."""
    return AnnualSummary.objects.for_user(user, "acknowledge").filter(state=SummaryState.FILED).count()


register(
    "年度总结",
    "summary_list",
    icon="report-analytics",
    group="动态管理",
    roles=READERS,
    order=10,
    count=summaries_to_read,
)
register("年度数据", "summary_figures", icon="progress", group="动态管理", roles=READERS, order=15)
register("服务信息", "posting_list", icon="speakerphone", group="动态管理", roles=READERS, order=20)
register_words(
    {
        "serviceposting.publish": "发布服务信息",
        "serviceposting.edit": "修改服务信息",
        "serviceposting.confirm": "确认服务信息有效",
        "annualsummary.open": "列入年度总结",
        "annualsummary.edit": "填写年度总结",
    }
)
