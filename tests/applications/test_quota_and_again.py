"""A quota holds at reporting too, 0 is 0 and is told; who was decided against waits for the next round."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications.cycles.named import problems_of
from applications.cycles.services import change_cycle, reach_of
from applications.filing.opening import OpenForm
from applications.filing.services import open_dossier
from applications.models import Application, Cycle, Recommendation
from applications.notifications import tell_of_quota
from applications.recommendation.forms import RecommendationForm
from applications.recommendation.quota import over_quota
from applications.recommendation.requirements import quota_is_left
from applications.recommendation.services import report_list
from applications.states import Procedure
from platforms.models import Recommender
from portal.desk.todo import todos_for
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import Notification
from tests.factories import dossiers, people
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db
REPORTED_ON = date(2026, 4, 9)


def test_the_quota_is_counted_again_at_reporting(client):
    row = dossiers.application_in("RECOMMENDED")
    dossiers.application_in("RECOMMENDED")
    cycle, head = row.cycle, people.staff_of(row.recommender)[1]
    client.force_login(head)
    for quota, words in ((0, "超出 2 家"), (1, "超出 1 家")):
        Cycle.objects.filter(pk=cycle.pk).update(quota_department=quota)
        cycle = Cycle.objects.get(pk=cycle.pk)
        with on(REPORTED_ON):
            with pytest.raises(TransitionBlocked, match=words):
                report_list(
                    row.recommender,
                    cycle,
                    procedure=Procedure.DESIGNATION,
                    document_number="1 号",
                    document_date=REPORTED_ON,
                    by=head,
                )
            page = client.get("/recommender/reporting/").content.decode()
        assert f"名额 {quota} 家" in page and words in page
        assert over_quota(cycle, "quota_department", quota) == [f"{row.recommender.label} 2 家"]
        assert over_quota(cycle, "quota_city", quota) == []


def test_a_quota_of_nought_is_told_and_none_is_not():
    cycle = dossiers.cycle()
    cycle.quota_department, cycle.quota_city, cycle.quota_association = 0, None, None
    told = {message.title for message in tell_of_quota(None, cycle)}
    assert told == {f"{cycle}推荐名额 0 家"}
    cycle.quota_department = None
    assert list(tell_of_quota(None, cycle)) == []


def test_a_changed_quota_is_told_to_those_whose_number_moved():
    row = dossiers.application_in("RECOMMENDED")
    officer, head = people.staff_of(row.recommender)
    guild = people.staff_of(people.association())[1]
    with on(REPORTED_ON):
        change_cycle(row.cycle, by=people.user(Role.MINISTRY_LEAD), reason="控制名额", quota_department=1)
    drain_outbox()
    told = Notification.objects.filter(title__contains="推荐名额有调整")
    assert set(told.values_list("recipient", flat=True)) >= {officer.pk, head.pk}
    assert not told.filter(recipient=guild).exists()
    assert "由 不限 改为 1" in told.filter(recipient=head).get().body


def test_a_quota_reaches_the_dossiers_of_its_own_kind_of_office():
    row = dossiers.application_in("UNDER_EVALUATION")
    fields = {"quota_department": 1, "quota_city": 0, "quota_association": 5}
    reached = {line["name"]: (line["count"], line["recommenders"]) for line in reach_of(row.cycle, fields)}
    assert reached == {"quota_department": (1, 1), "quota_city": (0, 0), "quota_association": (0, 0)}
    Application.objects.update(procedure=Procedure.REREVIEW)  # takes no place of any quota
    assert {line["count"] for line in reach_of(row.cycle, fields)} == {0}


@pytest.mark.parametrize("state", ["NOT_RECOMMENDED", "REFUSED", "REJECTED"])
def test_who_was_decided_against_waits_for_the_next_round(client, state):
    row = dossiers.application_in(state)
    client.force_login(row.created_by)
    with on(date(2026, 3, 20)):
        with pytest.raises(TransitionBlocked, match=r"已有决定：.*请在下一年度申报"):
            open_dossier(row.platform, cycle=row.cycle, by=row.created_by)
        home = client.get("/my/").content.decode()
    # neither offered what is refused, nor told that something of it goes on
    assert reverse("dossier_open", args=[row.platform_id]) not in home and 'aria-current="step"' not in home


def test_who_withdrew_may_file_again():
    row = dossiers.application_in("WITHDRAWN")
    with on(date(2026, 3, 20)):
        assert open_dossier(row.platform, cycle=row.cycle, by=row.created_by).state == "DRAFT"


def test_a_special_slot_takes_no_place_and_each_city_has_one():
    first, second = dossiers.application_in("RECOMMENDED"), dossiers.application_in("RECOMMENDED")
    third = dossiers.application_in("UNDER_EVALUATION")
    Cycle.objects.filter(pk=third.cycle_id).update(quota_department=2, special_slots="国家信息消费示范城市")
    third = Application.objects.get(pk=third.pk)
    assert missing_quota(third) == ["本年度推荐名额 2 家已用完，请先收回其他推荐，或者不予推荐。"]
    slot = {"special_slot": "国家信息消费示范城市", "special_ground": "杭州市"}
    Recommendation.objects.update_or_create(application=second, defaults=slot)
    assert missing_quota(third) == []
    other_words = {**slot, "special_ground": "浙江省杭州"}  # the same city
    Recommendation.objects.update_or_create(application=third, defaults=other_words)
    third = Application.objects.get(pk=third.pk)
    assert missing_quota(third) == [
        f"浙江省杭州已由{second.platform.name}占用专项，每个城市或者园区只推荐 1 家。"
    ]
    sent = {
        "special_slot": "国家信息消费示范城市",
        "special_ground": "",
        "demonstration": "示范",
        "opinion": "推荐",
    }
    form = RecommendationForm(sent, instance=third.recommendation)
    assert form.errors == {"special_ground": ["请填写专项所在的城市或者园区。"]}
    assert first.recommender == third.recommender
    Cycle.objects.filter(pk=third.cycle_id).update(
        special_slots=""
    )  # a slot that is named no longer takes a place
    third = Application.objects.get(pk=third.pk)
    assert missing_quota(third) == ["本年度推荐名额 2 家已用完，请先收回其他推荐，或者不予推荐。"]
    assert "special_slot" not in RecommendationForm(instance=third.recommendation).fields


def missing_quota(row) -> list[str]:
    return list(quota_is_left(row, None))


def test_a_notice_names_associations_and_units_of_the_ministry():
    cycle, lead = dossiers.cycle(), people.user(Role.MINISTRY_LEAD)
    known = people.association()
    names = {
        "associations": f"{known.name}\n中国轻工业联合会",
        "ministry_units": "工业和信息化部电子第五研究所",
    }
    cycle = change_cycle(cycle, by=lead, reason="年度通知附件 1", **names)
    unit = Recommender.objects.get(name="工业和信息化部电子第五研究所")
    assert (unit.kind, unit.label, unit.is_direct, unit.is_association) == (
        "ministry_unit",
        "电子第五研究所",
        True,
        False,
    )
    assert Recommender.objects.get(name="中国轻工业联合会").label == "轻工业联合会"
    assert cycle.admits(known) and cycle.admits(unit) and cycle.admits(people.recommender("浙江"))
    assert not cycle.admits(people.association("X"))
    assert problems_of("association", unit.name) == [f"“{unit.name}”已登记为部属单位，请核对。"]
    platform = dossiers.application_in("DRAFT").platform
    choices = OpenForm(platform=platform, cycle=cycle).fields["recommender"].choices
    assert choices[-1] == ("年度通知列出的部属单位", [(unit.pk, unit.name)])


def test_what_a_notice_adds_is_public(client):
    Cycle.objects.filter(pk=dossiers.cycle().pk).update(
        priorities="技术创新、数字化",
        special_slots="国家信息消费示范城市",
        attachments="附件1 协会名单 https://www.miit.gov.cn/1.html",
    )
    page = client.get("/notices/").content.decode()
    for words in (
        "技术创新、数字化",
        "国家信息消费示范城市（每个城市或者园区 1 家）",
        '<a href="https://www.miit.gov.cn/1.html" rel="noopener">附件1 协会名单</a>',
    ):
        assert words in page, words


def test_a_rereview_that_was_not_filed_stays_on_the_units_list_after_the_deadline():
    unit, cycle = dossiers.unit(), dossiers.cycle()
    title = dossiers.title(unit, year=cycle.year - 3)
    with on(cycle.filing_until + timedelta(days=1)):
        [first, *_] = todos_for(unit.user)
    assert (first.title, first.urgent) == (f"没有提交三年复核：{title.platform_name}", True)
