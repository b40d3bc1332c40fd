"""Jobs of the clock: pieces of uploads that nobody came back for, documents that can be made again."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from portal.files.partial import FOLDER, discard
from portal.files.renditions import FOLDER as DRAWN
from portal.files.renditions import KEPT_DAYS
from portal.kernel import clock
from portal.kernel.daily import daily
from portal.models import PartialUpload
from portal.shared.storage import kept_since, keys_under, remove_private


@daily
def sweep_partial_uploads(day: date) -> None:
    """What nobody came back for goes, and so do pieces whose row is gone."""
    for upload in PartialUpload.objects.filter(expires_at__lte=clock.now()):
        discard(upload)
    known = {str(pk) for pk in PartialUpload.objects.values_list("pk", flat=True)}
    for key in keys_under(FOLDER):
        if key.split("/")[1] not in known:
            remove_private(key)


@daily
def sweep_renditions(day: date) -> None:
    """By the store's own clock: what was drawn is drawn again when somebody asks."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    for key in keys_under(DRAWN):
        since = kept_since(key)
        if since is not None and since < oldest:
            remove_private(key)
