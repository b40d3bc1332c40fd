"""A second person reads the case before signing, and signs exactly that."""

from __future__ import annotations

from datetime import date

import pypdfium2 as pdfium
import pytest
from django.urls import reverse

from applications.corrections.models import Stage
from applications.corrections.services import mark_material, mark_remaining
from portal.kernel import signoff
from portal.kernel.workflow import TransitionBlocked, perform
from portal.templatetags.ui import title_lines
from review.models import Notice
from review.notices.services import digest_of
from tests.factories.rounds import Round


@pytest.fixture
def world(db):
    return Round()


def rows_of(case) -> dict:
    return dict(case["rows"])


def test_a_refusal_is_signed_on_the_case(world, client):
    (row,) = world.bring("浙江", upto="REPORTED")
    officer, lead = world.people["miit_officer"], world.people["miit_lead"]
    with world.on(date(2026, 4, 7)):
        code = row.materials.order_by("position").first().code
        mark_material(
            row,
            code,
            stage=Stage.MINISTRY,
            verdict="doubt",
            reason="illegible",
            words="第三页无法辨认",
            by=officer,
        )
        act = signoff.prepare([row], "refuse", by=officer, note="材料无法辨认", reason_code="incomplete")
        (case,) = act.shown["cases"]
        shown = rows_of(case)
        assert case["url"] == reverse("dossier", args=[row.pk])
        assert "资产总额" in shown["逐项"] and "材料之间" in shown
        assert (
            shown["形式审查标记"].startswith("已核对 1 / 12 项") and "第三页无法辨认" in shown["形式审查标记"]
        )
        assert any("申报不予受理" in title and "材料无法辨认" in body for _, title, body in case["letters"])
        client.force_login(lead)
        page = client.get(reverse("signoff", args=[act.pk])).content.decode()
        assert f'<a href="{case["url"]}">打开卷宗</a>' in page and "第三页无法辨认" in page
        book = client.get(reverse("signoff_book", args=[act.pk]))
        assert book["Content-Type"] == "application/pdf"
        assert len(pdfium.PdfDocument(book.content)) == 2  # the list, and one page per dossier
        mark_material(
            row, code, stage=Stage.MINISTRY, verdict="missing", reason="missing", words="缺第三页", by=officer
        )
        with pytest.raises(TransitionBlocked, match="拟办之后内容已有变化"):
            signoff.sign(act, by=lead)


def test_the_signed_paper_and_digest_are_the_public_ones(world, client):
    rows = world.bring("浙江", "四川", upto="PROPOSED")
    with world.on(date(2026, 4, 9)):
        act = signoff.prepare(
            rows,
            "publicise",
            by=world.people["miit_officer"],
            start="2026-04-10",
            contact_phone="010-1",
            supervision_phone="010-2",
        )
        assert [case["url"] for case in act.shown["cases"]] == [
            reverse("dossier", args=[row.pk]) for row in rows
        ]
        client.force_login(world.people["miit_lead"])
        page = client.get(reverse("signoff", args=[act.pk])).content.decode()
        assert 'class="paper doc"' in page and f'<h2 class="t">{title_lines(act.shown["title"])}</h2>' in page
        signoff.sign(act, by=world.people["miit_lead"])
    assert digest_of(act.shown["paper"]) == Notice.objects.get().digest
    assert dict(act.shown["rows"])["公示稿摘要（与公示页所载一致）"] == Notice.objects.get().digest


def test_nothing_passes_the_formal_check_unseen(world, client):
    (row,) = world.bring("浙江", upto="REPORTED")
    officer = world.people["miit_officer"]
    address = reverse("accept", args=[row.pk])
    client.force_login(officer)
    with world.on(date(2026, 4, 7)):
        total = row.materials.exclude(code="declaration").count()
        with pytest.raises(TransitionBlocked, match=f"已核对 0 / {total} 项"):
            perform(row, "accept", by=officer)
        assert client.post(address, {"note": ""}).status_code == 409
        page = client.get(address).content.decode()
        assert f"其余 {total} 项（共 {total} 项）已核对，均符合" in page and "第十一条" in page
        assert client.post(address, {"note": "", "rest": "on"}).status_code == 302
    row.refresh_from_db()
    assert (
        row.state == "ACCEPTED" and row.findings.filter(stage="ministry", marked_by=officer).count() == total
    )


def test_what_is_accepted_after_april_says_why(world, client):
    (row,) = world.bring("浙江", upto="REPORTED")
    officer = world.people["miit_officer"]
    client.force_login(officer)
    with world.on(date(2026, 5, 28)):
        mark_remaining(row, stage=Stage.MINISTRY, by=officer)
        assert "第十一条" not in client.get(reverse("accept", args=[row.pk])).content.decode()
        with pytest.raises(TransitionBlocked, match="请写明在此之后办理的理由"):
            perform(row, "accept", by=officer)
        perform(row, "accept", by=officer, note="补正材料于 5 月 25 日收到")
