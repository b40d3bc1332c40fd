"""What the ministry looks into before the unit is told: spot checks, revocations, objections."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Application
from applications.openings.matters import told_by
from applications.openings.model import Matter, provides_matters
from portal.kernel.permissions import MINISTRY, Role
from review.models import Objection, Revocation, SpotCheck
from review.states import RevocationState


@provides_matters
def spot_checks(application: Application) -> Iterator[Matter]:
    rows = SpotCheck.objects.filter(title__platform=application.platform_id, plan__drawn_at__isnull=False)
    rows = list(rows.select_related("plan"))
    told = told_by(SpotCheck, "notify", rows)
    for row in rows:
        roles = frozenset({*MINISTRY, Role.EXPERT})
        yield Matter("抽查", roles, row.plan.drawn_at, told.get(str(row.pk)))


@provides_matters
def revocations(application: Application) -> Iterator[Matter]:
    rows = list(Revocation.objects.filter(title__platform=application.platform_id))
    dropped = told_by(Revocation, "drop", rows)
    for row in rows:
        ended = dropped.get(str(row.pk)) if row.state == RevocationState.DROPPED else None
        yield Matter("撤销程序", frozenset(MINISTRY), row.opened_at, row.notified_at, ended)


@provides_matters
def objections(application: Application) -> Iterator[Matter]:
    for row in Objection.objects.filter(item__application=application):
        roles = frozenset({*MINISTRY, Role.RECOMMENDER})
        yield Matter("异议核查", roles, row.received_at, row.passed_on_at, row.concluded_at)
