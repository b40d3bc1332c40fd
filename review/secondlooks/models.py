from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.models import Application
from applications.states import ApplicationState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from review.states import SecondLookState


class SecondLook(StatefulModel):
    """A unit asks once that a decision which ended its dossier is looked at by others (结果申诉)."""

    application = models.OneToOneField(
        Application, models.PROTECT, related_name="second_look", verbose_name="申报"
    )
    decision = models.CharField("申诉的结论", max_length=20, choices=ApplicationState.choices)
    decision_reason = models.TextField("原结论的理由", blank=True)
    decided_on = models.DateField("结论日期")
    reasons = models.TextField("申诉理由")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    conclusion = models.TextField("答复和理由", blank=True)
    concluded_at = models.DateTimeField("答复时间", null=True)
    state = StateField("状态", default=SecondLookState.ASKED, choices=SecondLookState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "结果申诉"
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return f"{self.application.platform.name}对“{ApplicationState(self.decision).label}”的申诉"

    @property
    def audit_root(self):
        return self.application

    @transition(
        state,
        source=SecondLookState.ASKED,
        target=SecondLookState.GRANTED,
        label="申诉成立，重新办理",
        note_required=True,
        two_person=True,
        consequence="原结论不再有效，申报回到作出结论之前的环节重新办理；理由告知申报单位和推荐单位。",
    )
    def grant(self, *, by, note, **facts):
        self._conclude(note)

    @transition(
        state,
        source=SecondLookState.ASKED,
        target=SecondLookState.DISMISSED,
        label="维持原结论",
        note_required=True,
        two_person=True,
        consequence="原结论不变，理由告知申报单位和推荐单位；不影响行政复议和行政诉讼。",
    )
    def dismiss(self, *, by, note, **facts):
        self._conclude(note)

    def _conclude(self, note: str) -> None:
        self.conclusion, self.concluded_at = note, clock.now()


class SecondLookProof(models.Model):
    """What a unit proves its second look with."""

    look = models.ForeignKey(SecondLook, models.PROTECT, related_name="proofs")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "申诉证明材料"
