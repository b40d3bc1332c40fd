"""Jobs of the clock: pieces of uploads that nobody came back for."""

from __future__ import annotations

from datetime import date

from portal.files.partial import FOLDER, discard
from portal.kernel import clock
from portal.kernel.daily import daily
from portal.models import PartialUpload
from portal.shared.storage import keys_under, remove_private


@daily
def sweep_partial_uploads(day: date) -> None:
    """What nobody came back for goes, and so do pieces whose row is gone."""
    for upload in PartialUpload.objects.filter(expires_at__lte=clock.now()):
        discard(upload)
    known = {str(pk) for pk in PartialUpload.objects.values_list("pk", flat=True)}
    for key in keys_under(FOLDER):
        if key.split("/")[1] not in known:
            remove_private(key)
