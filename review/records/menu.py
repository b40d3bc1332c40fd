"""Navigation of 动态管理, and its words in the trail."""

from __future__ import annotations

from platforms.models import Designation, Suspension
from portal.desk.navigation import register
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, ORGANISERS, Role
from review.models import Rectification, Revocation, SpotCheck, Surrender
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
