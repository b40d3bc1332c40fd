from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from platforms.imports.taken_back import UNDONE, manager
from platforms.recommenders.models import Recommender
from platforms.register.models import Designation
from platforms.states import UNFILED, SummaryState
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.workflow import transition


class AnnualSummary(StatefulModel):
    """One title's summary of one year, for its supervising recommender (Art. 13)."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="summaries", verbose_name="示范平台")
    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="summaries", verbose_name="接收单位"
    )
    year = models.PositiveSmallIntegerField("总结年度")
    due_on = models.DateField("报送期限")
    version = models.PositiveIntegerField(default=1)
    smes_served = models.PositiveIntegerField("服务中小企业（家）", null=True)
    services = models.PositiveIntegerField("开展服务（次）", null=True)
    satisfaction = models.DecimalField(
        "服务满意度（%）", max_digits=5, decimal_places=2, null=True, validators=[MaxValueValidator(100)]
    )
    trained = models.PositiveIntegerField("培训人次", null=True)
    public_services = models.PositiveIntegerField("公益性服务（次）", null=True)
    public_service_smes = models.PositiveIntegerField("公益性服务惠及企业（家）", null=True)
    commissioned_tasks = models.PositiveIntegerField("受托任务（项）", null=True)
    mobilised_institutions = models.PositiveIntegerField("带动社会服务机构（家）", null=True)
    mobilised_experts = models.PositiveIntegerField("带动社会专家（人）", null=True)
    staff = models.PositiveIntegerField("从业人员（人）", null=True)
    income = models.DecimalField("服务收入（万元）", max_digits=12, decimal_places=2, null=True)
    expenses = models.DecimalField("服务支出（万元）", max_digits=12, decimal_places=2, null=True)
    overview = models.TextField("全年工作总结", blank=True)
    welfare = models.TextField("公益性服务情况", blank=True)
    commissioned = models.TextField("受托任务完成情况", blank=True)
    mobilised = models.TextField("组织带动社会服务资源情况", blank=True)
    plan = models.TextField("问题和下一年度计划", blank=True)
    filed_at = models.DateTimeField("报送时间", null=True)
    answer = models.TextField("审阅意见", blank=True)
    answered_at = models.DateTimeField("审阅时间", null=True)
    state = StateField("状态", default=SummaryState.DUE, choices=SummaryState.choices, protected=True)

    objects = manager(~models.Q(title__state=UNDONE))

    class Meta:
        verbose_name = "年度总结"
        constraints = [
            models.UniqueConstraint(fields=["title", "year"], name="one_summary_per_title_and_year")
        ]
        indexes = [models.Index(fields=["year", "state"], name="summary_year_state")]

    def __str__(self) -> str:
        return f"{self.title.platform_name} {self.year} 年度总结"

    @property
    def audit_root(self):
        return self.title.platform

    @property
    def is_editable(self) -> bool:
        return self.state in UNFILED

    @transition(
        state,
        source=UNFILED,
        target=SummaryState.FILED,
        label="报送年度总结",
        consequence="报送后内容锁定，由推荐单位审阅；退回后可以修改再报。",
    )
    def file(self, *, by, note, at, **facts):
        self.filed_at = at

    @transition(
        state,
        source=SummaryState.FILED,
        target=SummaryState.ACKNOWLEDGED,
        label="审阅通过",
        consequence="年度总结归档，平台收到通知；其中的数字计入本地区统计。",
    )
    def acknowledge(self, *, by, note, at, **facts):
        self.answer, self.answered_at = note, at

    @transition(
        state,
        source=SummaryState.FILED,
        target=SummaryState.RETURNED,
        label="退回修改",
        note_required=True,
        consequence="平台收到退回理由，修改后重新报送。",
    )
    def send_back(self, *, by, note, at, **facts):
        self.answer, self.answered_at = note, at
