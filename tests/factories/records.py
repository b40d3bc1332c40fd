"""Records of a title's and of an office's life, one function each, made by the services that the pages use."""

from __future__ import annotations

import io
from datetime import date, timedelta
from itertools import count

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from applications.evaluation.services import add_item, record_visit
from applications.models import Application, EvaluationItem, ReadingDoubt, SiteVisit
from platforms.complaints.services import receive_complaint
from platforms.imports.services import preview_import
from platforms.imports.sheets import SUPPORT
from platforms.memberships import services as membership
from platforms.models import (
    Complaint,
    Designation,
    ImportBatch,
    Organisation,
    OrganisationClaim,
    Platform,
    Recognition,
    Recommender,
    ServicePosting,
    Substitution,
    SupportPlan,
    SupportRecord,
    UnitChange,
)
from platforms.postings.services import publish_posting
from platforms.staff import services as staff
from platforms.staff.recognitions import record_recognition
from platforms.support.services import open_plan, record_support
from portal.exports.services import request_export
from portal.kernel import clock
from portal.kernel.outbox import drain_outbox
from portal.models import AccountChange, ExportJob, User
from portal.shared.xlsx import write_rows
from review.misconduct.services import receive_report
from review.models import MisconductReport
from tests.factories.tampering import unsealed
from training.demo.files import paper

_serial = count(1)


def posting(platform: Platform, *, by: User) -> ServicePosting:
    return publish_posting(
        platform,
        by=by,
        name=f"免费检测咨询 {next(_serial)}",
        function="quality",
        audience="中小企业",
        when="每周二",
        ends_on=None,
        mode="onsite",
        place="创意路 8 号",
        fee="free",
        price="",
        contact="王越",
        phone="0575-1",
        description="检测咨询",
    )


def support_plan(*, by: User, **changes) -> SupportPlan:
    call = {
        "name": "服务券",
        "year": 2026,
        "kind": "funds",
        "document": "企〔2026〕1 号",
        "called_on": date(2026, 3, 2),
        "terms": "综合性平台",
    }
    return open_plan(by=by, **{**call, **changes})


def support(platform: Platform, *, by: User) -> SupportRecord:
    return record_support(
        platform,
        by=by,
        year=2025,
        kind="funds",
        name=f"能力提升补助 {next(_serial)}",
        amount=30,
        document="〔2025〕1 号",
    )


def complaint(title: Designation, *, contact: str = "13900000000", evidence=()) -> Complaint:
    return receive_complaint(
        title,
        subject="收费过高",
        facts=f"高于公布的标准（{title.number}）。",
        name="赵女士",
        contact=contact,
        evidence=evidence,
    )


def claim(organisation: Organisation, office: Recommender, *, by: User) -> OrganisationClaim:
    """With an authorisation, so that the office may decide."""
    return membership.claim_organisation(
        organisation,
        recommender=office,
        words="服务部主任",
        authorisation=paper("授权书.pdf", "授权书"),
        by=by,
    )


def staff_request(office: Recommender, *, by: User) -> AccountChange:
    number = next(_serial)
    return staff.ask_for_colleague(
        office,
        username=f"li{number}",
        name=f"李明{number}",
        title="科员",
        email=f"li{number}@test.invalid",
        may_sign=False,
        by=by,
    )


def substitution(office: Recommender, *, absent: User, deputy: User) -> Substitution:
    """From tomorrow: today the deputy signs nothing yet."""
    start = clock.today() + timedelta(days=1)
    term = {"from_on": start.isoformat(), "until": (start + timedelta(days=2)).isoformat()}
    wanted = {"place": str(office.pk), "absent": str(absent.pk), **term}
    return staff.deputise(deputy, wanted, reason="出差", by=absent)


def recognition(association: Recommender, platform: Platform, *, by: User) -> Recognition:
    return record_recognition(
        association,
        by=by,
        proof=paper("认定文件.pdf", "协会认定文件"),
        platform_name=platform.name,
        organisation_name=platform.organisation.name,
        uscc=platform.organisation.uscc,
        document="协会〔2024〕1 号",
        recognised_on=clock.today() - timedelta(days=400),
        valid_until=None,
    )


def import_batch(title: Designation, *, by: User) -> ImportBatch:
    """A list of support with one line, read and waiting for its decisions."""
    line = {
        "number": title.number,
        "uscc": title.uscc,
        "platform": title.platform_name,
        "year": 2025,
        "kind": "资金",
        "name": "补助",
        "amount": 10,
    }
    book = io.BytesIO()
    write_rows(book, [column.label for column in SUPPORT], [[line.get(c.code, "") for c in SUPPORT]])
    book.seek(0)
    return preview_import("support", book, name="扶持名单.xlsx", by=by)


def export_job(*, by: User) -> ExportJob:
    return request_export("statistics", title="申报统计：全部年度", params={"asked": next(_serial)}, by=by)


def exported(client, path: str, data=None, *, meanwhile=lambda: None) -> ExportJob:
    """Asked for on its page and made as the worker makes it."""
    assert client.post(path, data or {}).url == reverse("export_list")
    meanwhile()
    with TestCase.captureOnCommitCallbacks(execute=True):
        drain_outbox()
    return ExportJob.objects.latest("requested_at")


def evaluation_item(office: Recommender, cycle, *, by: User) -> EvaluationItem:
    return add_item(
        office, cycle, by=by, part="operation", name=f"自设项目 {next(_serial)}", points=5, guide=""
    )


def visit(application, *, by: User) -> SiteVisit:
    return record_visit(
        application,
        by=by,
        photos=[],
        signed=paper("现场核查表.pdf", "现场核查表"),
        visited_on=clock.today(),
        place="创意路 8 号",
        inspectors="张三、李四",
        received_by="王越",
        seen="与申报一致",
        conclusion="meets",
    )


def unit_change(platform: Platform, *, by, **more) -> UnitChange:
    """A new name, waiting for its department."""
    return UnitChange.objects.create(
        platform=platform,
        office=platform.jurisdiction,
        wanted={"name": [platform.organisation.name, "新名称"]},
        reason="更名",
        filed_by=by,
        filed_at=timezone.now(),
        **more,
    )


def unit_change_done(platform: Platform, *, by) -> UnitChange:
    """One that stands as if it had travelled its road: with its notice, and nothing of the title moved."""
    row = unit_change(platform, by=by)
    with unsealed(UnitChange):
        UnitChange.objects.filter(pk=row.pk).update(
            state="DONE", announcement="变更公告", done_on=date(2026, 5, 6)
        )
    return row


def misconduct_report(**changes) -> MisconductReport:
    """What anyone reports of the review's own people."""
    said = {
        "about": "expert",
        "conduct": "conflict",
        "whom": "第三组专家",
        "facts": "与申报单位有合作而没有回避。",
    }
    return receive_report(**{**said, **changes})


def reading_doubt(application: Application, *, by: User) -> ReadingDoubt:
    """A unit's doubt about one opening of its files."""
    return ReadingDoubt.objects.create(
        application=application,
        line="2026 年 4 月 3 日　评审专家",
        words="想问一问",
        asked_by=by,
        asked_at=clock.now(),
    )
