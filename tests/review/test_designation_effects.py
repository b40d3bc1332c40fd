"""What signing will do is shown first, and what was shown is what is sent."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from platforms.models import Designation, Recommender
from portal.kernel import outbox
from portal.models import Notification, SignOff
from review.decision.letters import letters_for
from review.models import Notice
from review.notices.documents import columns_of
from tests.factories.rounds import Round
from training.demo.actors import staff_of


@pytest.fixture
def world(db):
    return Round()


def test_effects_first_then_the_signature_then_exactly_those_letters(world, client):
    """Art. 10."""
    rows = world.bring("浙江", "四川", upto="PUBLICISED")
    gansu = staff_of(Recommender.objects.get(label="甘肃"))[0]
    client.force_login(world.people["miit_officer"])
    data = {
        "verb": "designate",
        "pick": [str(row.pk) for row in rows],
        "document_number": "工信部企业函〔2026〕9 号",
    }
    with world.on(date(2026, 4, 20)):
        early = client.post(reverse("publicised"), data)
        assert early.status_code == 422 and "期满后方可办理" in early.content.decode()
    outbox.drain_outbox()
    Notification.objects.all().delete()
    with world.on(date(2026, 6, 1)):
        over = client.get(reverse("publicised")).content.decode()
        assert "公示期满" in over and "逾期" not in over
        shown = client.post(reverse("publicised"), data)
        page = shown.content.decode()
        assert not SignOff.objects.filter(verb="designate").exists() and not Designation.objects.exists()
        for words in (
            "GJPT-2026-0001",
            "GJPT-2026-0002",
            "工信部企业函〔2026〕9 号",
            "结果通报",
            "没有贵单位推荐的平台",
        ):
            assert words in page, words
        letters = shown.context["letters"]
        back = {**data, "pick": data["pick"][:1], "note": "", "then": "back"}
        again = client.post(reverse("publicised"), back).content.decode()
        assert data["document_number"] in again and again.count('name="pick"') == 2
        assert (
            f'value="{data["pick"][0]}" checked' in again
            and f'value="{data["pick"][1]}" checked' not in again
        )
        sent = client.post(reverse("publicised"), {**data, "confirmed": "1"})
    with world.on(date(2026, 6, 2)):  # signed a day later, the same words
        client.force_login(world.people["miit_lead"])
        client.post(sent.url, {"then": "sign", "answer": "同意"})
        outbox.drain_outbox()
    assert sorted(Designation.objects.values_list("number", flat=True)) == [
        "GJPT-2026-0001",
        "GJPT-2026-0002",
    ]
    notice = Notice.objects.get(kind="announcement")
    titles = {title.platform_name: title for title in Designation.objects.all()}
    for item in notice.content[
        "items"
    ]:  # the annex names what was granted, in every form it is handed out in
        title = titles[item["platform"]]
        assert (item["number"], item["functions"]) == (title.number, "、".join(title.function_labels))
    assert [label for label, _ in columns_of(notice.content)][-2:] == ["服务功能", "证书编号"]
    told = {
        (note.title, re.sub("时间：.*\n", "", note.body))
        for note in Notification.objects.exclude(recipient__role__startswith="ministry")
    }
    promised = {(letter.title, letter.body) for letter in letters}
    assert told <= promised and {title for title, _ in told} == {title for title, _ in promised}
    result = Notification.objects.get(recipient=gansu, title__startswith="结果通报")
    assert result.body == "本次授予称号 2 家，其中没有贵单位推荐的平台。"
    client.force_login(gansu)
    assert client.get(result.url).status_code in (200, 302)


def test_each_recommender_reads_its_own_platforms_by_name(world):
    rows = world.bring("浙江", "四川", upto="PUBLICISED")
    letters = letters_for(rows, "designate", note="", title="公告", subject=Notice.Subject.DESIGNATION)
    zhejiang = next(x for x in letters if x.title == "结果通报：公告" and x.to == rows[0].recommender.name)
    assert rows[0].platform.name in zhejiang.body and rows[1].platform.name not in zhejiang.body
    assert len({letter.to for letter in letters if letter.title.startswith("结果通报")}) == (
        Recommender.objects.filter(is_active=True).count()
    )


def test_refusal_reasons_reach_applicant_and_recommender_as_code_and_words(world):
    (row,) = world.bring("浙江", upto="REVIEWED")
    with world.on(date(2026, 4, 8)):
        world.two([row], "reject", note="服务业绩证据不足", reason_code="score")
        outbox.drain_outbox()
    row.refresh_from_db()
    assert (row.state, row.outcome_code) == ("REJECTED", "score")
    for person in (world.units[str(row.pk)].user, staff_of(row.recommender)[0]):
        note = Notification.objects.filter(recipient=person, body__contains="服务业绩证据不足").get()
        assert "专家评审得分未达到要求" in note.body
