"""Ten thousand dossiers in a minute: rows written straight into the tables, from a fixed seed, triggers off.

Only in a database that is thrown away: the connection must be the superuser's.
"""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from applications.cycles.models import keep_edition
from applications.editions import DEFAULT, get_edition
from applications.models import Application, Cycle, Material, Report
from applications.states import ApplicationState as S
from platforms.functions import Function
from platforms.models import Designation, Organisation, Platform, Recommender, TitleEvent
from platforms.states import DesignationState
from portal.kernel import clock
from portal.kernel.permissions import Role
from portal.models import User
from portal.shared.search import bigrams, initials, sort_key

SEED = 20100524
CITIES = "杭州 南京 成都 西安 武汉 长沙 合肥 福州 济南 郑州 沈阳 长春 昆明 贵阳 南宁 兰州".split()
WORDS = "云帆 联创 中科 安泰 华信 智造 启明 汇通 远航 众联 金桥 星火 博远 瑞丰 同济 天成".split()
FIELDS = "技术创新 融资 检验检测 节能环保 创业孵化 人才培训 管理咨询 电子商务 现代物流 信息化".split()
PIPS = "d" * 12
# Where the dossiers of a busy April stand.
STATES = [
    *[S.REPORTED] * 55,
    *[S.ACCEPTED] * 10,
    *[S.UNDER_REVIEW] * 10,
    *[S.REVIEWED] * 10,
    *[S.SUPPLEMENTING] * 5,
    *[S.SUBMITTED] * 4,
    *[S.UNDER_EVALUATION] * 4,
    *[S.DRAFT] * 2,
]
FILED = {S.REPORTED, S.ACCEPTED, S.UNDER_REVIEW, S.REVIEWED, S.SUPPLEMENTING}


def open_year() -> Cycle:
    """The year that the domain clock is in, open for everything."""
    today = clock.today()
    cycle, _ = Cycle.objects.get_or_create(
        programme=None,
        year=today.year,
        defaults={
            "edition_code": DEFAULT,
            "edition_digest": keep_edition(get_edition(DEFAULT)),
            **get_edition(DEFAULT).proposed,
            "filing_from": today - timedelta(days=20),
            "filing_until": today + timedelta(days=5),
            "handling_from": today - timedelta(days=10),
            "handling_until": today + timedelta(days=10),
            "review_until": today + timedelta(days=40),
            "closes_on": today + timedelta(days=60),
            "state": "PUBLISHED",
        },
    )
    return cycle


def seed(count: int) -> None:
    """Fill the database with `count` dossiers of this year and a third as many titles of earlier years."""
    dice = random.Random(SEED)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    cycle, now = open_year(), timezone.now()
    departments = list(Recommender.objects.filter(kind="department"))
    officers = list(User.objects.filter(role=Role.MINISTRY_OFFICER))
    someone = User.objects.filter(role=Role.APPLICANT).first()
    functions = [value for value, _ in Function.choices]
    organisations, platforms, dossiers, materials, titles = [], [], [], [], []
    for number in range(count):
        city, word, field = dice.choice(CITIES), dice.choice(WORDS), dice.choice(FIELDS)
        where, state = dice.choice(departments), dice.choice(STATES)
        organisation = Organisation(
            id=_key(dice),
            uscc=f"91{number:016d}",
            name=f"{city}{word}{number}科技服务有限公司",
            kind="enterprise",
            established_on=date(2008, 1, 1),
            legal_person="王建国",
            registered_address=f"{city}市",
            phone="0000-0000000",
            email=f"unit{number}@bench.invalid",
        )
        platform = Platform(
            id=_key(dice),
            organisation=organisation,
            jurisdiction=where,
            name=f"{city}{word}中小企业{field}服务平台{number}",
            kind="specialised",
            functions=dice.sample(functions, 2),
            operating_since=date(2009, 1, 1),
            service_area=city,
            address=f"{city}市",
            contact="李明",
            phone="0000-0000000",
        )
        filed = state in FILED
        dossier = Application(
            id=_key(dice),
            cycle=cycle,
            platform=platform,
            recommender=where,
            state=state,
            created_at=now,
            created_by=someone,
            number=f"{cycle.year}-B-{number:05d}" if state != S.DRAFT else None,
            submitted_at=now - timedelta(days=9) if state != S.DRAFT else None,
            reported_at=now - timedelta(days=5) if filed else None,
            due_on=clock.today() + timedelta(days=dice.randint(0, 20)),
            handler=dice.choice([*officers, None]) if filed else None,
            province_score=dice.randint(700, 990) / 10 if filed else None,
            rank=number % 9 + 1 if filed else None,
            review_score=dice.randint(600, 990) / 10 if state == S.REVIEWED else None,
            pips=PIPS[:9] + dice.choice("ddddfm") + "dd",
        )
        organisations.append(organisation)
        platforms.append(platform)
        dossiers.append(dossier)
        materials += [
            Material(
                id=_key(dice),
                application=dossier,
                code=spec.code,
                position=spec.number,
                status="done",
                pip="d",
            )
            for spec in cycle.edition.materials
        ]
        if number % 3 == 0:
            titles.append(_title(platform, organisation, where, number, dice))
    for model, rows in (
        (Organisation, organisations),
        (Platform, platforms),
        (Application, dossiers),
        (Material, materials),
        (Report, [Report(application=dossier, form_code="annex2", data={}) for dossier in dossiers]),
        (Designation, titles),
        (TitleEvent, [_granted(title, dice) for title in titles]),
    ):
        model.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        _index(cursor, titles)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def _title(
    platform: Platform, organisation: Organisation, where: Recommender, number: int, dice
) -> Designation:
    year = dice.randint(2011, 2025)
    return Designation(
        id=_key(dice),
        platform=platform,
        number=f"GJPT-{year}-{number:04d}",
        key=f"GJPT-{year}-{number:04d}",
        platform_name=platform.name,
        organisation_name=organisation.name,
        uscc=organisation.uscc,
        jurisdiction=where,
        recommender=where,
        functions=platform.functions,
        kind=platform.kind,
        year=year,
        edition="interim-2010",
        announcement_title=f"{year} 年度公告",
        granted_on=date(year, 6, 10),
        review_year=year + 3,
        smes_served=dice.randint(100, 900),
        state=DesignationState.ACTIVE,
        initials=initials(platform.name),
        sort_key=sort_key(platform.name),
    )


def _granted(title: Designation, dice: random.Random) -> TitleEvent:
    """What "as of" a day is read from."""
    return TitleEvent(
        id=_key(dice),
        title=title,
        kind=TitleEvent.Kind.GRANTED,
        on=title.granted_on,
        state=title.state,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        notice_title=title.announcement_title,
        recorded_at=timezone.now(),
    )


def _index(cursor, titles: list[Designation]) -> None:
    cursor.executemany(
        "UPDATE platforms_designation SET search = to_tsvector('simple', %s) WHERE id = %s",
        [(f"{bigrams(t.platform_name)} {bigrams(t.organisation_name)} {t.number}", t.id) for t in titles],
    )


def _key(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
