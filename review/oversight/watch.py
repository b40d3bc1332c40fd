"""What in the review deserves a watcher's look; read by the auditor's desk."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from portal.shared import law
from portal.trail.watching import register_signal
from review.models import Assignment


def handed_in_late() -> Q:
    """By the few streams that are meant: the trail is looked up by each, and not read for all sheets ever handed in."""
    rows = Assignment.objects.annotate(day=TruncDate("handed_in_at")).filter(day__gt=F("due_on"))
    streams = [f"review.assignment:{key}" for key in rows.order_by().values_list("pk", flat=True)]
    return Q(action="assignment.hand_in", stream__in=streams)


LOOKS = ("objection.see_objector", "objection.reveal_objector")

for _code, _label, _why, _condition in (
    (
        "out_of_order",
        "顺序外的决定",
        "线上未列入、线下列入的拟定结论，理由在记录中",
        Q(
            action__in=["application.prepare_propose", "application.propose"],
            body__contains='"exceptions":[{',
        ),
    ),
    (
        "relaxations",
        "放宽条件",
        f"依{law.RELAXATION}作出的放宽及其理由",
        Q(action__startswith="relaxation."),
    ),
    (
        "by_hand",
        "手工分派专家",
        "未经随机抽取进入评审组的专家",
        Q(action="assignment.assign", body__contains='"by_lot":false'),
    ),
    (
        "recusals",
        "回避与解除",
        "专家回避、解除分派及其理由",
        Q(action__in=["assignment.recuse", "assignment.release"]),
    ),
    (
        "rescored",
        "退回重评与分差复议",
        "评分提交后又被改动或者复议",
        Q(action__in=["assignment.reopen", "moderation.create"]),
    ),
    (
        "late",
        "逾期的步骤",
        "超过期限才办理的评分和准予逾期的提交",
        lambda: handed_in_late() | Q(action="application.admit_late"),
    ),
    (
        "taken_back",
        "撤回与收回",
        "已办事项被撤回",
        Q(
            action__in=[
                "application.recall",
                "application.withdraw",
                "application.leave_round",
                "notice.withdraw",
                "application.take_off_list",
            ]
        ),
    ),
    (
        "objections",
        "异议处理",
        "公示期间的异议及其结论",
        Q(action__startswith="objection.") & ~Q(action__in=LOOKS),
    ),
    ("objectors", "查看异议人信息", "谁在何时、因何看了异议人的身份", Q(action__in=LOOKS)),
    ("cycles", "年度安排变更", "日期、名额和规则的变更", Q(action__startswith="cycle.")),
    (
        "evidence",
        "取证与监督查看",
        "监督人员自己的查看和取证",
        Q(action__in=["user.read_audit", "application.reconstruct", "exportjob.export"]),
    ),
):
    register_signal(_code, _label, _why, _condition)
