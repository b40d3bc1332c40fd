from __future__ import annotations

import uuid

from django.db import models
from guardian.models import UserObjectPermissionBase

from platforms.states import SuspensionState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition


class Recommender(models.Model):
    """One of the 37 provincial-level departments (Art. 3), a national industry association (Art. 19), a unit of the ministry."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "省级中小企业主管部门"
        ASSOCIATION = "association", "全国性行业协会"
        MINISTRY_UNIT = "ministry_unit", "部属单位"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("代码", max_length=12, unique=True)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    name = models.CharField("名称", max_length=60, unique=True)
    label = models.CharField("简称", max_length=12, help_text="如“浙江”“大连”“中国纺联”")
    mark = models.CharField("编号用字", max_length=4, help_text="用于受理编号，如“浙”")
    order = models.PositiveSmallIntegerField("排序")
    office = models.CharField("承办处室", max_length=60, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    seal_text = models.CharField("落款名称", max_length=60, blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "推荐单位"
        ordering = ("order",)
        permissions = [
            ("handle_recommender", "经办推荐单位事务"),
            ("sign_recommender", "签发推荐单位事务"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_association(self) -> bool:
        return self.kind == self.Kind.ASSOCIATION

    @property
    def is_direct(self) -> bool:
        """Recommends whoever is named to it, without a territory of its own: an association, a unit of the ministry."""
        return self.kind != self.Kind.DEPARTMENT

    @property
    def road(self) -> str:
        """How it recommends, in the words of the forms."""
        return {
            self.Kind.ASSOCIATION: "全国性行业协会直接推荐",
            self.Kind.MINISTRY_UNIT: "部属单位推荐",
        }.get(self.kind, "省级推荐")


class RecommenderUserObjectPermission(UserObjectPermissionBase):
    """Who handles and who signs for a recommender; a row of its own per recommender, never a reused key."""

    content_object = models.ForeignKey(Recommender, models.CASCADE)


class Suspension(StatefulModel):
    """A jurisdiction's filing for one year is suspended after fraud found on its territory (Art. 15)."""

    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="suspensions", verbose_name="推荐单位"
    )
    year = models.PositiveSmallIntegerField("暂停年度")
    reason = models.TextField("事由")
    document = models.CharField("决定文号", max_length=64, blank=True)
    decided_on = models.DateField("决定日期")
    state = StateField(
        "状态", default=SuspensionState.IN_FORCE, choices=SuspensionState.choices, protected=True
    )
    lifted_reason = models.TextField("解除理由", blank=True)
    lifted_document = models.CharField("解除决定文号", max_length=64, blank=True)
    lifted_on = models.DateField("解除日期", null=True)
    lifted_announcement = models.CharField("解除公告", max_length=200, blank=True)
    lifted_address = models.CharField("解除公告地址", max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "暂停申报"
        constraints = [
            models.UniqueConstraint(
                fields=["recommender", "year"],
                condition=models.Q(state="IN_FORCE"),
                name="one_suspension_per_year",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommender.name} {self.year} 年度暂停申报"

    @transition(
        state,
        source=SuspensionState.IN_FORCE,
        target=SuspensionState.LIFTED,
        label="解除暂停",
        two_person=True,
        note_required=True,
        consequence="审签后申报工作恢复，并发布公告；推荐单位和该地区申报单位收到通知。",
    )
    def lift(self, *, by, note, document_number: str = "", **facts):
        self.lifted_reason, self.lifted_document, self.lifted_on = note, document_number, clock.today()
