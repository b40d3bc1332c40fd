"""Desks and navigation of the ministry, experts and inspectors, and what the public home shows of the year."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from applications.menu import is_province
from applications.models import Application, Overlap
from applications.states import ApplicationState
from platforms.models import Recommender
from portal.desk.navigation import register
from portal.desk.public import provides_contacts
from portal.desk.searching import EACH, Hit, part_of, searches, searches_work
from portal.desk.views import desk_of
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, ORGANISERS, REVIEWERS, STAFF, Role, holds
from portal.models import SignOff, User
from review.models import Assignment, Expert, Notice, Objection
from review.states import AT_WORK, OPEN_OBJECTIONS


def in_state(*states):
    def count(user):
        return Application.objects.for_user(user).filter(state__in=states)

    return count


def to_sign(user):
    return SignOff.objects.for_user(user).filter(state=SignOff.State.WAITING).exclude(proposer=user)


def open_objections(user):
    return Objection.objects.for_user(user).filter(state__in=OPEN_OBJECTIONS)


def open_overlaps(user):
    return Overlap.objects.for_user(user, "answer").filter(answer="")


def to_score(user):
    return Assignment.objects.for_user(user).filter(state__in=AT_WORK, application__state="UNDER_REVIEW")


S = ApplicationState
for _role in MINISTRY:
    desk_of(_role, "ministry_home")
desk_of(Role.EXPERT, "expert_home")
desk_of(Role.ADMINISTRATOR, "account_list")
DOSSIER_PAGES = (
    "dossier*",
    "material*",
    "report_*",
    "receipt*",
    "recommendation_*",
    "reception",
    "correction*",
    "visit_add",
    "organisation*",
    "overlap",
)
register(
    "今日待办",
    "ministry_home",
    icon="home",
    group="我的工作",
    roles=MINISTRY,
    order=1,
)
register(
    "审签",
    "signoff_list",
    icon="signature",
    group="我的工作",
    roles=(*ORGANISERS, Role.ADMINISTRATOR),
    order=5,
    count=to_sign,
    hot=True,
    covers=["signoff*"],
)
register(
    "审签",
    "signoff_list",
    icon="signature",
    group="我的工作",
    roles=[Role.RECOMMENDER],
    order=5,
    count=to_sign,
    hot=True,
    when=is_province,
    covers=["signoff*"],
)
register(
    "形式审查",
    "ministry_queue",
    icon="clipboard-check",
    group="本年度",
    asks=(Application, "list"),
    order=10,
    count=in_state(S.REPORTED),
    covers=[
        *DOSSIER_PAGES,
        "accept",
        "refuse",
        "go_on",
        "reject",
        "assignment_board",
        "reporting_*",
        "bulk_*",
    ],
)
register(
    "查重",
    "overlap_list",
    icon="copy-check",
    group="本年度",
    roles=REVIEWERS,
    order=12,
    count=open_overlaps,
    under="ministry_queue",
    covers=["overlap"],
)
register(
    "查重",
    "overlap_list",
    icon="copy-check",
    group="本年度",
    roles=[Role.RECOMMENDER],
    order=12,
    count=open_overlaps,
    covers=["overlap"],
)
register(
    "专家评审",
    "panel_matrix",
    icon="users-group",
    group="本年度",
    asks=(Assignment, "list"),
    order=20,
    count=in_state(S.ACCEPTED),
    covers=["panel*", "begin_review", "assignment_re*"],
)
register(
    "评审进度",
    "review_progress",
    icon="progress",
    group="本年度",
    asks=(Assignment, "list"),
    order=22,
    count=in_state(S.UNDER_REVIEW),
    under="panel_matrix",
    covers=["moderation", "conclude_review", "expert_scores"],
)
register(
    "专家库",
    "expert_pool",
    icon="id-badge-2",
    group="本年度",
    asks=(Expert, "list"),
    order=24,
    under="panel_matrix",
    covers=["expert_create", "expert_edit"],
)
register(
    "合议与结果",
    "decision",
    icon="gavel",
    group="本年度",
    roles=MINISTRY,
    order=30,
    count=in_state(S.REVIEWED),
    covers=["take_off_list"],
)
register(
    "公示与异议",
    "publicity_prepare",
    icon="speakerphone",
    group="本年度",
    roles=MINISTRY,
    order=40,
    count=in_state(S.PROPOSED),
    covers=["notice_withdraw", "notice_correct"],
)
register(
    "异议",
    "objection_inbox",
    icon="message-report",
    group="本年度",
    roles=(*REVIEWERS, Role.RECOMMENDER),
    order=45,
    count=open_objections,
    hot=True,
    under="publicity_prepare",
    covers=["objection"],
)
register(
    "公示中与认定",
    "publicised",
    icon="rosette-discount-check",
    group="本年度",
    roles=ORGANISERS,
    order=50,
    count=in_state(S.PUBLICISED),
)
register(
    "我的评审",
    "expert_home",
    icon="list-check",
    group="我的工作",
    asks=(Assignment, "score"),
    order=1,
    count=to_score,
    covers=["declare", "score", "material*", "report_*", "dossier*"],
)
register(
    "候选名单",
    "expert_candidates",
    icon="users",
    group="我的工作",
    roles=[Role.EXPERT],
    order=3,
)
register(
    "任职与利益关系",
    "expert_profile",
    icon="user",
    group="我的工作",
    roles=[Role.EXPERT],
    order=5,
    covers=["expert_edit"],
)
register(
    "卷宗回看与取证",
    "audit_dossiers",
    icon="folder-search",
    group="监督",
    asks=(Application, "take_evidence"),
    order=15,
    covers=["audit_reconstruct"],
)
register(
    "统计分析", "statistics", icon="chart-pie", group="更多", asks=(Application, "read_statistics"), order=10
)
register(
    "我的导出",
    "export_list",
    icon="download",
    group="更多",
    roles=(*STAFF, Role.EXPERT),
    order=20,
)
register_words(
    {
        "assignment.assign": "分派专家",
        "assignment.save_sheet": "保存评分",
        "objection.record_findings": "记录异议的核查情况",
        "assignment.remind": "催办评分",
        "moderation.create": "分差复议",
        "expert.create": "加入专家",
        "expert.edit": "修改专家信息",
        "expert.invite": "邀请专家",
        "expert.ask_to_declare": "请专家核对候选名单",
        "listdeclaration.declare": "声明与候选单位的利益关系",
        "expert.accept_invitation": "接受邀请",
        "notice.publish": "发布",
        "savedview.save": "保存视图",
        "savedview.remove": "删除视图",
        "application.reconstruct": "逐步回看卷宗",
        "exportjob.export": "申请导出",
        "objection.receive": "收到异议",
        "objection.forget": "保存期满，清除异议人信息",
        "objection.send_code": "补发查询码",
        "misconductreport.send_code": "补发查询码",
        "complaint.send_code": "补发查询码",
        "objection.take_on": "经办异议",
        "objection.reply": "答复异议人",
        "objection.see_objector": "打开异议人事实与材料（信息遮盖）",
        "objection.reveal_objector": "查看异议人姓名和联系方式",
        "objection.answer_as_recommender": "推荐单位核查情况",
        "objection.answer_as_platform": "申报单位说明",
        "designation.grant": "授予称号",
    }
)


@searches
def search_notices(query: str):
    """By title, number or any word of the text and its list."""
    public = Notice.objects.public().filter(cycle__programme=None)
    words = Q(title__icontains=query) | Q(document_number__icontains=query) | Q(body__icontains=query)
    rows = public.filter(words | Q(items_text__icontains=query)).order_by("-published_on")[: EACH * 3]
    found = [(row, row.read_aloud) for row in rows]  # what is stored names its parts, which nobody reads
    wanted = query.casefold()
    return [
        Hit(
            "通知公告",
            row.title,
            reverse("notice", args=[row.pk]),
            f"{row.published_on:%Y-%m-%d} {part_of(text, query)}",
        )
        for row, text in found
        if wanted in text.casefold()
    ][:EACH]


RECEIPTS = [
    (re.compile(r"YY\d{4}-\d+"), "objection_query", "异议回执", "凭回执编号和查询码查询结果"),
    (re.compile(r"TS\d{4}-\d+"), "complaint_query", "投诉回执", "凭回执编号和查询码查询结果"),
    (re.compile(r"\d{4}-?[^\d-]{1,4}-?\d{4}.*"), "progress_query", "申报受理编号", "凭受理编号查询进度"),
]


def register_receipt(form: re.Pattern, url_name: str, kind: str, words: str) -> None:
    RECEIPTS.append((form, url_name, kind, words))


@searches
def search_receipts(query: str):
    """Where a receipt is asked for; whether it exists is told to nobody without its code."""
    number = query.upper()
    return [
        Hit(kind, number, reverse(name), words)
        for form, name, kind, words in RECEIPTS
        if form.fullmatch(number)
    ]


@provides_contacts
def recommenders():
    return Recommender.objects.filter(is_active=True)


@searches_work
def search_officers(user, query: str):
    """A colleague of the ministry, with what is theirs to check."""
    if not holds(Application, user, "assign_handler"):
        return []
    rows = User.objects.filter(role__in=MINISTRY, is_active=True, name__icontains=query).order_by("username")
    page = reverse("ministry_queue")
    return [
        Hit(
            "工信部人员",
            row.name,
            f"{page}?{urlencode({'view': 'all', 'handler': row.username})}",
            "其审查件",
        )
        for row in rows[:EACH]
    ]


@searches_work
def search_experts(user, query: str):
    if not holds(Expert, user, "invite"):
        return []
    words = Q(user__name__icontains=query) | Q(employer__icontains=query)
    rows = Expert.objects.for_user(user).filter(words).select_related("user")[:EACH]
    return [
        Hit("评审专家", row.user.name, reverse("expert_edit", args=[row.pk]), row.employer) for row in rows
    ]
