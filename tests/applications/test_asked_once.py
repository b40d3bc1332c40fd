"""Nothing is asked twice: each form of an applicant from the empty account to the receipt, filled in where it stands empty."""

from __future__ import annotations

import random
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from lxml import html

from applications.dossiers.facts import form_of
from applications.models import Application
from platforms.models import Organisation, Platform
from portal.kernel.outbox import drain_outbox
from tests.factories import filing
from training.demo.files import evidence_pdf, facility_roster, sme_roster, staff_roster
from training.demo.names import make_uscc

pytestmark = pytest.mark.django_db
TEXT = "面向中小企业提供检测、培训和数字化服务，流程健全，收费公开，服务台账完整可核验。"
DAYS = {"established_on": "2016-05-20", "operating_since": "2017-01-01", "valid_until": "2036-05-20"}
ANSWERS = {
    "username": "yuezhou",
    "password": "Yuezhou-Fuwu-2026",
    "email": "wang@example.invalid",
    "phone": "13900000000",
    "income": "900",
    "service_income": "860",
    "service_expense": "700",
    "total_assets": "1280",
    "subsidy": "0",
    "kind": "enterprise",
    "survey_sample": "100",
    "services_last": "300",
    **DAYS,
}
PAPERS = {
    "营业执照.pdf": evidence_pdf("营业执照"),
    "专项审计报告.pdf": evidence_pdf("审计报告"),
    "发展规划.pdf": evidence_pdf("规划"),
    "省级示范平台认定文件.pdf": evidence_pdf("认定"),
    "设备清单.xlsx": facility_roster(7),
    "人员名册.xlsx": staff_roster(26, 20, 5),
    "服务企业名单.xlsx": sme_roster(130, 118, 2025, 6),
}
# The same fact under the names that the forms give it; each may stand empty on one page at most.
FACTS = {
    "单位名称": ("organisation_new:name", "material:licence_name"),
    "统一社会信用代码": ("organisation_new:uscc", "material:licence_code"),
    "成立日期": ("organisation_new:established_on", "material:established_on"),
    "单位性质": ("organisation_new:kind", "material:licence_kind"),
    "联系人": ("register:name", "platform_new:contact"),
    "办公电话": ("organisation_new:phone", "platform_new:phone"),
    "地址": ("organisation_new:registered_address", "platform_new:address"),
}


# Fields of one name that ask for different things.
OTHERS: dict[str, str] = {
    "name": "人的姓名、单位的名称、平台的名称",
    "phone": "本人手机、单位的办公电话",
    "kind": "单位性质、平台类型",
    "service_income": "审计报告所审年度的、再上一年的",
    "service_expense": "审计报告所审年度的、再上一年的",
}
# What papers and registrations hold, and the report shows filled.
BROUGHT = {
    f"report_section:{name}"
    for name in (
        "staff",
        "professionals",
        "equipment",
        "smes_before",
        "smes_last",
        "satisfaction",
        "survey_sample",
        "service_area",
    )
} | {
    "report_section:finance.1.service_income",
    "report_section:finance.1.service_expense",
    "platform_new:contact",
    "platform_new:address",
}


class Walk:
    """Whoever fills in what stands empty; it notes which page asked for what, and which brought it along."""

    def __init__(self, client):
        self.client = client
        self.asked: dict[str, list[str]] = defaultdict(list)
        self.brought: dict[str, list[str]] = defaultdict(list)

    def fills(self, address: str, **own):
        page = html.document_fromstring(self.client.get(address).content)
        forms = page.xpath("//main//form[translate(@method, 'POST', 'post')='post']")
        form = max(forms, key=lambda one: len(one.inputs.keys()))
        here = resolve(urlsplit(address).path).url_name
        posted = {}
        controls = {
            one.get("name"): one for one in form.xpath(".//input|.//select|.//textarea") if one.get("name")
        }
        for name, control in controls.items():
            if (
                name in ("website", "poor_area")
                or name.endswith((".paste", ".drop"))
                or control.get("type") == "file"
            ):
                continue
            if control.get("type") in ("hidden", "checkbox", "radio"):
                same = form.xpath(f".//input[@name='{name}']")
                ticked = [one.get("value", "on") for one in same if one.get("checked") is not None]
                many = control.get("type") == "checkbox" and not ticked
                posted[name] = (
                    [one.get("value", "on") for one in same] if many else ticked or same[0].get("value")
                )
                continue
            value = control.value or ""
            if not value and is_spare(name, controls):
                continue
            (self.brought if value else self.asked)[f"{here}:{name}"].append(address)
            posted[name] = value or own.get(name) or typed(name, control)
        return self.client.post(form.get("action") or address, posted | own)

    def pages_of(self, names) -> list[str]:
        """The pages on which a fact stood empty, under whichever of its names."""
        return sorted({page for name in names for page in self.asked.get(name, ())})

    def pages_by_name(self) -> dict[str, set[str]]:
        """The pages on which fields of one name stood empty; a table's cells count by their column."""
        found = defaultdict(set)
        for key, pages in self.asked.items():
            found[key.rpartition(":")[2].rpartition(".")[2]].update(pages)
        return found


def is_spare(name: str, controls) -> bool:
    """A row to go on in: another one of the table has something, or is the first."""
    table, _, rest = name.partition(".")
    if not rest:
        return False
    number = rest.partition(".")[0]
    begun = {
        one.split(".")[1]
        for one, control in controls.items()
        if one.startswith(f"{table}.") and control.value
    }
    return number not in (begun or {"0"})


def typed(name: str, control) -> str:
    short = name.rpartition(".")[2]
    if control.tag == "select":
        options = [one for one in control.value_options if one]
        return ANSWERS.get(short) if ANSWERS.get(short) in options else options[0]
    if short in ANSWERS:
        return ANSWERS[short]
    if control.get("type") == "date":
        return "2024-09-01"
    return (
        TEXT if control.tag == "textarea" else "20" if control.get("inputmode") == "decimal" else "绍兴越州"
    )


@pytest.fixture
def walk(client):
    return Walk(client)


def registers(walk) -> Platform:
    uscc = next(code for seed in range(10_000) if (code := make_uscc(random.Random(seed)))[2:4] == "33")
    assert walk.fills(reverse("register")).status_code == 302
    assert walk.fills(reverse("organisation_new"), uscc=uscc).status_code == 302
    unit = Organisation.objects.get(uscc=uscc)
    assert walk.fills(reverse("platform_new", args=[unit.pk])).status_code == 302
    return unit.platforms.get()


def brings_papers(walk, dossier) -> None:
    files = [SimpleUploadedFile(name, content) for name, content in PAPERS.items()]
    walk.client.post(reverse("upload_together", args=[dossier.pk]), {"files": files})
    drain_outbox()
    for code in ("licence", "audit", "honours"):
        address = reverse("material", args=[dossier.pk, code])
        assert walk.fills(address).status_code == 302, code
    for code in ("quality", "support"):
        said = {"none": "1", "reason": "认证机构正在审核"}
        walk.client.post(reverse("material_none", args=[dossier.pk, code]), said)


def writes(walk, dossier) -> None:
    for section in form_of(dossier).sections:
        answer = walk.fills(reverse("report_section", args=[dossier.pk, section.code]), then="next")
        assert answer.status_code == 302, html.document_fromstring(answer.content).get_element_by_id("errors")


def test_no_fact_is_asked_twice_from_the_empty_account_to_the_receipt(walk):
    filing.year()
    with filing.on(filing.FILING_DAY):
        platform = registers(walk)
        walk.fills(reverse("dossier_open", args=[platform.pk]))
        dossier = Application.objects.get(platform=platform)
        brings_papers(walk, dossier)
        writes(walk, dossier)
        paper = SimpleUploadedFile("授权书.pdf", evidence_pdf("授权书"))
        sent = walk.fills(reverse("dossier_check", args=[dossier.pk]), authorisation=paper)
    assert sent.status_code == 302, html.document_fromstring(sent.content).text_content()
    assert dossier.submissions.exists()
    twice = {fact: places for fact, names in FACTS.items() if len(places := walk.pages_of(names)) > 1}
    assert twice == {}
    again = {name: places for name, places in walk.pages_by_name().items() if len(places) > 1}
    assert again.keys() == OTHERS.keys(), again
    assert walk.brought.keys() >= BROUGHT, BROUGHT - walk.brought.keys()
