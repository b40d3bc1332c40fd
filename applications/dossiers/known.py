"""What the portal knows of a dossier beyond its materials: one list for every page that decides on it or reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from applications.corrections.answering import answered_items
from applications.corrections.marks import standing_marks
from applications.corrections.models import Stage
from applications.models import Application, Overlap
from applications.overlaps.rules import BY_CODE
from applications.overlaps.services import overlaps_of, shared_with_own
from applications.states import Procedure
from platforms.models import Recognition
from platforms.querysets import office_of
from platforms.staff.recognitions import standing_recognition
from portal.kernel import clock
from portal.kernel.permissions import Role, allowed, holds, speaks_for_a_unit
from portal.shared import law
from portal.shared.workingdays import date_cn


@dataclass(frozen=True)
class Known:
    """One thing, in a sentence, with where to go on."""

    tone: str
    title: str
    sentence: str
    url: str = ""
    action: str = ""


Teller = Callable[[Application, object], Iterator[Known]]


def known_of(application: Application, user) -> list[Known]:
    """What of it this reader may know: an applicant its own, an office what it was sent and has marked, an expert nothing."""
    if user.role == Role.EXPERT:
        return []
    tellers: tuple[Teller, ...] = (_recognition, _lateness, _shared)
    if holds(Application, user, "read_opinions"):
        tellers = (*tellers, _authority, _marks, _answers)
    return [one for tell in tellers for one in tell(application, user)]


def _recognition(application: Application, user) -> Iterator[Known]:
    """Art. 19: the entry of the association's register that the road rests on, with its days."""
    association, platform = application.recommender, application.platform
    if application.procedure != Procedure.DESIGNATION or not association.is_association:
        return
    row = standing_recognition(association, platform)
    if row is None:
        yield _without_recognition(application, user)
        return
    filed = clock.day_of(application.submitted_at or clock.now())
    words = f"{row.document}，{date_cn(row.recognised_on)}认定"
    url = reverse("file_download", args=[row.proof_id]) if row.proof_id and _reads(user, row) else ""
    if row.recognised_on > filed:
        words += f"，晚于提交日期（{date_cn(filed)}），不能作为本次推荐的依据"
        yield Known("bad", "协会认定", words, url, "认定文件")
        return
    late = application.submitted_at is not None and row.recorded_at > application.submitted_at
    words += (
        f"；于提交之后的{date_cn(clock.day_of(row.recorded_at))}才登入登记册，请核对认定文件" if late else ""
    )
    yield Known("warn" if late else "ok", "协会认定", words, url, "认定文件")


def _reads(user, row: Recognition) -> bool:
    return holds(Recognition, user, "view") and allowed(user, "view", row)


def _without_recognition(application: Application, user) -> Known:
    platform = application.platform
    words = f"{application.recommender.name}的认定平台登记册中没有本平台，不能推荐（{law.ASSOCIATIONS}）"
    if not allowed(user, "edit", application.recommender):
        return Known("bad", "协会认定", words)
    names = {
        "platform_name": platform.name,
        "organisation_name": platform.organisation.name,
        "uscc": platform.organisation.uscc,
        "back": application.pk,
    }
    return Known("bad", "协会认定", words, f"{reverse('recognition_add')}?{urlencode(names)}", "登记认定")


def _lateness(application: Application, user) -> Iterator[Known]:
    first = next(iter(application.submissions.all()), None)
    if first is not None and first.came_late:
        until = application.late_filing_until
        words = f"{date_cn(clock.day_of(first.received_at))}提交，填报截止为{date_cn(application.cycle.filing_until)}"
        if until:
            words += f"；经准予可提交至{date_cn(until)}"
        yield Known("warn", "逾期准予提交", words)


def _authority(application: Application, user) -> Iterator[Known]:
    """On whose paper it was declared, as long as nobody has verified the unit."""
    unit, last = application.platform.organisation, next(reversed(application.submissions.all()), None)
    if unit.is_verified or last is None:
        return
    paper = unit.authorisations.filter(person=last.declared_by_id).last()
    words = f"本单位尚未核验。由{last.declarant_name}（{last.declarant_title}）声明提交，"
    if paper is None:
        yield Known("bad", "声明授权", f"{words}没有授权书")
        return
    words += "请核对授权书上的姓名、单位和公章"
    yield Known("warn", "声明授权", words, reverse("file_download", args=[paper.file_id]), "授权书")


def _shared(application: Application, user) -> Iterator[Known]:
    """Overlaps: named where both dossiers may be read; of one unit elsewhere only that there are some, and how many."""
    if speaks_for_a_unit(user):
        for other, match in shared_with_own(application):
            rule = BY_CODE[match.rule]
            words = f"与本单位“{other.platform.name}”的申报有 {match.count} {rule.unit}相同。{rule.question}"
            yield Known("warn", rule.label, words)
    if not holds(Overlap, user, "view_in_part"):
        return  # the ministry answers them in a panel of its own
    rows = list(overlaps_of(application).select_related("application__platform", "other__platform"))
    ours = Overlap.objects.for_user(user).filter(pk__in=[row.pk for row in rows])
    readable = set(ours.values_list("pk", flat=True)) if rows else set()
    for row in rows:
        other = row.other if row.application_id == application.pk else row.application
        if row.pk in readable:
            words = f"与{other.platform.name}（{other.number}）有 {row.amount}相同，占 {row.share}%。{row.question}"
            yield Known("warn", row.get_rule_display(), words, reverse("overlap", args=[row.pk]), "查看")
        elif other.platform.organisation_id == application.platform.organisation_id:
            yield Known("warn", row.get_rule_display(), row.words_in_part)


def _marks(application: Application, user) -> Iterator[Known]:
    """缺 and 疑 that nobody has answered: an office's own, and for the readers after it all of them."""
    stages = (Stage.RECOMMENDER,) if office_of(user) else (Stage.RECOMMENDER, Stage.MINISTRY)
    for stage in stages:
        for mark, material in standing_marks(application, stage):
            spec = application.spec(material.code)
            words = f"材料{spec.ordinal}{spec.short_title}记为“{mark.get_verdict_display()}”：{mark.words}"
            url = f"{reverse('dossier', args=[application.pk])}?m={material.code}"
            yield Known("warn", f"{stage.label}的标记", words, url, "查看材料")


def _answers(application: Application, user) -> Iterator[Known]:
    """What a correction asked for: which of it has changed, which has not."""
    items = answered_items(application)
    if not items:
        return
    names = {True: [], False: []}
    for item in items:
        spec = application.spec(item.code)
        names[item.is_changed].append(f"材料{spec.ordinal}{spec.short_title}")
    words = [
        f"{label}：{'、'.join(names[key])}" for key, label in ((True, "已改"), (False, "未改")) if names[key]
    ]
    url = reverse("dossier_changes", args=[application.pk])
    yield Known("warn" if names[False] else "ok", "补正答复", "；".join(words), url, "前后对照")
