"""What the desk's own records must say before it recommends: the visit that is claimed, the marks that stand."""

from __future__ import annotations

from collections.abc import Iterable

from applications.corrections.marks import standing_marks
from applications.corrections.models import Stage
from applications.models import Application, Evaluation
from portal.kernel.workflow import Attempt, requires


@requires(Application, "recommend")
@requires(Application, "conclude_evaluation", article=7)
def visit_is_on_record(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 7: who says that the evaluation was made on site shows when, where and what was seen."""
    evaluation = Evaluation.objects.filter(pk=application.pk).first()
    if evaluation and "site" in evaluation.methods and not application.visits.exists():
        yield "测评方式含“现场核查”，卷宗中没有现场核查记录，请先登记现场核查，或者改选测评方式。"


@requires(Application, "recommend")
@requires(Application, "conclude_evaluation")
def marks_are_answered(application: Application, attempt: Attempt) -> Iterable[str]:
    """What the desk itself has marked 缺 or 疑 is answered by the unit or lifted with a reason (an operating rule)."""
    for mark, _ in standing_marks(application, Stage.RECOMMENDER):
        spec = application.spec(mark.code)
        yield (
            f"材料{spec.ordinal}{spec.short_title}记为“{mark.get_verdict_display()}”（{mark.words}），"
            "请退回补正，或者写明理由后改记为“齐”。"
        )
