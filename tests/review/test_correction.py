"""A running publicity is corrected (Art. 9): unchanged lines keep their days, amended ones run their own in full."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from portal.kernel import signoff
from portal.kernel.workflow import TransitionBlocked, missing
from review.models import Notice
from review.objections.services import answer, pass_on, receive_objection, take_on
from tests.factories.rounds import Round
from training.demo import officials
from training.demo.actors import staff_of


@pytest.fixture
def world(db):
    return Round()


def uphold(world, row, *, day: date) -> None:
    """An objection to one line, upheld on that day."""
    free = world.people["miit_officer2"]
    with world.on(date(2026, 4, 13)):
        objection = receive_objection(
            row.notice_items.get(), facts="名单不实。", name="李先生", contact="139"
        )
        take_on(objection, by=free)
        pass_on(objection, summary="反映名单不实", by=free)
        answer(objection, as_recommender=True, words="属实", by=staff_of(row.recommender)[0])
        answer(objection, as_recommender=False, words="无异议", by=world.units[str(row.pk)].user)
    with world.on(day):
        officials.conclude_objection(
            objection, upheld=True, note="经核查属实", proposer=free, signer=world.people["miit_lead2"]
        )


def test_after_an_upheld_objection_the_others_keep_their_days(world, client):
    rows = world.bring("浙江", "四川", "陕西", upto="PUBLICISED")
    first = Notice.objects.get()
    with world.on(date(2026, 4, 14)):
        assert missing(first, "correct") == ["名单没有变化，不需要更正。"]
    uphold(world, rows[0], day=date(2026, 4, 20))
    organisation = rows[1].platform.organisation
    organisation.name = "四川更名服务有限公司"
    organisation.save(update_fields=["name"])
    client.force_login(world.people["miit_officer"])
    with world.on(date(2026, 4, 21)):
        page = client.get(reverse("notice_correct", args=[first.pk])).content.decode()
        assert "不再列入" in page and "没有变化，公示期继续计算，至 2026 年 4 月 30 日" in page
        assert "内容有更正，自 2026 年 4 月 22 日起另行公示，至 2026 年 5 月 14 日" in page
        answer_ = client.post(reverse("notice_correct", args=[first.pk]), {"note": "异议成立；单位更名"})
        act = signoff.waiting_for(first).get()
        assert answer_.url == reverse("signoff", args=[act.pk])
        [said] = [str(message) for message in get_messages(answer_.wsgi_request)]
        assert "已拟办更正公示，等待另一人审签" in said and "已办理" not in said
        client.force_login(world.people["miit_lead"])
        paper = client.get(answer_.url).content.decode()
        assert "将要发布的文稿" in paper and 'class="paper doc"' in paper
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=world.people["miit_officer"])
        signoff.sign(act, by=world.people["miit_lead"])
    first.refresh_from_db()
    second = Notice.objects.get(replaces=first)
    assert (first.state, second.state, second.published_on) == ("CORRECTED", "PUBLISHED", date(2026, 4, 21))
    assert dict(act.shown["rows"])["公示稿摘要（与公示页所载一致）"] == second.digest
    assert {item.application_id: item.last_day for item in second.items.all()} == {
        rows[1].pk: date(2026, 5, 14),
        rows[2].pk: first.ends_on,
    }
    assert second.ends_on == date(2026, 5, 14) and "（更正）" in second.title
    client.logout()
    with world.on(date(2026, 5, 6)):
        page = client.get(reverse("publicity", args=[second.pk])).content.decode()
        assert page.count("提出异议<span") == 1 and "2026-05-14" in page
        world.two([rows[2]], "designate", note="公示期满")
        with pytest.raises(TransitionBlocked, match="公示期至 2026 年 5 月 14 日"):
            world.two([rows[1]], "designate", note="公示期满")
    with world.on(date(2026, 5, 15)):
        world.two([rows[1]], "designate", note="公示期满")


def test_a_second_list_of_a_year_is_a_second_batch(world):
    world.bring("浙江", upto="PUBLICISED")
    world.publicise(world.bring("四川", upto="PROPOSED"), date(2026, 4, 15))
    assert [row.title for row in Notice.objects.order_by("serial")] == [
        "关于 2026 年度国家中小企业公共服务示范平台拟认定名单的公示",
        "关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第二批）的公示",
    ]
