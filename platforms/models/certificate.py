from __future__ import annotations

import uuid

from django.db import models

from platforms.models.designation import Designation
from portal.models import StoredFile
from portal.permissions import ScopedManager


class Certificate(models.Model):
    """One issue of a title's certificate. A change of name issues the next; the earlier one stays on record.

    The file is a rendition: made when first asked for, then kept, so that its digest proves a copy.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.ForeignKey(Designation, models.PROTECT, related_name="certificates", verbose_name="称号")
    issue = models.PositiveSmallIntegerField("第几次核发", default=1)
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    issued_on = models.DateField("核发日期")
    reason = models.CharField("换发原因", max_length=200, blank=True)
    superseded_on = models.DateField("换发后失效日期", null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="证书文件")

    objects = ScopedManager()

    class Meta:
        verbose_name = "证书"
        ordering = ("title", "issue")
        constraints = [
            models.UniqueConstraint(fields=["title", "issue"], name="one_certificate_per_issue"),
            models.UniqueConstraint(
                fields=["title"],
                condition=models.Q(superseded_on=None),
                name="one_valid_certificate_per_title",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.number} 第 {self.issue} 次核发"

    @property
    def audit_root(self):
        return self.title.platform
