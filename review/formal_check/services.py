"""The formal check: who checks which dossier, alone or by an even share, and the officers' saved views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count, F, Q

from applications.models import Application
from applications.states import ApplicationState as S
from portal.kernel import audit, clock
from portal.kernel.permissions import MINISTRY, demand_role, demand_scope
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from review.models import SavedView
from review.queue.listing import DEFAULT_VIEW

PENDING = (S.REPORTED, S.SUPPLEMENTING)
MAX_VIEWS = 20


def officers():
    """Who can be given dossiers, the officers before the leads."""
    return User.objects.filter(role__in=MINISTRY, is_active=True).order_by("-role", "name")


def loads() -> dict:
    """Officer → how many dossiers wait for the check and how many for the applicant's answer."""
    rows = (
        Application.objects.filter(handler__isnull=False, state__in=PENDING)
        .values("handler")
        .annotate(
            waiting=Count(1, filter=Q(state=S.REPORTED)),
            answering=Count(1, filter=Q(state=S.SUPPLEMENTING)),
        )
    )
    return {row["handler"]: row for row in rows}


@transaction.atomic
def assign_handler(applications: Iterable[Application], *, officer: User, by) -> int:
    """Give dossiers to one officer; those that are his already stay untouched."""
    if officer.role not in MINISTRY or not officer.is_active:
        raise TransitionBlocked(["审查员应为在岗的工信部人员，请重新选择。"])
    moved = 0
    for application in applications:
        demand_scope(by, "assign_handler", application, "您没有分派此件的权限。")
        row = Application.objects.select_for_update().get(pk=application.pk)
        if row.handler_id == officer.pk:
            continue
        before = row.handler
        row.handler = officer
        row.save(update_fields=["handler"])
        audit.record(
            action="assign_handler", obj=row, by=by, facts={"handler": officer, "before": before or ""}
        )
        moved += 1
    return moved


@transaction.atomic
def share_out(*, among: Sequence[User], by) -> dict[User, int]:
    """Spread what nobody holds over the officers: the next one always to whoever has least to check."""
    if not among:
        raise TransitionBlocked(["请至少选择一位审查员。"])
    waiting = list(
        Application.objects.for_user(by, "assign_handler")
        .filter(handler=None, state=S.REPORTED)
        .order_by(F("due_on").asc(nulls_last=True), "number")
    )
    if not waiting:
        raise TransitionBlocked(["没有未分派的申报。"])
    held = loads()
    burden = {officer.pk: held.get(officer.pk, {}).get("waiting", 0) for officer in among}
    given = dict.fromkeys(among, 0)
    for application in waiting:
        officer = min(among, key=lambda one: (burden[one.pk], one.name))
        assign_handler([application], officer=officer, by=by)
        burden[officer.pk] += 1
        given[officer] += 1
    return given


@transaction.atomic
def save_view(*, name: str, params: dict[str, str], is_shared: bool, by) -> SavedView:
    """Keep a filter under a name; the same name of the same person is replaced."""
    demand_role(SavedView, by, "save", "只有工信部人员可以保存视图。")
    if not params:
        raise TransitionBlocked(["请先设置筛选条件，再保存视图。"])
    if SavedView.objects.filter(owner=by).exclude(name=name).count() >= MAX_VIEWS:
        raise TransitionBlocked([f"每人最多保存 {MAX_VIEWS} 个视图，请先删除不用的。"])
    params = {"view": DEFAULT_VIEW, **params}  # the list behind another tab would be another list
    row, _ = SavedView.objects.update_or_create(
        owner=by,
        name=name,
        defaults={"query": urlencode(params), "is_shared": is_shared, "created_at": clock.now()},
    )
    audit.record(action="save", obj=row, by=by, facts={"name": name, "query": row.query, "shared": is_shared})
    return row


@transaction.atomic
def remove_view(view: SavedView, *, by) -> None:
    """A filter is a convenience, not a record: it may go, its event stays."""
    demand_scope(by, "remove", view, "只能删除自己保存的视图。")
    audit.record(action="remove", obj=view, by=by, facts={"name": view.name})
    view.delete()
