"""The portal's own health: each check says what is wrong, since when, and what to do. Pages, command, metrics read it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils import timezone

from portal.kernel import outbox
from portal.models import (
    CalendarYear,
    Checkpoint,
    DailyRun,
    ExportJob,
    HealthSign,
    OutboxMessage,
    PortalSession,
    ProcessSign,
    StoredFile,
)
from portal.operations import hosttime

FINE, WATCH, BROKEN = 0, 1, 2
LEVELS = {FINE: "正常", WATCH: "需留意", BROKEN: "异常"}
SILENT = timedelta(minutes=5)
CHECKPOINTS = timedelta(hours=2)
UNCHECKED = timedelta(hours=1)
LETTERS = timedelta(minutes=10)
PROCESSES = {"relay": "转发进程（relay）", "worker": "后台进程（worker）与定时进程（beat）"}


@dataclass(frozen=True)
class Finding:
    code: str
    name: str
    level: int
    text: str
    since: datetime | None = None
    todo: str = ""

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]


Check = Callable[[], Finding]
_checks: list[Check] = []
Measure = Callable[[], dict[str, tuple[str, dict[str, float]]]]  # name → (help, label → value)
_measures: list[Measure] = []


def checks(function: Check) -> Check:
    """Register a check; what it needs must be there on every installation."""
    _checks.append(function)
    return function


def measure(function: Measure) -> Measure:
    """Register figures of an app's own."""
    _measures.append(function)
    return function


def examine() -> list[Finding]:
    """Every finding, the worst first. What does not know since when it is so takes the moment it was first found."""
    first_found = dict(HealthSign.objects.values_list("code", "since"))
    findings = [check() for check in _checks]
    dated = [
        replace(found, since=found.since or first_found.get(found.code)) if found.level else found
        for found in findings
    ]
    return sorted(dated, key=lambda finding: -finding.level)


def note_findings() -> None:
    """Asked each minute: keep when something was first found wrong, until it is in order."""
    wrong = [finding.code for finding in examine() if finding.level]
    HealthSign.objects.exclude(code__in=wrong).delete()
    now = timezone.now()
    rows = [HealthSign(code=code, since=now) for code in wrong]
    HealthSign.objects.bulk_create(rows, ignore_conflicts=True)


def note_sign(process: str) -> None:
    """A process says that it has done a round."""
    ProcessSign.objects.update_or_create(process=process, defaults={"seen_at": timezone.now()})


def _process(name: str) -> Finding:
    seen = ProcessSign.objects.filter(process=name).values_list("seen_at", flat=True).first()
    label = PROCESSES[name]
    if seen and timezone.now() - seen < SILENT:
        return Finding(name, label, FINE, "在运行")
    todo = f"查看 {name} 的日志并重新启动；期间页面照常可用，邮件和回执稍后补上。"
    return Finding(name, label, BROKEN, "五分钟以上没有动静" if seen else "从未启动", seen, todo)


@checks
def check_relay() -> Finding:
    return _process("relay")


@checks
def check_worker() -> Finding:
    return _process("worker")


@checks
def check_letters() -> Finding:
    name = "邮件与后台事项"
    dead = outbox.open_messages().exclude(given_up_at=None)
    failing = outbox.open_messages().filter(attempts__gt=0)
    old = outbox.waiting().filter(created_at__lt=timezone.now() - LETTERS, attempts=0)
    if count := dead.count():
        since = dead.aggregate(Min("given_up_at"))["given_up_at__min"]
        return Finding(
            "letters", name, BROKEN, f"{count} 项七天未送达，已停止重试", since, "到“未送达事项”逐项处理。"
        )
    if count := failing.count():
        since = failing.aggregate(Min("failing_since"))["failing_since__min"]
        return Finding(
            "letters", name, WATCH, f"{count} 项未送达，正在重试", since, "检查邮件服务器；恢复后自动补发。"
        )
    if count := old.count():
        since = old.aggregate(Min("created_at"))["created_at__min"]
        return Finding(
            "letters", name, WATCH, f"{count} 项等候十分钟以上", since, "检查 relay、worker 和消息中间件。"
        )
    return Finding("letters", name, FINE, "没有积压")


@checks
def check_exports() -> Finding:
    failed = ExportJob.objects.filter(
        progress=ExportJob.State.FAILED, started_at__gt=timezone.now() - timedelta(days=1)
    ).aggregate(n=Count("*"), since=Min("started_at"))
    if failed["n"]:
        todo = "在 worker 日志中查找 export_failed；申请人已收到消息。"
        return Finding("exports", "导出", WATCH, f"一天内 {failed['n']} 项未成功", failed["since"], todo)
    return Finding("exports", "导出", FINE, "没有失败")


@checks
def check_days() -> Finding:
    """By the calendar on the wall: the clock's jobs run soon after midnight."""
    last = DailyRun.objects.aggregate(Max("day"))["day__max"]
    due = timezone.localdate() if timezone.localtime().hour >= 1 else timezone.localdate() - timedelta(days=1)
    if last and last >= due:
        return Finding("days", "每日办理", FINE, f"已办到 {last:%Y-%m-%d}")
    since = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)) if last else None
    todo = "检查 beat 和 worker；恢复后自动补办，45 天内的不会漏。"
    return Finding("days", "每日办理", BROKEN, "当天的到期事项还没有办理", since, todo)


@checks
def check_log() -> Finding:
    """The public log: a checkpoint every hour."""
    last = Checkpoint.objects.aggregate(Max("made_at"))["made_at__max"]
    todo = "检查 worker 能否写入公开日志的文件夹（LOG_DIR）和读取日志密钥。"
    if last is None:
        return Finding("log", "公开日志", WATCH, "还没有检查点", None, todo)
    if timezone.now() - last > CHECKPOINTS:
        return Finding("log", "公开日志", BROKEN, "两小时以上没有新的检查点", last, todo)
    return Finding("log", "公开日志", FINE, f"最近一次检查点 {timezone.localtime(last):%m-%d %H:%M}")


@checks
def check_files() -> Finding:
    waiting = StoredFile.objects.filter(
        state__in=StoredFile.UNCHECKED, uploaded_at__lt=timezone.now() - UNCHECKED
    ).aggregate(n=Count("*"), since=Min("uploaded_at"))
    if waiting["n"]:
        text = f"{waiting['n']} 个文件等待核对一小时以上"
        todo = "检查 worker 和 ClamAV；恢复后自动补查。"
        return Finding("files", "文件核对", BROKEN, text, waiting["since"], todo)
    return Finding("files", "文件核对", FINE, "没有积压")


@checks
def check_calendar() -> Finding:
    today = timezone.localdate()
    year = today.year + (today >= date(today.year, 12, 1))
    if CalendarYear.objects.filter(year=year).exists():
        return Finding("calendar", "工作日历", FINE, f"{year} 年已录入")
    todo = "按国务院办公厅通知在“工作日历”录入；在此之前涉及的期限都是暂估。"
    return Finding("calendar", "工作日历", WATCH, f"{year} 年节假日安排未录入", None, todo)


@checks
def check_clock() -> Finding:
    seconds = hosttime.difference().total_seconds()
    if abs(seconds) > hosttime.TOLERATED.total_seconds():
        text = f"本机与数据库相差 {seconds:+.1f} 秒，期限按数据库时间计算"
        return Finding("clock", "时钟", BROKEN, text, None, "校准主机时间（chrony 或 ntpd）。")
    return Finding("clock", "时钟", FINE, f"与数据库相差 {abs(seconds):.2f} 秒")


@checks
def check_disk() -> Finding:
    where = settings.VAR_DIR if settings.VAR_DIR.exists() else Path("/")
    usage = shutil.disk_usage(where)
    share = usage.used / usage.total
    if share > 0.8:
        level = BROKEN if share > 0.95 else WATCH
        return Finding("disk", "磁盘", level, f"已用 {share:.0%}", None, "清理或扩容；满了以后不能上传。")
    return Finding("disk", "磁盘", FINE, f"已用 {share:.0%}")


def measures() -> dict[str, tuple[str, dict[str, float]]]:
    """Gauges of every app."""
    return {name: row for function in _measures for name, row in function().items()}


@measure
def measure_queues() -> dict[str, tuple[str, dict[str, float]]]:
    now = timezone.now()
    waiting = (
        outbox.open_messages().filter(given_up_at=None).aggregate(n=Count("*"), oldest=Min("created_at"))
    )
    dead = outbox.open_messages().exclude(given_up_at=None).count()
    checkpoint = Checkpoint.objects.aggregate(Max("made_at"))["made_at__max"]
    return {
        "outbox_messages": ("Effects that wait or were given up", {"waiting": waiting["n"], "dead": dead}),
        "outbox_oldest_seconds": (
            "Age of the oldest effect that waits",
            {"all": (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0},
        ),
        "exports": (
            "Exports by their progress",
            dict(ExportJob.objects.order_by().values_list("progress").annotate(n=Count("*"))),
        ),
        "files": (
            "Stored files by where their checks are",
            dict(StoredFile.objects.order_by().values_list("state").annotate(n=Count("*"))),
        ),
        "clock_difference_seconds": ("Database minus host", {"all": hosttime.difference().total_seconds()}),
        "checkpoint_age_seconds": (
            "Age of the public log's last checkpoint",
            {"all": (now - checkpoint).total_seconds() if checkpoint else -1},
        ),
        "sign_age_seconds": (
            "Since a process last showed life",
            {row.process: (now - row.seen_at).total_seconds() for row in ProcessSign.objects.all()},
        ),
    }


def as_json() -> str:
    rows = [
        {
            "check": f.code,
            "level": ("ok", "watch", "broken")[f.level],
            "text": f.text,
            "since": f.since,
            "todo": f.todo,
        }
        for f in examine()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)


def prune() -> dict[str, int]:
    """Let go what is done and past its time. Sign-ins are kept longer than the six months that the law asks for."""
    now = timezone.now()
    old = {
        "sessions": PortalSession.objects.filter(expire_date__lt=now),
        "outbox": OutboxMessage.objects.filter(done_at__lt=now - timedelta(days=90), dropped=""),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=now - timedelta(days=200)),
        "failed_sign_ins": AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=200)),
    }
    return {name: rows.delete()[0] for name, rows in old.items()}
