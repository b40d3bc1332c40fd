from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from platforms.functions import Function
from platforms.organisations.models.platform import Platform
from platforms.states import LIVE_TITLES, PostingState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedQuerySet
from portal.kernel.workflow import transition

WARNED_BEFORE = 14  # days before a posting turns stale
FRESH_DAYS = 90  # calendar days after which a posting must be confirmed again (an operating rule)


def fresh_since() -> date:
    return clock.today() - timedelta(days=FRESH_DAYS)


class PostingQuerySet(ScopedQuerySet):
    def current(self):
        """What the public sees: published, confirmed within 90 days, not over, by a platform with a title."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=clock.today()),
            state=PostingState.PUBLISHED,
            confirmed_on__gte=fresh_since(),
            platform__designations__state__in=LIVE_TITLES,
        )

    def stale(self):
        return self.filter(state=PostingState.PUBLISHED, confirmed_on__lt=fresh_since())


class ServicePosting(StatefulModel):
    """A service that a titled platform offers now (Art. 13: 及时发布服务信息)."""

    class Mode(models.TextChoices):
        ONSITE = "onsite", "现场"
        ONLINE = "online", "线上"
        BOTH = "both", "现场和线上"

    class Fee(models.TextChoices):
        FREE = "free", "公益"
        CHARGED = "charged", "收费"

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="postings", verbose_name="示范平台")
    name = models.CharField("服务名称", max_length=80)
    function = models.CharField("服务功能", max_length=16, choices=Function.choices)
    audience = models.CharField("服务对象", max_length=120)
    when = models.CharField(
        "服务时间", max_length=120, help_text="例如：每周二 9:00—17:00；2026 年 5 月 20 日"
    )
    ends_on = models.DateField("截止日期", null=True, blank=True, help_text="过后不再对外显示；长期服务留空")
    mode = models.CharField("服务方式", max_length=8, choices=Mode.choices)
    place = models.CharField("地点或者网址", max_length=160)
    fee = models.CharField("收费", max_length=8, choices=Fee.choices)
    price = models.CharField("收费标准", max_length=120, blank=True)
    contact = models.CharField("联系人", max_length=40)
    phone = models.CharField("联系电话", max_length=40)
    description = models.TextField("服务内容", max_length=1000)
    published_on = models.DateField("发布日期")
    confirmed_on = models.DateField("最近确认日期")
    hidden_reason = models.TextField("隐藏理由", blank=True)
    state = StateField("状态", default=PostingState.PUBLISHED, choices=PostingState.choices, protected=True)

    objects = models.Manager.from_queryset(PostingQuerySet)()

    class Meta:
        verbose_name = "服务信息"
        ordering = ("-confirmed_on", "-published_on", "pk")
        indexes = [models.Index(fields=["state", "confirmed_on"], name="posting_state_confirmed")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_root(self):
        return self.platform

    @property
    def cost(self) -> str:
        """What it costs, in words: a charged service by its price."""
        return (
            self.price if self.fee == self.Fee.CHARGED else f"{self.get_fee_display()} {self.price}".strip()
        )

    @property
    def is_stale(self) -> bool:
        return self.state == PostingState.PUBLISHED and self.confirmed_on < fresh_since()

    @property
    def is_over(self) -> bool:
        return bool(self.ends_on and self.ends_on < clock.today())

    @transition(
        state,
        source=PostingState.PUBLISHED,
        target=PostingState.HIDDEN,
        label="隐藏服务信息",
        note_required=True,
        consequence="此条信息不再对外显示，平台收到隐藏理由；改正后由推荐单位恢复显示。",
    )
    def hide(self, *, by, note, **facts):
        self.hidden_reason = note

    @transition(
        state,
        source=PostingState.HIDDEN,
        target=PostingState.PUBLISHED,
        label="恢复显示",
        consequence="此条信息重新对外显示，平台收到通知。",
    )
    def restore(self, *, by, note, **facts):
        self.hidden_reason = ""

    @transition(
        state,
        source=(PostingState.PUBLISHED, PostingState.HIDDEN),
        target=PostingState.WITHDRAWN,
        label="撤下服务信息",
        consequence="此条信息不再对外显示；需要时可以另行发布。",
    )
    def withdraw(self, *, by, note, **facts):
        """Nothing but the state changes."""
