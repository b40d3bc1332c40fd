from __future__ import annotations

from django.conf import settings
from django.db import models

from platforms.organisations.models.platform import Platform
from platforms.programmes.models import ProvincialTitle
from platforms.recommenders.models import Recommender
from platforms.register.models import Designation
from platforms.states import ImportState
from platforms.support.models import SupportRecord
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile


class ImportBatch(StatefulModel):
    """One workbook read for the register or for support records: looked at first, then taken over, or undone."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "公告名单"
        HISTORIC = "historic", "历史名单"
        SUPPORT = "support", "扶持记录"
        PROVINCIAL = "provincial", "省级认定名单"

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    giver = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="+", verbose_name="导入单位"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    # Titles of the past stand in notices: which one, and where it can be read.
    notice_kind = models.CharField("公告类别", max_length=12, blank=True)
    notice_title = models.CharField("公告标题", max_length=200, blank=True)
    notice_number = models.CharField("公告文号", max_length=64, blank=True)
    notice_on = models.DateField("公告日期", null=True)
    notice_address = models.URLField("公告网址", max_length=200, blank=True)
    notice_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="公告原文"
    )
    valid_until = models.DateField("有效期至", null=True)
    source_text = models.TextField("粘贴的公告", blank=True)
    strangers = models.JSONField("未识别的列", default=list)  # cell, label, key of each
    chosen = models.JSONField("对列的指定", default=dict)  # key of a heading to a column's code, or "-"
    questions = models.JSONField("需要人判断的问题", default=list)
    asides = models.JSONField("没有读取的行", default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人"
    )
    created_at = models.DateTimeField("上传时间")
    state = StateField("状态", default=ImportState.PREVIEWED, choices=ImportState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "导入"
        ordering = ("-created_at",)

    @property
    def is_of_titles(self) -> bool:
        return self.kind in (self.Kind.NOTICE, self.Kind.HISTORIC)

    @property
    def told_columns(self) -> list[dict]:
        """Unknown headings with what a person has said of each, else what was proposed."""
        return [
            {**one, "answer": self.chosen.get(one["key"]) or one.get("proposal", "")}
            for one in self.strangers
        ]

    @property
    def open_strangers(self) -> list[dict]:
        return [one for one in self.strangers if one["key"] not in self.chosen]

    def __str__(self) -> str:
        named = self.file.name if self.file_id else self.notice_title or "粘贴的公告"
        return f"{self.get_kind_display()}导入（{named}）"

    @transition(
        state,
        source=ImportState.PREVIEWED,
        target=ImportState.APPLIED,
        label="导入",
        two_person=True,
        consequence="由另一位负责人审签后，决定导入的各行写入系统；发现有误，可以由两人整批撤销。",
    )
    def apply(self, *, by, note, **facts):
        """The rows are written by the service in the same transaction."""

    @transition(
        state,
        source=ImportState.APPLIED,
        target=ImportState.UNDONE,
        label="撤销导入",
        two_person=True,
        note_required=True,
        consequence="此批写入的内容全部标为“已撤销导入”，不再列入名录、统计和任何名单；记录保留。已有后续办理的不能撤销。",
    )
    def undo(self, *, by, note, **facts):
        """What the batch wrote is taken back by the service in the same transaction."""

    @transition(
        state,
        source=ImportState.PREVIEWED,
        target=ImportState.DISCARDED,
        label="放弃此次导入",
        consequence="没有写入任何内容；需要时重新上传。",
    )
    def discard(self, *, by, note, **facts):
        """Nothing but the state changes."""


class ImportRow(models.Model):
    """One line of the workbook, what it was matched with, and what a person decided about it."""

    class Match(models.TextChoices):
        CODE = "code", "代码相符"
        NAME = "name", "名称相符"
        NEW = "new", "新平台"
        UNSURE = "unsure", "需要判断"
        KNOWN = "known", "已在名录"
        WRONG = "wrong", "有错误"

    class Decision(models.TextChoices):
        PENDING = "", "请选择"
        MATCH = "match", "归入已有平台"
        NEW = "new", "按新平台建立"
        SKIP = "skip", "不导入此行"

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField("行号")
    cells = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    match = models.CharField("匹配", max_length=8, choices=Match.choices)
    decision = models.CharField("决定", max_length=8, choices=Decision.choices, blank=True)
    candidates = models.ManyToManyField(Platform, related_name="+")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, related_name="+")
    title = models.ForeignKey(Designation, models.PROTECT, null=True, related_name="+")
    made_title = models.BooleanField(default=False)
    support = models.ForeignKey(SupportRecord, models.PROTECT, null=True, related_name="+")
    provincial = models.ForeignKey(ProvincialTitle, models.PROTECT, null=True, related_name="+")
    made_platform = models.BooleanField(default=False)
    made_organisation = models.BooleanField(default=False)

    class Meta:
        verbose_name = "导入的行"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row_per_line")]
