"""A running publicity is corrected (Art. 9): unchanged lines keep their days, amended ones run their own in full."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from platforms.models import Designation, UnitChange
from platforms.organisations.services import edit_organisation
from platforms.unitchanges.services import file_change
from portal.desk.todo import todos_for
from portal.kernel import clock, signoff
from portal.kernel.calendar import calendar, with_year
from portal.kernel.workflow import TransitionBlocked, missing, perform
from review.models import Notice
from review.objections.services import answer, pass_on, receive_objection, take_on
from tests.factories.rounds import Round
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.files import paper


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
        assert "内容有更正，自 2026 年 4 月 23 日起另行公示，至 2026 年 5 月 15 日" in page
        asked = {"note": "异议成立；单位更名", "first_day": "2026-04-21"}
        refused = client.post(reverse("notice_correct", args=[first.pk]), asked)
        assert refused.status_code == 422 and "请选择今天之后" in refused.content.decode()
        asked["first_day"] = "2026-04-25"
        refused = client.post(reverse("notice_correct", args=[first.pk]), asked)
        assert refused.status_code == 422 and "4 月 25 日不是工作日" in refused.content.decode()
        answer_ = client.post(
            reverse("notice_correct", args=[first.pk]), {**asked, "first_day": "2026-04-23"}
        )
        act = signoff.waiting_for(first).get()
        assert answer_.url == reverse("signoff", args=[act.pk])
        [said] = [str(message) for message in get_messages(answer_.wsgi_request)]
        assert "已拟办更正公示，等待另一人审签" in said and "已办理" not in said
        client.force_login(world.people["miit_lead"])
        paper = client.get(answer_.url).content.decode()
        assert "将要发布的文稿" in paper and 'class="paper doc"' in paper
        assert "请在此前审签" in paper and "（审签当日）" in paper
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=world.people["miit_officer"])
    with world.on(date(2026, 4, 22)):  # the day after the proposal: nothing that was signed depends on it
        signoff.sign(act, by=world.people["miit_lead"])
    first.refresh_from_db()
    second = Notice.objects.get(replaces=first)
    assert (first.state, second.state, second.published_on) == ("CORRECTED", "PUBLISHED", date(2026, 4, 22))
    assert dict(act.shown["rows"])["公示稿摘要（与公示页所载一致）"] == second.digest
    assert {item.application_id: item.last_day for item in second.items.all()} == {
        rows[1].pk: date(2026, 5, 15),
        rows[2].pk: first.ends_on,
    }
    assert second.ends_on == date(2026, 5, 15) and "（更正）" in second.title
    client.logout()
    with world.on(date(2026, 5, 6)):
        page = client.get(reverse("publicity", args=[second.pk])).content.decode()
        assert page.count("提出异议<span") == 1 and "2026-05-15" in page and "2026 年 4 月 22 日</p>" in page
        world.two([rows[2]], "designate", note="公示期满")
        with pytest.raises(TransitionBlocked, match="公示期至 2026 年 5 月 15 日"):
            world.two([rows[1]], "designate", note="公示期满")
    with world.on(date(2026, 5, 18)):
        world.two([rows[1]], "designate", note="公示期满")


def rename(row, name: str) -> None:
    organisation = row.platform.organisation
    organisation.name = name
    organisation.save(update_fields=["name"])


def propose_correction(world, notice: Notice, first_day: str = ""):
    facts = {"first_day": first_day} if first_day else {}
    return signoff.prepare([notice], "correct", by=world.people["miit_officer"], note="更名", **facts)


def test_a_correction_is_signed_until_the_evening_before_its_first_day(world):
    rows = world.bring("浙江", "四川", upto="PUBLICISED")
    rename(rows[0], "浙江更名服务有限公司")
    with world.on(date(2026, 4, 14)):
        act = propose_correction(world, Notice.objects.get(), "2026-04-16")
    with world.on(date(2026, 4, 16)), pytest.raises(TransitionBlocked, match="4 月 16 日）已到，请退回"):
        signoff.sign(act, by=world.people["miit_lead"])
    with world.on(date(2026, 4, 15)):
        signoff.sign(act, by=world.people["miit_lead"])


def test_a_second_correction_leaves_the_days_of_the_first_alone(world):
    """Two lines amended one after the other: each keeps its own last day, and a holiday moves each by its own."""
    rows = world.bring("浙江", "四川", "陕西", upto="PUBLICISED")
    first = Notice.objects.get()
    for row, day, starts in (
        (rows[0], date(2026, 4, 14), "2026-04-16"),
        (rows[1], date(2026, 4, 20), "2026-04-22"),
    ):
        rename(row, f"{row.platform.name}更名有限公司")
        with world.on(day):
            running = Notice.objects.get(state="PUBLISHED")
            signoff.sign(propose_correction(world, running, starts), by=world.people["miit_lead"])
    last = {item.application_id: item for item in Notice.objects.get(state="PUBLISHED").items.all()}
    assert [last[row.pk].last_day for row in rows] == [
        date(2026, 5, 9),
        date(2026, 5, 14),
        first.ends_on,
    ]
    old = calendar()
    off = with_year(old, 2026, {**old.deviations, date(2026, 5, 12): (False, "节假日")})
    assert [last[row.pk].last_day_by(off) for row in rows] == [
        date(2026, 5, 9),
        date(2026, 5, 15),
        first.ends_on,
    ]
    assert last[rows[1].pk].notice.last_day_by(off) == date(2026, 5, 15)


def test_who_is_renamed_while_on_the_list_files_a_case_and_its_line_runs_anew(world, client):
    """No name changes alone on the way; on a list it is proven by 变更登记, and the title waits for the corrected line."""
    row, other = world.bring("浙江", "四川", upto="PUBLICISED")
    unit, (handler, _) = world.units[str(row.pk)], staff_of(row.recommender)
    notice, name = Notice.objects.get(), "浙江更名服务有限公司"
    head, officer = world.people["miit_lead"], world.people["miit_officer"]
    client.force_login(unit.user)
    with world.on(date(2026, 4, 14)):
        page = client.get(reverse("organisation", args=[unit.organisation.pk])).content.decode()
        assert reverse("unit_change_new", args=[row.platform_id]) in page
        with pytest.raises(TransitionBlocked, match="正在公示，名称不能自行修改：请在“变更登记”中"):
            edit_organisation(unit.organisation, by=unit.user, reason="更名", name=name)
        with pytest.raises(TransitionBlocked, match="以提交时为准"):
            edit_organisation(unit.organisation, by=unit.user, reason="改制", name=name, kind="social")
        change = file_change(
            row.platform, values={"name": name}, reason="更名", paper=paper("执照.pdf"), by=unit.user
        )
        perform(change, "verify", by=handler, at=clock.now())
        act = signoff.prepare([UnitChange.objects.get()], "approve", by=officer)
        assert any("更正公示" in effect for effect in act.shown["effects"])
        signoff.sign(act, by=head)
        assert "待更正公示名单的平台 1 件" in [todo.title for todo in todos_for(officer)]
        signoff.sign(propose_correction(world, notice, "2026-04-16"), by=head)
        assert not [todo for todo in todos_for(officer) if "待更正" in todo.title]
    with world.on(date(2026, 5, 6)):
        assert "公示期满、待认定或者确认 1 件" in [todo.title for todo in todos_for(officer)]
    with world.on(date(2026, 5, 11)):
        world.two([row, other], "designate", note="公示期满")
        assert not [todo for todo in todos_for(officer) if "公示期满" in todo.title]
    assert [title.organisation_name for title in Designation.objects.filter(platform=row.platform)] == [name]


def test_no_title_is_given_under_a_name_that_was_not_public(world):
    [row] = world.bring("浙江", upto="PUBLICISED")
    rename(row, "浙江更名服务有限公司")
    row.refresh_from_db()
    with (
        world.on(date(2026, 5, 6)),
        pytest.raises(TransitionBlocked, match="与现登记不同，请先办理更正公示"),
    ):
        world.two([row], "designate", note="公示期满")


def test_a_second_list_of_a_year_is_a_second_batch(world):
    world.bring("浙江", upto="PUBLICISED")
    world.publicise(world.bring("四川", upto="PROPOSED"), date(2026, 4, 15))
    assert [row.title for row in Notice.objects.order_by("serial")] == [
        "关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第一批）的公示",
        "关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第二批）的公示",
    ]
