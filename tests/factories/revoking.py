"""A revocation from its opening to the decision, and the lifting of the suspension that followed it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from platforms.models import Suspension
from portal.kernel.workflow import TransitionBlocked, perform
from review.models import Revocation
from review.revocations import services as revocation
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.files import paper

FACTS = "服务企业名单中有 37 家企业书面否认签订服务协议。"


def opened(year, title, *, ground="fraud", day=date(2026, 6, 1)) -> Revocation:
    with year.on(day):
        return revocation.open_revocation(title, ground=ground, facts=FACTS, by=year.people["miit_officer"])


def notified(year, title, unit, *, start: date = date(2026, 6, 1)) -> Revocation:
    case, officer = opened(year, title, day=start), year.people["miit_officer"]
    assert not Revocation.objects.for_user(unit.user).exists()  # nobody is warned while evidence is gathered
    with year.on(start + timedelta(days=1)):
        with pytest.raises(TransitionBlocked, match="至少一份证据"), transaction.atomic():
            revocation.notify(case, by=officer)
        revocation.add_evidence(case, words="企业书面说明", upload=paper(), by=officer)
        revocation.notify(case, by=officer)
        with pytest.raises(TransitionBlocked, match="证据不能再增减"):
            case.refresh_from_db()
            revocation.add_evidence(case, words="补充", upload=paper(), by=officer)
    case.refresh_from_db()
    return case


def decide(year, case, day, **facts):
    case.refresh_from_db()
    with year.on(day):
        if case.is_fraud and not case.department_view and case.state != "OPENED":
            head = staff_of(case.title.jurisdiction)[1]
            case = revocation.state_view(case, words="已知悉，无不同意见。", by=head)
        officials.two_persons(
            [case],
            "decide",
            proposer=year.people["miit_officer"],
            signer=year.people["miit_lead"],
            note="名单造假属实",
            **facts,
        )


def revoke_for_fraud(year, unit, *, start: date = date(2026, 6, 1)) -> tuple:
    title = year.title(unit)
    case = notified(year, title, unit, start=start)
    with year.on(start + timedelta(days=3)):
        perform(case, "state_case", by=unit.user, note="系统计入了口径不同的客户。", wants_hearing=False)
    decide(
        year,
        case,
        start + timedelta(days=7),
        end_title=True,
        suspend=True,
        document_number="工信部函〔2026〕9号",
    )
    title.refresh_from_db()
    return title, case


def lift(year, day) -> None:
    with year.on(day):
        officials.two_persons(
            [Suspension.objects.get()],
            "lift",
            proposer=year.people["miit_officer"],
            signer=year.people["miit_lead"],
            note="整顿完成",
        )
