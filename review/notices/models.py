from __future__ import annotations

import json
from datetime import date, timedelta

from django.db import models
from django.utils.functional import cached_property

from applications.models import Application, Cycle
from portal.kernel import clock
from portal.kernel.calendar import calendar, calendars_since
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedQuerySet
from portal.kernel.standing import OnRecord
from portal.kernel.workflow import transition
from portal.models import SignOff
from portal.shared.digests import sha256_hex
from portal.shared.workingdays import Calendar, date_cn
from portal.trail.sealing import Sealed
from review.states import NoticeState

LISTED = ("number", "platform", "organisation", "recommender", "outcome", "reason")  # what a list's row shows


def on_show() -> models.Q:
    """Nothing of a notice signed in advance is visible before 00:00 of its day."""
    return models.Q(published_on__lte=clock.today())


class NoticeQuerySet(ScopedQuerySet):
    def public(self):
        return self.filter(on_show())


class Notice(StatefulModel):
    """A published document: a publicity notice (Art. 9) or an announcement (Arts. 10, 12, 14).

    What was published never changes; a correction is a withdrawal and a new notice.
    """

    class Kind(models.TextChoices):
        PUBLICITY = "publicity", "公示"
        ANNOUNCEMENT = "announcement", "公告"
        CALL = "call", "通知"

    class Subject(models.TextChoices):
        """What a reader subscribes to; one kind of document may announce several things."""

        PUBLICITY = "publicity", "名单公示"
        DESIGNATION = "designation", "授予称号"
        CONFIRMATION = "confirmation", "复核合格"
        REVOCATION = "revocation", "撤销或者放弃称号"
        SUSPENSION = "suspension", "恢复申报工作"

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    subject = models.CharField("内容", max_length=14, choices=Subject.choices, blank=True)
    # Null for an announcement that belongs to no yearly round (a revocation, a surrender).
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="notices")
    procedure = models.CharField("事项", max_length=12, blank=True)
    serial = models.PositiveSmallIntegerField("本年度序号")
    title = models.CharField("标题", max_length=200)
    document_number = models.CharField("文号", max_length=64, blank=True)
    body = models.TextField("正文（规范文本）")
    items_text = models.TextField("名单（规范文本）")
    digest = models.CharField("SHA-256", max_length=64)
    published_on = models.DateField("发布日期")
    ends_on = models.DateField("公示截止", null=True)
    days = models.JSONField("逐日说明", default=list)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    supervision_phone = models.CharField("监督电话", max_length=40, blank=True)
    signoff = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("签发时间")
    # A correction is a new notice; it says which one it takes the place of.
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="更正的公示"
    )
    withdrawn_reason = models.TextField("撤回理由", blank=True)
    state = StateField("状态", default=NoticeState.PUBLISHED, choices=NoticeState.choices, protected=True)
    sealed = Sealed(but=("state", "state_event", "withdrawn_reason"))
    on_record = OnRecord(only=("state", "withdrawn_reason"))

    objects = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        verbose_name = "公示与公告"
        ordering = ("-published_on", "-serial")
        indexes = [models.Index(fields=["kind", "published_on"], name="notice_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """A notice signed in advance is visible from 00:00 of its day."""
        return self.published_on <= clock.today()

    @property
    def matches_digest(self) -> bool:
        """Whether what is stored now is what was signed: body and list hashed anew."""
        return self.digest == sha256_hex(f"{self.body}\n{self.items_text}".encode())

    @property
    def content(self) -> dict:
        """The document as plain data, exactly as it was published; undated where it was signed so: its day is added."""
        body = {"date": date_cn(self.published_on), **json.loads(self.body)}
        return {**body, "items": json.loads(self.items_text)}

    @property
    def read_aloud(self) -> str:
        """Title, text and list as a reader has them before the eyes."""
        parts = [self.title, self.document_number]
        content = self.content
        parts += [content.get("opening", ""), content.get("annex") or "", content.get("signature", "")]
        parts += [f"{one['title']}：{one['text']}" for one in content.get("sections", ())]
        parts += ["，".join(str(row[name]) for name in LISTED if row.get(name)) for row in content["items"]]
        return "　".join(part for part in parts if part)

    @cached_property
    def first_days(self) -> dict[str, date]:
        """Of a correction's lines, day 1 of each one's publicity, by dossier; empty for any other notice."""
        lines = json.loads(self.items_text) if self.replaces_id else []
        return {one["application"]: date.fromisoformat(one["starts"]) for one in lines if one.get("starts")}

    @property
    def has_list(self) -> bool:
        """An announcement of one decision on a jurisdiction names no platforms."""
        return self.items_text != "[]"

    @property
    def last_day(self):
        return self.last_day_by(calendar())

    def last_day_by(self, days: Calendar):
        """As published, or later where a change of the calendar left fewer working days; never earlier."""
        counted = sum("个工作日" in reason for _, _, reason in self.days)
        if self.ends_on and self.first_days:
            length = self.cycle.edition.publicity_days
            return self.latest(self.ends_on, max(self.first_days.values()), length, days)
        if self.ends_on is None or not counted:
            return self.ends_on
        return self.latest(self.ends_on, self.published_on, counted, days)

    def latest(self, published: date, start: date, length: int, days: Calendar) -> date:
        """The last day as published, by this calendar, or by any that was in force since: what stood in public stays."""
        known = (days, *calendars_since(self.created_at))
        return max(published, *(one.add_workdays(start, length) for one in known))

    @property
    def has_run(self) -> bool:
        """Whether all working days of the publicity are over, the last one to 24:00."""
        return self.ends_on is not None and clock.today() > self.last_day

    @transition(
        state,
        source=NoticeState.PUBLISHED,
        target=NoticeState.WITHDRAWN,
        label="撤回公示",
        note_required=True,
        two_person=True,
        consequence="公示撤回，名单上的平台回到待公示，重新公示时公示期重新计算。",
    )
    def withdraw(self, *, by, note, **facts):
        self.withdrawn_reason = note

    @transition(
        state,
        source=NoticeState.PUBLISHED,
        target=NoticeState.CORRECTED,
        label="更正公示",
        note_required=True,
        two_person=True,
        consequence="以更正后的公示代替；没有变化的各项公示期继续计算，有变化的另行公示；名单上的单位收到通知。",
    )
    def correct(self, *, by, note, **facts):
        """The notice that takes its place says, line by line, whose days go on."""


class NoticeItem(models.Model):
    """One line of a published list, as it was published."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="notice_items")
    position = models.PositiveSmallIntegerField("序号")
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    recommender_name = models.CharField("推荐单位", max_length=60)
    outcome = models.CharField("拟定结论", max_length=16)
    # A line of a correction has its own last day; null: the notice's.
    ends_on = models.DateField("本项公示截止", null=True)
    sealed = Sealed()

    class Meta:
        verbose_name = "名单项"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["notice", "application"], name="one_line_per_notice")]

    def __str__(self) -> str:
        return self.platform_name

    @property
    def last_day(self):
        return self.last_day_by(calendar())

    def last_day_by(self, days: Calendar):
        """A line that a correction kept goes on with the days that have run; an amended one has its own."""
        if self.ends_on is None:
            return self.notice.last_day_by(days)
        length = self.notice.cycle.edition.publicity_days if self.notice.cycle_id else 0
        return self.notice.latest(self.ends_on, self.first_day, length, days) if length else self.ends_on

    @property
    def first_day(self) -> date:
        """Day 1 of this line's publicity: of its own where it was amended, else the day on which it was first shown."""
        notice, before = self.notice, self.notice.replaces
        if named := notice.first_days.get(str(self.application_id)):
            return named
        if self.ends_on is None or before is None:
            return notice.published_on
        if before.ends_on == self.ends_on:
            return before.published_on
        return calendar().next_workday(notice.published_on + timedelta(days=1))

    @property
    def has_run(self) -> bool:
        """Whether all working days of this line are over, the last one to 24:00."""
        return self.last_day is not None and clock.today() > self.last_day
