"""The trail's own state for whoever watches the portal: when it was last verified, and whether it held."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.models import VerificationRun
from portal.operations.health import BROKEN, FINE, WATCH, Finding, checks, measure

VERIFIED_WITHIN = timedelta(hours=48)  # it is asked for every night
NAME = "操作记录校验"


def last_full_run() -> VerificationRun | None:
    return VerificationRun.objects.filter(is_full=True).exclude(finished_at=None).first()


@checks
def check_trail() -> Finding:
    last = last_full_run()
    if last is None:
        todo = "在“操作记录”中发起校验，或执行 bin/manage verify_audit。"
        return Finding("trail", NAME, WATCH, "还没有全部核对过", None, todo)
    if last.break_count:
        todo = "不要修改任何数据，保留现场，报告监督部门；“操作记录”的校验结果列出每一处。"
        return Finding("trail", NAME, BROKEN, f"发现 {last.break_count} 处不符", last.finished_at, todo)
    if timezone.now() - last.finished_at > VERIFIED_WITHIN:
        todo = "每晚自动校验；检查 worker 和 beat。"
        return Finding("trail", NAME, WATCH, "两天以上没有全部核对", last.finished_at, todo)
    day = timezone.localtime(last.finished_at)
    return Finding("trail", NAME, FINE, f"最近一次全部相符：{day:%m-%d %H:%M}")


@measure
def measure_trail() -> dict[str, tuple[str, dict[str, float]]]:
    last = last_full_run()
    age = (timezone.now() - last.finished_at).total_seconds() if last else -1
    return {
        "trail_age_seconds": ("Since the trail was last verified as a whole", {"all": age}),
        "trail_breaks": ("What that verification found", {"all": last.break_count if last else 0}),
    }
