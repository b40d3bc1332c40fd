from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from portal.kernel.permissions import Role, ScopedQuerySet
from portal.privacy.fields import PrivateEmailField, PrivateField


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):
    def create_user(
        self, username: str, *, role: str, name: str, password: str | None = None, **fields
    ) -> User:
        user = self.model(username=username, role=role, name=name, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. One role per account: operating, configuring and auditing are never in one.

    There is no superuser: nobody passes the permission table by.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("用户名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职务", max_length=40, blank=True)
    role = models.CharField("身份", max_length=24, choices=Role.choices)
    email = PrivateEmailField("电子邮箱", max_length=254, blank=True, searchable=True)
    phone = PrivateField("手机", max_length=20, blank=True)
    email_failed_at = models.DateTimeField("邮箱退信时间", null=True, editable=False)
    email_failure = models.CharField("邮箱退信原因", max_length=300, blank=True, editable=False)
    email_verified_at = models.DateTimeField("邮箱核验时间", null=True, editable=False)  # a letter was opened
    is_active = models.BooleanField("启用", default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name", "role")
    is_superuser = False
    is_staff = False

    class Meta:
        verbose_name = "账号"
        indexes = [models.Index(fields=["role"], name="user_role")]  # the few officials among all applicants

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj=None) -> bool:
        from portal.accounts.backends import PortalBackend  # the backend reads models

        return PortalBackend().has_perm(self, perm, obj)

    def audit_label(self) -> str:
        """Name and office as they stand in the trail, kept there even when the account changes later."""
        return f"{self.name}（{self.get_role_display()}）"
