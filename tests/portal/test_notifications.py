"""Each step tells the right people, each once, in the portal and by e-mail; nobody hears of what they cannot open."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core import mail
from django.test import Client

from applications.states import ApplicationState as S
from applications.states import Procedure
from portal.kernel import outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import perform
from portal.models import Notification, OutboxMessage, User
from review.states import AT_WORK
from tests.factories import dossiers, people
from tests.factories.dossiers import on

D, R = Procedure.DESIGNATION, Procedure.REREVIEW
# State reached by a verb → who is told: applicants (both), officer and lead of the recommender, ministry, experts.
TOLD = {
    (D, S.SUBMITTED): "申报已提交 → applicants; 收到新的申报 → recommender",
    (D, S.RETURNED): "申报材料需要补正 → applicants",
    (D, S.UNDER_EVALUATION): "申报已受理，进入测评 → applicants",
    (D, S.RECOMMENDED): "已获推荐，待报送工业和信息化部 → applicants",
    (D, S.REPORTED): "已报送工业和信息化部 → applicants; 收到报送 → ministry",
    (D, S.SUPPLEMENTING): "工业和信息化部要求补正 → applicants; 工业和信息化部要求补正 → recommender",
    (D, S.ACCEPTED): "形式审查通过，进入专家评审 → applicants",
    (D, S.UNDER_REVIEW): "评审任务 → experts",
    (D, S.REVIEWED): "",
    (D, S.PROPOSED): "",
    (D, S.PUBLICISED): "已列入公示 → applicants; 所报送平台已列入公示 → recommender",
    (D, S.DESIGNATED): "已授予称号 → applicants; 所推荐平台已授予称号 → recommender",
    (D, S.NOT_RECOMMENDED): "未获推荐 → applicants",
    (D, S.REFUSED): "申报不予受理 → applicants; 所推荐平台不予受理 → recommender",
    (D, S.REJECTED): "评审未通过 → applicants; 所推荐平台评审未通过 → recommender",
    (D, S.LAPSED): "本年度未报送，申报终止 → applicants; 年度结束，申报未报送 → recommender",
    (D, S.WITHDRAWN): "申报已撤回 → applicants; 申报单位撤回申报 → recommender",
    (R, S.CONFIRMED): "三年复核合格 → applicants; 所辖平台复核合格 → recommender",
    (R, S.FAILED): "三年复核不合格 → applicants; 所辖平台复核不合格 → recommender",
}


def parties(application) -> dict[str, set]:
    """Who stands behind each word of the table, each with somebody beside who must not hear."""
    office = application.recommender
    experts = application.assignments.filter(state__in=AT_WORK).values_list("expert__user", flat=True)
    return {
        "applicants": {application.created_by_id, people.clerk_of(application.platform.organisation).pk},
        "recommender": {person.pk for person in people.staff_of(office)},
        "ministry": {people.ministry().pk, people.ministry(number=2).pk},
        "experts": set(experts),
    }


def last_event_key(application) -> str:
    return f"event:{application.state_event}"


@pytest.mark.django_db
@pytest.mark.parametrize(("procedure", "state"), TOLD, ids=lambda value: str(value))
def test_who_is_told(procedure, state, mailoutbox):
    application = dossiers.application_in(state, procedure=procedure)
    known = parties(application)
    bystander = people.user(), *people.staff_of(people.recommender("甘肃")), people.user(Role.ADMINISTRATOR)
    message = OutboxMessage.objects.get(key=last_event_key(application))
    with on(dossiers.DECIDED_ON):
        outbox.handle(message.pk)
    found = Counter((row.recipient_id, row.title.partition("：")[0]) for row in Notification.objects.all())
    wanted = Counter()
    for line in filter(None, TOLD[procedure, state].split("; ")):
        title, _, group = line.partition(" → ")
        handler = application.handler_id
        group_ids = {handler} if group == "ministry" and handler else known[group]
        wanted.update((person, title) for person in group_ids)
    assert found == wanted
    assert not Notification.objects.filter(recipient__in=bystander).exists()
    assert outbox.handle(message.pk) is False


@pytest.mark.django_db
def test_mail_follows_each_message_once(mailoutbox):
    application = dossiers.application_in(S.SUBMITTED)
    outbox.drain_outbox()
    once = Counter(letter.to[0] for letter in mailoutbox)
    assert once == Counter(
        row.recipient.email for row in Notification.objects.select_related("recipient") if row.recipient.email
    )
    assert set(once.values()) == {1}
    outbox.drain_outbox()
    outbox.send("event", key=last_event_key(application), event=str(application.state_event))
    outbox.drain_outbox()
    assert Counter(letter.to[0] for letter in mailoutbox) == once
    assert all(application.number in letter.body for letter in mail.outbox)


@pytest.mark.django_db
def test_an_account_without_an_address_gets_the_message_alone(mailoutbox):
    application = dossiers.application_in(S.SUBMITTED)
    User.objects.update(email="")
    outbox.drain_outbox()
    assert Notification.objects.filter(recipient=application.created_by).count() == 1
    assert mailoutbox == []


@pytest.mark.django_db
def test_a_closed_account_hears_nothing(mailoutbox):
    application = dossiers.application_in(S.SUBMITTED)
    officer, lead = people.staff_of(application.recommender)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    outbox.drain_outbox()
    assert not Notification.objects.filter(recipient=officer).exists()
    assert Notification.objects.filter(recipient=lead).count() == 1


@pytest.mark.django_db
def test_a_draft_that_is_withdrawn_is_nobodys_business(mailoutbox):
    """The recommender never saw it, so it does not hear of it."""
    application, _ = dossiers.draft()
    people.staff_of(application.recommender)
    with on(dossiers.FILED_ON):
        perform(application, "withdraw", by=application.created_by, note="不报了")
        outbox.drain_outbox()
    assert {row.recipient_id for row in Notification.objects.all()} == {application.created_by_id}


@pytest.mark.slow
@pytest.mark.django_db
def test_every_link_opens_for_its_recipient():
    """At every station of the road: whoever was told may open what the message points to."""
    application, unit = dossiers.draft()
    wrong, seen, told = [], set(), set()
    for state in dossiers.ROAD[1:]:
        dossiers.bring_to(application, unit, state)
        with on(dossiers.DECIDED_ON):
            outbox.drain_outbox()
            for row in Notification.objects.exclude(pk__in=seen).select_related("recipient"):
                seen.add(row.pk)
                told.add(row.recipient.role)
                client = Client()
                client.force_login(row.recipient, backend="portal.accounts.backends.PortalBackend")
                response = client.get(row.url, follow=True)
                if response.status_code != 200:
                    wrong.append((state, row.title, row.recipient.role, row.url, response.status_code))
    assert wrong == []
    assert told == {Role.APPLICANT, Role.RECOMMENDER, Role.MINISTRY_OFFICER, Role.EXPERT}
