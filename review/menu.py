"""Desks and navigation of the ministry, experts and inspectors, and what the public home shows of the year."""

from __future__ import annotations

from applications.menu import is_province
from applications.models import Application, Overlap
from applications.states import ApplicationState
from platforms.models import Designation, Recommender
from platforms.register.queries import find
from portal.desk.navigation import register
from portal.desk.public import Hit, provides_contacts, searches
from portal.desk.views import desk_of
from portal.kernel import clock
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, Role
from portal.models import SignOff
from review.models import Assignment, Notice, Objection
from review.states import AT_WORK, OPEN_OBJECTIONS

READ = (*MINISTRY, Role.INSPECTOR, Role.OUTSIDE_AUDITOR)


def in_state(*states):
    def count(user):
        return Application.objects.for_user(user).filter(state__in=states)

    return count


def to_sign(user):
    return SignOff.objects.for_user(user).filter(state=SignOff.State.WAITING).exclude(proposer=user)


def open_objections(user):
    return Objection.objects.for_user(user).filter(state__in=OPEN_OBJECTIONS)


def open_overlaps(user):
    return (
        Overlap.objects.for_user(user).filter(answer="") if user.role in MINISTRY else Overlap.objects.none()
    )


def to_score(user):
    return Assignment.objects.for_user(user).filter(state__in=AT_WORK, application__state="UNDER_REVIEW")


S = ApplicationState
for _role in MINISTRY:
    desk_of(_role, "ministry_home")
desk_of(Role.EXPERT, "expert_home")
desk_of(Role.OUTSIDE_AUDITOR, "ministry_queue")
desk_of(Role.ADMINISTRATOR, "account_list")
register("今日待办", "ministry_home", icon="home", group="我的工作", roles=MINISTRY, order=1)
register(
    "审签",
    "signoff_list",
    icon="clipboard-check",
    group="我的工作",
    roles=(*MINISTRY, Role.INSPECTOR, Role.ADMINISTRATOR),
    order=5,
    count=to_sign,
    hot=True,
)
register(
    "审签", "signoff_list", icon="clipboard-check", group="我的工作", roles=[Role.RECOMMENDER], order=5, count=to_sign, hot=True,
    when=is_province,
)  # fmt: skip
register(
    "形式审查",
    "ministry_queue",
    icon="clipboard-check",
    group="年度工作",
    roles=READ,
    order=10,
    count=in_state(S.REPORTED),
)
register(
    "查重",
    "overlap_list",
    icon="search",
    group="年度工作",
    roles=(*READ, Role.RECOMMENDER),
    order=12,
    count=open_overlaps,
)
register("专家库", "expert_pool", icon="users", group="年度工作", roles=(*MINISTRY, Role.INSPECTOR), order=20)
register(
    "组成评审组",
    "panel_matrix",
    icon="users",
    group="年度工作",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=22,
    count=in_state(S.ACCEPTED),
)
register("任职与利益关系", "expert_profile", icon="user", group="我的工作", roles=[Role.EXPERT], order=5)
register(
    "卷宗回看与取证",
    "audit_dossiers",
    icon="history",
    group="监督",
    roles=[Role.INSPECTOR, Role.OUTSIDE_AUDITOR],
    order=15,
)
register("统计分析", "statistics", icon="report-analytics", group="分析与设置", roles=READ, order=10)
register(
    "我的导出",
    "export_list",
    icon="download",
    group="分析与设置",
    roles=(*READ, Role.RECOMMENDER),
    order=20,
)
register(
    "评审进度",
    "review_progress",
    icon="progress",
    group="年度工作",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=25,
    count=in_state(S.UNDER_REVIEW),
)
register(
    "合议与结果",
    "decision",
    icon="gavel",
    group="年度工作",
    roles=MINISTRY,
    order=30,
    count=in_state(S.REVIEWED),
)
register(
    "公示",
    "publicity_prepare",
    icon="speakerphone",
    group="年度工作",
    roles=MINISTRY,
    order=40,
    count=in_state(S.PROPOSED),
)
register(
    "异议",
    "objection_inbox",
    icon="message-report",
    group="年度工作",
    roles=(*READ, Role.RECOMMENDER),
    order=45,
    count=open_objections,
    hot=True,
)
register(
    "公示中与认定",
    "publicised",
    icon="certificate",
    group="年度工作",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=50,
    count=in_state(S.PUBLICISED),
)
register(
    "我的评审",
    "expert_home",
    icon="list-check",
    group="我的工作",
    roles=[Role.EXPERT],
    order=1,
    count=to_score,
)
register_words(
    {
        "assignment.assign": "分派专家",
        "assignment.save_sheet": "保存评分",
        "assignment.remind": "催办评分",
        "moderation.create": "分差复议",
        "expert.create": "加入专家",
        "expert.edit": "修改专家信息",
        "expert.invite": "邀请专家",
        "expert.accept_invitation": "接受邀请",
        "notice.publish": "发布",
        "savedview.save": "保存视图",
        "savedview.remove": "删除视图",
        "application.reconstruct": "逐步回看卷宗",
        "exportjob.export": "申请导出",
        "objection.receive": "收到异议",
        "objection.take_on": "经办异议",
        "objection.reply": "答复异议人",
        "objection.see_objector": "查看异议人信息",
        "objection.answer_as_recommender": "推荐单位核查情况",
        "objection.answer_as_platform": "申报单位说明",
        "designation.grant": "授予称号",
    }
)


@searches
def search_titles(query: str):
    rows = find(Designation.objects.all(), query)[:10]
    return [
        Hit(
            "示范平台",
            row.platform_name,
            f"/directory/{row.number}/",
            f"{row.organisation_name} {row.number}",
        )
        for row in rows
    ]


@searches
def search_notices(query: str):
    public = Notice.objects.filter(published_on__lte=clock.today(), cycle__programme=None)
    rows = public.filter(title__icontains=query)[:10]
    return [Hit("通知公告", row.title, f"/notices/{row.pk}/", row.published_on.isoformat()) for row in rows]


@provides_contacts
def recommenders():
    return Recommender.objects.filter(is_active=True)
