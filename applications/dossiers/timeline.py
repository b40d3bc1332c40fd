"""A dossier's trail in words: every state, office and time; names of experts never leave the ministry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from applications.models import Application
from applications.states import state_words
from portal.kernel.action_labels import READS, action_label, register_words
from portal.kernel.permissions import MINISTRY, Role, holds
from portal.models import AuditEvent

register_words(
    {
        "application.open": "建立申报",
        "application.mark_material": "核对材料",
        "application.mark_remaining": "其余材料核对无误",
        "application.rank": "调整推荐顺序",
        "application.admit_late": "准予逾期提交",
        "application.take_over": "带入往年材料",
        "application.draw_panel": "抽取评审组",
        "application.assign_handler": "分派审查员",
        "application.export": "导出",
        "application.push_draft": "业务系统推送草稿",
        "application.hand_over": "提请负责人提交",
        "material.add_file": "上传文件",
        "material.remove_file": "移除文件",
        "material.declare_none": "声明没有",
        "material.save_fields": "登记材料信息",
        "report.take_selfcheck": "带入自测内容",
        "report.fill_section": "带入申请报告",
        "report.save_section": "保存申请报告",
        "evaluation.save": "保存测评",
        "evaluation.complete": "完成测评",
        "recommendation.save": "保存推荐表",
        "relaxation.grant": "放宽条件",
        "correctionrequest.extend": "延长补正期限",
        "evaluationitem.create": "增设测评项目",
        "evaluationitem.retire": "停用测评项目",
        "sitevisit.create": "记录现场核查",
        "recommender.invite": "邀请人员",
        "recommender.withdraw_invitation": "撤回邀请",
        "recommender.add_person": "授予身份",
        "recommender.remove_person": "收回身份",
        "recommender.arrange_substitution": "安排代理",
        "recommender.edit": "修改联系方式和落款",
        "recognition.create": "登记认定平台",
        "recognition.end": "撤销协会认定",
        "overlap.answer": "核查重复事项",
        "reporting.create": "报送名单",
        "organisation.register": "登记单位",
        "organisation.edit": "变更单位信息",
        "organisation.verify": "核验单位",
        "organisation.add_person": "加入人员",
        "organisation.remove_person": "移除人员",
        "platform.register": "登记平台",
        "platform.edit": "修改平台信息",
        "cycle.create": "新建年度",
        "cycle.change": "修改年度安排",
        "cycle.announce_change": "通告年度调整",
        "cycle.announce_quota": "通告推荐名额调整",
    }
)
HIDDEN_FROM_APPLICANT = ("mark_material", "rank", "draw_panel", "assign_handler")
DENSE = 5  # events behind one line of the trail, at most
READ_ONLY = (*READS, "reconstruct")  # a timeline tells what was done; who looked stands in the trail


@dataclass(frozen=True)
class Entry:
    title: str
    at: datetime
    who: str
    state: str
    note: str
    times: int = 1


def timeline_of(application: Application, user, limit: int = 60) -> list[Entry]:
    """Newest first. The applicant and the recommender read offices, the ministry and inspectors read names."""
    return lines_of(application, user, events_of(application, user, limit), limit)


def events_of(application: Application, user, limit: int = 60) -> QuerySet[AuditEvent]:
    """What the timeline is made of."""
    root = f"{application._meta.label_lower}:{application.pk}"
    rows = AuditEvent.objects.filter(root=root).exclude(action__in=_named(READ_ONLY)).order_by("-id")
    staff = holds(AuditEvent, user, "see_names")
    if not staff:
        rows = (
            rows.filter(action__startswith="application.")
            .exclude(action__contains=".prepare_")
            .exclude(action__contains=".return_propose")
            .exclude(action__in=_named(HIDDEN_FROM_APPLICANT))
        )
    return rows[: limit * DENSE]


def lines_of(application: Application, user, rows: Iterable[AuditEvent], limit: int = 60) -> list[Entry]:
    offices, association = _offices(application), application.recommender.is_association
    staff = holds(AuditEvent, user, "see_names")
    entries = [
        _entry(row, application.procedure, staff=staff, offices=offices, association=association)
        for row in rows
    ]
    return folded(entries)[:limit]


def folded(entries: list[Entry]) -> list[Entry]:
    """What one office did several times running, and nothing came of in between, is one line with its number."""
    lines: list[Entry] = []
    for entry in entries:
        last = lines[-1] if lines else None
        same = last and (last.title, last.who) == (entry.title, entry.who)
        if same and not (last.state or last.note or entry.state or entry.note):
            lines[-1] = replace(last, times=last.times + 1)
        else:
            lines.append(entry)
    return lines


def _named(names) -> list[str]:
    return [f"application.{name}" for name in names]


def _offices(application: Application) -> dict[str, str]:
    """The role in an event's label, told as the office that acted."""
    ministry = dict.fromkeys((role.label for role in MINISTRY), "工业和信息化部")
    return {
        **ministry,
        Role.RECOMMENDER.label: application.recommender.name,
        Role.APPLICANT.label: application.platform.organisation.name,
    }


def _entry(
    row: AuditEvent, procedure: str, *, staff: bool, offices: dict[str, str], association: bool
) -> Entry:
    name = row.action.rpartition(".")[2]
    office = office_in(row.actor_label)
    who = row.actor_label if staff else offices.get(office, office)
    private = not staff and name in (
        "propose",
        "reject",
        "publicise",
        "accept",
        "conclude_review",
        "recommend",
    )
    state = state_words(row.after, procedure, public=not staff, association=association)
    return Entry(
        action_label(row.action, procedure),
        row.at,
        who,
        state,
        "" if private and name != "reject" else row.note,
    )


def office_in(label: str) -> str:
    return label[label.find("（") + 1 : -1] if "（" in label else label
