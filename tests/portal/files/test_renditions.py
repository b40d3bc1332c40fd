from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.files import daily, renditions
from portal.kernel import clock, outbox
from portal.middleware import RequestContextMiddleware
from portal.models import OutboxMessage
from portal.shared import pdf
from portal.shared.storage import keep_rendition, keys_under, read_rendition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(renditions, "render_to_string", lambda template, words: f"<p>{words['words']}</p>")


@pytest.fixture
def drawn(monkeypatch):
    """Every layout that is made."""
    made, lay_out = [], pdf.render_pdf
    monkeypatch.setattr(
        pdf, "render_pdf", lambda html, style: made.append(html) or lay_out(html, style=style)
    )
    return made


def correction(words: str) -> bytes:
    return renditions.template_pdf("a.html", {"words": words}, style="form")


def test_the_same_words_are_laid_out_once(drawn):
    first = correction("一")
    assert (correction("一"), len(drawn)) == (first, 1)
    assert correction("二") != first
    assert len(drawn) == 2


def test_half_of_a_file_is_no_file(drawn):
    whole = correction("一")
    [key] = keys_under(renditions.FOLDER)
    kept = read_rendition(key)
    default_storage.delete(key)
    default_storage.save(key, ContentFile(kept[:-9]))
    assert renditions.read_whole(key) is None
    assert correction("一") == whole


def test_a_process_that_serves_people_leaves_it_to_the_worker(drawn, settings, monkeypatch):
    settings.DRAWS_DOCUMENTS = False
    monkeypatch.setattr(renditions.time, "sleep", lambda seconds: outbox.drain_outbox())
    assert correction("一").startswith(b"%PDF")
    assert OutboxMessage.objects.get(topic="rendition").done_at
    assert len(keys_under(renditions.FOLDER)) == 1, "what it was drawn from is gone again"
    assert (correction("一")[:4], OutboxMessage.objects.count()) == (b"%PDF", 1)


def test_within_a_transaction_nobody_waits_for_the_worker(drawn, settings):
    settings.DRAWS_DOCUMENTS = False
    with transaction.atomic():
        assert correction("四").startswith(b"%PDF")
    assert (len(drawn), OutboxMessage.objects.count()) == (1, 0)


def test_whoever_waits_too_long_is_told_to_come_again(client, settings, monkeypatch):
    settings.DRAWS_DOCUMENTS = False
    monkeypatch.setattr(renditions, "PATIENCE", 0)
    with pytest.raises(renditions.BeingDrawn) as waiting:
        correction("三")
    request = client.get(reverse("home")).wsgi_request
    page = RequestContextMiddleware(lambda request: None).process_exception(request, waiting.value)
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "文件正在生成，请过几秒再打开一次。" in page.content.decode()


def test_what_lay_there_for_days_goes(monkeypatch):
    keep_rendition(f"{renditions.FOLDER}/aa/one", b"x")
    daily.sweep_renditions(clock.today())
    assert keys_under(renditions.FOLDER)
    later = timezone.now() + timedelta(days=renditions.KEPT_DAYS + 1)
    monkeypatch.setattr(daily.timezone, "now", lambda: later)
    daily.sweep_renditions(clock.today())
    assert not keys_under(renditions.FOLDER)
