"""Readings of one dossier's files as its unit may know them: each shown at once, or once what it served is disclosed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from applications.dossiers.timeline import office_in as role_in
from applications.models import Application, Material
from applications.openings.model import QUIET, Matter, Opening, matters_of
from applications.states import ENDS, WITH_RECOMMENDER, Procedure, facts_of
from applications.states import ApplicationState as S
from platforms.querysets import office_of
from portal.kernel.permissions import MINISTRY, OVERSEERS, Role
from portal.models import AuditEvent, ExportJob, User

LOOKS = ("read_material", "open_file", "read_file", "export")
LATER = "办结后的管理"
LABELS = {role.label: role.value for role in Role}


def readings_on_record(application: Application):
    """Every event by which somebody opened a file of the dossier, in it or in a package that holds it."""
    label = application._meta.label_lower
    packages = Q(kind="evidence", params__application=str(application.pk))
    if application.reporting_id:
        packages |= Q(kind="reporting", params__reporting=str(application.reporting_id))
    streams = [f"exportjob:{pk}" for pk in ExportJob.objects.filter(packages).values_list("pk", flat=True)]
    return AuditEvent.objects.filter(
        Q(stream=f"{label}:{application.pk}", action__in=[f"application.{look}" for look in LOOKS])
        | Q(stream__in=[f"portal.{stream}" for stream in streams], action="exportjob.open_file")
    ).order_by("id")


def openings_of(application: Application) -> list[Opening]:
    """Oldest first, none left out."""
    events = list(readings_on_record(application).select_related("actor"))
    judge = _Judge(application)
    titles = {
        code: f"材料{application.spec(code).ordinal}"
        for code in Material.objects.filter(application=application).values_list("code", flat=True)
    }
    return [judge.opening(event, _what(event, titles)) for event in events]


class _Judge:
    """What was going on at the moment of a reading, and which of it the unit knew."""

    def __init__(self, application: Application):
        self.application = application
        changes = AuditEvent.objects.filter(stream=f"{application._meta.label_lower}:{application.pk}")
        rows = list(changes.exclude(after="").order_by("id").values_list("id", "after", "at"))
        self.ids, self.states = [row[0] for row in rows], [row[1] for row in rows]
        self.ended = rows[-1][2] if rows and rows[-1][1] in ENDS else None
        self.matters = sorted(matters_of(application), key=lambda one: one.begun)
        self.offices: dict = {}

    def opening(self, event: AuditEvent, what: tuple[str, int | None]) -> Opening:
        role = event.actor.role if event.actor else LABELS.get(role_in(event.actor_label), "")
        state = self._state_at(event.id)
        step, shown, withheld_for = self._placed(role, state, event.at)
        return Opening(
            str(event.uuid),
            event.at,
            role,
            self._office(role, event.actor),
            event.actor_label,
            *what,
            step,
            shown,
            withheld_for,
            is_counted=role in OVERSEERS,
        )

    def _placed(self, role: str, state: str, at: datetime) -> tuple[str, datetime | None, str]:
        if role == Role.APPLICANT:
            return "本单位填报和查看", at, ""
        if role in OVERSEERS:
            return "监督", max(self.ended, at) + QUIET if self.ended else None, "纪检监督"
        ordinary = _has_a_part(self.application.procedure, role, state)
        secret = [one for one in self.matters if role in one.roles and one.is_secret_at(at)]
        if ordinary:
            asked = [one for one in secret if state == S.PUBLICISED and one.begun <= at]
            step = facts_of(state).reading
            return _disclosed(asked) if asked else (step, at, "")
        return _disclosed(secret) if secret else (LATER, at + QUIET, LATER)

    def _state_at(self, event_id: int) -> str:
        place = bisect_left(self.ids, event_id)
        return self.states[place - 1] if place else S.DRAFT

    def _office(self, role: str, actor: User | None) -> str:
        if role == Role.RECOMMENDER:
            if actor not in self.offices:
                self.offices[actor] = office_of(actor)
            return getattr(self.offices[actor], "name", self.application.recommender.name)
        if role in MINISTRY:
            return "工业和信息化部"
        return self.application.platform.organisation.name if role == Role.APPLICANT else ""


def _disclosed(matters: Iterable[Matter]) -> tuple[str, datetime | None, str]:
    """Shown once all are told that had begun while it was not: what the unit has read is never taken back."""
    label, shown = "", None
    for matter in matters:
        if shown and matter.begun > shown:
            break
        label, shown = matter.label, max(filter(None, (shown, matter.shown_from)), default=None)
        if matter.shown_from is None:
            return label, None, label
    return label, shown, label


def _has_a_part(procedure: str, role: str, state: str) -> bool:
    """Whether the ordinary road gives this role work on a dossier in that state."""
    if state in ENDS:
        return False
    if role == Role.EXPERT:
        return True  # an expert reaches a dossier by an assignment and by nothing else
    with_recommender = procedure == Procedure.PROVINCIAL or state in WITH_RECOMMENDER
    return role == Role.RECOMMENDER if with_recommender else role in MINISTRY


def _what(event: AuditEvent, titles: dict[str, str]) -> tuple[str, int | None]:
    facts, action = event.facts, event.action.rpartition(".")[2]
    if action == "read_material":
        return titles.get(facts.get("material", ""), "材料"), None
    if action == "export" or event.action.startswith("exportjob."):
        return {"report": "申请报告（下载）", "zip": "全部材料（下载）"}.get(
            facts.get("kind", ""), "材料包（下载）"
        ), None
    return f"“{facts.get('name') or '文件'}”", facts.get("page")
