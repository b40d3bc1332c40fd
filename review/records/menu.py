"""Navigation of 动态管理, and its words in the trail."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from platforms.models import Complaint, Designation, Suspension
from portal.desk.navigation import register
from portal.desk.searching import EACH, Hit, searches_work
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, ORGANISERS, Role
from review.models import Objection, Rectification, Revocation, SpotCheck, Surrender
from review.states import CONCLUDED_CHECKS, OPEN_RECTIFICATIONS, OPEN_REVOCATIONS, CheckState

OPEN_CHECKS = [state for state in CheckState if state not in CONCLUDED_CHECKS]


def open_rows(model, states):
    def count(user):
        return model.objects.for_user(user).filter(state__in=[str(state) for state in states])

    return count


register(
    "三年复核",
    "rereview",
    icon="refresh",
    group="称号管理",
    asks=(Designation, "list_rereview"),
    order=5,
    covers=["rereview_defer"],
)
register(
    "抽查计划",
    "check_plans",
    icon="checks",
    group="处置",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=20,
    covers=["check_*", "spot_check*", "checks_mine"],
)
register(
    "抽查",
    "checks_mine",
    icon="checks",
    group="处置",
    roles=[Role.RECOMMENDER],
    order=20,
    count=open_rows(SpotCheck, OPEN_CHECKS),
    covers=["spot_check*", "check_plan"],
)
register(
    "抽查任务",
    "checks_mine",
    icon="checks",
    group="我的工作",
    roles=[Role.EXPERT],
    order=5,
    count=open_rows(SpotCheck, OPEN_CHECKS),
    covers=["spot_check*"],
)
register(
    "整改",
    "rectifications",
    icon="tool",
    group="处置",
    roles=(*ORGANISERS, Role.RECOMMENDER),
    order=40,
    count=open_rows(Rectification, OPEN_RECTIFICATIONS),
    covers=["rectification*"],
)
register(
    "撤销程序",
    "revocations",
    icon="hammer",
    group="处置",
    roles=(*ORGANISERS, Role.RECOMMENDER),
    order=50,
    count=open_rows(Revocation, OPEN_REVOCATIONS),
    covers=["revocation*"],
)
register(
    "放弃称号",
    "surrenders",
    icon="flag-off",
    group="处置",
    roles=(*ORGANISERS, Role.RECOMMENDER),
    order=60,
    count=open_rows(Surrender, ["ASKED"]),
    covers=["surrender*"],
)
register(
    "暂停申报",
    "suspensions",
    icon="ban",
    group="处置",
    asks=(Suspension, "list"),
    order=70,
    covers=["suspension*"],
)
register_words(
    {
        "rectification.order": "责令整改",
        "deferral.defer": "准予补办复核",
        "failingnotice.tell": "告知拟不合格",
        "failingnotice.answer": "陈述意见",
        "designation.remind_rereview": "提醒办理复核",
        "revocation.open": "立案",
        "revocation.write_facts": "撰写查明的事实",
        "revocation.add_evidence": "加入证据",
        "revocation.state_view": "提出本部门意见",
        "revocation.issue_paper": "签发文书",
        "revocation.arrange_hearing": "安排听证并通知平台",
        "surrender.ask": "申请放弃称号",
        "suspension.impose": "暂停申报工作",
        "checkplan.create": "拟定抽查计划",
        "checkplan.edit": "修改抽查计划",
        "spotcheck.create": "抽中",
        "checkfinding.find": "记录检查发现",
    }
)


# What, its model, its page, where its own number stands, and of what line or title it is.
CASES = (
    ("撤销程序", Revocation, "revocation", "number", "title"),
    ("抽查", SpotCheck, "spot_check", "", "title"),
    ("整改", Rectification, "rectification", "", "title"),
    ("放弃称号", Surrender, "surrender", "", "title"),
    ("投诉", Complaint, "complaint", "receipt_number", "title"),
    ("异议", Objection, "objection", "receipt_number", "item"),
)


@searches_work
def search_cases_of_supervision(user, query: str):
    """Within the person's rights: by a case's own number, the title's, its platform or unit."""
    hits = []
    for kind, model, page, number, about in CASES:
        words = Q(**{f"{about}__platform_name__icontains": query})
        words |= Q(**{f"{about}__organisation_name__icontains": query})
        if about == "title":
            words |= Q(title__number__iexact=query)
        if number:
            words |= Q(**{f"{number}__istartswith": query})
        rows = model.objects.for_user(user).filter(words).select_related(about)
        hits += [
            Hit(
                f"{kind} · {row.get_state_display()}",
                getattr(row, about).platform_name,
                reverse(page, args=[row.pk]),
                getattr(row, number) if number else "",
            )
            for row in rows.distinct()[:EACH]
        ]
    return hits
