"""Jobs of the clock: pieces of uploads that nobody came back for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from portal.files.partial import discard
from portal.kernel import clock
from portal.kernel.daily import daily
from portal.models import PartialUpload


@daily
def sweep_partial_uploads(day: date) -> None:
    """What nobody came back for goes, and so do pieces whose row is gone."""
    for upload in PartialUpload.objects.filter(expires_at__lte=clock.now()):
        discard(upload)
    folder = Path(settings.PARTIAL_UPLOADS)
    if folder.is_dir():
        known = {str(pk) for pk in PartialUpload.objects.values_list("pk", flat=True)}
        for path in folder.iterdir():
            if path.name not in known:
                path.unlink(missing_ok=True)
