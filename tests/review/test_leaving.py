"""A unit that does not want the title leaves until the announcement, and is told what follows."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.states import ApplicationState as S
from applications.states import Procedure
from portal.desk.todo import todos_for
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import Notification
from review.leaving.services import leave_round
from review.objections.services import receive_objection
from review.publicity.correcting import REMOVED, lines_of
from tests.factories import dossiers, people
from tests.factories.dossiers import PUBLIC_FROM, REVIEWED_ON, on

pytestmark = pytest.mark.django_db


def signer_of(application):
    return application.created_by


def test_it_leaves_a_running_publicity_and_the_list_is_corrected(client):
    row = dossiers.application_in(S.PUBLICISED)
    lead = people.user(Role.MINISTRY_LEAD)
    client.force_login(signer_of(row))
    with on(PUBLIC_FROM):
        page = reverse("dossier_leave_round", args=[row.pk])
        assert page in client.get(reverse("dossier_tasks", args=[row.pk])).content.decode()
        assert "退出后名单更正，注明不再列入" in client.get(page).content.decode()
        assert client.post(page, {"note": ""}).status_code == 422  # a reason is asked for
        client.post(page, {"note": "单位改制"})
        row.refresh_from_db()
        assert (row.state, row.outcome_reason) == (S.WITHDRAWN, "单位改制")
        assert [line.what for line in lines_of(row.notice_items.get().notice)] == [REMOVED]
        drain_outbox()
        assert "待更正公示名单的平台 1 件" in [todo.title for todo in todos_for(lead)]
        ended = client.get(reverse("dossier_tasks", args=[row.pk]))
        assert "止于第 5 步" in ended.content.decode() and "（进行中）" not in ended.content.decode()
        assert "对结论有疑问的" not in ended.content.decode()  # nobody else concluded anything
    of_office = Notification.objects.filter(body__contains="由工业和信息化部发布更正。")
    assert of_office.exists() and not of_office.filter(recipient=lead).exists()
    told = Notification.objects.get(recipient=lead, title=f"申报单位退出评审：{row.platform.name}")
    assert told.body == "理由：单位改制\n此平台在公示名单上，请发布更正。"


def test_experts_who_were_still_scoring_are_released():
    row, unit = dossiers.draft()
    dossiers.bring_to(row, unit, S.UNDER_REVIEW)
    with on(REVIEWED_ON):
        leave_round(row, note="不再申报", by=unit.user)
    states = set(row.assignments.values_list("state", flat=True))
    assert states == {"HANDED_IN", "RELEASED"}  # what was handed in stays on record


def test_nobody_leaves_from_under_an_allegation_of_fraud_or_a_rereview():
    row = dossiers.application_in(S.PUBLICISED)
    with on(PUBLIC_FROM):
        receive_objection(row.notice_items.get(), facts="服务台账系伪造。", name="李先生", contact="139")
        with pytest.raises(TransitionBlocked, match="反映弄虚作假的异议正在核查"):
            leave_round(row, note="不再申报", by=signer_of(row))
        with pytest.raises(PermissionDenied):
            leave_round(row, note="不再申报", by=people.ministry())
    again = dossiers.application_in(S.REPORTED, procedure=Procedure.REREVIEW)
    with on(PUBLIC_FROM), pytest.raises(TransitionBlocked, match="此事项不用于三年复核"):
        leave_round(again, note="不再申报", by=signer_of(again))


def test_who_wants_to_withdraw_what_was_reported_meanwhile_is_led_on(client):
    """An old link to the withdrawal; what is sent from an old page is refused in the words for applicants."""
    row = dossiers.application_in("REVIEWED")
    client.force_login(row.created_by)
    old = reverse("dossier_withdraw", args=[row.pk])
    assert client.get(old).url == reverse("dossier_leave_round", args=[row.pk])
    page = client.post(old, {"note": "不再申报"})
    assert page.status_code == 409
    words = page.content.decode()
    assert "当前状态为“评审中”，不能办理“撤回申报”" in words and "待合议" not in words
