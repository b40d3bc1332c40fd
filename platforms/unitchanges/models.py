"""The change of what is registered about a titled unit, from its paper to its notice."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from platforms.organisations.models.organisation import Organisation
from platforms.organisations.models.platform import Platform
from platforms.recommenders.models import Recommender
from platforms.states import OPEN_CHANGES, ChangeState
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.privacy.fields import PrivateJSONField
from portal.privacy.masking import mask

UNIT = {"name": "单位名称", "legal_person": "法定代表人", "registered_address": "注册地址"}
PLACE = {"platform_name": "平台名称", "address": "经营服务场所地址", "contact": "联系人", "phone": "联系电话"}
LABELS = {**UNIT, **PLACE, "operator": "运营单位", "jurisdiction": "所在地区主管部门"}
PUBLIC = (
    "name",
    "legal_person",
    "registered_address",
    "platform_name",
    "address",
    "operator",
    "jurisdiction",
)


class UnitChange(StatefulModel):
    """What the unit wants changed, proven by its licence. Its department verifies, the ministry decides with two persons."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="unit_changes", verbose_name="平台")
    office = models.ForeignKey(
        Recommender, models.PROTECT, related_name="unit_changes", verbose_name="核验的主管部门"
    )
    wanted = PrivateJSONField("变更内容")  # {field: [before, after]} of LABELS
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="新的运营单位"
    )
    moves_to = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="+", verbose_name="迁入地区主管部门"
    )
    reason = models.TextField("变更原因", max_length=1000)
    paper = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="证照和证明"
    )
    private_facts = ("contact", "phone")  # of an event
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("提出时间")
    query = models.TextField("不一致之处", blank=True)
    answer = models.TextField("单位的说明", blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核验人"
    )
    verified_at = models.DateTimeField("核验时间", null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="迁入地同意人"
    )
    agreed_at = models.DateTimeField("迁入地同意时间", null=True)
    announcement = models.CharField("公告标题", max_length=200, blank=True)
    document = models.CharField("公告文号", max_length=64, blank=True)
    done_on = models.DateField("变更日期", null=True)
    state = StateField("状态", default=ChangeState.FILED, choices=ChangeState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "变更登记"
        ordering = ("-filed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["platform"],
                condition=models.Q(state__in=[str(one) for one in OPEN_CHANGES]),
                name="one_open_change_per_platform",
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform.name}变更{'、'.join(label for label, _, _ in self.lines)}"

    @property
    def audit_root(self):
        return self.platform

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What is changed, in words: label, before, after."""
        return [(label, *self.wanted[code]) for code, label in LABELS.items() if code in self.wanted]

    @property
    def masked_lines(self) -> list[tuple[str, str, str]]:
        """For whoever has nothing to do with it now, and for letters, which are kept."""
        hidden = [LABELS[code] for code in self.private_facts]
        return [
            (label, mask(before), mask(after)) if label in hidden else (label, before, after)
            for label, before, after in self.lines
        ]

    @property
    def public_lines(self) -> list[tuple[str, str, str]]:
        """Without the person to call: that is no news."""
        return [(LABELS[code], *self.wanted[code]) for code in PUBLIC if code in self.wanted]

    @transition(
        state,
        source=ChangeState.FILED,
        target=ChangeState.VERIFIED,
        label="与证照一致，核验",
        consequence="核验人和时间列入记录；迁出的即为迁出地同意，转迁入地，其余转工业和信息化部由两人决定。",
    )
    def verify(self, *, by, note, at, **facts):
        self.verified_by, self.verified_at, self.query = by, at, ""

    @transition(
        state,
        source=(ChangeState.FILED, ChangeState.VERIFIED, ChangeState.AGREED),
        target=ChangeState.QUERIED,
        label="不一致，请说明",
        note_required=True,
        consequence="单位收到不一致之处，可以说明、补交证明后重新核验，也可以撤回。",
    )
    def ask(self, *, by, note, **facts):
        self.query, self.answer = note, ""
        self.verified_by = self.verified_at = self.agreed_by = self.agreed_at = None

    @transition(
        state,
        source=ChangeState.QUERIED,
        target=ChangeState.FILED,
        label="说明",
        note_required=True,
        consequence="转所在地区主管部门重新核验。",
    )
    def explain(self, *, by, note, **facts):
        self.answer = note

    @transition(
        state,
        source=ChangeState.VERIFIED,
        target=ChangeState.AGREED,
        label="同意迁入",
        consequence="转工业和信息化部由两人决定；决定前平台仍由原地区管理。",
    )
    def agree(self, *, by, note, at, **facts):
        self.agreed_by, self.agreed_at = by, at

    @transition(
        state,
        source=(ChangeState.VERIFIED, ChangeState.AGREED),
        target=ChangeState.DONE,
        label="同意变更",
        two_person=True,
        consequence="登记信息、名录和核验随即更新，名称或者运营单位变更的换发证书，变更公告公开。",
    )
    def approve(self, *, by, note, on, announcement="", document="", **facts):
        self.announcement = announcement or f"关于{self.platform.name}登记信息变更的公告"[:200]
        self.document, self.done_on = document, on

    @transition(
        state,
        source=OPEN_CHANGES,
        target=ChangeState.WITHDRAWN,
        label="撤回变更",
        consequence="登记信息保持原样，可以另行提出。",
    )
    def withdraw(self, *, by, note, **facts):
        """Nothing but the state changes."""
