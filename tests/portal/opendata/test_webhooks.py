"""Told of what is public and has changed: signed, once per change, tried again, nobody else than was named."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from platforms.register.events import change_title, record_event
from portal.kernel import outbox
from portal.kernel.permissions import SYSTEM
from portal.models import AuditEvent, BulkFile, OutboxMessage, Webhook
from portal.opendata.bulk import write_bulk_files
from portal.opendata.webhooks import add_webhook, end_webhook
from tests.factories.titles import make_titled


@pytest.fixture
def receiver():
    """Another system: keeps what it is sent and answers what the test wants."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.received.append((self.path, headers, body))
            self.send_response(self.server.answer)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.answer = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def title(db):
    return make_titled().title


@pytest.fixture
def hook(title, receiver, settings):
    settings.DEMO = True
    return add_webhook(f"http://127.0.0.1:{receiver.server_port}/told", ["title"])


def surrender(title) -> OutboxMessage:
    change_title(title, "surrender", by=SYSTEM, note="不再从事此项服务")
    return OutboxMessage.objects.get(topic="webhook")


def test_a_change_is_told_and_signed(title, hook, receiver, settings):
    message = surrender(title)
    assert outbox.handle(message.pk) is True
    [(path, headers, body)] = receiver.received
    told = json.loads(body)
    assert (path, told["type"]) == ("/told", "title.surrendered")
    assert told["data"] == {"url": f"{settings.SITE_ORIGIN}/api/v1/titles/{title.key}"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = base64.b64decode(hook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize("answer", [500, 302])
def test_what_was_not_taken_is_tried_again_and_goes_nowhere_else(title, hook, receiver, answer):
    receiver.answer = answer
    message = surrender(title)
    assert outbox.handle(message.pk) is False
    message.refresh_from_db()
    assert message.retry_at and f"答复 {answer}" in message.error
    assert [path for path, _, _ in receiver.received] == ["/told"]


def test_who_is_not_told(title, hook, receiver, settings):
    message = surrender(title)
    end_webhook(hook)
    assert outbox.handle(message.pk) is True and receiver.received == []
    record_event(title, "renamed", on=title.granted_on, by=SYSTEM)
    assert OutboxMessage.objects.filter(topic="webhook").count() == 1


def test_the_operators_command(db, settings):
    settings.DEMO = False
    out = StringIO()
    call_command("webhook", "add", "https://data.example.gov.cn/told", "--kinds", "notice", stdout=out)
    row = Webhook.objects.get()
    assert row.secret in out.getvalue() and row.kinds == ["notice"]
    assert AuditEvent.objects.filter(action="webhook.add").count() == 1
    listed = StringIO()
    call_command("webhook", "list", "--json", stdout=listed)
    assert [one["url"] for one in json.loads(listed.getvalue())] == [
        row.url
    ] and "whsec" not in listed.getvalue()
    call_command("webhook", "end", str(row.pk), stdout=StringIO())
    with pytest.raises(CommandError, match="已经停用"):
        call_command("webhook", "end", str(row.pk))
    for wrong in ("http://data.example.gov.cn/", "https://name:word@example.cn/", "ftp://example.cn/"):
        with pytest.raises(CommandError, match="地址应"):
            call_command("webhook", "add", wrong)


# --- bulk files ---


def test_everything_in_one_file_made_anew_when_it_changes(client, title):
    assert client.get("/api/v1/bulk/titles.jsonl.gz").status_code == 404
    assert write_bulk_files() == ["notices", "titles"] and write_bulk_files() == []
    first = client.get("/api/v1/bulk/titles.jsonl.gz")
    content = b"".join(first.streaming_content)
    [row] = [json.loads(line) for line in gzip.decompress(content).splitlines()]
    assert row == client.get("/api/v1/titles").json()["items"][0]
    assert (
        first["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
        and "private" not in first["Cache-Control"]
    )
    again = client.get("/api/v1/bulk/titles.jsonl.gz", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    surrendered = change_title(title, "surrender", by=SYSTEM, note="不再从事此项服务")
    assert write_bulk_files() == ["titles"]
    changed = client.get("/api/v1/bulk/titles.jsonl.gz", headers={"If-None-Match": first["ETag"]})
    assert surrendered.state in gzip.decompress(b"".join(changed.streaming_content)).decode()
    listed = {one["name"]: one for one in client.get("/api/v1/bulk").json()}
    assert listed["titles"]["sha256"] == BulkFile.objects.get(name="titles").sha256
    assert listed["titles"]["address"] == "/api/v1/bulk/titles.jsonl.gz"
