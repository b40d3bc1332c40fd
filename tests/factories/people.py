"""Users: one function for any account, and the thirteen kinds that the access tables speak of."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.utils import timezone
from guardian.shortcuts import assign_perm

from applications.models import AuditAppointment, Cycle
from platforms.models import Recommender
from portal.kernel.permissions import Role
from portal.models import User
from review.models import Expert

_serial = count(1)


def user(role: str = Role.APPLICANT, username: str = "", **fields) -> User:
    number = next(_serial)
    username = username or f"{role}{number}"
    fields = {"name": f"测试{number}", "title": "主任", "email": f"{username}@test.invalid", **fields}
    return User.objects.create_user(username, role=role, **fields)


def appoint_auditor(auditor: User, cycle: Cycle) -> AuditAppointment:
    return AuditAppointment.objects.create(
        auditor=auditor,
        cycle=cycle,
        order_number="审函〔2026〕1 号",
        from_on=date(2020, 1, 1),
        until=date(2099, 12, 31),
        appointed_by=auditor,
        appointed_at=timezone.now(),
    )


def recommender(label: str = "浙江") -> Recommender:
    return Recommender.objects.get(label=label)


def association(code: str = "CTA") -> Recommender:
    row, _ = Recommender.objects.get_or_create(
        code=code,
        defaults={
            "kind": "association",
            "name": f"全国{code}行业协会",
            "label": f"{code}协会",
            "mark": code[-1],
            "order": 60,
        },
    )
    return row


def officer_of(office: Recommender, **fields) -> User:
    """经办人: handles, does not sign."""
    row = user(Role.RECOMMENDER, **fields)
    assign_perm("platforms.handle_recommender", row, office)
    return row


def lead_of(office: Recommender, **fields) -> User:
    """负责人: handles and signs."""
    row = officer_of(office, **fields)
    assign_perm("platforms.sign_recommender", row, office)
    return row


def clerk_of(organisation, **fields) -> User:
    row = user(Role.APPLICANT, **fields)
    assign_perm("platforms.handle_organisation", row, organisation)
    return row


def expert(account: User | None = None, **profile) -> Expert:
    account = account or user(Role.EXPERT)
    profile = {
        "employer": f"测试研究院第 {next(_serial)} 所",
        "jurisdiction": recommender("北京"),
        "professional_title": "教授",
        "functions": ["information", "technology", "training", "financing"],
        **profile,
    }
    return Expert.objects.create(user=account, **profile)


def staff_of(office: Recommender) -> tuple[User, User]:
    """The officer and the lead of an office, made when they are first needed."""
    prefix = f"office-{office.code}"
    officer = User.objects.filter(username=f"{prefix}-officer").first()
    lead = User.objects.filter(username=f"{prefix}-lead").first()
    return (
        officer or officer_of(office, username=f"{prefix}-officer"),
        lead or lead_of(office, username=f"{prefix}-lead"),
    )


def ministry(role: str = Role.MINISTRY_OFFICER, number: int = 1) -> User:
    username = f"{role}-{number}"
    return User.objects.filter(username=username).first() or user(role, username=username)
