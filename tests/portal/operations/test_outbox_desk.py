"""What did not get through: on the administrator's page and in the command, with its reason."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.desk import notifications as notify
from portal.exports import services as exporting
from portal.kernel import clock, outbox
from portal.kernel.permissions import Role
from portal.models import ExportJob, Notification, OutboxMessage
from portal.settings.mail import SMTP
from tests.factories import people
from tests.factories.mail import send_by


@pytest.fixture
def letter(db, settings):
    """A letter that the mail server did not take."""
    send_by(settings, SMTP, host="127.0.0.1", port=1)
    person = people.user(name="张三", email="zhang@test.invalid")
    notify.tell(notify.Message([person], "补正通知"), key="one")
    message = OutboxMessage.objects.get(topic="mail")
    assert outbox.handle(message.pk) is False
    return message


@pytest.fixture
def administrator(client, db):
    person = people.user(Role.ADMINISTRATOR)
    client.force_login(person)
    return person


def test_the_page_says_what_for_whom_and_why(client, letter, administrator):
    page = client.get("/operations/outbox/").content.decode()
    assert "补正通知（张三，zhang@test.invalid）" in page
    assert "邮件服务器没有应答" in page and "已试 1 次" in page


def test_send_anew_and_drop(client, letter, administrator, settings):
    send_by(settings, "django.core.mail.backends.locmem.EmailBackend")
    client.post(f"/operations/outbox/{letter.pk}/requeue/")
    assert outbox.handle(letter.pk) is True
    assert "没有未送达的事项" in client.get("/operations/outbox/").content.decode()


def test_dropping_asks_for_a_reason(client, letter, administrator):
    address = f"/operations/outbox/{letter.pk}/drop/"
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "已电话告知"}, follow=True).redirect_chain == [
        ("/operations/outbox/", 302)
    ]
    letter.refresh_from_db()
    assert letter.dropped == "已电话告知"


def test_all_at_once(client, letter, administrator):
    client.post("/operations/outbox/requeue/")
    letter.refresh_from_db()
    assert (letter.attempts, letter.retry_at) == (0, None)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_lists_and_answers(letter):
    [row] = json.loads(run("list", "--json"))
    assert (row["id"], row["reason"], row["given_up"]) == (letter.pk, "邮件服务器没有应答", False)
    assert "第 1 次未成，仍在重试：邮件服务器没有应答" in run("list")
    assert run("requeue", "--all") == "1 项将重新发送。\n"
    assert "不再发送：重复" in run("drop", str(letter.pk), "--reason", "重复")
    with pytest.raises(CommandError, match="已经办结"):
        run("drop", str(letter.pk), "--reason", "重复")
    with pytest.raises(CommandError, match="没有编号为 0"):
        run("requeue", "0")


def test_an_export_of_a_killed_worker_is_taken_up_again_and_told_after_three_times(db):
    person = people.user()
    job = exporting.request_export("of a test", title="清单", params={}, by=person)
    for attempt in (1, 2, 3):
        assert OutboxMessage.objects.filter(topic="export", done_at=None).count() == 1
        message = OutboxMessage.objects.get(topic="export", done_at=None)
        assert (
            outbox.handle(message.pk) is True
        )  # the test's transaction never commits: as if killed right here
        job.refresh_from_db()
        assert (job.progress, job.attempts) == ("running", attempt)
        assert exporting.resume_exports() == 0
        ExportJob.objects.update(started_at=timezone.now() - timedelta(seconds=exporting.LONGEST + 61))
        assert exporting.resume_exports() == 1
    job.refresh_from_db()
    assert job.progress == "failed" and job.finished_at <= clock.now()
    assert Notification.objects.get(recipient=person).title == "导出未成功：清单"


def test_an_export_that_is_being_made_is_not_made_twice(db):
    person = people.user()
    first, second = (
        exporting.request_export("of a test", title="清单", params={"year": "2026"}, by=person)
        for _ in range(2)
    )
    other = exporting.request_export("of a test", title="清单", params={"year": "2025"}, by=person)
    assert (first, ExportJob.objects.count()) == (second, 2)
    ExportJob.objects.exclude(pk=other.pk).update(progress="done")
    assert exporting.request_export("of a test", title="清单", params={"year": "2026"}, by=person) != first
