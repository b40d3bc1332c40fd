from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application


class Report(models.Model):
    """The application report (Annex 2), as data of the edition's form definition.

    `editions` is {section: {"version", "by", "at"}}: an editor who holds an older version of a section is shown
    both texts instead of losing one; two people in two sections never meet. `version` counts all saves.
    """

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="annex")
    form_code = models.CharField("表单版本", max_length=40)
    data = models.JSONField("内容", default=dict)
    finished_sections = models.JSONField("已标记完成的部分", default=list)
    editions = models.JSONField("各部分的版本", default=dict)
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新时间", null=True)

    class Meta:
        verbose_name = "申请报告"

    def __str__(self) -> str:
        return f"{self.application}申请报告"

    def section_version(self, section: str) -> int:
        return self.editions.get(section, {}).get("version", 0)

    @property
    def audit_root(self) -> Application:
        return self.application
