from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition


class Seal(models.Model):
    """The salted digest of a row's sealed columns. The database's trigger writes it with the row."""

    table = models.CharField(max_length=80)
    row = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=80))
    while_state = models.CharField(max_length=20, blank=True)  # holds only as long as the row is in it
    salt = models.UUIDField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "封存摘要"
        indexes = [models.Index(fields=["table", "row"], name="seal_of_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class Leaf(models.Model):
    """One entry of the public log, at its place. What is secret of it (salt, disclosed) never leaves with the log."""

    class Kind(models.TextChoices):
        EVENT = "event", "操作记录"
        SEAL = "seal", "封存摘要"
        STATEMENT = "statement", "回执与证书"
        PUBLIC = "public", "公开事项"
        CHECKPOINT = "checkpoint", "检查点"
        ORIGIN = "origin", "续立日志"

    log = models.PositiveSmallIntegerField(default=1)  # a log that lost entries goes on as the next one
    number = models.BigIntegerField()  # from 0, as proofs count
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.BigIntegerField(null=True)  # the event or seal
    key = models.CharField(max_length=160, blank=True)  # "notice:2026-3", "receipt:<row>"
    entry = models.TextField()
    salt = models.UUIDField(null=True)
    disclosed = models.TextField(blank=True)  # what a holder shows together with the salt

    class Meta:
        verbose_name = "公开日志条目"
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="one_leaf_per_place")]
        indexes = [
            models.Index(fields=["kind", "source"], name="leaf_source"),
            models.Index(fields=["kind", "key", "-number"], name="leaf_key"),
        ]

    def __str__(self) -> str:
        return f"{self.log}/{self.number}"


class Checkpoint(models.Model):
    """A signed head of the log with what the witnesses answered."""

    log = models.PositiveSmallIntegerField(default=1)
    size = models.BigIntegerField("条数")
    note = models.TextField("签名文本")
    refusals = models.JSONField("未会签的见证方", default=dict)  # name → sentence
    made_at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = "检查点"

    def __str__(self) -> str:
        return f"{self.log}/{self.size}"


class LogContinuation(StatefulModel):
    """A restored database that holds less than was published: two administrators state what is lost and let the log
    go on under a new name. Without it every verification says that the log was cut."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "待另一位管理员审签"
        SIGNED = "SIGNED", "已续立"
        DROPPED = "DROPPED", "已退回"

    log = models.PositiveSmallIntegerField("原日志")
    size = models.BigIntegerField("已公布的条数")
    note = models.TextField("最后一次公布的检查点")
    recovered = models.PositiveIntegerField("由已公布文件补回的条数")
    lost = models.TextField("不能补回的条目", blank=True)  # one entry a line
    proposed_at = models.DateTimeField("提出时间")
    state = StateField("状态", default=State.PROPOSED, choices=State.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "续立日志"
        ordering = ("-proposed_at",)

    def __str__(self) -> str:
        return f"公开日志第 {self.log} 本止于 {self.size} 条"

    @property
    def lost_lines(self) -> list[str]:
        return self.lost.splitlines()

    @transition(
        state,
        source=State.PROPOSED,
        target=State.SIGNED,
        label="续立日志",
        two_person=True,
        consequence="原日志照已公布的文件补齐并停止增加；新日志首条载明原日志的检查点和不能补回的条目",
    )
    def carry_on(self, *, by, note=""):
        pass

    @transition(state, source=State.PROPOSED, target=State.DROPPED, label="撤回或退回续立日志")
    def drop(self, *, by, note=""):
        pass


class VerificationRun(models.Model):
    """One verification of the trail, carried out by the worker; the page shows how far it is and what it found."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("发起时间")
    is_full = models.BooleanField("全部核对", default=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    step = models.CharField("正在核对", max_length=60, blank=True)
    done = models.BigIntegerField("已核对", default=0)
    total = models.BigIntegerField("共", default=0)
    breaks = models.JSONField("不符之处", default=list)  # [stream, sequence, sentence], the first ones
    break_count = models.PositiveIntegerField("不符处数", default=0)
    not_done = models.JSONField("没有核对的", default=list)  # sentences
    # How far it has looked: the next incremental one begins here.
    last_event = models.BigIntegerField(default=0)
    last_leaf = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "记录链校验"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{timezone.localtime(self.asked_at):%Y-%m-%d %H:%M}"


class Access(models.Model):
    """A sign-in, a failed one, a sign-out or a refusal. Its trigger refuses change, and deletion before the term."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "登录"
        FAILED = "failed", "登录失败"
        SIGNED_OUT = "signed_out", "退出"
        REFUSED = "refused", "越权被拒"

    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="账号"
    )
    username = models.CharField("用户名", max_length=150)
    address = models.CharField("地址", max_length=45, blank=True)
    path = models.CharField("页面", max_length=200, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = "登录与访问记录"
        indexes = [models.Index(fields=["kind", "-at"], name="access_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.username}"
