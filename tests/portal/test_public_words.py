"""What stands on pages that anyone may open is called public where it is typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.cycles.forms import CycleForm
from applications.recommendation.forms import ContactForm
from applications.states import ApplicationState as S
from platforms.organisations.forms import OrganisationForm, PlatformForm
from platforms.postings.forms import PostingForm
from platforms.programmes.forms import ListedTitleForm, ProgrammeForm
from portal.pages.forms import NOT_PUBLIC
from review.models import Notice
from tests.factories import dossiers, people, provinces, records

pytestmark = pytest.mark.django_db
SHORTEST = 4  # characters that are not on a page by chance


def typed(form) -> dict[str, str]:
    """Field → what stands in it, of what is typed and not chosen."""
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: words for name, words in found.items() if isinstance(words, str) and len(words) >= SHORTEST}


def test_what_the_public_reads_is_said_at_the_field(client):
    office = people.recommender()
    office.office, office.address = "中小企业服务处", "文二路 391 号 5 号楼"
    office.contact, office.phone = "值班人员甲", "0571-87000000"
    office.save()
    own_round = provinces.round_of(office)
    provinces.bring(own_round, "PUBLICISED")
    listed = provinces.line(office)
    application = dossiers.application_in(S.PUBLICISED)
    unit = dossiers.unit(office)
    title = dossiers.title(unit)
    posting = records.posting(unit.platform, by=unit.user)
    addresses = [
        reverse("province_register", args=[office.code]),
        *(reverse("publicity", args=[notice.pk]) for notice in Notice.objects.all()),
        reverse("platform_page", args=[title.key]),
        reverse("service", args=[posting.pk]),
        reverse("contacts"),
        reverse("guide"),
    ]
    with dossiers.on(max(dossiers.PUBLIC_FROM, provinces.PUBLIC_FROM)):
        answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    pages = "".join(answer.content.decode() for answer in answers)
    office.seal_text = "专用章样式甲"  # else it is the office's name
    unit.organisation.phone = "0571-87111111"  # else the office's number, which is public
    contact = ("office", "contact", "phone", "email", "address", "seal_text")
    forms = [
        ContactForm(initial={name: getattr(office, name) for name in contact}),
        ProgrammeForm(instance=own_round.programme),
        ListedTitleForm(instance=listed),
        CycleForm(instance=application.cycle),
        PostingForm(instance=posting),
        OrganisationForm(instance=unit.organisation),
        PlatformForm(instance=unit.platform, organisation=unit.organisation),
    ]
    found = {
        f"{type(form).__name__}.{name}": form.fields[name].reach
        for form in forms
        for name, words in typed(form).items()
        if words in pages
    }
    assert "ContactForm.address" in found and "ListedTitleForm.uscc" in found
    assert [name for name, reach in found.items() if reach == NOT_PUBLIC] == []
