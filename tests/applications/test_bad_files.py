"""The corpus of bad and good files through the page that takes them: a sentence each, nothing stored, no 500."""

from __future__ import annotations

import html
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import MaterialFile
from portal.files.inspection import inspect_upload
from portal.kernel.outbox import drain_outbox
from portal.models import StoredFile
from portal.shared.uploads import UploadRefused
from tests.factories import filing
from tests.portal.shared.corpus import BAD, BAD_NAMES, GOOD, GOOD_PDF, MEGABYTE
from tests.portal.shared.good_files import MORE_GOOD

ALL = ("pdf", "ofd", "jpg", "png", "xlsx", "docx")
LIMIT = 50 * MEGABYTE  # of the material that takes every kind
ON_THE_PAGE = {**BAD, "51 MB": ("报告.pdf", lambda: GOOD_PDF + bytes(51 * MEGABYTE), "too_large")}
# Larger than the corpus' own limit, not than this material's.
ON_THE_PAGE["pdf: too large"] = ("报告.pdf", lambda: GOOD_PDF + bytes(20 * MEGABYTE), "cut_pdf")
GROUPS = {n: dict(list(ON_THE_PAGE.items())[n::4]) for n in range(4)}
GOOD_ONES = {**GOOD, **MORE_GOOD}
GOOD_GROUPS = {n: dict(list(GOOD_ONES.items())[n::4]) for n in range(4)}


@pytest.fixture
def page(client, db):
    unit = filing.unit()
    dossier = filing.dossier(unit, filing.year(), leave_out=("other",))
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        yield reverse("material", args=[dossier.pk, "other"])


def stored(settings) -> tuple[int, int]:
    root = Path(settings.MEDIA_ROOT)
    return StoredFile.objects.count(), sum(path.is_file() for path in root.rglob("*"))


def state_of_file() -> str:
    return MaterialFile.objects.get(material__code="other", removed_at=None).file.state


def test_the_corpus_is_large_enough():
    assert len(ON_THE_PAGE) + len(BAD_NAMES) >= 80
    assert len(GOOD_ONES) >= 40


@pytest.mark.parametrize("group", GROUPS)
def test_bad_files_are_refused_on_the_page(client, page, settings, group):
    """At once where name, size and first bytes tell; after the check, beside the file, where they don't."""
    wrong = {}
    for key, (name, build, code) in GROUPS[group].items():
        MaterialFile.objects.filter(material__code="other").delete()
        content = build()
        with pytest.raises(UploadRefused) as expected:
            inspect_upload(io.BytesIO(content), name=name, allowed=ALL, max_bytes=LIMIT)
        before = stored(settings)
        answer = client.post(page, {"file": SimpleUploadedFile(name, content)})
        if answer.status_code == 302:
            drain_outbox()
            answer = client.get(page)
            kept = state_of_file() == StoredFile.State.REFUSED
        else:
            kept = answer.status_code == 422 and stored(settings) == before
        text = html.unescape(answer.content.decode())
        if (kept, expected.value.code, expected.value.sentence in text) != (True, code, True):
            wrong[key] = (answer.status_code, expected.value.code, code)
    assert wrong == {}


def test_bad_names_are_refused_before_anything_is_sent(client, page, settings):
    before, wrong = stored(settings), {}
    for key, (name, _) in BAD_NAMES.items():
        if key == "lone surrogate":
            continue  # no browser can send it
        with pytest.raises(UploadRefused) as expected:
            inspect_upload(io.BytesIO(GOOD_PDF), name=name, allowed=ALL, max_bytes=LIMIT)
        told = {"name": name, "size": len(GOOD_PDF), "fingerprint": "1"}
        answer = client.post(f"{page}uploads/", told)
        if (answer.status_code, answer.json().get("error")) != (422, expected.value.sentence):
            wrong[key] = answer.content.decode()
    assert wrong == {}
    assert stored(settings) == before


@pytest.mark.parametrize("group", GOOD_GROUPS)
def test_good_files_are_taken(client, page, group):
    refused = {}
    for key, (name, build, _) in GOOD_GROUPS[group].items():
        MaterialFile.objects.filter(material__code="other").delete()
        answer = client.post(page, {"file": SimpleUploadedFile(name, build())})
        drain_outbox()
        if answer.status_code != 302 or state_of_file() != StoredFile.State.CLEAN:
            answer = client.get(page)
            text = html.unescape(answer.content.decode())
            refused[key] = text[text.find('id="files"') :][:600]
    assert refused == {}
