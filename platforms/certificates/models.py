from __future__ import annotations

import re
import uuid
from datetime import date

from django.db import models

from platforms.imports.taken_back import UNDONE, manager
from platforms.programmes.models import ProvincialTitle
from platforms.register.models import HISTORIC, Designation
from portal.models import StoredFile
from portal.shared.workingdays import date_cn
from portal.trail.sealing import Sealed

NUMBER = re.compile(
    r"[A-Z0-9]{1,12}-\d{4}-\d{4,6}"
)  # series, year, place: what an address and a page can name
LAST_LINE = "示范平台"  # a long honour is set in two lines, the second beginning here


class Issue(models.Model):
    """One issue of a title's certificate. A new name or term issues the next; the earlier one stays on record.

    The file is a rendition: made when first asked for, then kept, so that its digest proves a copy.
    A certificate says `honour`, `statement` and `authority`; the concrete model knows whose they are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue = models.PositiveSmallIntegerField("第几次核发", default=1)
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    issued_on = models.DateField("核发日期")
    reason = models.CharField("换发原因", max_length=200, blank=True)
    superseded_on = models.DateField("换发后失效日期", null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="证书文件")

    objects = manager(~models.Q(title__state=UNDONE))

    class Meta:
        abstract = True
        ordering = ("title", "issue")

    def __str__(self) -> str:
        return f"{self.title.number} 第 {self.issue} 次核发"

    @property
    def honour_lines(self) -> list[str]:
        first = self.honour.removesuffix(LAST_LINE)
        return [first, LAST_LINE] if first and first != self.honour else [self.honour]

    @property
    def honour_width(self) -> int:
        """Characters of its wider line: a plaque sets a wide one smaller instead of breaking it."""
        return max(len(line) for line in self.honour_lines)


class Certificate(Issue):
    """Of the national title (Art. 10)."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="certificates", verbose_name="称号")

    honour = "国家中小企业公共服务示范平台"
    authority = "工业和信息化部"
    sealed = Sealed(once=("superseded_on", "file"))

    class Meta(Issue.Meta):
        verbose_name = "证书"
        constraints = [
            models.UniqueConstraint(fields=["title", "issue"], name="one_certificate_per_issue"),
            models.UniqueConstraint(
                fields=["title"],
                condition=models.Q(superseded_on=None),
                name="one_valid_certificate_per_title",
            ),
        ]

    @property
    def audit_root(self):
        return self.title.platform

    @property
    def statement(self) -> str:
        title = self.title
        basis = title.announcement_title if title.edition == HISTORIC else title.edition
        term = f"称号每三年复核一次，下次复核年度 {title.review_year} 年。"
        if title.valid_until:
            term = f"有效期至 {date_cn(title.valid_until)}，期满可重新申报。"
        return f"根据《{basis}》，经评审和公示，授予“{self.honour}”称号。{term}"

    @property
    def granted_on(self) -> date:
        return self.title.granted_on


class ProvincialCertificate(Issue):
    """Of a province's own title (Art. 18), in the words and for the term of its day."""

    title = models.ForeignKey(
        ProvincialTitle, models.PROTECT, related_name="certificates", verbose_name="省级称号"
    )
    honour = models.CharField("称号名称", max_length=60)
    authority = models.CharField("认定单位", max_length=100)
    rules = models.CharField("本省办法", max_length=100)
    valid_until = models.DateField("有效期至", null=True)
    sealed = Sealed(once=("superseded_on", "file"))

    class Meta(Issue.Meta):
        verbose_name = "省级证书"
        constraints = [
            models.UniqueConstraint(fields=["title", "issue"], name="one_provincial_certificate_per_issue"),
            models.UniqueConstraint(
                fields=["title"],
                condition=models.Q(superseded_on=None),
                name="one_valid_provincial_certificate_per_title",
            ),
        ]

    @property
    def statement(self) -> str:
        term = f"有效期至 {date_cn(self.valid_until)}。" if self.valid_until else ""
        return f"根据《{self.rules}》，经评审和公示，授予“{self.honour}”称号。{term}"

    @property
    def granted_on(self) -> date:
        return self.title.granted_on
