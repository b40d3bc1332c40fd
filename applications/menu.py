"""Desks and navigation of applicants and recommenders."""

from __future__ import annotations

from django.utils.functional import SimpleLazyObject

from applications.cycles.years import cycle_to_file, running_cycles, stage_words
from applications.models import Application
from applications.states import ApplicationState
from platforms.querysets import office_of, organisations_of
from portal.desk.navigation import register
from portal.desk.views import desk_of
from portal.kernel.permissions import MINISTRY, Role, role_of
from portal.models import AccountChange, Notification
from portal.pages.context import provides_shell

ALL_STAFF = [role for role in Role if role not in (Role.PUBLIC, Role.APPLICANT)]


def unread(user):
    return Notification.objects.filter(recipient=user, read_at=None)


def to_receive(user):
    return Application.objects.for_user(user, "begin_evaluation").filter(state=ApplicationState.SUBMITTED)


def to_report(user):
    return Application.objects.for_user(user).filter(state=ApplicationState.RECOMMENDED)


desk_of(Role.APPLICANT, "applicant_home")
desk_of(Role.RECOMMENDER, "recommender_home")
register("我的工作台", "recommender_home", icon="home", group="我的工作", roles=[Role.RECOMMENDER], order=1)
register("消息", "notifications", icon="bell", group="我的工作", roles=ALL_STAFF, order=9, count=unread)
register(
    "申报队列",
    "recommender_queue",
    icon="clipboard-check",
    group="年度工作",
    roles=[Role.RECOMMENDER],
    order=10,
    count=to_receive,
)
register("择优比较", "compare", icon="scale", group="年度工作", roles=[Role.RECOMMENDER], order=15)
register(
    "推荐名单与报送",
    "reporting",
    icon="list-check",
    group="年度工作",
    roles=[Role.RECOMMENDER],
    order=20,
    count=to_report,
)


def is_province(user) -> bool:
    """Art. 18 speaks of provinces; an association recognises by its own register (Art. 19)."""
    office = office_of(user)
    return office is not None and not office.is_association


register(
    "省级认定",
    "province_home",
    icon="certificate",
    group="年度工作",
    roles=[Role.RECOMMENDER],
    order=30,
    when=is_province,
)


def is_association(user) -> bool:
    office = office_of(user)
    return office is not None and office.is_association


register(
    "认定平台登记册",
    "recognition_register",
    icon="certificate",
    group="年度工作",
    roles=[Role.RECOMMENDER],
    order=30,
    when=is_association,
)
register(
    "测评项目",
    "evaluation_items",
    icon="adjustments-horizontal",
    group="分析与设置",
    roles=[Role.RECOMMENDER],
    order=55,
)
register(
    "认定平台登记册",
    "recognition_register",
    icon="certificate",
    group="年度工作",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=60,
)
register("本单位人员", "staff", icon="users", group="分析与设置", roles=[Role.RECOMMENDER], order=58)
register(
    "联系方式和落款",
    "recommender_contact",
    icon="phone",
    group="分析与设置",
    roles=[Role.RECOMMENDER],
    order=60,
)
register("年度安排", "cycle_list", icon="calendar-event", group="年度工作", roles=MINISTRY, order=5)
register("工作日历", "calendar_years", icon="calendar-event", group="分析与设置", roles=ALL_STAFF, order=70)
register(
    "账号",
    "account_list",
    icon="users",
    group="分析与设置",
    roles=[Role.ADMINISTRATOR],
    order=50,
    count=lambda user: AccountChange.objects.filter(state=AccountChange.State.REQUESTED),
    hot=True,
)
register(
    "操作记录",
    "audit_events",
    icon="history",
    group="监督",
    roles=[Role.INSPECTOR, Role.OUTSIDE_AUDITOR],
    order=20,
)
register(
    "监督信号",
    "audit_desk",
    icon="shield-check",
    group="监督",
    roles=[Role.INSPECTOR, Role.OUTSIDE_AUDITOR],
    order=10,
)
desk_of(Role.INSPECTOR, "audit_desk")


@provides_shell
def office_and_cycle(request) -> dict:
    user = request.user
    if not user.is_authenticated:
        return {}
    return {
        "office": SimpleLazyObject(lambda: name_of_office(user)), "running": SimpleLazyObject(_running),
        "to_file": SimpleLazyObject(cycle_to_file),
    }  # fmt: skip


def _running() -> list:
    return [(cycle, stage_words(cycle)) for cycle in running_cycles()]


def name_of_office(user) -> str:
    role = role_of(user)
    if role == Role.APPLICANT:
        return organisations_of(user).values_list("name", flat=True).first() or ""
    return getattr(office_of(user), "name", "") if role == Role.RECOMMENDER else ""
