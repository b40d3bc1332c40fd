from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.cycles.models import Cycle
from applications.dossiers.decisions import Deciding
from applications.dossiers.reopening import Reopening
from applications.dossiers.words import DossierWords
from applications.states import LEAVABLE, LIVE, Procedure, national, state_words
from applications.states import ApplicationState as S
from platforms.models import Designation, Platform, Recommender
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.receipts import code_for
from portal.kernel.workflow import transition
from portal.shared import law

DESIGNATION, REREVIEW, PROVINCIAL = Procedure.DESIGNATION, Procedure.REREVIEW, Procedure.PROVINCIAL


class Application(DossierWords, Deciding, Reopening, StatefulModel):
    """One dossier: a platform's filing in one cycle, for designation or for its three-year re-review.

    All procedures travel the same road; an edge that belongs to some of them says so in its target.
    """

    promised_number = ""  # of a title that signing would grant, while its letter is only shown

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="applications", verbose_name="年度")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="applications", verbose_name="平台")
    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="applications", verbose_name="推荐单位"
    )
    procedure = models.CharField("事项", max_length=12, choices=Procedure.choices, default=DESIGNATION)
    designation = models.ForeignKey(
        Designation, models.PROTECT, null=True, related_name="rereviews", verbose_name="复核的称号"
    )
    state = StateField("状态", default=S.DRAFT, choices=S.choices, protected=True)
    # Null until it is filed: unique numbers, and drafts have none.
    number = models.CharField("受理编号", max_length=24, unique=True, null=True, editable=False)  # noqa: DJ001
    created_at = models.DateTimeField("建立时间")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    late_filing_until = models.DateField("准予逾期提交至", null=True, blank=True)
    submitted_at = models.DateTimeField("首次提交时间", null=True, editable=False)
    reported_at = models.DateTimeField("报送时间", null=True, editable=False)
    reporting = models.ForeignKey(
        "applications.Reporting", models.PROTECT, null=True, related_name="applications"
    )
    due_on = models.DateField("当前时限", null=True, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审查员"
    )
    rank = models.PositiveSmallIntegerField("推荐顺序", null=True)
    province_score = models.DecimalField("省级测评得分", max_digits=5, decimal_places=2, null=True)
    review_score = models.DecimalField("专家评审得分", max_digits=5, decimal_places=2, null=True)
    proposed_outcome = models.CharField("拟定结论", max_length=16, blank=True)
    outcome_code = models.CharField("结论理由代码", max_length=40, blank=True)
    outcome_reason = models.TextField("结论理由", blank=True)
    # Copies for lists, renewed by `applications.dossiers.facts.refresh` whenever a material changes.
    pips = models.CharField("十二项材料", max_length=16, blank=True)
    assessment = models.JSONField(f"{law.CONDITIONS}核对", default=dict, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "申报"
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "cycle", "procedure"],
                condition=models.Q(state__in=[str(state) for state in LIVE]),
                name="one_live_dossier",
            ),
            # What the ministry sees is what was reported to it; a province's own round never is.
            models.CheckConstraint(
                condition=~models.Q(procedure=PROVINCIAL) | models.Q(reported_at=None),
                name="provincial_is_never_reported",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "state", "due_on"], name="application_queue"),
            models.Index(fields=["recommender", "cycle", "state"], name="application_desk"),
            models.Index("due_on", "number", name="application_due", condition=~models.Q(reported_at=None)),
            models.Index(
                fields=["cycle", "state"], name="application_stage", condition=~models.Q(reported_at=None)
            ),
            # Dossiers lie far apart, so that counting them must not read them: all that a counter asks for stands here.
            models.Index(
                fields=["cycle", "state"],
                include=[
                    "id",
                    "handler",
                    "due_on",
                    "procedure",
                    "recommender",
                    "submitted_at",
                    "reported_at",
                ],
                name="application_counts",
            ),
            models.Index(
                fields=["cycle"], name="application_relaxing", condition=models.Q(assessment__relaxing=True)
            ),
        ]

    query_code = property(code_for)  # with the number it opens /progress/; the receipt shows it

    def __str__(self) -> str:
        return self.platform.name

    def get_state_display(self) -> str:
        return state_words(self.state, self.procedure)

    # --- the applicant ---

    @transition(
        state,
        source=S.DRAFT,
        target=S.SUBMITTED,
        label="提交",
        consequence="提交后材料不能再改，受理单位收到通知，您得到回执。",
    )
    def submit(self, *, by, note, number: str, **facts):
        self.number = number
        self.submitted_at = clock.now()
        self.due_on = None

    @transition(
        state,
        source=S.RETURNED,
        target=S.SUBMITTED,
        label="提交补正",
        consequence="补正材料与新的声明一并提交，受理单位收到通知。",
    )
    def resubmit(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        state,
        source=S.SUPPLEMENTING,
        target=national(S.REPORTED),
        label="提交补正",
        consequence="补正材料提交至工业和信息化部，形式审查继续。",
    )
    def supplement(self, *, by, note, **facts):
        self.due_on = facts.get("due_on")

    @transition(
        state,
        source=(S.DRAFT, S.SUBMITTED, S.RETURNED, S.UNDER_EVALUATION),
        target=S.WITHDRAWN,
        label="撤回申报",
        note_required=True,
        consequence="撤回后本次申报终止；填报期内可以重新申报，已填内容可带入。",
    )
    def withdraw(self, *, by, note, **facts):
        self._end(note)

    @transition(
        state,
        source=LEAVABLE,
        target={DESIGNATION: S.WITHDRAWN, PROVINCIAL: S.WITHDRAWN},
        label="退出评审",
        note_required=True,
        consequence="本次申报终止，本轮不再评审，已列入公示名单的予以更正；退出不能收回。符合条件的，以后年度可以重新申报，已填内容可带入。",
    )
    def leave_round(self, *, by, note, **facts):
        """A unit that does not want the title leaves until the announcement; a re-review has to end in a decision."""
        self._end(note)

    @transition(
        state,
        source=(S.DRAFT, S.RETURNED),
        target={REREVIEW: S.REVIEWED},
        label="列入合议（未按规定提交）",
        note_required=True,
        consequence="不经测评和专家评审，直接列入合议；结论须由两人拟定，并经公示。",
    )
    def bring_forward(self, *, by, note, number: str, **facts):
        """Art. 14: who was told and heard, and has not filed, is decided on all the same."""
        self.number, self.reported_at, self.due_on = number, clock.now(), None

    # --- the recommender (Arts. 6, 7, 14, 19) ---

    @transition(
        state,
        source=S.SUBMITTED,
        target=S.UNDER_EVALUATION,
        label="开始测评",
        consequence="材料齐全，进入测评；申报单位收到通知。",
    )
    def begin_evaluation(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        state,
        source=(S.SUBMITTED, S.UNDER_EVALUATION),
        target=S.RETURNED,
        label="退回补正",
        consequence="申报单位只能修改所列材料，并须在期限内重新提交。",
    )
    def return_for_correction(self, *, by, note, due_on, **facts):
        self.due_on = due_on

    @transition(
        state,
        source=S.UNDER_EVALUATION,
        target=national(S.RECOMMENDED),
        label="推荐",
        consequence="列入本单位推荐名单，待报送工业和信息化部；报送前可以收回。",
        wording={
            REREVIEW: (
                "签发测评意见",
                "测评情况及意见列入本单位复核名单，待报送工业和信息化部；报送前可以收回。",
            )
        },
    )
    def recommend(self, *, by, note, **facts):
        pass

    @transition(
        state,
        source=S.UNDER_EVALUATION,
        target={PROVINCIAL: S.REVIEWED},
        label="结束测评，转合议",
        consequence="进入本省合议，由两人拟定结论；测评不能再改。",
    )
    def conclude_evaluation(self, *, by, note, **facts):
        """Art. 18: the province decides itself, by its own evaluation."""
        self.due_on = None

    @transition(
        state,
        source=S.UNDER_EVALUATION,
        target={DESIGNATION: S.NOT_RECOMMENDED},
        label="不予推荐",
        two_person=True,
        note_required=True,
        consequence="申报单位收到不予推荐的理由，本年度申报终止。",
    )
    def decline(self, *, by, note, reason_code: str = "", **facts):
        self._end(note, reason_code)

    @transition(
        state,
        source=S.RECOMMENDED,
        target=national(S.UNDER_EVALUATION),
        label="收回推荐",
        note_required=True,
        consequence="回到测评中，推荐意见可以修改。",
        wording={REREVIEW: ("收回测评意见", "回到测评中，测评情况及意见可以修改。")},
    )
    def recall(self, *, by, note, **facts):
        pass

    @transition(
        state,
        source=S.RECOMMENDED,
        target=national(S.REPORTED),
        label="报送",
        consequence="名单和全部材料报送工业和信息化部，本单位不能再改。",
    )
    def report(self, *, by, note, reporting, due_on=None, **facts):
        self.reporting = reporting
        self.reported_at = clock.now()
        self.due_on = due_on

    @property
    def pips_now(self) -> str:
        """As the materials stand; the declaration, the last of them, is signed by submitting and open until then."""
        return self.pips if self.submitted_at or not self.pips else self.pips[:-1] + "m"

    @property
    def over_words(self) -> str:
        """What is said of a term that is past: the days of a publicity run out, nobody is late."""
        return "公示期满" if self.state == S.PUBLICISED else ""

    def _end(self, reason: str, code: str = "") -> None:
        self.outcome_reason, self.outcome_code, self.due_on = reason, code, None
