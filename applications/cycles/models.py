from __future__ import annotations

import uuid
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.editions import Edition, get_edition, overlay
from applications.editions.evaluating import Item, items_from
from applications.editions.frozen import digest_of, read_checked, text_of
from applications.states import CycleState
from platforms.models import Programme
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedQuerySet
from portal.kernel.workflow import transition
from portal.models import AuditEvent, StoredFile
from portal.trail.sealing import Sealed

REMEDIES = (
    "对本结论不服的，可以依照《中华人民共和国行政复议法》自知道之日起六十日内申请行政复议，"
    "也可以依照《中华人民共和国行政诉讼法》自知道之日起六个月内向人民法院提起行政诉讼。"
)


class KeptEdition(models.Model):
    """The whole edition that a year was published by, as canonical JSON under its own digest. Never changed."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    text = models.TextField("办法全文（规范文本）")
    kept_at = models.DateTimeField("封存时间")
    sealed = Sealed()

    class Meta:
        verbose_name = "封存的适用办法"

    def __str__(self) -> str:
        return self.digest


def keep_edition(edition: Edition) -> str:
    """Store the edition once and answer its digest."""
    digest = digest_of(edition)
    KeptEdition.objects.get_or_create(
        digest=digest, defaults={"text": text_of(edition), "kept_at": clock.now()}
    )
    return digest


@lru_cache(maxsize=64)
def kept_edition(digest: str) -> Edition:
    """The kept edition, checked whenever it is loaded. Raises RecordAltered with a sentence."""
    return read_checked(kept_text(digest), digest)


def kept_text(digest: str) -> str:
    return KeptEdition.objects.filter(digest=digest).values_list("text", flat=True).first() or ""


def lines_of(text: str) -> list[str]:
    return [line for line in (" ".join(one.split()) for one in text.splitlines()) if line]


class CycleQuerySet(ScopedQuerySet):
    def national(self):
        """The ministry's rounds; a province's own are reached through its programme."""
        return self.filter(programme=None)

    def provincial(self):
        return self.exclude(programme=None).select_related("programme__recommender")


class Cycle(StatefulModel):
    """One yearly round (年度): its edition, its windows, its operating rules. Dates include their last day.

    Without a programme it is the ministry's national round, else a province's own (Art. 18).
    """

    year = models.PositiveSmallIntegerField("年度")
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name="省级认定"
    )
    edition_code = models.CharField("适用办法", max_length=40)
    edition_ground = models.CharField(
        "选用依据", max_length=200, blank=True, help_text="为什么适用这一版办法，例如年度通知的文号和条款"
    )
    edition_overlay = models.JSONField("本年度调整", default=dict, blank=True)
    edition_digest = models.CharField("办法摘要", max_length=64, blank=True, editable=False)
    filing_from = models.DateField("填报开始")
    filing_until = models.DateField("填报截止")
    handling_from = models.DateField("集中办理开始")
    handling_until = models.DateField("集中办理结束", help_text="其间的工作日可报送")
    review_until = models.DateField("评审办理截止")
    closes_on = models.DateField("申报结束", help_text="其后未报送的终止；已报送的继续办理，可以跨年")
    supplement_days = models.PositiveSmallIntegerField("部级补正期限（工作日）")
    correction_days = models.PositiveSmallIntegerField("省级退回补正期限（工作日）")
    panel_size = models.PositiveSmallIntegerField("每件评审专家人数")
    second_look_days = models.PositiveSmallIntegerField(
        "结果申诉期限（工作日）", default=10, help_text="自结论作出的次日起算"
    )
    remedies = models.TextField("救济途径", max_length=600, default=REMEDIES, help_text="写入每一封结论信函")
    quota_department = models.PositiveSmallIntegerField("省级推荐名额", null=True, blank=True)
    quota_city = models.PositiveSmallIntegerField("计划单列市、兵团推荐名额", null=True, blank=True)
    quota_association = models.PositiveSmallIntegerField("行业协会、部属单位推荐名额", null=True, blank=True)
    # What the yearly notice adds, one entry a line.
    associations = models.TextField(
        "可推荐的行业协会", blank=True, help_text="每行一个全称，本系统没有的将登记；不填为全部已登记的协会"
    )
    ministry_units = models.TextField(
        "可推荐的部属单位",
        blank=True,
        help_text="每行一个全称，本系统没有的将登记；不填为全部已登记的部属单位",
    )
    special_slots = models.TextField(
        "不占名额的专项", blank=True, help_text="每行一项，例如 国家信息消费示范城市；每个地区推荐 1 家"
    )
    priorities = models.TextField("优先支持方向", blank=True, max_length=1000)
    attachments = models.TextField(
        "通知附件", blank=True, help_text="每行一个：名称，空一格，然后是网址（https:// 开头）"
    )
    same_province_conflict = models.BooleanField("同省专家回避", default=True)
    publicise_rereview = models.BooleanField("复核结果公示", default=True)
    evaluation_items = models.JSONField("测评项目", default=list, blank=True)
    letters = models.JSONField("信函文字", default=dict, blank=True)
    notice_number = models.CharField("通知文号", max_length=64, blank=True)
    # Where written objections go during publicity.
    contact_office = models.CharField("承办处室", max_length=60, blank=True)
    contact_address = models.CharField("通讯地址和邮编", max_length=120, blank=True)
    contact_fax = models.CharField("传真", max_length=40, blank=True)
    contact_email = models.EmailField("电子邮箱", blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    supervision_phone = models.CharField("监督电话", max_length=40, blank=True)
    state = StateField("状态", default=CycleState.DRAFT, choices=CycleState.choices, protected=True)
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    # Keys of the titles that were announced as due for re-review; None: a province's round, or from before it was kept.
    announced_titles = models.JSONField("公布的应复核称号", null=True, editable=False)

    objects = models.Manager.from_queryset(CycleQuerySet)()

    class Meta:
        verbose_name = "年度"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year"], nulls_distinct=False, name="one_round_a_year_and_programme"
            ),
            models.CheckConstraint(
                condition=Q(filing_from__lte=F("filing_until"))
                & Q(handling_from__lte=F("handling_until"))
                & Q(filing_until__lte=F("handling_until"))
                & Q(handling_until__lte=F("review_until"))
                & Q(handling_until__lte=F("closes_on")),
                name="cycle_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.programme.recommender.label}省级 {self.year} 年度"
            if self.programme_id
            else f"{self.year} 年度"
        )

    @cached_property
    def edition(self) -> Edition:
        """The rules that every dossier of this cycle is judged by for ever.

        The code's edition is the template of a year in preparation; a published year reads what it keeps.
        """
        if self.state == CycleState.DRAFT:
            return overlay(get_edition(self.edition_code), self.edition_overlay)
        return kept_edition(self.edition_digest)

    @property
    def judged_as_of(self) -> date:
        """The day that "for two years" looks back from: the first of the yearly handling (Art. 11)."""
        window = self.edition.window_in(self.year)
        return window[0] if window else self.handling_from

    @property
    def evaluation_rubric(self) -> tuple[Item, ...]:
        """What every recommender evaluates in this year (Art. 7; the items are an operating rule)."""
        return items_from(self.evaluation_items)

    def filing_is_open(self) -> bool:
        """Half-open: from 00:00 of the first day until 24:00 of the last, by server receipt."""
        moment = clock.now()
        return self.state == CycleState.PUBLISHED and clock.start_of(
            self.filing_from
        ) <= moment < clock.end_of(self.filing_until)

    def series_of(self, recommender) -> str:
        """What the receipt numbers of this round begin with: a province's own round counts apart."""
        return f"{self.year}-{recommender.mark}{'省' if self.programme_id else ''}-"

    @property
    def has_notice(self) -> bool:
        """Whether the year's notice adds anything that an applicant or an office has to know."""
        added = (
            self.priorities,
            self.special_slots,
            self.associations,
            self.ministry_units,
            self.attachments,
        )
        return any(added) or bool(self.attached_files)

    @property
    def published_with(self) -> str:
        """What whoever published the year wrote: the reason why its review goes beyond the month of Art. 11."""
        events = AuditEvent.objects.filter(
            stream=f"{self._meta.label_lower}:{self.pk}", action="cycle.publish"
        )
        return events.order_by("-sequence").values_list("note", flat=True).first() or ""

    @property
    def special_list(self) -> list[str]:
        return lines_of(self.special_slots)

    @property
    def attachment_list(self) -> list[tuple[str, str]]:
        return [
            (name, address)
            for name, _, address in (one.rpartition(" ") for one in lines_of(self.attachments))
        ]

    @cached_property
    def attached_files(self) -> list[CycleAttachment]:
        return [one for one in self.attached.all() if one.removed_at is None]

    def admits(self, recommender) -> bool:
        """Whether the year's notice names it; departments always recommend, and an empty list names all."""
        named = {
            recommender.Kind.ASSOCIATION: self.associations,
            recommender.Kind.MINISTRY_UNIT: self.ministry_units,
        }.get(recommender.kind, "")
        return not named.strip() or recommender.name in lines_of(named)

    def quota_for(self, recommender) -> int | None:
        """How many platforms a recommender may report; None stands for no limit."""
        return getattr(self, self.quota_field(recommender))

    @staticmethod
    def quota_field(recommender) -> str:
        if recommender.is_direct:
            return "quota_association"
        return "quota_city" if len(recommender.code) > 2 else "quota_department"

    @transition(state, source=CycleState.DRAFT, target=CycleState.PUBLISHED, label="发布年度安排")
    def publish(self, *, by, note, digest: str, announced: list[str] | None = None, **facts):
        self.edition_digest, self.announced_titles = digest, announced
        self.published_at = clock.now()
        self.__dict__.pop("edition", None)

    @transition(
        state,
        source=CycleState.PUBLISHED,
        target=CycleState.DRAFT,
        label="收回年度安排",
        two_person=True,
        note_required=True,
        consequence="年度安排回到筹备，不再公开；已建立的草稿保留，重新发布后继续填报。",
    )
    def take_back(self, *, by, note, **facts):
        self.edition_digest, self.announced_titles, self.published_at = "", None, None
        self.__dict__.pop("edition", None)

    @transition(state, source=CycleState.PUBLISHED, target=CycleState.CLOSED, label="结束申报")
    def close(self, *, by, note, **facts):
        """By the clock after `closes_on`; what was reported goes on."""

    @transition(state, source=CycleState.CLOSED, target=CycleState.ENDED, label="年度办结")
    def end(self, *, by, note, **facts):
        """By the clock once nothing filed in the year is alive."""


class CycleChange(models.Model):
    """A change of a published cycle's dates or operating rules: what, why, by whom."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="changes")
    changes = models.JSONField("变更内容")
    reason = models.TextField("理由")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "年度安排变更"
        ordering = ("-changed_at",)


class CycleAttachment(models.Model):
    """A file of the year's notice that anybody may download; taken out it stays on record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="attached")
    name = models.CharField("名称", max_length=80)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("移除时间", null=True, editable=False)

    class Meta:
        verbose_name = "通知附件"
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.name
