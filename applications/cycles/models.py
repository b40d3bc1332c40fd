from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from applications.editions import Edition, get_edition, overlay
from applications.editions.evaluating import Item, items_from
from applications.states import CycleState
from platforms.models import Programme
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedQuerySet
from portal.kernel.workflow import transition


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
    handling_from = models.DateField("集中办理开始", help_text="默认 4 月 1 日")
    handling_until = models.DateField("集中办理结束", help_text="默认 4 月 30 日，其间的工作日可报送")
    review_until = models.DateField("评审办理截止")
    closes_on = models.DateField("申报结束", help_text="其后未报送的终止；已报送的继续办理，可以跨年")
    supplement_days = models.PositiveSmallIntegerField("部级补正期限（工作日）", default=10)
    correction_days = models.PositiveSmallIntegerField("省级退回补正期限（工作日）", default=5)
    panel_size = models.PositiveSmallIntegerField("每件评审专家人数", default=3)
    quota_department = models.PositiveSmallIntegerField("省级推荐名额", null=True, blank=True)
    quota_city = models.PositiveSmallIntegerField("计划单列市、兵团推荐名额", null=True, blank=True)
    quota_association = models.PositiveSmallIntegerField("行业协会推荐名额", null=True, blank=True)
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
        permissions = [("audit_cycle", "审计本年度")]
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
        """The rules that every dossier of this cycle is judged by for ever."""
        return overlay(get_edition(self.edition_code), self.edition_overlay)

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

    def quota_for(self, recommender) -> int | None:
        """How many platforms a recommender may report; None stands for no limit."""
        if recommender.is_association:
            return self.quota_association
        return self.quota_city if len(recommender.code) > 2 else self.quota_department

    @transition(state, source=CycleState.DRAFT, target=CycleState.PUBLISHED, label="发布年度安排")
    def publish(self, *, by, note, digest: str, announced: list[str] | None = None, **facts):
        self.edition_digest, self.announced_titles = digest, announced
        self.published_at = clock.now()

    @transition(
        state, source=CycleState.PUBLISHED, target=CycleState.DRAFT, label="收回年度安排", two_person=True, note_required=True,
        consequence="年度安排回到筹备，不再公开；已建立的草稿保留，重新发布后继续填报。",
    )  # fmt: skip
    def take_back(self, *, by, note, **facts):
        self.edition_digest, self.announced_titles, self.published_at = "", None, None

    @transition(state, source=CycleState.PUBLISHED, target=CycleState.CLOSED, label="结束申报")
    def close(self, *, by, note, **facts):
        """By the clock after `closes_on`; what was reported goes on."""

    @transition(state, source=CycleState.CLOSED, target=CycleState.ENDED, label="年度办结")
    def end(self, *, by, note, **facts):
        """By the clock once nothing filed in the year is alive."""


class CycleUserObjectPermission(UserObjectPermissionBase):
    """An outside auditor's appointment to one cycle (Art. 17)."""

    content_object = models.ForeignKey(Cycle, models.CASCADE)


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
