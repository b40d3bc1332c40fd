"""A titled platform with its people, reached through the services."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from guardian.shortcuts import assign_perm

from platforms.models import Designation, Recommender
from platforms.organisations.services import register_organisation, register_platform
from platforms.register.services import grant_title
from portal.kernel.permissions import SYSTEM, Role
from portal.models import User
from training.demo.names import make_uscc


def make_user(username: str, role: Role) -> User:
    return User.objects.create_user(username, role=role, name=username, email=f"{username}@example.invalid")


def make_staff(recommender: Recommender, username: str) -> User:
    user = make_user(username, Role.RECOMMENDER)
    for grant in ("handle_recommender", "sign_recommender"):
        assign_perm(f"platforms.{grant}", user, recommender)
    return user


@dataclass
class Titled:
    title: Designation
    lead: User
    officer: User


def make_titled(label: str = "浙江", number: int = 1, *, granted_on: date = date(2024, 6, 3)) -> Titled:
    """A platform of the jurisdiction with a title, its lead, and the recommender's officer."""
    recommender = Recommender.objects.get(label=label)
    lead = make_user(f"lead-{label}-{number}", Role.APPLICANT)
    organisation = register_organisation(
        by=lead,
        uscc=make_uscc(random.Random(f"{label}{number}")),
        name=f"{label}第{number}服务中心有限公司",
        kind="enterprise",
        established_on=date(2015, 1, 1),
        legal_person="王越",
        registered_address="创意路 8 号",
        phone="0575-1",
        email=lead.email,
    )
    platform = register_platform(
        organisation,
        by=lead,
        jurisdiction=recommender,
        name=f"{label}第{number}公共服务平台",
        kind="specialised",
        functions=["quality", "technology"],
        operating_since=date(2016, 1, 1),
        service_area="产业集群",
        address="创意路 8 号",
        contact="王越",
        phone="0575-1",
    )
    title = grant_title(
        platform,
        recommender=recommender,
        year=granted_on.year,
        edition="暂行办法",
        prefix="GJPT",
        rereview_years=3,
        announcement_title="公告",
        announcement_number="",
        granted_on=granted_on,
        smes_served=120,
        by=SYSTEM,
    )
    officer = User.objects.filter(username=f"officer-{label}").first() or make_staff(
        recommender, f"officer-{label}"
    )
    return Titled(title, lead, officer)
