from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.models import Designation
from platforms.states import LIVE_TITLES
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from review.experts.models import Expert
from review.panels import drawing
from review.states import CheckState, PlanState

C = CheckState


class CheckPlan(StatefulModel):
    """抽查 by double random draw (Art. 15). What is drawn from stands in public before the seed can be known."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", "年度抽查"
        AD_HOC = "ad_hoc", "不定期抽查"

    name = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    subject = models.TextField("检查内容", max_length=1000)
    percent = models.PositiveSmallIntegerField("抽取比例（%）")
    each = models.BooleanField("每个推荐单位至少抽一家", default=False)
    team_size = models.PositiveSmallIntegerField("每家专家人数", default=2)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("拟定时间")
    # Frozen by `announce`: {"titles": {number: stratum}, "experts": {code: {…}}, "conflicts": […]}.
    inputs = models.JSONField("抽取底册", default=dict)
    inputs_digest = models.CharField("底册 SHA-256", max_length=64, blank=True)
    secret = models.CharField(max_length=64, blank=True, editable=False)
    commitment = models.CharField("密数承诺 SHA-256", max_length=64, blank=True)
    announced_at = models.DateTimeField("公布时间", null=True)
    public_number = models.CharField("公开随机数", max_length=60, blank=True)
    public_source = models.CharField("公开随机数来源", max_length=120, blank=True)
    seed = models.CharField("种子", max_length=64, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True)
    published_at = models.DateTimeField("公布结果时间", null=True)
    state = StateField("状态", default=PlanState.DRAFT, choices=PlanState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "抽查计划"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def quotas(self) -> dict[str, int]:
        """Recommender → how many are drawn of it: of the frozen frame, before that of today's titles."""
        frame = self.inputs.get("titles") or dict(
            Designation.objects.filter(state__in=LIVE_TITLES).values_list("key", "recommender__label")
        )
        return drawing.quotas(drawing.sizes_of(frame), percent=self.percent, each=self.each)

    @property
    def method(self) -> str:
        """How many will be drawn, in words."""
        least = "，每个推荐单位至少一家" if self.each else ""
        return f"抽取 {self.percent}%{least}，共 {sum(self.quotas.values())} 家，名额按最大余数分到各推荐单位"

    @transition(
        state,
        source=PlanState.DRAFT,
        target=PlanState.ANNOUNCED,
        label="公布底册和方法",
        consequence="底册、方法和密数承诺向社会公布，此后不能再改；抽取在取得公开随机数之后进行。",
    )
    def announce(self, *, by, note, inputs, digest: str, secret: str, commitment: str, **facts):
        self.inputs, self.inputs_digest = inputs, digest
        self.secret, self.commitment, self.announced_at = secret, commitment, clock.now()

    @transition(
        state,
        source=PlanState.DRAFT,
        target=PlanState.DISCARDED,
        label="放弃此计划",
        note_required=True,
        consequence="计划不再公布，记录保留；需要时另行拟定。",
    )
    def discard(self, *, by, note, **facts):
        """Nothing but the state changes."""

    @transition(
        state,
        source=PlanState.ANNOUNCED,
        target=PlanState.DRAWN,
        label="抽取",
        consequence="密数和种子公开，被抽平台和专家按公布的方法产生，任何人可以重算。",
    )
    def draw(self, *, by, note, public_number: str, public_source: str, seed: str, **facts):
        self.public_number, self.public_source, self.seed = public_number, public_source, seed
        self.drawn_at = clock.now()

    @transition(
        state,
        source=PlanState.DRAWN,
        target=PlanState.PUBLISHED,
        label="公布结果",
        consequence="各家结果已随办结逐家公布；此后全部结果定稿，移送的也列明。",
    )
    def publish_results(self, *, by, note, **facts):
        self.published_at = clock.now()


class SpotCheck(StatefulModel):
    """One drawn platform with its drawn experts: notice, findings, the platform's answer, the outcome."""

    plan = models.ForeignKey(CheckPlan, models.PROTECT, related_name="checks", verbose_name="抽查计划")
    title = models.ForeignKey(Designation, models.PROTECT, related_name="spot_checks", verbose_name="称号")
    experts = models.ManyToManyField(Expert, related_name="spot_checks", verbose_name="专家")
    position = models.PositiveSmallIntegerField("序号")
    visit_on = models.DateField("检查日期", null=True)
    notice_words = models.TextField("通知事项", blank=True)
    found_at = models.DateTimeField("检查完成时间", null=True)
    answer = models.TextField("平台说明", blank=True)
    answer_files = models.ManyToManyField(StoredFile, related_name="+", verbose_name="说明材料")
    answer_due = models.DateField("说明期限", null=True)
    answered_at = models.DateTimeField("说明时间", null=True)
    conclusion = models.TextField("处理意见", blank=True)
    concluded_on = models.DateField("处理日期", null=True)
    state = StateField("状态", default=C.DRAWN, choices=C.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "抽查"
        ordering = ("plan", "position")
        constraints = [
            models.UniqueConstraint(fields=["plan", "title"], name="drawn_once_per_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.plan.name}：{self.title.platform_name}"

    @property
    def public_result(self) -> str:
        """One platform's result as soon as it is closed; what goes on to a decision says nothing before its plan's end."""
        settled = self.state in (C.CLEARED, C.RECTIFYING) or self.plan.state == PlanState.PUBLISHED
        return self.result if settled else "办理中"

    @property
    def result(self) -> str:
        """As it is published. What was closed with a finding on record was not found without one."""
        if self.state != C.CLEARED:
            return self.get_state_display()
        found = {row.weight for row in self.findings.all()}
        worst = next((one for one in reversed(CheckFinding.Weight) if one in found), CheckFinding.Weight.NONE)
        return self.get_state_display() if worst == CheckFinding.Weight.NONE else f"有{worst.label}，不作处理"

    @transition(state, source=C.DRAWN, target=C.NOTIFIED, label="通知平台和专家")
    def notify(self, *, by, note, visit_on, **facts):
        self.visit_on, self.notice_words = visit_on, note

    @transition(
        state,
        source=C.NOTIFIED,
        target=C.FOUND,
        label="提交检查结果",
        consequence="检查结果发给平台，由平台在期限内说明；提交后不能再增加发现的问题。",
    )
    def hand_over(self, *, by, note, due_on, **facts):
        self.found_at, self.answer_due = clock.now(), due_on

    @transition(state, source=C.FOUND, target=C.ANSWERED, label="说明情况", note_required=True)
    def answer_findings(self, *, by, note, **facts):
        self.answer, self.answered_at = note, clock.now()

    @transition(
        state,
        source=(C.FOUND, C.ANSWERED),
        target=C.CLEARED,
        label="未发现问题，办结",
        consequence="抽查办结，结果随即在抽查的公开页公布。",
    )
    def clear(self, *, by, note, **facts):
        self._conclude(note)

    @transition(
        state,
        source=(C.FOUND, C.ANSWERED),
        target=C.CLEARED,
        label="排除弄虚作假嫌疑，办结",
        note_required=True,
        two_person=True,
        consequence="检查发现的涉嫌弄虚作假不作处理，抽查办结；发现和理由留存，结果随即公布，平台收到理由。",
    )
    def clear_suspicion(self, *, by, note, **facts):
        self._conclude(note)

    @transition(
        state,
        source=(C.FOUND, C.ANSWERED),
        target=C.RECTIFYING,
        label="责令整改",
        note_required=True,
        consequence="称号转为“整改中”，平台须在期限内整改并接受核查；结果随即在抽查的公开页公布。",
    )
    def order_rectification(self, *, by, note, **facts):
        self._conclude(note)

    @transition(
        state,
        source=(C.FOUND, C.ANSWERED),
        target=C.REFERRED,
        label="移送撤销程序",
        note_required=True,
        consequence="启动撤销程序：核查取证、告知平台、听取陈述后，由两人作出决定。",
    )
    def refer(self, *, by, note, **facts):
        self._conclude(note)

    def _conclude(self, note: str) -> None:
        self.conclusion, self.concluded_on = note, clock.today()


class CheckFinding(models.Model):
    """One thing found, with its evidence; the file only helps whom the words convince."""

    class Weight(models.TextChoices):
        NONE = "none", "符合"
        MINOR = "minor", "一般问题"
        GRAVE = "grave", "严重问题"
        FRAUD = "fraud", "涉嫌弄虚作假"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="findings")
    weight = models.CharField("性质", max_length=8, choices=Weight.choices)
    words = models.TextField("检查发现", max_length=2000)
    evidence = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    found_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "检查发现"
        ordering = ("found_at",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(weight="fraud") | Q(evidence__isnull=False), name="fraud_needs_evidence"
            )
        ]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def audit_root(self) -> SpotCheck:
        return self.check_of
