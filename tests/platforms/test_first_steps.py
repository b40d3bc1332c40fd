"""The first steps of a unit: a pasted code, what becomes public, a self-check that survives the registration."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from platforms.organisations.forms import OrganisationForm
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
    account = {"username": "newunit", "name": "沈国栋", "email": "new@example.cn", "password": "Quiet-river-2026", "phone": "13800000000"}  # fmt: skip
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
