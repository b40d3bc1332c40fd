"""Desks and navigation of applicants and recommenders."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import date
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from applications.cycles.years import cycles_to_file, first_of, running_cycles, stage_words
from applications.models import Application, Cycle
from applications.states import ApplicationState
from platforms.models import Organisation
from platforms.organisations.at_hand import keep_units, units_at_hand
from platforms.querysets import office_of, organisations_of
from portal.desk.navigation import register
from portal.desk.searching import EACH, Hit, searches_work
from portal.desk.views import desk_of
from portal.kernel import clock
from portal.kernel.permissions import MINISTRY, Role, holds, role_of
from portal.kernel.request import last_act
from portal.models import AccountChange, Notification, User
from portal.pages.context import provides_frame

ALL_STAFF = [role for role in Role if role not in (Role.PUBLIC, Role.APPLICANT)]


def unread(user):
    return Notification.objects.filter(recipient=user, read_at=None)


def to_receive(user):
    return Application.objects.for_user(user, "begin_evaluation").filter(state=ApplicationState.SUBMITTED)


def to_report(user):
    return Application.objects.for_user(user).filter(state=ApplicationState.RECOMMENDED)


desk_of(Role.APPLICANT, "applicant_home")
desk_of(Role.RECOMMENDER, "recommender_home")
register(
    "我的工作台",
    "recommender_home",
    icon="home",
    group="我的工作",
    roles=[Role.RECOMMENDER],
    order=1,
    covers=["sign*"],
)
register(
    "消息",
    "notifications",
    icon="bell",
    group="我的工作",
    roles=ALL_STAFF,
    order=9,
    count=unread,
    covers=["notification*"],
)
register(
    "申报队列",
    "recommender_queue",
    icon="clipboard-check",
    group="本年度",
    roles=[Role.RECOMMENDER],
    order=10,
    count=to_receive,
    covers=[
        "dossier*",
        "material*",
        "report_*",
        "receipt*",
        "recommendation_*",
        "reception",
        "correction*",
        "visit_add",
        "begin_evaluation",
        "conclude_evaluation",
        "recommend",
        "decline",
        "recall",
        "organisation*",
    ],
)
register("择优比较", "compare", icon="scale", group="本年度", roles=[Role.RECOMMENDER], order=15)
register(
    "推荐名单与报送",
    "reporting",
    icon="send",
    group="本年度",
    roles=[Role.RECOMMENDER],
    order=20,
    count=to_report,
    covers=["reporting*"],
)


def is_province(user) -> bool:
    """Art. 18 speaks of provinces; an association recognises by its own register (Art. 19)."""
    office = office_of(user)
    return office is not None and not office.is_direct


register(
    "省级认定",
    "province_home",
    icon="medal",
    group="本年度",
    roles=[Role.RECOMMENDER],
    order=30,
    when=is_province,
    covers=["province_*", "round*"],
)


def is_association(user) -> bool:
    office = office_of(user)
    return office is not None and office.is_association


register(
    "认定平台登记册",
    "recognition_register",
    icon="books",
    group="本年度",
    roles=[Role.RECOMMENDER],
    order=30,
    when=is_association,
    covers=["recognition*"],
)
register(
    "测评项目",
    "evaluation_items",
    icon="list-details",
    group="更多",
    roles=[Role.RECOMMENDER],
    order=55,
    covers=["evaluation_item*"],
)
register(
    "认定平台登记册",
    "recognition_register",
    icon="books",
    group="更多",
    roles=(*MINISTRY, Role.INSPECTOR),
    order=60,
    covers=["recognition*"],
)
register(
    "本单位人员",
    "staff",
    icon="users",
    group="更多",
    roles=[Role.RECOMMENDER],
    order=58,
    covers=["staff*", "substitution*"],
)
register(
    "联系方式和落款",
    "recommender_contact",
    icon="phone",
    group="更多",
    roles=[Role.RECOMMENDER],
    order=60,
)
register(
    "年度安排",
    "cycle_list",
    icon="calendar-event",
    group="本年度",
    roles=MINISTRY,
    order=5,
    covers=["cycle*", "interpretation_issue"],
)
register(
    "工作日历",
    "calendar_years",
    icon="calendar",
    group="更多",
    roles=ALL_STAFF,
    order=70,
    covers=["calendar*", "cycle"],
)
register(
    "账号",
    "account_list",
    icon="users",
    group="更多",
    asks=(User, "view"),
    order=50,
    covers=["account_*", "organisation_claim*", "audit_appointment*"],  # an inspector reads all of it here
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
    covers=["audit_*"],
)
for _reader in (Role.INSPECTOR, Role.OUTSIDE_AUDITOR):
    desk_of(_reader, "audit_desk")


MOST_KEPT = 256  # marks of acts with which a process keeps the years
_years: dict[tuple[date, str], tuple[float, list[tuple[Cycle, str]]]] = {}


def _years_that_run(acted: str) -> Generator[Any, Any, list[tuple[Cycle, str]]]:
    """For the bar alone: they stand as the menu's numbers do (ADR 156), no longer than the person does nothing."""
    of = clock.today(), acted
    until, running = _years.get(of, (0.0, []))
    if monotonic() < until:
        return running
    running = [(cycle, stage_words(cycle)) for cycle in (yield running_cycles())]
    if settings.MENU_SECONDS:
        if len(_years) >= MOST_KEPT:
            _years.clear()
        _years[of] = (monotonic() + settings.MENU_SECONDS, running)
    return running


@provides_frame("office", "running", "to_file")
def office_and_years(request) -> Iterator[dict]:
    """The unit at hand and the year it files for; an officer's desk and the years that run."""
    user, role = request.user, role_of(request.user)
    if role == Role.APPLICANT:
        ours, *found = yield organisations_of(user).order_by("created_at"), *cycles_to_file()
        keep_units(request, ours)
        yield {"office": name_of(units_at_hand(request)), "running": [], "to_file": first_of(found)}
        return
    office = office_of(user) if role == Role.RECOMMENDER else None
    running = yield from _years_that_run(last_act(request))
    yield {"office": getattr(office, "name", ""), "running": running, "to_file": None}


def name_of(units: Sequence[Organisation]) -> str:
    """The unit at hand, or how many there are."""
    return units[0].name if len(units) == 1 else f"全部 {len(units)} 个单位" if units else ""


@searches_work
def search_accounts(user, query: str):
    """Whoever reads the list of accounts finds each of them."""
    if not holds(User, user, "view"):
        return []
    words = Q(name__icontains=query) | Q(username__icontains=query)
    rows = User.objects.for_user(user).filter(words).order_by("username")[:EACH]
    page = reverse("account_list")
    return [
        Hit("账号", row.name, f"{page}?{urlencode({'q': row.username})}", row.get_role_display())
        for row in rows
    ]


@searches_work
def search_cases(user, query: str):
    """Dossiers within the person's rights, by platform, unit, code or number."""
    words = Q(platform__name__icontains=query) | Q(platform__organisation__name__icontains=query)
    words |= Q(number__icontains=query) | Q(platform__organisation__uscc__istartswith=query)
    rows = Application.objects.for_user(user).filter(words).select_related("platform", "cycle")
    return [
        Hit(
            f"{row.cycle}{row.get_procedure_display()}",
            row.platform.name,
            reverse("dossier", args=[row.pk]),
            f"{row.number or ''} {row.public_state if role_of(user) == Role.APPLICANT else row.get_state_display()}",
        )
        for row in rows.order_by("-created_at")[:EACH]
    ]
