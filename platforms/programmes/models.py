from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.imports.taken_back import NOT_UNDONE, manager
from platforms.organisations.models.platform import Platform
from platforms.recommenders.models import Recommender
from platforms.states import ProvincialTitleState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedQuerySet
from portal.kernel.standing import OnRecord
from portal.kernel.workflow import transition
from portal.shared.validators import clean_name


class Programme(models.Model):
    """A province's own recognition of 省级示范平台 (Art. 18): what its title is called and how it is numbered.

    The national programme has no row: a cycle without a programme is the ministry's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommender = models.OneToOneField(
        Recommender, models.PROTECT, related_name="programme", verbose_name="省级主管部门"
    )
    honour = models.CharField("称号名称", max_length=60, validators=[clean_name])
    number_prefix = models.CharField(
        "编号前缀", max_length=12, unique=True, help_text="证书编号为“前缀-年度-序号”，与国家级编号分开"
    )
    opened_at = models.DateTimeField("设立时间")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(ScopedQuerySet)()

    class Meta:
        verbose_name = "省级认定"
        ordering = ("recommender__order",)

    def __str__(self) -> str:
        return self.honour


ENDING_WITHIN = timedelta(days=365)  # a title that ends so soon is up for its province's confirmation


class ProvincialTitleQuerySet(ScopedQuerySet):
    def standing(self, on: date | None = None):
        """Neither revoked nor past its term, today or on another day."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=on or clock.today()), state=ProvincialTitleState.ACTIVE
        )

    def ending(self):
        """Within a year of their last day, or past it, and nobody has decided on them."""
        return self.filter(valid_until__lte=clock.today() + ENDING_WITHIN, state=ProvincialTitleState.ACTIVE)


class ProvincialTitle(StatefulModel):
    """A line of a province's own register. A table of its own: nothing that reads titles can meet one by mistake.

    `platform` is empty for a line of an older list whose platform is not known here; the code identifies the unit.
    """

    class Source(models.TextChoices):
        ROUND = "round", "本系统认定"
        LIST = "list", "以往名单导入"
        TYPED = "typed", "以往名单登记"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="titles", verbose_name="省级认定")
    platform = models.ForeignKey(
        Platform, models.PROTECT, null=True, related_name="provincial_titles", verbose_name="平台"
    )
    number = models.CharField("编号", max_length=40, blank=True)
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18, db_index=True)
    year = models.PositiveSmallIntegerField("认定年度")
    document_title = models.CharField("公布文件", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=64, blank=True)
    granted_on = models.DateField("认定日期", null=True, blank=True, help_text="以往名单未载明的不填")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    term_years = models.PositiveSmallIntegerField("有效期（年）", null=True, editable=False)
    confirmed_on = models.DateField("最近确认日期", null=True, editable=False)
    source = models.CharField("来源", max_length=8, choices=Source.choices)
    recorded_at = models.DateTimeField("登记时间")
    ended_on = models.DateField("终止日期", null=True)
    end_reason = models.TextField("终止原因", blank=True)
    on_record = OnRecord(but=("state_event",))
    state = StateField(
        "状态", default=ProvincialTitleState.ACTIVE, choices=ProvincialTitleState.choices, protected=True
    )

    objects = manager(NOT_UNDONE, ProvincialTitleQuerySet)

    class Meta:
        verbose_name = "省级示范平台"
        ordering = ("-year", "number", "platform_name")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=~Q(number="") & NOT_UNDONE,
                name="one_provincial_number",
            ),
            models.UniqueConstraint(
                fields=["programme", "uscc", "platform_name", "year"],
                condition=NOT_UNDONE,
                name="one_provincial_line_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_name}（{self.number or self.document_number or self.year}）"

    @property
    def key(self) -> str:
        """Its address on the verification page, as a national title has one."""
        return self.number

    @property
    def stands(self) -> bool:
        return self.state == ProvincialTitleState.ACTIVE and (
            self.valid_until is None or clock.today() <= self.valid_until
        )

    @property
    def term(self) -> str:
        return f"有效期至 {self.valid_until:%Y-%m-%d}" if self.valid_until else "不设期限"

    def covers(self, year: int) -> bool:
        """Whether it stands beyond that year: its platform has nothing to file for then."""
        return self.stands and (self.valid_until is None or self.valid_until.year > year)

    @property
    def proof(self) -> str:
        """The line as proof of 省级认定 in a national dossier."""
        parts = [
            self.programme.honour,
            f"编号 {self.number}" if self.number else "",
            self.document_number,
            f"{self.granted_on:%Y-%m-%d} 认定" if self.granted_on else f"{self.year} 年认定",
            f"有效期至 {self.valid_until:%Y-%m-%d}" if self.valid_until else "",
        ]
        return f"{self.programme.recommender.label}省级名录核实：{'，'.join(part for part in parts if part)}"

    @property
    def is_untouched(self) -> bool:
        return self.state == ProvincialTitleState.ACTIVE and self.confirmed_on is None

    @property
    def is_ending(self) -> bool:
        return (
            self.state == ProvincialTitleState.ACTIVE
            and self.valid_until is not None
            and self.valid_until <= clock.today() + ENDING_WITHIN
        )

    @property
    def standing_label(self) -> str:
        if self.state == ProvincialTitleState.ACTIVE and not self.stands:
            return "已到期"
        return self.get_state_display()

    @transition(
        state,
        source=ProvincialTitleState.ACTIVE,
        target=ProvincialTitleState.REVOKED,
        label="撤销省级称号",
        two_person=True,
        note_required=True,
        consequence="本省名录立即显示已撤销，不再作为国家级申报的省级认定证明；国家级称号不受影响。",
    )
    def revoke(self, *, by, note, **facts):
        self.ended_on, self.end_reason = clock.today(), note

    @transition(
        state,
        source=ProvincialTitleState.ACTIVE,
        target=ProvincialTitleState.ACTIVE,
        label="复核确认",
        two_person=True,
        note_required=True,
        consequence="称号延续一个新的有效期，名录随即更新；有证书的换发新证书，单位收到通知。",
    )
    def renew(self, *, by, note, until: str, years: int | None, **facts):
        self.valid_until = date.fromisoformat(until) if until else None
        self.term_years, self.confirmed_on = years, clock.today()

    @transition(
        state,
        source=ProvincialTitleState.ACTIVE,
        target=ProvincialTitleState.ENDED,
        label="终止称号",
        two_person=True,
        note_required=True,
        consequence="复核不合格或者不再确认。名录立即显示已终止，单位收到通知；国家级称号不受影响。",
    )
    def end(self, *, by, note, **facts):
        self.ended_on, self.end_reason = clock.today(), note

    @transition(
        state,
        source=ProvincialTitleState.ACTIVE,
        target=ProvincialTitleState.UNDONE,
        label="撤销导入",
        note_required=True,
    )
    def take_back(self, *, by, note, **facts):
        """The list that it came from was imported by mistake."""
