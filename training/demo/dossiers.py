"""Filling dossiers as an applicant would, through the services that the pages use."""

from __future__ import annotations

import random
from dataclasses import dataclass

from applications.dossiers.facts import gathered
from applications.filing import submission
from applications.filing.authority import give_authorisation
from applications.filing.services import open_dossier
from applications.materials import services as materials
from applications.models import Application, Cycle
from applications.report import services as report
from applications.states import Procedure
from platforms.models import Organisation, Platform, Recommender
from platforms.organisations.services import register_applicant, register_organisation, register_platform
from portal.models import User
from training.demo.actors import give_password
from training.demo.files import evidence_pdf, facility_roster, sme_roster, staff_roster, stream
from training.demo.names import CITIES, FIELDS, WORDS, make_uscc, person


@dataclass
class Unit:
    """One invented unit with its platform, its people and its figures."""

    organisation: Organisation
    platform: Platform
    user: User
    staff: int
    qualified: int
    smes: int
    poor: bool = False
    number: int = 0
    sme_seed: int = 0  # two units with the same seed claim to have served the same companies


def make_unit(
    dice: random.Random, jurisdiction: Recommender, number: int, *, user=None, weak: bool = False
) -> Unit:
    word, (title, functions, suffix) = WORDS[number % len(WORDS)], FIELDS[number % len(FIELDS)]
    city = CITIES[jurisdiction.label]
    name = person(dice)
    if user is None:
        user = register_applicant(
            username=f"unit{number:03d}",
            name=name,
            email=f"unit{number:03d}@demo.invalid",
            password=None,
            title="主任",
        )
        give_password(user)
    organisation = register_organisation(
        by=user,
        uscc=make_uscc(dice),
        name=f"{city}{word}{suffix}",
        kind="enterprise" if suffix.endswith("公司") else "institution",
        established_on=f"20{dice.randrange(10, 19)}-06-18",
        legal_person=name,
        registered_address=f"{city}高新区创业路 {dice.randrange(1, 200)} 号",
        phone="0000-12345678",
        email=user.email,
    )
    organisation.refresh_from_db()
    paper = stream(evidence_pdf("授权书"), "授权书.pdf")
    give_authorisation(organisation, upload=paper, name=user.name, title="主任", by=user)
    platform = register_platform(
        organisation,
        by=user,
        jurisdiction=jurisdiction,
        name=f"{city}{word}{title}",
        kind="comprehensive" if number % 3 == 0 else "specialised",
        functions=list(functions),
        operating_since=organisation.established_on,
        service_area=f"{city}及周边产业集群",
        address=organisation.registered_address,
        contact=name,
        phone="0000-12345678",
        introduction=f"面向{city}及周边中小企业，提供{'、'.join(dict(zip(functions, functions, strict=True)))}等公共服务。",
    )
    platform.introduction = (
        f"面向{city}及周边产业集群的中小企业，提供{'、'.join(platform.function_labels)}等公共服务。"
    )
    platform.save(update_fields=["introduction"])
    staff = 17 if weak else 22 + number % 5 * 6
    return Unit(
        organisation,
        platform,
        user,
        staff,
        max(int(staff * 0.8), 12),
        104 + number % 4 * 25,
        poor=weak,
        number=number,
        sme_seed=number,
    )


def fill(application: Application, unit: Unit, *, year: int, leave_out: tuple[str, ...] = ()) -> None:
    """All twelve materials but the declaration (or the three of a re-review)."""
    by = unit.user
    evidence = {
        "audit": ("专项审计报告", "audit"),
        "plan": ("三年发展规划", "plan"),
        "summary3": ("三年工作总结", ""),
        "audit3": ("专项审计报告", "audit"),
    }
    codes = [material.code for material in application.materials.all()]
    for code in codes:
        if code in leave_out:
            continue
        if code in evidence:
            add_pdf(application, code, evidence[code][0], unit)
        elif code == "licence":
            add_pdf(application, code, "营业执照", unit)
        elif code == "staff":
            add_xlsx(
                application,
                code,
                "人员名册.xlsx",
                staff_roster(unit.staff, unit.qualified, unit.number, year=year),
                by,
            )
        elif code == "smes":
            add_xlsx(
                application,
                code,
                "服务企业名单.xlsx",
                sme_roster(unit.smes, unit.smes - 12, year - 1, unit.sme_seed),
                by,
            )
        elif code == "facilities":
            add_xlsx(application, code, "设施设备清单.xlsx", facility_roster(unit.number, year=year), by)
        elif code == "quality":
            if unit.smes % 2:
                materials.declare_none(
                    application, code, none=True, reason="认证机构审核中，预计六月取得证书", by=by
                )
            else:
                add_pdf(application, code, "质量管理体系认证证书", unit)
        elif code == "honours":
            add_pdf(application, code, "省级中小企业公共服务示范平台证书", unit)
    fill_fields(application, unit, year, leave_out)
    fill_report(application, unit, year, leave_out)


def add_pdf(application: Application, code: str, title: str, unit: Unit) -> None:
    """Licence and certificates stay the same file over the years, reports are made anew each year."""
    yearly = code in ("audit", "audit3", "summary3", "plan")
    serial = unit.number * 10 + (application.cycle.year % 10 if yearly else 0)
    content = stream(evidence_pdf(title, serial=serial))
    materials.add_file(application, code, content=content, name=f"{title}.pdf", by=unit.user)


def add_xlsx(application: Application, code: str, name: str, content: bytes, by) -> None:
    materials.add_file(application, code, content=stream(content), name=name, by=by)


def fill_fields(application: Application, unit: Unit, year: int, leave_out: tuple[str, ...]) -> None:
    audit = {
        "firm": "正衡会计师事务所（演示）",
        "report_number": f"审字〔{year}〕第 118 号",
        "audit_year": year - 1,
        "service_income": "860.50",
        "service_expense": "702.30",
        "opinion": "clean",
    }
    fields = {
        "licence": {
            "licence_kind": "business" if unit.organisation.kind == "enterprise" else "institution",
            "licence_name": unit.organisation.name,
            "licence_code": unit.organisation.uscc,
            "established_on": unit.organisation.established_on.isoformat(),
            "valid_until": "",
        },
        "audit": audit,
        "audit3": audit,
        "quality": {
            "body": "华信认证（演示）",
            "certificate_number": f"Q-{year - 2}-0118",
            "valid_until": f"{year + 1}-10-31",
        },
        "support": {
            "rows": [
                {
                    "year": str(y),
                    "department": unit.platform.jurisdiction.name,
                    "project": "公共服务平台能力提升",
                    "amount": "60",
                    "document": "",
                }
                for y in (year - 2, year - 1)
            ]
        },
        "honours": {
            "rows": [
                {
                    "name": "省级中小企业公共服务示范平台",
                    "kind": "recognition",
                    "level": "provincial",
                    "issuer": unit.platform.jurisdiction.name,
                    "document": f"〔{year - 2}〕36 号",
                    "issued_on": f"{year - 2}-09-12",
                }
            ]
        },
    }
    for code, values in fields.items():
        material = application.materials.filter(code=code).first()
        if material and code not in leave_out and not material.none_declared:
            materials.save_fields(application, code, fields=values, by=unit.user)


def fill_report(application: Application, unit: Unit, year: int, leave_out: tuple[str, ...]) -> None:
    data = (
        rereview_data(unit, year)
        if application.procedure == Procedure.REREVIEW
        else report_data(unit, year, application)
    )
    for section, values in data.items():
        if f"report.{section}" in leave_out:
            continue
        version = application.annex.section_version(section)
        report.save_section(application, section, data=values, finished=True, version=version, by=unit.user)


def report_data(unit: Unit, year: int, application: Application) -> dict[str, dict]:
    figures = {material.code: material.figures for material in application.materials.all()}
    first = application.materials.get(code="staff").rows.first()
    place = unit.platform.service_area
    finance = [
        {
            "year": str(y),
            "income": income,
            "service_income": service,
            "subsidy": "60",
            "service_expense": "702.3",
            "balance": "58.2",
        }
        for y, income, service in ((year - 2, "1180", "795"), (year - 1, "1320", "860.5"))
    ]
    text = "平台坚持面向中小企业、开放共享，建立了需求受理、方案制定、服务实施、回访改进的闭环流程，并公开服务目录和收费标准。"
    return {
        "overview": {
            "total_assets": str(410 + unit.smes * 8),
            "fixed_assets": "260",
            "liabilities": "180",
            "overview": text,
            "finance": finance,
        },
        "area": {
            "service_area": place,
            "clusters": ["cluster", "park"],
            "area_text": f"{place}聚集中小企业三千余家，对技术、检测和培训服务需求集中。",
        },
        "capacity": {
            "staff": str(unit.staff),
            "professionals": str(unit.qualified),
            "site_area": "1260",
            "site_kind": "rent",
            "site_until": f"{year + 3}-12-31",
            "equipment": str(figures["facilities"].get("count", 64)),
            "capacity_text": text,
        },
        "performance": {
            "smes_before": str(unit.smes - 12),
            "smes_last": str(unit.smes),
            "services_last": "640",
            "satisfaction": str(figures["smes"].get("satisfaction", 94)),
            "survey": "电话回访与问卷",
            "survey_sample": str(figures["smes"].get("rated", 100)),
            "public_services": "46",
            "partners": "12",
            "performance_text": text,
        },
        "management": {"has_rules": True, "has_prices": True, "has_plan": True, "management_text": text},
        "leader": {
            "leader_name": first.data["name"] if first else unit.organisation.legal_person,
            "leader_title": "主任，高级工程师",
            "leader_years": "16",
            "leader_text": text,
        },
        "recognition": {
            "demonstration_text": text,
            "poor_area": unit.poor,
            "poor_area_text": "位于原中央苏区范围内的革命老区县，服务半径大、人才引进难，服务业绩突出。"
            if unit.poor
            else "",
        },
    }


def rereview_data(unit: Unit, year: int) -> dict[str, dict]:
    years = [
        {
            "year": str(y),
            "assets": "1380",
            "staff": str(unit.staff),
            "ratio": "78.2",
            "service_income": "860.5",
            "service_expense": "702.3",
            "smes": str(unit.smes),
            "services": "640",
            "satisfaction": "94",
            "public_services": "46",
            "entrusted": "3",
            "partners": "12",
        }
        for y in (year - 3, year - 2, year - 1)
    ]
    text = "三年来按计划完成各项目标，公益性服务占比逐年提高，承接政府委托任务九项，带动社会服务机构十余家。"
    return {
        "changes": {"changed": False, "change_text": ""},
        "years": {"years": years},
        "goals": {
            "goals_text": text,
            "demonstration_text": text,
            "next_text": "扩大数字化服务覆盖面，新增检测项目两类。",
        },
    }


def file_dossier(
    unit: Unit, cycle: Cycle, *, procedure=Procedure.DESIGNATION, recommender=None, leave_out=()
) -> Application:
    application = open_dossier(
        unit.platform, cycle=cycle, by=unit.user, procedure=procedure, recommender=recommender
    )
    with gathered():
        fill(application, unit, year=cycle.year, leave_out=tuple(leave_out))
    application.refresh_from_db()
    return application


def submit(application: Application, unit: Unit, reply: str = "", explanation: str = "") -> Application:
    submission.submit(
        application,
        by=unit.user,
        declarant_name=unit.user.name,
        declarant_title="主任",
        declared=True,
        reply=reply,
        explanation=explanation,
    )
    application.refresh_from_db()
    return application
