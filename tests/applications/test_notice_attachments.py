"""Attachments of the yearly notice: files that anybody downloads once the year is published."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from applications.cycles.attaching import attach_file
from portal.kernel.permissions import Role
from tests.factories import filing
from tests.factories.titles import make_user
from tests.portal.shared.samples import pdf


def test_a_file_of_the_notice_is_downloaded_by_anybody_until_it_is_taken_out(db, client):
    cycle = filing.year()
    client.force_login(
        make_user("officer", Role.MINISTRY_OFFICER), backend="portal.accounts.backends.PortalBackend"
    )
    page = reverse("cycle_attachments", args=[cycle.pk])
    old = {"name": "附件1", "reason": "补发", "file": SimpleUploadedFile("附件1.doc", b"x")}
    refused = client.post(page, old)
    assert refused.status_code == 422 and "旧版 Word" in refused.content.decode()
    sent = {"name": "附件1 推荐表", "file": SimpleUploadedFile("附件1.pdf", pdf())}
    assert (
        client.post(page, sent).status_code == 422 and not cycle.attached.exists()
    )  # published: with a reason
    sent["file"].seek(0)
    client.post(page, {**sent, "reason": "随通知印发"})
    made = cycle.attached.get()
    address = reverse("cycle_attachment", args=[made.pk])
    assert client.get(address).status_code == 200
    client.logout()
    assert client.get(address)["Content-Type"] == "application/pdf"
    shown = client.get(reverse("notices")).content.decode()
    assert address in shown and "附件1 推荐表" in shown
    client.force_login(made.added_by, backend="portal.accounts.backends.PortalBackend")
    assert "写明理由" in client.post(page, {"remove": str(made.pk)}, follow=True).content.decode()
    removal = {"remove": str(made.pk), "reason": "换为新版"}
    assert "已移除" in client.post(page, removal, follow=True).content.decode()
    assert [one.reason for one in cycle.changes.all()] == ["换为新版", "随通知印发"]
    client.logout()
    assert client.get(address).status_code == 404


def test_the_year_is_not_locked_while_a_file_is_looked_into(db):
    """Every unit that begins a dossier waits for that lock."""
    locks, locked_at_reading = [], []

    class Watched(SimpleUploadedFile):
        def read(self, *arguments):
            locked_at_reading.append(len(locks))
            return super().read(*arguments)

    def watch(execute, sql, params, many, context):
        locks.extend([sql] if "FOR UPDATE" in sql else [])
        return execute(sql, params, many, context)

    cycle, officer = filing.year(), make_user("officer", Role.MINISTRY_OFFICER)
    with connection.execute_wrapper(watch):
        attach_file(cycle, Watched("附件1.pdf", pdf()), name="附件1", by=officer, reason="补发")
    assert locks and set(locked_at_reading) == {0}
