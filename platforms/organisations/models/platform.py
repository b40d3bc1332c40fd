from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from platforms.functions import Function, labels_of
from platforms.imports.taken_back import STANDING, TakenBack, manager
from platforms.organisations.models.organisation import Organisation
from platforms.recommenders.models import Recommender
from portal.privacy.fields import PrivateField
from portal.shared.validators import clean_name


class Platform(TakenBack):
    """A service platform run by one legal entity (Art. 2); an entity may run several."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", "综合性平台"
        SPECIALISED = "specialised", "专业平台"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="platforms", verbose_name="运营单位"
    )
    jurisdiction = models.ForeignKey(
        Recommender,
        models.PROTECT,
        related_name="platforms",
        limit_choices_to={"kind": Recommender.Kind.DEPARTMENT},
        verbose_name="所在地区主管部门",
        help_text="计划单列市和兵团单独列出，请按实际隶属选择，不按地址推断",
    )
    name = models.CharField("平台名称", max_length=100, validators=[clean_name])
    kind = models.CharField("平台类型", max_length=16, choices=Kind.choices)
    functions = ArrayField(models.CharField(max_length=16, choices=Function.choices), verbose_name="服务功能")
    jurisdiction_reason = models.CharField(
        "所在地区与代码登记地不同的原因", max_length=200, blank=True, default=""
    )
    operating_since = models.DateField("平台运营起始日期", null=True)  # unknown in historic lists
    service_area = models.CharField("主要服务区域或行业", max_length=200)
    address = models.CharField("经营服务场所地址", max_length=120)
    contact = PrivateField("联系人", max_length=40)
    phone = models.CharField("联系电话", max_length=40)
    contact_is_public = models.BooleanField("同意在名录公开联系人姓名", default=False)
    website = models.URLField("网址", blank=True)
    introduction = models.TextField("平台简介", blank=True, max_length=1000)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = manager(STANDING)

    class Meta:
        verbose_name = "平台"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=STANDING, name="one_platform_name_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def function_labels(self) -> list[str]:
        return labels_of(self.functions)
