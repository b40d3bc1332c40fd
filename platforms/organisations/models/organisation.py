from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase

from platforms.imports.taken_back import STANDING, TakenBack, manager
from portal.privacy.fields import PrivateEmailField, PrivateField
from portal.shared.validators import clean_name, validate_uscc


class Organisation(TakenBack):
    """A legal entity, known by its 统一社会信用代码: names repeat and change, the code does not."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        INSTITUTION = "institution", "事业单位"
        SOCIETY = "society", "社会团体"
        NON_ENTERPRISE = "non_enterprise", "民办非企业单位"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uscc = models.CharField("统一社会信用代码", max_length=18, db_index=True, validators=[validate_uscc])
    name = models.CharField("单位全称", max_length=100, validators=[clean_name])
    kind = models.CharField("单位性质", max_length=16, choices=Kind.choices)
    established_on = models.DateField("成立日期", null=True)  # unknown in historic lists
    legal_person = models.CharField("法定代表人", max_length=40)
    registered_address = models.CharField("注册地址", max_length=120)
    phone = PrivateField("联系电话", max_length=40)
    email = PrivateEmailField("电子邮箱", max_length=254)
    verified_at = models.DateTimeField("核验时间", null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = manager(STANDING)

    class Meta:
        verbose_name = "单位"
        constraints = [
            # A unit known from a notice before 2015 has no code until it claims its title.
            models.UniqueConstraint(
                fields=["uscc"], condition=STANDING & ~models.Q(uscc=""), name="one_organisation_per_code"
            )
        ]
        permissions = [
            ("handle_organisation", "经办单位事务"),
            ("sign_organisation", "签署单位声明"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class OrganisationUserObjectPermission(UserObjectPermissionBase):
    """Who fills in (经办人) and who declares (负责人) for an organisation."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)


class OrganisationChange(models.Model):
    """One change of a registered fact (name, address, legal person), kept with its time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="changes")
    field = models.CharField("项目", max_length=40)
    before = PrivateField("原内容", max_length=200)
    after = PrivateField("新内容", max_length=200)
    reason = models.CharField("原因", max_length=200, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "单位信息变更"
        ordering = ("-changed_at",)
