"""Navigation of a title's later life, and the words of its events."""

from __future__ import annotations

from platforms.models import AnnualSummary, Complaint, OrganisationClaim
from platforms.states import OPEN_COMPLAINTS, ClaimState, SummaryState
from platforms.views.shell import OVERSEERS, READERS
from portal.audit_words import register_words
from portal.navigation import register
from portal.permissions import MINISTRY, Role


def summaries_to_read(user) -> int:
    """What waits for this user's own answer; whoever only reads is shown no count."""
    return AnnualSummary.objects.for_user(user, "acknowledge").filter(state=SummaryState.FILED).count()


def open_complaints(user) -> int:
    return Complaint.objects.for_user(user).filter(state__in=OPEN_COMPLAINTS).count()


def open_claims(user) -> int:
    return OrganisationClaim.objects.for_user(user, "admit").filter(state=ClaimState.OPEN).count()


register(
    "加入单位申请",
    "organisation_claims",
    icon="users",
    group="分析与设置",
    roles=(Role.RECOMMENDER, Role.INSPECTOR),
    order=55,
    count=open_claims,
)
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
register(
    "投诉",
    "complaint_list",
    icon="message-report",
    group="动态管理",
    roles=READERS,
    order=30,
    count=open_complaints,
    hot=True,
)
register(
    "证书", "certificate_desk", icon="certificate", group="动态管理", roles=(*MINISTRY, *OVERSEERS), order=40
)
register("扶持记录", "support_list", icon="flag", group="动态管理", roles=READERS, order=50)
register("批量导入", "import_list", icon="upload", group="动态管理", roles=READERS, order=60)
register_words(
    {
        "supportrecord.record": "登记扶持",
        "supportrecord.void": "作废扶持记录",
        "importbatch.preview": "上传名单",
        "importbatch.decide": "逐行判断",
        "designation.import_title": "按历史名单登记称号",
        "organisation.import_organisation": "按历史名单登记单位",
        "platform.import_platform": "按历史名单登记平台",
        "designation.reissue": "换发证书",
        "designation.print": "打印证书",
        "complaint.receive": "收到投诉",
        "complaint.see_complainant": "查看投诉人信息",
        "complaint.answer": "平台说明",
        "serviceposting.publish": "发布服务信息",
        "serviceposting.edit": "修改服务信息",
        "serviceposting.confirm": "确认服务信息有效",
        "annualsummary.open": "列入年度总结",
        "annualsummary.edit": "填写年度总结",
    }
)
