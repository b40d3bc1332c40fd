"""A quota holds at reporting too, 0 is 0 and is told; who was decided against waits for the next round."""

from __future__ import annotations

from datetime import date

import pytest

from applications.filing.services import open_dossier
from applications.models import Cycle
from applications.notifications import tell_of_quota
from applications.recommendation.services import report_list
from applications.states import Procedure
from portal.kernel.workflow import TransitionBlocked
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
                    row.recommender, cycle, procedure=Procedure.DESIGNATION, document_number="1 号",
                    document_date=REPORTED_ON, by=head,
                )  # fmt: skip
            page = client.get("/recommender/reporting/").content.decode()
        assert f"名额 {quota} 家" in page and words in page


def test_a_quota_of_nought_is_told_and_none_is_not():
    cycle = dossiers.cycle()
    cycle.quota_department, cycle.quota_city, cycle.quota_association = 0, None, None
    told = {message.title for message in tell_of_quota(None, cycle)}
    assert told == {f"{cycle}推荐名额 0 家"}
    cycle.quota_department = None
    assert list(tell_of_quota(None, cycle)) == []


@pytest.mark.parametrize("state", ["NOT_RECOMMENDED", "REFUSED", "REJECTED"])
def test_who_was_decided_against_waits_for_the_next_round(state):
    row = dossiers.application_in(state)
    with on(date(2026, 3, 20)), pytest.raises(TransitionBlocked, match=r"已有决定：.*请在下一年度申报"):
        open_dossier(row.platform, cycle=row.cycle, by=row.created_by)


def test_who_withdrew_may_file_again():
    row = dossiers.application_in("WITHDRAWN")
    with on(date(2026, 3, 20)):
        assert open_dossier(row.platform, cycle=row.cycle, by=row.created_by).state == "DRAFT"
