from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application
from platforms.models import Recommender
from portal.kernel.permissions import ScopedManager
from portal.trail.sealing import Sealed


class OfficeNote(models.Model):
    """A note between the officers of one office about a dossier. Its own record: the dossier's trail and package
    do not know of it, the portal's trail does."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="office_notes")
    # None: the ministry
    office = models.ForeignKey(Recommender, models.PROTECT, null=True, related_name="+")
    words = models.TextField("内容", max_length=1000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField("时间")
    sealed = Sealed()

    objects = ScopedManager()

    class Meta:
        verbose_name = "内部记事"
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"{self.application.platform.name}的内部记事"
