"""提请负责人提交: who has filled in asks who signs; it stands on the home of both until it is submitted."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from portal.desk.todo import todos_for
from portal.kernel.outbox import drain_outbox
from tests.factories import filing
from training.demo.dossiers import submit

pytestmark = pytest.mark.django_db


def test_the_signer_is_asked_with_words_and_finds_the_dossier_first_until_it_is_submitted(client):
    unit = filing.unit()
    clerk = filing.clerk_of(unit)
    dossier = filing.dossier(unit, filing.year())
    address = reverse("dossier_hand_over", args=[dossier.pk])
    with filing.on(filing.FILING_DAY):
        client.force_login(clerk)
        assert client.post(address, {"words": "名册已核对，请周五前提交"}).status_code == 302
        drain_outbox()
        (letter,) = [one for one in mail.outbox if "提请您提交" in one.subject]
        assert letter.to == [unit.user.email] and "请周五前提交" in letter.body
        first = todos_for(unit.user)[0]
        assert first.title.startswith("提请您提交") and "请周五前提交" in first.hint
        assert [one.waiting_for for one in todos_for(clerk)] == ["本单位负责人提交"]
        client.force_login(unit.user)
        page = client.get(reverse("dossier_check", args=[dossier.pk])).content.decode()
        assert "请周五前提交" in page
        submit(dossier, unit)
        assert not [one for one in todos_for(unit.user) if one.title.startswith("提请")]
        again = client.post(address, follow=True)
    assert again.redirect_chain[-1][0] == reverse("dossier_tasks", args=[dossier.pk])


def test_what_is_incomplete_is_not_handed_over_and_nobody_asks_themselves(client):
    unit = filing.unit()
    dossier = filing.dossier(unit, filing.year(), leave_out=("audit",))
    address = reverse("dossier_hand_over", args=[dossier.pk])
    with filing.on(filing.FILING_DAY):
        client.force_login(unit.user)
        assert "没有其他负责人" in client.post(address, follow=True).content.decode()
        client.force_login(filing.clerk_of(unit))
        refused = client.post(address, {"words": "请尽快提交"})
        assert refused.status_code == 422
        assert "尚未完成，请先补齐" in refused.content.decode() and "请尽快提交" in refused.content.decode()
    assert not dossier.hand_overs.exists()
