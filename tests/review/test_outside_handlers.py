"""A department in which everybody had a part asks another one for a person: by two, for one case, and no further."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.models import Application
from platforms.querysets import people_of_organisation
from portal.kernel import outbox, signoff
from portal.kernel.permissions import allowed
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import AuditEvent, Notification, SignOff
from portal.trail.watching import signal_of
from review.handlers.daily import release_outside_handlers
from review.handlers.services import propose_handler
from review.models import Objection, OutsideHandler
from review.objections.services import (
    answer,
    pass_on,
    propose_conclusion,
    receive_objection,
    record_findings,
    record_reply,
    take_on,
)
from review.secondlooks.terms import term_of
from tests.factories import people, provinces
from tests.factories.dossiers import on
from tests.factories.provinces import PUBLIC_FROM, bring

pytestmark = pytest.mark.django_db
DAY = PUBLIC_FROM + timedelta(days=1)


@pytest.fixture
def publicised():
    return bring(provinces.round_of(), "PUBLICISED")


@pytest.fixture
def lent():
    """An officer and a head of Jiangsu, whom nothing binds to Zhejiang."""
    return people.staff_of(people.recommender("江苏"))


def appoint(row: Application, handler) -> OutsideHandler:
    officer, lead = people.staff_of(row.recommender)
    act = propose_handler(row, handler=handler, reason="本单位人员均已参与", by=officer)
    signoff.sign(act, by=lead)  # who signed the list may do nothing about the case but this
    return OutsideHandler.objects.get(handler=handler)


def objection_to(row: Application) -> Objection:
    return receive_objection(
        row.notice_items.get(), facts="服务企业名单不实，请核实。", name="李先生", contact="13900000000"
    )


def proposed_by(helper, objection: Objection, *, upheld: bool) -> SignOff:
    """Taken on, verified, answered by the unit, and a conclusion proposed."""
    take_on(objection, by=helper)
    pass_on(objection, summary="服务企业名单不实，请予核查。", by=helper)
    objection.refresh_from_db()
    record_findings(objection, words="已现场核对。", by=helper)
    organisation = objection.item.application.platform.organisation
    unit = people_of_organisation(organisation, "sign_organisation").first()
    answer(objection, as_recommender=False, words="附协议。", by=unit)
    objection.refresh_from_db()
    return propose_conclusion(objection, upheld=upheld, note="已核查。", by=helper)


def test_two_who_are_lent_conclude_what_everybody_here_had_a_part_in(publicised, lent, client):
    officer, lead = people.staff_of(publicised.recommender)
    helper, head = lent
    with on(DAY):
        objection = objection_to(publicised)
        client.force_login(lead)
        page = client.get(reverse("objection", args=[objection.pk])).content.decode()
        assert reverse("handler_appoint", args=[publicised.pk]) in page
        assert not allowed(helper, "take_on", objection)
        for person in (helper, head):
            appoint(publicised, person)
        objection.refresh_from_db()
        assert not allowed(officer, "take_on", objection) and not allowed(lead, "dismiss", objection)
        act = proposed_by(helper, objection, upheld=False)
        client.force_login(head)
        paper = client.get(reverse("signoff", args=[act.pk]))
        assert paper.context["screen"].may_sign
        assert (
            reverse("dossier", args=[publicised.pk]) in paper.content.decode()
        )  # the case, not a line of it
        assert '<td class="hash">服务' not in paper.content.decode()
        assert client.get(reverse("dossier", args=[publicised.pk])).status_code == 200
        with pytest.raises(PermissionDenied):
            signoff.sign(act, by=lead)
        signoff.sign(act, by=head)
    assert Objection.objects.get().state == "DISMISSED"


def test_who_is_lent_for_one_case_reaches_no_other(publicised, lent, client):
    helper, _ = lent
    with on(DAY):
        other = bring(publicised.cycle, "PUBLICISED")
        objection = receive_objection(
            other.notice_items.get(), facts="服务企业名单不实，请核实。", name="李先生", contact="13900000000"
        )
        appoint(publicised, helper)
        client.force_login(helper)
        assert client.get(reverse("dossier", args=[other.pk])).status_code == 404
        assert not allowed(helper, "take_on", objection) and not allowed(helper, "uphold", objection)
        assert not allowed(helper, "prepare_publicise", publicised)
        # An officer at home signs no conclusion elsewhere.
        own = objection_to(publicised)
        assert allowed(helper, "prepare_dismiss", own) and not allowed(helper, "dismiss", own)


def test_an_appointment_is_two_persons_told_and_watched(publicised, lent, client):
    officer, lead = people.staff_of(publicised.recommender)
    helper, _ = lent
    with on(DAY):
        client.force_login(officer)
        address = reverse("handler_appoint", args=[publicised.pk])
        assert client.post(address, {"handler": str(helper.pk), "reason": ""}).status_code == 422
        assert client.post(address, {"handler": str(helper.pk), "reason": "均已参与"}).status_code == 302
        act = SignOff.objects.get(verb="appoint")
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=officer)
        with pytest.raises(TransitionBlocked, match="已经指派或者正在审签"):
            propose_handler(publicised, handler=helper, reason="再次", by=officer)
        with pytest.raises(TransitionBlocked, match="其他地区"):
            propose_handler(publicised, handler=lead, reason="本单位", by=officer)
        signoff.send_back(act, by=lead, answer="另商")
        assert OutsideHandler.objects.get().state == "DROPPED"
        appoint_again = propose_handler(publicised, handler=helper, reason="均已参与", by=officer)
        signoff.sign(appoint_again, by=lead)
        outbox.drain_outbox()
    assert Notification.objects.filter(recipient=helper, title__startswith="请您办理").count() == 1
    assert AuditEvent.objects.filter(signal_of("outside_handlers").condition()).count() == 1
    client.force_login(people.ministry())
    assert client.get(address).status_code in (403, 404)


def test_an_appointment_is_ended_early_by_two_and_its_case_goes_to_another(publicised, lent, client):
    officer, lead = people.staff_of(publicised.recommender)
    helper, other = lent
    with on(DAY):
        objection = objection_to(publicised)
        for person in (helper, other):
            appoint(publicised, person)
        take_on(objection, by=helper)
        row = OutsideHandler.objects.get(handler=helper)
        client.force_login(officer)
        address = reverse("handler_appoint", args=[publicised.pk])
        refused = client.post(address, {"appointment": str(row.pk), "end_reason": ""})
        assert refused.status_code == 422 and "end_reason" in refused.context["end"].errors
        sent = client.post(address, {"appointment": str(row.pk), "end_reason": "另有任务"})
        assert sent.status_code == 302
        with pytest.raises(TransitionBlocked, match="已由"):
            take_on(objection, by=other)
        act = SignOff.objects.get(verb="end", state="WAITING")
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=officer)
        signoff.sign(act, by=lead)
        client.force_login(helper)
        assert client.get(reverse("dossier", args=[publicised.pk])).status_code == 404
        assert client.get(reverse("objection", args=[objection.pk])).status_code == 404
        take_on(objection, by=other)
        outbox.drain_outbox()
    assert Notification.objects.filter(recipient=helper, title__startswith="指派已结束").count() == 1
    assert AuditEvent.objects.filter(signal_of("outside_handlers").condition()).count() == 3


def test_an_appointment_ends_by_itself_when_nothing_is_left_to_hear(publicised, lent, client):
    helper, head = lent
    with on(DAY):
        for person in lent:
            appoint(publicised, person)
        objection = objection_to(publicised)
        signoff.sign(proposed_by(helper, objection, upheld=True), by=head)
        publicised.refresh_from_db()
        _, last = term_of(publicised)
        officer, _ = people.staff_of(publicised.recommender)
        waits = "其经办的异议已有结论，还没有答复异议人；答复后才能结束指派。"
        assert [
            waits in missing(OutsideHandler.objects.get(handler=person), "end", by=officer) for person in lent
        ] == [True, False]
    after = last + timedelta(days=1)
    client.force_login(head)
    for day, replied, readable in ((after, False, True), (last, True, True), (after, True, False)):
        with on(day):
            if replied and not Objection.objects.get().replied_at:
                record_reply(Objection.objects.get(), how="电话答复", by=helper)
                assert waits not in missing(OutsideHandler.objects.get(handler=helper), "end", by=officer)
            release_outside_handlers(day)
            shown = client.get(reverse("dossier", args=[publicised.pk])).status_code
            assert shown == (200 if readable else 404), day
    assert AuditEvent.objects.filter(action="outsidehandler.release").count() == 2
