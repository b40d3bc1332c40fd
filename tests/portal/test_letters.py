"""Letters on their way: answered to an office, with their document, and what comes back is noted where it belongs."""

from __future__ import annotations

import hashlib
import io
import socketserver
import threading
from datetime import datetime, time, timedelta
from email import message_from_bytes

import pypdf
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from applications.daily import remind_of_corrections
from applications.letters.views import letters_of
from applications.models import Application
from applications.states import ApplicationState as S
from portal.accounts.changes import _edit
from portal.desk.bounces import read_bounces, read_mailbox
from portal.desk.mail import message_id, number_of
from portal.desk.notifications import Message, preview, tell
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.models import AuditEvent, Notification, User
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db
REPORT = """From: MAILER-DAEMON@mx.invalid
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.invalid

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}> no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {identifier}
Subject: x

--b--
"""


def report(row: Notification, *, action="failed", identifier="", address="") -> bytes:
    text = REPORT.format(
        address=address or row.recipient.email, action=action, identifier=identifier or message_id(row.pk)
    )
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def returned():
    row, unit = dossiers.draft()
    row.recommender.email = "office@test.invalid"
    row.recommender.save(update_fields=["email"])
    dossiers.bring_to(row, unit, S.RETURNED)
    drain_outbox()
    return row


@pytest.fixture
def letter(returned):
    return Notification.objects.get(title__startswith="申报材料需要补正", recipient=returned.created_by)


def test_a_letter_to_a_unit_has_its_document_and_is_answered_to_the_office(returned):
    unit = returned.platform.organisation
    found = {
        one.subject.partition("】")[2].partition("：")[0]: one
        for one in mail.outbox
        if unit.email in one.to + one.cc
    }
    for subject, document in (("申报已提交", "回执-"), ("申报材料需要补正", "补正通知书-")):
        one = found[subject]
        name, content, kind = one.attachments[0]
        assert name.startswith(document) and content.startswith(b"%PDF") and kind == "application/pdf"
        assert (one.reply_to, one.extra_headers["Auto-Submitted"]) == (
            ["office@test.invalid"],
            "auto-generated",
        )
        assert "回复此邮件，将送达办理单位" in one.body
    office = next(one for one in mail.outbox if "收到新的申报" in one.subject)
    assert (office.reply_to, office.attachments) == ([], [])


def test_a_reminder_says_whom_to_ask_and_is_answered_to_the_office(returned):
    """Letters of the clock as those of an act: only a unit reads them so."""
    due = returned.corrections.get().due_on
    day = next(one for n in range(1, 9) if calendar().days_left(one := due - timedelta(days=n), due) == 1)
    mail.outbox.clear()
    with clock.standing_at(timezone.make_aware(datetime.combine(day, time(9)))):
        remind_of_corrections(day)
        tell(Message([returned.created_by], "无关"), key="none")
        drain_outbox()
    reminder = next(one for one in mail.outbox if one.subject.startswith("【示范平台】补正"))
    assert reminder.reply_to == ["office@test.invalid"]
    assert f"联系：{returned.recommender.name}" in reminder.body and "送达办理单位" in reminder.body
    (plain,) = [one for one in mail.outbox if "无关" in one.subject]
    assert plain.reply_to == [] and "联系：" not in plain.body


def test_letters_of_one_dossier_lie_in_one_thread_with_the_reminders_of_the_clock(returned):
    due = returned.corrections.get().due_on
    day = next(one for n in range(1, 9) if calendar().days_left(one := due - timedelta(days=n), due) == 1)
    with clock.standing_at(timezone.make_aware(datetime.combine(day, time(9)))):
        remind_of_corrections(day)
        tell(Message([returned.created_by], "无关"), key="none")
        drain_outbox()
    other, unit = dossiers.draft()
    dossiers.bring_to(other, unit, S.SUBMITTED)
    drain_outbox()
    threads: dict[tuple, set] = {}
    for one in mail.outbox:
        letter = message_from_bytes(one.message().as_bytes())
        assert letter["References"] == letter["In-Reply-To"] != letter["Message-ID"]
        threads.setdefault((letter["References"], returned.platform.name in one.body), set()).add(one.subject)
    ours = next(subjects for (case, is_ours), subjects in threads.items() if case and is_ours)
    assert {one.partition("】")[2][:2] for one in ours} >= {"申报", "补正", "收到"}
    assert len({case for case, _ in threads if case}) == len([case for case, _ in threads if case]) == 2
    assert threads[None, False] == {"【示范平台】无关"}
    assert letters_of(returned, returned.created_by).filter(title__startswith="补正").exists()


def test_the_number_of_a_letter_cannot_be_invented():
    assert number_of(message_id(7)) == 7
    host = message_id(7).rpartition("@")[2]
    for forged in (f"<letter.8.{message_id(7).split('.')[2]}@{host}", f"<letter.7@{host}", "<x@y>", ""):
        assert number_of(forged) is None


def test_a_bounce_is_noted_at_the_letter_and_the_person_and_shown(returned, letter, client, settings):
    settings.BOUNCES_SECRET = "geheim"
    address = reverse("bounce_hook")

    def post(body, told="geheim"):
        return client.post(
            address, body, content_type="message/rfc822", headers={"Authorization": f"Bearer {told}"}
        )

    assert post(report(letter), "falsch").status_code == 404
    assert post(report(letter, action="delayed")).json() == {"noted": 0}
    assert post(report(letter, identifier="<letter.1.x@localhost>")).json() == {"noted": 0}
    assert post(report(letter)).json() == {"noted": 1}
    assert post(report(letter)).json() == {"noted": 0}  # told twice
    letter.refresh_from_db()
    person = User.objects.get(pk=returned.created_by_id)
    masked = f"{person.email[0]}***@test.invalid"
    reason = f"5.1.1 smtp; 550 5.1.1 <{masked}> no such user"
    assert letter.bounce == person.email_failure == reason
    assert person.email not in AuditEvent.objects.get(action="notification.bounce").body
    officer = people.staff_of(returned.recommender)[0]
    client.force_login(officer)
    page = client.get(reverse("dossier_letters", args=[returned.pk])).content.decode()
    assert f"邮件被退回：{escape(reason)}" in page and masked in page and person.email not in page
    assert "1 封退回" in client.get(reverse("dossier", args=[returned.pk])).content.decode()
    client.force_login(person)
    assert "的信件被退回" in client.get(reverse("notifications")).content.decode()
    _edit(person, {"email": "new@test.invalid"}, by=people.user(Role.ADMINISTRATOR))
    person.refresh_from_db()
    assert (person.email, person.email_failure) == ("new@test.invalid", "")


def test_the_hook_is_closed_without_a_secret_and_takes_json(letter, client, settings):
    body = {"message_id": message_id(letter.pk), "recipient": letter.address, "reason": "unknown"}
    given = {"content_type": "application/json", "headers": {"Authorization": "Bearer "}}
    assert client.post(reverse("bounce_hook"), body, **given).status_code == 404
    settings.BOUNCES_SECRET = "s"
    given["headers"] = {"Authorization": "Bearer s"}
    assert client.post(reverse("bounce_hook"), {"reason": "x"}, **given).status_code == 422
    assert client.post(reverse("bounce_hook"), body, **given).json() == {"noted": 1}


def test_no_letter_of_an_expert_is_listed_for_the_unit_or_the_recommender():
    row = dossiers.application_in(S.UNDER_REVIEW)
    drain_outbox()
    experts = Notification.objects.filter(recipient__role=Role.EXPERT)
    assert experts.filter(about__endswith=str(row.pk)).exists()
    for user in (row.created_by, people.staff_of(row.recommender)[0], people.ministry()):
        assert not letters_of(row, user).filter(recipient__role=Role.EXPERT).exists()
        assert letters_of(row, user).exists()


class Mailbox(socketserver.StreamRequestHandler):
    """As much of IMAP as reading unseen letters takes."""

    letters: list[bytes] = []
    seen: list[bytes] = []

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, verb, *rest = line.split()
            said = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", b"SELECT": b"* 1 EXISTS\r\n"}.get(verb, b"")
            if verb == b"SEARCH":
                said = (
                    b"* SEARCH " + b" ".join(str(n + 1).encode() for n in range(len(self.letters))) + b"\r\n"
                )
            if verb == b"FETCH":
                raw = self.letters[int(rest[0]) - 1]
                self.seen.append(rest[0])
                said = b"* %s FETCH (RFC822 {%d}\r\n" % (rest[0], len(raw)) + raw + b")\r\n"
            self.wfile.write(said + tag + b" OK done\r\n")
            if verb == b"LOGOUT":
                return


def test_a_mailbox_is_read_over_imap(letter):
    Mailbox.letters, Mailbox.seen = [b"Subject: hello\r\n\r\nnot a bounce", report(letter)], []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert read_mailbox(f"imap://user:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX") == 1
        server.shutdown()
    letter.refresh_from_db()
    assert letter.bounced_at and Mailbox.seen == [b"1", b"2"]
    assert read_mailbox() == 0  # nothing is configured


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00", b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"]
)
def test_no_letter_makes_the_reader_raise(raw):
    assert read_bounces(raw) == []


@pytest.mark.parametrize(
    ("state", "verb", "words"),
    [
        (S.SUBMITTED, "submit", ("回执编号：", "请核对材料后受理")),
        (S.PUBLICISED, "publicise", ("时间：", "公示期至", "24:00")),
        (S.DESIGNATED, "designate", ("时间：", "称号编号：", "接下来：证书")),
    ],
)
def test_the_letter_of_a_step_says_when_it_was_and_what_follows(state, verb, words):
    row = dossiers.application_in(state)
    drain_outbox()
    told = "\n".join(Notification.objects.values_list("body", flat=True))
    shown = "\n".join(message.body for message in preview(Application, verb, row))
    assert verb == "submit" or "时间：" not in shown  # what is shown before has no hour yet
    for part in words:
        assert part in told, part


def test_the_certificate_goes_out_with_the_letter_of_designation(mailoutbox):
    row = dossiers.application_in(S.DESIGNATED)
    drain_outbox()
    title = row.platform.designations.get()
    sent = [one for one in mailoutbox if "随邮件附上" in one.body]
    assert sent and {name for one in sent for name, _, _ in one.attachments} == {f"证书-{title.number}.pdf"}
    content = sent[0].attachments[0][1]
    assert title.number in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().replace(" ", "")
    kept = title.certificates.get()
    assert hashlib.sha256(content).hexdigest() == kept.file.sha256  # the very file that the page gives
