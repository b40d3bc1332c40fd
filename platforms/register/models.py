from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from platforms.functions import Function, labels_of
from platforms.imports.taken_back import NOT_UNDONE, manager
from platforms.organisations.models.platform import Platform
from platforms.recommenders.models import Recommender
from platforms.states import ENDED_BY_NOTICE, LIVE_TITLES, REGISTERED, DesignationState
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.standing import OnRecord
from portal.kernel.workflow import transition

HISTORIC = "历史名单"  # the edition of a title from an older list: by which rules, its announcement says


class Designation(StatefulModel):
    """The title 国家中小企业公共服务示范平台 (Art. 10). Facts are copied as they were announced."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="designations", verbose_name="平台")
    # Of the certificate; a title granted on paper has none until the portal confirms it.
    number = models.CharField("证书编号", max_length=40, blank=True, db_index=True)
    key = models.CharField("名录中的地址", max_length=40, db_index=True, editable=False)
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)  # none in notices before 2015
    jurisdiction = models.ForeignKey(
        Recommender, models.PROTECT, related_name="+", verbose_name="所在地区主管部门"
    )
    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="designations", verbose_name="推荐单位"
    )
    functions = ArrayField(models.CharField(max_length=16, choices=Function.choices), verbose_name="服务功能")
    kind = models.CharField("平台类型", max_length=16, choices=Platform.Kind.choices)
    year = models.PositiveSmallIntegerField("认定年度")
    edition = models.CharField("适用办法", max_length=40)
    edition_digest = models.CharField(
        "适用办法摘要", max_length=64, blank=True
    )  # none from before the portal
    announcement_title = models.CharField("公告标题", max_length=200)
    announcement_number = models.CharField("公告文号", max_length=64, blank=True)
    granted_on = models.DateField("授予日期")
    review_year = models.PositiveSmallIntegerField(
        "下次复核年度", null=True
    )  # none where it ends by its term
    valid_until = models.DateField("有效期至", null=True)  # of an edition whose titles end by their term
    on_paper = models.BooleanField("公告所载，本系统未颁证书", default=False)
    smes_served = models.PositiveIntegerField("申报时上年服务中小企业数", null=True)
    rectify_until = models.DateField("整改期限", null=True)
    # A failed re-review is announced; the title ends when the days for a second look are over and changed nothing.
    fails_on = models.DateField("复核不合格的撤销日", null=True)
    ended_on = models.DateField("终止日期", null=True)
    end_reason = models.TextField("终止原因", blank=True)
    end_announcement = models.CharField("终止公告", max_length=200, blank=True)
    end_address = models.CharField("终止公告地址", max_length=80, blank=True)
    state = StateField(
        "状态", default=DesignationState.ACTIVE, choices=DesignationState.choices, protected=True
    )
    initials = models.CharField(max_length=120, editable=False, db_index=True)
    sort_key = models.CharField(max_length=255, editable=False)
    search = SearchVectorField(null=True, editable=False)
    on_record = OnRecord(but=("state_event", "initials", "sort_key", "search"))

    objects = manager(NOT_UNDONE)

    class Meta:
        verbose_name = "示范平台称号"
        constraints = [
            models.UniqueConstraint(
                fields=["platform"],
                # A title that ended long ago is entered with its last day and closed in the same transaction.
                condition=models.Q(state__in=[str(state) for state in LIVE_TITLES], ended_on=None),
                name="one_live_title_per_platform",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=NOT_UNDONE & ~models.Q(number=""), name="one_title_per_number"
            ),
            models.UniqueConstraint(fields=["key"], condition=NOT_UNDONE, name="one_title_per_key"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="designation_search"),
            models.Index(fields=["state", "year"], name="designation_state_year"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_name}（{self.number or f'{self.year} 年认定'}）"

    def save(self, *args, **kwargs):
        self.key = self.key or self.number
        super().save(*args, **kwargs)

    @property
    def number_label(self) -> str:
        return self.number or "原公告未列编号"

    @property
    def function_labels(self) -> list[str]:
        return labels_of(self.functions)

    @property
    def supervising_recommender(self) -> Recommender:
        """Who receives its yearly duties and complaints: the association on the Art. 19 route."""
        return self.recommender

    @transition(state, source=LIVE_TITLES, target=DesignationState.ACTIVE, label="复核确认")
    def renew(self, *, by, note, review_year: int | None, valid_until=None, **facts):
        """Art. 14: confirmed by re-review for another term."""
        self.review_year, self.valid_until = review_year, valid_until
        self.rectify_until = None

    @transition(state, source=LIVE_TITLES, target=DesignationState.EXPIRED, label="有效期满")
    def expire(self, *, by, note, on, **facts):
        """The edition of 2017: three years, then it is applied for anew; a public event, nobody's decision."""
        self.ended_on, self.end_reason, self.rectify_until = on, note, None

    @transition(state, source=DesignationState.EXPIRED, target=DesignationState.ACTIVE, label="再次认定")
    def prolong(self, *, by, note, review_year: int | None, valid_until=None, **facts):
        """Designated anew before its term was over, as a later notice shows."""
        self.review_year, self.valid_until = review_year, valid_until
        self.ended_on, self.end_reason, self.end_announcement, self.end_address = None, "", "", ""

    @transition(
        state,
        source=DesignationState.ACTIVE,
        target=DesignationState.RECTIFYING,
        label="责令整改",
        note_required=True,
    )
    def order_rectification(self, *, by, note, until, **facts):
        self.rectify_until = until

    @transition(state, source=DesignationState.RECTIFYING, target=DesignationState.ACTIVE, label="整改合格")
    def accept_rectification(self, *, by, note, **facts):
        self.rectify_until = None

    @transition(
        state,
        source=LIVE_TITLES,
        target=DesignationState.ENDED,
        label="复核不合格",
        note_required=True,
    )
    def end(self, *, by, note, on, announcement: str = "", address: str = "", **facts):
        """Art. 14: failed re-review, announced; no effect on the province."""
        self._close(on, note, announcement, address)

    @transition(
        state,
        source=LIVE_TITLES,
        target=DesignationState.REVOKED,
        label="撤销称号",
        note_required=True,
    )
    def revoke(self, *, by, note, on, announcement: str = "", address: str = "", **facts):
        """Art. 15: fraud. The two persons sign the revocation, of which this is the first effect."""
        self._close(on, note, announcement, address)

    @transition(
        state, source=LIVE_TITLES, target=DesignationState.SURRENDERED, label="放弃称号", note_required=True
    )
    def surrender(self, *, by, note, on, announcement: str = "", address: str = "", **facts):
        self._close(on, note, announcement, address)

    @transition(state, source=DesignationState.ENDED, target=DesignationState.ACTIVE, label="恢复称号")
    def restore(self, *, by, note, **facts):
        """The re-review that ended it was opened again by a second look, and came to the other end."""
        self.ended_on, self.end_reason, self.end_announcement, self.end_address = None, "", "", ""

    @transition(
        state, source=REGISTERED, target=DesignationState.UNDONE, label="撤销导入", note_required=True
    )
    def take_back(self, *, by, note, **facts):
        """The list that it came from was imported by mistake."""

    @transition(
        state,
        source=(DesignationState.ACTIVE, *ENDED_BY_NOTICE),
        target=DesignationState.ACTIVE,
        label="撤销导入的事项",
        note_required=True,
    )
    def undo_event(self, *, by, note, review_year: int | None, valid_until, **facts):
        """What an imported notice had said of it is taken back, and the title stands as it did before."""
        self.review_year, self.valid_until = review_year, valid_until
        self.ended_on, self.end_reason, self.end_announcement, self.end_address = None, "", "", ""

    def _close(self, on, reason: str, announcement: str, address: str) -> None:
        self.ended_on, self.end_reason, self.rectify_until = on, reason, None
        self.end_announcement, self.end_address = announcement, address
