"""What the public sends is looked into before anybody has to wait for it, and nothing unwanted stays in the store."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms.complaints.services import receive_complaint
from portal.models import StoredFile
from portal.shared.refusal import UploadRefused
from tests.factories import dossiers
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db
WORDS = {
    "subject": "收费与公布的标准不符",
    "facts": "三月五日到场检测，实际收费高于公布的标准。",
    "name": "李女士",
    "contact": "13800001234",
}


@pytest.fixture
def kept(settings, tmp_path):
    """Names of what lies in the store."""
    settings.MEDIA_ROOT = str(tmp_path)
    return lambda: sorted(path.name for path in Path(tmp_path).glob("sha256/**/*") if path.is_file())


@pytest.fixture
def title():
    return dossiers.title(dossiers.unit())


def paper(words: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{words}.pdf", evidence_pdf(words), "application/pdf")


def test_a_bad_file_is_refused_before_anything_is_written_and_takes_the_good_one_along(title, kept):
    """The one question is whether a row holds the bytes that are given back."""
    bad = SimpleUploadedFile("坏.pdf", b"%PDF-1.7 nothing", "application/pdf")
    with (
        CaptureQueriesContext(
            connection,
        ) as asked,
        pytest.raises(UploadRefused),
    ):
        receive_complaint(title, evidence=[paper("好"), bad], **WORDS)
    assert [one["sql"].split(" WHERE ")[0] for one in asked] == ['SELECT 1 AS "a" FROM "portal_storedfile"']
    assert kept() == []


def test_the_same_form_sent_twice_keeps_one_file(title, kept):
    key = uuid4()
    first = receive_complaint(title, evidence=[paper("好")], pk=key, **WORDS)
    assert len(one := kept()) == 1
    assert receive_complaint(title, evidence=[paper("好")], pk=key, **WORDS) == first
    assert kept() == one and StoredFile.objects.filter(owner_id=first.pk).count() == 1
