from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile
from portal.privacy.fields import PrivateJSONField


class Material(models.Model):
    """One of the twelve materials of Art. 8 (or the three of Art. 14) in one dossier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="materials")
    code = models.CharField("材料", max_length=24)
    position = models.PositiveSmallIntegerField("顺序")
    none_declared = models.BooleanField("声明没有", default=False)
    none_reason = models.TextField("说明", blank=True)
    fields = models.JSONField("登记内容", default=dict)
    findings = models.JSONField("核对结果", default=list)
    tally = models.JSONField("核对结果计数", default=list)
    figures = models.JSONField("计算结果", default=dict)
    status = models.CharField("办理情况", max_length=12, default="todo")
    hint = models.CharField("摘要", max_length=200, blank=True)
    pip = models.CharField("标记", max_length=1, default="m")
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "材料"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="one_material_per_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.application}材料{self.position}"

    @property
    def audit_root(self) -> Application:
        return self.application

    @property
    def fact(self) -> str:
        """What there is of it; before anything is, the summary holds its guidance, which is no fact."""
        return {"todo": "还没有填写", "optional": "未填（选填材料）"}.get(self.status, self.hint)


class MaterialFile(models.Model):
    """A file in a material. Replacing keeps the old one with its time: what was filed stays readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    material = models.ForeignKey(Material, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("加入时间")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移除时间", null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    difference = models.JSONField("与上一版的差异", default=dict)

    class Meta:
        verbose_name = "材料文件"
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.file.name


class RosterRow(models.Model):
    """One row of a roster (materials 四, 五, 六) as read from the current workbook."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    key = models.CharField("识别码", max_length=64, blank=True, db_index=True)
    data = models.JSONField("内容")
    contacts = PrivateJSONField("联系人和电话", default=dict)

    class Meta:
        verbose_name = "名册行"
        ordering = ("number",)

    @property
    def cells(self) -> dict:
        """All that was read, the contacts too."""
        return {**self.data, **self.contacts}
