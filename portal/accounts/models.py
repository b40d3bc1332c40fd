from __future__ import annotations

from django.conf import settings
from django.db import models

from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.privacy.fields import PrivateJSONField


class AccountChange(StatefulModel):
    """What is wanted of an account that may sign: asked for by a head for the own office or by an administrator,
    proposed by one administrator and signed by another."""

    class Kind(models.TextChoices):
        CREATE = "create", "新建账号"
        EDIT = "edit", "修改账号"
        RESET = "reset", "重设登录"
        DEPUTISE = "deputise", "代理签发"
        APPOINT = "appoint", "委派外部审计"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", "待系统管理员拟办"
        PROPOSED = "PROPOSED", "待另一位管理员审签"
        CARRIED_OUT = "CARRIED_OUT", "已办理"
        DROPPED = "DROPPED", "已撤回或退回"

    kind = models.CharField("事项", max_length=8, choices=Kind.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="账号"
    )
    username = models.CharField("用户名", max_length=64)
    wanted = PrivateJSONField("改为", default=dict)
    place = models.CharField("所在单位", max_length=40, blank=True, db_index=True)  # of what is wanted
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    reason = models.CharField("理由", max_length=200, blank=True)
    state = StateField("状态", default=State.REQUESTED, choices=State.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "账号变动"
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.username}"

    @transition(state, source=State.REQUESTED, target=State.PROPOSED, label="拟办账号变动")
    def take_up(self, *, by, note=""):
        pass

    @transition(
        state,
        source=State.PROPOSED,
        target=State.CARRIED_OUT,
        label="账号变动",
        two_person=True,
        consequence="立即生效，本人收到链接或者通知",
    )
    def carry_out(self, *, by, note=""):
        pass

    @transition(
        state, source=(State.REQUESTED, State.PROPOSED), target=State.DROPPED, label="撤回或退回账号变动"
    )
    def drop(self, *, by, note=""):
        pass


class AttemptCount(models.Model):
    """How often something was tried in one stretch of time, by a digest of who or what it was tried on."""

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=64)
    began = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "尝试次数"
        constraints = [models.UniqueConstraint(fields=["kind", "key", "began"], name="one_count_per_stretch")]


class OpenSession(models.Model):
    """A browser in which an account is signed in; its owner sees and ends it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions")
    key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "登录中的浏览器"
        ordering = ("-began_at",)


class AccessToken(models.Model):
    """A key for a program of its owner's: what it opens, until when, and when it was last used. Only a digest is kept."""

    class Purpose(models.TextChoices):
        CALENDAR = "calendar", "订阅办理期限"
        PROVINCE = "province", "省级业务系统接口"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    label = models.CharField("名称", max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField("签发时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("最近使用", null=True)
    address = models.CharField("最近使用的地址", max_length=45, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "访问令牌"
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return self.label
