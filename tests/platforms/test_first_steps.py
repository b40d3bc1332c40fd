"""The first steps of a unit: a pasted code, what becomes public, a self-check that survives the registration."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from platforms.models import Organisation, Recommender
from platforms.organisations.forms import OrganisationForm, PlatformForm
from portal.pages.forms import PortalForm, UsccField
from tests.factories import filing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "pasted", ["9133 0106 MA27 X8KQ 1K", "９１３３０１０６ＭＡ２７Ｘ８ＫＱ１Ｋ", " 91330106-ma27x8kq1k "]
)
def test_a_code_is_cleaned_before_it_is_counted_and_nothing_of_it_is_cut(pasted):
    form = OrganisationForm({"uscc": pasted})
    form.is_valid()
    assert form.cleaned_data["uscc"] == "91330106MA27X8KQ1K"
    field = html.fragment_fromstring(str(form["uscc"]))
    assert int(field.get("maxlength")) > len(pasted)


def test_a_self_check_is_taken_up_when_the_first_dossier_is_opened(client):
    filing.year()
    carried = f"{reverse('selfcheck_take')}?staff=26&assets=300"
    login = client.get(reverse("login"), {"next": carried}).content.decode()
    (register,) = {
        one for one in html.document_fromstring(login).xpath("//main//a/@href") if "register" in one
    }
    account = {
        "username": "newunit",
        "name": "沈国栋",
        "email": "new@example.cn",
        "password": "Quiet-river-2026",
        "phone": "13800000000",
    }
    assert client.post(register, account).status_code == 302
    assert client.session["carried"] == carried
    unit = filing.unit()
    client.force_login(unit.user)
    session = client.session
    session["carried"] = carried
    session.save()
    with filing.on(filing.FILING_DAY):
        page = reverse("dossier_open", args=[unit.platform.pk])
        form = html.document_fromstring(client.get(page).content.decode()).xpath(
            "//main//form[@method='post']"
        )[0]
        body = dict(form.form_values())
        body.setdefault("recommender", str(unit.platform.jurisdiction_id))
        answer = client.post(page, body)
    assert (answer.status_code, answer.url) == (302, carried)


def platform_form(made, **more) -> PlatformForm:
    data = {
        "name": "柯桥纺织公共服务平台",
        "kind": "specialised",
        "functions": ["quality"],
        "operating_since": "2017-01-01",
        "service_area": "绍兴",
        "address": "创意路 8 号",
        "contact": "王越",
        "phone": "0575-1",
        **more,
    }
    return PlatformForm(data, organisation=made)


def test_another_region_than_the_codes_asks_why_and_the_cities_with_plans_stand_apart():
    office = {row.label: str(row.pk) for row in Recommender.objects.filter(kind="department")}
    unit = Organisation(uscc="91330106MA27X8KQ1K")
    blank = PlatformForm(organisation=unit)
    assert str(blank["jurisdiction"].value()) == office["浙江"]
    assert "计划单列市和新疆生产建设兵团" in str(blank["jurisdiction"])
    assert platform_form(unit, jurisdiction=office["浙江"]).is_valid()
    asked = platform_form(unit, jurisdiction=office["上海"])
    assert not asked.is_valid() and "登记在另一地区" in asked.errors["jurisdiction_reason"][0]
    assert platform_form(unit, jurisdiction=office["上海"], jurisdiction_reason="平台在上海运营").is_valid()
    assert not platform_form(Organisation(uscc="91330206MA27X8KQ1K"), jurisdiction=office["浙江"]).is_valid()
    assert platform_form(Organisation(uscc="91330206MA27X8KQ1K"), jurisdiction=office["宁波"]).is_valid()


def test_the_code_that_was_meant_is_taken_in_one_click_and_never_against_what_is_typed_now():
    typed, meant, other = "9135O1OOMOOO1OOY43", "91350100M000100Y43", "91330106MANBLWAG2C"

    class Form(PortalForm):
        uscc = UsccField()

    asked = Form({"uscc": typed})
    assert f'name="uscc__use" value="{meant}"' in str(asked["uscc"]) and not asked.is_valid()
    taken, corrected = (Form({"uscc": one, "uscc__use": meant}) for one in (typed, other))
    assert taken.is_valid() and taken.cleaned_data["uscc"] == meant
    assert corrected.is_valid() and corrected.cleaned_data["uscc"] == other
    assert "uscc__use" not in str(Form({"uscc": meant})["uscc"])


def test_letters_o_and_i_in_a_code_are_answered_with_the_code_that_was_meant():
    form = OrganisationForm({"uscc": "9135O1OOMOOO1OOY43"})
    form.is_valid()
    assert "91350100M000100Y43" in form.errors["uscc"][0]


def test_account_unit_and_platform_say_their_step_and_bring_what_is_known(client):
    unit = filing.unit()
    client.force_login(unit.user)
    page = client.get(reverse("platform_new", args=[unit.organisation.pk])).content.decode()
    assert "第 3 步，共 3 步" in page
    tree = html.document_fromstring(page)
    assert tree.xpath("//input[@name='contact']/@value") == [unit.user.name]
    assert tree.xpath("//input[@name='address']/@value") == [unit.organisation.registered_address]
